"""``CompiledStep``: trains through a compiled program, with parameters and optimiser state in arrays."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import autograd
from autograd import Value, errors
from nn.clipping import clip_factor
from nn.module import Module
from nn.optim import Optimizer
from nn.training_step import BatchResult, EagerStep, Loss, TrainingStep, one_number

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.float64]

PLAIN = frozenset({float, int})


class CompiledStep:
    """Does what :class:`~nn.training_step.EagerStep` does, with the same results to rounding, in array operations.

    The step is recorded once for each size of batch. From the first batch on, parameters and optimiser state live
    in arrays; :meth:`synchronise` writes them back, and the next batch starts from what it then finds there.

    Args:
        model, loss, optimizer, clip: as for :class:`~nn.training_step.EagerStep`.

    Raises:
        RecordingError: at the first batch, if the step asks for the numbers behind its inputs.
    """

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer, clip: float | None) -> None:
        import numpy

        self.numpy = numpy
        self.model, self.loss, self.optimizer, self.clip = model, loss, optimizer, clip
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.modules = list(model.modules())
        self.compiled = autograd.compile(self.forward, backend="array", static=("modes",))
        self.programs: dict[object, Any] = {}
        self.nestings: dict[int, Any] = {}
        self.outputs: Sequence[float] = ()
        self.rows: dict[int, _Rows] = {}
        self.state: _State | None = None

    def forward(self, inputs: Any, targets: Any, modes: tuple[bool, ...]) -> Value:
        """Compute the loss of a batch and let its outputs be observed; this is what is recorded."""
        outputs = self.model(inputs)
        numbers: list[Any] = []
        self.nestings[len(inputs)] = [taken_apart(output, numbers) for output in outputs]
        autograd.observe(numbers, self.keep)
        return one_number(self.loss(outputs, targets))

    def keep(self, outputs: Sequence[float]) -> None:
        """Take note of the outputs of the batch that is being computed."""
        self.outputs = outputs

    # --- the step -----------------------------------------------------------------------------------------

    def train(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss and its gradients, clip them, and update the parameters."""
        program, chunks = self.prepared(inputs, targets)
        if self.state is None:
            self.state = _State(self.optimizer, program.parameters)
        state = self.state
        order = state.load_into(program)
        program.load_inputs(chunks)
        try:
            program.compute()
            program.compute_gradients((1.0,))
        except FloatingPointError:
            return self.eagerly(inputs, targets)
        state.gradients[order] = program.gradients[: len(program.parameters)]
        program.report()
        loss = float(program.values[program.outputs[0]])
        if self.clip is not None:
            norm = state.gradient_norm()
            if not self.numpy.isfinite(norm):
                return self.eagerly(inputs, targets)
            state.gradients *= clip_factor(norm, self.clip)
        state.update(self.optimizer)
        return BatchResult(loss, self.result(len(inputs)))

    def evaluate(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss with the parameters as they are now; nothing changes."""
        program, chunks = self.prepared(inputs, targets)
        if self.state is None:
            self.state = _State(self.optimizer, program.parameters)
        self.state.load_into(program)
        program.load_inputs(chunks)
        try:
            program.compute()
        except FloatingPointError:
            self.synchronise()
            return self.eager.evaluate(inputs, targets)
        program.report()
        return BatchResult(float(program.values[program.outputs[0]]), self.result(len(inputs)))

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back, to be read anew at the next batch."""
        if self.state is not None:
            self.state.write_back(self.optimizer)
            self.state = None

    def eagerly(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute one batch on Values, where an operation that fails says which it is and where."""
        self.synchronise()
        return self.eager.train(inputs, targets)

    def prepared(self, inputs: Sequence[Any], targets: Sequence[Any]) -> tuple[Any, Any]:
        """Return the program for a batch of this size, which works on arrays, and the batch's numbers."""
        modes = tuple([module.training for module in self.modules])
        xs, ys = self.as_array(inputs), self.as_array(targets)
        plain = not isinstance(xs, list) and (not isinstance(ys, list) or PLAIN.issuperset(map(type, ys)))
        key = (xs.shape, len(ys) if isinstance(ys, list) else ys.shape, modes) if plain else None
        program = self.programs.get(key)
        if program is None:
            program, chunks = self.compiled.prepared((xs, ys), {"modes": modes})
            if plain:
                self.programs[key] = program
            return program, chunks
        return program, (xs.reshape(-1), ys if isinstance(ys, list) else ys.reshape(-1))

    def as_array(self, samples: Sequence[Any]) -> Any:
        """Return rows of plain numbers as one array; each row is converted the first time it is seen."""
        if not isinstance(samples, list) or not samples or not isinstance(samples[0], list):
            return samples
        rows = self.rows.setdefault(len(samples[0]), _Rows(len(samples[0])))
        return rows.of(samples)

    def result(self, count: int) -> list[Any]:
        """Return the outputs observed last, nested as the model made them."""
        nestings = self.nestings[count]
        numbers: list[Any] = self.numpy.asarray(self.outputs).tolist()
        if nestings[0] is None:
            return numbers
        return [put_together(nesting, iterator) for iterator in [iter(numbers)] for nesting in nestings]

    @property
    def description(self) -> str:
        """How the step runs, in a few words."""
        programs: list[Any] = list(self.compiled.programs.values())  # programs that work on arrays
        if not programs:
            return "compiled"
        largest = max(programs, key=lambda program: program.trace.scalar_count)
        count, steps = largest.trace.scalar_count, len(largest.layout.steps)
        return f"compiled: {count:,} scalar operations became {steps} array operations"


class _Rows:
    """Samples of one length that have been seen before, as the rows of one array."""

    def __init__(self, length: int) -> None:
        import numpy

        self.numpy, self.length = numpy, length
        self.index: dict[int, int] = {}
        self.kept: list[object] = []  # so that no other object can get the identity of one that is in the index
        self.array = numpy.empty((0, length))

    def of(self, samples: list[Any]) -> Any:  # an array, or the samples as they are
        """Return samples as one array, or as they are if some are not rows of so many plain numbers."""
        try:
            places = list(map(self.index.__getitem__, map(id, samples)))
        except KeyError:
            new = [row for row in samples if id(row) not in self.index]
            if not all(isinstance(row, list) and len(row) == self.length for row in new):
                return samples
            if not all(PLAIN.issuperset(map(type, row)) for row in new):
                return samples
            for row in new:
                self.index.setdefault(id(row), len(self.index))
                self.kept.append(row)
            self.array = self.numpy.array(list({id(row): row for row in self.kept}.values()), dtype=float)
            return self.of(samples)
        return self.array.take(places, axis=0)


class _Held(NamedTuple):
    """Everything that a step changes. It is replaced as a whole, so that Ctrl-C never finds a half-made update."""

    numbers: "Array"
    columns: "tuple[dict[str, Array], ...]"
    """For each group, the optimiser's state."""
    steps: tuple[int, ...]
    """For each group, the number of steps taken."""


class _State:
    """Parameters, gradients and optimiser state as arrays, in the order in which a program holds its parameters."""

    def __init__(self, optimizer: Optimizer, used: Sequence[Value]) -> None:
        import numpy

        self.numpy = numpy
        trained = [value for group in optimizer.param_groups for value in group["params"]]
        self.values: list[Value] = list(dict.fromkeys([*used, *trained]))
        self.position = {value: i for i, value in enumerate(self.values)}
        self.gradients = numpy.zeros(len(self.values))
        self.orders: dict[int, Any] = {}
        self.checked: list[tuple[Any, ...]] = [() for _ in optimizer.param_groups]
        self.members: list[list[int]] = []
        self.where: list[Any] = []
        columns = []
        for group, state in zip(optimizer.param_groups, optimizer.state, strict=True):
            places = [self.position[value] for value in group["params"]]
            members = sorted(range(len(places)), key=places.__getitem__)
            self.members.append(members)
            self.where.append(as_slice(sorted(places)))
            columns.append({name: numpy.array(column)[members] for name, column in state.items()})
        numbers = numpy.array([value.data for value in self.values])
        self.held = _Held(numbers, tuple(columns), tuple([group["step"] for group in optimizer.param_groups]))

    def load_into(self, program: Any) -> Any:  # a program that works on arrays
        """Put the parameters where a program reads them; return their order in that program."""
        order = self.orders.get(id(program))
        if order is None:
            order = self.orders[id(program)] = as_slice([self.position[value] for value in program.parameters])
        program.values[: len(program.parameters)] = self.held.numbers[order]
        return order

    def gradient_norm(self) -> float:
        """Return the norm of the gradients of everything that is trained."""
        return float(sum([float(self.gradients[where] @ self.gradients[where]) for where in self.where]) ** 0.5)

    def update(self, optimizer: Optimizer) -> None:
        """Apply the optimiser's rule to whole arrays."""
        numbers, columns = self.held.numbers.copy(), []
        for i, group in enumerate(optimizer.param_groups):
            self.check(optimizer, i)
            rule = cast("Any", optimizer.update)  # stated for floats, it works on arrays alike
            before, where = self.held.columns[i], self.where[i]
            with self.numpy.errstate(over="ignore", invalid="ignore"):
                new, state = rule(numbers[where], self.gradients[where], before, group, self.held.steps[i] + 1)
                total = new.sum()
            if total - total != 0.0 and not self.numpy.isfinite(new).all():
                self.refuse(optimizer, i, new)
            numbers[where] = new
            columns.append({**before, **state})
        self.held = _Held(numbers, tuple(columns), tuple([step + 1 for step in self.held.steps]))

    def check(self, optimizer: Optimizer, i: int) -> None:
        """Check a group's hyperparameters if they are not those of the step before."""
        group = optimizer.param_groups[i]
        now = tuple([group[name] for name in optimizer.defaults])
        if now != self.checked[i]:
            optimizer.check(group)
            self.checked[i] = now

    def refuse(self, optimizer: Optimizer, i: int, numbers: "Array") -> None:
        """Raise the error for a parameter that would leave the range of floats."""
        self.write_back(optimizer)
        broken = int(self.numpy.flatnonzero(~self.numpy.isfinite(numbers))[0])
        group, position = optimizer.param_groups[i], self.members[i][broken]
        raise optimizer.overflow(group["params"][position], position, float(numbers[broken]), group)

    def write_back(self, optimizer: Optimizer) -> None:
        """Write parameters and state to the Values and the optimiser."""
        for value, number in zip(self.values, self.held.numbers.tolist(), strict=True):
            value.data = number
        for i, group in enumerate(optimizer.param_groups):
            group["step"] = self.held.steps[i]
            for name, array in self.held.columns[i].items():
                for member, number in zip(self.members[i], array.tolist(), strict=True):
                    optimizer.state[i][name][member] = number


def as_slice(places: Sequence[int]) -> Any:  # what an array can be indexed with
    """Return places as a slice where they follow each other, and as an index array where they do not."""
    import numpy

    if list(places) == list(range(places[0], places[0] + len(places))) if places else True:
        return slice(places[0], places[0] + len(places)) if places else slice(0, 0)
    return numpy.array(places)


def taken_apart(output: Any, numbers: list[Any]) -> Any:  # nested as the model makes it
    """Append the numbers of one output to ``numbers`` and return how they are nested."""
    if isinstance(output, list | tuple):
        return [taken_apart(item, numbers) for item in output]
    numbers.append(output)
    return None


def put_together(nesting: Any, numbers: "Iterator[float]") -> Any:  # nested as the model makes it
    """Return numbers nested as :func:`taken_apart` found them."""
    return next(numbers) if nesting is None else [put_together(item, numbers) for item in nesting]


class AutomaticStep:
    """Trains through a compiled program where the step can be recorded, and eagerly where it cannot.

    Args:
        model, loss, optimizer, clip: as for :class:`~nn.training_step.EagerStep`.
        insist: whether to raise the error that says why the step cannot be recorded, rather than go on eagerly.
    """

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer, clip: float | None, *, insist: bool) -> None:
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.insist, self.started = insist, False
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
            raise error
        self.step.synchronise()
        self.step, self.reason = self.eager, f"the step cannot be recorded: {error}"

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back to the model and the optimiser."""
        self.step.synchronise()

    @property
    def description(self) -> str:
        """How the step runs, and why not faster."""
        return self.step.description + (f", because {self.reason}" if self.reason else "")
