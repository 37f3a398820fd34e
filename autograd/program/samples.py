"""Computes single samples of a batch as the engine does, where the arrays of a whole batch have no finite number.

Arrays add and multiply in one order. A sum whose partial sum is too large for a float is infinite there, though the
engine finds it; and of an operation without a value they say neither which one it is nor why.
"""

from typing import Any

import numpy

from autograd.engine import Value
from autograd.errors import AutogradError, DomainError
from autograd.modes import switched
from autograd.program.reapply import reapply
from autograd.program.record import Recording
from autograd.program.trace import Trace
from autograd.scalar import number_of

Batches = list[Any]
"""Arrays over the samples, and numbers that are the same for all."""


def completed(
    name: str, recording: Recording, trace: Trace, leaves: Batches, results: tuple[Batches, ...]
) -> tuple[Batches, ...]:
    """Return the results of a batch, in which what is not finite is computed anew.

    Args:
        name: what to call the function in the error.
        recording: the computation.
        trace: the same in numbers.
        leaves: the numbers of all parameters, then of all inputs.
        results: the outputs, the numbers that an operation could hide and, if they were asked for, the gradients of
            the one output with respect to the inputs and the parameters.

    Raises:
        DomainError: an operation has no finite value for some sample.
    """
    items = [item for row in results for item in row]
    if all(numpy.isfinite(numpy.asarray(item, dtype=float)).all() for item in items):
        return results
    shape = numpy.broadcast_shapes(*map(numpy.shape, [*leaves, *items]))
    arrays = [[numpy.array(numpy.broadcast_to(item, shape), dtype=float) for item in row] for row in results]
    samples = [numpy.broadcast_to(item, shape) for item in leaves]
    finite = numpy.logical_and.reduce([numpy.isfinite(array) for row in arrays for array in row])
    nodes, count = [*trace.parameter_values, *recording.inputs], len(trace.parameter_values)
    for place in map(tuple, numpy.argwhere(~finite).tolist()):
        values = [Value(float(sample[place])) for sample in samples]
        try:
            with switched(recorder=None, gradients=True):
                outputs, _ = reapply(recording, dict(zip(nodes, values, strict=True)))
                if len(results) == 3 and isinstance(outputs[0], Value):
                    outputs[0].backward()
        except AutogradError as error:
            where = f", at position {', '.join(map(str, place))}" if place else ""
            raise DomainError(f"{name} has no finite value for some numbers of the batch{where}: {error}") from None
        slopes = [x.grad for x in (*values[count:], *values[:count])]
        found = list(map(number_of, outputs)), [0.0] * len(results[1]), slopes
        for row, numbers in zip(arrays, found, strict=False):  # gradients only if they were asked for
            for array, number in zip(row, numbers, strict=True):
                array[place] = number
    return tuple(arrays)
