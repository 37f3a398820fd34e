"""``CompiledStep``: trains through a compiled program, with parameters and optimiser state in arrays."""

import itertools
import random
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

import autograd
from autograd import Value, errors
from nn.data.shapes import Samples, leaves, nested_like
from nn.losses.base import LossFunction, scalar_loss
from nn.module import Module
from nn.optim import Optimizer
from nn.training.array_state import ArrayState, check_rule
from nn.training.clipping import clip_factor
from nn.training.guarding import unchanged
from nn.training.own_code import is_ours
from nn.training.sample_rows import NUMBER_TYPES, SampleRows
from nn.training.step import BatchResult, EagerStep
from nn.training.surroundings import Surroundings

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram, Numbers
    from nn.training.sample_rows import Array

MOST_STRUCTURES = 32
"""How many sizes of batches and settings of the model are recorded; with more, recording costs more than it gains."""


class CompiledStep:
    """Does what :class:`~nn.training.step.EagerStep` does, with the same results to rounding, in arrays or in C.

    The step is recorded once for each size of batch. From the first batch on, parameters and optimiser state live
    in arrays; :meth:`synchronise` writes them back, and the next batch reads them again.

    Raises:
        RecordingError: at the first batch, if the step depends on the numbers behind its inputs, does something else
            each time it is called, or if the optimiser's rule does not work on arrays.
    """

    def __init__(
        self,
        model: Module,
        loss: LossFunction,
        optimizer: Optimizer,
        clip: float | None,
        backend: Literal["array", "c"] = "array",
    ) -> None:
        import numpy

        self.numpy = numpy
        self.model, self.loss, self.optimizer, self.clip = model, loss, optimizer, clip
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.compiled = autograd.compile(self.forward, backend=backend, static=("modes",))
        self.programs: dict[object, ArrayProgram] = {}
        self.checked: set[ArrayProgram] = set()
        self.used: dict[Value, None] = {}
        """The Values that any program reads."""
        self.outputs: Sequence[float] = ()
        self.nesting: list[object] = []
        self.rows: dict[int, SampleRows] = {}
        self.state: ArrayState | None = None
        self.settings = Settings(model, loss)
        self.watchful = False
        """Whether functions of the user's run within a step, which may look at anything and change it."""
        self.broken: errors.RecordingError | None = None
        """Why no further step can be made here."""
        self.ready: tuple[ArrayProgram, Sequence[Numbers]] | None = None

    def forward(self, inputs: Any, targets: Any, modes: tuple[int, ...]) -> Value:
        """Compute the loss of a batch and let its outputs be observed; this is what is recorded."""
        if modes:  # it is being recorded
            self.optimizer.zero_grad()
            with unchanged(self.model, self.loss):
                return self.forward(inputs, targets, ())
        outputs = self.model(inputs)
        each = list(outputs)
        autograd.observe(list(leaves(each)), partial(self.keep, nested_like(each, itertools.repeat(None))))
        return scalar_loss(self.loss(outputs, targets))

    def keep(self, nesting: list[object], outputs: Sequence[float]) -> None:
        self.nesting, self.outputs = nesting, outputs

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        if self.broken is not None:
            raise self.broken
        self.ready = self.prepared(inputs, targets)

    def train(self, inputs: Samples, targets: Samples) -> BatchResult:
        if self.ready is None:
            self.prepare(inputs, targets)
        (program, numbers), self.ready = cast("tuple[ArrayProgram, Sequence[Numbers]]", self.ready), None
        state = self.arrays()
        try:
            self.compute(program, numbers, inputs, targets)
            program.compute_gradients((1.0,))
        except (ArithmeticError, ValueError):
            return self.eagerly(inputs, targets)
        if self.watchful:
            program.report()
            self.state = None  # what looks at the numbers may have changed them
            state = self.arrays()
        state.take_gradients(program)
        if not self.watchful:
            program.report()
        (loss,) = program.results()
        if self.clip is not None:
            norm = state.gradient_norm()
            if not self.numpy.isfinite(norm):
                return self.eagerly(inputs, targets)
            state.scale_gradients(clip_factor(norm, self.clip))
        try:
            state.update(self.optimizer)
        except FloatingPointError:
            return self.eagerly(inputs, targets)
        except errors.RecordingError as error:
            self.finish_eagerly(error)
        return BatchResult(loss, self.result())

    def finish_eagerly(self, error: errors.RecordingError) -> None:
        """Make an update on Values, from the gradients there are; the next step raises the error."""
        self.synchronise()
        self.optimizer.step()
        self.broken = error

    def evaluate(self, inputs: Samples, targets: Samples) -> BatchResult:
        program, numbers = self.prepared(inputs, targets)
        try:
            self.compute(program, numbers, inputs, targets)
        except (ArithmeticError, ValueError):
            self.synchronise()
            return self.eager.evaluate(inputs, targets)
        program.report()
        (loss,) = program.results()
        return BatchResult(loss, self.result())

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back; the next batch reads them again.

        It also looks at the samples and the settings of the model again: whoever calls this may change them.
        """
        if self.state is not None:
            self.state.write_back(self.optimizer)
            self.state = None
        self.settings.forget()
        self.rows.clear()

    def arrays(self) -> ArrayState:
        """Return the arrays, made from the current parameters and optimiser state if there are none."""
        if self.state is None:
            self.state = ArrayState(self.optimizer, list(self.used))
        return self.state

    def compute(self, program: "ArrayProgram", numbers: "Sequence[Numbers]", inputs: Samples, targets: Samples) -> None:
        """Run the forward pass of a program; if it is a new one, compare it with the step itself.

        Raises:
            RecordingError: a new program does not compute what the step itself computes.
        """
        self.arrays().load_into(program)
        new = program not in self.checked
        before = Surroundings(self.model, self.loss) if new else None
        generators = self.settings.generators if program.recording.drawn else ()
        states = [generator.getstate() for generator in generators]
        try:
            program.load_inputs(numbers)
            program.compute()
            if new:
                self.check(program, inputs, targets)
        except BaseException:  # the same numbers are drawn once more where the batch is computed in another way
            for generator, state in zip(generators, states, strict=True):
                generator.setstate(state)
            if before is not None:
                before.restore()
            raise

    def check(self, program: "ArrayProgram", inputs: Samples, targets: Samples) -> None:
        """Compare what a new program has computed with the step itself."""
        self.checked.add(program)
        self.arrays().write_back(self.optimizer)  # the step itself reads the Values
        try:
            with unchanged(self.model, self.loss):
                program.check("the step", lambda: self.forward(inputs, targets, ()))
        except errors.RecordingError:
            raise
        except Exception as error:  # whatever the model and the loss may raise
            raise errors.RecordingError(f"{type(error).__name__}: {error}") from error

    def eagerly(self, inputs: Samples, targets: Samples) -> BatchResult:
        """Compute one batch on Values, where an operation that fails says which it is and where."""
        self.synchronise()
        return self.eager.train(inputs, targets)

    def prepared(self, inputs: Samples, targets: Samples) -> "tuple[ArrayProgram, Sequence[Numbers]]":
        """Return the program for a batch of this size, and the batch's numbers."""
        if self.watchful:
            self.synchronise()
        modes = self.settings.key()
        xs, ys = self.as_array(inputs), self.as_array(targets)
        if isinstance(xs, list) or (isinstance(ys, list) and not NUMBER_TYPES.issuperset(map(type, ys))):
            return self.recorded(xs, ys, modes)
        key = (xs.shape, len(ys) if isinstance(ys, list) else ys.shape, modes)
        program = self.programs.get(key)
        if program is None:
            self.programs[key], numbers = self.recorded(xs, ys, modes)
            return self.programs[key], numbers
        return program, (xs.reshape(-1), ys if isinstance(ys, list) else ys.reshape(-1))

    def recorded(self, xs: object, ys: object, modes: tuple[int, ...]) -> "tuple[ArrayProgram, Sequence[Numbers]]":
        """Return the program and the numbers for a batch that may be of a new structure."""
        if not self.compiled.recordings:
            with unchanged(self.model, self.loss, type(self.optimizer).update, self.optimizer.update):
                check_rule(self.optimizer)
        try:
            program, numbers = self.compiled.array_program(xs, ys, modes=modes)
        except errors.RecordingError:
            raise
        except Exception as error:  # whatever the model and the loss may raise where they meet no plain numbers
            raise errors.RecordingError(f"{type(error).__name__}: {error}") from error
        if self.compiled.recordings == MOST_STRUCTURES:
            raise errors.RecordingError(f"batches and settings have come in {MOST_STRUCTURES} different structures")
        if not program.only_leaves:
            raise errors.RecordingError("the model uses Values that were computed from others before the step")
        if not self.used.keys() >= set(program.parameters):
            if self.state is not None:
                self.state.write_back(self.optimizer)
                self.state = None
            self.used.update(dict.fromkeys(program.parameters))
        calls = [call for call, _ in program.recording.drawn] + [call for _, call in program.recording.observed]
        self.watchful = self.watchful or not all(map(is_ours, calls))
        return program, numbers

    def as_array(self, samples: Samples) -> "Array | list[Any]":
        """Return rows of plain numbers as one array, converting each row when it is first seen; else a list."""
        if not isinstance(samples, list) or not samples or not isinstance(samples[0], list):
            return list(samples)
        rows = self.rows.setdefault(len(samples[0]), SampleRows(len(samples[0])))
        return rows.of(samples)

    def result(self) -> list[Any]:
        """Return the outputs observed last, nested as the model made them."""
        numbers: list[float] = self.numpy.asarray(self.outputs).tolist()
        if self.nesting[0] is None:
            return numbers
        return nested_like(self.nesting, iter(numbers))  # type: ignore[no-any-return]  # one entry per sample

    @property
    def description(self) -> str:
        if not self.checked:
            return "compiled"
        largest = max(self.checked, key=lambda program: program.scalar_count)
        what = "loops in C" if largest.kind == "c" else "array operations"
        return f"compiled: {largest.scalar_count:,} scalar operations became {largest.array_count} {what}"


