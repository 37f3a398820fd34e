"""Neuron, Layer and MLP: the numbers they compute, their seeds, and what unfolding changes and does not."""

import math
import random

import pytest

import autograd
import nn
from autograd import Value, errors


def test_a_neuron_is_activation_of_weighted_sum_plus_bias():
    neuron = nn.Neuron(3, "tanh", seed=0)
    weights, x = [0.5, -1.5, 2.0], [1.0, 2.0, 0.25]
    for value, weight in zip(neuron.w, weights, strict=True):
        value.data = weight
    neuron.b.data = 0.75
    output = neuron(x)
    total = 0.5 - 3.0 + 0.5 + 0.75
    assert output.data == pytest.approx(math.tanh(total), rel=1e-15)
    output.backward()
    slope = 1 - math.tanh(total) ** 2
    assert [value.grad for value in neuron.w] == pytest.approx([slope * number for number in x], rel=1e-14)
    assert neuron.b.grad == pytest.approx(slope, rel=1e-14)


def test_shapes_of_results():
    model, x = nn.MLP(2, [3, 1], seed=0), [1.0, 2.0]
    assert isinstance(model(x), Value)
    assert [type(y) for y in model([x, x])] == [Value, Value]
    wide = nn.MLP(2, [3, 2], seed=0)
    assert len(wide(x)) == 2
    assert [len(row) for row in wide([x, x, x])] == [2, 2, 2]
    assert isinstance(nn.Layer(2, 1)(x), Value)
    assert len(nn.Layer(2, 5)(x)) == 5
    assert len(nn.Neuron(2)([x, x])) == 2
    assert isinstance(nn.MLP(2, [3, 1, 3, 1], seed=0)(x), Value)  # a hidden layer of one neuron


def test_the_last_layer_has_no_activation_and_the_others_have():
    model = nn.MLP(2, [4, 4, 1], activation="tanh")
    assert [layer.neurons[0].activation for layer in model.layers] == ["tanh", "tanh", None]
    assert len(model.layers[0].neurons[0].w) == 2
    assert model.layers[0].neurons[0].b.data == 0.0


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid"])
def test_every_activation_by_name_and_as_a_function(activation):
    for choice in (activation, getattr(autograd, activation)):
        neuron = nn.Neuron(2, choice, seed=3)
        plain = nn.Neuron(2, None, seed=3)
        for twin, value in zip(plain.parameters(), neuron.parameters(), strict=True):
            twin.data = value.data
        total = plain([0.3, -0.7]).data
        assert neuron([0.3, -0.7]).data == getattr(autograd, activation)(total)


def test_seeds_repeat_to_the_last_bit_and_differ_from_each_other():
    def weights(**options):
        return [value.data for value in nn.MLP(3, [4, 2], **options).parameters()]

    assert weights(seed=5) == weights(seed=5)
    assert weights(seed=5) != weights(seed=6)
    assert weights() != weights()
    random.seed(1)
    first = weights()
    random.seed(1)
    assert weights() == first
    generator = random.Random(5)
    assert weights(seed=generator) == weights(seed=5)
    assert weights(seed=generator) != weights(seed=5)


@pytest.mark.parametrize("sizes", [[16, 16, 1], [5, 3], [1]])
def test_unfolding_gives_other_nodes_and_equal_numbers(sizes):
    x = [[0.1, -2.3], [1 / 3, 1e-3], [7.0, 5.5]]
    fused = nn.MLP(2, sizes, seed=2)
    unfolded = nn.MLP(2, sizes, seed=2, fused=False)
    losses = [nn.mse_loss(model(x), [[0.5] * sizes[-1]] * 3) for model in (fused, unfolded)]
    assert losses[0].data == losses[1].data
    for loss in losses:
        loss.backward()
    assert [value.grad for value in fused.parameters()] == [value.grad for value in unfolded.parameters()]
    kinds = [{node.operation.name for node in autograd.graph.sort(loss)[1]} for loss in losses]
    assert "dot" in kinds[0] - kinds[1]
    assert kinds[1] >= {"mul", "add"}


def test_unfolded_nodes_of_the_two_moons_step():
    """640 nodes a sample: 2 products, 2 sums and a ReLU for each of 16 neurons, and so on, as counted by hand."""
    model = nn.MLP(2, [16, 16, 1], seed=0, fused=False)
    output = model([Value(0.5), Value(-0.5)])
    assert len(autograd.graph.sort(output)[1]) == 16 * (2 + 2 + 1) + 16 * (16 + 16 + 1) + 16 + 16 == 640


