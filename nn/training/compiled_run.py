"""``CompiledRun``: a compiled step that also trains on many batches in one go, in C the optimiser's rule included."""

import itertools
import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from nn.data.loading import DataLoader, TensorDataset
from nn.data.shapes import Entries, Samples, shape_of
from nn.training.batch_loop import BatchLoop
from nn.training.compiled_step import CompiledStep
from nn.training.rates import Rates
from nn.training.sample_rows import MOST_NUMBERS, NUMBER_TYPES
from nn.training.step import Ahead
from nn.training.stretches import stretch, train_in_arrays

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram
    from nn.training.sample_rows import Array


class CompiledRun(CompiledStep):
    """A :class:`~nn.training.compiled_step.CompiledStep` that is given many batches where nothing happens in between.

    What it then saves is what lies around the arithmetic: looking a batch up, counting it, taking its results apart.
    The numbers are the same to the last bit in arrays, and to rounding in C, which the optimiser's rule is a part of.
    """

    columns: "list[Array] | None" = None
    """The inputs and the targets of all samples; none of them if they are not all alike."""

    @cached_property
    def loop(self) -> BatchLoop:
        """What trains in C."""
        return BatchLoop(self.optimizer, self.clip)

    @property
    def ahead(self) -> "CompiledRun | None":
        together = self.watchful or self.optimizer.needs_closure or self.broken is not None or self.columns == []
        return None if together or not self.checked else self

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        super().prepare(inputs, targets)
        in_c = self.ready is not None and self.ready[0].kind == "c"
        if in_c and not self.optimizer.needs_closure:
            self.loop.suits(self.arrays(), {})  # compiles it, which takes a moment

    def synchronise(self) -> None:
        super().synchronise()
        self.columns = None

    def train_ahead(
        self, loader: DataLoader, batches: Sequence[list[int]], rates: Sequence[Sequence[Rates]]
    ) -> Ahead | None:
        """Train on batches up to one whose numbers are not finite.

        Nothing is done where a size of batches has not occurred yet: such a batch is to be trained on alone.
        """
        columns, state = self.columns_of(loader), self.arrays()
        if not columns or not state.own_rule:
            return None
        shapes, modes = [column.shape[1:] for column in columns], self.settings.key()
        programs: dict[int, ArrayProgram] = {}
        for size in set(map(len, batches)):
            program = self.programs.get(((size, *shapes[0]), (size, *shapes[1]) if shapes[1] else size, modes))
            if program is None or program not in self.checked:
                return None
            programs[size] = program
        drawn = any(program.recording.drawn for program in programs.values())
        generators = self.settings.generators if drawn else []
        if loader.generator in generators:
            return None
        states = [generator.getstate() for generator in generators]
        stretches = [stretch(programs[size], list(group)) for size, group in itertools.groupby(batches, len)]
        flat = [column.reshape(len(column), -1) for column in columns]
        sizes = {program: size for size, program in programs.items()}
        if all(program.kind == "c" for program in sizes) and self.loop.suits(state, sizes, rates[0]):
            losses, observed = self.loop.run(state, stretches, flat, rates)
        else:
            losses, observed = train_in_arrays(state, self.optimizer, self.clip, stretches, flat, rates)
        ran = [programs[len(batch)] for batch in batches[: len(losses)]]
        if len(ran) < len(batches) and drawn:  # what belongs to the others is drawn once more
            for generator, before in zip(generators, states, strict=True):
                generator.setstate(before)
            for program, batch in zip(ran, batches, strict=False):
                stretch(program, [batch])
        return Ahead(losses, self.reported(ran, observed))

    def columns_of(self, loader: DataLoader) -> "list[Array]":
        """Return the inputs and the targets of all samples as arrays, or nothing if they are not all alike."""
        if self.columns is None:
            self.columns, dataset = [], loader.dataset
            if type(dataset) is TensorDataset:
                columns = dataset.columns
            else:  # pairs, in a list
                columns = list(map(list, zip(*dataset, strict=False))) if type(dataset) is list else []
            if (
                len(columns) == 2
                and len(dataset) * max(math.prod(shape_of(c[0]) or ()) for c in columns) <= MOST_NUMBERS
            ):
                xs, ys = map(self.as_array, columns)
                if isinstance(ys, list) and NUMBER_TYPES.issuperset(map(type, ys)):
                    ys = self.numpy.array(ys, dtype=float)
                if not (isinstance(xs, list) or isinstance(ys, list)):
                    self.columns = [xs, ys]
        return self.columns

    def reported(self, programs: "Sequence[ArrayProgram]", observed: "Sequence[Array]") -> Callable[[int], Entries]:
        """Pass on what was observed at each batch, and return a function that gives the outputs of one."""
        kept: list[tuple[partial[None], Array]] = []
        for program, numbers in zip(programs, observed, strict=True):
            start = 0
            for values, callback in program.recording.observed:
                own = numbers[start : start + len(values)]
                start += len(values)
                if isinstance(callback, partial) and callback.func == self.keep:
                    kept.append((callback, own))
                else:
                    callback(own.tolist())

        def outputs(batch: int) -> Entries:
            callback, numbers = kept[batch]
            callback(numbers)
            return self.result()

        return outputs

    @property
    def description(self) -> str:
        return super().description + (", updates included, for many batches at once" if self.loop.ran else "")
