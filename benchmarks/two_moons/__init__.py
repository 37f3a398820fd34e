"""The classic demo's training step: an MLP 2-16-16-1 on 100 points of two moons, hinge loss and L2."""

import math
import random
from itertools import pairwise

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Two moons: MLP 2-16-16-1, 100 samples, hinge loss + L2, one SGD step on all of them (65,818 scalar nodes)",
    contestants=[
        "micrograd_engine",
        "ours_eager",
        "ours_eager_fused",
        "ours_compiled",
        "ours_c",
        "ours_fit",
        "ours_fit_c",
        "pytorch_eager",
        "jax_jitted",
        "casadi_sx",
        "numpy_by_hand",
    ],
    bars=[
        Bar("ours_eager", "micrograd_engine", at_least=18),
        Bar("ours_eager_fused", "micrograd_engine", at_least=64),
        Bar("ours_c", "jax_jitted", at_most=0.8),
        Bar("ours_c", "pytorch_eager", at_least=6),
        Bar("ours_fit", "numpy_by_hand", at_most=1.5),
        Bar("ours_fit_c", "numpy_by_hand", at_most=0.5),
        Bar("ours_fit_c", "jax_jitted", at_most=0.4),
        Bar("prepared: ours_compiled", at_most=1.5),
    ],
)

SIZES = [2, 16, 16, 1]
ALPHA = 1e-4
LEARNING_RATE = 0.05


def data() -> tuple[list[list[float]], list[float]]:
    """Return 100 points and their labels, -1 or 1."""
    noise = random.Random(1337)
    points, labels = [], []
    for i in range(50):
        angle = math.pi * i / 49
        for label, x, y in (
            (-1.0, math.cos(angle), math.sin(angle)),
            (1.0, 1 - math.cos(angle), 0.5 - math.sin(angle)),
        ):
            points.append([x + noise.gauss(0, 0.1), y + noise.gauss(0, 0.1)])
            labels.append(label)
    return points, labels


def weights() -> list[list[tuple[list[float], float]]]:
    """Return for each layer, for each neuron, its weights and its bias; 337 numbers."""
    draw = random.Random(1337)
    return [
        [([draw.uniform(-1, 1) for _ in range(inputs)], 0.0) for _ in range(outputs)]
        for inputs, outputs in pairwise(SIZES)
    ]


def flat_weights() -> list[float]:
    """Return all weights and biases, neuron after neuron."""
    return [number for layer in weights() for w, b in layer for number in (*w, b)]
