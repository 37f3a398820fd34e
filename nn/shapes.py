"""What a sample and a batch are, and the checks and conversions between them: the only place that knows.

A *sample* is a sequence of numbers or Values: the features of one flower. A *batch* is a sequence of
samples. Lists, tuples and NumPy arrays are all welcome; what comes out are Values in lists.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from autograd import Value, errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

Element: TypeAlias = Value | float
"""One number, with or without a history."""
Sample: TypeAlias = "Sequence[Element] | Array"
"""The numbers of one sample."""
Batch: TypeAlias = "Sequence[Sample] | Array"
"""Samples of the same length."""
Input: TypeAlias = "Sample | Batch"
"""What a module takes."""
Nested: TypeAlias = "Element | Sequence[Nested] | Array"
"""A number, or numbers in lists of any depth."""

R = TypeVar("R")


def listed(x: object) -> Sequence[Any]:
    """Return ``x`` as a list or tuple; the rows of an array become lists of Python numbers.

    Raises:
        NumberError: ``x`` is not a sequence.
    """
    if isinstance(x, list | tuple):
        return x
    if hasattr(x, "tolist") and getattr(x, "ndim", 0):
        return x.tolist()  # type: ignore[no-any-return]  # an array of one or more dimensions gives a list
    if not isinstance(x, Value | str | bytes | dict) and hasattr(x, "__iter__"):
        return list(x)
    raise errors.NumberError(
        f"Expected a sample such as [1.0, 2.0] or a batch of samples such as [[1.0, 2.0], [3.0, 4.0]]; got {x!r}."
    )


def is_sequence(x: object) -> bool:
    """Whether ``x`` holds further numbers rather than being one."""
    return isinstance(x, list | tuple) or (not isinstance(x, Value) and hasattr(x, "__len__"))


def is_batch(x: object) -> bool:
    """Whether ``x`` is a batch (a sequence of samples) rather than one sample.

    Raises:
        ArgumentError: ``x`` is empty, so there is nothing to compute from.

    Example:
        >>> is_batch([1.0, 2.0]), is_batch([[1.0, 2.0], [3.0, 4.0]])
        (False, True)
    """
    dimensions = getattr(x, "ndim", None)
    items = x if dimensions is not None else listed(x)
    if len(items) == 0:  # type: ignore[arg-type]  # an array has a length too
        raise errors.ArgumentError("The batch is empty; give at least one sample, such as [[1.0, 2.0]].")
    return dimensions > 1 if dimensions is not None else is_sequence(items[0])  # type: ignore[index]


def sample(x: object, size: int, owner: str) -> tuple[Element, ...]:
    """Return one sample as a tuple of Values and floats.

    Args:
        x: a sequence of ``size`` numbers or Values.
        size: how many numbers there must be.
        owner: what takes the sample, for messages: ``"Linear(2, 3)"``.

    Raises:
        ArgumentError: another number of elements, or one of them is nan or infinite.
        NumberError: an element is not a number.

    Example:
        >>> sample([1, 2.5], 2, "Linear(2, 3)")
        (1.0, 2.5)
    """
    items = tuple(listed(x))
    if len(items) != size:
        raise errors.ArgumentError(
            f"{owner} takes samples of {size} number{'s' * (size != 1)}; got one of {len(items)}: {brief(items)}."
        )
    if set(map(type, items)) != {Value}:
        items = tuple([item if isinstance(item, Value) else number(item, owner, i) for i, item in enumerate(items)])
    return items


def number(item: object, owner: str, position: int) -> float:
    """Return one number of a sample or of the targets as a finite float.

    Raises:
        ArgumentError, NumberError: it is not one; the message says where it stood.
    """
    if item.__class__ is float and item - item == 0.0:  # type: ignore[operator]  # floats subtract
        return item  # type: ignore[return-value]
    try:
        return Value(item).data  # type: ignore[arg-type]  # Value says what is wrong with it
    except errors.AutogradError as error:
        raise type(error)(f"{owner} cannot use number {position}: {error}") from None


def per_sample(function: "Callable[[Sample], R]", x: Input) -> R | list[R]:
    """Return ``function(x)`` for one sample, and the list of results for a batch."""
    if is_batch(x):
        return [function(row) for row in listed(x)]
    return function(x)  # type: ignore[arg-type]  # what is not a batch is a sample


def brief(items: Sequence[object]) -> str:
    """Return a short text for a sequence in a message."""
    text = ", ".join(f"{item.data:g}" if isinstance(item, Value) else repr(item) for item in items[:5])
    return f"[{text}{', ...' if len(items) > 5 else ''}]"
