"""``autograd.value_and_grad(autograd.compile(f), (0, 1))``."""

import autograd
from benchmarks.rosenbrock import POINT, rosenbrock
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the function."""
    both = autograd.value_and_grad(autograd.compile(rosenbrock), (0, 1))

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, (dx, dy) = both(*POINT)
        return [value, dx, dy]

    return run
