"""Takes nested arguments apart: their numbers on one side, the structure around them on the other.

The structure is a :data:`~autograd.gradients.structures.Shape`, which puts the numbers together again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from autograd.advice import refuse_gradients_of_others, refuse_masked
from autograd.engine import Value
from autograd.errors import NumberError
from autograd.gradients.structures import (
    NO_ENTRIES,
    NOTHING,
    NUMBER,
    Array,
    Entries,
    Fields,
    Items,
    Matrix,
    Sequential,
    Shape,
    Vector,
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
        tree: a Value, a number, a NumPy array (or a Series, DataFrame or tensor, which becomes one), None, or lists,
            tuples, dictionaries, named tuples and dataclasses of these, nested at will.
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
    if kind is not list and kind is not tuple and (named := fields_of(tree)) is not None:
        return Fields(kind, tuple([(name, take_apart(item, pieces, for_program=for_program)) for name, item in named]))
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
        shapes = tuple([take_apart(item, pieces, for_program=for_program) for item in items])
        is_vector = not for_program and all(shape is NUMBER for shape in shapes)
        return Vector(kind, len(items)) if is_vector else Items(kind, shapes)
    if isinstance(tree, dict):
        entries = [(key, take_apart(item, pieces, for_program=for_program)) for key, item in tree.items()]
        return Entries(tuple(entries)) if entries else NO_ENTRIES
    if tree is None:
        return NOTHING
    if (dimensions := array_apart(tree, pieces)) is not None:
        return Array(dimensions)
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


def array_apart(tree: object, pieces: list[Numbers]) -> tuple[int, ...] | None:
    """Append the numbers of an array, a Series, a DataFrame or a tensor; return its dimensions, or None."""
    tree = in_numpy(tree)
    dimensions = cast("tuple[int, ...]", getattr(tree, "shape", ()))
    if not dimensions:
        return None
    flat = cast("NDArray[numpy.floating]", tree).reshape(-1)
    if flat.dtype.kind in "fiub":
        pieces.append(flat)
    else:
        pieces += [item if isinstance(item, Value) else number_from(item) for item in flat.tolist()]
    return tuple(dimensions)


def in_numpy(tree: object) -> object:
    """Return a Series, a DataFrame or a tensor as an array, and anything else as it is.

    Raises:
        NumberError: it is a tensor whose gradient would be lost, or an array with masked elements.
    """
    if hasattr(tree, "to_numpy"):
        return cast("object", tree.to_numpy())
    if hasattr(tree, "dtype") and hasattr(tree, "tolist") and not hasattr(tree.dtype, "kind"):  # a tensor of PyTorch
        import numpy

        refuse_gradients_of_others(tree)
        return numpy.array(tree.tolist())
    refuse_masked(tree)
    return tree


def fields_of(tree: object) -> Iterable[tuple[str, object]] | None:
    """Return the fields of a named tuple or a dataclass by their names; None of anything else."""
    if isinstance(tree, tuple):
        names = getattr(tree, "_fields", None)
        return None if names is None else zip(names, tree, strict=True)
    if not is_dataclass(tree) or isinstance(tree, type):
        return None
    return [(each.name, getattr(tree, each.name)) for each in fields(tree)]


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
