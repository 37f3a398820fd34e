"""Carries out a traced computation on Values again, one operation at a time, where a program is not enough.

A program gives numbers. Derivatives that can be differentiated again need a graph, and so does the error of the one
operation that has no derivative. Unlike calling the function itself, this draws nothing anew and reports nothing.
"""

from collections.abc import Mapping

from autograd.engine import Value, number_of
from autograd.formulas.floats import position
from autograd.formulas.operation import Operation
from autograd.program.trace import Argument, Trace

Number = Value | float


def reapply(trace: Trace, leaves: Mapping[int, Number]) -> list[Number]:
    """Return the outputs of a trace.

    Args:
        trace: the computation.
        leaves: a Value or a number for each leaf, by its node number.

    Raises:
        DomainError, DivisionByZeroError, NumberOverflowError: an operation has no finite value.
    """
    numbers: list[Number] = [leaves[leaf] for leaf in range(len(trace.leaves))]

    def operand(argument: Argument) -> "Number | tuple[Number, ...]":
        return tuple([numbers[item] for item in argument]) if isinstance(argument, tuple) else numbers[argument]

    for operation, arguments in zip(trace.operations, trace.arguments, strict=True):
        operands = [operand(argument) for argument in arguments]
        if operation.operands[-1] == "index":
            xs, index = operands
            operands = [xs, float(position(number_of(index), len(xs)))]  # type: ignore[arg-type]
        numbers.append(Operation.apply(operation, tuple(operands)))
    return [numbers[output] for output in trace.outputs]
