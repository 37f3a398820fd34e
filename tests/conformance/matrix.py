"""What a route gives, held against the truth: the one comparison that the matrix and the random programs use."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from points import SUBJECTS, Subject
from reference import NoValueError, truth
from routes import EAGER, EXACT_CLASS, MANY_DIGITS, NODE, ROUTES, Excused, Outcome, by_pages, flat

from autograd.errors import DivisionByZeroError, DomainError, NumberOverflowError

DOCUMENTED = (DomainError, DivisionByZeroError, NumberOverflowError)
LEVELS = ("value", "gradient", "Hessian")
RELATIVE = {"float32": 1e-4}
SMALLEST = 2.3e-308
"""Below this a float has fewer digits than others."""


@cache
def truths(subject: Subject, *, many_digits: bool) -> dict[str, tuple[Any, Any, Any]]:
    """Return what is true of a subject at each of its points."""
    return {repr(point): truth(subject.truth, point, many_digits=many_digits) for point in subject.all_points}


@cache
def lenient_truth(subject: Subject, point: tuple[float, ...], *, many_digits: bool) -> tuple[Any, Any, Any]:
    """Return what is true if nothing is asked of what is not needed."""
    return truth(subject.truth, point, many_digits=many_digits, lenient=True)


@cache
def outcomes(subject: Subject, route: str) -> dict[str, Outcome]:
    """Return what a route gives at each point of a subject."""
    points = subject.all_points
    if route == "page":
        return page_outcomes()[subject]
    return dict(zip(map(repr, points), ROUTES[route](subject.function, points), strict=True))


@cache
def page_outcomes() -> dict[Subject, dict[str, Outcome]]:
    """Return what the page gives, for all subjects: Node is started once."""
    if NODE is None:
        return {}
    found = by_pages([(subject.function, subject.all_points) for subject in SUBJECTS])
    return {
        subject: dict(zip(map(repr, subject.all_points), each, strict=True))
        for subject, each in zip(SUBJECTS, found, strict=True)
    }


BETWEEN = {
    "div": ("shared",),
    "pow": ("shared", "tiny"),
    "atan2": ("shared",),
    "norm": ("one_element",),
    "remainder": ("tiny",),
    "softmax": ("large",),
    "softmax([x, y])[1]": ("large",),
    "softmax([x, y, 0])[0]": ("large",),
    "softmax . values": ("large",),
    "nn.Softmax": ("large",),
    "x * sqrt(x)": ("tiny",),
    "x / x": ("tiny",),
    "sqrt(x) ** 2": ("tiny",),
    "prod([sqrt(x), x, 0])": ("large",),
    "mean": ("large",),
    "nn.huber_loss": ("large",),
}
"""Where numbers between the operands and a derivative leave the range of floats: CONTRACT["between"]."""
CANCELS = {"softmax([x, y, 0])[0]": ("saturated",)}
"""Where a second derivative is 0 but for the rounding of the terms it is made of: CONTRACT["cancels"]."""
BY_RULE = {"sqrt(x) ** 2": ("zero", "tiny")}
"""Where a second derivative is 0 because nothing flows in, or is the rounding of 0: CONTRACT["by rule"]."""


def disagreements(subject: Subject, kind: str, route: str) -> Iterator[tuple[str, tuple[float, ...], Any, Any]]:
    """Yield level, point, what the route gives and what is expected, where they differ."""
    for point in subject.points.get(kind, ()):
        expected = truths(subject, many_digits=route in MANY_DIGITS)[repr(point)]
        got = outcomes(subject, route)[repr(point)]
        backward = outcomes(subject, "backward")[repr(point)]
        for i, (level, mine, theirs, first) in enumerate(zip(LEVELS, got, expected, backward, strict=True)):
            if agrees(route, point, mine, theirs, first, expected, subject.absolute):
                continue
            if (
                kind in BETWEEN.get(subject.name, ())
                and (first is NumberOverflowError or route == "page")
                and is_failure(mine)
            ):
                continue
            if kind in CANCELS.get(subject.name, ()) and level == "Hessian" and is_close_to_largest(mine, theirs):
                continue
            if kind in BY_RULE.get(subject.name, ()) and level == "Hessian" and flat(first) == flat(mine) == [0.0]:
                continue
            if isinstance(theirs, NoValueError) and route not in EAGER:  # CONTRACT["not needed"]
                lenient = lenient_truth(subject, point, many_digits=route in MANY_DIGITS)
                if agrees(route, point, mine, lenient[i], first, lenient, subject.absolute):
                    continue
            yield level, point, mine, first if isinstance(theirs, NoValueError) and first in DOCUMENTED else theirs


def is_close_to_largest(got: Any, expected: Any) -> bool:
    """Whether numbers differ by no more than the rounding of the largest of them."""
    if not (isinstance(got, list) and isinstance(expected, list)):
        return False
    mine, theirs = flat(got), flat(expected)
    return all(abs(m - t) <= 1e-15 * max(map(abs, theirs)) for m, t in zip(mine, theirs, strict=True))


def is_failure(got: Any) -> bool:
    """Whether a route gave a documented error, or numbers of which some are not finite."""
    if isinstance(got, type):
        return issubclass(got, DOCUMENTED)
    return isinstance(got, list) and not all(map(math.isfinite, flat(got)))


def agrees(  # noqa: PLR0917  # one comparison, all of whose sides are named
    route: str,
    point: Sequence[float],
    got: Any,
    expected: Any,
    by_backward: Any,
    every: Sequence[Any],
    absolute: float,
) -> bool:
    """Whether what a route gives is the truth, or the documented error where there is none."""
    if isinstance(got, Excused):
        return excused(got, expected)
    if route == "float32" and not fits_float32(point, every):
        return True  # CONTRACT["float32"]
    if isinstance(got, AssertionError):
        return False
    if route == "to_jax" and any(0 < abs(x) < SMALLEST for x in point):
        return True  # CONTRACT["subnormal"]
    if isinstance(expected, NoValueError):
        if route in EXACT_CLASS:
            return got in DOCUMENTED and got == by_backward
        if isinstance(got, type):
            return issubclass(got, DOCUMENTED)
        if route in {"to_torch", "to_jax"}:  # CONTRACT["non-finite"]
            no_value = isinstance(every[0], NoValueError) and isinstance(got, list)  # then the slopes need not say it
            return no_value or not all(map(math.isfinite, flat(got)))
        if route in MANY_DIGITS:
            return str(expected) == "overflow"  # CONTRACT["many digits"]
        return False
    if isinstance(got, type):
        return False
    relative = RELATIVE.get(route, 1e-12)
    mine, theirs = flat(got), flat(expected)
    scale = max([1.0, *map(abs, theirs)]) * relative if route == "float32" else SMALLEST
    return len(mine) == len(theirs) and all(
        abs(m - t) <= max(relative * abs(t), absolute * max(1.0, abs(t)), scale)
        for m, t in zip(mine, theirs, strict=True)
    )


def excused(excuse: Excused, expected: Any) -> bool:
    """Whether an excuse holds here; that floats overflow where many digits go on is one only if they do."""
    return excuse.reason != "many digits" or isinstance(expected, NoValueError)


def fits_float32(point: Sequence[float], expected: Sequence[Any]) -> bool:
    """Whether all numbers in a case, and those between them, are ones that 24 bits can hold."""
    numbers = [*point]
    for level in expected:
        if isinstance(level, NoValueError):
            return False
        numbers += flat(level)
    return all(x == 0 or 1e-6 < abs(x) < 1e6 for x in numbers)


def told(item: Any) -> str:
    """Return a short text for what was got or expected."""
    if isinstance(item, NoValueError):
        return f"an error ({item})"
    return item.__name__ if isinstance(item, type) else repr(item)
