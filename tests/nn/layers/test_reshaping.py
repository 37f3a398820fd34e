"""Flatten and Identity."""

import pytest

import nn
from autograd import errors


def test_flatten():
    x = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]
    assert nn.Flatten()(x) == [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    assert nn.Flatten(0)(x) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert nn.Flatten(-3, 1)(x) == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]


def test_dimensions_that_are_not_there():
    with pytest.raises(errors.ArgumentError, match=r"no such dimensions in an input of shape \(2,\)"):
        nn.Flatten()([1.0, 2.0])
    with pytest.raises(errors.ArgumentError, match="would join no dimensions"):
        nn.Flatten(2, 1)([[[1.0]]])


def test_identity_is_the_very_object():
    x = object()
    assert nn.Identity(3, anything=True)(x) is x
