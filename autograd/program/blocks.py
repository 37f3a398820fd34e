"""Finds matrix products among dots: blocks in which every left row meets every right row."""

import numpy

from autograd.program.affine import Places


def find_blocks(lefts: Places, rights: Places) -> tuple[Places, Places, Places, tuple[int, int, int]] | None:
    """Split dots into equal blocks in which every left row meets every right row exactly once.

    Args:
        lefts: for each dot, which left row it has.
        rights: for each dot, which right row it has.

    Returns:
        For each dot its block, its row and its column in the block, and the numbers of blocks, rows and
        columns; None where the dots are not of that form, or no row is used twice.
    """
    left_of, right_of = by_first_use(lefts), by_first_use(rights)
    left_count, right_count, count = int(left_of.max()) + 1, int(right_of.max()) + 1, len(lefts)
    if count == left_count == right_count:
        return None  # each row is used once: nothing to share
    # Rows in one block meet the same columns, so the first column each row meets names its block.
    first_right = numpy.full(left_count, right_count)
    numpy.minimum.at(first_right, left_of, right_of)
    block_of = by_first_use(first_right[left_of])
    block_count = int(block_of.max()) + 1
    rows, columns = left_count // block_count, right_count // block_count
    if rows * columns * block_count != count or len(numpy.unique(left_of * right_count + right_of)) != count:
        return None
    row_in, column_in = numpy.empty_like(left_of), numpy.empty_like(right_of)
    for block in range(block_count):
        mine = block_of == block
        row_in[mine], column_in[mine] = by_first_use(left_of[mine]), by_first_use(right_of[mine])
        if row_in[mine].max() + 1 != rows or column_in[mine].max() + 1 != columns:
            return None
    return block_of, row_in, column_in, (block_count, rows, columns)


def by_first_use(labels: Places) -> Places:
    """Renumber labels in the order in which they first appear."""
    _, first, inverse = numpy.unique(labels, return_index=True, return_inverse=True)
    rank = numpy.empty(len(first), dtype=numpy.int64)
    rank[numpy.argsort(first)] = numpy.arange(len(first))
    return rank[inverse.reshape(-1)]