@pytest.mark.slow
def test_initialisation_by_default_by_name_and_by_function():
    def spread(**options):
        layer = nn.Layer(400, 25, seed=1, **options)
        weights = [value.data for neuron in layer.neurons for value in neuron.w]
        assert {neuron.b.data for neuron in layer.neurons} == {0.0}
        return math.sqrt(sum(weight * weight for weight in weights) / len(weights))

    he, xavier = math.sqrt(2 / 400), math.sqrt(2 / 425)
    for activation in ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus"):
        assert spread(activation=activation) == pytest.approx(he, rel=0.03)
    for activation in ("tanh", "sigmoid", None, lambda z: z.sin()):
        assert spread(activation=activation) == pytest.approx(xavier, rel=0.03)
    assert spread(init="xavier_uniform") == pytest.approx(xavier, rel=0.03)
    assert spread(init="kaiming_uniform") == pytest.approx(he, rel=0.03)
    assert spread(init="zeros") == 0
    assert spread(init=lambda weight: nn.init.constant_(weight, 0.25)) == 0.25


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Neuron(0), "nin must be a whole number of at least 1; got 0"),
        (lambda: nn.Layer(2, -1), "nout must be a whole number of at least 1; got -1"),
        (lambda: nn.MLP(2, []), r"nouts lists the sizes of the layers, such as \[16, 16, 1\]; got \[\]"),
        (lambda: nn.MLP(2, 16), "nouts lists"),
        (lambda: nn.MLP(2, [2.5, 1]), "nout must be a whole number"),
        (lambda: nn.Neuron(2, "rellu"), "activation must be one of 'relu'.*got 'rellu'"),
        (lambda: nn.Neuron(2, init="he"), "init must be one of 'kaiming_normal'.*got 'he'"),
        (lambda: nn.MLP(2, [3, 1])([1.0, 2.0, 3.0]), r"Layer\(2, 3, 'relu'\) takes samples of 2 numbers; got one of 3"),
        (lambda: nn.MLP(2, [3, 1])([[1.0, 2.0], [1.0]]), r"takes samples of 2 numbers; got one of 1: \[1.0\]"),
        (lambda: nn.MLP(2, [3, 1])([]), "batch is empty"),
        (lambda: nn.MLP(2, [3, 1])([float("nan"), 1.0]), r"Layer\(2, 3, 'relu'\), number 0 of the sample.*nan"),
        (lambda: nn.Neuron(2)([1.0, float("inf")]), r"Neuron\(2, 'relu'\), number 1 of the sample.*inf"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


@pytest.mark.parametrize("x", [1.0, Value(1.0), "ab", None, ["1", "2"], {"a": 1.0}])
def test_what_is_no_sample_is_a_type_error(x):
    with pytest.raises(errors.NumberError):
        nn.MLP(2, [3, 1])(x)


def test_numpy_arrays_are_samples_and_batches():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    model = nn.MLP(2, [3, 1], seed=0)
    batch = [[1.0, 2.0], [3.0, 4.0]]
    expected = [y.data for y in model(batch)]
    assert [y.data for y in model(numpy.array(batch))] == expected
    assert [y.data for y in model(numpy.array(batch, dtype=numpy.int32))] == expected
    assert model(numpy.array(batch[0])).data == expected[0]
    assert [y.data for y in model([numpy.array(row) for row in batch])] == expected


def test_nonlin_is_written_as_in_micrograd():
    numbers = [0.5, -2.0]
    for nonlin, activation in ((True, "relu"), (False, None)):
        neuron, layer = nn.Neuron(2, nonlin=nonlin, seed=1), nn.Layer(2, 3, nonlin=nonlin, seed=1)
        assert neuron(numbers).data == nn.Neuron(2, activation, seed=1)(numbers).data
        assert [x.data for x in layer(numbers)] == [x.data for x in nn.Layer(2, 3, activation, seed=1)(numbers)]
    assert repr(nn.Layer(2, 3, nonlin=False)) == "Layer(2, 3, None)  # 9 parameters"
    assert repr(nn.Neuron(2, "tanh", nonlin=True)) == "Neuron(2, 'tanh')  # 3 parameters"
