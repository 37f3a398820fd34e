"""Every derivative of fifty functions, among them a classic test set, equals JAX's to twelve digits."""

from functools import partial

import numpy
import pytest
from problems import FUNCTIONS, RESIDUALS

import autograd
from autograd import grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp, vmap

jax = pytest.importorskip("jax", reason="JAX is not installed; it is an extra of its own")
import jax.numpy as jnp  # noqa: E402

pytestmark = pytest.mark.slow


class OfJax:
    """JAX's functions by the names that autograd has."""

    def __getattr__(self, name):
        if name == "erf":
            return jax.scipy.special.erf
        return getattr(jnp, {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}.get(name, name))


@pytest.fixture(autouse=True, scope="module")
def doubles():
    """Let JAX compute with doubles, as autograd does."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def close(found, expected):
    """Whether two structures of numbers agree to twelve digits of the largest."""
    found = numpy.concatenate([numpy.ravel(item) for item in jax.tree.leaves(found)])
    expected = numpy.concatenate([numpy.ravel(item) for item in jax.tree.leaves(expected)])
    assert found.dtype == float
    return numpy.abs(found - expected).max() <= 1e-12 * max(numpy.abs(expected).max(), 1e-300)


def squares(residuals, x, m):
    return sum(each**2 for each in residuals(x, m))


SCALARS = {name: (f, start) for name, (f, start) in FUNCTIONS.items()} | {
    name: (partial(squares, f), start) for name, (f, start, _) in RESIDUALS.items()
}


@pytest.mark.parametrize("name", SCALARS)
def test_derivatives_of_one_number(name):
    f, start = SCALARS[name]
    x = numpy.array(start)
    v = numpy.cos(numpy.arange(len(x)) + 1.0)

    def ours(x):
        return f(x, autograd)

    def theirs(x):
        return f(x, OfJax())

    first = jax.jit(jax.value_and_grad(theirs))(x)
    second = jax.jit(jax.hessian(theirs))(x)
    compiled = autograd.compile(ours)
    for function in (value_and_grad(ours), value_and_grad(compiled), autograd.compile(value_and_grad(ours))):
        assert close(function(x), first)
    for slopes in (grad(compiled), jacfwd(ours), jacrev(ours), jacobian(compiled), lambda x: vjp(ours, x)[1](1.0)[0]):
        assert close(slopes(x), first[1])
    for curvature in (hessian(ours), hessian(compiled), jacfwd(jacrev(ours)), jacrev(jacfwd(ours))):
        assert close(curvature(x), second)
    for each in (ours, compiled):
        assert close(jvp(each, (x,), (v,)), (first[0], first[1] @ v))
        assert close(hvp(each, (x,), (v,)), second @ v)
    batch = numpy.stack([x, x * 1.01])
    assert close(vmap(grad(ours))(batch), jax.jit(jax.vmap(jax.grad(theirs)))(batch))


@pytest.mark.parametrize("name", RESIDUALS)
def test_derivatives_of_several_numbers(name):
    residuals, start, _ = RESIDUALS[name]
    x = numpy.array(start)
    v = numpy.cos(numpy.arange(len(x)) + 1.0)

    def ours(x):
        return residuals(x, autograd)

    value, rows = jax.jit(lambda x: (residuals(x, OfJax()), jax.jacobian(lambda x: residuals(x, OfJax()))(x)))(x)
    rows = numpy.array(rows)
    compiled = autograd.compile(ours)
    for function in (jacobian(ours), jacfwd(ours), jacrev(ours), jacobian(compiled), autograd.compile(jacfwd(ours))):
        assert close(function(x), rows)
    seeds = [float(i % 3 - 1) for i in range(len(value))]
    for each in (ours, compiled):
        assert close(jvp(each, (x,), (v,)), (value, rows @ v))
        found, pull_back = vjp(each, x)
        assert close((found, pull_back(seeds)), (value, seeds @ rows))
