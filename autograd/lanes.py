"""Quick ways to apply a row of the formula table to plain operands; each is made when it is first used."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from autograd import modes
from autograd.engine import Value, apply, binary, new, rule, unary
from autograd.errors import NumberError
from autograd.formulas.operation import NO_VALUE, Operation, SupportsApply
from autograd.formulas.summation import add_up
from autograd.numbers import Number
from autograd.scalar import numbers_in


def pair(operation: Operation) -> "Callable[[Value, Value | Number], Value]":
    """Return a quick way to apply an operation to a Value and a second number, as in ``maximum(x, 0.5)``."""
    return binary(operation, otherwise=lambda operation, *operands: apply(operation, operands))


def pairing(operation: Operation) -> "Callable[..., Value]":
    """Return a quick way to apply an operation to two lists or tuples, each all Values or all floats."""
    compute, rules = operation.on_floats, {kinds: rule(operation, kinds) for kinds in ("VV", "VL", "LV")}
    is_dot = operation.sums_products

    def function(xs: "Sequence[Value | float]", ys: "Sequence[Value | float]") -> "Value":
        if is_dot and xs[0].__class__ is Value is ys[0].__class__:  # without a list of each one's numbers
            kinds = "VV"
            pairs = zip(xs, ys)  # noqa: B905  # the lengths are compared below
            out = add_up([x.data * y.data for x, y in pairs])  # type: ignore[union-attr]  # Values, too, or this fails
        else:
            (of_xs, x), (of_ys, y) = numbers_in(xs), numbers_in(ys)
            out, kinds = compute(x, y), of_xs + of_ys
        if len(xs) != len(ys) or out.__class__ is not float or out - out != 0.0:
            raise NumberError
        node = new(Value)
        node.data, node.grad, node.label = out, 0.0, ""
        node._rule, node._left, node._right = rules[kinds], tuple(xs), tuple(ys)
        return node

    return function


def lane(
    operation: Operation, function: "Callable[..., Value]"
) -> "Callable[[Sequence[Value | float], Sequence[Value | float]], SupportsApply]":
    """Return a direct way to a function of two sequences that takes those which begin with a Value."""

    def of_sequences(xs: "Sequence[Value | float]", ys: "Sequence[Value | float]") -> SupportsApply:
        if xs and xs[0].__class__ is Value and not modes.blocks_open:
            try:
                return function(xs, ys)
            except (AttributeError, LookupError, *NO_VALUE):
                pass  # something has to be looked at more closely
        return cast("SupportsApply", operation.of_any((xs, ys)))

    return of_sequences


@cache
def quick(operation: Operation) -> "Callable[..., Value] | None":
    """Return a quick way to apply an operation to plain operands, if there is one; made when it is first used."""
    if operation.sequences == (True, True):
        function = pairing(operation)
        operation.pair_lanes[tuple] = operation.pair_lanes[list] = lane(operation, function)
        return function
    if operation.sequences == (False, False) and "index" not in operation.operands:
        operation.pair_lanes[Value] = pair(operation)  # for Values only: other classes may have a ``data``, too
    if operation.operands != ("x",):
        return None
    operation.lanes[Value] = function = unary(operation)
    return function


Value._quick = staticmethod(quick)
