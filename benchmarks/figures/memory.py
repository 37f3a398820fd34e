"""Bytes that one operation keeps, counted by ``tracemalloc``."""

from benchmarks.figures import Figures, measured_in_a_process
from benchmarks.workload import Bar

TITLE = "Bytes per operation: y = y * x + x, counted by tracemalloc"
BARS = [Bar("ours", at_most=200)]

CODE = """
import json, tracemalloc
from {module} import Value
x = Value(1.0)
y = x * x
y.backward()
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
for _ in range(10_000):
    y = y * x + x
print(json.dumps({{"bytes": (tracemalloc.get_traced_memory()[0] - before) / 20_000}}), flush=True)
import os; os._exit(0)  # freeing so deep a graph overflows the stack in one of the contestants
"""


def measure(rounds: int) -> Figures:
    """Measure ours, and micrograd if it is installed; the number is the same each time."""
    figures = {"ours": ([measured_in_a_process(CODE.format(module="autograd"))["bytes"]], "bytes")}
    try:
        import micrograd  # noqa: F401  # only whether it is there
    except ImportError:
        return figures
    other = measured_in_a_process(CODE.format(module="micrograd.engine"))
    return {**figures, "micrograd": ([other["bytes"]], "bytes")}
