"""``SampleRows``: samples that are lists of numbers, kept as the rows of one array once they have been seen."""

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from nn.data.shapes import leaves, shape_of

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.float64]

NUMBER_TYPES = frozenset({float, int})
MOST_NUMBERS = 2**22
"""How many numbers are kept; when there would be more, all are dropped."""


class SampleRows:
    """Samples of one shape that have been seen before, as the rows of one array.

    A sample is recognised by its identity, so whoever changes samples in place has to call :meth:`forget`.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        import numpy

        self.numpy, self.shape = numpy, shape
        self.forget()

    def forget(self) -> None:
        self.index: dict[int, int] = {}
        self.kept: list[object] = []  # so that no other object can get the identity of one that is in the index
        self.array = self.numpy.empty((0, *self.shape))

    def of(self, samples: list[Any]) -> "Array | list[Any]":
        """Return samples as one array, or as they are if some are not lists of this shape of plain numbers."""
        try:
            places = list(map(self.index.__getitem__, map(id, samples)))
        except KeyError:
            new = list({id(row): row for row in samples if id(row) not in self.index}.values())
            if not all(isinstance(row, list) and shape_of(row) == self.shape for row in new):
                return samples
            if not all(NUMBER_TYPES.issuperset(map(type, leaves(row))) for row in new):
                return samples
            self.add(new)
            return self.of(samples)
        return self.array.take(places, axis=0)

    def add(self, rows: list[Any]) -> None:
        count = len(self.kept)
        if count and (count + len(rows)) * math.prod(self.shape) > MOST_NUMBERS:
            self.forget()
            count = 0
        if count + len(rows) > len(self.array):  # twice as much as needed, so that it is rarely moved
            room = self.numpy.empty((2 * (count + len(rows)), *self.shape))
            room[:count] = self.array[:count]
            self.array = room
        self.array[count : count + len(rows)] = rows
        for place, row in enumerate(rows, start=count):
            self.index[id(row)] = place
        self.kept += rows
