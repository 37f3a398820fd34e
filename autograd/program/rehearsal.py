"""Runs a recorded function once more on plain numbers, to see whether its program does what it does.

A recording keeps what a function did once. What hung on the type of an argument, on a generator of its own or on a
counter stays as it was then, and nothing in the program tells. Only the function itself can.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from autograd.applying import node_of
from autograd.modes import switched
from autograd.operation import Operation
from autograd.structure import flatten
from autograd.value import Value, kind_and_numbers, number_of


class Rehearsal:
    """Computes at once what a recording would write down; drawn numbers are those the program drew."""

    def __init__(self, drawn: Iterator[float]) -> None:
        self.drawn = drawn

    def record(self, operation: Operation, operands: tuple[object, ...]) -> Value:
        """Return the result of an operation."""
        kinds, numbers = zip(*map(kind_and_numbers, operation.operands, operands), strict=True)
        return node_of(operation, operands, "".join(kinds), numbers)

    def fresh(self, draw: Callable[[int], Sequence[float]], count: int) -> list[Value]:
        """Return the next numbers that the program drew."""
        return [Value(number) for number in islice(self.drawn, count)]

    def observe(self, values: Sequence[Value | float], callback: Callable[[Sequence[float]], None]) -> None:
        """Keep what is observed from the callback: the program has told it."""


def rehearse(run: Callable[[], object], drawn: Sequence[float]) -> list[float]:
    """Return the numbers in what ``run`` returns.

    Args:
        run: calls the function on plain numbers.
        drawn: what :func:`autograd.fresh` gives out, in order.
    """
    outputs: list[Value | float] = []
    with switched(recorder=Rehearsal(iter(drawn)), gradients=False, source_lines=False):
        flatten(run(), outputs)
    return [number_of(output) for output in outputs]
