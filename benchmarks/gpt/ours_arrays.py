"""The plain scalar loops, compiled to C; the parameters are one array, written into the program at each pass."""

import autograd
from autograd import Value
from benchmarks.gpt import TARGETS, TOKENS, scalar_loops, weights
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Build the parameters and compile the loss."""
    import numpy

    matrices = {name: [[Value(w) for w in row] for row in rows] for name, rows in weights().items()}
    loss = autograd.compile(
        lambda: scalar_loops.loss(matrices, TOKENS, TARGETS, (autograd.exp, autograd.log, autograd.relu)), backend="c"
    )
    program, inputs = loss.array_program()
    numbers = numpy.array([value.data for value in program.parameters])

    def step() -> list[float]:
        program.load_parameters(numbers)
        program.load_inputs(inputs)
        program.compute()
        program.compute_gradients([1.0])
        return program.results()

    def checked(count: int) -> list[float]:
        return [*step(), float(program.parameter_gradients @ program.parameter_gradients)]

    return checked if exact else lambda count: [step() for _ in range(count)][-1]
