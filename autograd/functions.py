"""Functions on Values or numbers that give more than one result, or none that a single row could give."""

from collections.abc import Iterable, Sequence
from typing import overload

from autograd.errors import ArgumentError
from autograd.operation import OPERATIONS, Operation
from autograd.value import Value, elements

# `Operation.apply` is what a row's call uses; these rows also take the position of the result.


def each(operation: Operation, xs: "Iterable[Value | float]") -> "list[Value | float]":
    """Return ``operation(xs, index)`` for every index."""
    items = elements(operation, xs)
    return [Operation.apply(operation, (items, index)) for index in range(len(items))]


@overload
def softmax(xs: Iterable[float]) -> list[float]: ...  # type: ignore[overload-overlap]  # floats only
@overload
def softmax(xs: "Iterable[Value | float]") -> list[Value]: ...
def softmax(xs: "Iterable[Value | float]") -> "list[Value] | list[float]":
    """Return the probabilities ``exp(x) / sum(exp(xs))``, which add up to 1, for any finite numbers.

    Args:
        xs: n numbers or Values (one sample's logits).

    Returns:
        n probabilities: Values if any of ``xs`` is one, otherwise floats.

    Raises:
        ArgumentError: ``xs`` is empty.

    Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 4.1.

    Example:
        >>> from autograd import softmax
        >>> softmax([1000.0, 1000.0])
        [0.5, 0.5]
    """
    return each(OPERATIONS["softmax"], xs)  # type: ignore[return-value]  # all floats or all Values


@overload
def log_softmax(xs: Iterable[float]) -> list[float]: ...  # type: ignore[overload-overlap]  # floats only
@overload
def log_softmax(xs: "Iterable[Value | float]") -> list[Value]: ...
def log_softmax(xs: "Iterable[Value | float]") -> "list[Value] | list[float]":
    """Return the logarithm of each softmax probability without losing any of the small ones.

    Args:
        xs: n numbers or Values (one sample's logits).

    Returns:
        n logarithms of probabilities: Values if any of ``xs`` is one, otherwise floats.

    Raises:
        ArgumentError: ``xs`` is empty.

    Example:
        >>> from autograd import log_softmax
        >>> log_softmax([0.0, -800.0])
        [-0.0, -800.0]
    """
    return each(OPERATIONS["log_softmax"], xs)  # type: ignore[return-value]  # all floats or all Values


def take(values: "Sequence[Value | float]", index: "int | Value") -> "Value | float":
    """Return ``values[index]``, also where the index is only known when a compiled program runs.

    Args:
        values: n numbers or Values, such as one column of an embedding or the log-probabilities of n classes.
        index: a whole number from 0 to n - 1; a Value only inside a function that is being compiled.

    Raises:
        ArgumentError: the index is not a position in ``values``.

    Example:
        >>> from autograd import Value, take
        >>> take([Value(1.0), Value(2.0)], 1).data
        2.0
    """
    if not isinstance(index, int) or not 0 <= index < len(values):
        raise ArgumentError(f"take needs a position from 0 to {len(values) - 1} for {len(values)} values; got {index!r}.")
    return values[index]


def zero_grad(values: Iterable[Value]) -> None:
    """Set the gradient of each of ``values`` to zero.

    Example:
        >>> from autograd import Value, zero_grad
        >>> x = Value(3.0)
        >>> (x * x).backward()
        >>> zero_grad([x])
        >>> x.grad
        0.0
    """
    for value in values:
        value.grad = 0.0
