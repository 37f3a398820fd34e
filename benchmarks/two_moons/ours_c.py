"""The plain scalar loops, compiled to C before the first step; parameters are Values, updated in a Python loop."""

from benchmarks.two_moons import ours_compiled
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the loss with the common weights."""
    return ours_compiled.prepare(exact, "c")
