"""Module: finding parameters, modes, state, printing."""

import copy
import pickle
from collections import ChainMap, UserDict, UserList, defaultdict, deque
from types import MappingProxyType

import pytest

import nn
from autograd import Value, errors


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = Value(2.0)
        self.table = {"a": Value(3.0), "b": [Value(4.0), (Value(5.0),)]}
        self.inner = nn.Linear(2, 1, seed=0)
        self.size = 7
        self.register_buffer("history", [0.5, 1.5])

    def forward(self, x):
        return self.inner([self.scale * number for number in x])


def test_parameters_are_found_in_order_of_assignment_with_their_paths():
    assert [path for path, _ in Block().named_parameters()] == [
        "scale",
        "table.a",
        "table.b.0",
        "table.b.1.0",
        "inner.weight.0.0",
        "inner.weight.0.1",
        "inner.bias.0",
    ]
    model = nn.MLP(2, [3, 1], seed=0)
    paths = [path for path, _ in model.named_parameters()]
    assert paths[:4] == [f"layers.0.neurons.{path}" for path in ("0.w.0", "0.w.1", "0.b", "1.w.0")]
    assert len(paths) == len(model.parameters()) == (2 + 1) * 3 + (3 + 1)


def test_a_shared_parameter_is_listed_once_and_a_computed_value_not_at_all():
    block = Block()
    block.again = block.scale
    block.tied = block.inner
    block.last_output = block.scale * 2
    assert len(block.parameters()) == 7


def test_modules_and_children():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.MLP(2, [2, 1]))
    assert [type(child).__name__ for child in model.children()] == ["Linear", "ReLU", "MLP"]
    assert [path for path, _ in model.named_modules()][:4] == ["", "0", "1", "2"]
    assert [path for path, _ in model.named_children()] == ["0", "1", "2"]
    assert [path for path, _ in model[2].named_children()] == ["layers.0", "layers.1"]
    assert sum(isinstance(module, nn.Neuron) for module in model.modules()) == 3


def test_train_and_eval_reach_every_part():
    model = nn.Sequential(nn.Sequential(nn.Dropout(0.5)), nn.BatchNorm1d(1))
    assert all(module.training for module in model.modules())
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    model.train()
    assert all(module.training for module in model.modules())


def test_zero_grad():
    block = Block()
    block([1.0, 2.0])[0].backward()
    assert block.scale.grad != 0
    block.zero_grad()
    assert [value.grad for value in block.parameters()] == [0.0] * 7


def test_state_dict_holds_parameters_and_buffers_and_loads_back():
    first, second = Block(), Block()
    for value in first.parameters():
        value.data += 0.25
    first.history[1] = 9.0
    state = first.state_dict()
    assert state["table.a"] == 3.25
    assert state["history.1"] == 9.0
    second.load_state_dict(state)
    assert second.state_dict() == state


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("scale"), r"1 missing \('scale'\)"),
        (lambda state: state.update(extra=1.0), r"1 unknown \('extra'\)"),
        (lambda state: state.update(scale=float("nan")), "'scale'"),
        (lambda state: state.update(scale="two"), "'scale'"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, message):
    block = Block()
    before = block.state_dict()
    state = {path: number + 1 for path, number in before.items()}
    change(state)
    with pytest.raises(errors.ArgumentError, match=message):
        block.load_state_dict(state)
    assert block.state_dict() == before


def test_printing_shows_the_parts_and_counts_parameters():
    assert repr(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.25))) == (
        "Sequential(\n  (0): Linear(3, 4)  # 16 parameters\n  (1): ReLU()\n  (2): Dropout(0.25)\n)  # 16 parameters"
    )
    assert repr(nn.Neuron(1, "tanh")) == "Neuron(1, 'tanh')  # 2 parameters"
    assert repr(nn.MLP(20, [60, 1])).endswith("# 1,321 parameters")


def test_a_module_without_forward_says_so():
    class Nothing(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match="Nothing has no forward method"):
        Nothing()(1.0)


def test_models_copy_and_pickle():
    model = nn.Sequential(
        nn.MLP(2, [3, 2], activation="leaky_relu", seed=1), nn.BatchNorm1d(2), nn.Dropout(0.5, seed=1)
    )
    x = [[1.0, 2.0], [3.0, -4.0]]
    expected = [[y.data for y in row] for row in copy.deepcopy(model)(x)]
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert [[y.data for y in row] for row in twin(x)] == expected
        assert not {id(value) for value in twin.parameters()} & {id(value) for value in model.parameters()}


def test_a_module_draws_what_it_computes():
    source = nn.Linear(2, 1, seed=0).draw([1.0, 2.0]).source
    assert "weight" in source
    assert "dot" in source


