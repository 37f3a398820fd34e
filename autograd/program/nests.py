"""Loops of a C program: cells of arrays at affine places, the axes they run along, and how a nest is written."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

UNROLLED = 3
"""So many elements or fewer are written one by one instead of as a loop."""
VARIABLES = "ijkl"
LANES = "LANES"
"""Stands before a loop whose rounds do not depend on each other."""

Axes = tuple[int, ...]
"""The lengths of the axes of a nest, outermost first."""


@dataclass(frozen=True)
class Cells:
    """Numbers at ``array[start + sum(index * stride)]``, or at the places that a table has there.

    Attributes:
        array: what the numbers are in.
        start: the first of them, or of their places in ``tables``.
        strides: the step along each axis.
        by_table: whether the places stand in a table.
        known: the tables, or the constants: what a place in them that is known stands for is written itself.
    """

    array: str
    start: int
    strides: tuple[int, ...]
    by_table: bool = False
    known: Sequence[float] = ()

    def at(self, *indices: str) -> str:
        """Return the expression of the number at these indices, each a variable or a number."""
        start, terms = self.start, []
        for index, stride in zip(indices, self.strides, strict=True):
            if stride and index.isdigit():
                start += int(index) * stride
            elif stride:
                terms.append(index if stride == 1 else f"{stride} * {index}")
        place = " + ".join([*([str(start)] if start or not terms else []), *terms])
        if self.known and not terms:
            found = repr(self.known[start])
            return f"{self.array}[{found}]" if self.by_table else (f"({found})" if found.startswith("-") else found)
        return f"{self.array}[tables[{place}]]" if self.by_table else f"{self.array}[{place}]"

    def along(self, axes: Sequence[int | None]) -> "Cells":
        """Return the same cells with the axes in another order; None stands for one along which nothing changes."""
        return replace(self, strides=tuple([0 if axis is None else self.strides[axis] for axis in axes]))


def nest(
    shape: Axes, body: Callable[[tuple[str, ...]], list[str]], variables: str = VARIABLES, mark: str = ""
) -> list[str]:
    """Return the lines of loops over all axes around what ``body`` gives for their indices.

    Args:
        shape: the lengths of the axes.
        body: returns the lines for these indices, each a variable or a number.
        variables: the name of the variable of each axis.
        mark: a line to stand before the innermost loop.
    """
    if math.prod(shape) <= UNROLLED:
        each = [body(tuple(map(str, indices))) for indices in product(*map(range, shape))]
        return [line for lines in each for line in (lines if len(lines) == 1 else braced(lines))]
    indices = [variable if length > 1 else "0" for variable, length in zip(variables, shape, strict=False)]
    lines = body(tuple(indices))
    if any("for (" in line for line in lines):
        mark = ""
    for index, length in reversed(list(zip(indices, shape, strict=True))):
        if length > 1:
            lines, mark = loop(index, length, lines, mark), ""
    return lines


def loop(variable: str, length: int, lines: list[str], mark: str = "") -> list[str]:
    """Return a loop around lines, with a line before it."""
    head = f"for (int {variable} = 0; {variable} < {length}; {variable}++)"
    if len(lines) == 1 or is_one_loop(lines):
        return [*filter(None, [mark]), head, *indented(lines)]
    return [*filter(None, [mark]), f"{head} {{", *indented(lines), "}"]


def is_one_loop(lines: list[str]) -> bool:
    """Whether lines are a single loop, perhaps with a line before it, which needs no braces around it."""
    rest = lines[1:] if lines[0] == LANES else lines
    return rest[0].startswith("for ") and all(line.startswith((" ", "}")) or line == LANES for line in rest[1:])


def braced(lines: list[str]) -> list[str]:
    """Return a block of lines."""
    return ["{", *indented(lines), "}"]


def indented(lines: list[str]) -> list[str]:
    """Return lines one step further to the right."""
    return [f"    {line}" for line in lines]
