"""``Reconstruction``: from the snapshots of a run, what the page shows in each of its frames.

That is one sample's way through the network, what the model answers everywhere, and how many samples it gets right.
All of it is computed after the run, with
the parameters of each snapshot put back into the model for a moment. So recording costs next to nothing, and the
training cannot be disturbed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import Value, errors
from nn.data.shapes import leaves, plain, shape_of
from nn.inspect.observation import Outputs, watched, without_trace
from nn.inspect.player.network import MOST_UNITS, Network, network_of
from nn.inspect.player.snapshots import Snapshot, Snapshots
from nn.inspect.player.surface import MOST_CLASSES, POSITIONS, SIDE, Answers, Line, Scale, Surface, no_map_of, scale_for
from nn.losses.base import scalar_loss

FAILURES = (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError)
TOO_LARGE = "the numbers of the first sample are too large at every step"
MOST_PARAMETERS = 600
"""The table lists no more of them: first those that are drawn as weights, then the others in order."""
MOST_SAMPLES = 300
"""How many samples of the training data, and how many held out, are shown and counted at most, spread evenly."""
MOST_LETTERS = 700_000
"""How long the rows of numbers of all frames are together; a longer page shows fewer frames, so it stays below 1 MB."""


@dataclass
class Pass:
    """One sample's way through the model, forward and backward, at one snapshot."""

    inputs: list[Value]
    layers: list[Outputs]
    loss: Value
    outputs: list[float]
    per_sample: bool
    """Whether the model gives a list of one entry per sample."""


