"""Why a gradient is what it is: as a sum over the nodes that use a Value, and as a sum over paths."""

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd.console import printed
from autograd.engine import Value
from autograd.errors import NumberError
from autograd.formulas.equations import Settled, in_digits, result_text, settled
from autograd.formulas.latex import LATEX, lined_up
from autograd.formulas.notation import number_text
from autograd.formulas.summation import add_up
from autograd.formulas.text import TEXT, text_name
from autograd.numbers import shown
from autograd.views.explain.derivation import Term, chain_rule, latex_line
from autograd.views.explain.paths import Path, Paths
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.formulas import chain, joined, product_settled, product_text, shortened
from autograd.views.steps.screen import aligned
from autograd.views.steps.steps import display_names, records

MOST_PATHS = 5
MOST_CONSUMERS = 12
"""How many paths are found, and how many consumers are shown."""


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """Where the gradient of one Value comes from; shows itself as text, LaTeX and HTML."""

    x: Value
    loss: Value
    x_name: str
    loss_name: str
    gradient: float
    """The gradient of the loss with respect to x, as ``backward()`` computes it from zero."""
    consumers: tuple[Term, ...]
    """Every use of x on the way to the loss; their contributions add up to the gradient."""
    paths: tuple[Path, ...]
    """The paths with the largest absolute products, largest first; the products of all add up to the gradient."""
    path_count: float
    """How many paths there are: an int, or a float beyond 1e300."""
    names: dict[Value, str]

    @property
    def rest(self) -> float:
        """What all the paths that are not in ``paths`` add together."""
        if self.path_count <= len(self.paths):
            return 0.0
        return self.gradient - add_up([path.product for path in self.paths])

    # --- as text ----------------------------------------------------------------------------------------

    @printed
    def __repr__(self) -> str:
        lines = [self.headline()]
        if self.consumers:
            lines.append(f"It is the sum over the nodes that use {self.x_name}:")
            lines += [f"  {line}" for line in aligned(self.consumer_rows(), "   ")]
        if self.paths and self.x is not self.loss:
            lines.append(f"It is the sum over {self.counted()} from {self.x_name} to {self.loss_name}:")
            lines += [f"  {line}" for line in aligned(self.path_rows(), "   ")]
        return "\n".join(lines)

    def headline(self) -> str:
        sentence = f"The gradient of {self.loss_name} with respect to {self.x_name} is {result_text(self.gradient)}"
        if self.x is self.loss:
            return f"{sentence}: a number changes exactly as fast as itself."
        return f"{sentence}." if self.paths else f"{sentence}, because {self.loss_name} does not depend on it."

    def counted(self) -> str:
        """Return ``1 path`` or ``12 paths``."""
        if self.path_count < 10**15:
            return f"{self.path_count:,} path{'s' if self.path_count > 1 else ''}"
        return f"about {self.path_count:.3g} paths" if self.path_count < 10**300 else "more than 1e+300 paths"

    def consumer_rows(self) -> list[tuple[str, str, str]]:
        """Return for each consumer, or for those that add most, its formula, local derivative and term of the sum."""
        rows = []
        terms = sorted(self.consumers, key=lambda term: -abs(term[1].amount))[:MOST_CONSUMERS]
        total = self.total([item.amount for _, item in self.consumers])
        for consumer, item in terms if len(self.consumers) > MOST_CONSUMERS else self.consumers:
            derivative = TEXT.derivative(consumer.name, item.name).text + item.which
            product = product_text([item.incoming, item.local], item.amount, total.left)
            rows.append(
                (
                    f"{text_name(consumer.name)} = {consumer.formula}",
                    joined(item.equation_in(TEXT), derivative),
                    product,
                )
            )
        hidden = len(self.consumers) - len(rows)
        if hidden:
            rows.append((f"and {hidden} more", "", ""))
        return rows

    def path_rows(self) -> list[tuple[str, str]]:
        """Return for each path its nodes and its term of the sum."""
        rows = []
        total = self.total([*[path.product for path in self.paths], self.rest])
        for path in self.paths:
            names = shortened([text_name(self.names[node]) for node in path.nodes])
            rows.append((" -> ".join(names), product_text(path.local_derivatives, path.product, total.left)))
        if self.path_count > len(self.paths):
            rows.append(("all other paths", number_text(self.rest, total.left)))
        return rows

    def total(self, terms: Sequence[float]) -> Settled:
        """Return how the sum of ``terms``, which is the gradient, is printed."""
        how = settled(lambda rounded: math.fsum(map(rounded, terms)), self.gradient)
        return how if len(terms) > 1 else how._replace(left=how.right)

    def sum_text(self, terms: Sequence[float]) -> str:
        """Return ``= 4``, or ``≈ 4`` where the terms as they are shown do not add up to it."""
        _, right, sign = self.total(terms)
        return f"{sign} {number_text(self.gradient, right)}"

    # --- as LaTeX and HTML ------------------------------------------------------------------------------

    def _repr_latex_(self) -> str:
        left = LATEX.gradient(self.names[self.loss], self.names[self.x]).text
        alone = [LATEX.writing(result_text).number(self.gradient).text], "="
        sums = chain_rule(LATEX, self.consumers, self.names[self.loss]) if self.consumers else alone
        lines = [latex_line(left, sums, True)]
        for path in self.paths if self.consumers else ():
            how = product_settled(path.local_derivatives, path.product)
            writing = LATEX.writing(in_digits(how.left))
            product = LATEX.joined("*", [writing.number(local) for local in path.local_derivatives], "1").text
            way = r" \to ".join(shortened([LATEX.name(self.names[node]).text for node in path.nodes], LATEX.dots))
            lines.append(rf"{way} &: \quad {joined(chain([product], LATEX, how, path.product))}")
        if self.path_count > len(self.paths):
            lines.append(rf"\text{{all other paths}} &: \quad {LATEX.number(self.rest).text}")
        return f"$${lined_up(lines)}$$"

    def _repr_html_(self) -> str:
        parts = [f"<p>{html.escape(self.headline())}</p>"]
        if self.consumers:
            title = f"Sum over the nodes that use {self.x_name}"
            parts.append(
                html_table(title, self.consumer_rows(), self.sum_text([item.amount for _, item in self.consumers]))
            )
        if self.paths and self.x is not self.loss:
            title = f"Sum over {self.counted()} from {self.x_name} to {self.loss_name}"
            parts.append(
                html_table(title, self.path_rows(), self.sum_text([*[path.product for path in self.paths], self.rest]))
            )
        # the classes keep Jupyter from reading a dollar sign in a label as mathematics
        return f'<div class="tex2jax_ignore mathjax_ignore" style="text-align:left">{"".join(parts)}</div>'


