"""``ArrayState``: parameters, gradients and an optimiser's state as arrays, while a compiled step trains."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from autograd import Value, errors
from autograd.formulas.summation import add_up
from nn.optim import Optimizer
from nn.optim.base import Hyperparameters, any_frozen, count_steps
from nn.training.clipping import clip_factor
from nn.training.own_code import is_library_function

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    from autograd.program.array_program import ArrayProgram
    from nn.training.sample_rows import Array

    ArrayIndex: TypeAlias = slice | NDArray[numpy.intp]

StateArrays: TypeAlias = "dict[str, Array]"
ArrayRule: TypeAlias = "Callable[[Array, Array, StateArrays, Hyperparameters, int | Array], tuple[Array, StateArrays]]"
"""What an optimiser's ``update``, stated for floats, is when it works on arrays."""


class Held(NamedTuple):
    """Everything that a step changes. It is replaced as a whole, so that Ctrl-C never finds a half-made update."""

    numbers: "Array"
    columns: tuple[StateArrays, ...]
    """For each group, the optimiser's state."""
    steps: tuple[int, ...]
    """For each group, the number of steps taken."""


class ArrayState:
    """Parameters, gradients and optimiser state as arrays, in the order in which a program holds its parameters."""

    def __init__(self, optimizer: Optimizer, used: Sequence[Value]) -> None:
        import numpy

        self.numpy = numpy
        trained = [trained_in(group["params"]) for group in optimizer.param_groups]
        self.values: list[Value] = list(dict.fromkeys([*used, *itertools.chain(*trained)]))
        self.position = dict(zip(self.values, range(len(self.values)), strict=True))
        own = set(itertools.chain(*trained))
        self.idle = numpy.array([i for i, value in enumerate(self.values) if value not in own], dtype=numpy.intp)
        """The positions of what the optimiser does not train: its gradients add up, as nobody sets them to zero."""
        self.gradients = numpy.array([value.grad for value in self.values])
        self.orders: dict[ArrayProgram, ArrayIndex] = {}
        self.checked: list[tuple[object, ...]] = [() for _ in optimizer.param_groups]
        self.own_rule = is_library_function(optimizer.update)
        self.members: list[list[int]] = []
        self.where: list[ArrayIndex] = []
        self.skipped: list[int | Array] = []
        """For each group, how many of its steps passed its parameters by, while these were frozen."""
        columns = []
        for group, own_trained, state in zip(optimizer.param_groups, trained, optimizer.state, strict=True):
            among: Sequence[int] = range(len(group["params"]))
            if len(own_trained) < len(group["params"]):
                among = [i for i in among if group["params"][i].requires_grad]
            places = numpy.array(list(map(self.position.__getitem__, own_trained)), dtype=numpy.intp)
            order = numpy.argsort(places)
            members = numpy.array(among, dtype=numpy.intp)[order]
            self.members.append(members.tolist())
            self.where.append(as_slice(places[order]))
            self.skipped.append(numpy.array(group["skipped"])[members] if any(group.get("skipped", ())) else 0)
            columns.append({name: numpy.array(column)[members] for name, column in state.items()})
        numbers = numpy.array([value.data for value in self.values])
        self.held = Held(numbers, tuple(columns), tuple([group["step"] for group in optimizer.param_groups]))

    def order(self, program: "ArrayProgram") -> "ArrayIndex":
        """Return where the parameters of a program stand in these arrays, in its order."""
        if program not in self.orders:
            places = list(map(self.position.__getitem__, program.parameters))
            self.orders[program] = as_slice(self.numpy.array(places, dtype=self.numpy.intp))
        return self.orders[program]

    def load_into(self, program: "ArrayProgram") -> None:
        program.load_parameters(self.held.numbers[self.order(program)])

    def take_gradients(self, program: "ArrayProgram") -> None:
        """Set the gradients to those of a program; what it does not use has a gradient of zero."""
        idle = self.idle.size
        kept = self.gradients[self.idle] if idle else None
        if len(program.parameters) < len(self.values):
            self.gradients.fill(0.0)
        self.gradients[self.order(program)] = program.parameter_gradients
        if idle:
            self.gradients[self.idle] += kept

    def clip_gradients(self, most: float) -> bool:
        """Make the gradients of all that is trained at most this long together; return whether they are finite."""
        norm = math.sqrt(add_up([float(self.gradients[where] @ self.gradients[where]) for where in self.where]))
        if not math.isfinite(norm):
            return False
        for where in self.where:
            self.gradients[where] *= clip_factor(norm, most)
        return True

    def update(self, optimizer: Optimizer) -> None:
        """Apply the optimiser's rule to whole arrays; the hyperparameters are those of :meth:`check`."""
        numbers, columns = self.held.numbers.copy(), []
        for i, group in enumerate(optimizer.param_groups):
            if not self.members[i]:  # all of them are frozen
                columns.append(self.held.columns[i])
                continue
            rule = cast("ArrayRule", optimizer.update)
            before, where = self.held.columns[i], self.where[i]
            old, slopes, step = numbers[where], self.gradients[where], self.held.steps[i] + 1 - self.skipped[i]
            if self.own_rule:
                new, state = rule(old, slopes, before, group, step)
            else:
                new, state = self.compared(optimizer, old, slopes, before, group, step)
            total = self.numpy.add.reduce(new)
            if total - total != 0.0 and not self.numpy.isfinite(new).all():
                self.refuse(optimizer, i, new)
            numbers[where] = new
            columns.append({**before, **state})
        self.held = Held(numbers, tuple(columns), tuple([step + 1 for step in self.held.steps]))

    def compared(  # noqa: PLR0917  # the arguments of an update
        self,
        optimizer: Optimizer,
        old: "Array",
        slopes: "Array",
        state: StateArrays,
        group: Hyperparameters,
        step: "int | Array",
    ) -> "tuple[Array, StateArrays]":
        """Apply a user's rule to arrays, and to some of their numbers alone: it may follow another case at any step.

        Raises:
            RecordingError: it does not work on arrays, or gives something else for them.
        """
        name = type(optimizer).__name__
        try:
            new, later = cast("ArrayRule", optimizer.update)(old.copy(), slopes.copy(), dict(state), group, step)
            for i in {
                int(place(array))
                for array in (old, slopes, abs(slopes))
                for place in (self.numpy.argmin, self.numpy.argmax)
            }:
                before = {column: float(numbers[i]) for column, numbers in state.items()}
                own_step = step if isinstance(step, int) else int(step[i])
                number, after = optimizer.update(float(old[i]), float(slopes[i]), before, group, own_step)
                pairs = [(new[i], number), *[(later[column][i], entry) for column, entry in after.items()]]
                if not all(math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-300) for a, b in pairs):
                    raise errors.RecordingError(f"the rule of {name} gives other numbers for an array than for each.")
        except errors.RecordingError:
            raise
        except Exception as error:  # whatever a rule for floats may raise where it meets an array
            raise errors.RecordingError(f"the rule of {name} does not work on arrays: {error}") from error
        return new, later

    def check(self, optimizer: Optimizer) -> None:
        """Check the hyperparameters of all groups that are not as they were the last time."""
        for i, group in enumerate(optimizer.param_groups):
            now = tuple([group[name] for name in optimizer.defaults])
            if now != self.checked[i]:
                optimizer.check(group)
                self.checked[i] = now

    def refuse(self, optimizer: Optimizer, i: int, numbers: "Array") -> None:
        """Raise the error for a parameter that would leave the range of floats, or for its gradient if that has."""
        if not self.numpy.isfinite(self.gradients).all():
            raise FloatingPointError("a gradient is not finite")
        self.write_back(optimizer)
        broken = int(self.numpy.flatnonzero(~self.numpy.isfinite(numbers))[0])
        group, position = optimizer.param_groups[i], self.members[i][broken]
        raise optimizer.overflow(group["params"][position], position, float(numbers[broken]), group)

    def write_back(self, optimizer: Optimizer) -> None:
        """Write parameters, their gradients, and the optimiser's state to the Values and the optimiser."""
        for value, number in zip(self.values, self.held.numbers.tolist(), strict=True):
            value.data = number
        gradients = self.gradients.tolist()
        for value, gradient in zip(self.values, gradients, strict=True):
            value.grad = gradient
        for i, group in enumerate(optimizer.param_groups):
            count_steps(group, self.held.steps[i] - group["step"])
            for name, array in self.held.columns[i].items():
                column = optimizer.state[i][name]
                for member, number in zip(self.members[i], array.tolist(), strict=True):
                    column[member] = number


