"""CasADi: the same scalar loops on SX symbols, run by its virtual machine."""

from benchmarks.gpt import TARGETS, TOKENS, scalar_loops, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the function that gives the loss and its gradient."""
    import casadi
    import numpy

    numbers = numpy.array([w for rows in weights().values() for row in rows for w in row])
    symbols = casadi.SX.sym("p", len(numbers))
    stream = iter(casadi.vertsplit(symbols))
    matrices = {name: [[next(stream) for _ in row] for row in rows] for name, rows in weights().items()}
    total = scalar_loops.loss(matrices, TOKENS, TARGETS, (casadi.exp, casadi.log, lambda x: casadi.fmax(x, 0)))
    both = casadi.Function("both", [symbols], [total, casadi.gradient(total, symbols)])

    def step() -> list[float]:
        value, gradient = both(numbers)
        gradient.full()
        return [float(value)]

    def checked(count: int) -> list[float]:
        value, gradient = both(numbers)
        return [float(value), float((gradient.full() ** 2).sum())]

    return checked if exact else lambda count: [step() for _ in range(count)][-1]