def explain(x: Value, loss: Value, *, model: object | None = None) -> Explanation:
    """Explain the gradient of ``loss`` with respect to ``x`` as a sum over consumers and over paths.

    By the chain rule the gradient is the sum, over the nodes that use ``x``, of the gradient of that node
    times its local derivative; written out to the end it is the sum, over all paths from ``x`` to the loss,
    of the product of the local derivatives on the path (Griewank & Walther 2008, section 3.2; Bauer 1974).
    Where there are many paths, the largest few are found without listing them all.

    Args:
        x: a leaf or an intermediate Value.
        loss: the Value that is differentiated.
        model: an object with ``named_parameters()`` to name its parameters.

    Returns:
        An :class:`Explanation`, which shows itself as text, and in Jupyter as a table.

    Raises:
        NumberError: ``x`` or ``loss`` is not a Value.
        ArgumentError: the graph has more than 100,000 nodes.
        DomainError, DivisionByZeroError, NumberOverflowError: what ``backward()`` would raise.

    Example:
        >>> from autograd import Value, explain
        >>> a, b = Value(2.0, "a"), Value(3.0, "b")
        >>> loss = a * b + a
        >>> explain(a, loss)
        The gradient of loss with respect to a is 4.
        It is the sum over the nodes that use a:
          loss = v1 + a   ∂loss/∂a = 1     1 × 1 = 1
          v1 = a * b      ∂v1/∂a = b = 3   1 × 3 = 3
        It is the sum over 2 paths from a to loss:
          a -> v1 -> loss   3 × 1 = 3
          a -> loss         1
    """
    for item in (x, loss):
        if not isinstance(item, Value):
            raise NumberError(f"explain(x, loss) takes two Values; got {shown(item)}.")
    backward_pass = BackwardPass(loss)
    names = display_names(backward_pass, None, model)
    if x not in names:
        names = display_names(BackwardPass(x), None, model) | names
    paths = Paths(backward_pass, x, MOST_PATHS)
    consumers = [
        (step, contribution)
        for step in records(backward_pass, names)
        if step.phase == "backward"
        for contribution in step.contributions
        if contribution.parent is x and step.node in paths.counts
    ]
    return Explanation(
        x=x,
        loss=loss,
        x_name=text_name(names[x]),
        loss_name=text_name(names[loss]),
        gradient=backward_pass.gradients.get(x, 0.0),
        consumers=tuple(consumers),
        paths=tuple(paths.largest()),
        path_count=paths.count,
        names=names,
    )


def html_table(title: str, rows: Iterable[tuple[str, ...]], total: str) -> str:
    """Return the HTML of a small table whose last column adds up to ``total``."""
    cell = '<td style="text-align:left;font-family:monospace;white-space:pre-wrap">{}</td>'
    lines = ["".join(cell.format(html.escape(text)) for text in row) for row in rows]
    last = f'<td style="text-align:left;font-family:monospace;font-weight:bold">{html.escape(total)}</td>'
    columns = max(line.count("<td") for line in lines)
    lines.append('<td style="text-align:left">sum</td>' + "<td></td>" * (columns - 2) + last)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table><caption style="text-align:left">{html.escape(title)}</caption><tbody>{body}</tbody></table>'
