"""Pairing, batches, splitting and scaling of data."""

import math

import pytest

import nn
from autograd import errors

X = [[float(i), float(-i)] for i in range(10)]
Y = list(range(10))


def test_a_dataset_pairs_samples_with_targets():
    dataset = nn.TensorDataset(X, Y)
    assert len(dataset) == 10
    assert dataset[3] == ([3.0, -3.0], 3)
    assert [y for _, y in dataset] == Y
    assert isinstance(dataset[3][1], int)
    assert nn.TensorDataset([[1, 2]], [0.5], [[1]])[0] == ([1.0, 2.0], 0.5, [1.0])


def test_a_dataset_takes_numpy_arrays():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    assert nn.TensorDataset(numpy.array(X), numpy.array(Y))[3] == ([3.0, -3.0], 3)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((X, Y[:-1]), "TensorDataset needs sequences of the same length.*10, 9"),
        ((), "TensorDataset needs sequences"),
        (([], []), "argument 0 is empty"),
        (([[1.0, 2.0], [1.0]],), "argument 0 has parts of different shapes"),
        (([[1.0, 2.0], [1.0, math.nan]], [0, 1]), r"argument 0\[1\]\[1\].*nan"),
        (([[1.0], [2.0]], [0.0, math.inf]), r"argument 1\[1\].*inf"),
    ],
)
def test_a_dataset_names_what_is_wrong(columns, message):
    with pytest.raises(errors.ArgumentError, match=message):
        nn.TensorDataset(*columns)


def test_text_in_a_dataset_is_a_type_error_that_says_where():
    with pytest.raises(errors.NumberError, match=r"argument 0\[1\]\[0\].*'a'"):
        nn.TensorDataset([[1.0], ["a"]])


def test_batches_in_order():
    loader = nn.DataLoader(nn.TensorDataset(X, Y), batch_size=4)
    batches = list(loader)
    assert len(loader) == len(batches) == 3
    assert [ys for _, ys in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert batches[2][0] == [[8.0, -8.0], [9.0, -9.0]]
    pairs = list(zip(X, Y, strict=True))
    assert [ys for _, ys in nn.DataLoader(pairs, 4, drop_last=True)] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_shuffling_is_a_new_order_each_time_and_repeats_with_the_seed():
    def orders(seed):
        loader = nn.DataLoader(nn.TensorDataset(X, Y), batch_size=4, shuffle=True, seed=seed)
        return [[y for _, ys in loader for y in ys] for _ in range(3)]

    assert all(sorted(order) == Y for order in orders(1))
    assert len({tuple(order) for order in orders(1)}) == 3
    assert orders(1) == orders(1) != orders(2)
    for xs, ys in nn.DataLoader(nn.TensorDataset(X, Y), batch_size=4, shuffle=True, seed=1):
        assert xs == [X[y] for y in ys]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.DataLoader(nn.TensorDataset(X, Y), 0), "batch_size must be a whole number of at least 1; got 0"),
        (lambda: nn.DataLoader([], 2), "no batches: the dataset has 0 entries"),
        (lambda: nn.DataLoader(nn.TensorDataset(X, Y), 11, drop_last=True), "no batches.*batch_size is 11"),
    ],
)
def test_a_loader_names_what_is_wrong(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


def test_splitting_keeps_pairs_together_and_loses_nothing():
    x_train, x_test, y_train, y_test = nn.train_test_split(X, Y, test_size=0.3, seed=1)
    assert (len(x_train), len(x_test)) == (7, 3)
    assert sorted(y_train + y_test) == Y
    assert x_train == [X[y] for y in y_train]
    assert x_test == [X[y] for y in y_test]
    assert nn.train_test_split(X, Y, test_size=0.3, seed=1) == [x_train, x_test, y_train, y_test]
    assert nn.train_test_split(Y, test_size=0.3, seed=2)[1] != y_test
    assert nn.train_test_split(Y, test_size=2, shuffle=False) == [Y[:8], Y[8:]]
    assert len(nn.train_test_split(Y)[1]) == 3  # a quarter, rounded up


@pytest.mark.parametrize("test_size", [0, 10, 11, 0.0, 1.0, -0.5, 0.999])
def test_both_parts_of_a_split_have_entries(test_size):
    with pytest.raises(errors.ArgumentError, match="test_size"):
        nn.train_test_split(Y, test_size=test_size)


def test_standardising_uses_the_training_samples_alone():
    train, test = nn.standardize([[1.0, 5.0], [3.0, 5.0], [8.0, 5.0]], [[4.0, 6.0]])
    deviation = math.sqrt((9 + 1 + 16) / 3)
    assert [row[0] for row in train] == pytest.approx([-3 / deviation, -1 / deviation, 4 / deviation], rel=1e-15)
    assert [row[1] for row in train] == [0.0, 0.0, 0.0]
    assert test == [[0.0, 1.0]]
    assert len(nn.standardize(X)) == 1


@pytest.mark.parametrize("constant", [0.1, -0.7, 1e-300, 5e-324, 1e308, 1 / 3, 0.0])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 10, 101])
def test_a_feature_that_never_changes_is_exactly_zero(constant, count):
    train, other = nn.standardize([[constant]] * count, [[constant], [constant + 1]])
    assert train == [[0.0]] * count
    assert other == [[0.0], [constant + 1 - constant]]


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1.0, 1e160, 4e307])
def test_features_of_any_size_are_standardised(unit):
    (train,) = nn.standardize([[unit], [3 * unit], [2 * unit]])
    assert [row[0] for row in train] == pytest.approx([-math.sqrt(1.5), math.sqrt(1.5), 0.0])


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (([[1.0, math.nan]],), r"standardize, argument 0\[0\]\[1\].*nan"),
        (([1.0, 2.0],), "samples are rows of numbers"),
        (([[1.0, 2.0]], [[1.0]]), r"samples of one length; got lengths \[1, 2\]"),
        (([],), "is empty"),
    ],
)
def test_standardising_names_what_is_wrong(groups, message):
    with pytest.raises(errors.ArgumentError, match=message):
        nn.standardize(*groups)


def test_a_loader_takes_the_tuple_of_inputs_and_targets_as_fit_does():
    inputs, targets = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 1, 0]
    for data in ((inputs, targets), nn.TensorDataset(inputs, targets), list(zip(inputs, targets, strict=True))):
        assert list(nn.DataLoader(data, batch_size=2)) == [(inputs[:2], [0, 1]), (inputs[2:], [0])]
