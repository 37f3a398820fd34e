"""``grad`` of ``grad`` inside ``value_and_grad``, on Values."""

from typing import Any

import autograd
from autograd.program.programs import Backend
from benchmarks.physics import Layers, loss, network, weights
from benchmarks.workload import Run


def u(layers: Layers, x: Any) -> Any:
    """Return u(x) of Values."""
    return network(layers, x, autograd.tanh)


curvature = autograd.grad(autograd.grad(u, 1), 1)


def prepare(exact: bool, backend: Backend | None = None) -> Run:
    """Build the function of the value and the gradient, compiled if asked to."""
    layers = weights()

    def residual(layers: Layers) -> Any:
        return loss(layers, curvature, u)

    both = autograd.value_and_grad(autograd.compile(residual, backend=backend) if backend else residual)

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, gradient = both(layers)
        return [value, *[number for layer in gradient for row in layer for number in row]]

    return run
