"""Hands out numbers, one by one or in bulk, to a structure that is being put together."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


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
        return list(islice(self.numbers, count))

    def array(self, dimensions: tuple[int, ...]) -> object:
        first, *inner = dimensions
        return [self.array(tuple(inner)) for _ in range(first)] if inner else self.several(first)


class WithArrays(OneByOne):
    """The same, with a NumPy array in the place of an array: of floats, or of Values and whatever else as objects."""

    def array(self, dimensions: tuple[int, ...]) -> object:
        return array_of(self.several(math.prod(dimensions)), dimensions)


def array_of(items: Sequence[object], dimensions: tuple[int, ...]) -> object:
    """Return items as an array of floats, or of Values and whatever else as objects."""
    import numpy

    dtype = float if {*map(type, items)} <= {float} else object  # of objects, an item may be an array itself
    return numpy.fromiter(items, dtype, len(items)).reshape(dimensions)


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


class Blocks:
    """Rows of a matrix, for a structure in which each number is a row, and a row is a structure of its own.

    Args:
        rows: m rows of n items.
        build: builds the structure that the n items of a row stand in.
    """

    def __init__(self, rows: Sequence[Sequence[object]], build: Callable[[Supply], object]) -> None:
        self.rows, self.build = iter(rows), build

    def one(self) -> object:
        return self.build(WithArrays(iter(next(self.rows))))

    def several(self, count: int) -> list[object]:
        return [self.one() for _ in range(count)]

    def array(self, dimensions: tuple[int, ...]) -> object:
        """Return the structure of a row with an array of these dimensions, and then its own, for each number in it."""
        rows = [next(self.rows) for _ in range(math.prod(dimensions))]
        return self.build(Columns(zip(*rows, strict=True), dimensions))


class Columns(OneByOne):
    """The columns of a block of rows, each an array of the dimensions that the rows stand for."""

    def __init__(self, columns: Iterator[Sequence[object]], dimensions: tuple[int, ...]) -> None:
        self.columns, self.dimensions = columns, dimensions

    def one(self) -> object:
        return array_of(next(self.columns), self.dimensions)

    def several(self, count: int) -> list[object]:
        return [self.one() for _ in range(count)]

    def array(self, dimensions: tuple[int, ...]) -> object:
        columns = [next(self.columns) for _ in range(math.prod(dimensions))]
        rows = zip(*columns, strict=True)
        return array_of([item for row in rows for item in row], (*self.dimensions, *dimensions))


class Batch(OneByOne):
    """Hands out an array over the samples in the place of each number."""

    def __init__(self, numbers: Iterator[object], count: int) -> None:
        super().__init__(numbers)
        self.count = count

    def one(self) -> object:
        import numpy

        return numpy.array(numpy.broadcast_to(cast("NDArray[numpy.float64]", next(self.numbers)), (self.count,)))

    def several(self, count: int) -> list[object]:
        return [self.one() for _ in range(count)]

    def array(self, dimensions: tuple[int, ...]) -> object:
        import numpy

        columns = [cast("NDArray[numpy.float64]", self.one()) for _ in range(math.prod(dimensions))]
        return numpy.stack(columns, axis=1).reshape(self.count, *dimensions)
