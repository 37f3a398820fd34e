"""``CompiledStep``: trains through a compiled program, with parameters and optimiser state in arrays."""

import itertools
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

import autograd
from autograd import Value, errors
from nn.data.shapes import Entries, Samples, entries, leaves, nested_like, shape_of
from nn.losses.base import LossFunction, scalar_loss
from nn.module import Module
from nn.optim import Optimizer
from nn.training.array_state import ArrayState, check_rule
from nn.training.guarding import unchanged
from nn.training.own_code import is_library_function
from nn.training.sample_rows import NUMBER_TYPES, SampleRows
from nn.training.settings import Settings
from nn.training.step import BatchResult, EagerStep, TrainsAhead, step_with
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
        *,
        backend: Literal["array", "c"] = "array",
    ) -> None:
        import numpy

        self.numpy = numpy
        self.model, self.loss, self.optimizer, self.clip = model, loss, optimizer, clip
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.compiled = autograd.compile(self.forward, backend=backend, static=("modes",))
        self.updates = 0
        """How many updates there have been and are to be: with many, a program becomes machine code."""
        self.forms: dict[ArrayProgram, ArrayProgram] = {}
        """What is used for each program that has been recorded."""
        self.programs: dict[object, ArrayProgram] = {}
        self.checked: set[ArrayProgram] = set()
        self.used: dict[Value, None] = {}
        """The Values that any program reads."""
        self.outputs: Sequence[float] = ()
        self.nesting: tuple[int, ...] | list[object] = ()
        """The shape of the outputs, or lists like theirs where parts of them differ in shape."""
        self.kind: type[Entries] = list
        self.rows: dict[tuple[int, ...], SampleRows] = {}
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
        each = entries(outputs)
        nesting = shape_of(each) or nested_like(each, itertools.repeat(None))
        autograd.observe(list(leaves(each)), partial(self.keep, nesting, type(each)))
        return scalar_loss(self.loss(outputs, targets))

    def keep(self, nesting: tuple[int, ...] | list[object], kind: type[Entries], outputs: Sequence[float]) -> None:
        self.nesting, self.kind, self.outputs = nesting, kind, outputs

    def expect(self, updates: int) -> None:
        self.updates += updates
        self.forms = {recorded: form for recorded, form in self.forms.items() if form.kind == "c"}
        self.programs = {key: form for key, form in self.programs.items() if form.kind == "c"}

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        if self.broken is not None:
            raise self.broken
        self.ready = self.prepared(inputs, targets)

    @property
    def ahead(self) -> TrainsAhead | None:
        return None

    def train(self, inputs: Samples, targets: Samples) -> BatchResult:
        if self.ready is None:
            self.prepare(inputs, targets)
        (program, numbers), self.ready = cast("tuple[ArrayProgram, Sequence[Numbers]]", self.ready), None
        if self.optimizer.needs_closure:
            result = step_with(self.optimizer, lambda: self.leave_gradients(program, numbers, inputs, targets))
            self.state = None
            return result
        loss = self.compute_gradients(program, numbers, inputs, targets)
        if loss is None:
            return self.eagerly(inputs, targets)
        try:
            self.arrays().check(self.optimizer)
            with self.numpy.errstate(all="ignore"):
                self.arrays().update(self.optimizer)
        except FloatingPointError:
            return self.eagerly(inputs, targets)
        except errors.RecordingError as error:
            self.finish_eagerly(error)
        return BatchResult(loss, self.result())

    def leave_gradients(
        self, program: "ArrayProgram", numbers: "Sequence[Numbers]", inputs: Samples, targets: Samples
    ) -> BatchResult:
        """Compute the loss from the Values as they are, which the optimiser has moved, and leave gradients in them."""
        self.state = None
        loss = self.compute_gradients(program, numbers, inputs, targets)
        if loss is None:
            return self.eager.compute(inputs, targets)
        self.arrays().write_back(self.optimizer)
        return BatchResult(loss, self.result())

    def compute_gradients(
        self, program: "ArrayProgram", numbers: "Sequence[Numbers]", inputs: Samples, targets: Samples
    ) -> float | None:
        """Return the loss of a batch and have its gradients, clipped, in the arrays; None where one is not finite."""
        state = self.arrays()
        try:
            self.compute(program, numbers, inputs, targets)
            program.compute_gradients((1.0,))
        except (ArithmeticError, ValueError):
            return None
        if self.watchful:
            program.report()
            self.state = None  # what looks at the numbers may have changed them
            state = self.arrays()
        state.take_gradients(program)
        if not self.watchful:
            program.report()
        (loss,) = program.results()
        return loss if self.clip is None or state.clip_gradients(self.clip) else None

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
            recorded, numbers = self.compiled.array_program(xs, ys, modes=modes)
        except errors.RecordingError:
            raise
        except Exception as error:  # whatever the model and the loss may raise where they meet no plain numbers
            raise errors.RecordingError(f"{type(error).__name__}: {error}") from error
        program = self.forms.get(recorded)
        if program is None:
            program = self.forms[recorded] = recorded.in_c(self.updates)
            if recorded in self.checked:
                self.checked.add(program)
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
        self.watchful = self.watchful or not all(map(is_library_function, calls))
        return program, numbers

    def as_array(self, samples: Samples) -> "Array | list[Any]":
        """Return samples of plain numbers as one array, converting each when it is first seen; else a list."""
        if not isinstance(samples, list) or not samples:
            return list(samples)
        shape = shape_of(samples[0])
        if not shape:
            return list(samples)
        if shape not in self.rows:
            self.rows[shape] = SampleRows(shape)
        return self.rows[shape].of(samples)

    def result(self) -> Entries:
        """Return the outputs observed last, nested as the model made them."""
        numbers = self.numpy.asarray(self.outputs)
        if isinstance(self.nesting, tuple):
            return self.kind(numbers.reshape(self.nesting).tolist())
        return self.kind(nested_like(self.nesting, iter(numbers.tolist())))

    @property
    def description(self) -> str:
        if not self.checked:
            return "compiled"
        largest = max(self.checked, key=lambda program: (program.scalar_count, program.kind == "c"))  # C comes later
        what = "loops in C" if largest.kind == "c" else "array operations"
        return f"compiled: {largest.scalar_count:,} scalar operations became {largest.array_count} {what}"
