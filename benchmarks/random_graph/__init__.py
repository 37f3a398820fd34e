"""A random graph of 10,000 nodes in which nothing repeats: what compiling is worth without rows or matrices."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.workload import Bar, Workload

WORKLOAD = Workload(
    title="Random graph: 10,000 operations of nine kinds on 20 inputs, forward and backward",
    contestants=["ours_eager", "ours_compiled", "ours_c", "casadi_sx"],
    bars=[
        Bar("ours_c", "casadi_sx", at_most=0.5),  # what `ours_compiled` becomes once it is ready
        Bar("prepared: ours_compiled", at_most=1.0),
        Bar("prepared: ours_c", at_most=3.0),
    ],
    unit="pass",
    exact_steps=1,
)

SIZE, INPUTS = 10_000, 20
KINDS = ("+", "-", "*", "tanh", "sin", "exp", "sqrt", "/", "mix")


def inputs() -> list[float]:
    """Return the numbers the graph starts from."""
    draw = random.Random(5)
    return [draw.uniform(-1, 1) for _ in range(INPUTS)]


def apply(kind: str, a: Any, b: Any, functions: dict[str, Callable[[Any], Any]]) -> Any:
    """Apply one operation in such a way that numbers stay moderate."""
    if kind == "+":
        return 0.5 * (a + b)
    if kind == "-":
        return (a - b) * 0.5
    if kind == "*":
        return a * b
    if kind == "/":
        return a / (b * b + 1.5)
    if kind == "sqrt":
        return functions["sqrt"](a * a + 0.1)
    if kind == "mix":
        return 0.3 * a + 0.7 * b
    return functions[kind](a if kind != "exp" else a * 0.1 - 1.0)


def output(numbers: Sequence[Any], functions: dict[str, Callable[[Any], Any]]) -> Any:
    """Build the graph and return the sum of its last nodes."""
    draw = random.Random(6)
    pool = list(numbers)
    made = 0
    while made < SIZE:
        kind = draw.choice(KINDS)
        pool.append(apply(kind, draw.choice(pool[-200:]), draw.choice(pool[-200:]), functions))
        made += {"+": 2, "-": 2, "*": 1, "/": 3, "sqrt": 3, "mix": 3, "exp": 3}.get(kind, 1)
    return sum(pool[-50:])
