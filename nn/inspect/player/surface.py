"""The decision surface: the outputs of a model of two features on a coarse grid, as one byte for each point."""

import math
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
ROWS = 5
"""How many of its rows are computed at once: enough to compute quickly, and few enough to record quickly."""
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
            best, lead = int(outputs[0] > self.threshold), abs(outputs[0] - self.threshold)
        else:
            first, second = sorted(outputs, reverse=True)[:2]
            best, lead = outputs.index(first), first - second
        softening = 0.25 if self.threshold else 1.0  # probabilities differ by less than scores do
        return best * self.levels + round((self.levels - 1) * (lead / (lead + softening)))


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
    if outputs > MOST_CLASSES or not found <= set(map(float, range(outputs))):
        return f"There is no map of the {outputs} outputs: it shows a single one, or up to {MOST_CLASSES} classes."
    return Scale([float(i) for i in range(outputs)], 0.0, 0.0, 0.0)


def threshold_of(model: Module, loss: LossFunction, sample: Any, target: Any, labels: Sequence[float]) -> float:
    """Return the output between two classes: the one with the same loss whichever of them is right.

    That is 0.5 for the squared error of targets 0 and 1 and for probabilities, and 0 for scores.
    """
    nested = isinstance(without_history(model([sample]))[0], list)
    middle = sum(labels) / 2

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


class Surface:
    """A model's outputs on a grid around the data, with NumPy where it is installed and the model can be recorded."""

    def __init__(self, model: Module, points: Sequence[Sequence[float]]) -> None:
        self.model = model
        self.limits = [limits([point[i] for point in points]) for i in range(2)]
        xs, ys = ([low + (high - low) * i / (SIDE - 1) for i in range(SIDE)] for low, high in self.limits)
        self.chunks = [[[x, y] for y in ys[i : i + ROWS] for x in xs] for i in range(0, SIDE, ROWS)]
        self.run: Callable[[list[list[float]]], Any] = autograd.compile(self.forward, backend="array")

    def forward(self, points: list[list[float]]) -> Any:  # nested as the model makes it
        return self.model(points)

    def outputs(self) -> list[list[float]]:
        """Return the outputs at every point, row by row from below, with the parameters as they are now."""
        return [output for chunk in self.chunks for output in self.chunk_outputs(chunk)]

    def chunk_outputs(self, points: list[list[float]]) -> list[list[float]]:
        """Return the outputs at some points; nan where they leave the range of floats."""
        try:
            with no_grad():
                return [list(leaves(output)) for output in without_history(self.run(points))]
        except (errors.RecordingError, errors.MissingPackageError):  # then it is computed point by point
            self.run = self.forward
            return self.chunk_outputs(points)
        except (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError):
            return [[math.nan]] * len(points)


def limits(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the range of numbers with a margin."""
    low, high = min(numbers), max(numbers)
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin
