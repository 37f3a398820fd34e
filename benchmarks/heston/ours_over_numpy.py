"""One path recorded once, then computed with an array of all paths in the place of each number."""

from typing import Any

import autograd
from benchmarks.heston import PARAMETERS, PATHS, draws, payoff
from benchmarks.heston.ours_eager import FUNCTIONS
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Record the path."""
    import numpy

    paths = draws()
    one = autograd.compile(lambda parameters, shocks: payoff(parameters, shocks, FUNCTIONS))
    one(PARAMETERS, paths[0])
    all_paths = one.over("numpy")
    shocks: Any = numpy.array(paths).transpose(1, 2, 0)
    numbers = [numpy.full(PATHS, number) for number in PARAMETERS]

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, slopes = all_paths.value_and_grad(numbers, [tuple(pair) for pair in shocks])
        return [float(value.mean()), *[float(slope.mean()) for slope in slopes]]

    return run
