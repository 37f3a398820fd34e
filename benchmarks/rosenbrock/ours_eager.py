"""``autograd.value_and_grad``, built anew at each call."""

import autograd
from benchmarks.rosenbrock import POINT, rosenbrock
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Wrap the function."""
    both = autograd.value_and_grad(rosenbrock, (0, 1))

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, (dx, dy) = both(*POINT)
        return [value, dx, dy]

    return run
