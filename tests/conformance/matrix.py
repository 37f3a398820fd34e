"""What a route gives, held against the truth: the one comparison that the matrix and the random programs use."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from points import SUBJECTS, Subject
from reference import NoValueError, truth
from routes import EAGER, EXACT_CLASS, MANY_DIGITS, ROUTES, SYMBOLIC, Excused, Outcome, by_pages, flat

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
        if subject not in PAGES:
            compute_pages(SUBJECTS if subject in SUBJECTS else [subject])
        return PAGES[subject]
    return dict(zip(map(repr, points), ROUTES[route](subject.function, points), strict=True))


PAGES: dict[Subject, dict[str, Outcome]] = {}
"""What the page gives at each point of a subject."""


def compute_pages(subjects: Sequence[Subject]) -> None:
    """Find out what the page gives, for many subjects: Node is started once."""
    found = by_pages([(subject.function, subject.all_points) for subject in subjects])
    for subject, each in zip(subjects, found, strict=True):
        PAGES[subject] = dict(zip(map(repr, subject.all_points), each, strict=True))


BETWEEN = {
    "div": ("shared",),
    "pow": ("shared", "tiny"),
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

ALGEBRA = {"div", "x / x", "sqrt(x) * 0", "0.0 * sqrt(x) + x", "sqrt(x) ** 2", "sqrt(x * x)", "nn.binary_cross_entropy"}
"""What SymPy simplifies, so that it has numbers where a part has none: CONTRACT["algebra"]."""
FIFTEEN_DIGITS = {"nn.binary_cross_entropy": ("zero", "tiny")}
"""Where SymPy adds a tiny number to 1: CONTRACT["15 digits"]."""
OWN_DIFF = {
    "pow": ("zero", "tie", "literal", "shared"),
    "max": ("zero", "tie", "literal"),
    "min": ("zero", "tie", "literal"),
    "min([x, 0 * x])": ("zero",),
    "sqrt(x) ** 2": ("zero",),
    "x * sqrt(y)": ("zero",),
    "relu(x) ** 0.5": ("zero", "kink", "large", "tiny", "saturated"),
    "maximum(sqrt(x), 1)": ("zero",),
    "max([sqrt(x), 1])": ("zero",),
    "sign(sqrt(x)) + x": ("zero",),
}
"""Where SymPy's own ``diff`` follows rules of its own: CONTRACT["symbolic slopes"]."""


class Case(NamedTuple):
    """One comparison of a level that did not agree."""

    name: str
    kind: str
    route: str
    level: str
    got: Outcome
    expected: Any

    def is_of_sympy(self) -> bool:
        """Whether it is SymPy, and not the program, that decides here."""
        mine = self.got[LEVELS.index(self.level)]
        if isinstance(mine, AssertionError) or self.route not in SYMBOLIC:
            return False
        if isinstance(self.expected, NoValueError) and self.name in ALGEBRA:
            return True
        if mine is DomainError and self.kind in FIFTEEN_DIGITS.get(self.name, ()):
            return True
        by_diff = self.level == "Hessian" or (self.level == "gradient" and self.route == "sympy's diff")
        return by_diff and self.kind in OWN_DIFF.get(self.name, ())


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
            case = Case(subject.name, kind, route, level, got, theirs)
            if case.is_of_sympy():
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
        if route in SYMBOLIC and isinstance(every[0], NoValueError) and isinstance(got, list):
            return True  # CONTRACT["complex"]
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
