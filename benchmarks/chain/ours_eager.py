"""The chain of Values, through ``value_and_grad``."""

from autograd import value_and_grad
from benchmarks.chain import START, chain
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the function of the value and the gradient."""
    both = value_and_grad(chain)
    return lambda count: [both(START) for _ in range(count)][-1]
