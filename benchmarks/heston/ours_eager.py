"""The scalar loops on Values, through ``value_and_grad``."""

import autograd
from benchmarks.heston import PARAMETERS, draws, price
from benchmarks.workload import Run

FUNCTIONS = {"exp": autograd.exp, "sqrt": autograd.sqrt, "above": autograd.maximum}


def prepare(exact: bool) -> Run:
    """Draw the paths."""
    paths = draws()
    both = autograd.value_and_grad(lambda parameters: price(parameters, paths, FUNCTIONS))

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, gradient = both(PARAMETERS)
        return [value, *gradient]

    return run
