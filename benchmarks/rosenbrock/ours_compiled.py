"""``autograd.compile(f).value_and_grad``."""

import autograd
from benchmarks.rosenbrock import POINT, rosenbrock
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the function."""
    both = autograd.compile(rosenbrock).value_and_grad

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, (dx, dy) = both(*POINT)
        return [value, dx, dy]

    return run
