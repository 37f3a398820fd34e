"""What NumPy's functions do with Values: ``numpy.sin(value)`` is ``autograd.sin(value)``, element by element in arrays.

NumPy asks here whenever a Value stands among the arguments of one of its functions. In an array of Values NumPy does
not ask: it calls the methods of its elements by name, such as ``value.arctan2(other)``.
"""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, cast

from autograd.advice import refuse_masked
from autograd.errors import NumberError
from autograd.formulas.operation import OPERATIONS
from autograd.numbers import plain_number

Function = Callable[..., object]

RENAMED = {
    **{"subtract": "sub", "multiply": "mul", "divide": "div", "power": "pow", "float_power": "pow"},
    **{"negative": "neg", "positive": "identity", "conjugate": "identity", "absolute": "abs", "fabs": "abs"},
    **{"rint": "round", "round": "round", "fix": "trunc", "fmax": "maximum", "fmin": "minimum", "clip": "clamp"},
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "tan2", "sinh", "cosh", "tanh")},
}
"""The rows of NumPy's functions that have another name here."""
COMPOSED: dict[str, Function] = {
    **{f.__name__: f for f in (operator.eq, operator.ne)},
    **{"equal": operator.eq, "not_equal": operator.ne, "less": operator.lt, "less_equal": operator.le},
    **{"greater": operator.gt, "greater_equal": operator.ge, "square": lambda x: x * x, "reciprocal": lambda x: 1 / x},
    **dict.fromkeys(("radians", "deg2rad"), lambda x: x * (math.pi / 180)),
    **dict.fromkeys(("degrees", "rad2deg"), lambda x: x * (180 / math.pi)),
    **{f"is{name}": lambda x, test=f: test(plain_number(x)) for name, f in
       {"nan": math.isnan, "inf": math.isinf, "finite": math.isfinite}.items()},
}  # fmt: skip
"""Functions of NumPy that are no row, on single numbers."""


def counterpart(name: str) -> Function | None:
    """Return what one of NumPy's elementwise functions is on single numbers."""
    row = OPERATIONS.get(RENAMED.get(name, name))
    return COMPOSED.get(name) or (None if row is None or row.is_nary else row)


def elementwise(function: Function, *operands: object) -> object:
    """Apply a function of single numbers to each element of arrays, which may have different shapes, as in NumPy."""
    if not any(getattr(item, "ndim", isinstance(item, list | tuple)) for item in operands):
        return function(*[cast("Any", item).item() if hasattr(item, "ndim") else item for item in operands])
    import numpy

    arrays = [as_array(item) for item in operands]
    result = numpy.frompyfunc(function, len(arrays), 1)(*arrays)
    return result.astype(bool) if {*map(type, result.flat)} <= {bool} and result.size else result


def as_array(item: object) -> Any:  # an array of any kind
    """Return a Value as an array of no dimensions, and anything else as NumPy does."""
    import numpy

    if not hasattr(item, "_apply"):
        refuse_masked(item)
        return numpy.asarray(item)
    array = numpy.empty((), dtype=object)
    array[()] = item
    return array


def of_ufunc(ufunc: Any, method: str, inputs: tuple[object, ...], keywords: Mapping[str, object]) -> object:
    """Return what one of NumPy's universal functions gives where a Value is among the inputs.

    Raises:
        NumberError: there is no such operation here, or the result should go where a Value does not fit.
    """
    function = counterpart(ufunc.__name__)
    keywords = dict(keywords)
    targets = cast("tuple[Any, ...]", keywords.pop("out", (None,)))
    if function is None or method != "__call__" or keywords:
        more = "" if method == "__call__" else f".{method}"
        raise no_counterpart(ufunc.__name__ + more + (f"(..., {', '.join(keywords)}=...)" if keywords else ""))
    result = elementwise(function, *inputs)
    if targets[0] is None:
        return result
    if targets[0].dtype != object:
        raise NumberError(
            f"An array of {targets[0].dtype} holds no Values, so the gradient would be lost. Write "
            "array = array * value instead of array *= value, which puts the result into the old array."
        )
    targets[0][...] = result
    return targets[0]


def of_function(function: Any, arguments: tuple[object, ...], keywords: Mapping[str, object]) -> object:
    """Return what another of NumPy's functions gives where a Value is among its arguments.

    NumPy computes it itself, with an array of no dimensions in the place of each Value, unless a row does it better.

    Raises:
        NumberError: NumPy cannot do it with Values.
    """
    name = function.__name__
    row = counterpart(name) if not keywords and name in {"clip", "sinc", "round", "around", "fix"} else None
    if row is not None:
        return elementwise(row, *arguments)
    try:
        named = {key: with_arrays(item) for key, item in keywords.items()}
        result = function(*[with_arrays(item) for item in arguments], **named)
    except (TypeError, AttributeError) as error:
        if isinstance(error, NumberError):
            raise
        raise no_counterpart(name) from error
    return result[()] if getattr(result, "shape", None) == () else result


def with_arrays(item: object) -> object:
    """Return an argument with an array of no dimensions in the place of each Value."""
    if isinstance(item, list | tuple):
        return type(item)(map(with_arrays, item))
    return as_array(item) if hasattr(item, "_apply") else item


def no_counterpart(name: str) -> NumberError:
    """Return the error for one of NumPy's functions that does not work on Values."""
    return NumberError(
        f"numpy.{name} does not work on Values. Use the operations of autograd (dir(autograd) lists them), give "
        "value.data where no gradient is needed, or define your own with autograd.define_operation."
    )
