"""Initialisation schemes: sizes from closed forms, gains from PyTorch."""

import math
import random

import pytest
from pytorch import torch_or_skip

from autograd import Value, errors
from nn import init


def matrix(rows, columns):
    return [[Value(0.0) for _ in range(columns)] for _ in range(rows)]


def statistics(weight):
    numbers = [value.data for row in weight for value in row]
    mean = math.fsum(numbers) / len(numbers)
    return mean, math.sqrt(math.fsum([(x - mean) ** 2 for x in numbers]) / len(numbers)), max(map(abs, numbers))


SCHEMES = [  # the standard deviations of the papers for 100 inputs and 60 outputs
    (lambda w: init.kaiming_normal_(w, seed=1), math.sqrt(2 / 100)),
    (lambda w: init.kaiming_normal_(w, mode="fan_out", seed=1), math.sqrt(2 / 60)),
    (lambda w: init.kaiming_normal_(w, 0.5, seed=1), math.sqrt(2 / 1.25 / 100)),
    (lambda w: init.kaiming_normal_(w, nonlinearity="tanh", seed=1), 5 / 3 / 10),
    (lambda w: init.kaiming_uniform_(w, nonlinearity="relu", seed=1), math.sqrt(2 / 100)),
    (lambda w: init.kaiming_uniform_(w, math.sqrt(5), seed=1), math.sqrt(1 / 300)),  # PyTorch's Linear
    (lambda w: init.xavier_normal_(w, seed=1), math.sqrt(2 / 160)),
    (lambda w: init.xavier_uniform_(w, gain=2.0, seed=1), 2 * math.sqrt(2 / 160)),
    (lambda w: init.normal_(w, 0.0, 0.3, seed=1), 0.3),
    (lambda w: init.uniform_(w, -1.0, 1.0, seed=1), 1 / math.sqrt(3)),
]


@pytest.mark.parametrize(("scheme", "deviation"), SCHEMES)
def test_standard_deviations(scheme, deviation):
    weight = matrix(60, 100)
    assert scheme(weight) is weight
    mean, spread, largest = statistics(weight)
    # the standard errors for 6,000 numbers are 1.3 % and less than 1 % of the deviation
    assert mean == pytest.approx(0, abs=0.05 * deviation)
    assert spread == pytest.approx(deviation, rel=0.04)
    numbers = [value.data for row in weight for value in row]
    within_one = sum(abs(x) < deviation for x in numbers) / len(numbers)
    if largest <= math.sqrt(3) * deviation:  # even
        assert largest > 0.99 * math.sqrt(3) * deviation
        assert within_one == pytest.approx(1 / math.sqrt(3), abs=0.03)
    else:  # normal
        assert within_one == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.03)


def test_constants_and_zeros_fill_matrices_and_biases():
    assert [[value.data for value in row] for row in init.constant_(matrix(2, 2), 1.5)] == [[1.5, 1.5], [1.5, 1.5]]
    assert [value.data for value in init.zeros_([Value(3.0), Value(4.0)])] == [0.0, 0.0]


def test_seeds_repeat_and_a_generator_is_shared():
    first, second = init.normal_(matrix(2, 2), seed=1), init.normal_(matrix(2, 2), seed=1)
    assert [[a.data for a in row] for row in first] == [[a.data for a in row] for row in second]
    generator = random.Random(1)
    third, fourth = init.normal_(matrix(2, 2), seed=generator), init.normal_(matrix(2, 2), seed=generator)
    assert third[0][0].data == first[0][0].data != fourth[0][0].data


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: init.kaiming_normal_([Value(1.0)]), r"needs a matrix weight\[out\]\[in\].*zeros_"),
        (lambda: init.xavier_normal_([]), "needs a matrix"),
        (lambda: init.kaiming_normal_(matrix(1, 1), mode="fan"), "mode must be one of 'fan_in', 'fan_out'; got 'fan'"),
        (lambda: init.calculate_gain("selu"), "nonlinearity must be one of"),
        (lambda: init.constant_(matrix(1, 1), math.inf), "number"),
        (lambda: init.normal_(matrix(1, 1), std=-1.0), "std must be at least 0; got -1.0"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


def test_gains():
    torch = torch_or_skip()
    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu"):
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)
    assert init.calculate_gain("leaky_relu", 0.3) == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.3))
    assert init.calculate_gain("gelu") == init.calculate_gain("relu") == math.sqrt(2)
