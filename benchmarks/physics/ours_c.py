"""The same, compiled to C before the first pass."""

from benchmarks.physics import ours_eager
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the loss."""
    return ours_eager.prepare(exact, "c")
