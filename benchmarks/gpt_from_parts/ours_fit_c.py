"""The same by ``nn.fit(..., compile="c")``: the step as machine code, the optimiser's rule included."""

from benchmarks.gpt_from_parts import ours_fit
from benchmarks.workload import Run

AT_ONCE = ours_fit.AT_ONCE


def prepare(exact: bool) -> Run:
    """Build the model with the common weights."""
    return ours_fit.prepare(exact, "c")
