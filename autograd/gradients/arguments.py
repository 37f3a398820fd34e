"""Nested arguments laid flat and put back together: lists, tuples, dictionaries, dataclasses, arrays of numbers."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import TYPE_CHECKING, cast

from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.structures import NUMBER, Entries, Fields, Items, Shape
from autograd.gradients.supplies import OneByOne, WithArrays
from autograd.gradients.taking_apart import Numbers, fields_of, take_apart
from autograd.numbers import JUST_FLOATS, number_from, shown

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


def flatten(tree: object, numbers: "list[Value | float]") -> Shape:
    """Append every number in ``tree`` to ``numbers``, in order, and return the structure around them.

    Args:
        tree: what :func:`take_apart` takes.
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
            try:
                numbers += [float(item) for item in piece]
            except OverflowError:  # an integer
                numbers += map(number_from, piece)  # which says so
        else:
            items: list[float] = cast("NDArray[numpy.floating]", piece).tolist()
            is_plain = JUST_FLOATS.issuperset(map(type, items)) and all(map(isfinite, items))
            numbers.extend(items if is_plain else map(number_from, items))
    return shape


def is_finite(tree: object) -> bool:
    """Whether no plain number in ``tree`` is infinite or nan."""
    pieces: list[Numbers] = []
    take_apart(tree, pieces, for_program=False)
    rows = [[piece] if isinstance(piece, float) else piece for piece in pieces if not isinstance(piece, Value)]
    return all(isfinite(number) for row in rows for number in row)


def leaves(tree: object) -> Iterator[object]:
    """Yield everything in nested lists, tuples, dictionaries and dataclasses that is none of them, whatever it is.

    Example:
        >>> list(leaves({"a": [1, ("x", 2.5)], "b": 4}))
        [1, 'x', 2.5, 4]
    """
    if (named := fields_of(tree)) is not None:
        tree = [item for _, item in named]
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, list | tuple):
        yield tree
        return
    for item in tree:
        yield from leaves(item)


def with_leaves(tree: object, items: Iterator[object]) -> object:
    """Return the same structure with other leaves.

    Example:
        >>> with_leaves({"a": [1, ("x", 2.5)], "b": 4}, iter("stuv"))
        {'a': ['s', ('t', 'u')], 'b': 'v'}
    """
    if (named := fields_of(tree)) is not None:
        return with_fields(tree, [with_leaves(item, items) for _, item in named])
    if isinstance(tree, dict):
        return {key: with_leaves(item, items) for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        made = [with_leaves(item, items) for item in tree]
        return made if isinstance(tree, list) else tuple(made)
    return next(items)


def with_fields(tree: object, items: Iterable[object]) -> object:
    """Return a named tuple or a dataclass of the same class with other items in its fields, in their order."""
    shape = Fields(tree.__class__, tuple([(name, NUMBER) for name, _ in fields_of(tree) or ()]))
    return shape.build(OneByOne(iter(items)))


def unflatten(shape: Shape, numbers: Iterator[object]) -> object:
    """Put numbers back into a structure made by :func:`flatten`; arrays come back as arrays, of floats or of Values.

    Example:
        >>> unflatten(flatten((0.0, [0.0, 0.0]), []), iter([1, 2, 3]))
        (1, [2, 3])
    """
    return next(numbers) if shape is NUMBER else shape.build(WithArrays(numbers))


def in_order(arguments: tuple[object, ...], recorded: Shape) -> tuple[object, ...]:
    """Return the arguments of a call with the entries of dictionaries in the order of those that were recorded.

    Args:
        arguments: positional ones, then those that were given by name, of any structure.
        recorded: the structure of both.

    Raises:
        ArgumentError: a dictionary has other keys.

    Example:
        >>> recorded = flatten(({"w": 1.0, "b": 2.0},), [])
        >>> in_order(({"b": 3.0, "w": 4.0},), Items(tuple, (recorded, Entries(()))))
        ({'w': 4.0, 'b': 3.0},)
    """
    positional, named = cast("tuple[Shape, Entries]", cast("Items", recorded).items)
    count = len(arguments) - len(named.entries)
    first = positional.items if isinstance(positional, Items) else (NUMBER,) * count  # those hold no dictionaries
    shapes = (*first, *[shape for _, shape in named.entries])
    return tuple(map(reordered, arguments, shapes)) if len(shapes) == len(arguments) else arguments


def reordered(tree: object, shape: Shape) -> object:
    """Return nested lists, tuples, dictionaries and dataclasses with dictionaries in the order of a structure."""
    if isinstance(tree, dict) and isinstance(shape, Entries):
        keys = [key for key, _ in shape.entries]
        if tree.keys() != set(keys):
            raise ArgumentError(f"A dictionary was recorded with the keys {shown(keys)}; got {shown(list(tree))}.")
        return {key: reordered(tree[key], inner) for key, inner in shape.entries}
    if isinstance(shape, Fields) and len(named := list(fields_of(tree) or ())) == len(shape.fields):
        items = [reordered(item, inner) for (_, item), (_, inner) in zip(named, shape.fields, strict=True)]
        return with_fields(tree, items)
    if isinstance(tree, list | tuple) and isinstance(shape, Items) and len(tree) == len(shape.items):
        items = list(map(reordered, tree, shape.items))
        return items if isinstance(tree, list) else tuple(items)
    return tree
