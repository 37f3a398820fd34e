"""Conv2d, by hand; tests/nn/layers/test_against_pytorch.py compares it with PyTorch's."""

import pytest

import nn
from autograd import Value, errors


def test_by_hand():
    layer = nn.Conv2d(1, 1, 2)
    numbers = [1.0, 2.0, 3.0, 4.0, 0.5]
    for value, number in zip(layer.parameters(), numbers, strict=True):
        value.data = number
    image = [[Value(number) for number in row] for row in ([1.0, 0.0, 2.0], [0.0, 3.0, 0.0])]
    (plane,) = layer([image])
    assert [[y.data for y in row] for row in plane] == [[1 + 12 + 0.5, 4 + 9 + 0.5]]
    (plane[0][0] + 10 * plane[0][1]).backward()
    assert [[w.grad for w in row] for row in layer.weight[0][0]] == [[1.0, 20.0], [30.0, 3.0]]
    assert layer.bias[0].grad == 11.0
    assert [[x.grad for x in row] for row in image] == [[1.0, 2 + 10, 20.0], [3.0, 4 + 30, 40.0]]


def test_an_image_and_a_batch():
    layer = nn.Conv2d(1, 2, 2, seed=1)
    image = [[[1.0, 2.0], [3.0, 4.0]]]
    one, (first, second) = layer(image), layer([image, image])
    assert [y[0][0].data for y in one] == [y[0][0].data for y in first] == [y[0][0].data for y in second]


def test_schemes_count_the_places_under_the_window():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    weight = nn.Conv2d(3, 8, (5, 2)).weight
    assert nn.init.fans(weight) == torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(8, 3, 5, 2))
    nn.init.kaiming_uniform_(weight, nonlinearity="relu", seed=0)
    assert max(abs(w.data) for w in nn.Conv2d(1, 1, 2, seed=0).parameters()) <= 0.5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(0, 1, 2), "in_channels must be a whole number of at least 1; got 0"),
        (lambda: nn.Conv2d(1, 1, 0), "kernel_size must be a whole number of at least 1; got 0"),
        (lambda: nn.Conv2d(1, 1, 3, padding="reflect"), "padding must be one of 'same', 'valid'; got 'reflect'"),
        (lambda: nn.Conv2d(1, 1, 3, 2, "same"), r"needs stride=1 .* got stride=\(2, 2\).* Give padding as a number"),
        (lambda: nn.Conv2d(1, 1, 2, padding="same"), "got .* a window of 2 x 2. Give padding as a number"),
        (lambda: nn.Conv2d(1, 1, 2, padding=-1), "padding must be a whole number of at least 0; got -1"),
        (lambda: nn.Conv2d(3, 2, 3, groups=2), "groups=2 must divide 3 and 2 channels"),
        (lambda: nn.Conv2d(1, 1, 2)([[1.0, 2.0]]), r"takes an image \(1, rows, columns\).*got \(1, 2\)"),
        (lambda: nn.Conv2d(2, 1, 1)([[[1.0]]]), r"takes an image \(2, rows, columns\).*got \(1, 1, 1\)"),
        (lambda: nn.Conv2d(1, 1, 3)([[[1.0, 2.0], [3.0, 4.0]]]), "A window of 3 x 3 does not fit into 2 x 2"),
        (lambda: nn.Conv2d(1, 1, 1)([[[1.0, 2.0], [3.0]]]), "has parts of different shapes"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()
