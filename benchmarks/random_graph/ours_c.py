"""The graph compiled to C before the first pass."""

from benchmarks.random_graph import ours_eager
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the inputs and compile the function."""
    return ours_eager.prepare(exact, compiled="c")
