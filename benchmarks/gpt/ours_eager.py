"""The plain scalar loops on Values."""

import autograd
from autograd import Value
from autograd.program.programs import Backend
from benchmarks.gpt import TARGETS, TOKENS, scalar_loops, weights
from benchmarks.workload import Run


def prepare(exact: bool, compiled: Backend | None = None) -> Run:
    """Build the parameters, and compile the loss if asked to."""
    matrices = {name: [[Value(w) for w in row] for row in rows] for name, rows in weights().items()}
    parameters = [w for rows in matrices.values() for row in rows for w in row]

    def loss() -> Value:
        return scalar_loops.loss(matrices, TOKENS, TARGETS, (autograd.exp, autograd.log, autograd.relu))

    if compiled:
        loss = autograd.compile(loss, backend=compiled)

    def step() -> list[float]:
        total = loss()
        total.backward()  # gradients add up from pass to pass: zeroing them belongs to an update, which is not measured
        return [total.data]

    def checked(count: int) -> list[float]:
        autograd.zero_grad(parameters)
        return [*step(), sum(p.grad * p.grad for p in parameters)]

    return checked if exact else lambda count: [step() for _ in range(count)][-1]
