"""``autograd.value_and_grad(autograd.compile(f))``, handed to SciPy as it is."""

import autograd
from benchmarks.minimize import minima
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Compile the functions."""
    import numpy

    return minima(lambda f: autograd.value_and_grad(autograd.compile(lambda x: f(x, numpy))), exact=exact)
