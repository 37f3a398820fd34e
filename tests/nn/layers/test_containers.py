"""Sequential."""

import pytest

import nn
from autograd import errors


def test_modules_run_one_after_the_other():
    model = nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1))
    for value, number in zip(model.parameters(), [2.0, -1.0, 10.0, 0.5], strict=True):
        value.data = number
    assert [y.data for y in model([3.0])] == [50.5]
    assert [y.data for y in model([0.0])] == [0.5]
    assert [path for path, _ in model.named_parameters()] == ["0.weight.0.0", "0.bias.0", "2.weight.0.0", "2.bias.0"]


def test_it_is_a_sequence_of_its_modules():
    parts = [nn.Linear(1, 1), nn.ReLU(), nn.Sequential(nn.Tanh())]
    model = nn.Sequential(*parts)
    assert list(model) == parts
    assert len(model) == 3
    assert model[1] is parts[1]
    assert model[-1] is parts[2]


def test_one_module_may_stand_in_several_places():
    twice = nn.Linear(1, 1, seed=0)
    model = nn.Sequential(twice, nn.Tanh(), twice)
    assert len(model) == 3
    assert len(model.parameters()) == 2


def test_what_is_not_a_module_is_named():
    with pytest.raises(errors.ArgumentError, match=r"number 1 is <class 'nn.layers.activations.ReLU'>.*nn.ReLU\(\)"):
        nn.Sequential(nn.Linear(1, 1), nn.ReLU)
