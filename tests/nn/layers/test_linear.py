"""Linear, against closed forms and PyTorch."""

import math
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import nn
from autograd import Value, errors


def test_outputs_and_gradients():
    layer = nn.Linear(2, 2)
    for value, number in zip(layer.parameters(), [1.0, 2.0, 3.0, 4.0, 0.5, -0.5], strict=True):
        value.data = number
    x = [Value(10.0), Value(-1.0)]
    outputs = layer(x)
    assert [y.data for y in outputs] == [8.5, 25.5]
    (outputs[0] * 2 + outputs[1]).backward()
    assert [[value.grad for value in row] for row in layer.weight] == [[20.0, -2.0], [10.0, -1.0]]
    assert [value.grad for value in layer.bias] == [2.0, 1.0]
    assert [value.grad for value in x] == [5.0, 8.0]


def test_one_output_is_still_a_list_and_a_batch_a_list_of_lists():
    layer = nn.Linear(2, 1, seed=0)
    assert len(layer([1.0, 2.0])) == 1
    assert [len(row) for row in layer([[1.0, 2.0]] * 3)] == [1, 1, 1]


def test_without_bias():
    layer = nn.Linear(2, 3, bias=False)
    assert layer.bias is None
    assert len(layer.parameters()) == 6
    assert [y.data for y in layer([0.0, 0.0])] == [0.0, 0.0, 0.0]
    assert repr(layer) == "Linear(2, 3, bias=False)  # 6 parameters"


def test_starts_evenly_spread_over_pytorchs_interval():
    layer = nn.Linear(100, 100, seed=1)
    numbers = [value.data for value in layer.parameters()]
    assert len(numbers) == 10_100
    assert 0.099 < max(numbers) < 0.1
    assert -0.1 < min(numbers) < -0.099
    assert math.fsum(numbers) / len(numbers) == pytest.approx(0, abs=0.002)
    assert math.fsum([number**2 for number in numbers]) / len(numbers) == pytest.approx(0.1**2 / 3, rel=0.03)
    assert [value.data for value in nn.Linear(100, 100, seed=1).parameters()] == numbers


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Linear(0, 1), "in_features must be a whole number of at least 1; got 0"),
        (lambda: nn.Linear(1, 0), "out_features must be"),
        (lambda: nn.Linear(2, 3)([1.0]), r"Linear\(2, 3\) takes samples of 2 numbers; got one of 1"),
        (lambda: nn.Linear(2, 3)([1.0, float("nan")]), r"Linear\(2, 3\), number 1 of the sample"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


def test_agrees_with_pytorch():
    torch = torch_or_skip()
    layer, rng = nn.Linear(5, 4, seed=2), random.Random(0)
    theirs = torch.nn.Linear(5, 4, dtype=torch.float64)
    copy_parameters(layer, theirs)
    x = [[rng.gauss(0, 1) for _ in range(5)] for _ in range(3)]
    ours, other = layer(x), theirs(tensor(x))
    assert [y.data for row in ours for y in row] == pytest.approx(other.reshape(-1).tolist(), rel=1e-12)
    sum(y * y for row in ours for y in row).backward()
    (other * other).sum().backward()
    assert [value.grad for value in layer.parameters()] == pytest.approx(flat(theirs, "grad"), rel=1e-12)
