"""What a sample and a batch are, how numbers are nested, and the checks and conversions between these.

A *sample* is a sequence of numbers or Values: the features of one flower. A *batch* is a sequence of
samples. Lists, tuples, NumPy arrays, tensors of PyTorch and tables of
pandas are all welcome; what comes out are Values in lists.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import autograd
from autograd import Value, errors
from autograd.advice import refuse_gradients_of_others

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
Samples: TypeAlias = Sequence[Any]
"""Inputs or targets, one per sample, of whatever type the model and the loss take."""
Nested: TypeAlias = "Element | Sequence[Nested] | Array"
"""A number, or numbers in sequences of any depth."""
Output: TypeAlias = "Value | list[Output]"
"""What a module gives: Values in lists as deep as its input's."""
Entries: TypeAlias = "list[Any] | tuple[Any, ...]"
"""The outputs for a batch: a list of one entry per sample, or a tuple of whatever else a model gives."""

T = TypeVar("T")


def is_sequence(x: object) -> bool:
    """Whether ``x`` holds further numbers rather than being one."""
    if isinstance(x, list | tuple):
        return True
    return not isinstance(x, Value | str | bytes | dict) and hasattr(x, "__iter__") and getattr(x, "ndim", 1) != 0


def listed(x: object) -> Sequence[Any]:
    """Return a sequence as a list or tuple; the rows of an array, a tensor or a table become lists of Python numbers.

    Raises:
        NumberError: ``x`` is not a sequence.
    """
    if isinstance(x, list | tuple):
        return x
    if not is_sequence(x):
        raise errors.NumberError(
            f"Expected a sample such as [1.0, 2.0] or a batch of samples such as [[1.0, 2.0], [3.0, 4.0]]; got {x!r}."
        )
    refuse_gradients_of_others(x)
    array: Any = x.to_numpy() if hasattr(x, "to_numpy") else x  # a table of pandas would yield the names of its columns
    return array.tolist() if hasattr(array, "tolist") else list(array)


def is_batch(x: object) -> bool:
    """Whether ``x`` is a batch (a sequence of samples) rather than one sample.

    Raises:
        ArgumentError: ``x`` is empty, so there is nothing to compute from.
        NumberError: ``x`` is not a sequence.

    Example:
        >>> is_batch([1.0, 2.0]), is_batch([[1.0, 2.0], [3.0, 4.0]])
        (False, True)
    """
    items = listed(x)
    if len(items) == 0:
        raise errors.ArgumentError("The batch is empty; give at least one sample, such as [[1.0, 2.0]].")
    return is_sequence(items[0])


def sample(x: object, size: int, title: Callable[[], str]) -> tuple[Element, ...]:
    """Return one sample of ``size`` numbers as a tuple of Values and floats; ``title`` names in messages what takes it.

    Raises:
        ArgumentError: another number of elements, or one of them is nan or infinite.
        NumberError: an element is not a number.

    Example:
        >>> import nn
        >>> sample([1, 2.5], 2, nn.Linear(2, 3).title)
        (1.0, 2.5)
    """
    items = tuple(listed(x))
    if len(items) != size:
        raise errors.ArgumentError(
            f"{title()} takes samples of {size} number{'s' * (size != 1)}; got one of {len(items)}: {brief(items)}."
        )
    if set(map(type, items)) != {Value}:  # the outputs of another layer need no look at each one
        items = tuple([element(item, f"{title()}, number {i} of the sample") for i, item in enumerate(items)])
    return items


def element(item: object, place: str) -> Element:
    """Return a Value as it is and a number as a finite float.

    Raises:
        ArgumentError, NumberError: it is neither, or nan or infinite; the message names the ``place``.
    """
    if isinstance(item, Value):
        return item
    if item.__class__ is float and item - item == 0.0:
        return item
    try:
        return autograd.max([item])  # type: ignore[list-item]  # it says what is wrong with it
    except errors.AutogradError as error:
        raise type(error)(f"{place}: {error}") from None


def per_sample(function: Callable[[Sample], Output], x: Input) -> Output:
    """Return ``function(x)`` for one sample, the list of results for a batch, and lists of these for batches in lists.

    Example:
        >>> per_sample(list, [[(1, 2), (3, 4)], [(5, 6)]])
        [[[1, 2], [3, 4]], [[5, 6]]]
    """
    items = listed(x)
    return [per_sample(function, row) for row in items] if is_batch(items) else function(items)


