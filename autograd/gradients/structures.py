"""The structures of nested arguments: what is left of lists, tuples and dictionaries when their numbers are taken out.

A structure can be a key of a dictionary, it puts numbers together again, and it names their places. The classes are
named tuples, which hash and compare at the speed of C; no two kinds of them can be equal, because they differ in
length or in the type of what they hold.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

Sequential: TypeAlias = "type[list[object]] | type[tuple[object, ...]]"


class Number(NamedTuple):
    """The structure of a single number."""

    def build(self, numbers: "Supply") -> object:
        return numbers.one()

    def names(self, name: str) -> list[str]:
        return [name]


class Vector(NamedTuple):
    """A list or a tuple of ``length`` plain numbers."""

    kind: Sequential
    length: int

    def build(self, numbers: "Supply") -> object:
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
        return Items(self.kind, (Vector(self.inner, self.length),) * self.rows).build(numbers)

    def names(self, name: str) -> list[str]:
        """Name every number: ``xs[0][0]``, ``xs[0][1]``, ..."""
        return [f"{name}[{i}][{j}]" for i in range(self.rows) for j in range(self.length)]


class Items(NamedTuple):
    """A list or a tuple of anything."""

    kind: Sequential
    items: "tuple[Shape, ...]"

    def build(self, numbers: "Supply") -> object:
        items = [item.build(numbers) for item in self.items]
        return items if self.kind is list else tuple(items)

    def names(self, name: str) -> list[str]:
        return [each for i, item in enumerate(self.items) for each in item.names(f"{name}[{i}]")]


class Entries(NamedTuple):
    """A dictionary; the order of its keys is part of the structure."""

    entries: "tuple[tuple[object, Shape], ...]"

    def build(self, numbers: "Supply") -> object:
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
        return next(self.numbers)

    def several(self, count: int) -> list[object]:
        return [next(self.numbers) for _ in range(count)]

    def array(self, dimensions: tuple[int, ...]) -> object:
        first, *inner = dimensions
        return [self.array(tuple(inner)) for _ in range(first)] if inner else self.several(first)


class WithArrays(OneByOne):
    """The same, with a NumPy array in the place of an array: of floats, or of Values and whatever else as objects."""

    def array(self, dimensions: tuple[int, ...]) -> object:
        import numpy

        items = self.several(math.prod(dimensions))
        flat = numpy.empty(len(items), dtype=float if {*map(type, items)} <= {float} else object)
        for place, item in enumerate(items):  # one by one: an item may be an array itself
            flat[place] = item
        return flat.reshape(dimensions)


class InBulk:
    """Floats from a list or an array; in the place of an array comes a NumPy array, cut out as a whole."""

    def __init__(self, numbers: "Sequence[float] | NDArray[numpy.floating]") -> None:
        self.numbers, self.position = numbers, 0

    def taken(self, count: int) -> "Sequence[float] | NDArray[numpy.floating]":
        start, self.position = self.position, self.position + count
        return self.numbers[start : self.position]

    def one(self) -> object:
        return float(self.taken(1)[0])

    def several(self, count: int) -> list[object]:
        return list(map(float, self.taken(count)))

    def array(self, dimensions: tuple[int, ...]) -> object:
        import numpy

        return numpy.array(self.taken(math.prod(dimensions))).reshape(dimensions)
