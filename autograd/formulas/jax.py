"""JAX: what exported programs call there, and how its arrays are made.

Rules are of the kind ``jax.custom_jvp``, from which JAX derives reverse mode: ``grad``, ``jacrev``, ``jvp``,
``jacfwd``, ``hessian``, ``vmap`` and ``jit`` all follow the table, to any order. A ``custom_vjp``
would have no forward mode, and so no ``jax.hessian``. A rule has to be linear in its tangents, and a test for 0 is
not; so the product of slope and tangent is a primitive of its own, whose transpose passes nothing on where nothing
flows in. Forward mode takes 0 times infinity for 0.
"""

from importlib import import_module

from autograd.formulas.foreign import SHARED, ForeignLibrary

HEADER = '''"""{title}, as a JAX function; works with jit, grad, hessian, vmap and sharding."""

import inspect

import jax
import jax.numpy as xp
import numpy
from jax.custom_derivatives import SymbolicZero
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

array, choose = xp.array, xp.where
fixed = numpy.array  # becomes an array of JAX where it is used, with as many digits as the numbers beside it


def product(x, y, forward):
    nothing = (x == 0) | (y == 0) if forward else y == 0
    return xp.where(nothing, 0, x * y)


def product_of_batches(operands, axes, forward):
    operands = [x if axis is None else xp.moveaxis(x, axis, 0) for x, axis in zip(operands, axes)]
    return bilinear(*operands, forward=forward), 0


def bilinear(x, y, forward):
    kind = xp.result_type(x, y)
    return product_p.bind(*xp.broadcast_arrays(xp.asarray(x, kind), xp.asarray(y, kind)), forward=forward)


def pushed(slope, tangent):
    """Return slope * tangent in forward mode; its transpose is ``passed``."""
    return bilinear(slope, tangent, forward=True)


def passed(slope, incoming):
    """Return slope * incoming in reverse mode: where nothing flows in, nothing is passed on."""
    return bilinear(slope, incoming, forward=False)


product_p = Primitive("product")
product_p.def_impl(jax.jit(product, static_argnames="forward"))
product_p.def_abstract_eval(lambda x, y, forward: x)
ad.defbilinear(
    product_p, lambda incoming, x, y, forward: passed(y, incoming), lambda incoming, x, y, forward: passed(x, incoming)
)
batching.primitive_batchers[product_p] = product_of_batches
mlir.register_lowering(product_p, mlir.lower_fun(product, multiple_results=False))


def rule(value, **slopes):
    """Return the function of a row of the table: its value, and the local derivatives with respect to its operands."""
    names = list(inspect.signature(value).parameters)
    function = jax.custom_jvp(value)

    def derivative(operands, tangents):
        out = function(*operands)
        total = xp.zeros_like(out)
        for name, tangent in zip(names, tangents):
            if name in slopes and not isinstance(tangent, SymbolicZero):
                part = pushed(slopes[name](*operands, out), tangent)
                total = total + (part.sum(-1) if name.endswith("s") else part)
        return out, total.astype(out.dtype)

    function.defjvp(derivative, symbolic_zeros=True)
    return function


def if_finite(chosen, *compared):
    """Return what was chosen, or what was looked at for it and is not finite: the choice would hide it."""
    for x in compared:
        chosen = choose(xp.isfinite(x), chosen, x)
    return chosen


def take_along(xs, index):
    index = index.astype(int)[..., None]
    shape = xp.broadcast_shapes(xs.shape[:-1], index.shape[:-1])
    xs, index = xp.broadcast_to(xs, (*shape, xs.shape[-1])), xp.broadcast_to(index, (*shape, 1))
    return xp.take_along_axis(xs, index, axis=-1)[..., 0]


def plain_softmax(xs):
    return jax.nn.softmax(xs, axis=-1)


def plain_ordered(xs):
    return xp.sort(xs, -1)


amax, log_gamma = xp.max, jax.scipy.special.gammaln


def plain_prod(xs):
    product, exponent = product_and_exponent(xs)
    half = exponent // 2
    return xp.ldexp(xp.ldexp(product, half), exponent - half)
'''
SPELLINGS = {"erf": "jax.scipy.special.erf", "erfc": "jax.scipy.special.erfc", "lgamma": "jax.scipy.special.gammaln"}
SPELLINGS |= {"digamma": "jax.scipy.special.digamma", "polygamma": "plain_polygamma"}


def asarray(numbers: object) -> object:
    """Return numbers as an array of floats."""
    return import_module("jax.numpy").asarray(numbers, dtype=float)


BARRIER = "jax.lax.optimization_barrier"
"""Keeps 1 - p + 1e-44 from becoming 1 - p: a compiler would add the constants first."""
JAX = ForeignLibrary("jax.numpy", HEADER + SHARED, SPELLINGS, asarray, BARRIER)
