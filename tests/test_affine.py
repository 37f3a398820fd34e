"""Places in a flat buffer as strided views, and matrix products among dots."""

import pytest

numpy = pytest.importorskip("numpy", reason="views are made of NumPy arrays, and NumPy is not installed")

from autograd.program.affine import View, contiguous, factor, fit  # noqa: E402  # after the check for NumPy
from autograd.program.blocks import find_blocks  # noqa: E402


def test_consecutive_places_are_one_axis():
    assert factor([numpy.arange(5, 11)], 6) == ((6,), [(1,)])


def test_a_bias_that_repeats_is_a_stride_of_zero():
    results = numpy.arange(100, 112)
    bias = numpy.tile(numpy.arange(3), 4)
    assert factor([results, bias], 12) == ((4, 3), [(3, 1), (0, 1)])


def test_a_transposed_operand_is_a_view_too():
    rows = numpy.arange(12)
    columns = numpy.arange(12).reshape(3, 4).T.reshape(-1)
    shape, strides = factor([rows, columns], 12)
    assert shape == (4, 3)
    assert strides == [(3, 1), (1, 4)]


def test_scattered_places_are_left_to_be_gathered():
    shape, strides = factor([numpy.arange(6), numpy.array([0, 5, 1, 1, 9, 2])], 6)
    assert (shape, strides) == ((6,), [(1,), None])


@pytest.mark.parametrize("shape", [(4, 3), (2, 2, 3), (12,)])
def test_a_view_names_the_places_it_was_made_from(shape):
    view = contiguous(7, shape)
    assert view.places().reshape(-1).tolist() == list(range(7, 19))


def test_a_broadcast_axis_is_cut_to_one_place():
    view = View(3, (4, 2), (0, 1))
    assert view.broadcast_axes == (0,)
    assert view.places().tolist() == [[3, 4]] * 4
    assert view.reduced().places().tolist() == [[3, 4]]


def test_strides_for_another_shape_of_the_same_places():
    assert fit((12,), (1,), (3, 4)) == (4, 1)
    assert fit((3, 4), (10, 1), (3, 2, 2)) == (10, 2, 1)
    assert fit((5,), (1,), (2, 3)) is None


def test_every_row_with_every_column_is_one_matrix_product():
    lefts, rights = numpy.repeat(numpy.arange(2), 3), numpy.tile(numpy.arange(3), 2)
    block, row, column, counts = find_blocks(lefts, rights)
    assert counts == (1, 2, 3)
    assert (block == 0).all()
    assert row.tolist() == lefts.tolist()
    assert column.tolist() == rights.tolist()


def test_separate_blocks_are_a_batch_of_products():
    lefts = numpy.array([0, 0, 1, 1, 2, 2, 3, 3])
    rights = numpy.array([0, 1, 0, 1, 2, 3, 2, 3])
    *_, counts = find_blocks(lefts, rights)
    assert counts == (2, 2, 2)


@pytest.mark.parametrize(
    ("lefts", "rights"),
    [([0, 0, 1], [0, 1, 0]), ([0, 1, 2], [0, 1, 2]), ([0, 0, 1, 1], [0, 0, 1, 1]), ([0], [0])],
    ids=["a pair is missing", "nothing is shared", "a pair occurs twice", "a single dot"],
)
def test_what_is_no_matrix_product(lefts, rights):
    assert find_blocks(numpy.array(lefts), numpy.array(rights)) is None
