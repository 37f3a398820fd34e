"""Nested arguments: lists, tuples and dictionaries of numbers, laid flat and put back together."""

from collections.abc import Iterator, Sequence
from typing import cast

from autograd.engine import Value
from autograd.errors import NumberError
from autograd.numbers import number_from, shown

Shape = tuple[object, ...]
"""The structure of an argument with its numbers taken out; equal shapes compare and hash equal."""

NUMBER: Shape = ("number",)
NUMBERS = frozenset({float, int})


def flatten(tree: object, numbers: "list[Value | float]") -> Shape:
    """Append every number in ``tree`` to ``numbers``, in order, and return the structure around them.

    Args:
        tree: a Value, a number, a NumPy array, or lists, tuples and dictionaries of these, nested at will.
        numbers: receives the Values and floats.

    Raises:
        NumberError: something in ``tree`` is neither a number nor a container.

    Example:
        >>> numbers = []
        >>> flatten({"w": [1.0, 2.0], "b": 3.0}, numbers)
        ('dict', ('w', ('list', 2)), ('b', ('number',)))
        >>> numbers
        [1.0, 2.0, 3.0]
    """
    if isinstance(tree, Value):
        numbers.append(tree)
        return NUMBER
    if isinstance(tree, list | tuple):
        name = "list" if isinstance(tree, list) else "tuple"
        if NUMBERS.issuperset(map(type, tree)):  # a row of plain numbers is taken as a whole
            numbers.extend(map(float, tree))
            return (name, len(tree))
        return (name, *[flatten(item, numbers) for item in tree])
    if isinstance(tree, dict):
        return ("dict", *[(key, flatten(item, numbers)) for key, item in tree.items()])
    shape = getattr(tree, "shape", ())
    if shape:
        flat = cast("Sequence[object]", tree.reshape(-1).tolist())  # type: ignore[attr-defined]  # a NumPy array
        numbers.extend(item if isinstance(item, Value) else number_from(item) for item in flat)
        return ("array", *shape)
    try:
        numbers.append(number_from(tree))
    except NumberError:
        raise NumberError(
            f"Expected numbers, Values, or lists, tuples, dictionaries and arrays of them; got {shown(tree)}."
        ) from None
    return NUMBER


def unflatten(shape: Shape, numbers: "Iterator[object]") -> object:
    """Put numbers back into a structure made by :func:`flatten`; arrays come back as nested lists.

    Example:
        >>> unflatten(("tuple", ("number",), ("list", 2)), iter([1, 2, 3]))
        (1, [2, 3])
    """
    kind, *rest = shape
    if kind == "number":
        return next(numbers)
    if kind == "dict":
        return {key: unflatten(item, numbers) for key, item in cast("list[tuple[object, Shape]]", rest)}
    if kind == "array":
        length, *inner = cast("list[int]", rest)
        item = ("array", *inner) if inner else NUMBER
        return [unflatten(item, numbers) for _ in range(length)]
    if kind == "rows":
        outer, inner_kind, count, length = cast("tuple[str, str, int, int]", tuple(rest))
        return unflatten((outer, *[(inner_kind, length)] * count), numbers)
    if len(rest) == 1 and isinstance(rest[0], int):
        items = [next(numbers) for _ in range(rest[0])]
    else:
        items = [unflatten(cast("Shape", item), numbers) for item in rest]
    return items if kind == "list" else tuple(items)
