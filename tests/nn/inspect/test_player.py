"""``nn.fit(..., record=True)`` and ``history.player()``: what is kept, what is computed from it, and the page."""

import base64
import functools
import itertools
import json
import math
import random
import re
import struct

import pytest
from project_root import ROOT

import autograd
import nn
from autograd import Value, errors
from nn.inspect.player import page_data as page_data_module
from nn.inspect.player import reconstruction as reconstruction_module
from nn.inspect.player import snapshots as snapshots_module
from nn.inspect.player import surface as surface_module
from nn.inspect.player.network import MOST_UNITS
from nn.inspect.player.page_data import packed, rounded
from nn.inspect.player.reconstruction import Reconstruction, chosen_samples, evenly
from nn.inspect.player.surface import SIDE, UNKNOWN, Scale, Surface, threshold_of

HOSTILE = "</script><img src=x onerror=alert(1)>\"'`${1}{{}}\u202e\u05d0\u05d1"
LINE = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.5]


def recorded(model, data, *, optimizer=None, **options):
    given = {"loss": nn.mse_loss, "progress": False, "seed": 0, "record": True, "epochs": 3, **options}
    return nn.fit(model, data, optimizer=optimizer or nn.SGD(model.parameters(), lr=0.05), **given)


def moons(count=40):
    return nn.make_moons(count, noise=0.1, seed=0)


def unpacked(text):
    """The numbers in a packed row, read without the library's help."""
    raw = base64.b64decode(text)
    return [struct.unpack(">f", raw[i : i + 3] + b"\0")[0] for i in range(0, len(raw), 3)]


def data_of(player):
    """What the page's scripts are given."""
    return json.loads(re.search(r"const DATA = (.*);\n", player.html).group(1))


@pytest.fixture
def coarse_map(monkeypatch):
    """A map of 10 x 10 points, for tests that look at something else: the full one takes most of a page's time."""
    monkeypatch.setattr(surface_module, "SIDE", 10)
    monkeypatch.setattr(page_data_module, "SIDE", 10)
    monkeypatch.setattr(reconstruction_module, "SIDE", 10)


# --- recording changes nothing -----------------------------------------------------------------------


def trained(compile, record):
    random.seed(1)
    model = nn.Sequential(
        nn.Linear(2, 6, seed=1), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.3, seed=2), nn.Linear(6, 1, seed=3)
    )
    optimizer = nn.Adam(model.parameters(), lr=0.02)
    history = recorded(
        model, moons(), loss=nn.binary_cross_entropy_with_logits, optimizer=optimizer, epochs=12, batch_size=12,
        clip=0.5, scheduler=nn.StepLR(optimizer, 4), compile=compile, record=record, validation=moons(10),
    )  # fmt: skip
    rows = [{name: number for name, number in row.items() if name != "seconds"} for row in history.rows]
    return rows, model.state_dict(), optimizer.state_dict(), random.getstate(), history.computation


@pytest.mark.parametrize("compile", [False, True])
def test_a_recorded_run_is_the_same_to_the_last_bit(compile):
    assert trained(compile, record=True) == trained(compile, record=False)


@pytest.mark.slow
@pytest.mark.usefixtures("coarse_map")
def test_making_the_page_changes_nothing():
    model = nn.Sequential(nn.Linear(2, 4, seed=1), nn.BatchNorm1d(4), nn.Dropout(0.2, seed=1), nn.Linear(4, 2, seed=2))
    optimizer = nn.Adam(model.parameters(), lr=0.02)
    history = recorded(model, moons(), loss=nn.cross_entropy, optimizer=optimizer)
    model.parameters()[0].grad = 0.25

    def everything():
        modes = [module.training for module in model.modules()]
        grads = [value.grad for value in model.parameters()]
        return model.state_dict(), optimizer.state_dict(), modes, grads, random.getstate(), list(history.rows)

    before = everything()
    first = history.player().html
    assert everything() == before
    assert history.player().html == first


# --- which frames are kept ------------------------------------------------------------------------------


