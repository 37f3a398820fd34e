"""Which neuron and layer a parameter belongs to."""

import pytest

from autograd.views.picture.units import units_of


def unit(path, *others):
    """Return the path, the layer and the name of a parameter's unit, given the model's other parameters."""
    found = units_of([path, *others])[path]
    return found.path, found.layer, found.name


@pytest.mark.parametrize(
    ("path", "others", "expected"),
    [
        ("layers.0.neurons.3.w.1", ["layers.0.neurons.3.b"], ("layers.0.neurons.3", "layers.0", "neuron 3")),
        ("layers.0.neurons.3.b", ["layers.0.neurons.3.w.1"], ("layers.0.neurons.3", "layers.0", "neuron 3")),
        # a layer that holds more than its neurons is not the same as its list of neurons
        ("block.heads.1.w.0", ["block.gate.w.0"], ("block.heads.1", "block.heads", "head 1")),
        # rows of a matrix, with the bias of each row
        ("fc.weight.2.0", ["fc.bias.2"], ("fc.2", "fc", "unit 2")),
        ("fc.bias.2", ["fc.weight.2.0"], ("fc.2", "fc", "unit 2")),
        ("0.weight.2.0", ["1.weight.0.0"], ("0.2", "0", "unit 2")),
        ("conv.kernel.4.0.1", ["conv.bias.4"], ("conv.4", "conv", "unit 4")),
        # a scale and a shift for each feature
        ("norm.weight.1", ["norm.weight.0", "norm.bias.0", "norm.bias.1"], ("norm.1", "norm", "unit 1")),
        # a single vector is one neuron's weights
        ("neuron.w.1", ["neuron.w.0"], ("neuron", "neuron", "neuron")),
        ("neuron.w.1", ["neuron.w.0", "neuron.b"], ("neuron", "neuron", "neuron")),
        # a model that is one neuron
        ("w.1", ["w.0", "b"], ("", "", "")),
        ("slope", ["intercept"], ("", "", "")),
        ("neurons.3.w.0", ["neurons.4.w.0"], ("neurons.3", "neurons", "neuron 3")),
        # nothing but a number
        ("7", ["8"], ("", "", "")),
    ],
)
def test_the_unit_of_a_parameter(path, others, expected):
    assert unit(path, *others) == expected


def test_no_parameters():
    assert units_of([]) == {}
