"""Nested arguments laid flat and put back together: lists, tuples, dictionaries, dataclasses, arrays of numbers."""

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, cast

from autograd.engine import Value
from autograd.gradients.structures import NUMBER, Fields, Shape
from autograd.gradients.supplies import WithArrays
from autograd.gradients.taking_apart import Numbers, fields_of, take_apart
from autograd.numbers import number_from

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

JUST_FLOATS = frozenset({float})


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
        shape = Fields(tree.__class__, tuple([(name, NUMBER) for name, _ in named]))
        return shape.build(WithArrays(iter([with_leaves(item, items) for _, item in fields_of(tree) or ()])))
    if isinstance(tree, dict):
        return {key: with_leaves(item, items) for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        made = [with_leaves(item, items) for item in tree]
        return made if isinstance(tree, list) else tuple(made)
    return next(items)


def unflatten(shape: Shape, numbers: Iterator[object]) -> object:
    """Put numbers back into a structure made by :func:`flatten`; arrays come back as arrays, of floats or of Values.

    Example:
        >>> unflatten(flatten((0.0, [0.0, 0.0]), []), iter([1, 2, 3]))
        (1, [2, 3])
    """
    return next(numbers) if shape is NUMBER else shape.build(WithArrays(numbers))
