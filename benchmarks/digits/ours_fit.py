"""``nn.fit`` on a convolution in plain loops over Values."""

from typing import Literal

import nn
from benchmarks.digits import CHANNELS, CLASSES, LEARNING_RATE, PLACES, WINDOW, data, weights
from benchmarks.workload import Run

AT_ONCE = 200


def prepare(exact: bool, compile: Literal["auto", "c"] = "auto") -> Run:
    """Build the model with the common weights."""
    model = nn.Sequential(
        nn.Conv2d(1, CHANNELS, WINDOW), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(CHANNELS * PLACES, CLASSES)
    )
    for parameter, number in zip(model.parameters(), weights(), strict=True):
        parameter.data = number
    images, targets = data()
    batches = nn.DataLoader(nn.TensorDataset(images, targets), batch_size=len(images))
    optimizer = nn.Adam(model.parameters(), lr=LEARNING_RATE)
    history = None

    def run(count: int) -> list[float]:
        nonlocal history
        if history is None:
            history = nn.fit(
                model, batches, loss=nn.cross_entropy, optimizer=optimizer, epochs=count, progress=False,
                compile=compile,
            )  # fmt: skip
        else:
            history.resume(count)
        return [history.rows[-1]["loss"]]

    return run
