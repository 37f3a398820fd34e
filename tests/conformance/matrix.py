"""What a route gives, held against the truth: the one comparison that the matrix and the random programs use."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from points import SUBJECTS, Subject
from reference import NoValueError, largest_term, truth
from routes import (
    EAGER,
    EXACT_CLASS,
    EXPORTS,
    FORWARD,
    MANY_DIGITS,
    ROUTES,
    SYMBOLIC,
    Excused,
    Outcome,
    attempt,
    by_pages,
    flat,
)

from autograd import Value
from autograd.errors import DivisionByZeroError, DomainError, NumberOverflowError
from autograd.formulas.formula import formula
from autograd.formulas.operation import Operation
from autograd.graph import sort

DOCUMENTED = (DomainError, DivisionByZeroError, NumberOverflowError)
LEVELS = ("value", "gradient", "Hessian")
RELATIVE = {"float32": 1e-4}
SMALLEST = 2.3e-308
"""Below this a float has fewer digits than others."""
LARGEST_SUMMAND = 1e307
"""Sums of a few smaller numbers are floats."""


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


BY_DIFF = {"over sympy": 2, "sympy's diff": 1}
"""From which derivative on it is SymPy that differentiates."""


def is_of_sympy(subject: Subject, kind: str, got: Any, expected: Any, *, by_diff: bool) -> bool:
    """Whether it is SymPy, and not the program, that decides here."""
    if isinstance(got, AssertionError):
        return False
    if isinstance(expected, NoValueError) and subject.excused("algebra", kind):
        return True
    if got is DomainError and subject.excused("15 digits", kind):
        return True
    return by_diff and subject.excused("symbolic slopes", kind)


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
                subject.excused("between", kind)
                and (first is NumberOverflowError or route == "page")
                and is_failure(mine)
            ):
                continue
            cancels = subject.excused("cancels", kind) or (route == "jvp" and subject.excused("forward cancels", kind))
            if cancels and i and is_close_to_largest(mine, theirs, subject, point):
                continue
            if subject.excused("by rule", kind) and level == "Hessian" and flat(first) == flat(mine) == [0.0]:
                continue
            if route in EXPORTS and is_excused_export(subject, point, i, got):
                continue
            if route in FORWARD and subject.excused("tangents", kind) and level == "Hessian" and is_failure(mine):
                continue
            by_diff = i >= BY_DIFF.get(route, 0)
            if route in SYMBOLIC and is_of_sympy(subject, kind, mine, theirs, by_diff=by_diff):
                continue
            if isinstance(theirs, NoValueError) and route not in EAGER:  # CONTRACT["not needed"]
                lenient = lenient_truth(subject, point, many_digits=route in MANY_DIGITS)
                if agrees(route, point, mine, lenient[i], first, lenient, subject.absolute):
                    continue
            yield level, point, mine, first if isinstance(theirs, NoValueError) and first in DOCUMENTED else theirs


def is_excused_export(subject: Subject, point: tuple[float, ...], level: int, got: Outcome) -> bool:
    """Whether a program that cannot raise says what it can: CONTRACT["non-finite"] and CONTRACT["partial sums"]."""
    expected = truths(subject, many_digits=False)[repr(point)]
    before = zip(expected[:level], got[:level], strict=True)
    if any(isinstance(theirs, NoValueError) and is_failure(mine) for theirs, mine in before):
        return True
    if not isinstance(expected[level], NoValueError):
        return is_failure(got[level]) and max(map(abs, point)) > LARGEST_SUMMAND and adds_up(subject)
    exact = truths(subject, many_digits=True)[repr(point)]
    return not isinstance(exact[level], NoValueError) and agrees(
        "to_torch", point, got[level], exact[level], None, exact, subject.absolute
    )


@cache
def adds_up(subject: Subject) -> bool:
    """Whether rows that add up many numbers are in a function."""
    rows: set[Operation | None] = set()
    for point in subject.all_points:
        output = attempt(lambda point=point: subject.function(*map(Value, point)))  # type: ignore[misc]
        if isinstance(output, Value):
            rows |= {node.operation for node in sort(output)[1]}
    return any(row is not None and (row.sum_of or "sum" in formula(row.value).names) for row in rows)


def is_close_to_largest(got: Any, expected: Any, subject: Subject, point: tuple[float, ...]) -> bool:
    """Whether derivatives differ by no more than the rounding of the largest term in them."""
    if not (isinstance(got, list) and isinstance(expected, list)):
        return False
    rounding = 1e-15 * largest_term(subject.truth, point)
    return all(abs(m - t) <= rounding for m, t in zip(flat(got), flat(expected), strict=True))


def is_failure(got: Any) -> bool:
    """Whether a route gave a documented error, or numbers of which some are not finite."""
    if isinstance(got, type):
        return issubclass(got, DOCUMENTED)
    return isinstance(got, float | list) and not all(map(math.isfinite, flat(got)))


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
        if route in EXPORTS:  # CONTRACT["non-finite"]
            return is_failure(got)
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
