"""Takes the arguments of a compiled call apart: their structure, and their numbers in as few pieces as possible."""

import math
from collections.abc import Sequence
from typing import cast

from autograd.engine import Value
from autograd.errors import NumberError
from autograd.gradients.arguments import NUMBER, NUMBERS, Shape, unflatten
from autograd.numbers import number_from, shown
from autograd.program.interface import Numbers


def take_apart(tree: object, chunks: list[Numbers]) -> Shape:
    """Append the numbers of ``tree`` to ``chunks`` and return the structure around them.

    The structure equals that of :func:`autograd.gradients.arguments.flatten`, but rows of plain numbers and
    NumPy arrays are taken as they are, without a loop over their numbers. A list of equally long rows of plain numbers
    becomes an array too where NumPy is loaded.
    """
    kind = tree.__class__
    if kind is float or isinstance(tree, Value):
        chunks.append(cast("float", tree))
        return NUMBER
    if kind is list or kind is tuple:
        items = cast("list[object]", tree)
        name = "list" if kind is list else "tuple"
        if NUMBERS.issuperset(map(type, items)):
            chunks.append(cast("list[float]", items))
            return (name, len(items))
        rows = rows_of_numbers(items)
        if rows is not None:
            chunks.append(rows[0])
            return ("rows", name, *rows[1:])
        return (name, *[take_apart(item, chunks) for item in items])
    if isinstance(tree, dict):
        return ("dict", *[(key, take_apart(item, chunks)) for key, item in tree.items()])
    shape = cast("tuple[int, ...]", getattr(tree, "shape", ()))
    if shape:
        flat = tree.reshape(-1)  # type: ignore[attr-defined]  # a NumPy array
        if flat.dtype.kind not in "fiub":
            for item in flat.tolist():
                chunks.append(item if isinstance(item, Value) else number_from(item))
        else:
            chunks.append(flat)
        return ("array", *shape)
    try:
        chunks.append(number_from(tree))
    except NumberError:
        raise NumberError(
            f"A compiled function takes numbers, Values, and lists, tuples, dictionaries and arrays of them; got "
            f"{shown(tree)}. Name the argument in static= if it is part of the structure."
        ) from None
    return NUMBER


def rows_of_numbers(items: list[object]) -> "tuple[Sequence[float], str, int, int] | None":
    """Return equally long rows of plain numbers as one flat array with its structure, or None if it is not that."""
    first = items[0]
    if first.__class__ not in {list, tuple} or not first or cast("list[object]", first)[0].__class__ not in NUMBERS:
        return None
    if any(item.__class__ is not first.__class__ for item in items):
        return None
    try:
        import numpy

        array = numpy.array(items)
    except (ImportError, ValueError):
        return None
    if array.ndim != 2 or array.dtype.kind not in "fi":
        return None
    return array.reshape(-1), "list" if first.__class__ is list else "tuple", *array.shape


def put_together(shape: Shape, numbers: "Sequence[float]", start: int = 0) -> tuple[object, int]:
    """Put the numbers from ``start`` on into a structure; where an array was, a NumPy array comes back.

    Returns:
        The structure, and the position behind its last number.
    """
    kind, *rest = shape
    if kind == "number":
        return float(numbers[start]), start + 1
    if kind == "array":
        import numpy

        dimensions = cast("tuple[int, ...]", tuple(rest))
        stop = start + math.prod(dimensions)
        return numpy.array(numbers[start:stop]).reshape(dimensions), stop
    if kind == "rows" or (len(rest) == 1 and isinstance(rest[0], int)):
        count = cast("int", rest[0]) if kind != "rows" else cast("int", rest[2]) * cast("int", rest[3])
        plain = [float(number) for number in numbers[start : start + count]]
        return unflatten(shape, iter(plain)), start + count
    items: list[object] = []
    names: list[object] = []
    for entry in rest:
        name, inner = cast("tuple[object, Shape]", entry) if kind == "dict" else (None, cast("Shape", entry))
        item, start = put_together(inner, numbers, start)
        names.append(name)
        items.append(item)
    if kind == "dict":
        return dict(zip(names, items, strict=True)), start
    return (items if kind == "list" else tuple(items)), start
