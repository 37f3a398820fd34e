"""A physics-informed loss: a network that shall solve u'' = -π² sin(πx) with u(0) = u(1) = 0, in one dimension.

The loss contains second derivatives of the network, and its gradient third ones (Raissi, Perdikaris & Karniadakis,
Physics-informed neural networks, 2019).
"""

import math
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Physics-informed loss: u'' = -π² sin(πx) at 32 points, MLP 1-16-16-1 with tanh, value and gradient",
    contestants=["ours_eager", "ours_compiled", "ours_c", "jax_jitted"],
    bars=[Bar("ours_compiled", "jax_jitted", at_most=2.0)],
    agreement=1e-9,
    unit="pass",
    exact_steps=1,
)

POINTS, WIDTH = 32, 16
SIZES = [1, WIDTH, WIDTH, 1]
PLACES = [(i + 0.5) / POINTS for i in range(POINTS)]
SOURCES = [math.pi**2 * math.sin(math.pi * x) for x in PLACES]

Layers = Sequence[Sequence[Sequence[Any]]]


def weights() -> list[list[list[float]]]:
    """Return for each layer a row per neuron: its weights, then its bias."""
    draw = random.Random(3)
    return [
        [[draw.gauss(0, 1) for _ in range(fan_in + 1)] for _ in range(fan_out)] for fan_in, fan_out in pairwise(SIZES)
    ]


def network(layers: Layers, x: Any, tanh: Callable[[Any], Any]) -> Any:
    """Return u(x)."""
    values = [x]
    for number, layer in enumerate(layers, 1):
        values = [sum((w * v for w, v in zip(row, values, strict=False)), row[-1]) for row in layer]
        values = values if number == len(layers) else [tanh(v) for v in values]
    return values[0]


def loss(layers: Layers, curvature: Callable[[Layers, Any], Any], u: Callable[[Layers, Any], Any]) -> Any:
    """Return the mean square of what is left of the equation, and of the values at both ends."""
    left = [curvature(layers, x) + source for x, source in zip(PLACES, SOURCES, strict=True)]
    return sum(each * each for each in left) * (1.0 / POINTS) + u(layers, 0.0) ** 2 + u(layers, 1.0) ** 2