def test_frames_are_what_the_model_and_the_optimiser_were():
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.01, momentum=0.9)
    seen = [([value.data for value in model.parameters()], [0.0, 0.0], 0.01)]

    def look(training):
        state = optimizer.state[0]["momentum_buffer"]
        seen.append(([value.data for value in model.parameters()], list(state), optimizer.param_groups[0]["lr"]))

    scheduler = nn.ExponentialLR(optimizer, gamma=0.5)
    history = recorded(model, LINE, optimizer=optimizer, epochs=5, scheduler=scheduler, callbacks=[look])
    frames = history._snapshots.all
    assert [frame.update for frame in frames] == [0, 1, 2, 3, 4, 5]
    assert [frame.epoch for frame in frames] == [0, 1, 2, 3, 4, 5]
    assert [list(frame.parameters) for frame in frames] == [numbers for numbers, _, _ in seen]
    assert [list(frame.state["momentum_buffer"]) for frame in frames] == [state for _, state, _ in seen]
    assert [frame.loss for frame in frames][1:] == history["loss"]
    assert math.isnan(frames[0].loss)


@pytest.mark.parametrize("updates", [99, 100, 101, 250, 1031])
def test_long_runs_are_thinned_out_evenly_and_keep_both_ends(updates):
    model = nn.Linear(1, 1, seed=0)
    history = recorded(model, ([[0.5]], [1.0]), epochs=updates, compile=False)
    found = [frame.update for frame in history._snapshots.all]
    steps = {after - before for before, after in itertools.pairwise(found[:-1])}
    assert (found[0], found[-1]) == (0, updates)
    assert len(steps) == 1
    assert found[-1] - found[-2] <= max(steps)
    assert min(updates, 50) < len(found) <= 102


def test_frames_of_large_models_are_fewer(monkeypatch):
    monkeypatch.setattr(snapshots_module, "MOST_NUMBERS", 40)
    history = recorded(nn.Linear(1, 1, seed=0), LINE, epochs=60, compile=False)
    assert len(history._snapshots.all) <= 22


def test_resuming_goes_on_recording():
    model = nn.Linear(1, 1, seed=0)
    history = recorded(model, LINE, epochs=2)
    history.resume(2)
    assert [frame.update for frame in history._snapshots.all] == [0, 1, 2, 3, 4]
    assert len(data_of(history.player())["curves"][0]["points"]) == 4


@pytest.mark.usefixtures("coarse_map")
def test_a_run_that_is_interrupted_can_be_replayed():
    def interrupt(training):
        if training.epoch == 2:
            raise KeyboardInterrupt

    history = recorded(nn.MLP(2, [3, 1], seed=0), moons(), epochs=9, callbacks=[interrupt])
    assert history.interrupted
    data = data_of(history.player())
    assert data["updates"] == [0, 1, 2, 3, 4]
    assert data["ending"].startswith("Interrupted after 2 epochs")


def test_parameters_that_are_not_trained_have_no_state():
    model = nn.Linear(1, 1, seed=0)
    history = recorded(model, LINE, optimizer=nn.Adam([model.bias[0]], lr=0.1))
    weight, bias = history._snapshots.all[-1].state["exp_avg"]
    assert math.isnan(weight)
    assert bias != 0


def test_what_options_make_an_optimiser_remember_is_shown_too(coarse_map):
    model = nn.Linear(1, 1, seed=0)
    groups = [{"params": model.weight[0]}, {"params": model.bias, "amsgrad": True}]
    history = recorded(model, LINE, optimizer=nn.Adam(groups, lr=0.1))
    weight, bias = history._snapshots.all[-1].state["max_exp_avg_sq"]
    assert math.isnan(weight)
    assert bias > 0
    assert data_of(history.player())["stateNames"] == ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"]


# --- what is computed from them ----------------------------------------------------------------------------


def test_gradients_are_those_of_the_samples_loss():
    model = nn.Linear(1, 1, seed=0)
    history = recorded(model, LINE, epochs=4)
    data = data_of(history.player([3]))
    (sample,) = data["samples"]
    gradients, units = unpacked(sample["gradients"]), unpacked(sample["units"])
    for i, frame in enumerate(history._snapshots.all):
        weight, bias = frame.parameters
        output = weight * 3.0 + bias
        slope = 2 * (output - 7.5)
        assert gradients[2 * i : 2 * i + 2] == pytest.approx([slope * 3.0, slope], rel=2e-5)
        assert units[4 * i : 4 * i + 4] == pytest.approx([3.0, output, slope * weight, slope], rel=2e-5)
        assert sample["outcomes"][i] == pytest.approx([(output - 7.5) ** 2, output], rel=1e-5)
    assert unpacked(data["values"])[-2:] == pytest.approx([value.data for value in model.parameters()], rel=2e-5)


