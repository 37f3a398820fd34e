"""``CompiledStep``: trains through a compiled program, with parameters and optimiser state in arrays."""

import itertools
from collections.abc import Sequence
from functools import partial
from typing import Any

import autograd
from autograd import Value, errors
from nn.data.shapes import leaves, nested_like
from nn.losses.base import LossFunction, scalar_loss
from nn.module import Module
from nn.optim import Optimizer
from nn.training.array_state import ArrayState, check_rule
from nn.training.clipping import clip_factor
from nn.training.sample_rows import PLAIN, SampleRows
from nn.training.step import BatchResult, EagerStep, TrainingStep

MOST_STRUCTURES = 32
"""For how many sizes of batches and settings of the model a step is recorded before that costs more than it gains."""
SETTINGS = frozenset({bool, int, float, str, tuple, type(None)})
"""The types of attributes of a module that decide what it does, such as the probability of a Dropout."""


class CompiledStep:
    """Does what :class:`~nn.training.step.EagerStep` does, with the same results to rounding, in array operations.

    The step is recorded once for each size of batch. From the first batch on, parameters and optimiser state live
    in arrays; :meth:`synchronise` writes them back, and the next batch starts from what it then finds there.

    Args:
        model, loss, optimizer, clip: as for :class:`~nn.training.step.EagerStep`.

    Raises:
        RecordingError: at the first batch, if the step asks for the numbers behind its inputs, does something else
            each time it is called, or if the optimiser's rule does not work on arrays.
    """

    def __init__(self, model: Module, loss: LossFunction, optimizer: Optimizer, clip: float | None) -> None:
        import numpy

        self.numpy = numpy
        self.model, self.loss, self.optimizer, self.clip = model, loss, optimizer, clip
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.compiled = autograd.compile(self.forward, backend="array", static=("modes",))
        self.programs: dict[object, Any] = {}
        self.checked: set[Any] = set()
        self.used: dict[Value, None] = {}
        """The Values that any program reads."""
        self.outputs: Sequence[float] = ()
        self.nesting: list[Any] = []
        self.rows: dict[int, SampleRows] = {}
        self.state: ArrayState | None = None
        self.modules: list[Module] = []
        self.settings: dict[tuple[object, ...], int] = {}
        self.seen: list[object] = []  # so that nothing new can get the identity of what is in the settings
        self.setting: int | None = None

    def forward(self, inputs: Any, targets: Any, modes: tuple[int, ...]) -> Value:
        """Compute the loss of a batch and let its outputs be observed; this is what is recorded."""
        outputs = self.model(inputs)
        each = list(outputs)
        autograd.observe(list(leaves(each)), partial(self.keep, nested_like(each, itertools.repeat(None))))
        return scalar_loss(self.loss(outputs, targets))

    def keep(self, nesting: list[Any], outputs: Sequence[float]) -> None:
        """Take note of the outputs of the batch that is being computed."""
        self.nesting, self.outputs = nesting, outputs

    # --- the step -----------------------------------------------------------------------------------------

    def train(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss and its gradients, clip them, and update the parameters."""
        program, chunks = self.prepared(inputs, targets)
        state = self.arrays()
        order = state.load_into(program)
        try:
            program.load_inputs(chunks)
            program.compute()
            self.check(program, inputs, targets)
            program.compute_gradients((1.0,))
        except (ArithmeticError, ValueError):
            return self.eagerly(inputs, targets)
        state.gradients[order] = program.gradients[: len(program.parameters)]
        program.report()
        loss = float(program.values[program.outputs[0]])
        if self.clip is not None:
            norm = state.gradient_norm()
            if not self.numpy.isfinite(norm):
                return self.eagerly(inputs, targets)
            state.gradients *= clip_factor(norm, self.clip)
        try:
            state.update(self.optimizer)
        except FloatingPointError:
            return self.eagerly(inputs, targets)
        return BatchResult(loss, self.result())

    def evaluate(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss with the parameters as they are now; nothing changes."""
        program, chunks = self.prepared(inputs, targets)
        self.arrays().load_into(program)
        try:
            program.load_inputs(chunks)
            program.compute()
            self.check(program, inputs, targets)
        except (ArithmeticError, ValueError):
            self.synchronise()
            return self.eager.evaluate(inputs, targets)
        program.report()
        return BatchResult(float(program.values[program.outputs[0]]), self.result())

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back, to be read anew at the next batch.

        Samples and settings of the model are looked at anew as well: whoever asks for this may change them.
        """
        if self.state is not None:
            self.state.write_back(self.optimizer)
            self.state = None
        self.setting = None
        self.rows.clear()

    def arrays(self) -> ArrayState:
        """Return the arrays, made from what the parameters and the optimiser are now if need be."""
        if self.state is None:
            self.state = ArrayState(self.optimizer, list(self.used))
        return self.state

    def check(self, program: Any, inputs: Sequence[Any], targets: Sequence[Any]) -> None:
        """Raise an error unless a new program has computed what the step itself computes."""
        if program in self.checked:
            return
        self.checked.add(program)
        self.arrays().write_back(self.optimizer)  # the step itself reads the Values
        try:
            program.check("the step", lambda: self.forward(inputs, targets, ()))
        except errors.RecordingError:
            raise
        except Exception as error:  # whatever the model and the loss may raise
            raise errors.RecordingError(f"{type(error).__name__}: {error}") from error

    def eagerly(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute one batch on Values, where an operation that fails says which it is and where."""
        self.synchronise()
        return self.eager.train(inputs, targets)

    def prepared(self, inputs: Sequence[Any], targets: Sequence[Any]) -> tuple[Any, Any]:
        """Return the program for a batch of this size, which works on arrays, and the batch's numbers."""
        setting = self.look_at_model() if self.setting is None else self.setting
        modes = (setting, *[module.training for module in self.modules])
        xs, ys = self.as_array(inputs), self.as_array(targets)
        plain = not isinstance(xs, list) and (not isinstance(ys, list) or PLAIN.issuperset(map(type, ys)))
        key = (xs.shape, len(ys) if isinstance(ys, list) else ys.shape, modes) if plain else None
        program = self.programs.get(key)
        if program is None:
            program, chunks = self.recorded(xs, ys, modes)
            if plain:
                self.programs[key] = program
            return program, chunks
        return program, (xs.reshape(-1), ys if isinstance(ys, list) else ys.reshape(-1))

    def recorded(self, xs: Any, ys: Any, modes: tuple[int, ...]) -> tuple[Any, Any]:
        """Return the program and the numbers for a batch that may be of a new structure."""
        try:
            program, chunks = self.compiled.prepared((xs, ys), {"modes": modes})
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
        return program, chunks

    def look_at_model(self) -> int:
        """Take note of what the model is made of, and return the number of that setting."""
        self.modules = [*self.model.modules(), *(self.loss.modules() if isinstance(self.loss, Module) else ())]
        parameters = self.model.parameters()
        self.seen.append((self.modules, parameters))
        if not self.settings:
            check_rule(self.optimizer)
        setting = (
            *map(id, parameters),
            *[
                (id(module), name, item)
                for module in self.modules
                for name, item in vars(module).items()
                if item.__class__ in SETTINGS and name != "training"
            ],
        )
        self.setting = self.settings.setdefault(setting, len(self.settings))
        return self.setting

    def as_array(self, samples: Sequence[Any]) -> Any:
        """Return rows of plain numbers as one array; each row is converted the first time it is seen."""
        if not isinstance(samples, list) or not samples or not isinstance(samples[0], list):
            return samples
        rows = self.rows.setdefault(len(samples[0]), SampleRows(len(samples[0])))
        return rows.of(samples)

    def result(self) -> list[Any]:
        """Return the outputs observed last, nested as the model made them."""
        numbers: list[Any] = self.numpy.asarray(self.outputs).tolist()
        if self.nesting[0] is None:
            return numbers
        return nested_like(self.nesting, iter(numbers))  # type: ignore[no-any-return]  # a list, one entry per sample

    @property
    def description(self) -> str:
        """How the step runs, in a few words."""
        programs: list[Any] = list(self.compiled.programs.values())  # programs that work on arrays
        if not programs:
            return "compiled"
        largest = max(programs, key=lambda program: program.trace.scalar_count)
        count, steps = largest.trace.scalar_count, len(largest.layout.steps)
        return f"compiled: {count:,} scalar operations became {steps} array operations"


class AutomaticStep:
    """Trains through a compiled program where the step can be recorded, and eagerly where it cannot.

    Args:
        model, loss, optimizer, clip: as for :class:`~nn.training.step.EagerStep`.
        insist: whether to raise the error that says why the step cannot be recorded, rather than go on eagerly.
    """

    def __init__(self, model: Module, loss: LossFunction, optimizer: Optimizer, clip: float | None, *, insist: bool) -> None:
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.insist = insist
        self.step: TrainingStep = self.eager
        self.reason = ""
        try:
            self.step = CompiledStep(model, loss, optimizer, clip)
        except ImportError:
            self.reason = 'NumPy is not installed (pip install "scalar-autograd[fast]")'
            if insist:
                raise errors.MissingPackageError(f"compile=True cannot be: {self.reason}.") from None

    def train(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Train on one batch."""
        try:
            return self.step.train(inputs, targets)
        except errors.RecordingError as error:
            self.give_up(error)
            return self.step.train(inputs, targets)

    def evaluate(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss of one batch."""
        try:
            return self.step.evaluate(inputs, targets)
        except errors.RecordingError as error:
            self.give_up(error)
            return self.step.evaluate(inputs, targets)

    def give_up(self, error: errors.RecordingError) -> None:
        """Go on eagerly because the step cannot be recorded, unless the caller insists."""
        if self.insist or self.step is self.eager:
            raise error.__cause__ or error
        self.step.synchronise()
        self.step, self.reason = self.eager, f"the step cannot be recorded: {error}"

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back to the model and the optimiser."""
        self.step.synchronise()

    @property
    def description(self) -> str:
        """How the step runs, and why not faster."""
        return self.step.description + (f", because {self.reason}" if self.reason else "")