def trained_in(parameters: Sequence[Value]) -> Sequence[Value]:
    """Return those of a group's parameters that are not frozen."""
    return [value for value in parameters if value.requires_grad] if any_frozen(parameters) else parameters


def as_slice(places: "NDArray[numpy.intp]") -> "ArrayIndex":
    """Return places as a slice where they are consecutive, and as they are where they are not."""
    start = int(places[0]) if len(places) else 0
    consecutive = (places[1:] - places[:-1] == 1).all()
    return slice(start, start + len(places)) if consecutive else places


def check_rule(optimizer: Optimizer) -> None:
    """Raise an error unless the optimiser's rule computes for an array what it computes for each of its numbers.

    Raises:
        RecordingError: it cannot work on arrays, or the optimiser has a ``step`` of its own.
    """
    import numpy

    name = type(optimizer).__name__
    if optimizer.needs_closure and is_library_function(type(optimizer).step):
        return  # it works on the Values, whose gradients are computed in arrays
    for method in ("step", "zero_grad", "check"):
        if method in vars(optimizer) or not is_library_function(getattr(type(optimizer), method)):
            raise errors.RecordingError(
                f"{name} has a {method}() of its own; state its rule as update(), for arrays too."
            )
    numbers, gradients = numpy.array([0.5, -0.25, 2.0]), numpy.array([0.1, -0.3, 0.7])
    for group, columns in zip(optimizer.param_groups, optimizer.state, strict=True):
        rule, state = cast("ArrayRule", optimizer.update), dict.fromkeys(columns, 0.0)
        each = [
            optimizer.update(number, gradient, state, group, 1)[0]
            for number, gradient in zip(numbers.tolist(), gradients.tolist(), strict=True)
        ]
        try:
            at_once, _ = rule(numbers, gradients, {column: numpy.zeros(3) for column in columns}, group, 1)
            agree = numpy.allclose(at_once, each, rtol=1e-12, atol=1e-12)
        except Exception as error:  # whatever a rule for floats may raise where it meets an array
            raise errors.RecordingError(f"the rule of {name} does not work on arrays: {error}") from error
        if not agree:
            raise errors.RecordingError(f"the rule of {name} gives other numbers for an array than for its elements.")
