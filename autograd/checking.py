"""Checks a gradient against finite differences of the function itself."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError, GradientMismatchError
from autograd.gradients.reverse import gradient
from autograd.modes import with_gradients
from autograd.numbers import number_from, shown

STEPS = (2.0e-3, 1.0e-4, 5.0e-6)
"""Step sizes, relative to the argument (at least 1). Functions of ordinary numbers agree at the first, with errors near
1e-10 thanks to the extrapolation below; those that change much within it, as log does near 0, at a smaller one."""


def check_gradient(f: Callable[..., object], *point: float, order: int = 2, tolerance: float = 1e-6) -> None:
    """Compare the gradient of ``f`` at ``point`` with finite differences; return quietly if they agree.

    Each derivative is estimated by central differences, extrapolated twice (Richardson 1911; Press et al.,
    Numerical Recipes, section 5.7). ``f`` must be smooth around the point.

    Args:
        f: a function of n numbers that returns one Value.
        point: n numbers.
        order: 1 checks the gradient, 2 its gradient as well, and so on.
        tolerance: the largest difference allowed, relative to the size of the numbers (at least 1).

    Raises:
        GradientMismatchError: names the argument, both numbers and their difference (also an ``AssertionError``).
        ArgumentError: ``point`` is empty or ``order`` is less than 1.

    Example:
        >>> from autograd import Value, check_gradient, tanh
        >>> check_gradient(lambda x, y: x * tanh(y), 0.5, -1.2)
    """
    if not point or order < 1:
        raise ArgumentError(
            f"check_gradient needs at least one number and an order of at least 1; got {point}, {order}."
        )
    _check(f, [number_from(x) for x in point], order, tolerance, "")


def _check(f: Callable[..., object], point: list[float], order: int, tolerance: float, of: str) -> None:
    for position, found in enumerate(_partials(f, point)):
        expected = _closest(f, point, position, found, tolerance)
        if not _agree(found, expected, tolerance):
            raise GradientMismatchError(
                f"The derivative{of} with respect to argument {position} at {tuple(point)} is {found!r} by backward, "
                f"but {expected!r} by finite differences: they differ by {abs(found - expected):.3g}. "
                "Check the local derivative of each operation in the function."
            )
        if order > 1:
            inner = _Partial(f, position)
            _check(inner, point, order - 1, tolerance, f" of the derivative{of} with respect to argument {position}")


def _agree(found: float, expected: float, tolerance: float) -> bool:
    return abs(found - expected) <= tolerance * max(1.0, abs(found), abs(expected))


def _closest(f: Callable[..., object], point: list[float], position: int, found: float, tolerance: float) -> float:
    """Return the first estimate that agrees with ``found``, or else the one that comes closest to it."""
    estimates: list[float] = []
    outside: ArgumentError | None = None
    for step in STEPS:
        try:
            estimates.append(_difference(f, point, position, step * max(1.0, abs(point[position]))))
        except ArgumentError as error:
            outside = error
        else:
            if _agree(found, estimates[-1], tolerance):
                break
    if not estimates and outside is not None:
        raise outside
    return min(estimates, key=lambda estimate: abs(estimate - found))


class _Partial:
    """The derivative of a function with respect to one argument, as a function of Values."""

    def __init__(self, f: Callable[..., object], position: int) -> None:
        self.f, self.position = f, position

    def __call__(self, *point: float | Value) -> Value:
        inputs = [x if isinstance(x, Value) else Value(x) for x in point]
        with with_gradients():
            return gradient(_value(self.f(*inputs)), [inputs[self.position]])[0]


def _value(output: object) -> Value:
    if isinstance(output, Value):
        return output
    if isinstance(output, float | int):
        return Value(output)
    raise ArgumentError(f"check_gradient needs a function that returns one Value; it returned {shown(output)}.")


def _partials(f: Callable[..., object], point: Sequence[float]) -> list[float]:
    inputs = [Value(x) for x in point]
    with with_gradients():
        output = _value(f(*inputs))
    output.backward()
    return [x.grad for x in inputs]


def _difference(f: Callable[..., object], point: Sequence[float], position: int, step: float) -> float:
    """Estimate one derivative from values of ``f`` alone."""

    def at(offset: float) -> float:
        moved = [Value(x + offset if i == position else x) for i, x in enumerate(point)]
        try:
            return _value(f(*moved)).data
        except AutogradError as error:
            raise ArgumentError(
                f"Finite differences left the domain of the function near {tuple(point)}: {error}"
            ) from None

    estimates = [(at(h) - at(-h)) / (2 * h) for h in (step, step / 2, step / 4)]
    once = [(4 * fine - coarse) / 3 for coarse, fine in pairwise(estimates)]
    return (16 * once[1] - once[0]) / 15
