"""Our engine used exactly like the classic demo: one node per multiplication and addition."""

import nn
from autograd import Value
from benchmarks.two_moons import ALPHA, LEARNING_RATE, data, flat_weights
from benchmarks.workload import Run

FUSED = False


def prepare(exact: bool, fused: bool = FUSED) -> Run:
    """Build the model with the common weights."""
    points, labels = data()
    model = nn.MLP(2, [16, 16, 1], fused=fused)
    for parameter, number in zip(model.parameters(), flat_weights(), strict=True):
        parameter.data = number

    def step() -> float:
        inputs = [list(map(Value, x)) for x in points]
        scores = list(map(model, inputs))
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        total = sum(losses) * (1.0 / len(losses)) + ALPHA * sum(p * p for p in model.parameters())
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= LEARNING_RATE * p.grad
        return total.data

    return lambda count: [step() for _ in range(count)][-1:]
