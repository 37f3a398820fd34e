"""Functions on Values or numbers that give more than one result, or none that a single row could give."""

from collections.abc import Callable, Iterable, Sequence
from typing import cast, overload

from autograd.engine import Value
from autograd.formulas.floats import position
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.modes import current_mode
from autograd.numbers import number_from


def each(operation: Operation, xs: "Iterable[Value | float]") -> "list[Value | float]":
    """Return ``operation(xs, index)`` for every index."""
    items = cast("tuple[Value | float, ...]", operation.items(xs))
    apply = cast("Callable[..., Value | float]", operation)
    return [apply(items, float(index)) for index in range(len(items))]


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


def take(values: "Sequence[Value | float]", index: "float | Value") -> "Value | float":
    """Return ``values[index]``, also where the index is only known when a compiled program runs.

    Args:
        values: n numbers or Values, such as one column of an embedding or the log-probabilities of n classes.
        index: a whole number from 0 to n - 1, which may be an input of a function that is compiled.

    Raises:
        ArgumentError: the index is not a position in ``values``.

    Example:
        >>> from autograd import Value, take
        >>> take([Value(1.0), Value(2.0)], 1).data
        2.0
    """
    if isinstance(index, Value):
        recorder = current_mode().recorder
        if recorder is not None:
            return cast("Value", recorder.record(OPERATIONS["take"], (tuple(values), index)))
        index = index.data
    return values[position(number_from(index), len(values))]


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


def fresh(draw: Callable[[int], Sequence[float]], count: int) -> "list[Value] | list[float]":
    """Return ``count`` numbers from ``draw(count)``, which a compiled function draws anew at every call.

    Randomness inside a function must come through here: what a function merely computes while it is being
    recorded would stay the same in every later call. Dropout draws its masks this way.

    Args:
        draw: takes a count and returns that many numbers (a list or a NumPy array).
        count: how many numbers are needed.

    Example:
        >>> import random
        >>> from autograd import fresh
        >>> noise = random.Random(0)
        >>> len(fresh(lambda count: [noise.gauss(0, 1) for _ in range(count)], 3))
        3
    """
    recorder = current_mode().recorder
    if recorder is not None:
        return cast("list[Value]", recorder.fresh(draw, count))
    return [float(number) for number in draw(count)]


def observe(values: Iterable[Value | float], callback: Callable[[Sequence[float]], None]) -> None:
    """Call ``callback`` with the numbers of ``values``, again at every call of a compiled function.

    This is how a function lets numbers out while it runs: BatchNorm keeps its running statistics this way.
    What the callback does has no part in any gradient.

    Args:
        values: n Values or numbers.
        callback: takes a sequence of n floats (a list or a NumPy array).

    Example:
        >>> from autograd import Value, observe
        >>> x = Value(3.0)
        >>> observe([x * x], print)
        [9.0]
    """
    recorder = current_mode().recorder
    if recorder is not None:
        recorder.observe(list(values), callback)
    else:
        callback([value.data if isinstance(value, Value) else float(value) for value in values])
