"""``failure``: the error for an operation that has no finite value, or no finite derivative, at some numbers."""

import math
from numbers import Real
from typing import cast

from autograd.errors import (
    ArgumentError,
    AutogradError,
    DivisionByZeroError,
    DomainError,
    NumberError,
    NumberOverflowError,
)
from autograd.formulas.row import Row
from autograd.numbers import named, plain_number
from autograd.source import SourceLine


def failure(
    error: Exception,
    operation: Row,
    operands: tuple[object, ...],
    at: SourceLine | None = None,
    *,
    slope: bool = False,
) -> AutogradError:
    """Return the error for an operation that has no finite value, or whose local derivative has none.

    Args:
        error: what Python raised; an ``OverflowError`` also when the result came out infinite.
        operation: the row of the table.
        operands: the Values, floats and tuples it was applied to.
        at: where the operation was carried out; by default the line of the user's program that is being executed.
        slope: whether its local derivative failed, rather than its value.
    """
    where = at if slope else SourceLine.of_caller()
    values = ", ".join(named(n, o) for n, o in zip(operation.operands, operands, strict=True))
    what = f"The derivative of {operation.call}" if slope else operation.call
    hint = f" Here {operation.domain}." if operation.domain else ""
    line = f" At {where}" if where else ""
    numbers = [plain_number(item) for slot in operands for item in (slot if isinstance(slot, tuple) else (slot,))]
    if isinstance(error, TypeError) or not all(isinstance(number, Real) for number in numbers):
        return NumberError(
            f"{what} met something that is not a number: {values}. Assign only numbers to .data and .grad; "
            f"to forget a gradient write value.grad = 0.0.{line}"
        )
    if not all(math.isfinite(cast("float", number)) for number in numbers):
        return ArgumentError(
            f"{what} met a number that is not finite: {values}. Check where it comes from: a nan usually marks "
            f"missing data, and for a very large number 1e300 will do.{line}"
        )
    if isinstance(error, ZeroDivisionError):
        return DivisionByZeroError(f"{what} divides by zero at {values}.{hint}{line}")
    if isinstance(error, OverflowError):
        hint += " Scale the operands down, or work with logarithms (log_softmax, logsumexp)."
        return NumberOverflowError(f"{what} is too large for a float at {values}.{hint}{line}")
    return DomainError(f"{what} is not defined at {values}.{hint}{line}")
