"""The chain rule of a computation written out, from the values to every gradient."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograd.value import Value
from autograd.views.latex import Latex, lined_up
from autograd.views.notation import Notation, Piece, Text
from autograd.views.replay import Replay
from autograd.views.steps import Contribution, Step, different, display_names, records, value_of

MOST_LINES = 40
"""How many values, and how many gradients, are written out before the rest is only counted."""

Term = tuple[Step, Contribution]
"""A use of a node: the backward step of the node that uses it, and what that adds to the gradient."""


@dataclass(frozen=True, eq=False)
class Derivation:
    """Every value and every gradient with its formula; LaTeX in Jupyter, plain text elsewhere."""

    loss: Value
    steps: Sequence[Step]
    names: dict[Value, str]

    @property
    def latex(self) -> str:
        """The derivation as one LaTeX ``aligned`` environment, without dollar signs."""
        notation, rows = Latex({}), []
        for half in (self.values(notation), self.gradients(notation)):
            lines = list(half)
            for left, texts, long in lines[:MOST_LINES]:
                equals = r" \\ &= " if long else " = "
                rows.append(f"{left} &= {equals.join(texts)}")
            if len(lines) > MOST_LINES:
                rows.append(rf"& \text{{... and {len(lines) - MOST_LINES} more}}")
            rows.append("")
        return lined_up(rows[:-1])

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"

    def __repr__(self) -> str:
        notation, rows = Text({}), []
        for half in (self.values(notation), self.gradients(notation)):
            lines = list(half)
            rows += [" = ".join([left, *texts]) for left, texts, _ in lines[:MOST_LINES]]
            if len(lines) > MOST_LINES:
                rows.append(f"... and {len(lines) - MOST_LINES} more")
            rows.append("")
        return "\n".join(rows[:-1])

    def values(self, notation: Notation) -> Iterator[tuple[str, list[str], bool]]:
        """Yield for every computed node its name, what it equals, and whether that is long."""
        for step in self.steps:
            if step.phase == "forward" and step.formulas:
                printed = type(notation)
                texts = different(
                    step.formulas.value(printed, call=True),
                    step.formulas.value(printed),
                    step.formulas.value(printed, numbers=True),
                    notation.number(step.value).text,
                )
                yield notation.name(step.name).text, texts, False

    def gradients(self, notation: Notation) -> Iterator[tuple[str, list[str], bool]]:
        """Yield for every node its derivative, what it equals, and whether that is long.

        In the order in which the gradients become complete: that of a node before those of its parents.
        """
        yield notation.derivative(self.names[self.loss], self.names[self.loss]).text, ["1"], False
        uses: dict[Value, list[Term]] = {}
        for step in self.steps:
            for contribution in step.contributions if step.phase == "backward" else ():
                uses.setdefault(contribution.parent, []).append((step, contribution))
        visited = [step.node for step in self.steps if step.phase == "backward" and step.node in uses]
        for node in dict.fromkeys([*visited, *uses]):
            sums = chain_rule(notation, uses[node], self.names[self.loss])
            total = notation.number(uses[node][-1][1].after).text
            left = notation.derivative(self.names[self.loss], self.names[node])
            yield left.text, different(*sums, total), len(uses[node]) > 1


def chain_rule(notation: Notation, terms: Sequence[Term], loss: str) -> list[str]:
    """Return a gradient as a sum over uses: by names of derivatives, by formulas, and in numbers."""
    # a node that uses its parent twice has one derivative by it, which is the sum of two
    chain = {
        step.node: notation.binary("*", notation.derivative(loss, step.name), notation.derivative(step.name, item.name))
        for step, item in terms
    }
    formulas, products = [], []
    for step, item in terms:
        incoming = notation.number(item.incoming)
        local = Piece(step.formulas.slope(type(notation), item.operand, item.position) if step.formulas else "1")
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
    replay = Replay(loss)
    names = display_names(replay, frame, model)
    return Derivation(loss, tuple(records(replay, names)), names)
