"""SciPy's ``minimize`` with gradients, of two functions of 2, 10 and 100 numbers: six small calls after each other."""

from collections.abc import Callable
from typing import Any

from benchmarks.workload import Bar, Run, Workload

WORKLOAD = Workload(
    title="SciPy: minimize(value_and_grad(f), x, jac=True) by L-BFGS-B, two functions of 2, 10 and 100 numbers",
    contestants=["ours_compiled", "jax_jitted", "numpy_by_hand"],
    bars=[Bar("ours_compiled", "jax_jitted", at_most=2.0)],
    unit="six runs",
    exact_steps=1,
    notes="The functions are asked 136 times in a step; the rest of the time is SciPy's own.",
)

SIZES = (2, 10, 100)
AT_MOST, WHEN_COMPARED = 30, 3
"""Iterations of one run: few enough that rounding does not make one contestant's way another than the others'."""


def rosenbrock(x: Any, _: Any) -> Any:
    """Return the sum of the two-dimensional functions of neighbours."""
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def soft(x: Any, numpy: Any) -> Any:
    """Return the logarithm of a sum of exponentials, with a parabola and a wave beside it."""
    return numpy.log(numpy.exp(x).sum()) + ((x - 1) ** 2).sum() + (x * numpy.sin(x)).sum()


FUNCTIONS = (rosenbrock, soft)


def minima(prepared: Callable[[Callable[..., Any]], Callable[..., Any]], *, exact: bool) -> Run:
    """Return a contestant that finds all minima, with what it makes of each function."""
    import numpy
    from scipy.optimize import minimize

    tasks = [(prepared(f), numpy.linspace(-1.2, 1.0, size)) for f in FUNCTIONS for size in SIZES]

    options = {"maxiter": WHEN_COMPARED if exact else AT_MOST}

    def run(count: int) -> list[float]:
        for _ in range(count):
            found = [minimize(both, start, jac=True, method="L-BFGS-B", options=options).fun for both, start in tasks]
        return found

    return run
