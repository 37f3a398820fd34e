"""PyTorch, with one thread and 64-bit floats."""

from benchmarks.digits import CHANNELS, CLASSES, LEARNING_RATE, PLACES, WINDOW, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    model = nn.Sequential(
        nn.Conv2d(1, CHANNELS, WINDOW), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(CHANNELS * PLACES, CLASSES)
    )
    nn.utils.vector_to_parameters(torch.tensor(weights()), model.parameters())
    images, targets = map(torch.tensor, data())
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    criterion = nn.CrossEntropyLoss()

    def step() -> float:
        optimizer.zero_grad()
        loss = criterion(model(images), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return lambda count: [step() for _ in range(count)][-1:]
