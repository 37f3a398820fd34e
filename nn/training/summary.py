"""``Summary``: the results of the batches of an epoch together, as a row of numbers."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from autograd import Value, errors, no_grad
from nn.data.shapes import Samples, leaves, nested_like, shape_of
from nn.losses.base import LossFunction, is_plain_mean, reduction_of, scalar_loss
from nn.training.step import BatchResult, NestedFloats

Metric: TypeAlias = Callable[[Any, Any], float]
"""A measure of how good outputs are, as ``metric(outputs, targets)``, such as :func:`nn.accuracy`."""


@dataclass(kw_only=True)
class Summary:
    """Accumulates the results of batches."""

    done: int = 0
    """How many batches there have been."""
    count: int = 0
    """How many samples they had."""
    total: float = 0.0
    per_sample: bool = True
    """Whether every batch had one entry of outputs per sample, so that the outputs can be put together."""
    outputs: list[NestedFloats] = field(default_factory=list)
    targets: list[Any] = field(default_factory=list)

    def count_batch(self, loss: float, samples: int) -> None:
        self.done += 1
        self.count += samples
        self.total += loss * samples

    def add(self, result: BatchResult, targets: Samples) -> None:
        self.count_batch(result.loss, len(targets))
        each, count = result.outputs, len(targets)
        self.per_sample = self.per_sample and isinstance(each, list) and len(each) == count
        self.outputs += result.outputs
        self.targets += targets

    def mean_loss(self) -> float:
        """Return the mean of the losses of the batches, weighted by their sizes."""
        return self.total / self.count

    def loss_of_all(self, loss: LossFunction) -> float:
        """Return the loss of all samples together, whatever the batches were; else the mean of theirs."""
        if self.done == 1 or not self.per_sample or is_plain_mean(loss):
            return self.mean_loss()
        alike: dict[object, list[int]] = {}
        for i, (output, target) in enumerate(zip(self.outputs, self.targets, strict=True)):
            alike.setdefault((shape_of(output), shape_of(target)), []).append(i)
        try:
            return self.loss_of(loss, range(self.count))
        except errors.ArgumentError:  # sequences of different lengths, which few losses take together
            if len(alike) == 1:
                raise
        losses = [(self.loss_of(loss, places), len(places)) for places in alike.values()]
        if reduction_of(loss) == "sum":
            return math.fsum(number for number, _ in losses)
        return math.fsum(number * samples for number, samples in losses) / self.count

    def loss_of(self, loss: LossFunction, places: Sequence[int]) -> float:
        """Return the loss of some of the samples together."""
        outputs = [self.outputs[i] for i in places]
        with no_grad():
            values = nested_like(outputs, map(Value, leaves(outputs)))
            return scalar_loss(loss(values, [self.targets[i] for i in places])).data

    def row(self, metrics: Sequence[Metric], loss: LossFunction | None = None) -> dict[str, float]:
        """Return the metrics of all samples, after the loss of them all; without ``loss``, after the batches' mean."""
        named = {name_of(metric): self.measured(metric) for metric in metrics}
        return {"loss": self.mean_loss() if loss is None else self.loss_of_all(loss), **named}

    def measured(self, metric: Metric) -> float:
        """Return a metric of all samples.

        Raises:
            NumberError: what it returns is no number.
        """
        number: object = metric(self.outputs, self.targets)
        try:
            return float(number)  # type: ignore[arg-type]  # what is no number is reported
        except (TypeError, ValueError):
            raise errors.NumberError(
                f"The metric {name_of(metric)} is to return a number for the outputs and the targets of an epoch; it "
                f"returned {number!r}."
            ) from None


def name_of(metric: Metric) -> str:
    """Return the name of a metric's column: the function's, also inside a ``functools.partial``."""
    function = metric.func if isinstance(metric, functools.partial) else metric
    return str(getattr(function, "__name__", type(function).__name__))
