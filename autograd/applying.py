"""Applies operations to operands: what a call such as ``tanh(x)``, ``dot(ws, xs)`` or ``2 * x`` does to make a node.

The generated operators of :mod:`autograd.eager` handle the usual cases themselves and come here for the rest.
"""

from collections.abc import Sequence
from typing import cast

from autograd import eager
from autograd.engine import ONLY_FLOATS, Value, kind_and_numbers
from autograd.errors import ArgumentError, NumberError
from autograd.formulas.operation import Operation
from autograd.modes import GENERATED, current_mode
from autograd.numbers import failure, number_from, shown
from autograd.source import SourceLine


def make(operation: Operation, operands: tuple[object, ...]) -> Value:
    """Return the Value of ``operation`` applied to Values, floats and tuples of both, minding the modes."""
    if GENERATED["any_mode"] and (recorder := current_mode().recorder) is not None:
        return recorder.record(operation, operands)
    kinds, arguments = zip(*map(kind_and_numbers, operation.operands, operands), strict=True)
    return node_of(operation, operands, "".join(kinds), arguments)


def node_of(operation: Operation, operands: tuple[object, ...], pattern: str, arguments: Sequence[object]) -> Value:
    """Return a new node; ``arguments`` are the plain numbers of its operands."""
    node = Value.__new__(Value)
    node.data, node.grad, node.label = value_of(operation, arguments, operands), 0.0, ""
    mode = current_mode() if GENERATED["any_mode"] else None
    if mode is not None and not mode.gradients:
        node._backward = node._left = node._right = None
        return node
    node._backward = eager.chain_rule(operation, pattern)
    if len(operands) > 2:
        node._left, node._right = operands, None
    else:
        node._left, node._right = operands[0], operands[1] if len(operands) == 2 else None
    if mode is not None and mode.source_lines:
        node.__dict__["_source_line"] = SourceLine.of_caller()
    return node


def value_of(operation: Operation, arguments: Sequence[object], operands: tuple[object, ...]) -> float:
    """Return the finite value of ``operation`` at plain numbers; ``operands`` are named if there is none."""
    try:
        out = eager.float_function(operation)(*arguments)
        if out - out == 0.0:
            return float(out)
        raise OverflowError
    except (ValueError, ArithmeticError, TypeError) as error:
        raise failure(error, operation, operands) from None


def mixed(operation: Operation, left: object, right: object) -> object:
    """Apply a binary operation where one side is neither a plain Value nor a float or an int.

    Returns NotImplemented for types that may know better, such as a user's own matrix class.
    """
    other = right if isinstance(left, Value) else left
    if not isinstance(other, Value) and bool(getattr(other, "ndim", 0)):
        return elementwise(operation, left, right)
    try:
        return make(operation, (operand(left), operand(right)))
    except NumberError:
        if other is None or isinstance(other, str | bytes | list | tuple | dict | set | complex):
            raise
        return NotImplemented


def operand(item: object) -> "Value | float":
    """Return ``item`` as an operand: a Value as it is, a number as a float."""
    return item if isinstance(item, Value) else number_from(item)


def elementwise(operation: Operation, left: object, right: object) -> object:
    """Apply a binary operation between a Value and each element of a NumPy array."""
    import numpy

    function = numpy.frompyfunc(lambda x, y: make(operation, (operand(x), operand(y))), 2, 1)
    sides = [numpy.array(side, dtype=object) if isinstance(side, Value) else side for side in (left, right)]
    return function(*sides)


def apply(operation: Operation, operands: tuple[object, ...]) -> Value | float:
    """Apply an operation as users call it: to Values, numbers and sequences of both, in any mixture."""
    first = operands[0]
    if first.__class__ is Value and len(operands) == 1:
        method = eager.METHODS.get(operation)  # the generated method is the fastest way
        if method is not None:
            return method(first)
    if operation.is_nary:
        quick = eager.QUICK.get(operation)
        node = quick(*operands) if quick is not None else None
        if node is not None:
            return node
        operands = tuple([elements(operation, *pair) for pair in enumerate(operands)])
        if len(operands) == 2 and operands[0].__class__ is operands[1].__class__ is tuple:
            check_lengths(operation, *cast("tuple[tuple[object, ...], tuple[object, ...]]", operands))
    try:
        return attempt(operation, operands)
    except NumberError:  # something in the operands has to be converted first, or is no number at all
        converted = [
            tuple(map(operand, cast("tuple[object, ...]", item))) if item.__class__ is tuple else operand(item)
            for item in operands
        ]
    return attempt(operation, tuple(converted))


def attempt(operation: Operation, operands: tuple[object, ...]) -> Value | float:
    """Apply an operation to operands that most likely are Values and floats already."""
    if GENERATED["any_mode"] and current_mode().recorder is not None:
        operands = tuple(map(operands_only, operands))
        if any(map(holds_value, operands)):
            return make(operation, operands)
    pattern, arguments = "", []
    for kind, numbers in map(kind_and_numbers, operation.operands, operands):  # quicker than a strict zip
        pattern += kind
        arguments.append(numbers)
    if "V" in pattern or "M" in pattern:
        return node_of(operation, operands, pattern, arguments)
    return value_of(operation, arguments, operands)


def operands_only(item: object) -> object:
    """Return an operand with every number in it made a float; a tuple that needs nothing is not copied."""
    if item.__class__ is not tuple:
        return operand(item)
    items = cast("tuple[object, ...]", item)
    if all(kind is float or issubclass(kind, Value) for kind in set(map(type, items))):
        return item
    return tuple(map(operand, items))


def holds_value(operand: object) -> bool:
    """Whether an operand is a Value or a sequence with a Value in it."""
    if operand.__class__ is tuple:
        return not ONLY_FLOATS.issuperset(map(type, cast("tuple[object, ...]", operand)))
    return operand.__class__ is not float


def elements(operation: Operation, position: int, items: object) -> object:
    """Return a sequence operand as a tuple, without copying a tuple, and any other operand as it is."""
    if not operation.sequences[position]:
        return items
    if items.__class__ is not tuple:
        try:
            items = tuple(items)  # type: ignore[arg-type]  # what is not iterable is reported here
        except TypeError:
            raise NumberError(
                f"{operation.name} takes a sequence, such as {operation.name}([a, b]); got {shown(items)}."
            ) from None
    if not items and operation.name != "sum":
        raise ArgumentError(f"{operation.name} of an empty sequence is not defined; give at least one number.")
    return items


def check_lengths(operation: Operation, xs: tuple[object, ...], ys: tuple[object, ...]) -> None:
    """Raise an error unless two sequences are equally long."""
    if len(xs) != len(ys):
        raise ArgumentError(
            f"{operation.name} takes two sequences of the same length; got {len(xs)} and {len(ys)} numbers."
        )


Operation.apply = apply
eager.install(Value, {"make": make, "mixed": mixed, "failure": failure})
