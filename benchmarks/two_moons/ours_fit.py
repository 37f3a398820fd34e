"""``nn.fit`` on the same model, on a machine without a C compiler: the whole loop runs on arrays."""

import os
from typing import Literal
from unittest.mock import patch

import nn
from autograd import Value
from benchmarks.two_moons import ALPHA, LEARNING_RATE, data, flat_weights
from benchmarks.workload import Run

AT_ONCE = 2000


def prepare(exact: bool, compile: Literal["auto", "c"] = "auto") -> Run:
    """Build the model with the common weights."""
    points, labels = data()
    model = nn.MLP(2, [16, 16, 1])
    for parameter, number in zip(model.parameters(), flat_weights(), strict=True):
        parameter.data = number
    batches = nn.DataLoader(nn.TensorDataset(points, labels), batch_size=len(points))
    optimizer = nn.SGD(model.parameters(), lr=LEARNING_RATE)

    def loss(scores: list[Value], targets: list[float]) -> Value:
        return nn.hinge_loss(scores, targets) + ALPHA * sum(p * p for p in model.parameters())

    history = None

    hidden = {"PATH": "", "CC": ""} if compile == "auto" else {}  # a long run becomes machine code where a compiler is

    @patch.dict(os.environ, hidden)
    def run(count: int) -> list[float]:
        nonlocal history
        if history is None:
            history = nn.fit(
                model, batches, loss=loss, optimizer=optimizer, epochs=count, progress=False, compile=compile,
            )  # fmt: skip
        else:
            history.resume(count)
        return [history.rows[-1]["loss"]]

    return run
