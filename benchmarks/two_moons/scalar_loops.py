"""The loss of the classic demo in plain Python loops over numbers of any kind."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.two_moons import ALPHA

Layer = Sequence[tuple[Sequence[Any], Any]]


def score(layers: Sequence[Layer], x: Sequence[Any], relu: Callable[[Any], Any]) -> Any:
    """Return the output of the network for one point."""
    for layer in layers[:-1]:
        x = [relu(sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)) for w, b in layer]
    ((w, b),) = layers[-1]
    return sum((wi * xi for wi, xi in zip(w, x, strict=True)), b)


def loss(
    layers: Sequence[Layer], points: Sequence[Sequence[Any]], labels: Sequence[Any], relu: Callable[[Any], Any]
) -> Any:
    """Return the mean hinge loss and the penalty on all parameters."""
    losses = [relu(1 + -label * score(layers, x, relu)) for x, label in zip(points, labels, strict=True)]
    penalty = ALPHA * sum(p * p for layer in layers for w, b in layer for p in (*w, b))
    return sum(losses) * (1.0 / len(losses)) + penalty
