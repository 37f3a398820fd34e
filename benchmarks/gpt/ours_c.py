"""The plain scalar loops, compiled to C before the first pass; the parameters are 4,192 Values."""

from benchmarks.gpt import ours_eager
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the parameters and compile the loss."""
    return ours_eager.prepare(exact, "c")
