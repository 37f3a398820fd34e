"""``Stretch``: batches of one size that follow one another, and the loop over them in NumPy."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import autograd
from nn.optim import Optimizer
from nn.training.array_state import ArrayState
from nn.training.rates import Rates, put_into, rates_in

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    from autograd.program.array_program import ArrayProgram
    from nn.training.sample_rows import Array


class Stretch(NamedTuple):
    """Batches of one size, one after the other."""

    program: "ArrayProgram"
    rows: "NDArray[numpy.intc]"
    """For each batch, which samples are in it."""
    drawn: "Array"
    """For each batch, the numbers that are drawn anew."""


def stretch(program: "ArrayProgram", batches: Sequence[list[int]]) -> Stretch:
    """Return batches as a stretch, drawing what a program draws."""
    import numpy

    calls = [(call, len(stand_ins)) for call, stand_ins in program.recording.drawn]
    drawn = numpy.empty((len(batches), sum(count for _, count in calls)))
    for row in drawn if calls else ():
        numpy.concatenate([call(count) for call, count in calls], out=row)
    return Stretch(program, numpy.array(batches, dtype=numpy.intc), drawn)


def train_in_arrays(  # noqa: PLR0917  # what a run of batches consists of
    state: ArrayState,
    optimizer: Optimizer,
    clip: float | None,
    stretches: Sequence[Stretch],
    columns: "list[Array]",
    rates: Sequence[Sequence[Rates]],
) -> "tuple[list[float], list[Array]]":
    """Train on stretches of batches, up to one whose numbers are not finite, and return losses and what is observed.

    Args:
        state: the numbers that are trained.
        optimizer: whose rule it is by.
        clip: the largest norm of all gradients.
        stretches: the batches.
        columns: the inputs and the targets of all samples, a row for each.
        rates: for each batch, those of each group of parameters.
    """
    from autograd.program.array_program import raising

    before = rates_in(optimizer)
    state.check(optimizer)
    try:
        with raising():
            return _trained(state, optimizer, clip, stretches, columns, iter(rates))
    finally:
        put_into(optimizer, before)


def _trained(  # noqa: PLR0917  # the same
    state: ArrayState,
    optimizer: Optimizer,
    clip: float | None,
    stretches: Sequence[Stretch],
    columns: "list[Array]",
    rates: Iterator[Sequence[Rates]],
) -> "tuple[list[float], list[Array]]":
    import numpy

    losses: list[float] = []
    observed: list[Array] = []
    last: Sequence[Rates] = ()
    for program, rows, drawn in stretches:
        values, (place, stop) = program.values, program.layout.inputs
        views = []
        for column in columns:
            size = rows.shape[1] * column.shape[1]
            views.append((column, values[place : place + size].reshape(rows.shape[1], -1)))
            place += size
        masks, reported = values[stop : stop + drawn.shape[1]], numpy.concatenate([*program.observed, ()]).astype(int)
        for chosen, numbers in zip(rows, drawn, strict=True):
            now = next(rates)
            if now != last:
                put_into(optimizer, now)
                last = now
            state.load_into(program)
            for column, view in views:
                column.take(chosen, axis=0, out=view, mode="clip")
            masks[:] = numbers
            try:
                program.compute_within()
                program.compute_gradients_within((1.0,))
                state.take_gradients(program)
                if clip is not None and not state.clip_gradients(clip):
                    return losses, observed
                state.update(optimizer)
            except (ArithmeticError, ValueError, autograd.errors.AutogradError):  # told by whoever computes it alone
                return losses, observed
            losses += program.results()
            observed.append(values[reported])
    return losses, observed
