"""The chain rule of a computation written out, from the values to every gradient."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autograd.console import printed
from autograd.engine import Value
from autograd.formulas.equations import in_digits, settled
from autograd.formulas.latex import LATEX, lined_up
from autograd.formulas.notation import Notation, Piece
from autograd.formulas.summation import add_up
from autograd.formulas.text import TEXT
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.formulas import Texts, chain, joined
from autograd.views.steps.record import Contribution, Step
from autograd.views.steps.steps import display_names, records, value_of

MOST_LINES = 40
"""How many values, and how many gradients, are written out before the rest is only counted."""

Term = tuple[Step, Contribution]
"""A use of a node: the backward step of the node that uses it, and what that adds to the gradient."""


class Line(NamedTuple):
    """One line of a derivation."""

    left: str
    equals: Texts
    long: bool
    """Whether each of the texts should stand on a line of its own."""


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
            rows += [latex_line(*line) for line in lines]
            rows += [rf"& \text{{... and {hidden} more}}"] * (hidden > 0) + [""]
        return lined_up(rows[:-1])

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"

    @printed
    def __repr__(self) -> str:
        rows: list[str] = []
        for lines, hidden in self.halves(TEXT):
            rows += [joined(texts, left) for left, texts, _ in lines]
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
        left = notation.gradient(self.names[self.loss], self.names[node]).text
        if node is self.loss:
            return Line(left, (["1"], "="), False)
        return Line(left, chain_rule(notation, terms, self.names[self.loss]), len(terms) > 1)


def latex_line(left: str, texts: Texts, long: bool) -> str:  # the fields of a Line
    """Return one line of a derivation as a row of an ``aligned`` environment, or as several."""
    signs = ["="] * (len(texts[0]) - 1) + [texts[1]]
    between = r" \\ &" if long else " "
    rest = [f"{between}{sign} {text}" for sign, text in zip(signs[1:], texts[0][1:], strict=True)]
    return f"{left} &{signs[0]} {texts[0][0]}{''.join(rest)}"


def value_line(notation: Notation, step: Step) -> Line:
    """Return the name of a computed node and what it equals."""
    return Line(notation.name(step.name).text, step.equation_in(notation), False)


def chain_rule(notation: Notation, terms: Sequence[Term], loss: str) -> Texts:
    """Return a gradient as a sum over uses: by names of derivatives, by formulas, in numbers, and its value."""
    # a node that uses its parent twice has one derivative with respect to it, the sum of two
    factors = {
        step.node: notation.binary("*", notation.gradient(loss, step.name), notation.derivative(step.name, item.name))
        for step, item in terms
    }
    total = terms[-1][1].after
    how = settled(lambda rounded: add_up([rounded(item.incoming) * rounded(item.local) for _, item in terms]), total)
    writing = notation.writing(in_digits(how.left))
    formulas, products = [], []
    for _, item in terms:
        incoming = writing.number(item.incoming)
        local = Piece(item.equation_in(notation)[0][0])
        if " " in local.text or local.text.startswith("-"):
            local = notation.parentheses(local)
        formulas.append(notation.binary("*", incoming, local))
        products.append(notation.binary("*", incoming, writing.number(item.local)))
    sums = [notation.joined("+", pieces, "0").text for pieces in (list(factors.values()), formulas, products)]
    return chain(sums, notation, how, total)


def derivation(output: "Value | Callable[..., Value]", *arguments: object, model: object | None = None) -> Derivation:
    """Write out the chain rule: every value with its formula, then every gradient with its sum of products.

    A d marks a gradient, the total derivative over all paths (``dloss/da``); a ∂ marks a local derivative, that of one
    operation with respect to one of its operands, the others held fixed (``∂v1/∂a``).

    Args:
        output: the Value that is differentiated; or a function, which is called with ``arguments``.
        arguments: what to call the function with; numbers become Values named after the parameters.
        model: an object with ``named_parameters()`` to name its parameters.

    Returns:
        A :class:`Derivation`: its ``latex`` renders in Jupyter, printed it is plain text.

    Raises:
        NumberError: ``output`` is neither a Value nor a function that returns one.
        ArgumentError: the graph has more than 100,000 nodes.
        DomainError, DivisionByZeroError, NumberOverflowError: what ``backward()`` would raise.

    Example:
        >>> from autograd import Value, derivation
        >>> a, b = Value(2.0, "a"), Value(3.0, "b")
        >>> loss = a * b
        >>> derivation(loss)
        loss = a * b = 2 * 3 = 6
        <BLANKLINE>
        dloss/dloss = 1
        dloss/da = dloss/dloss * ∂loss/∂a = 1 * b = 1 * 3 = 3
        dloss/db = dloss/dloss * ∂loss/∂b = 1 * a = 1 * 2 = 2
    """
    loss, frame = value_of(output, arguments)
    backward_pass = BackwardPass(loss)
    names = display_names(backward_pass, frame, model)
    return Derivation(loss, tuple(records(backward_pass, names)), names)
