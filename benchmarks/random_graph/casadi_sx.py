"""CasADi: the same graph of SX symbols."""

from benchmarks.random_graph import INPUTS, inputs, output
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the function that gives the value and its gradient."""
    import casadi
    import numpy

    symbols = casadi.SX.sym("x", INPUTS)
    functions = {name: getattr(casadi, name) for name in ("tanh", "sin", "exp", "sqrt")}
    total = output(casadi.vertsplit(symbols), functions)
    both = casadi.Function("both", [symbols], [total, casadi.gradient(total, symbols)])
    numbers = numpy.array(inputs())

    def run(count: int) -> list[float]:
        for _ in range(count):
            value, gradient = both(numbers)
        return [float(value), *gradient.full()[:, 0]]

    return run
