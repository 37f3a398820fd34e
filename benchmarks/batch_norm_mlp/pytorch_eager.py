"""The published PyTorch code, with one thread and 64-bit floats."""

from itertools import pairwise

from benchmarks.batch_norm_mlp import DROPOUT, LEARNING_RATE, PERIOD, SIZES, WEIGHT_DECAY, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(SIZES[:-1]):
        layers += [
            nn.Linear(inputs, outputs),
            nn.BatchNorm1d(outputs),
            nn.ReLU(),
            nn.Dropout(0.0 if exact else DROPOUT),
        ]
    model = nn.Sequential(*layers, nn.Linear(SIZES[-2], SIZES[-1]))
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), weights(), strict=True):
            parameter.copy_(torch.tensor(array))
    points, labels = (torch.tensor(array) for array in data())
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=PERIOD)
    criterion = nn.BCEWithLogitsLoss()

    def step() -> float:
        optimizer.zero_grad()
        loss = criterion(model(points).squeeze(), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        return loss.item()

    return lambda count: [step() for _ in range(count)][-1:]
