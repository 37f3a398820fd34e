"""``Reconstruction``: from the snapshots of a run, what the page shows in each of its frames.

That is one sample's way through the network, and the decision surface. All of it is computed after the run, with
the parameters of each snapshot put back into the model for a moment. So recording costs next to nothing, and the
training cannot be disturbed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import Value, errors
from nn.data.shapes import leaves, without_history
from nn.inspect.observation import Outputs, watched, without_trace
from nn.inspect.player.network import MOST_UNITS, Network, network_of
from nn.inspect.player.snapshots import Snapshot, Snapshots
from nn.inspect.player.surface import Scale, Surface, scale_for
from nn.losses.base import scalar_loss

FAILURES = (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError)
TOO_LARGE = "the numbers of the first sample are too large at every step"


@dataclass
class Pass:
    """One sample's way through the model, forward and backward, at one snapshot."""

    inputs: list[Value]
    layers: list[Outputs]
    loss: Value
    outputs: list[float]


class Reconstruction:
    """Everything that a page shows of each snapshot, of the samples at some positions of the training data."""

    def __init__(self, snapshots: Snapshots, samples: Sequence[int]) -> None:
        self.snapshots, self.frames = snapshots, snapshots.all
        dataset = snapshots.batches.dataset
        self.data: list[tuple[Any, Any]] = [dataset[i] for i in range(len(dataset))]
        self.samples = [self.data[i] for i in samples]
        self.layers: list[Outputs] = []
        self.network = Network()
        self.scale: Scale | str = ""
        self.limits: list[tuple[float, float]] = []
        self.surfaces: list[bytes] = []
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
                for frame in self.frames:
                    self.snapshots.restore(frame)
                    for number, (sample, target) in enumerate(self.samples):
                        self.follow(number, sample, target)
            self.scale = self.scale_of(example)
            if isinstance(self.scale, Scale):
                surface = Surface(model, [sample for sample, _ in self.data])
                self.limits = surface.limits
                for frame in self.frames:
                    self.snapshots.restore(frame)
                    self.surfaces.append(bytes(map(self.scale.byte, surface.outputs())))

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
        """Return how the map shows outputs, or a sentence that says why there is no map."""
        if found is None:
            return f"There is no map of the decision boundary: {TOO_LARGE}."
        first = self.data[0][0]
        if not (is_row(first) and len(first) == 2):
            size = f"{len(first)} numbers" if is_row(first) else "another shape"
            return f"There is no map of the decision boundary: it needs samples of 2 numbers, these have {size}."
        targets = [target for _, target in self.data]
        return scale_for(targets, len(found.outputs), self.snapshots.model, self.snapshots.loss, first)

    def passed(self, sample: Any, target: Any) -> Pass:
        """Send one sample through the model and back."""
        autograd.zero_grad(self.snapshots.values)
        inputs = [Value(number) for number in sample] if is_row(sample) else []
        try:
            outputs = self.snapshots.model([inputs or sample])
            loss = scalar_loss(self.snapshots.loss(outputs, [target]))
            loss.backward()
            layers = [Outputs(layer.path, layer.module, list(layer.samples)) for layer in self.layers]
            return Pass(inputs, layers, loss, list(leaves(without_history(outputs))))
        finally:
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


def chosen_samples(data: Sequence[tuple[Any, Any]], most: int) -> list[int]:
    """Return samples with targets as different as there are, and then some that are spread over the data.

    Example:
        >>> chosen_samples([([0.0], 0), ([1.0], 0), ([2.0], 1), ([3.0], 0)], 3)
        [0, 1, 2]
    """
    first_of_each: dict[str, int] = {}
    for i, (_, target) in enumerate(data):
        first_of_each.setdefault(repr(list(leaves(target))), i)
        if len(first_of_each) == most:
            break
    spread = [i * len(data) // most for i in range(most)]
    return sorted(list(dict.fromkeys([*first_of_each.values(), *spread]))[:most])