@pytest.mark.usefixtures("coarse_map")
def test_units_are_those_of_their_frame_where_there_are_classes_too():
    history = recorded(nn.MLP(2, [3, 1], seed=0), moons(), loss=nn.binary_cross_entropy_with_logits)
    shown = Reconstruction(history._snapshots, [0])
    outputs = [row[2 + 3] for row in shown.units[0]]
    assert outputs == [output for _, output in shown.outcomes[0]]
    assert len(set(outputs)) == len(shown.frames)


def test_the_loss_curves_are_the_history():
    history = recorded(nn.Linear(1, 1, seed=0), LINE, epochs=5, validation=LINE)
    train, held_out = data_of(history.player())["curves"]
    assert [loss for _, loss in train["points"]] == pytest.approx(history["loss"], rel=1e-5)
    assert [loss for _, loss in held_out["points"]] == pytest.approx(history["validation_loss"], rel=1e-5)
    assert [epoch for epoch, _ in train["points"]] == [1, 2, 3, 4, 5]


def test_a_sample_beyond_the_range_of_floats_is_said_to_be():
    model = nn.Linear(1, 1, seed=0)
    data = [[0.0], [1e160]], [0.0, 0.0]
    history = recorded(model, data, optimizer=nn.SGD(model.parameters(), lr=0.0), batch_size=1, loss=nn.l1_loss)
    history._snapshots.loss = nn.mse_loss  # 1e160 squared is too large
    sample = data_of(history.player([1]))["samples"][0]
    assert sample["outcomes"] == [[None]] * 7
    assert all(map(math.isnan, unpacked(sample["gradients"])))
    both = data_of(history.player([0, 1]))["samples"]
    assert both[0]["outcomes"][0][0] is not None
    assert both[1]["outcomes"][0] == [None]


@pytest.mark.parametrize(
    ("loss", "labels", "sigmoid", "expected"),
    [
        (nn.mse_loss, (0.0, 1.0), False, 0.5),
        (nn.mse_loss, (-1.0, 1.0), False, 0.0),
        (nn.binary_cross_entropy, (0.0, 1.0), True, 0.5),
        (nn.binary_cross_entropy_with_logits, (0.0, 1.0), False, 0.0),
        (nn.hinge_loss, (-1.0, 1.0), False, 0.0),
    ],
)
def test_the_boundary_is_where_both_classes_cost_the_same(loss, labels, sigmoid, expected):
    model = nn.Sequential(nn.Linear(2, 1, seed=0), *([nn.Sigmoid()] if sigmoid else []))
    assert threshold_of(model, loss, [0.0, 1.0], labels[0], labels) == expected
    if not sigmoid:
        assert threshold_of(nn.MLP(2, [1], seed=0), loss, [0.0, 1.0], labels[0], labels) == expected


