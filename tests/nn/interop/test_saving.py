"""``nn.save`` and ``nn.load``: equal numbers back, nothing half loaded, nothing half written, no code run."""

import json
import os
import signal

import pytest

import nn
from autograd import errors


def model_state(model):
    return {path: value.data for path, value in model.named_parameters()}


@pytest.fixture
def trained(tmp_path):
    """A model and an optimiser after a few steps, and the file they were saved in."""
    model = nn.MLP(2, [3, 2], seed=1)
    optimizer = nn.SGD(model.parameters(), lr=0.05, momentum=0.9)
    train(model, optimizer)
    path = tmp_path / "checkpoint.json"
    nn.save({"model": model, "optimizer": optimizer, "epoch": 3, "note": "größer <&>"}, path)
    return model, optimizer, path


def train(model, optimizer, steps=3):
    for _ in range(steps):
        optimizer.zero_grad()
        nn.cross_entropy(model([[0.3, -1.2], [1.7, 0.4]]), [0, 1]).backward()
        optimizer.step()


def test_what_is_loaded_is_equal_to_the_last_bit(trained):
    model, _, path = trained
    other = nn.MLP(2, [3, 2], seed=2)
    state = nn.load(path, into={"model": other})
    assert model_state(other) == model_state(model)
    assert (state["epoch"], state["note"]) == (3, "größer <&>")


def test_training_goes_on_as_if_it_had_never_stopped(trained):
    model, optimizer, path = trained
    other = nn.MLP(2, [3, 2], seed=2)
    other_optimizer = nn.SGD(other.parameters(), lr=1.0, momentum=0.1)
    nn.load(path, into={"model": other, "optimizer": other_optimizer})
    train(model, optimizer)
    train(other, other_optimizer)
    assert model_state(other) == model_state(model)


def test_a_model_alone(tmp_path):
    model, other = nn.MLP(2, [3, 1], seed=1), nn.MLP(2, [3, 1], seed=2)
    model.save(tmp_path / "model.json")
    other.load(tmp_path / "model.json")
    assert model_state(other) == model_state(model)


def test_running_statistics_are_kept(tmp_path):
    norm, other = nn.BatchNorm1d(2), nn.BatchNorm1d(2)
    norm([[1.0, 2.0], [3.0, 5.0]])
    nn.save(norm, tmp_path / "norm.json")
    nn.load(tmp_path / "norm.json", into=other)
    assert (other.running_mean, other.running_var) == (norm.running_mean, norm.running_var)
    assert other.running_mean == pytest.approx([0.2, 0.35])  # momentum 0.1 times the batch's means 2 and 3.5


# --- files that cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [0, 1, 0.3, 0.9, -2])
def test_a_truncated_file(trained, keep):
    model, optimizer, path = trained
    text = path.read_bytes()
    path.write_bytes(text[: int(keep * len(text)) if isinstance(keep, float) else keep])
    before = model_state(model)
    with pytest.raises(errors.FormatError, match="damaged or incomplete"):
        nn.load(path, into={"model": model, "optimizer": optimizer})
    assert model_state(model) == before


def damaged(path, **changes):
    content = json.loads(path.read_text(encoding="utf-8"))
    content.update(changes)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_newer_format_names_the_remedy(trained):
    _, _, path = trained
    damaged(path, version=99)
    with pytest.raises(errors.FormatError, match=r"format version 99; this library reads up to 1\. Use a newer copy"):
        nn.load(path)


@pytest.mark.parametrize("version", [None, "1", 0, -1, True])
def test_a_senseless_version(trained, version):
    _, _, path = trained
    damaged(path, version=version)
    with pytest.raises(errors.FormatError, match="its version is"):
        nn.load(path)


@pytest.mark.parametrize("text", ["[]", "3", '{"a": 1}', '{"format": "other", "version": 1, "state": {}}'])
def test_json_of_another_kind(tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(errors.FormatError, match=r"not a file that nn\.save wrote"):
        nn.load(tmp_path / "x.json")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "[" * 100_000])
def test_numbers_that_are_none_and_nesting_without_end(trained, text):
    _, _, path = trained
    path.write_text(path.read_text(encoding="utf-8").replace("3,", f"{text},", 1), encoding="utf-8")
    with pytest.raises(errors.FormatError, match="damaged or incomplete"):
        nn.load(path)


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(errors.FormatError):
        nn.load(tmp_path / "x.json")


def test_a_missing_file_is_pythons_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / "none.json")


# --- files that do not fit ----------------------------------------------------------------------------


