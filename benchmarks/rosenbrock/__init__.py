"""Value and gradient of the two-dimensional Rosenbrock function: the smallest possible call."""

from typing import Any

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Rosenbrock: value and gradient of (1 - x)² + 100 (y - x²)², one call",
    contestants=["ours_eager", "ours_compiled", "pytorch_eager", "jax_jitted", "casadi_sx", "python_by_hand"],
    bars=[Bar("ours_compiled", "jax_jitted", at_most=0.3)],
    unit="call",
    exact_steps=1,
)

POINT = (-1.2, 1.0)


def rosenbrock(x: Any, y: Any) -> Any:
    """Return the function's value for numbers of any kind."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2