class Settings:
    """The settings of a model and its loss: their :class:`~nn.training.surroundings.Surroundings`, numbered.

    Settings are looked at once, and again after :meth:`forget`; modes (training or evaluation) at every batch.
    """

    def __init__(self, model: Module, loss: LossFunction) -> None:
        self.model, self.loss = model, loss
        self.generators: list[random.Random] = []
        """Those of the model and the loss."""
        self.modules: list[Module] = []
        self.numbers: dict[tuple[object, ...], int] = {}
        """The number of each setting that has occurred."""
        self.seen: list[object] = []  # so that nothing new can get the identity of what is in the settings
        self.current: int | None = None

    def forget(self) -> None:
        """Look at the settings again for the next batch: they may have changed."""
        self.current = None

    def key(self) -> tuple[int, ...]:
        """Return the number of the setting that holds now, and the mode of each module."""
        setting = self.look() if self.current is None else self.current
        return (setting, *[module.training for module in self.modules])

    def look(self) -> int:
        self.modules = [*self.model.modules(), *(self.loss.modules() if isinstance(self.loss, Module) else ())]
        surroundings = Surroundings(self.model, self.loss)
        owners = [part.owner for part in surroundings.generators.values()]
        self.generators = [owner for owner in owners if isinstance(owner, random.Random)]
        if surroundings.key not in self.numbers:
            self.seen.append(surroundings)
        self.current = self.numbers.setdefault(surroundings.key, len(self.numbers))
        return self.current