def test_another_shape_leaves_everything_as_it_was(trained):
    _, _, path = trained
    larger = nn.MLP(2, [4, 2], seed=5)
    before = model_state(larger)
    with pytest.raises(errors.FormatError, match="does not fit the MLP 'model', which stays as it was"):
        nn.load(path, into={"model": larger})
    assert model_state(larger) == before


def test_what_fits_is_not_loaded_either_if_something_else_does_not(trained):
    _, _, path = trained
    fitting, other = nn.MLP(2, [3, 2], seed=7), nn.MLP(5, [1], seed=8)
    optimizer = nn.SGD(other.parameters(), lr=0.5)
    before = model_state(fitting), json.dumps(optimizer.state_dict())
    with pytest.raises(errors.FormatError, match="does not fit the SGD 'optimizer'"):
        nn.load(path, into={"model": fitting, "optimizer": optimizer})
    assert (model_state(fitting), json.dumps(optimizer.state_dict())) == before


def test_a_name_that_the_file_does_not_hold(trained):
    model, _, path = trained
    with pytest.raises(errors.FormatError, match="no state called 'network'; it holds 'model', 'optimizer'"):
        nn.load(path, into={"network": model})


@pytest.mark.parametrize("wrong", ["text", None, [1.0], {"a": 1}, True, False, 10**400])
def test_a_parameter_that_is_no_number(trained, wrong):
    _, _, path = trained
    content = json.loads(path.read_text(encoding="utf-8"))
    first = next(iter(content["state"]["model"]))
    content["state"]["model"][first] = wrong
    path.write_text(json.dumps(content), encoding="utf-8")
    other = nn.MLP(2, [3, 2], seed=2)
    before = model_state(other)
    with pytest.raises(errors.FormatError):
        nn.load(path, into={"model": other})
    assert model_state(other) == before


WRONG = [
    (("optimizer", "param_groups", 0, "lr"), [True, "0.1", None, -1.0, [0.1], {}]),
    (("optimizer", "param_groups", 0, "momentum"), [False, 1.0, "0"]),
    (("optimizer", "param_groups", 0, "nesterov"), [0, 1, "False", None]),
    (("optimizer", "param_groups", 0, "step"), [True, 3.0, -1, "3"]),
    (("optimizer", "param_groups", 0, "params"), [True, "17", 17.5]),
    (("optimizer", "param_groups", 0), [[], None, {"lr": 0.1}]),
    (("optimizer", "state", 0, "momentum_buffer", 0), [True, "1", None, [1.0]]),
    (("optimizer", "state", 0, "momentum_buffer"), ["x" * 17, {str(i): 0.0 for i in range(17)}, True]),
    (("optimizer", "state", 0), [[], None]),
    (("adam", "param_groups", 0, "betas"), [[0.9, True], [0.9], 0.9, "99"]),
    (("scheduler", "last_epoch"), [True, 1.5, "1", None]),
    (("scheduler", "base_lrs", 0), [True, "1", None]),
    (("history", "rows", 0, "loss"), [True, "1", None]),
    (("history", "rows", 0), [True, []]),
    (("history", "interrupted"), [0, None]),
    (("history", "continuation", "generators"), [None, 0, []]),
    (("history", "continuation", "progress"), [0, []]),
    (("adam", "param_groups", 0, "amsgrad"), [True]),
    (("lbfgs", "param_groups", 0, "line_search_fn"), [True, 0]),
    (("lbfgs", "memory"), [None, 3]),
]


def everything(seed, lr):
    """Something of each kind that has a state."""
    model = nn.MLP(2, [3, 2], seed=seed)
    optimizer = nn.SGD(model.parameters(), lr=lr, momentum=0.9)
    history = nn.History([{"loss": lr}])
    history.load_state_dict({**history.state_dict(), "continuation": {"generators": {}, "progress": None}})
    return {
        "model": model,
        "optimizer": optimizer,
        "adam": nn.Adam(model.parameters(), lr=lr),
        "scheduler": nn.StepLR(optimizer, 3),
        "lbfgs": nn.LBFGS(model.parameters(), lr=lr),
        "history": history,
    }


