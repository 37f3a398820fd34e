"""Initialisation schemes: sizes from closed forms, gains from PyTorch."""

import math
import random

import pytest
from pytorch import torch_or_skip

import nn
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
        (lambda: init.uniform_(matrix(1, 1), 1.0, -1.0), "b must be at least 1; got -1.0"),
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


SEEDED = {
    "Neuron": lambda seed: nn.Neuron(2, seed=seed),
    "Layer": lambda seed: nn.Layer(2, 3, seed=seed),
    "MLP": lambda seed: nn.MLP(2, [3, 1], seed=seed),
    "Linear": lambda seed: nn.Linear(2, 3, seed=seed),
    "Conv2d": lambda seed: nn.Conv2d(1, 2, 3, seed=seed),
    "Embedding": lambda seed: nn.Embedding(4, 2, seed=seed),
    "RNN": lambda seed: nn.RNN(2, 3, seed=seed),
    "LSTM": lambda seed: nn.LSTM(2, 3, seed=seed),
    "GRU": lambda seed: nn.GRU(2, 3, seed=seed),
    "MultiheadAttention": lambda seed: nn.MultiheadAttention(4, 2, seed=seed),
    "Dropout": lambda seed: nn.Dropout(0.5, seed=seed),
    "make_moons": lambda seed: nn.make_moons(10, 0.1, seed=seed),
    "train_test_split": lambda seed: nn.train_test_split([[1.0], [2.0], [3.0]], [0, 1, 2], seed=seed),
    "DataLoader": lambda seed: list(nn.DataLoader([([1.0], 0), ([2.0], 1)], shuffle=True, seed=seed)),
}


@pytest.mark.parametrize("make", SEEDED.values(), ids=SEEDED)
def test_what_has_a_seed_of_its_own_leaves_the_global_generator_alone(make):
    before = random.getstate()
    make(0)
    assert random.getstate() == before


def test_numbers_without_a_seed_follow_the_global_generator():
    random.seed(1)
    first = nn.MLP(2, [3, 1]).state_dict()
    random.seed(1)
    assert nn.MLP(2, [3, 1]).state_dict() == first


def test_ones():
    assert [value.data for row in init.ones_(matrix(2, 3)) for value in row] == [1.0] * 6


@pytest.mark.parametrize("scheme", [init.xavier_normal_, init.kaiming_uniform_, init.zeros_, init.normal_])
@pytest.mark.parametrize("thing", [nn.Linear(2, 3), Value(1.0), None, 3.0], ids=lambda thing: type(thing).__name__)
def test_what_is_no_list_of_values_is_named(scheme, thing):
    with pytest.raises(
        errors.ArgumentError, match=r"Values in lists, such as the \.weight or the \.bias of a layer; got"
    ):
        scheme(thing)


def test_calls_that_do_not_fit_are_explained():
    with pytest.raises(errors.CallError, match=r"missing a required argument: 'weight'.*It takes ones_\(weight\)"):
        init.ones_()


def test_schemes_that_do_not_exist_are_named():
    with pytest.raises(AttributeError, match=r"module 'nn.init' has no attribute 'xavier_uniform'.*xavier_uniform_"):
        _ = init.xavier_uniform
