"""``diagnose``: why a model does not learn; it measures every layer on one batch and names causes and remedies."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograd import errors
from autograd.console import printed
from autograd.formulas.notation import number_text
from nn.choices import made_model
from nn.data.shapes import Samples
from nn.display import paragraph, table
from nn.inspect.measurement import LayerReport, measure, signal_of
from nn.inspect.plots.layers import plot_diagnosis
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
SIGNAL_RATIO = 1e-3
"""How much less the outputs of a layer may differ from sample to sample than those of the layer before."""

SMALLER_BIAS = (
    "Set these biases to 0, as the layers here start them; a lower learning rate keeps updates from throwing them that "
    "far."
)
BY_BIAS = {
    "saturated units": SMALLER_BIAS,
    "dead ReLUs": f"{SMALLER_BIAS} LeakyReLU would let them come back on their own; another initialisation of the "
    "weights does not help.",
}
"""What to do about idle units whose bias outweighs everything that comes in."""

IDLE = {
    "dead ReLUs": ("gives", "give", "0 for every sample, so no gradient gets through"),
    "saturated units": ("is", "are", "flat for nearly every sample, so little gradient gets through"),
}
"""What idle units do: the verb for one of them and for several, and the rest of the sentence."""

REMEDIES = {
    "dead ReLUs": "Standardise the inputs and try another seed: every sample pushes these units below 0. LeakyReLU "
    "lets them come back; a lower learning rate keeps units from dying.",
    "signal lost": "Make the weights of this layer larger: nn.init.kaiming_normal_ for ReLU, xavier_normal_ for tanh "
    "and sigmoid; or put BatchNorm1d or LayerNorm behind it. Only its biases are left of the samples.",
    "units all alike": "Start the weights with random numbers, as layers do by themselves: nn.init.kaiming_normal_ for "
    "ReLU, xavier_normal_ for tanh and sigmoid.",
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

HEADER = ["layer", "output mean", "spread", "dead", "saturated", "gradient", "update/weight"]
"""The columns of the printed table."""


@dataclass(frozen=True)
class Finding:
    """One problem: what it is, where it is, the evidence, and what to do."""

    problem: str
    where: str
    evidence: str
    advice: str = ""
    """What to do in this case, where the cause is known."""

    @property
    def remedy(self) -> str:
        """What to do: for the cause, where it is known, and otherwise the usual advice for the problem."""
        return self.advice or REMEDIES[self.problem]

    @printed
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

    @printed
    def __repr__(self) -> str:
        rows = [HEADER, *(row_of(layer) for layer in self.layers)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
        lines = [
            "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(cells))
            for cells in (list(zip(row, widths, strict=True)) for row in rows)
        ]
        return "\n".join([self.title, "", *lines, "", *self.conclusions()])

    def _repr_html_(self) -> str:
        layers = table(HEADER, [row_of(layer) for layer in self.layers])
        return f"<div>{paragraph(self.title)}{layers}{''.join(map(paragraph, self.conclusions()))}</div>"

    def conclusions(self) -> list[str]:
        """Return what is printed below the layers: how many problems there are, and each with its remedy."""
        count = len(self.findings)
        summary = "No problems found." if not count else f"{count} problem{'s' * (count != 1)} found:"
        return [summary, *[f"{i}. {finding}" for i, finding in enumerate(self.findings, start=1)]]


def diagnose(
    model: Module, batch: tuple[Samples, Samples], loss: LossFunction | str, optimizer: Optimizer | str | None = None
) -> Diagnosis:
    """Run ``model`` forward and backward on one batch and report what hinders learning, with remedies.

    Looks for units that are all alike, ReLU units that are dead, units of other activations that are saturated, layers
    behind which the samples can hardly be told apart, gradients that vanish or explode across the depth, parameters
    that the loss does not depend on, gradients left over from an earlier pass, and, given the optimiser, updates that
    are too large or too small. The model runs in the mode it is in. Afterwards its parameters, gradients, running
    statistics and mode, and the optimiser, are as they were.

    Args:
        model: what to look at.
        batch: a pair ``(inputs, targets)``.
        loss: ``loss(outputs, targets)``, giving one Value, or the name of one, as in :func:`nn.fit`.
        optimizer: the optimiser that would make the next update, or the name of one, as in :func:`nn.fit`.

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
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        raise errors.ArgumentError(f"batch is a pair (inputs, targets); got {len(batch)} of {type(batch).__name__}.")
    leftover = sum(value.grad != 0 for value in made_model(model).parameters())
    measured = measure(model, batch, loss, optimizer)
    findings = []
    if leftover:
        count = count_of(leftover, len(model.parameters()), "parameter")
        findings.append(Finding("gradients not zeroed", "", f"{count} held a gradient before this pass."))
    if measured.failure:
        findings.append(Finding("numbers out of range", measured.failed_after, measured.failure))
    if measured.unreached:
        names = some(measured.unreached, 3)
        count = count_of(len(measured.unreached), len(model.parameters()), "parameter")
        findings.append(Finding("unreached parameters", "", f"the loss does not depend on {count}: {names}."))
    findings += [
        *idle(measured.layers),
        *of_signal(measured.layers, batch[0]),
        *across_depth([layer for layer in measured.layers if not layer.alike]),
        *of_updates(measured.layers),
    ]
    kind = repr(model).split("(", maxsplit=1)[0]
    number = "" if measured.loss is None else f": loss {number_text(measured.loss)}"
    title = f"Diagnosis of {kind} on {len(batch[0])} sample{'s' * (len(batch[0]) != 1)}{number}"
    return Diagnosis(title, measured.loss, measured.layers, findings)


