"""The search for matrix products among dots: every row of a block meets every column, or it is none."""

import random
from collections import defaultdict

import pytest

np = pytest.importorskip("numpy")

from autograd.program.blocks import by_first_use, find_blocks  # noqa: E402


def found(pairs):
    lefts, rights = zip(*pairs, strict=True)
    return find_blocks(np.array(lefts), np.array(rights))


def test_rows_times_columns_is_one_block():
    pairs = [(row, column) for row in range(2) for column in range(3)]
    block, row, column, sizes = found(pairs)
    assert sizes == (1, 2, 3)
    assert list(zip(row.tolist(), column.tolist(), strict=True)) == pairs
    assert set(block.tolist()) == {0}


def test_disjoint_products_of_one_size_are_a_batch():
    pairs = [(10 * b + row, 10 * b + column) for b in range(4) for row in range(2) for column in range(3)]
    random.Random(0).shuffle(pairs)
    _, _, _, sizes = found(pairs)
    assert sizes == (4, 2, 3)


@pytest.mark.parametrize(
    "pairs",
    [
        [(0, 0)],
        [(0, 0), (1, 1), (2, 2)],  # nothing is shared
        [(0, 0), (0, 1), (1, 0)],  # one pair is missing
        [(0, 0), (0, 1), (1, 0), (1, 0)],  # one comes twice
        [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3)],  # blocks of two sizes
        [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 0)],  # a ring
        [(i, j) for i in range(3) for j in range(i + 1)],  # a triangle
    ],
)
def test_anything_else_is_none(pairs):
    assert found(pairs) is None


def test_whatever_is_found_is_true():
    chance, hits = random.Random(1), 0
    for _ in range(400):
        rows, columns, blocks = chance.randint(1, 3), chance.randint(1, 3), chance.randint(1, 3)
        pairs = [(9 * b + r, 9 * b + c) for b in range(blocks) for r in range(rows) for c in range(columns)]
        chance.shuffle(pairs)
        for _ in range(chance.choice([0, 0, 1, 2])):
            pairs[chance.randrange(len(pairs))] = (chance.randrange(18), chance.randrange(18))
        result = found(pairs)
        if result is None:
            continue
        hits += 1
        block_of, row_of, column_of, (count, height, width) = result
        cells = defaultdict(list)
        for pair, *cell in zip(pairs, block_of.tolist(), row_of.tolist(), column_of.tolist(), strict=True):
            cells[tuple(cell)].append(pair)
        assert all(len(each) == 1 for each in cells.values())
        assert set(cells) == {(b, r, c) for b in range(count) for r in range(height) for c in range(width)}
        for b in range(count):
            for r in range(height):
                assert len({cells[b, r, c][0][0] for c in range(width)}) == 1
            for c in range(width):
                assert len({cells[b, r, c][0][1] for r in range(height)}) == 1
    assert hits > 100


def test_labels_are_renumbered_in_the_order_of_their_first_use():
    assert by_first_use(np.array([7, 3, 7, 9, 3])).tolist() == [0, 1, 0, 2, 1]
