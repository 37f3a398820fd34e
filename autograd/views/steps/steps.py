"""A computation and its backward pass as a list of steps, each an immutable record of what happens in it.

The terminal, the page and the explanations show these records; none of them computes a gradient itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from types import FrameType
from typing import Literal

from autograd.engine import Value
from autograd.formulas.latex import Latex
from autograd.formulas.operation import OPERATIONS, Operation, is_sequence
from autograd.formulas.printing import LiteralNumber, Notation, Operand, formula_text
from autograd.formulas.text import Text
from autograd.numbers import number_from
from autograd.source import SourceLine
from autograd.views.names import names_of
from autograd.views.steps.backward_pass import Replay, Visit
from autograd.views.steps.narration import deposit_text, narrate
from autograd.views.steps.running import value_of

Phase = Literal["forward", "seed", "backward"]


@dataclass(frozen=True, eq=False, repr=False)
class Formulas:
    """The formulas of one node at the moment of the step, ready to be printed with names or with numbers."""

    operation: Operation
    names: Mapping[str, Operand]
    """What stands for each operand: the name of a Value, or the literal itself."""
    numbers: Mapping[str, Operand]
    """The number of each operand at that moment."""
    _printed: dict[object, "str | list[str]"] = field(default_factory=dict)

    def value(self, notation: type[Notation], *, numbers: bool = False, call: bool = False) -> str:
        """Print the row's formula, or how a call of it reads."""
        formula = self.operation.call if call else self.operation.value
        printed = self.print(notation, formula, numbers=numbers)
        return printed if isinstance(printed, str) else ", ".join(printed)

    def slope(self, notation: type[Notation], operand: str, position: int | None, *, numbers: bool = False) -> str:
        """Print the local derivative by one operand, or by one element of a sequence."""
        if OPERATIONS.get(self.operation.name) is not self.operation:  # a compiled function has no formula to show
            parents = self.names[operand]
            parent = parents[position or 0] if isinstance(parents, list) else parents
            return notation({}).derivative(str(self.names["out"]), str(parent)).text
        printed = self.print(notation, self.operation.slopes.get(operand, "0"), numbers=numbers)
        return printed if isinstance(printed, str) else printed[position or 0]

    def print(self, notation: type[Notation], formula: str, *, numbers: bool) -> "str | list[str]":
        """Print any formula of the row, once."""
        key = (notation, formula, numbers)
        if key not in self._printed:
            self._printed[key] = formula_text(notation, formula, self.numbers if numbers else self.names)
        return self._printed[key]


@dataclass(frozen=True, eq=False, repr=False)
class Contribution:
    """What one use of a parent adds to the parent's gradient: *incoming x local derivative*."""

    parent: Value
    name: str
    """The parent's name."""
    operand: str
    """The operand of the operation that the parent stands for, such as ``x``; empty for the seed."""
    position: int | None
    """Where the parent stands in a sequence operand; None for an operand that is one number."""
    local: float
    """The local derivative."""
    incoming: float
    """The gradient that came in at the node."""
    amount: float
    """incoming x local, which is added to the parent's gradient."""
    before: float
    """The parent's gradient before."""
    after: float
    """The parent's gradient after: before + amount."""
    formulas: Formulas | None

    def __repr__(self) -> str:
        return f"<contribution: {deposit_text(self)}>"

    @cached_property
    def formula(self) -> str:
        """The local derivative with names, such as ``1 - t * t``."""
        return self.formulas.slope(Text, self.operand, self.position) if self.formulas else "1"

    @cached_property
    def numbers(self) -> str:
        """The local derivative with numbers substituted, such as ``1 - 0.5 * 0.5``."""
        return self.formulas.slope(Text, self.operand, self.position, numbers=True) if self.formulas else "1"

    @cached_property
    def latex(self) -> str:
        """The local derivative with names, as LaTeX."""
        return self.formulas.slope(Latex, self.operand, self.position) if self.formulas else "1"


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """One step: a number is computed, or a gradient is passed on.

    Phase ``forward``: ``node`` gets its value. Phase ``seed``: ``node``, the output, gets the gradient that
    the backward pass starts with. Phase ``backward``: the gradient of ``node`` is complete, and each use of a
    parent adds *incoming x local derivative* to the gradient of that parent.
    """

    index: int
    phase: Phase
    node: Value
    name: str
    value: float
    source_line: SourceLine | None
    """The line of the user's program that made the node, where source lines were remembered."""
    incoming: float | None
    """The gradient of the node; None in the forward phase."""
    contributions: tuple[Contribution, ...]
    """What is added to the gradients of the parents, in order; the seed is a contribution to the output itself."""
    formulas: Formulas | None
    names: Mapping[Value, str]
    """The name of every node of the graph."""
    order: Sequence[Value]
    """All nodes of this phase in the order in which they are visited."""
    done: int
    """How many of them have been visited after this step."""

    def __repr__(self) -> str:
        return f"<step {self.index}, {self.phase}: {self.narration}>"

    @property
    def queue(self) -> tuple[Value, ...]:
        """The nodes still to visit in this phase after this step, the next one first."""
        return tuple(self.order[self.done :])

    @cached_property
    def formula(self) -> str:
        """How the node was computed, with names: ``a * b``, ``sigmoid(n)``; empty for a leaf."""
        return self.formulas.value(Text, call=True) if self.formulas else ""

    @cached_property
    def definition(self) -> str:
        """The formula of the operation itself, with names; the same as ``formula`` where that says it all."""
        return self.formulas.value(Text) if self.formulas else ""

    @cached_property
    def numbers(self) -> str:
        """The definition with numbers substituted: ``2 * (-3)``."""
        return self.formulas.value(Text, numbers=True) if self.formulas else ""

    @cached_property
    def latex(self) -> str:
        """The formula with names, as LaTeX."""
        return self.formulas.value(Latex, call=True) if self.formulas else ""

    @cached_property
    def narration(self) -> str:
        """One sentence that says what happens."""
        return narrate(self)