@pytest.mark.parametrize(("place", "wrong"), [(place, wrong) for place, several in WRONG for wrong in several])
def test_wrong_types_are_refused_when_they_are_loaded_and_nothing_changes(tmp_path, place, wrong):
    nn.save(everything(1, 0.1), tmp_path / "x.json")
    content = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    holder = content["state"]
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = wrong
    (tmp_path / "x.json").write_text(json.dumps(content), encoding="utf-8")
    own = everything(2, 0.2)
    before = [repr(part.state_dict()) for part in own.values()]
    with pytest.raises(errors.FormatError, match="does not fit"):
        nn.load(tmp_path / "x.json", into=own)
    assert [repr(part.state_dict()) for part in own.values()] == before
    direct = own[place[0]]
    with pytest.raises(errors.AutogradError):
        direct.load_state_dict(content["state"][place[0]])
    assert repr(direct.state_dict()) == before[list(own).index(place[0])]


def test_all_that_is_saved_is_loaded(tmp_path):
    saved, own = everything(1, 0.1), everything(2, 0.2)
    nn.save(saved, tmp_path / "x.json")
    nn.load(tmp_path / "x.json", into=own)
    assert [part.state_dict() for part in own.values()] == [part.state_dict() for part in saved.values()]


@pytest.mark.parametrize("key", ["format", "version", "state", "model", "lr", "momentum_buffer"])
def test_a_key_that_occurs_twice_is_refused_at_any_depth(trained, key):
    _, _, path = trained
    text = path.read_text(encoding="utf-8").replace(f'"{key}":', f'"{key}": 1, "{key}":', 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.FormatError, match=f"'{key}' occurs twice"):
        nn.load(path)


class Interrupting:
    """Takes a state, and Ctrl-C is pressed meanwhile: as an exception, or as the signal itself."""

    def __init__(self, press):
        self.press = press

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        if state != {}:
            self.press()


def exception():
    raise KeyboardInterrupt


def test_an_interrupt_that_gets_through_puts_everything_back(trained):
    model, optimizer, path = trained
    nn.save({"model": model, "optimizer": optimizer, "third": {"x": 1}}, path)
    other = nn.MLP(2, [3, 2], seed=5)
    rule = nn.SGD(other.parameters(), lr=0.5)
    before = model_state(other), repr(rule.state_dict())
    with pytest.raises(KeyboardInterrupt):
        nn.load(path, into={"model": other, "optimizer": rule, "third": Interrupting(exception)})
    assert (model_state(other), repr(rule.state_dict())) == before


def test_ctrl_c_waits_until_everything_is_loaded(trained):
    model, optimizer, path = trained
    nn.save({"first": {"x": 1}, "model": model, "optimizer": optimizer}, path)
    other = nn.MLP(2, [3, 2], seed=5)
    rule = nn.SGD(other.parameters(), lr=0.5)
    pressing = Interrupting(lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        nn.load(path, into={"first": pressing, "model": other, "optimizer": rule})
    assert model_state(other) == model_state(model)
    assert rule.state_dict() == optimizer.state_dict()


@pytest.mark.parametrize("into", [3, "model", [1]])
def test_what_takes_no_state(trained, into):
    with pytest.raises(errors.ArgumentError, match="load puts states into"):
        nn.load(trained[2], into=into)


# --- writing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [{"x": float("nan")}, {"x": {1, 2}}, {3: 1.0}, {"x": {4: 1.0}}, 3.0, [1.0]])
def test_what_is_no_json_is_refused_and_the_earlier_file_stays(tmp_path, what):
    path = tmp_path / "x.json"
    nn.save({"x": 1.0}, path)
    with pytest.raises(errors.ArgumentError, match="cannot be saved"):
        nn.save(what, path)
    assert nn.load(path) == {"x": 1.0}


def test_a_crash_while_writing_leaves_the_earlier_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "x.json"
    nn.save({"x": 1.0}, path)

    def crash(_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="disk full"):
        nn.save({"x": 2.0}, path)
    assert nn.load(path) == {"x": 1.0}
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.json").touch()
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    nn.save({"x": 1.0}, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert nn.load(tmp_path / "real.json") == {"x": 1.0}


@pytest.mark.parametrize("state", [None, [], "state", 3])
@pytest.mark.parametrize("kind", everything(1, 0.1))
def test_a_state_that_is_no_dictionary_is_named(kind, state):
    with pytest.raises(errors.ArgumentError, match="A state is a dictionary from state_dict"):
        everything(1, 0.1)[kind].load_state_dict(state)


def test_a_line_search_is_part_of_the_state():
    model = nn.MLP(2, [3, 2], seed=1)
    other = nn.LBFGS(model.parameters())
    other.load_state_dict(nn.LBFGS(model.parameters(), line_search_fn="strong_wolfe").state_dict())
    assert other.param_groups[0]["line_search_fn"] == "strong_wolfe"
