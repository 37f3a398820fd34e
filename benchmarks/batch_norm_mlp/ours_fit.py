"""``nn.fit`` on the same layers."""

from itertools import pairwise

import nn
from benchmarks.batch_norm_mlp import DROPOUT, LEARNING_RATE, PERIOD, SIZES, WEIGHT_DECAY, data, weights
from benchmarks.workload import Run

AT_ONCE = 500


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(SIZES[:-1]):
        layers += [
            nn.Linear(inputs, outputs),
            nn.BatchNorm1d(outputs),
            nn.ReLU(),
            nn.Dropout(0.0 if exact else DROPOUT),
        ]
    model = nn.Sequential(*layers, nn.Linear(SIZES[-2], SIZES[-1]))
    numbers = [number for array in weights() for number in array.ravel().tolist()]
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    points, labels = data()
    batches = nn.DataLoader(nn.TensorDataset(points, labels), batch_size=len(points))
    optimizer = nn.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    scheduler = nn.CosineAnnealingLR(optimizer, T_max=PERIOD)
    history = None

    def run(count: int) -> list[float]:
        nonlocal history
        if history is None:
            history = nn.fit(
                model, batches, loss=nn.binary_cross_entropy_with_logits, optimizer=optimizer,
                scheduler=scheduler, clip=1.0, epochs=count, progress=False,
            )  # fmt: skip
        else:
            history.resume(count)
        return [history.rows[-1]["loss"]]

    return run
