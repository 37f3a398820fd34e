"""MaxPool2d, by hand; tests/nn/layers/test_against_pytorch.py compares it with PyTorch's."""

import pytest

import nn
from autograd import Value, errors


def test_the_largest_gets_the_gradient_and_equal_ones_share_it():
    image = [[Value(number) for number in row] for row in ([1.0, 5.0, 7.0, 0.0], [2.0, 3.0, 7.0, 0.0])]
    ((row,),) = nn.MaxPool2d(2)([image])
    assert [y.data for y in row] == [5.0, 7.0]
    (row[0] + 10 * row[1]).backward()
    assert [[x.grad for x in line] for line in image] == [[0.0, 1.0, 5.0, 0.0], [0.0, 0.0, 5.0, 0.0]]


def test_padding_is_never_the_largest():
    ((first, second),) = nn.MaxPool2d(2, padding=1)([[[Value(-1.0), Value(-2.0)], [Value(-3.0), Value(-4.0)]]])
    assert [y.data for y in (*first, *second)] == [-1.0, -2.0, -3.0, -4.0]


def test_bad_arguments_are_named():
    with pytest.raises(errors.ArgumentError, match="padding=2 must be at most half of kernel_size=2"):
        nn.MaxPool2d(2, padding=2)
    with pytest.raises(errors.ArgumentError, match=r"takes an image \(channels, rows, columns\).*got \(1, 2\)"):
        nn.MaxPool2d(2)([[1.0, 2.0]])
