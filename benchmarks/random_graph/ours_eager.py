"""The graph built and differentiated on Values at each pass."""

import autograd
from autograd import Value
from autograd.program.programs import Backend
from benchmarks.random_graph import inputs, output
from benchmarks.workload import Run

FUNCTIONS = {name: getattr(autograd, name) for name in ("tanh", "sin", "exp", "sqrt")}


def prepare(exact: bool, compiled: Backend | None = None) -> Run:
    """Build the inputs, and compile the function if asked to."""
    values = [Value(number) for number in inputs()]

    def f() -> Value:
        return output(values, FUNCTIONS)

    if compiled:
        f = autograd.compile(f, backend=compiled)

    def run(count: int) -> list[float]:
        for _ in range(count):
            autograd.zero_grad(values)
            total = f()
            total.backward()
        return [total.data, *[value.grad for value in values]]

    return run
