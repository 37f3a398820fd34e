"""One step of a computation or of its backward pass as an immutable record, and the sentence that tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Literal

from autograd.engine import Value
from autograd.errors import AutogradError
from autograd.formulas.latex import LATEX
from autograd.formulas.notation import Notation, Operand, number_text
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.printing import formula_text
from autograd.formulas.text import TEXT, text_name
from autograd.source import SourceLine
from autograd.views.steps.backward_pass import Deposit

MOST_MENTIONED = 3
"""How many contributions a sentence mentions one by one."""

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

    def value(self, notation: Notation, *, numbers: bool = False, call: bool = False) -> str:
        """Print the row's formula as a textbook has it, or how a call of it reads."""
        formula = self.operation.call if call else self.operation.textbook()
        printed = self.print(notation, formula, numbers=numbers)
        return printed if isinstance(printed, str) else ", ".join(printed)

    def slope(self, notation: Notation, operand: str, position: int | None, *, numbers: bool = False) -> str:
        """Print the local derivative with respect to one operand, or to one element of a sequence."""
        if OPERATIONS.get(self.operation.name) is not self.operation:  # a compiled function has no formula to show
            parents = self.names[operand]
            parent = parents[position or 0] if isinstance(parents, list) else parents
            return notation.derivative(str(self.names["out"]), str(parent)).text
        printed = self.print(notation, self.operation.textbook(operand), numbers=numbers)
        return printed if isinstance(printed, str) else printed[position or 0]

    def print(self, notation: Notation, formula: str, *, numbers: bool) -> "str | list[str]":
        """Print any formula of the row, once."""
        key = (notation, formula, numbers)
        if key not in self._printed:
            self._printed[key] = formula_text(notation, formula, self.numbers if numbers else self.names)
        return self._printed[key]


@dataclass(frozen=True, eq=False, repr=False)
class Contribution(Deposit):
    """What one use of a parent adds to the parent's gradient, with its name and its formulas."""

    name: str
    """The parent's name."""
    formulas: Formulas | None

    def __repr__(self) -> str:
        return f"<contribution: {contribution_text(self)}>"

    @cached_property
    def formula(self) -> str:
        """The local derivative with names, such as ``1 - t * t``."""
        return self.formulas.slope(TEXT, self.operand, self.position) if self.formulas else "1"

    @cached_property
    def numbers(self) -> str:
        """The local derivative with numbers substituted, such as ``1 - 0.5 * 0.5``."""
        return self.formulas.slope(TEXT, self.operand, self.position, numbers=True) if self.formulas else "1"

    @cached_property
    def latex(self) -> str:
        """The local derivative with names, as LaTeX."""
        return self.formulas.slope(LATEX, self.operand, self.position) if self.formulas else "1"


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
        return self.formulas.value(TEXT, call=True) if self.formulas else ""

    @cached_property
    def definition(self) -> str:
        """The textbook formula of the operation, with names; the same as ``formula`` where that says it all."""
        return self.formulas.value(TEXT) if self.formulas else ""

    @cached_property
    def numbers(self) -> str:
        """The definition with numbers substituted: ``2 * (-3)``."""
        return self.formulas.value(TEXT, numbers=True) if self.formulas else ""

    @cached_property
    def latex(self) -> str:
        """The formula with names, as LaTeX."""
        return self.formulas.value(LATEX, call=True) if self.formulas else ""

    def present_value(self) -> float | None:
        """Return what the formula gives for the numbers that the operands had at this step, if it can be worked out."""
        formulas = self.formulas
        if formulas is None or OPERATIONS.get(formulas.operation.name) is not formulas.operation:
            return None  # a leaf, or a compiled function
        given = [formulas.numbers[name] for name in formulas.operation.operands]
        try:
            return formulas.operation.of_numbers(tuple([tuple(x) if isinstance(x, list) else x for x in given]))
        except AutogradError:
            return None

    @cached_property
    def narration(self) -> str:
        """One sentence that says what happens."""
        name = text_name(self.name)
        if self.phase == "forward" and (now := self.present_value()) not in (None, self.value):
            return (
                f"{name} = {self.formula} was computed as {number_text(self.value)}, but the numbers it came from have "
                f"been changed since: {self.numbers} = {number_text(now)}."
            )
        if self.phase == "forward":
            texts = different(name, self.formula, self.definition, self.numbers, number_text(self.value))
            return f"{' = '.join(texts)}."
        if self.phase == "seed":
            seed = number_text(self.contributions[0].amount)
            if seed == "1":
                return f"The backward pass starts at {name}: the gradient of {name} with respect to itself is 1."
            return f"The backward pass starts at {name} with the gradient {seed}."
        mentioned = [contribution_text(contribution) for contribution in self.contributions[:MOST_MENTIONED]]
        more = len(self.contributions) - len(mentioned)
        if more:
            mentioned.append(more_parents(more))
        if not mentioned:
            return f"{name} = {self.formula} has no parents to pass its gradient to."
        list_text = ", and ".join([", ".join(mentioned[:-1]), mentioned[-1]]) if len(mentioned) > 1 else mentioned[0]
        return f"{name} = {self.formula} has gradient {number_text(self.incoming or 0.0)}: {list_text}."


def factor(number: float) -> str:
    """Return a number as it stands to the right of a sign."""
    text = number_text(number)
    return f"({text})" if text.startswith("-") else text


def different(*texts: str) -> list[str]:
    """Return the texts without those that only repeat the one before."""
    return [text for text, _ in groupby(texts)]


def more_parents(count: int) -> str:
    """Return what is said of the parents that are not mentioned one by one."""
    return "1 more parent gets its share" if count == 1 else f"{count} more parents get theirs"


def contribution_text(contribution: Contribution) -> str:
    """Return ``b gets 0.5 × 2 = 1, which makes 0.25 + 1 = 1.25``."""
    product = f"{number_text(contribution.incoming)} × {factor(contribution.local)}"
    text = f"{text_name(contribution.name)} gets {product} = {number_text(contribution.amount)}"
    if contribution.before == 0.0:
        return text
    before, after = number_text(contribution.before), number_text(contribution.after)
    return f"{text}, which makes {before} + {factor(contribution.amount)} = {after}"
