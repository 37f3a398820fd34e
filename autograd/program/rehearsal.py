"""Runs a recorded function once more on plain numbers, to see whether its program does what it does.

A recording keeps what a function did once. What depended on the type of an argument, on a generator of its own or on a
counter stays as it was then, and nothing in the program tells. Only the function itself can.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from math import isclose

from autograd.engine import Value, carry_out
from autograd.errors import RecordingError
from autograd.formulas.operation import Operation
from autograd.gradients.arguments import flatten
from autograd.modes import switched
from autograd.scalar import number_of


class Rehearsal:
    """Computes at once what a recording would write down; drawn numbers are those the program drew."""

    def __init__(self, drawn: Iterator[float]) -> None:
        self.drawn = drawn

    def record(self, operation: Operation, operands: tuple[object, ...]) -> Value:
        return carry_out(operation, operands)

    def fresh(self, draw: Callable[[int], Sequence[float]], count: int) -> list[Value]:
        return [Value(number) for number in islice(self.drawn, count)]

    def observe(self, values: Sequence[Value | float], callback: Callable[[Sequence[float]], None]) -> None:
        """Keep what is observed from the callback: the program has told it."""


def compare(name: str, made: Sequence[float], run: Callable[[], object], drawn: Sequence[float], dtype: str) -> None:
    """Raise an error unless a function gives what its program made of the same numbers.

    Args:
        name: what to call the function.
        made: the outputs of the program.
        run: calls the function on plain numbers.
        drawn: the numbers that the program drew, in order.
        dtype: the number type of the program.

    Raises:
        RecordingError: the results differ by more than rounding.
    """
    outputs: list[Value | float] = []
    with switched(recorder=Rehearsal(map(float, drawn)), gradients=False, source_lines=False):
        flatten(run(), outputs)
    for number, output in zip(made, outputs, strict=True):
        if not isclose(number, number_of(output), rel_tol=ROUNDING[dtype], abs_tol=ROUNDING[dtype]):
            raise RecordingError(
                f"The program of {name} gives {number}, the function itself {number_of(output)}. What it does must not "
                "depend on anything but numbers: not on the type of an argument, not on a count of its calls, and "
                "random numbers have to come from autograd.fresh."
            )


ROUNDING = {"float64": 1e-7, "float32": 1e-3}
"""How far results may be apart, relative to them or to 1: rounding adds up in a long computation."""
