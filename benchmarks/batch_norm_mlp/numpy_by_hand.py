"""Forward pass, backward pass and optimiser written by hand in NumPy."""

import math

from benchmarks.batch_norm_mlp import (
    BATCH,
    BATCHNORM_EPSILON,
    BETAS,
    DROPOUT,
    EPSILON,
    LEARNING_RATE,
    PERIOD,
    WEIGHT_DECAY,
    data,
    weights,
)
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:  # noqa: PLR0915  # by hand it is long: that is the point
    """Build the arrays: all parameters lie in one, so that the optimiser is a few operations."""
    import numpy as np

    points, labels = data()
    shapes = [array.shape for array in weights()]
    flat = np.concatenate([array.ravel() for array in weights()])
    gradient, m, v = np.zeros_like(flat), np.zeros_like(flat), np.zeros_like(flat)

    def views(array: np.ndarray) -> list[np.ndarray]:
        ends = np.cumsum([math.prod(shape) for shape in shapes])
        return [part.reshape(shape) for part, shape in zip(np.split(array, ends[:-1]), shapes, strict=True)]

    parameters, gradients = views(flat), views(gradient)
    keep = 1.0 - (0.0 if exact else DROPOUT)
    draw = np.random.default_rng(2)
    done = 0

    def loss_and_gradient() -> float:
        hidden, tape = points, []
        for i in range(0, 12, 4):
            weight, bias, scale, shift = parameters[i : i + 4]
            z = hidden @ weight.T + bias
            centred = z - z.mean(0)
            inverse = 1 / np.sqrt((centred * centred).mean(0) + BATCHNORM_EPSILON)
            normal = centred * inverse
            out = normal * scale + shift
            mask = (out > 0) * ((draw.random(out.shape) < keep) / keep if keep < 1 else 1.0)
            tape.append((hidden, normal, inverse, mask))
            hidden = out * mask
        weight, bias = parameters[12:]
        logits = (hidden @ weight.T + bias)[:, 0]
        exponential = np.exp(-np.abs(logits))
        total = (np.maximum(logits, 0) + np.log1p(exponential) - labels * logits).mean()
        probability = np.where(logits > 0, 1, exponential) / (1 + exponential)
        d = ((probability - labels) / BATCH)[:, None]
        np.matmul(d.T, hidden, out=gradients[12])
        gradients[13][:] = d.sum(0)
        d = d @ weight
        for i, (inputs, normal, inverse, mask) in zip(range(8, -1, -4), reversed(tape), strict=True):
            weight, _, scale, _ = parameters[i : i + 4]
            d = d * mask
            gradients[i + 3][:] = d.sum(0)
            gradients[i + 2][:] = (d * normal).sum(0)
            d = d * scale
            d = (d - d.mean(0) - normal * (d * normal).mean(0)) * inverse
            np.matmul(d.T, inputs, out=gradients[i])
            gradients[i + 1][:] = d.sum(0)
            if i:
                d = d @ weight
        return float(total)

    def step() -> float:
        nonlocal done, m, v
        rate = LEARNING_RATE * (1 + math.cos(math.pi * done / PERIOD)) / 2
        done += 1
        total = loss_and_gradient()
        g = gradient * min(1.0, 1.0 / (math.sqrt(np.vdot(gradient, gradient)) + 1e-6))
        m *= BETAS[0]
        m += (1 - BETAS[0]) * g
        v *= BETAS[1]
        v += (1 - BETAS[1]) * g * g
        flat[:] *= 1 - rate * WEIGHT_DECAY
        flat[:] -= (rate / (1 - BETAS[0] ** done)) * m / (np.sqrt(v / (1 - BETAS[1] ** done)) + EPSILON)
        return total

    return lambda count: [step() for _ in range(count)][-1:]
