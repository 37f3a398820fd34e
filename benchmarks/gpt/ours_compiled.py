"""The plain scalar loops, compiled."""

from benchmarks.gpt import ours_eager
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the parameters and compile the loss."""
    return ours_eager.prepare(exact, "auto")
