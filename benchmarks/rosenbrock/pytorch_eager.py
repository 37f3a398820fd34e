"""PyTorch, eager, on two tensors without dimensions."""

from benchmarks.rosenbrock import POINT, rosenbrock
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the tensors."""
    import torch

    torch.set_num_threads(1)
    x, y = (torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in POINT)

    def run(count: int) -> list[float]:
        for _ in range(count):
            value = rosenbrock(x, y)
            dx, dy = torch.autograd.grad(value, (x, y))
        return [value.item(), dx.item(), dy.item()]

    return run
