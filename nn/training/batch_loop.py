"""``BatchLoop``: many batches in one call of machine code, an optimiser's rule included, for a compiled step."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from autograd import errors
from nn.optim import Optimizer
from nn.training.array_state import ArrayState, Held
from nn.training.clipping import clip_factor
from nn.training.rates import Rates, as_options, constants
from nn.training.stretches import Stretch

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram
    from autograd.program.training_loop import Passes, TrainingLoop
    from nn.training.sample_rows import Array

MOST_LOOPS = 4
"""How many settings of an optimiser are compiled; one that changes all the time is not worth it."""


class BatchLoop:
    """Runs stretches of batches through the loop that is compiled for an optimiser's rule."""

    def __init__(self, optimizer: Optimizer, clip: float | None) -> None:
        self.optimizer, self.clip = optimizer, clip
        self.loops: dict[object, TrainingLoop] = {}
        self.state: ArrayState | None = None
        self.passes: dict[ArrayProgram, Passes | None] = {}
        self.refused = False
        self.ran = False

    def suits(self, state: ArrayState, programs: Mapping["ArrayProgram", int], rates: Sequence[Rates] = ()) -> bool:
        """Whether the numbers can be trained by a loop through these programs; compile it if it is new.

        Args:
            state: the numbers that are trained.
            programs: the programs, each with the size of its batches.
            rates: those of each group of parameters in the first batch; learning rates alone if they are left out.
        """
        counts = [len(rates[i]) if rates else 1 for i in self.trained_groups(state)]
        if self.refused or not state.own_rule or any(not isinstance(skipped, int) for skipped in state.skipped):
            return False
        state.check(self.optimizer)
        if self.key(state, counts) not in self.loops:
            try:
                self.make(state, counts)
            except errors.AutogradError:
                self.refused = True
            except TypeError:  # a rule that takes the number of a step for an int
                self.refused = True
        if state is not self.state:
            self.state = state
            self.passes.clear()
        for program, samples in programs.items():
            if program not in self.passes:
                self.passes[program] = self.passes_of(state, program, samples)
        return not self.refused and None not in [self.passes[program] for program in programs]

    def trained_groups(self, state: ArrayState) -> list[int]:
        return [i for i, members in enumerate(state.members) if members]

    def key(self, state: ArrayState, counts: Sequence[int]) -> object:
        """Return what the text of a loop depends on: everything but the rates and the numbers themselves."""
        options = constants(self.optimizer, max(counts, default=1))
        own = [options[i] for i in self.trained_groups(state)]
        return repr((own, counts, [len(members) for members in state.members], state.idle.size, self.clip))

    def make(self, state: ArrayState, counts: Sequence[int]) -> None:
        """Compile the loop for the hyperparameters as they are, and so many rates of each group."""
        from autograd.program.training_loop import TrainingLoop, UpdateRule

        if len(self.loops) == MOST_LOOPS:
            raise errors.RecordingError("hyperparameters change all the time")
        rules = []
        for i, count in zip(self.trained_groups(state), counts, strict=True):
            group, columns = self.optimizer.param_groups[i], list(state.held.columns[i])
            rule = partial(self.rule, {name: group[name] for name in self.optimizer.defaults}, columns)
            rules.append(UpdateRule(rule, len(state.members[i]), count, len(columns), type(self.optimizer).__name__))
        trained = sum(rule.size for rule in rules)
        if state.idle.size:  # its gradients add up
            rules.append(UpdateRule(added_up, state.idle.size, 0, 1, "not trained"))
        clip = None if self.clip is None else partial(clip_factor, max_norm=self.clip)
        self.loops[self.key(state, counts)] = TrainingLoop(rules, trained, clip)

    def rule(
        self, group: dict[str, Any], columns: list[str], parameter: Any, gradient: Any, step: Any, *numbers: Any
    ) -> tuple[Any, ...]:
        """Apply the optimiser's rule to one number; after the step come the rates, then what is remembered."""
        count = len(numbers) - len(columns)
        before = dict(zip(columns, numbers[count:], strict=True))
        options = {**group, **as_options(group, numbers[:count])}
        number, later = self.optimizer.update(parameter, gradient, before, options, step)
        return number, *({**before, **later}.values())

    def passes_of(self, state: ArrayState, program: "ArrayProgram", samples: int) -> "Passes | None":
        import numpy

        from autograd.program.training_loop import passes_of

        order = state.order(program)
        places = numpy.arange(len(state.values))[order]
        held = numpy.concatenate([*[numpy.arange(len(state.values))[where] for where in state.where], state.idle])
        return passes_of(program, numpy.argsort(held)[places].astype(numpy.intc), samples)

    def run(
        self,
        state: ArrayState,
        stretches: Sequence[Stretch],
        columns: Sequence["Array"],
        rates: Sequence[Sequence[Rates]],
    ) -> "tuple[list[float], list[Array]]":
        """Train on stretches of batches, up to one whose numbers are not finite, and return losses and what to report.

        Args:
            state: the numbers that are trained.
            stretches: the batches.
            columns: the inputs and the targets of all samples, a row for each.
            rates: for each batch, those of each group of parameters.
        """
        import numpy

        groups, kept = self.trained_groups(state), state.held
        loop = self.loops[self.key(state, [len(rates[0][i]) for i in groups])]
        parts = [*[kept.numbers[state.where[i]] for i in groups], kept.numbers[state.idle]]
        parts += [column for i in groups for column in kept.columns[i].values()]
        held = numpy.concatenate([*parts, state.gradients[state.idle]])
        own_rates = numpy.array([[number for i in groups for number in row[i]] for row in rates], dtype=float)
        steps = numpy.array([*[kept.steps[i] + 1.0 for i in groups], 0.0])
        losses: list[float] = []
        observed: list[Array] = []
        inputs, targets = columns
        for program, rows, drawn in stretches:
            passes = self.passes[program]
            assert passes is not None
            done = len(losses)
            made, seen = loop.run(passes, rows, inputs, targets, drawn, held, own_rates[done:], steps + done)
            losses += made.tolist()
            observed += list(seen)
            if len(made) < len(rows):
                break
        if losses:
            self.ran = True
            self.put_back(state, held, loop.slopes, len(losses))
        return losses, observed

    def put_back(self, state: ArrayState, held: "Array", slopes: "Array", count: int) -> None:
        """Take over what has been trained, all at once."""
        numbers, columns, place, start = state.held.numbers.copy(), list(state.held.columns), len(slopes), 0
        gradients = state.gradients.copy()
        for i in self.trained_groups(state):
            size = len(state.members[i])
            numbers[state.where[i]] = held[start : start + size]
            gradients[state.where[i]] = slopes[start : start + size]
            start += size
            names = list(columns[i])
            columns[i] = {name: held[place + k * size : place + (k + 1) * size] for k, name in enumerate(names)}
            place += size * len(names)
        gradients[state.idle] = held[place:]
        state.gradients = gradients
        state.held = Held(numbers, tuple(columns), tuple([step + count for step in state.held.steps]))


def added_up(parameter: Any, gradient: Any, step: Any, total: Any) -> tuple[Any, ...]:
    """Leave a number as it is, and add its gradient to those before, as nobody sets them to zero."""
    return parameter, total + gradient
