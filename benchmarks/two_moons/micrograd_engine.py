"""The well-known scalar engine from PyPI, used as its own demo uses it."""

from benchmarks.two_moons import ALPHA, LEARNING_RATE, data, flat_weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    from micrograd.engine import Value
    from micrograd.nn import MLP

    points, labels = data()
    model = MLP(2, [16, 16, 1])
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
