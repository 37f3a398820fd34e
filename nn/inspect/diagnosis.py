"""``diagnose``: why a model does not learn; it measures every layer on one batch and names causes and remedies."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nn.data.shapes import Samples
from nn.inspect.measurement import LayerReport, measure
from nn.inspect.plots import plot_diagnosis
from nn.losses.base import LossFunction
from nn.module import Module
from nn.optim import Optimizer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEPTH_RATIO = 1e-3
"""How much smaller (or, inverted, larger) the first layer's gradient may be than the last one's."""
LARGE_NORM = 1e3
"""The norm of all gradients together from which they count as exploding."""
UPDATE_TO_WEIGHT = (1e-5, 1e-1)
"""Between these an update is of sensible length, relative to the parameters; about 1e-3 is ideal (Karpathy, CS231n)."""

REMEDIES = {
    "dead ReLUs": "Use LeakyReLU or He (Kaiming) initialisation; a lower learning rate keeps units from dying.",
    "saturated units": "Use ReLU in hidden layers, smaller (Xavier) initial weights, standardised inputs, "
    "or BatchNorm1d between linear layer and activation.",
    "vanishing gradients": "Use ReLU with He initialisation instead of sigmoid or tanh, and BatchNorm1d between "
    "linear layers and activations.",
    "exploding gradients": "Clip them: nn.clip_grad_norm_(model.parameters(), 1.0) before optimizer.step(), or "
    "nn.fit(..., clip=1.0). Use He or Xavier initialisation.",
    "unreached parameters": "Use them in forward, or remove them. Reading .data, detach() or no_grad() on the way "
    "to the loss cuts the gradient off.",
    "gradients not zeroed": "If another backward() follows, call optimizer.zero_grad() before it.",
    "learning rate too high": "Lower it; nn.find_learning_rate finds one, and 1e-3 with AdamW is a good start.",
    "learning rate too low": "Raise it; nn.find_learning_rate finds one, and 1e-3 with AdamW is a good start. "
    "In a model that has learned all it can, small updates are as they should be.",
    "numbers out of range": "Lower the learning rate, clip gradients (clip=1.0), use He or Xavier initialisation, "
    "standardise the inputs.",
}
"""What to do about each problem: the advice of the usual introductions to backpropagation."""


@dataclass(frozen=True)
class Finding:
    """One problem: what it is, where it is, the evidence, and what to do."""

    problem: str
    where: str
    evidence: str

    @property
    def remedy(self) -> str:
        """The usual advice for this problem."""
        return REMEDIES[self.problem]

    def __str__(self) -> str:
        return f"{self.problem}{f' in {self.where}' if self.where else ''}: {self.evidence}\n   Remedy: {self.remedy}"


class Diagnosis:
    """What :func:`diagnose` found: prints as a report and draws with :meth:`plot`.

    ``layers`` holds a :class:`LayerReport` each, ``findings`` the problems, ``loss`` the loss of the batch (None
    if it could not be computed).
    """

    def __init__(
        self, title: str, loss: float | None, layers: Sequence[LayerReport], findings: Sequence[Finding]
    ) -> None:
        self.title, self.loss, self.layers, self.findings = title, loss, list(layers), list(findings)

    def found(self, problem: str) -> list[Finding]:
        """Return the findings of one kind, such as ``"dead ReLUs"``."""
        return [finding for finding in self.findings if finding.problem == problem]

    def plot(self) -> "Figure":
        """Draw the report; see :func:`nn.plot_diagnosis`."""
        return plot_diagnosis(self)

    def __repr__(self) -> str:
        header = ["layer", "output mean", "spread", "dead", "saturated", "gradient", "update/weight"]
        rows = [header, *(row_of(layer) for layer in self.layers)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
        lines = [
            "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(cells))
            for cells in (list(zip(row, widths, strict=True)) for row in rows)
        ]
        count = len(self.findings)
        summary = "No problems found." if not count else f"{count} problem{'s' * (count != 1)} found:"
        listed = [f"{i}. {finding}" for i, finding in enumerate(self.findings, start=1)]
        return "\n".join([self.title, "", *lines, "", summary, *listed])


def diagnose(
    model: Module, batch: tuple[Samples, Samples], loss: LossFunction, optimizer: Optimizer | None = None
) -> Diagnosis:
    """Run ``model`` forward and backward on one batch and report what hinders learning, with remedies.

    Looks for ReLU units that are dead, sigmoid and tanh units that are saturated, gradients that vanish or explode
    across the depth, parameters that the loss does not depend on, gradients left over from an earlier pass, and,
    given the optimiser, updates that are too large or too small. The model runs in the mode it is in. Afterwards
    its parameters, gradients, running statistics and mode, and the optimiser, are as they were.

    Args:
        model: what to look at.
        batch: a pair ``(inputs, targets)``.
        loss: ``loss(outputs, targets)``, giving one Value.
        optimizer: the optimiser that would make the next update.

    Sources: Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks (2010);
    He et al., Delving deep into rectifiers (2015); Pascanu, Mikolov & Bengio, On the difficulty of training
    recurrent neural networks (2013).

    Example:
        >>> import nn
        >>> model = nn.MLP(2, [2, 1], seed=0)
        >>> model.layers[0].neurons[1].b.data = -100.0
        >>> report = diagnose(model, ([[0.5, -1.0], [1.0, 2.0]], [0.0, 1.0]), nn.mse_loss)
        >>> [finding.problem for finding in report.findings]
        ['dead ReLUs']
        >>> report.layers[0].dead
        [1]
    """
    leftover = sum(value.grad != 0 for value in model.parameters())
    measured = measure(model, batch, loss, optimizer)
    findings = []
    if leftover:
        count = count_of(leftover, len(model.parameters()), "parameter")
        findings.append(Finding("gradients not zeroed", "", f"{count} held a gradient before this pass."))
    if measured.failure:
        findings.append(Finding("numbers out of range", measured.failed_after, measured.failure))
    if measured.unreached:
        names = ", ".join(measured.unreached[:3]) + (", ..." if len(measured.unreached) > 3 else "")
        count = count_of(len(measured.unreached), len(model.parameters()), "parameter")
        findings.append(Finding("unreached parameters", "", f"the loss does not depend on {count}: {names}."))
    findings += [*idle(measured.layers), *across_depth(measured.layers), *of_updates(measured.layers)]
    kind = repr(model).split("(", maxsplit=1)[0]
    number = "" if measured.loss is None else f": loss {measured.loss:.4g}"
    title = f"Diagnosis of {kind} on {len(batch[0])} sample{'s' * (len(batch[0]) != 1)}{number}"
    return Diagnosis(title, measured.loss, measured.layers, findings)


def idle(layers: Sequence[LayerReport]) -> Iterator[Finding]:
    """Yield a finding for each layer with dead or saturated units."""
    for layer in layers:
        if layer.dead:
            count = count_of(len(layer.dead), layer.units, "unit")
            evidence = f"{count} give 0 for every sample, so no gradient gets through: {numbered(layer.dead)}."
            yield Finding("dead ReLUs", layer.title, evidence)
        if layer.saturated:
            count = count_of(len(layer.saturated), layer.units, "unit")
            evidence = f"{count} are flat for nearly every sample, so little gradient gets through: "
            yield Finding("saturated units", layer.title, f"{evidence}{numbered(layer.saturated)}.")


def across_depth(layers: Sequence[LayerReport]) -> Iterator[Finding]:
    """Yield what is wrong with the size of the gradients from the last layer to the first."""
    trained = [(layer.title, layer.parameter_gradient) for layer in layers if layer.parameter_gradient is not None]
    if not trained:
        return
    (first, early), (last, late) = trained[0], trained[-1]
    sizes = f"root mean square gradient {early:.2g} in {first}, {late:.2g} in {last}."
    if early < late * DEPTH_RATIO:
        yield Finding("vanishing gradients", "", sizes)
    norm = math.sqrt(sum(layer.parameter_gradient_norm**2 for layer in layers))
    if late < early * DEPTH_RATIO and early > 0:
        yield Finding("exploding gradients", "", sizes)
    elif norm > LARGE_NORM:
        yield Finding("exploding gradients", "", f"all gradients together have norm {norm:.2g}.")


def of_updates(layers: Sequence[LayerReport]) -> Iterator[Finding]:
    """Yield what the size of the next update says about the learning rate."""
    ratios = [layer.update_ratio for layer in layers if layer.update_ratio]
    if not ratios:
        return
    low, high = UPDATE_TO_WEIGHT
    usual, largest = sorted(ratios)[len(ratios) // 2], max(ratios)
    advice = "times the size of its parameters; about 0.001 is a good step."
    if usual > high or largest > 1:
        evidence = f"the next update changes a layer by {usual:.2g} (median) to {largest:.2g} {advice}"
        yield Finding("learning rate too high", "", evidence)
    elif largest < low:
        evidence = f"the next update changes no layer by more than {largest:.2g} {advice}"
        yield Finding("learning rate too low", "", evidence)


def row_of(layer: LayerReport) -> list[str]:
    """Return the cells of a layer in the printed table."""

    def cell(number: float | None) -> str:
        return "" if number is None else f"{number:.2g}"

    def share(units: list[int] | None) -> str:
        return "" if units is None else f"{len(units)}/{layer.units}"

    return [
        layer.title,
        cell(layer.output_mean),
        cell(layer.output_spread),
        share(layer.dead),
        share(layer.saturated),
        cell(layer.parameter_gradient),
        cell(layer.update_ratio),
    ]


def count_of(count: int, total: int, what: str) -> str:
    """Return ``3 of 16 units``."""
    return f"{count} of {total} {what}{'s' * (total != 1)}"


def numbered(units: Sequence[int]) -> str:
    """Return ``1, 5, 7`` for the numbers of a few units, counted from 0."""
    return ", ".join(map(str, units[:8])) + (", ..." if len(units) > 8 else "")
