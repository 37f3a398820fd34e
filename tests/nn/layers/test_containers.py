"""Sequential, ModuleList, ModuleDict."""

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


def test_slices_share_their_modules_and_keep_their_names():
    model = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1))
    part = model[1:]
    assert isinstance(part, nn.Sequential)
    assert list(part) == list(model)[1:]
    assert [path for path, _ in part.named_children()] == ["1", "2"]
    assert len(part([0.5, 0.5])) == 1


def test_names_of_ones_own():
    model = nn.Sequential({"hidden": nn.Linear(1, 2), "respond": nn.Tanh()}).append(nn.Linear(2, 1))
    assert [path for path, _ in model.named_children()] == ["hidden", "respond", "2"]
    assert next(iter(model.state_dict())) == "hidden.weight.0.0"
    assert [type(part).__name__ for part in model] == ["Linear", "Tanh", "Linear"]


@pytest.mark.parametrize("kind", [nn.Sequential, lambda *modules: nn.ModuleList(modules)])
def test_lists_of_modules_can_be_changed(kind):
    a, b, c, d = nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.Linear(1, 1)
    model = kind(a, b)
    model.insert(0, c)
    assert list(model) == [c, a, b]
    model[1] = d
    assert list(model) == [c, d, b]
    assert model.pop() is b
    del model[0]
    assert list(model) == [d]
    model.extend([a, b])
    assert [path for path, _ in model.named_children()] == ["0", "1", "2"]
    assert list(model[-2:]) == [a, b]
    assert [path for path, _ in model.named_parameters()] == ["0.weight.0.0", "0.bias.0"]
    with pytest.raises(errors.ArgumentError, match="takes modules"):
        model.append("ReLU")


def test_a_dictionary_of_modules():
    parts = nn.ModuleDict({"a": nn.Linear(1, 1, seed=0)})
    parts["b"] = nn.Tanh()
    parts.update(c=nn.ReLU())
    assert list(parts) == list(parts.keys()) == ["a", "b", "c"]
    assert "b" in parts
    assert parts.pop("b").forward is not None
    assert len(parts) == 2
    assert list(parts.state_dict()) == ["a.weight.0.0", "a.bias.0"]
    assert parts != nn.ModuleDict({"a": parts["a"], "c": parts["c"]})
    assert hash(parts) == hash(parts)
    for call in (lambda: parts["b"], lambda: parts.pop("b")):
        with pytest.raises(KeyError):
            call()


@pytest.mark.parametrize("name", ["training", "forward", "a.b", "", 1])
def test_names_that_modules_need_themselves_are_refused(name):
    for make in (nn.ModuleDict, nn.Sequential):
        with pytest.raises(errors.ArgumentError, match="cannot call a module"):
            make({name: nn.ReLU()})


def test_what_holds_modules_computes_nothing():
    with pytest.raises(NotImplementedError, match="ModuleList has no forward"):
        nn.ModuleList([nn.ReLU()])(1.0)


def test_appending_replaces_nothing():
    model = nn.Sequential(nn.Linear(2, 2, seed=1), nn.Tanh(), nn.Linear(2, 2, seed=2))
    rest = model[1:]
    rest.append(nn.ReLU())
    assert [type(module).__name__ for module in rest] == ["Tanh", "Linear", "ReLU"]
    assert rest[1] is model[2]
    named = nn.Sequential({"1": nn.Tanh()}).append(nn.ReLU())
    assert [type(module).__name__ for module in named] == ["Tanh", "ReLU"]
    rest.extend([nn.Sigmoid(), nn.ELU()])
    assert len(rest) == 5


@pytest.mark.parametrize("holder", [nn.Sequential, lambda *modules: nn.ModuleList(modules)])
def test_a_module_that_stands_twice_is_printed_twice(holder):
    activation = nn.Tanh()
    model = holder(nn.Linear(2, 2), activation, nn.Linear(2, 2), activation)
    assert [line.split("(")[1][0] for line in repr(model).splitlines()[1:-1]] == ["0", "1", "2", "3"]
    assert model._repr_html_().count("Tanh()") == 2
    assert [path for path, _ in model.named_children()] == ["0", "1", "2"]  # each once, as in PyTorch


def test_a_module_that_stands_twice_in_a_dictionary_is_printed_twice():
    activation = nn.Tanh()
    assert repr(nn.ModuleDict({"first": activation, "last": activation})).count("Tanh()") == 2
