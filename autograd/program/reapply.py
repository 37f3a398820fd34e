"""Carries out a recorded computation on Values again, one operation at a time, where a program is not enough.

A program gives numbers. Derivatives that can be differentiated again need a graph, and so does a number that the
program's own order of operations misses (a sum that overflows before it is divided), and the error of the one operation
that has no value. Unlike calling the function itself, this draws nothing anew and reports nothing.
"""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import cast

from autograd.engine import Value
from autograd.formulas.operation import Operation
from autograd.graph import Operand
from autograd.program.record import Recording
from autograd.program.tracing import within
from autograd.scalar import number_of


def reapply(recording: Recording, given: Mapping[Value, Operand]) -> tuple[list[Operand], list[list[Operand]]]:
    """Return the outputs of a recording, and what it observes, as the engine computes them from other leaves.

    Args:
        recording: the computation.
        given: a Value or a number for each leaf: inputs, drawn numbers, and Values from outside.

    Raises:
        DomainError, DivisionByZeroError, NumberOverflowError: an operation has no finite value.
    """
    numbers = dict(given)
    observed = [values for values, _ in recording.observed]
    roots = [item for item in chain(recording.outputs, *observed) if isinstance(item, Value)]

    for node in within(roots)[0]:
        operation = cast("Operation", node.operation)
        operands = [known(operand, numbers) for operand in node.operands]
        if operation.operands[-1] == "index":
            *others, index = operands
            operands = [*others, number_of(cast("Operand", index))]
        numbers[node] = cast("Callable[..., Operand]", operation)(*operands)
    each = ([cast("Operand", known(item, numbers)) for item in values] for values in (recording.outputs, *observed))
    return next(each), list(each)


def known(item: object, numbers: Mapping[Value, Operand]) -> "Operand | tuple[Operand, ...]":
    """Return what stands for a Value, the same for each in a tuple, and a number as it is."""
    if item.__class__ is tuple:
        return tuple([cast("Operand", known(each, numbers)) for each in cast("tuple[object, ...]", item)])
    return numbers[item] if isinstance(item, Value) else cast("float", item)
