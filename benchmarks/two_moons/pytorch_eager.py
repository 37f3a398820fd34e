"""PyTorch with tensors, eager, one thread."""

from benchmarks.two_moons import ALPHA, LEARNING_RATE, data, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the tensors."""
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    points, labels = (torch.tensor(items) for items in data())
    parameters = []
    for layer in weights():
        parameters += [torch.tensor([w for w, _ in layer]), torch.tensor([b for _, b in layer])]
    for p in parameters:
        p.requires_grad_()

    def step() -> float:
        w1, b1, w2, b2, w3, b3 = parameters
        hidden = torch.relu(torch.nn.functional.linear(points, w1, b1))
        hidden = torch.relu(torch.nn.functional.linear(hidden, w2, b2))
        scores = torch.nn.functional.linear(hidden, w3, b3)[:, 0]
        total = torch.relu(1 - labels * scores).mean() + ALPHA * sum((p * p).sum() for p in parameters)
        for p in parameters:
            p.grad = None
        total.backward()
        with torch.no_grad():
            for p in parameters:
                p.sub_(LEARNING_RATE * p.grad)
        return total.item()

    return lambda count: [step() for _ in range(count)][-1:]
