"""Nested arguments: lists, tuples and dictionaries of numbers, laid flat and put back together.

:func:`take_apart` separates the numbers of an argument from the structure around them. The structure is a
:data:`~autograd.gradients.structures.Shape`, which puts them together again.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from autograd.engine import Value
from autograd.errors import NumberError
from autograd.gradients.structures import (
    NO_ENTRIES,
    NUMBER,
    Array,
    Entries,
    Items,
    Matrix,
    Sequential,
    Shape,
    Vector,
    WithArrays,
)
from autograd.numbers import number_from, shown

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Numbers: TypeAlias = "Value | float | Sequence[float] | NDArray[numpy.floating]"
"""One piece of the arguments: a Value, a float, or a row of plain numbers as a list or a flat array."""

PLAIN = frozenset({float, int})
"""The types of numbers that are taken as they are."""


def take_apart(tree: object, pieces: list[Numbers], *, for_program: bool = True) -> Shape:
    """Append the numbers of ``tree`` to ``pieces``, in order and in as few pieces as possible.

    Rows of plain numbers and NumPy arrays are taken as they are, without a loop over their numbers.

    Args:
        tree: a Value, a number, a NumPy array, or lists, tuples and dictionaries of these, nested at will.
        pieces: receives the numbers.
        for_program: whether a program is called with them: a list of equally long rows of plain numbers then becomes
            one array, where NumPy is installed, and a list or tuple of a class of its own is refused, because the
            function would get a plain one.

    Returns:
        The structure around the numbers.

    Raises:
        NumberError: something in ``tree`` is neither a number nor a container.
    """
    kind = tree.__class__
    if kind is float or isinstance(tree, Value):
        pieces.append(cast("float", tree))
        return NUMBER
    if kind is list or kind is tuple or (not for_program and isinstance(tree, list | tuple)):
        items = cast("Sequence[object]", tree)
        kind = list if isinstance(tree, list) else tuple
        if PLAIN.issuperset(map(type, items)):
            pieces.append(cast("Sequence[float]", items))
            return Vector(kind, len(items))
        rows = rows_of_numbers(items) if for_program else None
        if rows is not None:
            pieces.append(rows[0])
            return Matrix(kind, *rows[1:])
        return Items(kind, tuple([take_apart(item, pieces, for_program=for_program) for item in items]))
    if isinstance(tree, dict):
        entries = [(key, take_apart(item, pieces, for_program=for_program)) for key, item in tree.items()]
        return Entries(tuple(entries)) if entries else NO_ENTRIES
    dimensions = cast("tuple[int, ...]", getattr(tree, "shape", ()))
    if dimensions:
        flat = cast("NDArray[numpy.floating]", tree).reshape(-1)
        if flat.dtype.kind in "fiub":
            pieces.append(flat)
        else:
            pieces += [item if isinstance(item, Value) else number_from(item) for item in flat.tolist()]
        return Array(tuple(dimensions))
    try:
        pieces.append(number_from(tree))
    except NumberError:
        before, after = "Expected numbers, Values, or", ""
        if for_program:
            before = "A compiled function takes numbers, Values, and"
            after = " Name the argument in static= if it is part of the structure."
        message = f"{before} lists, tuples, dictionaries and arrays of them; got {shown(tree)}.{after}"
        raise NumberError(message) from None
    return NUMBER


def rows_of_numbers(items: Sequence[object]) -> "tuple[NDArray[numpy.floating], Sequential, int, int] | None":
    """Return equally long rows of plain numbers as one flat array with its structure, or None if it is not that."""
    first = items[0]
    if first.__class__ not in {list, tuple} or not first or cast("list[object]", first)[0].__class__ not in PLAIN:
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
    return array.reshape(-1), cast("Sequential", first.__class__), *array.shape


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
        Entries(entries=(('w', Vector(kind=<class 'list'>, length=2)), ('b', Number())))
        >>> numbers
        [1.0, 2.0, 3.0]
    """
    pieces: list[Numbers] = []
    shape = take_apart(tree, pieces, for_program=False)
    for piece in pieces:
        if isinstance(piece, Value | float):
            numbers.append(piece)
        elif isinstance(piece, list | tuple):
            numbers.extend(map(float, piece))
        else:
            numbers.extend(map(number_from, cast("NDArray[numpy.floating]", piece).tolist()))
    return shape


def leaves(tree: object) -> Iterator[object]:
    """Yield everything in nested lists, tuples and dictionaries that is none of them, whatever it is.

    Example:
        >>> list(leaves({"a": [1, ("x", 2.5)], "b": None}))
        [1, 'x', 2.5, None]
    """
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, list | tuple):
        yield tree
        return
    for item in tree:
        yield from leaves(item)


def unflatten(shape: Shape, numbers: Iterator[object]) -> object:
    """Put numbers back into a structure made by :func:`flatten`; arrays come back as arrays, of floats or of Values.

    Example:
        >>> unflatten(flatten((0.0, [0.0, 0.0]), []), iter([1, 2, 3]))
        (1, [2, 3])
    """
    return next(numbers) if shape is NUMBER else shape.build(WithArrays(numbers))