def test_the_surface_of_a_plane():
    model = nn.Linear(2, 1, seed=0)
    model.weight[0][0].data, model.weight[0][1].data, model.bias[0].data = 1.0, 0.0, 0.0
    surface = Surface(model, [[-1.0, 5.0], [1.0, 6.0]])
    scale = Scale((0.0, 1.0), 0.0, 0.0, 0.0)
    outputs = surface.outputs()
    xs = [-1.16 + 2.32 * i / (SIDE - 1) for i in range(SIDE)]
    assert [output for (output,) in outputs] == pytest.approx(xs * SIDE)
    assert surface.limits[1] == pytest.approx((4.92, 6.08))
    classes = [scale.byte(output) // scale.levels for output in outputs]
    assert classes == ([0] * (SIDE // 2) + [1] * (SIDE // 2)) * SIDE
    assert scale.byte([0.0]) == 0
    assert scale.byte([1.0]) == 127 + 63  # half of the levels at a lead of 1
    assert scale.byte([math.nan]) == scale.byte([math.inf]) == UNKNOWN


def test_the_surface_of_three_classes_and_of_a_number():
    three = Scale((0.0, 1.0, 2.0), 0.0, 0.0, 0.0)
    assert [three.byte(outputs) // three.levels for outputs in ([3, 1, 2], [1, 3, 2], [1, 2, 3])] == [0, 1, 2]
    assert three.byte([1e9, 0.0, 0.0]) == three.levels - 1
    number = Scale((), 0.0, -1.0, 3.0)
    assert [number.byte([x]) for x in (-5.0, -1.0, 1.0, 3.0, 9.0)] == [0, 0, 127, 254, 254]


def batch_normalised():
    model = nn.Sequential(nn.Linear(2, 4, seed=1), nn.BatchNorm1d(4), nn.GELU(), nn.Linear(4, 1, seed=2))
    recorded(model, moons(), epochs=2)
    return model.eval()


@pytest.mark.slow
@pytest.mark.parametrize("build", [lambda: nn.MLP(2, [5, 2], seed=3), batch_normalised])
def test_the_surface_is_the_same_with_and_without_arrays(build):
    model = build()
    arrays, values = Surface(model, moons()[0]), Surface(model, moons()[0])
    values.run = values.forward
    for (x,), (y,) in zip(first_columns(arrays), first_columns(values), strict=True):
        assert x == pytest.approx(y, rel=1e-12, abs=1e-12)
    for value in model.parameters():
        value.data *= 0.5
    for _, buffer in model.named_buffers():
        buffer[:] = [number * 2 for number in buffer]
    assert first_columns(arrays)[7] == pytest.approx(first_columns(values)[7], rel=1e-12)  # nothing is frozen


def first_columns(surface):
    return [row[:1] for row in surface.outputs()]


class Branching(nn.Module):
    """Asks for a number, which no program can be recorded from."""

    def __init__(self):
        self.inner = nn.Linear(2, 1, seed=0)

    def forward(self, xs):
        return [[y[0] * 2 if y[0].data > 0 else y[0]] for y in self.inner(xs)]


def test_models_that_cannot_be_recorded_have_a_map_too():
    history = recorded(Branching(), moons(), loss=nn.binary_cross_entropy_with_logits)
    assert "cannot be recorded" in history.computation
    assert len(base64.b64decode(data_of(history.player())["map"]["surfaces"])) == 7 * SIDE * SIDE


# --- what was held out, and how much is right --------------------------------------------------------------


@pytest.mark.usefixtures("coarse_map")
def test_accuracies_are_those_of_the_models_of_each_frame():
    model = nn.MLP(2, [4, 1], seed=0)
    seen, unseen = moons(), nn.make_moons(14, noise=0.1, seed=1)
    optimizer = nn.SGD(model.parameters(), lr=1.0)
    history = recorded(
        model, seen, loss=nn.binary_cross_entropy_with_logits, optimizer=optimizer, epochs=4, validation=unseen,
        metrics=[functools.partial(nn.accuracy, threshold=0)],
    )  # fmt: skip
    training, held_out = data_of(history.player())["accuracies"]
    assert [(each["title"], each["count"]) for each in (training, held_out)] == [("training", 40), ("held-out", 14)]
    every = [frame.update for frame in history._snapshots.all]
    at_epochs = [held_out["shares"][every.index(2 * (epoch + 1))] for epoch in range(4)]  # two batches an epoch
    assert at_epochs == pytest.approx(history["validation_accuracy"], rel=1e-5)
    outputs = [model(x) for x in seen[0]]
    assert training["shares"][-1] == pytest.approx(nn.accuracy(outputs, seen[1], threshold=0), rel=1e-5)


@pytest.mark.usefixtures("coarse_map")
def test_the_map_shows_what_was_held_out():
    history = recorded(nn.MLP(2, [3, 1], seed=0), moons(), validation=([[9.0, 9.0]], [1]))
    chart = data_of(history.player())["map"]
    assert chart["points"][-1] == [9.0, 9.0, 1, True]
    assert [point[3] for point in chart["points"]] == [False] * 40 + [True]
    assert chart["limits"][0][1] > 9  # there is room for it


def test_more_than_two_features_have_accuracies_without_a_map():
    iris = nn.load_iris()
    history = recorded(nn.MLP(4, [3], seed=0), (iris.data, iris.target), loss=nn.cross_entropy, epochs=1)
    data = data_of(history.player(class_names=iris.target_names))
    assert (data["map"][:8], data["classes"]) == ("There is", ["setosa", "versicolor", "virginica"])
    (training,) = data["accuracies"]
    outputs = [history._snapshots.model(x) for x in iris.data]
    assert training["shares"][-1] == pytest.approx(nn.accuracy(outputs, iris.target), rel=1e-5)


def test_a_regression_of_one_feature_has_a_fitted_curve():
    model = nn.Linear(1, 1, seed=0)
    history = recorded(model, LINE, epochs=4, validation=([[6.0]], [9.0]))
    data = data_of(history.player(feature_names=["hours"]))
    fitted = data["fitted"]
    assert (fitted["feature"], fitted["points"][0], fitted["points"][-1]) == (
        "hours", [0.0, 1.0, False], [6.0, 9.0, True]
    )  # fmt: skip
    outputs = unpacked(fitted["outputs"])
    count = len(outputs) // 5
    low, high = fitted["limits"]
    assert low < 0
    assert high > 6
    for i, frame in enumerate(history._snapshots.all):
        weight, bias = frame.parameters
        ends = [weight * low + bias, weight * high + bias]
        assert [outputs[i * count], outputs[(i + 1) * count - 1]] == pytest.approx(ends, rel=2e-5)
    assert data["accuracies"] == []


# --- several runs ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("coarse_map")
def test_a_comparison_holds_every_run_and_no_tables():
    runs = [recorded(nn.MLP(2, [size, 1], seed=0), moons(), epochs=2) for size in (2, 3)]
    page = nn.compare(*runs, names=["small", HOSTILE])
    assert page.html.count("</script>") == 1
    data = data_of(page)
    assert [each["name"] for each in data["runs"]] == ["small", HOSTILE]
    assert [each["updates"] for each in data["runs"]] == [[0, 1, 2, 3, 4]] * 2
    assert [each["parameterCount"] for each in data["runs"]] == [2 * 3 + 3, 3 * 3 + 4]
    assert [each["samples"][0]["gradients"] for each in data["runs"]] == [None, None]


def test_targets_in_lists_are_told_as_numbers_are():
    assert [page_data_module.text_of(target) for target in ([3 / 7], (3 / 7,), [[3 / 7]], [1 / 3, 2.0], 3 / 7)] == [
        "0.4286", "0.4286", "0.4286", "[0.3333, 2]", "0.4286",
    ]  # fmt: skip


def test_what_cannot_be_compared_is_said():
    history = recorded(nn.Linear(1, 1, seed=0), LINE)
    with pytest.raises(errors.ArgumentError, match="takes 2 to 4 histories; got 1"):
        nn.compare(history)
    with pytest.raises(errors.ArgumentError, match="names needs one name per history, 2; got \\['a'\\]"):
        nn.compare(history, history, names=["a"])
    with pytest.raises(errors.ArgumentError, match=r"Run 2 was not recorded.*record=True"):
        nn.compare(history, nn.History([{"loss": 1.0}]))


# --- training again in the page --------------------------------------------------------------------------


@pytest.mark.usefixtures("coarse_map")
@pytest.mark.parametrize(
    ("model", "options", "expected"),
    [
        (nn.Sequential(nn.Linear(2, 1, seed=0)), {}, "another model, Sequential"),
        (nn.MLP(2, [21, 1], seed=0), {}, "up to 20 units"),
        (nn.MLP(2, [3, 1], activation=lambda x: x * x, seed=0), {}, "no name that the page knows"),
        (nn.MLP(2, [3, 1], seed=0), {"loss": nn.MSELoss(reduction="sum")}, "not the mean over samples"),
    ],
)
def test_why_a_page_cannot_train_again(model, options, expected):
    again = data_of(recorded(model, moons(), epochs=1, **options).player())["retraining"]
    assert again.startswith("This run cannot be repeated in the page: ")
    assert expected in again


@pytest.mark.usefixtures("coarse_map")
def test_a_page_that_can_train_has_the_loss_as_a_graph_and_the_data():
    history = recorded(nn.MLP(2, [3, 1], activation="tanh", seed=0), moons(), batch_size=16, validation=moons(6))
    again = data_of(history.player())["retraining"]
    assert (again["inputs"], again["widths"], again["activation"], again["he"]) == (2, [3, 1], "tanh", False)
    assert (again["epochs"], again["batchSize"], again["learningRate"]) == (3, 16, 0.05)
    assert [len(again["training"]), len(again["heldOut"])] == [40, 6]
    assert set(again["losses"]) == {"0", "1"}
    assert again["training"][0] == [list(moons()[0][0]), moons()[1][0]]


# --- the size of the page --------------------------------------------------------------------------------


def test_frames_are_thinned_out_evenly_with_both_ends():
    assert evenly(range(10), 4) == [0, 3, 6, 9]
    assert evenly(range(3), 4) == [0, 1, 2]
    assert evenly(range(101), 0) == [0, 100]


@pytest.mark.slow
@pytest.mark.usefixtures("coarse_map")
def test_the_largest_pages_stay_below_a_megabyte():
    model = nn.Sequential(nn.Linear(2, 20, seed=0), nn.Tanh(), nn.Linear(20, 40, seed=1), nn.Tanh(), nn.Linear(40, 1))
    optimizer = nn.Adam(model.parameters(), amsgrad=True)
    history = recorded(model, moons(), optimizer=optimizer, epochs=80, batch_size=40)
    page = history.player([0, 1, 2])
    assert page.frames < 81
    data = data_of(page)
    assert (data["updates"][0], data["updates"][-1]) == (0, 80)
    assert 500_000 < len(page.html) < 1_000_000


# --- the network -------------------------------------------------------------------------------------------


def network_after(model, data=None, **options):
    history = recorded(model, data or moons(), epochs=1, **options)
    return Reconstruction(history._snapshots, [0]).network, [path for path, _ in model.named_parameters()]


@pytest.mark.usefixtures("coarse_map")
@pytest.mark.parametrize("fused", [True, False])
def test_the_weights_of_an_mlp_lead_from_unit_to_unit(fused):
    network, paths = network_after(nn.MLP(2, [3, 1], seed=0, fused=fused))
    assert [(column.title, column.kind, column.size) for column in network.columns] == [
        ("inputs", "", 2), ("layers.0", "Layer", 3), ("layers.1", "Layer", 1),
    ]  # fmt: skip
    expected = {(0, k, 1, j, f"layers.0.neurons.{j}.w.{k}") for j in range(3) for k in range(2)}
    expected |= {(1, k, 2, 0, f"layers.1.neurons.0.w.{k}") for k in range(3)}
    assert drawn(network, paths) == expected
    biases = {(column, unit, paths[parameter]) for column, unit, parameter in network.biases}
    assert biases == {(1, j, f"layers.0.neurons.{j}.b") for j in range(3)} | {(2, 0, "layers.1.neurons.0.b")}


def drawn(network, paths):
    return {(*units, paths[parameter]) for *units, parameter in network.edges}


@pytest.mark.usefixtures("coarse_map")
def test_an_activation_takes_the_place_of_its_layer():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Tanh(), nn.Dropout(0.5, seed=0), nn.Linear(3, 2, seed=1))
    network, paths = network_after(model, loss=nn.cross_entropy)
    assert [(column.title, column.layer) for column in network.columns] == [("inputs", None), ("0", 1), ("3", 3)]
    assert (1, 2, 2, 1, "3.weight.1.2") in drawn(network, paths)
    assert len(network.edges) == 12


class Functional(nn.Module):
    """Applies functions between its layers, and lets the sample skip the first."""

    def __init__(self):
        self.one, self.two = nn.Linear(2, 2, seed=0), nn.Linear(4, 1, seed=1)

    def forward(self, xs):
        return [self.two([*[autograd.tanh(y) for y in self.one(x)], *x]) for x in xs]


@pytest.mark.usefixtures("coarse_map")
def test_weights_are_found_through_functions_and_past_layers():
    network, paths = network_after(Functional())
    expected = {(0, k, 1, j, f"one.weight.{j}.{k}") for j in range(2) for k in range(2)}
    expected |= {(1, k, 2, 0, f"two.weight.0.{k}") for k in range(2)}
    expected |= {(0, k, 2, 0, f"two.weight.0.{k + 2}") for k in range(2)}
    assert drawn(network, paths) == expected


class Twice(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(2, 2, seed=0)

    def forward(self, xs):
        return [[sum(self.layer(self.layer(x)))] for x in xs]


@pytest.mark.usefixtures("coarse_map")
def test_a_layer_used_twice_is_not_drawn_and_the_rest_is():
    network, _ = network_after(Twice())
    assert "a layer is used several times for one sample" in network.problem
    data = data_of(recorded(Twice(), moons()).player())
    assert data["network"]["columns"] == []
    assert data["map"]["classes"] == ["class 0", "class 1"]


@pytest.mark.slow
def test_wide_layers_are_drawn_in_part_and_listed_up_to_a_limit():
    generator = random.Random(0)
    inputs = [[generator.random() for _ in range(30)] for _ in range(4)]
    model = nn.MLP(30, [25, 2], seed=0)
    history = recorded(model, (inputs, [0, 1, 0, 1]), loss=nn.cross_entropy, epochs=1)
    data = data_of(history.player())
    assert [(column["size"], column["drawn"]) for column in data["network"]["columns"]] == [
        (30, MOST_UNITS), (25, MOST_UNITS), (2, 2),
    ]  # fmt: skip
    assert data["parameterCount"] == 30 * 25 + 25 + 25 * 2 + 2
    assert len(data["parameters"]) == 600
    assert len(data["network"]["edges"]) == MOST_UNITS * MOST_UNITS + MOST_UNITS * 2
    names = {data["parameters"][edge[4]] for edge in data["network"]["edges"]}
    assert "layers.0.neurons.19.w.19" in names
    assert "needs samples of 2 numbers, these have 30" in data["map"]


# --- the page -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_two_moons_page_is_small_enough():
    model = nn.MLP(2, [16, 16, 1], seed=0)
    history = recorded(
        model, moons(200), loss=nn.binary_cross_entropy_with_logits, optimizer=nn.Adam(model.parameters(), lr=0.01),
        epochs=101, batch_size=200,
    )  # fmt: skip
    history._snapshots.every = 1
    history.resume(1)
    page = history.player()
    assert page.frames == 52
    assert len(page.html) < 1_000_000


def test_the_page_asks_for_nothing_from_outside():
    page = recorded(nn.MLP(2, [3, 1], seed=0), moons()).player().html
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, not an address
    assert "default-src 'none'" in page
    assert "<link" not in page
    assert "import(" not in page


@pytest.mark.usefixtures("coarse_map")
@pytest.mark.parametrize("name", [HOSTILE, "x" * 10_000, ""])
def test_hostile_names_stay_data(name):
    model = nn.MLP(2, [3, 2], seed=0)
    history = recorded(model, moons(), loss=nn.cross_entropy)
    page = history.player(class_names=[name, "other"], feature_names=[name, name])
    html = page.html
    assert html.count("</script>") == html.count("<script>") == 1
    assert "<img src=x" not in html
    data = data_of(page)
    assert data["map"]["classes"][0] == (name if len(name) < 200 else "x" * 199 + "…")
    assert data["network"]["inputs"] == [data["map"]["classes"][0]] * 2


class Named(nn.Module):
    """Keeps its weight under a name that would like to be markup."""

    def __init__(self):
        self.weights = {HOSTILE: Value(0.5)}

    def forward(self, xs):
        return [x[0] * self.weights[HOSTILE] for x in xs]


def test_hostile_parameter_names_stay_data():
    page = recorded(Named(), LINE).player()
    assert page.html.count("</script>") == 1
    assert data_of(page)["parameters"] == [f"weights.{HOSTILE}"]


def test_saving_replaces_the_file_as_a_whole(tmp_path):
    page = recorded(nn.Linear(1, 1, seed=0), LINE).player()
    target = tmp_path / "run.html"
    target.write_text("earlier")
    assert page.save(target) == target.resolve()
    assert target.read_text(encoding="utf-8") == page.html
    assert [file.name for file in tmp_path.iterdir()] == ["run.html"]
    with pytest.raises(errors.ArgumentError, match=r"There is no folder .*nowhere.* make it first"):
        page.save(tmp_path / "nowhere" / "run.html")


def test_a_notebook_gets_a_picture_and_the_scripts():
    html = recorded(nn.Linear(1, 1, seed=0), LINE).player()._repr_html_()
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html).group(1)
    assert base64.b64decode(picture).startswith(b"<svg")
    assert b"polyline" in base64.b64decode(picture)
    assert "trust the notebook" in html


def test_what_cannot_be_replayed_is_said():
    with pytest.raises(errors.ArgumentError, match=r"nn\.fit\(\.\.\., record=True\)"):
        nn.History([{"loss": 1.0}]).player()
    history = recorded(nn.Linear(1, 1, seed=0), LINE)
    for samples in ([], [4], [-1], [0, 1, 2, 3], ["0"], 1):
        with pytest.raises(errors.ArgumentError, match=r"1 to 3 positions in the training data, which has 4 samples"):
            history.player(samples)


def test_samples_are_chosen_with_different_targets():
    data = [([0.0], label) for label in (1, 1, 1, 0, 1, 2)]
    assert chosen_samples(data, 3) == [0, 3, 5]
    assert chosen_samples(data[:1], 3) == [0]
    assert chosen_samples([([x], x) for x in range(30)], 3) == [5, 15, 25]  # a regression has no classes


@pytest.mark.parametrize(
    ("targets", "outputs", "expected"),
    [
        ([[0.0, 1.0]] * 4, 2, "each target is more than one number"),
        ([0.5, 1.5, 1.0, 0.0], 2, "2 outputs: it shows a single one, or up to 8 classes"),
    ],
)
def test_why_there_is_no_map(targets, outputs, expected):
    def loss(predicted, wanted):
        return sum(y * y for row in predicted for y in row) / len(predicted)

    history = recorded(nn.Linear(2, outputs, seed=0), (moons(4)[0], targets), loss=loss)
    assert expected in data_of(history.player())["map"]


def test_a_regression_on_the_plane_shows_its_output():
    model = nn.MLP(2, [3, 1], seed=0)
    chart = data_of(recorded(model, (moons(4)[0], [0.5, 1.5, 1.0, -3.0])).player())["map"]
    assert (chart["classes"], chart["low"], chart["high"]) == ([], -3.0, 1.5)


def test_packed_numbers_keep_four_digits_and_every_size():
    generator = random.Random(0)
    numbers = [generator.uniform(-1, 1) * 10.0 ** generator.randint(-30, 30) for _ in range(500)]
    assert unpacked(packed(numbers)) == pytest.approx(numbers, rel=2**-16, abs=0)
    assert unpacked(packed([0.0, 1.0, -2.5])) == [0.0, 1.0, -2.5]
    low, high, missing = unpacked(packed([-1e300, 1e300, math.nan]))
    assert (low, high) == pytest.approx((-3e38, 3e38), rel=1e-4)
    assert math.isnan(missing)
    assert rounded(math.inf) is None


@pytest.mark.parametrize(
    ("result", "loss"),
    [
        (lambda low, high: (low, high), lambda outputs, targets: nn.mse_loss(outputs[0], targets)),
        (lambda low, high: {"low": low}, lambda outputs, targets: nn.mse_loss(outputs["low"], targets)),
        (lambda low, high: sum(x * x for x in low), lambda output, targets: output * 1.0),
    ],
    ids=["pair", "dictionary", "one Value"],
)
def test_a_model_with_other_results_than_one_for_each_sample_is_replayed_without_a_map(result, loss):
    class Other(nn.Module):
        def __init__(self):
            self.first, self.second = nn.Linear(2, 1, seed=0), nn.Linear(2, 1, seed=1)

        def forward(self, batch):
            return result([x for (x,) in self.first(batch)], self.second(batch))

    data = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0]], [0, 1, 1]
    model = Other()
    history = recorded(model, data, loss=loss, epochs=2)
    shown = data_of(history.player([0]))
    assert shown["map"] == (
        "There is no map of the outputs: the model gives something else than one result for each sample."
    )
    assert shown["map"] in (ROOT / "nn/inspect/player/languages/de.json").read_text(encoding="utf-8")  # as a key
