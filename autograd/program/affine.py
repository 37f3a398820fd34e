"""Views of a flat buffer: which rows of places are affine, and with which axes and strides.

A row of places that runs through the buffer in equal steps, possibly along several axes, can be read as an array
without copying anything; a step of zero repeats a number, which is what broadcasting does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy
from numpy.typing import NDArray

Places = NDArray[numpy.int64]

MOST_AXES = 4
"""How many axes a view may have; places that need more are gathered by index."""


@dataclass(frozen=True)
class View:
    """Numbers at ``start + sum(index * stride)`` of the buffer."""

    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def broadcast_axes(self) -> tuple[int, ...]:
        """The axes along which the same number stands again."""
        pairs = enumerate(zip(self.shape, self.strides, strict=True))
        return tuple([axis for axis, (length, stride) in pairs if stride == 0 and length > 1])

    def reduced(self) -> "View":
        """Return the view with each broadcast axis cut to length 1."""
        shape = [1 if s == 0 else n for n, s in zip(self.shape, self.strides, strict=True)]
        return View(self.start, tuple(shape), self.strides)

    def places(self) -> Places:
        total = numpy.full(self.shape, self.start, dtype=numpy.int64)
        for axis, (length, stride) in enumerate(zip(self.shape, self.strides, strict=True)):
            total += (numpy.arange(length) * stride).reshape([-1 if a == axis else 1 for a in range(len(self.shape))])
        return total


@dataclass(frozen=True, eq=False)
class Gather:
    """Numbers at scattered places of the buffer."""

    index: Places

    @property
    def shape(self) -> tuple[int, ...]:
        return self.index.shape

    def places(self) -> Places:
        return self.index


@dataclass(frozen=True, eq=False)
class Fixed:
    """Numbers that never change: one float, or an array of them."""

    numbers: float | NDArray[numpy.float64]

    @property
    def shape(self) -> tuple[int, ...]:
        return numpy.shape(self.numbers)


Source = View | Gather | Fixed


def contiguous(start: int, shape: tuple[int, ...]) -> View:
    """Return the view of a region in one piece."""
    strides = [1] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    return View(start, shape, tuple(strides))


def injective(places: Places) -> bool:
    """Whether no place occurs twice."""
    return len(numpy.unique(places)) == places.size


def factor(operands: Sequence[Places | None], count: int) -> tuple[tuple[int, ...], list[tuple[int, ...] | None]]:
    """Find axes along which the operands' places are affine.

    Args:
        operands: for each operand the places of its ``count`` members in order, or None to leave it out.
        count: the number of members.

    Returns:
        The lengths of the axes, and for each operand its strides along them; None where it does not fit.
    """
    if count == 1:
        return (1,), [None if places is None else (0,) for places in operands]
    kept: list[int] = []
    shape: tuple[int, ...] = (count,)
    strides: list[tuple[int, ...]] = []
    for position, places in enumerate(operands):
        if places is not None:
            found = _axes([cast("Places", operands[k]) for k in kept] + [places], count)
            if found is not None:
                kept.append(position)
                shape, strides = found
    by_operand: list[tuple[int, ...] | None] = [None] * len(operands)
    for position, stride in zip(kept, strides, strict=True):
        by_operand[position] = stride
    return shape, by_operand


def _axes(operands: list[Places], count: int) -> tuple[tuple[int, ...], list[tuple[int, ...]]] | None:
    """Return common axes of all operands, outermost first, or None if there are none."""
    lengths: list[int] = []
    strides: list[list[int]] = [[] for _ in operands]
    current = operands
    while count > 1:
        run = count
        for places in current:
            steps = numpy.diff(places)
            change = numpy.nonzero(steps != steps[0])[0]
            run = min(run, int(change[0]) + 1 if len(change) else count)
        if count % run or len(lengths) == MOST_AXES or not _repeats(current, run):
            return None
        lengths.append(run)
        for own, places in zip(strides, current, strict=True):
            own.append(int(places[1] - places[0]))
        current = [places[::run] for places in current]
        count //= run
    return tuple(lengths[::-1]), [tuple(own[::-1]) for own in strides]


def _repeats(operands: list[Places], length: int) -> bool:
    """Whether every run of ``length`` places has the same constant step, in each operand."""
    for places in operands:
        rows = places.reshape(-1, length)
        step = rows[0, 1] - rows[0, 0]
        if not (rows - rows[:, :1] == numpy.arange(length) * step).all():
            return False
    return True


def fit(lengths: tuple[int, ...], strides: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the strides of the same numbers in another shape, or None if they do not fit it."""
    axes = list(zip(lengths, strides, strict=True))
    result: list[int] = []
    for wanted in reversed(shape):
        if wanted == 1:
            result.append(0)
            continue
        if not axes:
            return None
        length, stride = axes.pop()
        while length < wanted and axes and axes[-1][1] == stride * length:
            outer, _ = axes.pop()
            length *= outer
        if length % wanted:
            return None
        result.append(stride)
        if length > wanted:
            axes.append((length // wanted, stride * wanted))
    return tuple(result[::-1]) if not any(length > 1 for length, _ in axes) else None
