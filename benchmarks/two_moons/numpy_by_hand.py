"""Forward and backward pass written by hand in NumPy, as a good student would."""

from benchmarks.two_moons import ALPHA, LEARNING_RATE, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the arrays."""
    import numpy as np

    points, labels = (np.array(items) for items in data())
    parameters = []
    for layer in weights():
        parameters += [np.array([w for w, _ in layer]).T.copy(), np.array([b for _, b in layer])]
    n = len(points)

    def step() -> float:
        w1, b1, w2, b2, w3, b3 = parameters
        h1 = np.maximum(points @ w1 + b1, 0)
        h2 = np.maximum(h1 @ w2 + b2, 0)
        margin = 1 - labels * (h2 @ w3 + b3)[:, 0]
        total = np.maximum(margin, 0).sum() / n + ALPHA * sum(np.vdot(p, p) for p in parameters)
        d3 = np.where(margin > 0, labels * (-1 / n), 0)[:, None]
        d2 = (d3 @ w3.T) * (h2 > 0)
        d1 = (d2 @ w2.T) * (h1 > 0)
        gradients = (points.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ d3, d3.sum(0))
        for p, gradient in zip(parameters, gradients, strict=True):
            np.subtract(p, LEARNING_RATE * (gradient + 2 * ALPHA * p), out=p)
        return float(total)

    return lambda count: [step() for _ in range(count)][-1:]
