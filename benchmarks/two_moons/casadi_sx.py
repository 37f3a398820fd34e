"""CasADi: the same scalar loops on SX symbols, run by its virtual machine."""

from benchmarks.two_moons import LEARNING_RATE, data, flat_weights, scalar_loops, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the function that gives the loss and its gradient."""
    import casadi
    import numpy

    points, labels = data()
    numbers = numpy.array(flat_weights())
    symbols = casadi.SX.sym("p", len(numbers))
    stream = iter(casadi.vertsplit(symbols))
    layers = [[([next(stream) for _ in w], next(stream)) for w, _ in layer] for layer in weights()]
    total = scalar_loops.loss(layers, points, labels, lambda x: casadi.fmax(x, 0))
    both = casadi.Function("both", [symbols], [total, casadi.gradient(total, symbols)])

    def step() -> float:
        nonlocal numbers
        value, gradient = both(numbers)
        numbers = numbers - LEARNING_RATE * gradient.full()[:, 0]
        return float(value)

    return lambda count: [step() for _ in range(count)][-1:]
