"""One step of a computation or of its backward pass as an immutable record, and the sentence that tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from autograd.console import printed
from autograd.engine import Value
from autograd.errors import AutogradError
from autograd.formulas.equations import Settled, result_text, settled
from autograd.formulas.latex import LATEX
from autograd.formulas.notation import DIGITS, Notation, number_text
from autograd.formulas.text import TEXT, text_name
from autograd.source import SourceLine
from autograd.views.steps.backward_pass import Deposit
from autograd.views.steps.formulas import Formulas, Texts, factor, joined, product_text

MOST_MENTIONED = 3
"""How many contributions a sentence mentions one by one."""

Phase = Literal["forward", "seed", "backward"]


@dataclass(frozen=True, eq=False, repr=False)
class Contribution(Deposit):
    """What one use of a parent adds to the parent's gradient, with its name and its formulas."""

    name: str
    """The parent's name."""
    formulas: Formulas | None
    use: int | None
    """Which use of the parent by the node this is, from 1; None if there is no other."""

    @printed
    def __repr__(self) -> str:
        return f"<contribution: {contribution_text(self)}>"

    @property
    def which(self) -> str:
        """`` (use 2)`` for one of several uses of the parent, otherwise empty."""
        return f" (use {self.use})" if self.use else ""

    @cached_property
    def formula(self) -> str:
        """The local derivative with names, such as ``1 - t * t``."""
        return self.formulas.slope(TEXT, self.operand, self.position) if self.formulas else "1"

    @cached_property
    def numbers(self) -> str:
        """The local derivative with numbers substituted, such as ``1 - 0.5 * 0.5``."""
        return self.formulas.slope(TEXT, self.operand, self.position, numbers=True) if self.formulas else "1"

    @cached_property
    def equation(self) -> str:
        """The local derivative worked out: ``1 - t * t = 1 - 0.5 * 0.5 = 0.75``."""
        return joined(self.equation_in(TEXT))

    def equation_in(self, notation: Notation) -> Texts:
        """Return the local derivative worked out, in any notation."""
        if self.formulas is None:
            return ["1"], "="
        return self.formulas.slope_equation(notation, self.operand, self.position, self.local)

    @cached_property
    def convention(self) -> str:
        """What was agreed upon that decides the local derivative here, in words; mostly empty."""
        return "; ".join(self.formulas.conventions(self.operand)) if self.formulas else ""

    @cached_property
    def total(self) -> Settled:
        """How the sum of the gradient before and this contribution is printed."""
        return settled(lambda rounded: rounded(self.before) + rounded(self.amount), self.after)

    @cached_property
    def sum(self) -> str:
        """The gradient before and after: ``0.25 + 1 = 1.25``."""
        left, right, sign = self.total
        before, amount = number_text(self.before, left), factor(self.amount, left)
        return f"{before} + {amount} {sign} {number_text(self.after, right)}"

    @cached_property
    def product(self) -> str:
        """What is added: ``0.5 × 2 = 1``, with as many digits as the sum needs."""
        return product_text([self.incoming, self.local], self.amount, self.total.left if self.before else DIGITS)

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

    @printed
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
    def equation(self) -> str:
        """The computation worked out: ``v1 = a * b = 2 * (-3) = -6``."""
        return joined(self.equation_in(TEXT), text_name(self.name))

    def equation_in(self, notation: Notation) -> Texts:
        """Return the computation worked out, in any notation."""
        if self.formulas is None:
            return [result_text(self.value)], "="
        return self.formulas.value_equation(notation, self.value)

    @cached_property
    def latex(self) -> str:
        """The formula with names, as LaTeX."""
        return self.formulas.value(LATEX, call=True) if self.formulas else ""

    def present_value(self) -> float | None:
        """Return what the formula gives for the numbers that the operands had at this step, if it can be worked out."""
        formulas = self.formulas
        if formulas is None or not formulas.known:
            return None  # a leaf, or a compiled function
        given = [formulas.numbers[name] for name in formulas.operation.operands]
        try:
            return formulas.operation.of_numbers(tuple([tuple(x) if isinstance(x, list) else x for x in given]))
        except AutogradError:
            return None

    @cached_property
    @printed
    def narration(self) -> str:
        """One sentence that says what happens."""
        name = text_name(self.name)
        now = self.present_value() if self.phase == "forward" else None
        if self.formulas and now is not None and now != self.value:
            return (
                f"{name} = {self.formula} was computed as {number_text(self.value)}, but the numbers it came from have "
                f"been changed since: {joined(self.formulas.value_equation(TEXT, now, last=2))}."
            )
        if self.phase == "forward":
            return f"{self.equation}."
        if self.phase == "seed":
            seed = number_text(self.contributions[0].amount)
            if seed == "1":
                return f"The backward pass starts at {name}: the gradient of {name} with respect to itself is 1."
            return f"The backward pass starts at {name} with the gradient {seed}."
        mentioned = [contribution_text(contribution) for contribution in self.contributions[:MOST_MENTIONED]]
        mentioned += the_rest(self.contributions, MOST_MENTIONED)
        if not mentioned:
            return f"{name} = {self.formula} has no parents to pass its gradient to."
        list_text = ", and ".join([", ".join(mentioned[:-1]), mentioned[-1]]) if len(mentioned) > 1 else mentioned[0]
        return f"{name} = {self.formula} has gradient {number_text(self.incoming or 0.0)}: {list_text}."


def the_rest(contributions: Sequence[Contribution], mentioned: int) -> list[str]:
    """Return what is said of the contributions that are not mentioned one by one, each parent counted once."""
    rest = {item.parent for item in contributions[mentioned:]} - {item.parent for item in contributions[:mentioned]}
    if rest:
        return ["1 more parent gets its share" if len(rest) == 1 else f"{len(rest)} more parents get theirs"]
    uses = len(contributions) - mentioned
    return [f"{uses} more {'use adds its' if uses == 1 else 'uses add their'} share"] if uses > 0 else []


def contribution_text(contribution: Contribution) -> str:
    """Return ``b gets 0.5 × 2 = 1, which makes 0.25 + 1 = 1.25``."""
    text = f"{text_name(contribution.name)}{contribution.which} gets {contribution.product}"
    return text if contribution.before == 0.0 else f"{text}, which makes {contribution.sum}"