def flatten(
    x: object, place: str, checked: Callable[[Any, str], Any] | None = None
) -> tuple[list[Any], tuple[int, ...]]:
    """Return the numbers in ``x`` in order, and its shape as NumPy would give it.

    Each becomes a Value or a float, or what ``checked(number, place)`` makes of it.

    Raises:
        ArgumentError: rows of different lengths, an empty sequence, or a number that is nan or infinite.
        NumberError: something that is not a number.

    Example:
        >>> flatten([[1, 2, 3], [4, 5, 6]], "outputs")
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (2, 3))
    """
    if not is_sequence(x):
        return [(checked or element)(x, place)], ()
    parts = [flatten(item, f"{place}[{i}]", checked) for i, item in enumerate(listed(x))]
    shapes = {shape for _, shape in parts}
    if len(shapes) != 1:
        problem = f"has parts of different shapes, {sorted(shapes)}" if shapes else "is empty"
        raise errors.ArgumentError(f"{place} {problem}; give at least one number, and rows of the same length.")
    return [number for numbers, _ in parts for number in numbers], (len(parts), *shapes.pop())


def leaves(outputs: object) -> Iterator[Any]:
    """Yield the items in lists of any depth, unchecked, such as the outputs of a model.

    Example:
        >>> list(leaves([1, [2, (3, 4)]]))
        [1, 2, 3, 4]
    """
    if isinstance(outputs, list | tuple):
        for item in outputs:
            yield from leaves(item)
    else:
        yield outputs


def nested_like(outputs: object, items: Iterator[Any]) -> Any:  # as deep as ``outputs``
    """Return the next items in lists nested as ``outputs`` are: the inverse of :func:`leaves`.

    Example:
        >>> nested_like([1, [2, (3, 4)]], iter("abcd"))
        ['a', ['b', ['c', 'd']]]
    """
    return [nested_like(part, items) for part in outputs] if isinstance(outputs, list | tuple) else next(items)


def shape_of(nested: object) -> tuple[int, ...] | None:
    """Return the shape of lists of any depth, as NumPy would give it; None if parts of them differ in shape.

    Example:
        >>> shape_of([[1, 2, 3], [4, 5, 6]]), shape_of([[1], [2, 3]]), shape_of(7)
        ((2, 3), None, ())
    """
    if not isinstance(nested, list | tuple):
        return ()
    shapes = {shape_of(part) for part in nested}
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None else (len(nested), *inner)


def without_history(outputs: object) -> Any:  # as deep as ``outputs``
    """Return outputs with a float in the place of each Value, in lists nested as before."""
    return nested_like(outputs, (item.data if isinstance(item, Value) else item for item in leaves(outputs)))


def entries(outputs: object) -> Entries:
    """Return what a model gave for a batch as a list of one entry per sample, or as a tuple if it is something else.

    A tuple or a dictionary holds several results for the whole batch, a single Value one.

    Example:
        >>> entries([1.0, 2.0]), entries(([1.0, 2.0], [3.0, 4.0])), entries(Value(5.0))
        ([1.0, 2.0], ([1.0, 2.0], [3.0, 4.0]), (Value(data=5.0, grad=0.0),))
    """
    if isinstance(outputs, tuple | Mapping):
        return tuple(outputs.values() if isinstance(outputs, Mapping) else outputs)
    return list(listed(outputs)) if is_sequence(outputs) else (outputs,)


def plain(outputs: object) -> Entries:
    """Return the same with a float in the place of each Value."""
    each = entries(outputs)
    return type(each)(without_history(each))


def nested(numbers: Sequence[T], shape: tuple[int, ...]) -> Any:  # as deep as the shape is long
    """Put numbers back into lists of the given shape: the inverse of :func:`flatten`.

    Example:
        >>> nested([1, 2, 3, 4, 5, 6], (2, 3))
        [[1, 2, 3], [4, 5, 6]]
    """
    if not shape:
        return numbers[0]
    length = len(numbers) // shape[0]
    return [nested(numbers[i * length : (i + 1) * length], shape[1:]) for i in range(shape[0])]


def brief(items: Sequence[object]) -> str:
    """Return a short text for a sequence in a message."""
    text = ", ".join("Value" if isinstance(item, Value) else repr(item) for item in items[:5])
    return f"[{text}{', ...' if len(items) > 5 else ''}]"
