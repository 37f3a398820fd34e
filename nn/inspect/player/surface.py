"""What a model answers at many points: on a grid over two features, along a line of one, at samples.

On the grid, the decision surface, one byte for each point is enough.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import autograd
from autograd import Value, errors, no_grad
from nn.data.shapes import leaves, without_history
from nn.losses.base import LossFunction
from nn.module import Module

SIDE = 40
"""How many points the grid has along each side."""
POSITIONS = 160
"""How many points a line has."""
AT_ONCE = 200
"""How many points are computed at once: enough to compute quickly, and few enough to record quickly."""
MOST_CLASSES = 8
UNKNOWN = 255
"""The byte of a point where the model has no finite output."""


@dataclass(frozen=True)
class Scale:
    """How outputs become bytes.

    Classes: ``class * levels + level``, where the level, from 0, grows with the lead of the class over the next
    best one. Without classes (``labels`` is empty): 0 for ``low`` to 254 for ``high``.
    """

    labels: Sequence[float]
    """The targets that stand for the classes, in order."""
    threshold: float
    """Above it, a single output means the second class."""
    low: float
    high: float

    @property
    def levels(self) -> int:
        return (UNKNOWN - 1) // max(len(self.labels), 1)

    def byte(self, outputs: Sequence[float]) -> int:
        if not all(map(math.isfinite, outputs)):
            return UNKNOWN
        if not self.labels:
            share = (outputs[0] - self.low) / (self.high - self.low)
            return round(min(max(share, 0.0), 1.0) * (UNKNOWN - 1))
        if len(outputs) == 1:
            lead = abs(outputs[0] - self.threshold)
        else:
            first, second = sorted(outputs, reverse=True)[:2]
            lead = first - second
        softening = 0.25 if self.threshold else 1.0  # probabilities differ by less than scores do
        return self.best(outputs) * self.levels + round((self.levels - 1) * (lead / (lead + softening)))

    def best(self, outputs: Sequence[float]) -> int:
        """Return the class that outputs mean, by its place among the labels."""
        return int(outputs[0] > self.threshold) if len(outputs) == 1 else outputs.index(max(outputs))

    def marked(self, target: Any) -> float:
        """Return the class that a target means, or the target itself where there are no classes."""
        number = float(target[0] if isinstance(target, list | tuple) else target)
        return self.labels.index(number) if self.labels else number

    def accuracy(self, outputs: Sequence[Sequence[float]], targets: Sequence[Any]) -> float:
        """Return the share of the targets that the outputs meet; what is no number meets none."""
        pairs = zip(outputs, targets, strict=True)
        right = [
            all(map(math.isfinite, output)) and self.best(output) == self.marked(target) for output, target in pairs
        ]
        return sum(right) / len(right)


def scale_for(targets: Sequence[Any], outputs: int, model: Module, loss: LossFunction, sample: Any) -> "Scale | str":
    """Return how to show outputs, or a sentence that says why they cannot be shown."""
    numbers = [target[0] if isinstance(target, list | tuple) and len(target) == 1 else target for target in targets]
    if not all(isinstance(number, int | float) for number in numbers):
        return "There is no map of the outputs: each target is more than one number."
    found = set(map(float, numbers))
    if outputs == 1:
        for labels in ((0.0, 1.0), (-1.0, 1.0)):
            if found <= set(labels):
                return Scale(labels, threshold_of(model, loss, sample, targets[0], labels), 0.0, 0.0)
        low, high = min(found), max(found)
        return Scale((), 0.0, low, high if high > low else low + 1.0)
    if not found <= set(map(float, range(outputs))):
        return no_map_of(outputs)
    return Scale([float(i) for i in range(outputs)], 0.0, 0.0, 0.0)


def no_map_of(outputs: int) -> str:
    """Return the sentence that says why there is no map of so many outputs."""
    return f"There is no map of the {outputs} outputs: it shows a single one, or up to {MOST_CLASSES} classes."


def threshold_of(model: Module, loss: LossFunction, sample: Any, target: Any, labels: Sequence[float]) -> float:
    """Return the output between two classes: the one with the same loss whichever of them is right.

    That is 0.5 for the squared error of targets 0 and 1 and for probabilities, and 0 for scores.
    """
    nested = isinstance(without_history(model([sample]))[0], list)
    middle = statistics.fmean(labels)

    def cost(output: float, label: float) -> float:
        given = Value(output)
        wanted = [label] if isinstance(target, list | tuple) else label
        return loss([[given] if nested else given], [wanted]).data

    for threshold in dict.fromkeys((middle, 0.0)):
        try:
            if math.isclose(cost(threshold, labels[0]), cost(threshold, labels[1]), rel_tol=1e-9, abs_tol=1e-12):
                return threshold
        except errors.AutogradError:
            pass
    return 0.0


class Answers:
    """A model's outputs for some samples, with NumPy where it is installed and the model can be recorded."""

    def __init__(self, model: Module, samples: Sequence[Any]) -> None:
        self.model = model
        self.chunks = [samples[i : i + AT_ONCE] for i in range(0, len(samples), AT_ONCE)]
        self.run: Callable[[Sequence[Any]], Any] = autograd.compile(self.forward, backend="array")

    def forward(self, samples: Sequence[Any]) -> Any:  # nested as the model makes it
        return self.model(samples)

    def outputs(self) -> list[list[float]]:
        """Return the outputs for every sample, with the parameters as they are now."""
        return [output for chunk in self.chunks for output in self.chunk_outputs(chunk)]

    def chunk_outputs(self, points: Sequence[Any]) -> list[list[float]]:
        """Return the outputs at some points; nan where they leave the range of floats."""
        try:
            with no_grad():
                return [list(leaves(output)) for output in without_history(self.run(points))]
        except (errors.RecordingError, errors.MissingPackageError):  # then it is computed point by point
            self.run = self.forward
            return self.chunk_outputs(points)
        except (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError):
            return [[math.nan]] * len(points)


class Surface(Answers):
    """A model's outputs on a grid around data of two features, row by row from below."""

    def __init__(self, model: Module, points: Sequence[Sequence[float]]) -> None:
        self.limits = [limits([point[i] for point in points]) for i in range(2)]
        xs, ys = (spread(ends, SIDE) for ends in self.limits)
        super().__init__(model, [[x, y] for y in ys for x in xs])


class Line(Answers):
    """A model's outputs along the range of data of one feature."""

    def __init__(self, model: Module, points: Sequence[Sequence[float]]) -> None:
        self.limits = [limits([x for (x,) in points])]
        super().__init__(model, [[x] for x in spread(self.limits[0], POSITIONS)])


def spread(ends: tuple[float, float], count: int) -> list[float]:
    """Return so many numbers at equal distances, both ends included."""
    low, high = ends
    return [low + (high - low) * i / (count - 1) for i in range(count)]


def limits(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the range of numbers with a margin."""
    low, high = min(numbers), max(numbers)
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin
