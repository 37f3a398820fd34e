"""Products of matrices in C: which loop runs innermost, so that it runs through memory and its sums stay in registers.

A product of stacks of matrices is ``target[b, i, j] = sum over t of left[b, i, t] * right[b, j, t]``; its gradients are
the same with the axes in other roles. Adding up one sum after the other would wait for each addition, and read numbers
that do not lie side by side. So a whole row of sums is kept, along an axis on which one factor is a single number and
the other a row of numbers side by side; if they lie otherwise, they are copied first.
"""

import math
from dataclasses import replace
from typing import NamedTuple

from autograd.formulas.c_statements import Statements, free_order
from autograd.program.nests import LANES, VARIABLES, Axes, Cells, braced, indented, loop, nest

LONGEST_ROW = 64
"""So many sums are kept beside each other at most; longer rows are added to where they lie."""
AT_ONCE = 4
"""So many terms are added to a row of sums at once, so that sums are fetched and put back less often."""
MOST_COPIED = 1 << 16
"""A matrix of so many numbers at most is copied."""


class Product(NamedTuple):
    """The sums of ``left * right`` over one axis, of (block, row, column, term).

    Attributes:
        target: where the sums go.
        left: the first factor.
        right: the second factor.
        shape: the lengths of all axes; a stride of 0 says that cells do not run along one.
        summed: the axis that is summed over.
        add: whether the sums are added to what is there.
    """

    target: Cells
    left: Cells
    right: Cells
    shape: Axes
    summed: int
    add: bool


def contraction(product: Product, code: Statements) -> list[str]:
    """Return the lines that compute a product; ``code`` keeps account of the room for copies."""
    target, left, right, shape, summed, add = product
    code.start()
    inner = best_row(target, left, right, shape, summed)
    if inner is None:
        return one_by_one(target, left, right, shape, summed, add=add)
    single, row = (left, right) if left.strides[inner] == 0 else (right, left)
    row, copying = copied(row, shape, inner, code)
    return [*copying, *in_rows(target, single, row, shape, (summed, inner), add=add)]


def best_row(target: Cells, left: Cells, right: Cells, shape: Axes, summed: int) -> int | None:
    """Return the axis along which a row of sums is kept; None if none is worth it."""

    def worth(axis: int) -> tuple[int, bool, bool, bool]:
        row = left if left.strides[axis] else right
        side_by_side = row.strides[axis] == 1 and not row.by_table
        return min(shape[axis], 16), side_by_side, shape[axis] <= LONGEST_ROW, target.strides[axis] == 1

    def possible(axis: int) -> bool:
        moving = [factor for factor in (left, right) if factor.strides[axis]]
        if axis == summed or shape[axis] == 1 or len(moving) != 1:
            return False
        return worth(axis)[1] or size_of(moving[0], shape) <= MOST_COPIED

    return max(filter(possible, range(len(shape))), key=worth, default=None)


def size_of(cells: Cells, shape: Axes) -> int:
    """Return how many numbers cells have, each counted once."""
    return math.prod([length for length, stride in zip(shape, cells.strides, strict=True) if stride])


def copied(factor: Cells, shape: Axes, inner: int, code: Statements) -> tuple[Cells, list[str]]:
    """Return a factor with its numbers side by side along an axis, and the lines that copy it if they do not lie so."""
    if factor.strides[inner] == 1 and not factor.by_table:
        return factor, []
    axes = [*[axis for axis, stride in enumerate(factor.strides) if stride and axis != inner], inner]
    size, strides = 1, [0] * len(shape)
    for axis in reversed(axes):
        strides[axis] = size
        size *= shape[axis]
    copy = Cells("scratch", code.array(size), tuple(strides))
    lengths = tuple([length if axis in axes else 1 for axis, length in enumerate(shape)])
    return copy, nest(lengths, lambda indices: [f"{copy.at(*indices)} = {factor.at(*indices)};"])


def one_by_one(target: Cells, left: Cells, right: Cells, shape: Axes, summed: int, *, add: bool) -> list[str]:
    """Return the lines that add up one sum after the other."""
    outer = tuple([1 if axis == summed else length for axis, length in enumerate(shape)])

    def body(indices: tuple[str, ...]) -> list[str]:
        at = tuple(["t" if axis == summed else index for axis, index in enumerate(indices)])
        terms = loop("t", shape[summed], [f"total += {left.at(*at)} * {right.at(*at)};"])
        return [
            "double total = 0;",
            *free_order("total", shape[summed]),
            *terms,
            f"{target.at(*indices)} {'+=' if add else '='} total;",
        ]

    return nest(outer, body)


def in_rows(  # the three matrices, and along which axes
    target: Cells, single: Cells, row: Cells, shape: Axes, summed_and_inner: tuple[int, int], *, add: bool
) -> list[str]:
    """Return the lines that add up a row of sums at once, a few terms at a time."""
    summed, inner = summed_and_inner
    length, count, n = shape[inner], shape[summed], VARIABLES[inner]
    outer = tuple([1 if axis in summed_and_inner else size for axis, size in enumerate(shape)])
    sign = "+=" if add else "="

    def body(indices: tuple[str, ...]) -> list[str]:
        own = [n if axis == inner else index for axis, index in enumerate(indices)]
        goal = target.at(*own)

        def terms(first: str, number: int, start: str) -> list[str]:
            """Add some terms, from one on, to each sum of the row."""
            at = [first if axis == summed else index for axis, index in enumerate(own)]
            reads, products = [], []
            for k in range(number):
                factor, part = (replace(each, start=each.start + k * each.strides[summed]) for each in (single, row))
                reads.append(f"const double factor{k} = {factor.at(*at)};")
                products.append(f"factor{k} * {part.at(*at)}")
            return [*reads, *loop(n, length, [f"{start} {' + '.join(products)};"], LANES)]

        if count <= AT_ONCE:
            return terms("0", count, f"{goal} {sign}")
        kept = f"totals[{n}]" if length <= LONGEST_ROW else goal
        rest = count % AT_ONCE
        lines = [
            f"for (int t = 0; t < {count - rest}; t += {AT_ONCE}) {{",
            *indented(terms("t", AT_ONCE, f"{kept} +=")),
            "}",
        ]
        if rest:
            lines += braced(terms(str(count - rest), rest, f"{kept} +="))
        if length > LONGEST_ROW:
            return lines if add else [*loop(n, length, [f"{goal} = 0;"]), *lines]
        return [f"double totals[{length}] = {{0}};", *lines, *loop(n, length, [f"{goal} {sign} {kept};"])]

    lines = nest(outer, body)
    return lines if lines[0].startswith(("for ", "{")) else braced(lines)