def idle(layers: Sequence[LayerReport]) -> Iterator[Finding]:
    """Yield a finding for each layer with units that are all alike, dead or saturated."""
    for layer in layers:
        if layer.alike:
            evidence = (
                f"all {layer.units} units give the same and get the same gradient, so every update keeps them equal."
            )
            yield Finding("units all alike", layer.title, evidence)
            continue
        if layer.dead:
            yield of_units("dead ReLUs", layer, layer.dead, layer.dead_by_bias)
        if layer.saturated:
            yield of_units("saturated units", layer, layer.saturated, layer.saturated_by_bias)


def of_units(problem: str, layer: LayerReport, units: Sequence[int], by_bias: Sequence[int]) -> Finding:
    """Return the finding for the dead or saturated units of a layer, some of which their bias makes so."""
    singular, plural, why = IDLE[problem]
    count, verb = count_of(len(units), layer.units, "unit"), singular if len(units) == 1 else plural
    evidence = f"{count} {verb} {why}: {some(units)}."
    if by_bias:
        evidence += f" Their bias outweighs every sample in {some(by_bias)}."
    remedies = [BY_BIAS[problem]] * bool(by_bias) + [REMEDIES[problem]] * bool(set(units) - set(by_bias))
    return Finding(problem, layer.title, evidence, " ".join(remedies))


def across_depth(layers: Sequence[LayerReport]) -> Iterator[Finding]:
    """Yield what is wrong with the size of the gradients from the last layer to the first."""
    trained = [(layer.title, layer.parameter_gradient) for layer in layers if layer.parameter_gradient is not None]
    if not trained:
        return
    pairs = [(before, after) for i, before in enumerate(trained) for after in trained[i + 1 :]]
    lost = [(early / late, first, early, last, late) for (first, early), (last, late) in pairs if late > 0]
    if lost and min(lost)[0] < DEPTH_RATIO:
        _, first, early, last, late = min(lost)
        sizes = f"root mean square gradient {number_text(early)} in {first}, {number_text(late)} in {last}."
        yield Finding("vanishing gradients", "", sizes)
    (first, early), (last, late) = trained[0], trained[-1]
    sizes = f"root mean square gradient {number_text(early)} in {first}, {number_text(late)} in {last}."
    norm = math.hypot(*[layer.parameter_gradient_norm for layer in layers])
    if late < early * DEPTH_RATIO and early > 0:
        yield Finding("exploding gradients", "", sizes)
    elif norm > LARGE_NORM:
        yield Finding("exploding gradients", "", f"all gradients together have norm {number_text(norm)}.")


def of_signal(layers: Sequence[LayerReport], inputs: Samples) -> Iterator[Finding]:
    """Yield a finding for each layer but the last behind which the samples can hardly be told apart any more."""
    before = signal_of(inputs)
    for layer in layers[:-1]:
        signal = layer.signal
        is_idle = layer.alike or max(len(layer.dead or ()), len(layer.saturated or ())) == layer.units  # said already
        if signal is not None and before is not None and signal < before * SIGNAL_RATIO and not is_idle:
            sizes = number_text(signal), number_text(before)
            evidence = "its outputs differ by {} from sample to sample, what comes in by {}.".format(*sizes)
            yield Finding("signal lost", layer.title, evidence)
        before = signal if signal else before


def of_updates(layers: Sequence[LayerReport]) -> Iterator[Finding]:
    """Yield what the size of the next update says about the learning rate."""
    ratios = [layer.update_ratio for layer in layers if layer.update_ratio]
    if not ratios:
        return
    low, high = UPDATE_TO_WEIGHT
    usual, largest = sorted(ratios)[len(ratios) // 2], max(ratios)
    advice = "times the size of its parameters; about 0.001 is a good step."
    if usual > high or largest > 1:
        evidence = (
            f"the next update changes a layer by {number_text(usual)} (median) to {number_text(largest)} {advice}"
        )
        yield Finding("learning rate too high", "", evidence)
    elif largest < low:
        evidence = f"the next update changes no layer by more than {number_text(largest)} {advice}"
        yield Finding("learning rate too low", "", evidence)


def row_of(layer: LayerReport) -> list[str]:
    """Return the cells of a layer in the printed table."""

    def cell(number: float | None) -> str:
        return "" if number is None else number_text(number)

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


def some(names: Sequence[object], most: int = 8) -> str:
    """Return ``1, 5, 7`` for the numbers of a few units, or ``1, 5, 7 and 4 more`` where there are many."""
    more = len(names) - most
    return ", ".join(map(str, names[:most])) + (f" and {more} more" if more > 0 else "")
