"""The plain scalar loops, compiled; parameters are Values, updated in a Python loop."""

import autograd
from autograd import Value
from autograd.program.programs import Backend
from benchmarks.two_moons import LEARNING_RATE, data, scalar_loops, weights
from benchmarks.workload import Run


def prepare(exact: bool, backend: Backend = "auto") -> Run:
    """Compile the loss with the common weights."""
    points, labels = data()
    layers = [[([Value(w) for w in ws], Value(b)) for ws, b in layer] for layer in weights()]
    parameters = [p for layer in layers for w, b in layer for p in (*w, b)]

    @autograd.compile(backend=backend)
    def loss() -> Value:
        return scalar_loops.loss(layers, points, labels, autograd.relu)

    def step() -> float:
        total = loss()
        autograd.zero_grad(parameters)
        total.backward()
        for p in parameters:
            p.data -= LEARNING_RATE * p.grad
        return total.data

    return lambda count: [step() for _ in range(count)][-1:]
