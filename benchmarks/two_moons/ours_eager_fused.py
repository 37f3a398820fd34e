"""Our engine used like the classic demo, with one ``dot`` node per neuron."""

from benchmarks.two_moons import ours_eager
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    return ours_eager.prepare(exact, fused=True)
