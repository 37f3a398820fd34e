"""Nested arguments: lists, tuples and dictionaries of numbers, laid flat and put back together.

:func:`take_apart` separates the numbers of an argument from the structure around them. The structure is a
:data:`Shape`: it can be a key of a dictionary, it puts numbers together again, and it names their places.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, cast

from autograd.engine import Value
from autograd.errors import NumberError
from autograd.numbers import number_from, shown

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Numbers: TypeAlias = "Value | float | Sequence[float] | NDArray[numpy.floating]"
"""One piece of the arguments: a Value, a float, or a row of plain numbers as a list or a flat array."""

Sequential: TypeAlias = "type[list[object]] | type[tuple[object, ...]]"

PLAIN = frozenset({float, int})
"""The types of numbers that are taken as they are."""

# --- structures ---------------------------------------------------------------------------------------------
# Named tuples hash and compare at the speed of C. No two kinds of them can be equal: they differ in length or in
# the type of what they hold.


class Number(NamedTuple):
    """The structure of a single number."""

    def build(self, numbers: "Supply") -> object:
        """Return the next number."""
        return numbers.one()

    def names(self, name: str) -> list[str]:
        """Return the name itself."""
        return [name]


class Vector(NamedTuple):
    """A list or a tuple of ``length`` plain numbers."""

    kind: Sequential
    length: int

    def build(self, numbers: "Supply") -> object:
        """Return the next numbers in a list or a tuple."""
        items = numbers.several(self.length)
        return items if self.kind is list else tuple(items)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0]``, ``xs[1]``, ..."""
        return [f"{name}[{i}]" for i in range(self.length)]


class Matrix(NamedTuple):
    """A list or a tuple of as many ``rows``, each a list or a tuple of ``length`` plain numbers."""

    kind: Sequential
    inner: Sequential
    rows: int
    length: int

    def build(self, numbers: "Supply") -> object:
        """Return the next numbers row by row."""
        return Items(self.kind, (Vector(self.inner, self.length),) * self.rows).build(numbers)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0][0]``, ``xs[0][1]``, ..."""
        return [f"{name}[{i}][{j}]" for i in range(self.rows) for j in range(self.length)]


class Items(NamedTuple):
    """A list or a tuple of anything."""

    kind: Sequential
    items: "tuple[Shape, ...]"

    def build(self, numbers: "Supply") -> object:
        """Return the list or the tuple with each of its items put together."""
        items = [item.build(numbers) for item in self.items]
        return items if self.kind is list else tuple(items)

    def names(self, name: str) -> list[str]:
        """Name every number, in each item after its position."""
        return [each for i, item in enumerate(self.items) for each in item.names(f"{name}[{i}]")]


class Entries(NamedTuple):
    """A dictionary; the order of its keys is part of the structure."""

    entries: "tuple[tuple[object, Shape], ...]"

    def build(self, numbers: "Supply") -> object:
        """Return the dictionary with each of its entries put together."""
        return {key: item.build(numbers) for key, item in self.entries}

    def names(self, name: str) -> list[str]:
        """Name every number, in each entry after its key: ``point.x``."""
        return [each for key, item in self.entries for each in item.names(f"{name}.{key}" if name else str(key))]


class Array(NamedTuple):
    """A NumPy array of these dimensions."""

    dimensions: tuple[int, ...]

    def build(self, numbers: "Supply") -> object:
        """Return the next numbers as an array, or as nested lists where they come one by one."""
        return numbers.array(self.dimensions)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0][0]``, ``xs[0][1]``, ..."""
        first, *others = self.dimensions
        inner: Shape = Array(tuple(others)) if others else NUMBER
        return [each for i in range(first) for each in inner.names(f"{name}[{i}]")]


Shape: TypeAlias = Number | Vector | Matrix | Items | Entries | Array
"""The structure of an argument with its numbers taken out; equal structures compare and hash equal."""

NUMBER = Number()
NO_ENTRIES = Entries(())


# --- taking apart -------------------------------------------------------------------------------------------


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
        raise not_a_number(tree, for_program=for_program) from None
    return NUMBER


def not_a_number(tree: object, *, for_program: bool) -> NumberError:
    """Return the error for something that is neither a number nor a container."""
    if for_program:
        return NumberError(
            f"A compiled function takes numbers, Values, and lists, tuples, dictionaries and arrays of them; got "
            f"{shown(tree)}. Name the argument in static= if it is part of the structure."
        )
    return NumberError(
        f"Expected numbers, Values, or lists, tuples, dictionaries and arrays of them; got {shown(tree)}."
    )


def rows_of_numbers(
    items: Sequence[object],
) -> "tuple[NDArray[numpy.floating], Sequential, int, int] | None":
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


# --- putting together ---------------------------------------------------------------------------------------


class Supply(Protocol):
    """Hands out numbers in their order."""

    def one(self) -> object:
        """Return the next number."""

    def several(self, count: int) -> list[object]:
        """Return the next ``count`` numbers."""

    def array(self, dimensions: tuple[int, ...]) -> object:
        """Return the next numbers as what stands for an array of these dimensions."""


class OneByOne:
    """Numbers, Values or anything else from an iterator; in the place of an array come nested lists."""

    def __init__(self, numbers: Iterator[object]) -> None:
        self.numbers = numbers

    def one(self) -> object:
        """Return the next item."""
        return next(self.numbers)

    def several(self, count: int) -> list[object]:
        """Return the next ``count`` items."""
        return [next(self.numbers) for _ in range(count)]

    def array(self, dimensions: tuple[int, ...]) -> object:
        """Return the next items as nested lists."""
        first, *inner = dimensions
        return [self.array(tuple(inner)) for _ in range(first)] if inner else self.several(first)


class InBulk:
    """Floats from a list or an array; in the place of an array comes a NumPy array, cut out as a whole."""

    def __init__(self, numbers: "Sequence[float] | NDArray[numpy.floating]") -> None:
        self.numbers, self.position = numbers, 0

    def taken(self, count: int) -> "Sequence[float] | NDArray[numpy.floating]":
        """Return the next ``count`` numbers as they are."""
        start, self.position = self.position, self.position + count
        return self.numbers[start : self.position]

    def one(self) -> object:
        """Return the next number as a float."""
        return float(self.taken(1)[0])

    def several(self, count: int) -> list[object]:
        """Return the next ``count`` numbers as floats."""
        return list(map(float, self.taken(count)))

    def array(self, dimensions: tuple[int, ...]) -> object:
        """Return the next numbers as an array."""
        import numpy

        return numpy.array(self.taken(math.prod(dimensions))).reshape(dimensions)


def unflatten(shape: Shape, numbers: Iterator[object]) -> object:
    """Put numbers back into a structure made by :func:`flatten`; arrays come back as nested lists.

    Example:
        >>> unflatten(flatten((0.0, [0.0, 0.0]), []), iter([1, 2, 3]))
        (1, [2, 3])
    """
    return next(numbers) if shape is NUMBER else shape.build(OneByOne(numbers))
