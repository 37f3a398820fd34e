"""JAX: value and gradient, jitted, made into the floats and arrays that SciPy works with."""

from benchmarks.minimize import minima
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the functions."""
    import jax
    import numpy

    def jitted(f):
        both = jax.jit(jax.value_and_grad(lambda x: f(x, jax.numpy)))

        def in_numbers(x):
            value, slopes = both(x)
            return float(value), numpy.asarray(slopes)

        return in_numbers

    return minima(jitted, exact=exact)