def steps(
    output: "Value | Callable[..., Value]",
    *arguments: object,
    seed: float = 1.0,
    accumulate: bool = False,
    model: object | None = None,
) -> tuple[Step, ...]:
    """Return the steps of a computation and of its backward pass, without changing any gradient.

    First each operation in the order in which ``backward()`` sorts the graph, then the seed, then each node
    from the output towards the leaves. The numbers are those of ``backward()`` to the last bit.

    Args:
        output: the Value to start from; or a function, which is called with ``arguments`` while source
            lines are remembered, so that every step knows the line of the program that made its node.
        arguments: what to call the function with. A number becomes a Value named after the parameter.
        seed: the gradient of the output, as for ``backward``.
        accumulate: let leaves start from the gradients they have, as ``backward()`` does, instead of zero.
        model: an object with ``named_parameters()`` to name its parameters.

    Returns:
        A tuple of :class:`Step`.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        DomainError, DivisionByZeroError, NumberOverflowError: what ``backward()`` would raise.

    Example:
        >>> from autograd import Value, steps
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> for step in steps(a * b):
        ...     print(step.narration)
        v1 = a * b = 2 * (-3) = -6.
        The backward pass starts at v1: the gradient of v1 with respect to itself is 1.
        v1 = a * b has gradient 1: a gets 1 × (-3) = -3, and b gets 1 × 2 = 2.
        >>> a.grad
        0.0
    """
    loss, frame = value_of(output, arguments)
    replay = Replay(loss, number_from(seed), accumulate=accumulate)
    return tuple(records(replay, display_names(replay, frame, model)))


def display_names(replay: Replay, frame: FrameType | None, model: object | None) -> dict[Value, str]:
    """Return a name for every node; those that have none are numbered, in the order of computation."""
    nodes = [*replay.leaves, *replay.interior]
    names = names_of(nodes, frame, model=model)
    taken = set(names.values())
    free = (name for i in count(1) if (name := f"v{i}") not in taken)
    return {node: names[node] if node in names else next(free) for node in nodes}


def records(replay: Replay, names: Mapping[Value, str]) -> Iterator[Step]:
    """Yield the steps of a replayed pass."""
    formulas = {node: formulas_of(node, names) for node in replay.interior}
    forward, backward = tuple(replay.interior), tuple(reversed(replay.interior))
    index = count()

    def step(node: Value, phase: Phase, visit: Visit | None, order: Sequence[Value], *, done: int) -> Step:
        printing = formulas.get(node) if phase != "seed" else None
        return Step(
            index=next(index),
            phase=phase,
            node=node,
            name=names[node],
            value=node.data,
            source_line=node.source_line,
            incoming=visit.incoming if visit else None,
            contributions=tuple(contributions_of(visit, printing, names)) if visit else (),
            formulas=formulas.get(node),
            names=names,
            order=order,
            done=done,
        )

    for i, node in enumerate(forward, start=1):
        yield step(node, "forward", None, forward, done=i)
    yield step(replay.seed.node, "seed", replay.seed, backward, done=0)
    for i, visit in enumerate(replay.visits, start=1):
        yield step(visit.node, "backward", visit, backward, done=i)


def contributions_of(visit: Visit, formulas: Formulas | None, names: Mapping[Value, str]) -> Iterator[Contribution]:
    """Yield what a visited node adds to the gradients of its parents."""
    for deposit in visit.deposits:
        yield Contribution(
            parent=deposit.use.parent,
            name=names[deposit.use.parent],
            operand=deposit.use.operand,
            position=deposit.use.position,
            local=deposit.local,
            incoming=visit.incoming,
            amount=deposit.contribution,
            before=deposit.before,
            after=deposit.after,
            formulas=formulas,
        )


def formulas_of(node: Value, names: Mapping[Value, str]) -> Formulas:
    """Return the formulas of an interior node with what stands for their operands now."""
    operation = node.operation
    assert operation is not None
    by_name: dict[str, Operand] = {}
    by_number: dict[str, Operand] = {}
    for operand, item in zip(operation.operands, node.operands, strict=True):
        if operand == "index":
            by_name[operand] = by_number[operand] = int(item)  # type: ignore[arg-type]  # a position is a literal
        elif is_sequence(operand):
            items = item if isinstance(item, tuple) else (item,)
            by_name[operand] = [names[each] if isinstance(each, Value) else LiteralNumber(each) for each in items]
            by_number[operand] = [
                float(each.data) if isinstance(each, Value) else LiteralNumber(each) for each in items
            ]
        elif isinstance(item, Value):
            by_name[operand], by_number[operand] = names[item], float(item.data)
        else:
            by_name[operand] = by_number[operand] = LiteralNumber(item)  # type: ignore[arg-type]  # not a sequence
    return Formulas(operation, {**by_name, "out": names[node]}, {**by_number, "out": float(node.data)})
