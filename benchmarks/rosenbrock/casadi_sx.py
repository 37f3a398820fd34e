"""CasADi: value and gradient as one function of SX symbols."""

from benchmarks.rosenbrock import POINT, rosenbrock
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the function."""
    import casadi

    x, y = casadi.SX.sym("x"), casadi.SX.sym("y")
    value = rosenbrock(x, y)
    both = casadi.Function("both", [x, y], [value, casadi.gradient(value, x), casadi.gradient(value, y)])

    def run(count: int) -> list[float]:
        for _ in range(count):
            results = both(*POINT)
        return [float(number) for number in results]

    return run
