"""Functions of sequences that are composed of rows and need no derivative of their own: running sums, spread, order."""

import itertools
import math
from collections.abc import Callable, Iterable
from typing import cast

from autograd import more_ops, ops
from autograd.errors import ArgumentError
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.graph import Operand
from autograd.modes import current_mode
from autograd.scalar import as_operand, number_of


def variance(xs: Iterable[Operand], correction: float = 1) -> Operand:
    """Return the variance: the sum of the squared deviations from the mean, divided by ``n - correction``.

    Args:
        xs: n numbers or Values.
        correction: 1 for the variance of a population of which ``xs`` is a sample, as in PyTorch; 0 for that of
            ``xs`` themselves, as in NumPy.

    Raises:
        ArgumentError: there are not more numbers than ``correction``.

    Source: the two passes of Chan, Golub & LeVeque, Algorithms for computing the sample variance (1983).

    Example:
        >>> from autograd import variance
        >>> variance([1.0, 2.0, 3.0, 4.0], correction=0)
        1.25
    """
    deviations, count = deviations_of(xs, correction)
    return ops.dot(deviations, deviations) / count


def std(xs: Iterable[Operand], correction: float = 1) -> Operand:
    """Return the standard deviation, the square root of the :func:`variance`; no square overflows.

    Where all numbers are equal its derivative is 0, as that of :func:`norm` is at 0.

    Args:
        xs: n numbers or Values.
        correction: 1 as in PyTorch, 0 as in NumPy; see :func:`variance`.

    Raises:
        ArgumentError: there are not more numbers than ``correction``.

    Example:
        >>> from autograd import std
        >>> std([1.0, 1.0, 3.0, 3.0], correction=0)
        1.0
    """
    deviations, count = deviations_of(xs, correction)
    return more_ops.norm(deviations) / math.sqrt(count)


def deviations_of(xs: Iterable[Operand], correction: float) -> tuple[list[Operand], float]:
    """Return the deviations from the mean, and what sums of them are divided by."""
    items = items_of(xs)
    if len(items) <= correction:
        raise ArgumentError(
            f"A variance with correction={correction} needs more than {correction} numbers; got {len(items)}. "
            "Write correction=0 for that of the numbers themselves."
        )
    middle: Operand = ops.mean(items)
    return [ops.sub(x, middle) for x in items], len(items) - correction


def cumsum(xs: Iterable[Operand]) -> list[Operand]:
    """Return the running sums: ``[x1, x1 + x2, ...]``.

    Example:
        >>> from autograd import cumsum
        >>> cumsum([1.0, 2.0, 3.0])
        [1.0, 3.0, 6.0]
    """
    return running(ops.add, xs)


def cumprod(xs: Iterable[Operand]) -> list[Operand]:
    """Return the running products: ``[x1, x1 * x2, ...]``.

    Example:
        >>> from autograd import cumprod
        >>> cumprod([1.0, 2.0, 3.0])
        [1.0, 2.0, 6.0]
    """
    return running(ops.mul, xs)


def running(row: Operation, xs: Iterable[Operand]) -> list[Operand]:
    """Return what a row makes of the numbers up to each one: too large a result is an error of floats, too."""
    return list(itertools.accumulate(items_of(xs), cast("Callable[[Operand, Operand], Operand]", row)))


def sort(xs: Iterable[Operand]) -> list[Operand]:
    """Return the elements in increasing order, also where the order is only known when a compiled program runs.

    The result is a permutation: each element passes its gradient to the one it was. Elements that are equal share
    evenly, as in :func:`max`.

    Args:
        xs: n numbers or Values.

    Example:
        >>> from autograd import Value, sort
        >>> a, b = Value(3.0), Value(1.0)
        >>> smallest, largest = sort([a, b])
        >>> (largest * 10).backward()
        >>> a.grad, b.grad
        (10.0, 0.0)
    """
    items = tuple(items_of(xs))
    if current_mode().recorder is not None or not all(is_plain(number_of(item)) for item in items):
        return [OPERATIONS["ordered"](items, index) for index in range(len(items))]
    in_order = sorted(items, key=number_of)
    numbers = [None, *map(number_of, in_order), None]
    return [
        OPERATIONS["ordered"](items, index) if number in {before, after} else x
        for index, (x, before, number, after) in enumerate(
            zip(in_order, numbers, numbers[1:], numbers[2:], strict=False)
        )
    ]


def is_plain(number: object) -> bool:
    """Whether a number is a finite float, rather than something that was assigned to the data of a Value."""
    return isinstance(number, float) and math.isfinite(number)


def items_of(xs: Iterable[Operand]) -> list[Operand]:
    """Return numbers and Values as Values and floats."""
    return [cast(Operand, as_operand(x)) for x in xs]
