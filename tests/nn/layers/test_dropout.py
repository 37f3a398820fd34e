"""Dropout: masks, expectation, gradients, evaluation."""

import pytest

import nn
from autograd import Value, errors


def test_in_training_numbers_are_dropped_or_scaled_and_gradients_follow_the_mask():
    x = [[Value(2.0) for _ in range(50)] for _ in range(40)]
    y = nn.Dropout(0.2, seed=1)(x)
    numbers = [value.data for row in y for value in row]
    assert set(numbers) == {0.0, 2.5}
    # of 2,000 Bernoulli draws of probability 0.8 the mean has a standard deviation of 0.009
    assert sum(numbers) / 2.5 / 2000 == pytest.approx(0.8, abs=0.03)
    sum(value for row in y for value in row).backward()
    assert [value.grad for row in x for value in row] == [number / 2 for number in numbers]


def test_masks_are_fresh_at_each_call_and_repeat_with_the_seed():
    def masks(seed):
        dropout = nn.Dropout(0.5, seed=seed)
        return [tuple(value.data for value in dropout([Value(1.0)] * 30)) for _ in range(3)]

    assert len(set(masks(1))) == 3
    assert masks(1) == masks(1)
    assert masks(1) != masks(2)


def test_in_evaluation_everything_passes():
    x = [Value(1.0), Value(2.0)]
    assert nn.Dropout(0.9).eval()(x) is x
    assert nn.Dropout(0.0)(x) is x


def test_probability_one_drops_everything():
    assert [y.data for y in nn.Dropout(1.0)([Value(3.0), Value(4.0)])] == [0.0, 0.0]


def test_the_arrangement_is_kept():
    dropout = nn.Dropout(0.5, seed=0)
    assert isinstance(dropout(Value(1.0)), Value)
    assert [[len(row) for row in rows] for rows in dropout([[[Value(1.0)] * 2] * 3])] == [[2, 2, 2]]


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_p_is_a_probability(p):
    with pytest.raises(errors.ArgumentError, match="p"):
        nn.Dropout(p)
