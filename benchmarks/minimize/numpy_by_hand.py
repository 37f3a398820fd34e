"""NumPy with the gradients written by hand: the floor of what can be handed to SciPy from Python."""

from benchmarks.minimize import minima, rosenbrock, soft
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Define the functions."""
    import numpy

    def of_rosenbrock(x):
        a, b = 1 - x[:-1], x[1:] - x[:-1] ** 2
        slopes = numpy.zeros_like(x)
        slopes[:-1] = -2 * a - 400 * x[:-1] * b
        slopes[1:] += 200 * b
        return (100 * b**2 + a**2).sum(), slopes

    def of_soft(x):
        powers = numpy.exp(x)
        return soft(x, numpy), powers / powers.sum() + 2 * (x - 1) + numpy.sin(x) + x * numpy.cos(x)

    return minima({rosenbrock: of_rosenbrock, soft: of_soft}.__getitem__, exact=exact)
