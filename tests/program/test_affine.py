"""Affine rows of places: found where there are any, never invented."""

import itertools
import random

import pytest

np = pytest.importorskip("numpy")

from autograd.program.affine import View, contiguous, factor, fit  # noqa: E402


def test_a_view_says_where_its_numbers_are():
    view = View(10, (2, 3), (100, 1))
    assert view.places().tolist() == [[10, 11, 12], [110, 111, 112]]
    assert View(7, (2, 3), (0, 2)).places().tolist() == [[7, 9, 11], [7, 9, 11]]
    assert contiguous(5, (2, 3)) == View(5, (2, 3), (3, 1))
    assert contiguous(5, (2, 3)).places().reshape(-1).tolist() == list(range(5, 11))


def test_a_stride_of_zero_is_a_broadcast():
    view = View(0, (4, 3, 1), (0, 1, 0))
    assert view.broadcast_axes == (0,)
    assert view.reduced() == View(0, (1, 3, 1), (0, 1, 0))


def test_factor_finds_the_axes_that_operands_share():
    matrix = np.arange(12) + 50
    column = np.repeat(np.arange(3) * 10, 4)
    row = np.tile(np.arange(4) + 7, 3)
    shape, strides = factor([matrix, column, row], 12)
    assert shape == (3, 4)
    assert strides == [(4, 1), (10, 0), (0, 1)]


def test_factor_leaves_out_what_does_not_fit():
    shape, strides = factor([np.arange(6), np.array([0, 5, 1, 2, 9, 3]), None], 6)
    assert (shape, strides) == ((6,), [(1,), None, None])
    assert factor([np.array([3])], 1) == ((1,), [(0,)])
    assert factor([], 4) == ((4,), [])


def test_factor_is_right_about_whatever_it_claims():
    chance = random.Random(0)
    fitted = 0
    for _ in range(300):
        lengths = [chance.randint(1, 4) for _ in range(chance.randint(1, 4))]
        count = int(np.prod(lengths))
        operands = []
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.2:
                operands.append(np.array([chance.randrange(30) for _ in range(count)]))
                continue
            strides = [chance.choice([0, 0, 1, 2, 7, -3]) for _ in lengths]
            places = [
                100 + sum(i * s for i, s in zip(index, strides, strict=True))
                for index in itertools.product(*map(range, lengths))
            ]
            operands.append(np.array(places))
        shape, found = factor(operands, count)
        assert int(np.prod(shape)) == count
        for places, strides in zip(operands, found, strict=True):
            if strides is not None:
                fitted += 1
                assert View(int(places[0]), shape, strides).places().reshape(-1).tolist() == places.tolist()
    assert fitted > 300


@pytest.mark.parametrize(
    ("lengths", "strides", "shape", "expected"),
    [
        ((12,), (1,), (3, 4), (4, 1)),
        ((3, 4), (4, 1), (12,), (1,)),
        ((3, 4), (10, 1), (12,), None),
        ((3, 4), (10, 1), (3, 2, 2), (10, 2, 1)),
        ((6,), (0,), (2, 3), (0, 0)),
        ((4,), (1,), (1, 4), (0, 1)),
        ((4,), (1,), (3,), None),
        ((2,), (5,), (2, 2), None),
    ],
)
def test_fit_puts_the_same_numbers_into_another_shape(lengths, strides, shape, expected):
    assert fit(lengths, strides, shape) == expected
    if expected is not None:
        same = View(0, lengths, strides).places().reshape(-1)
        assert View(0, shape, expected).places().reshape(-1).tolist() == same.tolist()
