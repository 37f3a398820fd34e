"""Functions of formulas that NumPy lacks, for whole arrays: a sequence operand is the last axis of its array."""

import math
from collections.abc import Callable
from typing import cast

import numpy
from numpy.typing import NDArray

from autograd.formulas import floats, special

Array = NDArray[numpy.float64]


def softmax(xs: Array) -> Array:
    """Return ``exp(xs) / sum(exp(xs))`` along the last axis, shifted by the largest."""
    exponentials = numpy.exp(xs - xs.max(axis=-1, keepdims=True))
    return cast("Array", exponentials / exponentials.sum(axis=-1, keepdims=True))


def logsumexp(xs: Array) -> Array:
    """Return ``log(sum(exp(xs)))`` along the last axis, exact also where one term outweighs the others."""
    largest = xs.max(axis=-1, keepdims=True)
    exponentials = numpy.exp(xs - largest, order="C")
    rows = exponentials.reshape(-1, xs.shape[-1])  # a view; put_along_axis takes ten times as long
    rows[numpy.arange(len(rows)), xs.argmax(axis=-1).reshape(-1)] = 0.0
    return cast("Array", largest[..., 0] + numpy.log1p(exponentials.sum(axis=-1)))


def shares(xs: Array, out: Array) -> Array:
    """Return 1 for the terms equal to ``out``, split evenly where several are, and 0 for the rest."""
    equal = xs == out[..., None]
    if numpy.count_nonzero(equal) == out.size:  # no ties, as nearly always: what is true multiplies as 1
        return cast("Array", equal)
    return cast("Array", equal / equal.sum(axis=-1, keepdims=True))


def products_of_others(xs: Array) -> Array:
    """Return for each term the product of all the others."""
    ones = numpy.ones_like(xs[..., :1])
    before = numpy.concatenate([ones, numpy.cumprod(xs[..., :-1], axis=-1)], axis=-1)
    after = numpy.concatenate([numpy.cumprod(xs[..., :0:-1], axis=-1)[..., ::-1], ones], axis=-1)
    products: Array = before * after
    for row in vanished(numpy.minimum(abs(before), abs(after)).min(axis=-1), xs):
        products[row] = floats.products_of_others(xs[row].tolist())
    return products


def prod(xs: Array, axis: int = -1) -> Array:
    """Return the product along the last axis, also where an intermediate result is too small for a float."""
    product: Array = numpy.asarray(numpy.multiply.reduce(xs, axis=axis))
    for row in vanished(product, xs):
        product[row] = floats.prod(xs[row].tolist())
    return product


def vanished(products: Array, xs: Array) -> list[tuple[int, ...]]:
    """Return the positions of rows whose products have lost digits near 0 although no term is 0."""
    lost = abs(products) < numpy.finfo(products.dtype).tiny
    return list(map(tuple, numpy.argwhere(lost & (xs != 0.0).all(axis=-1)).tolist())) if lost.any() else []


def take_along(xs: Array, index: Array) -> Array:
    """Return the term at each row's position; raises FloatingPointError if there is no such position."""
    positions = numpy.asarray(index).astype(numpy.intp)
    if ((positions != index) | (positions < 0) | (positions >= xs.shape[-1])).any():
        raise FloatingPointError("an index is not a position")
    if xs.ndim == 2 and positions.ndim == 1:  # take_along_axis takes five times as long for small rows
        return xs[numpy.arange(len(xs)), positions]
    return numpy.take_along_axis(xs, positions[..., None], axis=-1)[..., 0]


def erf(x: Array) -> Array:
    """Return the error function of every element."""
    return elementwise(math.erf, x)


def erfc(x: Array) -> Array:
    """Return the complementary error function of every element."""
    return elementwise(math.erfc, x)


def lgamma(x: Array) -> Array:
    """Return the logarithm of the absolute value of the gamma function of every element."""
    return elementwise(special.lgamma, x)


def digamma(x: Array) -> Array:
    """Return the derivative of ``lgamma`` at every element."""
    return elementwise(special.digamma, x)


def polygamma(x: Array, index: Array) -> Array:
    """Return what ``digamma``, differentiated ``index`` times, is at every element."""
    array = as_floats(x)
    return cast("Array", numpy.vectorize(special.polygamma, otypes=[array.dtype])(array, index))


def norm(xs: Array) -> Array:
    """Return the root of the sum of squares along the last axis, also where squares leave the range of floats."""
    scale = numpy.clip(numpy.abs(xs).max(axis=-1), numpy.finfo(xs.dtype).tiny, numpy.finfo(xs.dtype).max / 1e8)
    return cast("Array", scale * numpy.sqrt(numpy.square(xs / scale[..., None]).sum(axis=-1)))


def ordered(xs: Array) -> Array:
    """Return the elements along the last axis in increasing order."""
    return numpy.sort(xs, axis=-1)


def elementwise(function: object, x: Array) -> Array:
    """Apply a function of floats to every element; NumPy has no such function of its own."""
    array = as_floats(x)
    return numpy.array([function(number) for number in array.ravel().tolist()], dtype=array.dtype).reshape(array.shape)  # type: ignore[operator]  # a function of one number


def as_floats(x: object) -> Array:
    """Return numbers as an array; whole numbers become floats, and floats keep their size."""
    array = numpy.asarray(x)
    return array if array.dtype.kind == "f" else array.astype(float)


def sech_squared(x: Array) -> Array:
    """Return ``1 / cosh(x) ** 2``, which every tanh asks for, with one exponential."""
    small = numpy.exp(-2 * numpy.abs(x))
    return cast("Array", 4 * small / (1 + small) ** 2)


KERNELS: dict[str, Callable[..., object]] = {
    f.__name__: f for f in (softmax, logsumexp, shares, prod, products_of_others, take_along, erf, erfc, sech_squared)
} | {f.__name__: f for f in (lgamma, digamma, polygamma, norm, ordered)}
"""The functions in formulas that NumPy lacks, by name."""
