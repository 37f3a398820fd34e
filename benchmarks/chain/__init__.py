"""A chain of a million operations, each on the result of the one before: what depth costs."""

from typing import Any

from benchmarks.workload import Workload

WORKLOAD = Workload(
    title="Chain: y = y * x + 0.1 half a million times, value and gradient",
    contestants=["ours_eager", "xad_tape", "jax_jitted"],
    unit="pass",
    exact_steps=1,
)

OPERATIONS = 1_000_000
START = 0.9


def chain(x: Any) -> Any:
    """Return the end of the chain for a number of any kind."""
    y = x
    for _ in range(OPERATIONS // 2):
        y = y * x + 0.1
    return y
