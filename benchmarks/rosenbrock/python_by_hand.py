"""Plain Python with the derivatives written by hand: the floor of what an interpreter can do."""

from benchmarks.rosenbrock import POINT
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Define the function."""

    def both(x: float, y: float) -> tuple[float, float, float]:
        a, b = 1 - x, y - x * x
        return a * a + 100 * b * b, -2 * a - 400 * x * b, 200 * b

    def run(count: int) -> list[float]:
        for _ in range(count):
            results = both(*POINT)
        return list(results)

    return run