class Holding(nn.Module):
    """Holds whatever it is given."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


@pytest.mark.parametrize(
    "attributes",
    [
        {"parts": {1: Value(1.0), "1": Value(2.0)}},
        {"parts": {None: Value(1.0), "None": Value(2.0)}},
        {"parts": {1: nn.Linear(1, 1), "1": nn.Linear(1, 1)}},
        {"a.b": Value(1.0)},
        {"a": {"b": Value(1.0)}, "a.b": Value(2.0)},
        {"parts": {"a.b": nn.BatchNorm1d(1, affine=False)}},
        {"parts": {0.5: Value(1.0)}},
        {"parts": {1: nn.BatchNorm1d(1, affine=False), "1": nn.BatchNorm1d(1, affine=False)}},
        {"deep": [{"x.y": [Value(1.0)]}]},
    ],
)
def test_names_that_would_collide_in_a_state_are_refused(attributes, tmp_path):
    module = Holding(**attributes)
    for use in (module.state_dict, lambda: module.load_state_dict({}), lambda: module.save(tmp_path / "x.json")):
        with pytest.raises(errors.ArgumentError, match=r"contains a dot|have the path"):
            use()
    assert not list(tmp_path.iterdir())


def test_names_that_look_alike_but_differ_are_kept_apart():
    module = Holding(parts={1: Value(1.0), "01": Value(2.0)}, a={"b": Value(3.0)}, a_b=Value(4.0))
    assert module.state_dict() == {"parts.1": 1.0, "parts.01": 2.0, "a.b": 3.0, "a_b": 4.0}


# --- what a user of PyTorch reaches for ---------------------------------------------------------------------


def test_a_state_that_fits_in_part_is_reported():
    block, state = Block(), {"scale": 9.0, "history.0": 7.0, "inner.bias.0": -1.0, "other": 1.0}
    report = block.load_state_dict(state, strict=False)
    assert report.unexpected_keys == ["other"]
    assert report.missing_keys == [
        "table.a", "table.b.0", "table.b.1.0", "inner.weight.0.0", "inner.weight.0.1", "history.1",
    ]  # fmt: skip
    assert (block.scale.data, block.inner.bias[0].data, block.history) == (9.0, -1.0, [7.0, 1.5])
    assert block.load_state_dict(block.state_dict()) == ([], [])
    before = block.state_dict()
    with pytest.raises(errors.ArgumentError, match="'scale'"):
        block.load_state_dict({"scale": float("nan"), "history.0": 1.0}, strict=False)
    assert block.state_dict() == before


def test_apply_goes_from_the_inside_out():
    model, seen = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.Tanh())), []
    assert model.apply(seen.append) is model
    assert seen == [model[0], model[1][0], model[1], model]


def test_named_things_take_a_prefix_and_may_stay_at_the_top():
    block = Block()
    assert [path for path, _ in block.named_parameters(recurse=False)] == [
        "scale",
        "table.a",
        "table.b.0",
        "table.b.1.0",
    ]
    assert len(block.parameters(recurse=False)) == 4
    assert next(block.named_parameters("net"))[0] == "net.scale"
    assert [path for path, _ in block.named_modules("net")] == ["net", "net.inner"]
    assert dict(block.named_buffers("net")) == {"net.history": [0.5, 1.5]}
    outer = nn.Sequential(block)
    assert list(outer.named_buffers(recurse=False)) == []
    assert list(outer.buffers()) == [[0.5, 1.5]]


def test_parameters_in_numpy_arrays_and_deques_are_found():
    numpy = pytest.importorskip("numpy")
    array = numpy.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    module = Holding(
        weight=array, single=numpy.array(Value(5.0)), queue=deque([Value(6.0)]), layers=numpy.array([nn.Linear(1, 1)])
    )
    assert [path for path, _ in module.named_parameters()] == [
        "weight.0.0", "weight.0.1", "weight.1.0", "weight.1.1", "single", "queue.0",
        "layers.0.weight.0.0", "layers.0.bias.0",
    ]  # fmt: skip
    module.load_state_dict(dict.fromkeys(module.state_dict(), 7.0))
    assert [value.data for value in array.ravel()] == [7.0] * 4
    assert Holding(data=numpy.array([1.0, 2.0]), words={"a", "b"}, numbers={1.0}).parameters() == []


def test_parameters_in_many_numpy_arrays_are_found():
    numpy = pytest.importorskip("numpy")
    rows = [numpy.array([Value(i), Value(i + 0.5)]) for i in range(20)]
    assert [value.data for value in Holding(rows=rows).parameters()] == [i / 2 for i in range(40)]
    named = Holding(**{f"row{i}": row for i, row in enumerate(rows)})
    assert len(named.parameters()) == len(named.state_dict()) == 40
    assert len(Holding(first=rows[0], same=rows[0]).parameters()) == 2


@pytest.mark.parametrize(
    ("holder", "path"),
    [
        (UserList([Value(1.0)]), "0"),
        (UserDict({"w": Value(1.0)}), "w"),
        (ChainMap({}, {"w": Value(1.0)}), "w"),
        (MappingProxyType({"w": Value(1.0)}), "w"),
        ({"w": Value(1.0)}.values(), "0"),
        (defaultdict(list, w=[Value(1.0)]), "w.0"),
    ],
)
def test_parameters_in_pythons_other_containers_are_found(holder, path):
    module = Holding(parts=holder)
    assert [name for name, _ in module.named_parameters()] == [f"parts.{path}"]
    module.load_state_dict({f"parts.{path}": 7.0})
    assert module.parameters()[0].data == 7.0


@pytest.mark.parametrize("parts", [{Value(1.0)}, frozenset({Value(1.0)}), {nn.Linear(1, 1)}])
def test_sets_of_parameters_are_refused(parts):
    module = Holding(inner=Holding(parts=parts))
    with pytest.raises(errors.ArgumentError, match=r"'inner.parts' is a set of Values or modules.*use a list"):
        module.parameters()
