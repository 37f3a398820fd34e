"""The chain rule of a computation written out, from the values to every gradient."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograd.engine import Value
from autograd.formulas.latex import LATEX, lined_up
from autograd.formulas.notation import Notation, Piece
from autograd.formulas.text import TEXT
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.record import Contribution, Step, different
from autograd.views.steps.steps import display_names, records, value_of

MOST_LINES = 40
"""How many values, and how many gradients, are written out before the rest is only counted."""

Term = tuple[Step, Contribution]
"""A use of a node: the backward step of the node that uses it, and what that adds to the gradient."""


class Line(NamedTuple):
    """One line of a derivation."""

    left: str
    equals: list[str]
    long: bool
    """Whether each of ``equals`` should stand on a line of its own."""


@dataclass(frozen=True, eq=False, repr=False)
class Derivation:
    """Every value and every gradient with its formula; LaTeX in Jupyter, plain text elsewhere."""

    loss: Value
    steps: Sequence[Step]
    names: dict[Value, str]

    @property
    def latex(self) -> str:
        """The derivation as one LaTeX ``aligned`` environment, without dollar signs."""
        rows: list[str] = []
        for lines, hidden in self.halves(LATEX):
            for left, texts, long in lines:
                equals = r" \\ &= " if long else " = "
                rows.append(f"{left} &= {equals.join(texts)}")
            rows += [rf"& \text{{... and {hidden} more}}"] * (hidden > 0) + [""]
        return lined_up(rows[:-1])

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"

    def __repr__(self) -> str:
        rows: list[str] = []
        for lines, hidden in self.halves(TEXT):
            rows += [" = ".join([left, *texts]) for left, texts, _ in lines]
            rows += [f"... and {hidden} more"] * (hidden > 0) + [""]
        return "\n".join(rows[:-1])

    def halves(self, notation: Notation) -> Iterator[tuple[Iterator[Line], int]]:
        """Yield the first lines of the values and of the gradients, each with how many are left out."""
        forward = [step for step in self.steps if step.phase == "forward"]
        yield (value_line(notation, step) for step in forward[:MOST_LINES]), len(forward) - MOST_LINES
        uses: dict[Value, list[Term]] = {}
        for step in self.steps:
            for contribution in step.contributions:
                uses.setdefault(contribution.parent, []).append((step, contribution))
        # in the order in which the gradients become complete: that of a node before those of its parents
        visited = [step.node for step in self.steps if step.phase != "forward"]
        nodes = list(dict.fromkeys([*visited, *uses]))
        yield (self.gradient_line(notation, node, uses[node]) for node in nodes[:MOST_LINES]), len(nodes) - MOST_LINES

    def gradient_line(self, notation: Notation, node: Value, terms: Sequence[Term]) -> Line:
        left = notation.derivative(self.names[self.loss], self.names[node]).text
        if node is self.loss:
            return Line(left, ["1"], False)
        total = notation.number(terms[-1][1].after).text
        return Line(left, different(*chain_rule(notation, terms, self.names[self.loss]), total), len(terms) > 1)


def value_line(notation: Notation, step: Step) -> Line:
    """Return the name of a computed node and what it equals."""
    assert step.formulas is not None  # a forward step has some
    texts = different(
        step.formulas.value(notation, call=True),
        step.formulas.value(notation),
        step.formulas.value(notation, numbers=True),
        notation.number(step.value).text,
    )
    return Line(notation.name(step.name).text, texts, False)


def chain_rule(notation: Notation, terms: Sequence[Term], loss: str) -> list[str]:
    """Return a gradient as a sum over uses: by names of derivatives, by formulas, and in numbers."""
    # a node that uses its parent twice has one derivative with respect to it, the sum of two
    chain = {
        step.node: notation.binary("*", notation.derivative(loss, step.name), notation.derivative(step.name, item.name))
        for step, item in terms
    }
    formulas, products = [], []
    for step, item in terms:
        incoming = notation.number(item.incoming)
        local = Piece(step.formulas.slope(notation, item.operand, item.position) if step.formulas else "1")
        if " " in local.text or local.text.startswith("-"):
            local = notation.parentheses(local)
        formulas.append(notation.binary("*", incoming, local))
        products.append(notation.binary("*", incoming, notation.number(item.local)))
    return [notation.joined("+", pieces, "0").text for pieces in (list(chain.values()), formulas, products)]


def derivation(output: "Value | Callable[..., Value]", *arguments: object, model: object | None = None) -> Derivation:
    """Write out the chain rule: every value with its formula, then every gradient with its sum of products.

    Args:
        output: the Value that is differentiated; or a function, which is called with ``arguments``.
        arguments: what to call the function with; numbers become Values named after the parameters.
        model: an object with ``named_parameters()`` to name its parameters.

    Returns:
        A :class:`Derivation`: its ``latex`` renders in Jupyter, printed it is plain text.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        DomainError, DivisionByZeroError, NumberOverflowError: what ``backward()`` would raise.

    Example:
        >>> from autograd import Value, derivation
        >>> a, b = Value(2.0, "a"), Value(3.0, "b")
        >>> loss = a * b
        >>> derivation(loss)
        loss = a * b = 2 * 3 = 6
        <BLANKLINE>
        dloss/dloss = 1
        dloss/da = dloss/dloss * dloss/da = 1 * b = 1 * 3 = 3
        dloss/db = dloss/dloss * dloss/db = 1 * a = 1 * 2 = 2
    """
    loss, frame = value_of(output, arguments)
    backward_pass = BackwardPass(loss)
    names = display_names(backward_pass, frame, model)
    return Derivation(loss, tuple(records(backward_pass, names)), names)
