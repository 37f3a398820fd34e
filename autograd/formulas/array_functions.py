"""What the formula table's functions of whole sequences mean for NumPy arrays, along the last axis."""

import math
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.float64]


def softmax(xs: "Array") -> "Array":
    """Return ``exp(xs) / sum(exp(xs))`` along the last axis, shifted by the largest."""
    import numpy

    exponentials = numpy.exp(xs - xs.max(axis=-1, keepdims=True))
    return cast("Array", exponentials / exponentials.sum(axis=-1, keepdims=True))


def logsumexp(xs: "Array") -> "Array":
    """Return ``log(sum(exp(xs)))`` along the last axis, exact also where one term outweighs the others."""
    import numpy

    largest = xs.max(axis=-1, keepdims=True)
    exponentials = numpy.exp(xs - largest)
    numpy.put_along_axis(exponentials, xs.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    return cast("Array", largest[..., 0] + numpy.log1p(exponentials.sum(axis=-1)))


def shares(xs: "Array", out: "Array") -> "Array":
    """Return 1 for the terms equal to ``out``, split evenly where several are, and 0 for the rest."""
    equal = xs == out[..., None]
    share: Array = equal / equal.sum(axis=-1, keepdims=True)
    return share


def products_of_others(xs: "Array") -> "Array":
    """Return for each term the product of all the others."""
    import numpy

    ones = numpy.ones_like(xs[..., :1])
    before = numpy.concatenate([ones, numpy.cumprod(xs[..., :-1], axis=-1)], axis=-1)
    after = numpy.concatenate([numpy.cumprod(xs[..., :0:-1], axis=-1)[..., ::-1], ones], axis=-1)
    return cast("Array", before * after)


def take_along(xs: "Array", index: "Array") -> "Array":
    """Return the term at each row's position; raises FloatingPointError if there is no such position."""
    import numpy

    positions = numpy.asarray(index).astype(numpy.intp)
    if (positions != index).any() or (positions < 0).any() or (positions >= xs.shape[-1]).any():
        raise FloatingPointError("an index is not a position")
    return numpy.take_along_axis(xs, positions[..., None], axis=-1)[..., 0]


def erf(x: "Array") -> "Array":
    """Return the error function of every element."""
    return elementwise(math.erf, x)


def erfc(x: "Array") -> "Array":
    """Return the complementary error function of every element."""
    return elementwise(math.erfc, x)


def elementwise(function: object, x: "Array") -> "Array":
    """Apply a function of floats to every element; NumPy has no such function of its own."""
    import numpy

    array = numpy.asarray(x)
    return numpy.array([function(number) for number in array.ravel().tolist()], dtype=array.dtype).reshape(array.shape)  # type: ignore[operator]


KERNELS = {f.__name__: f for f in (softmax, logsumexp, shares, products_of_others, take_along, erf, erfc)}