class Reconstruction:
    """Everything that a page shows of each snapshot, of the samples at some positions of the training data.

    Args:
        snapshots: what was recorded.
        samples: the positions of the samples that are followed.
        letters: about how long its numbers may be on the page; where there are too many frames, some are left out.
        numbers: whether the page lists gradients and the optimiser's state.
    """

    def __init__(
        self, snapshots: Snapshots, samples: Sequence[int], *, letters: int = MOST_LETTERS, numbers: bool = True
    ) -> None:
        self.letters, self.numbers = letters, numbers
        self.snapshots, self.frames = snapshots, snapshots.all
        dataset = snapshots.batches.dataset
        self.samples: list[tuple[Any, Any]] = [dataset[i] for i in samples]
        self.data = thinned(dataset)
        self.held_out = [] if snapshots.held_out is None else thinned(snapshots.held_out.dataset)
        self.layers: list[Outputs] = []
        self.network = Network()
        self.listed: list[int] = []
        """The parameters that the page lists, by their positions in the model."""
        self.outputs = 0
        """How many numbers the model answers for a sample; 0 if that cannot be known."""
        self.scale: Scale | str = ""
        """What outputs mean, or a sentence that says why there is no knowing."""
        self.limits: list[tuple[float, float]] = []
        """The ranges of the one or two features that the outputs are shown over; empty if they are not."""
        self.surfaces: list[bytes] = []
        """For each frame the decision surface over two features."""
        self.lines: list[list[float]] = []
        """For each frame the output along the one feature."""
        self.accuracies: list[list[float]] = []
        """For each frame the share of the samples that it gets right, of the training data and of those held out."""
        self.gradients: list[list[list[float]]] = [[] for _ in samples]
        """For each sample and frame, the derivative of the sample's loss with respect to every parameter."""
        self.units: list[list[list[float]]] = [[] for _ in samples]
        """For each sample and frame, the output of every drawn unit, then the gradients."""
        self.outcomes: list[list[list[float]]] = [[] for _ in samples]
        """For each sample and frame, the loss and then the model's outputs."""
        self.run()

    def run(self) -> None:
        """Compute the network, then each sample at each snapshot, then the decision surfaces."""
        model = self.snapshots.model
        with without_trace(model, self.snapshots.optimizer):
            model.eval()
            with watched(model) as self.layers:
                example = next(filter(None, map(self.example, reversed(self.frames))), None)
                self.network = self.network_of(example)
                self.listed = self.parameters_listed()
                self.outputs = len(example.outputs) if example else 0
                self.scale = self.scale_of(example)
                self.forget()
                self.frames = evenly(self.frames, self.letters // self.letters_of_a_frame())
                for frame in self.frames:
                    self.snapshots.restore(frame)
                    for number, (sample, target) in enumerate(self.samples):
                        self.follow(number, sample, target)
            if isinstance(self.scale, Scale):
                self.answer(self.scale)

    def answer(self, scale: Scale) -> None:
        """Note what the model answers everywhere, and how often it is right, at every snapshot."""
        model, groups = self.snapshots.model, list(filter(None, (self.data, self.held_out)))
        everywhere: Surface | Line | None = None
        if self.has_map or self.has_line:
            kind = Surface if self.has_map else Line
            everywhere = kind(model, [sample for group in groups for sample, _ in group])
            self.limits = everywhere.limits
        alike = len({shape_of(sample) for group in groups for sample, _ in group}) == 1
        counted = [Answers(model, [x for x, _ in group]) for group in groups] if scale.labels and alike else []
        for frame in self.frames:
            self.snapshots.restore(frame)
            if everywhere is not None and self.has_map:
                self.surfaces.append(bytes(map(scale.byte, everywhere.outputs())))
            elif everywhere is not None:
                self.lines.append([output for (output,) in everywhere.outputs()])
            pairs = zip(counted, groups, strict=False)
            self.accuracies.append([scale.accuracy(one.outputs(), [y for _, y in group]) for one, group in pairs])

    def parameters_listed(self) -> list[int]:
        """Return which parameters the page lists."""
        network, count = self.network, len(self.snapshots.values)
        drawn = list(dict.fromkeys([edge[-1] for edge in network.edges] + [bias[-1] for bias in network.biases]))
        return sorted([*drawn, *sorted(set(range(count)) - set(drawn))][:MOST_PARAMETERS])

    def letters_of_a_frame(self) -> int:
        """Return about how much of the page one frame takes."""
        samples = len(self.samples)
        columns = 1 + (len(self.snapshots.state_names) + samples) * self.numbers
        units = sum(min(column.size, MOST_UNITS) for column in self.network.columns)
        everywhere = SIDE * SIDE * 4 // 3 * self.has_map + 4 * POSITIONS * self.has_line
        return everywhere + 4 * len(self.listed) * columns + (8 * units + 12 * (1 + self.outputs)) * samples + 60

    def example(self, frame: Snapshot) -> Pass | None:
        """Return how the first sample goes through the model at a snapshot; None where its numbers are too large."""
        self.snapshots.restore(frame)
        try:
            return self.passed(*self.samples[0])
        except FAILURES:
            return None

    def network_of(self, found: Pass | None) -> Network:
        if found is None:
            return Network(problem=f"There is no picture of the network: {TOO_LARGE}.")
        if not found.inputs:
            return Network(problem="There is no picture of the network: its samples are not rows of numbers.")
        return network_of(found.inputs, found.layers, {value: i for i, value in enumerate(self.snapshots.values)})

    def scale_of(self, found: Pass | None) -> "Scale | str":
        """Return what outputs mean, or a sentence that says why that cannot be known."""
        if found is None:
            return f"There is no map of the decision boundary: {TOO_LARGE}."
        if not found.per_sample:
            return "There is no map of the outputs: the model gives something else than one result for each sample."
        targets = [target for _, target in (*self.data, *self.held_out)]
        return scale_for(targets, len(found.outputs), self.snapshots.model, self.snapshots.loss, self.data[0][0])

    @property
    def has_map(self) -> bool:
        return not self.why_no_map

    @property
    def has_line(self) -> bool:
        """Whether the model is a function of one number, to be drawn as a curve."""
        first = self.data[0][0]
        single = isinstance(self.scale, Scale) and (len(self.scale.labels) == 2 or not self.scale.labels)
        return single and self.outputs == 1 and is_row(first) and len(first) == 1

    @property
    def why_no_map(self) -> str:
        """A sentence that says why there is no map of the outputs over two features; empty if there is one."""
        first = self.data[0][0]
        if isinstance(self.scale, str) and self.outputs == 0:
            return self.scale
        if not (is_row(first) and len(first) == 2):
            size = f"{len(first)} number{'s' * (len(first) != 1)}" if is_row(first) else "another shape"
            return f"There is no map of the decision boundary: it needs samples of 2 numbers, these have {size}."
        if isinstance(self.scale, str):
            return self.scale
        return no_map_of(self.outputs) if len(self.scale.labels) > MOST_CLASSES else ""

    def passed(self, sample: Any, target: Any) -> Pass:
        """Send one sample through the model and back."""
        autograd.zero_grad(self.snapshots.values)
        inputs = [Value(number) for number in sample] if is_row(sample) else []
        try:
            outputs = self.snapshots.model([inputs or sample])
            loss = scalar_loss(self.snapshots.loss(outputs, [target]))
            loss.backward()
            layers = [Outputs(layer.path, layer.module, list(layer.samples)) for layer in self.layers]
            each = plain(outputs)
            return Pass(inputs, layers, loss, list(leaves(each)), isinstance(each, list) and len(each) == 1)
        finally:
            self.forget()

    def forget(self) -> None:
        """Forget what the layers gave so far, so that the next pass begins anew."""
        for layer in self.layers:
            layer.samples.clear()
        self.layers.clear()

    def follow(self, number: int, sample: Any, target: Any) -> None:
        """Note one sample's numbers at the current snapshot; nan where they leave the range of floats."""
        columns = self.network.columns
        try:
            found = self.passed(sample, target)
        except FAILURES:
            units = sum(min(column.size, MOST_UNITS) for column in columns)
            self.gradients[number].append([math.nan] * len(self.snapshots.values))
            self.units[number].append([math.nan] * 2 * units)
            self.outcomes[number].append([math.nan])
            return
        drawn: list[Any] = []
        for column in columns:
            row = found.inputs if column.layer is None else found.layers[column.layer].samples[0]
            drawn += row[:MOST_UNITS]
        self.gradients[number].append([value.grad for value in self.snapshots.values])
        self.units[number].append([*[unit.data for unit in drawn], *[unit.grad for unit in drawn]])
        self.outcomes[number].append([found.loss.data, *found.outputs])


def is_row(sample: Any) -> bool:
    """Whether a sample is a row of plain numbers."""
    return isinstance(sample, list | tuple) and all(isinstance(item, int | float) for item in sample)


def thinned(dataset: Any) -> list[tuple[Any, Any]]:
    """Return the samples of a dataset with their targets, evenly thinned out where there are too many."""
    return [dataset[i] for i in range(0, len(dataset), math.ceil(len(dataset) / MOST_SAMPLES))]


def evenly(frames: Sequence[Snapshot], most: int) -> list[Snapshot]:
    """Return at most so many frames, spread evenly, the first and the last among them."""
    most = max(most, 2)
    if len(frames) <= most:
        return list(frames)
    return [frames[round(i * (len(frames) - 1) / (most - 1))] for i in range(most)]


def chosen_samples(data: Sequence[tuple[Any, Any]], most: int) -> list[int]:
    """Return samples with targets as different as there are classes, and then some that are spread over the data.

    Example:
        >>> chosen_samples([([0.0], 0), ([1.0], 0), ([2.0], 1), ([3.0], 0)], 3)
        [0, 2, 3]
    """
    first_of_each: dict[str, int] = {}
    for i, (_, target) in enumerate(data):
        first_of_each.setdefault(repr(list(leaves(target))), i)
    spread = [(2 * i + 1) * len(data) // (2 * most) for i in range(most)]
    different = first_of_each.values() if len(first_of_each) <= len(data) // 2 else ()
    return sorted(list(dict.fromkeys([*different, *spread]))[:most])
