"""LBFGS: valleys, memory, errors, and agreement with PyTorch over 50 steps, in loops and through ``fit``."""

import importlib
import json
import math
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import autograd
import nn
from autograd import Value, errors
from nn.optim.line_search import Point, WolfeSearch, lowest_of_cubic


def valley(x):
    """Rosenbrock's function of two or more numbers, in Values or in a tensor."""
    total = 0.0
    for i in range(len(x) - 1):
        total = total + (1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] ** 2) ** 2
    return total


def bowl(x):
    """A smooth convex function that is no quadratic."""
    total = 0.0
    for i in range(len(x)):
        total = total + (i + 1) * (x[i] - 0.5) ** 2 + 0.1 * (x[i] - x[i - 1]) ** 4
    return total


def closure_for(function, optimizer, x, evaluations=None):
    def closure():
        optimizer.zero_grad()
        loss = function(x)
        loss.backward()
        if evaluations is not None:
            evaluations.append(1)
        return loss

    return closure


SETTINGS = [
    {},
    {"max_iter": 1},
    {"lr": 0.5, "max_iter": 3, "history_size": 2},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "max_iter": 1},
    {"line_search_fn": "strong_wolfe", "max_iter": 4, "history_size": 2, "lr": 3.0},
    {"line_search_fn": "strong_wolfe", "max_iter": 6, "max_eval": 4, "lr": 0.01},
]


@pytest.mark.parametrize("options", SETTINGS)
def test_fifty_steps_are_pytorchs(options):
    torch = torch_or_skip()
    start = [random.Random(i).uniform(-1, 1) for i in range(6)]
    ours, theirs = [Value(x) for x in start], tensor(start, requires_grad=True)
    optimizer, other = nn.LBFGS(ours, **options), torch.optim.LBFGS([theirs], **options)
    counts = [], []
    mine, its = closure_for(bowl, optimizer, ours, counts[0]), closure_for(bowl, other, theirs, counts[1])
    for step in range(50):
        loss, their_loss = optimizer.step(mine), other.step(its)
        assert loss.data == pytest.approx(their_loss.item(), rel=1e-12, abs=1e-15)
        assert [x.data for x in ours] == pytest.approx(theirs.tolist(), rel=1e-12, abs=1e-12)
        assert len(counts[0]) == len(counts[1])
        if step == 10:  # also through a file
            saved = json.loads(json.dumps(optimizer.state_dict()))
            optimizer = nn.LBFGS(ours, **{**options, "lr": 7.0})
            optimizer.load_state_dict(saved)
            mine = closure_for(bowl, optimizer, ours, counts[0])


@pytest.mark.parametrize("options", [options for options in SETTINGS if "line_search_fn" in options])
def test_the_first_steps_down_a_curved_valley_are_pytorchs(options):
    torch = torch_or_skip()
    start = [-1.2, 1.0, 0.5, -0.7]
    ours, theirs = [Value(x) for x in start], tensor(start, requires_grad=True)
    optimizer, other = nn.LBFGS(ours, **options), torch.optim.LBFGS([theirs], **options)
    for _ in range(8):
        loss = optimizer.step(closure_for(valley, optimizer, ours))
        their_loss = other.step(closure_for(valley, other, theirs))
        assert loss.data == pytest.approx(their_loss.item(), rel=1e-11)
        assert [x.data for x in ours] == pytest.approx(theirs.tolist(), rel=1e-10)


INPUTS = [[random.Random(i).gauss(0, 1) for _ in range(3)] for i in range(20)]
LABELS = [[float(x + y * z > 0.2)] for x, y, z in INPUTS]


@pytest.mark.parametrize("compile", [True, False])
@pytest.mark.parametrize("options", [{"line_search_fn": "strong_wolfe", "max_iter": 2}, {"lr": 0.5, "max_iter": 1}])
def test_fifty_steps_of_fit_are_pytorchs(options, compile):
    torch = torch_or_skip()
    model, theirs = nn.Linear(3, 1, seed=5), torch.nn.Linear(3, 1, dtype=torch.float64)
    copy_parameters(model, theirs)
    history = nn.fit(
        model,
        (INPUTS, LABELS),
        loss="bce_with_logits",
        optimizer=nn.LBFGS(model.parameters(), **options),
        epochs=50,
        batch_size=20,
        progress=False,
        compile=compile,
    )
    assert history.computation.startswith("compiled:" if compile else "eager")
    other, losses = torch.optim.LBFGS(theirs.parameters(), **options), []

    def closure():
        other.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(theirs(tensor(INPUTS)), tensor(LABELS))
        loss.backward()
        return loss

    losses = [other.step(closure).item() for _ in range(50)]
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(theirs), rel=1e-10)


def test_a_network_in_fit_is_the_same_in_both_ways_and_goes_on():
    states = []
    for compile in (True, False):
        model = nn.MLP(3, [4, 1], activation="tanh", seed=1)
        optimizer = nn.LBFGS(model.parameters(), line_search_fn="strong_wolfe", max_iter=3)
        history = nn.fit(
            model, (INPUTS, LABELS), loss=nn.mse_loss, optimizer=optimizer, epochs=4, seed=0, clip=0.5,
            batch_size=10, progress=False, compile=compile,
        )  # fmt: skip
        history.resume(2)
        states.append([*model.state_dict().values(), *history["loss"]])
    assert states[0] == pytest.approx(states[1], rel=1e-9)
    assert states[0][-1] < states[0][-6]


def test_frozen_parameters_stay_and_thawing_starts_afresh():
    x = [Value(-1.2), Value(1.0), Value(0.5)]
    x[0].requires_grad = False
    optimizer = nn.LBFGS(x, line_search_fn="strong_wolfe")
    for _ in range(5):
        optimizer.step(closure_for(bowl, optimizer, x))
    assert x[0].data == -1.2
    frozen_best = bowl(x).data
    x[0].requires_grad = True
    for _ in range(5):
        optimizer.step(closure_for(bowl, optimizer, x))
    assert bowl(x).data < frozen_best
    for value in x:
        value.requires_grad = False
    before = [value.data for value in x]
    optimizer.step(closure_for(bowl, optimizer, x))
    assert [value.data for value in x] == before


def test_the_line_search_backs_off_where_the_loss_has_no_value():
    x = Value(0.5)
    optimizer = nn.LBFGS([x], lr=100.0, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = -autograd.log(x) + 3 * x  # for x > 0 only; lowest at 1/3
        loss.backward()
        return loss

    for _ in range(5):
        optimizer.step(closure)
    assert x.data == pytest.approx(1 / 3, rel=1e-5)  # where the loss changes by less than tolerance_change


def test_without_a_line_search_such_an_error_puts_everything_back():
    x = Value(0.5)
    optimizer = nn.LBFGS([x], lr=100.0)

    def closure():
        optimizer.zero_grad()
        loss = -autograd.log(x) + 3 * x
        loss.backward()
        return loss

    with pytest.raises(errors.DomainError):
        optimizer.step(closure)
    assert x.data == 0.5


def test_the_search_ends_where_both_conditions_hold():
    def evaluate(t):
        return Point(t, (t - 2.0) ** 4, [], 4 * (t - 2.0) ** 3)

    start = evaluate(0.0)
    for first in (0.001, 0.5, 3.9, 50.0):
        found = WolfeSearch(evaluate, start, 1.0, 25).best(first)
        assert found.loss <= start.loss + 1e-4 * found.t * start.slope
        assert abs(found.slope) <= 0.9 * abs(start.slope)


def waves(seed):
    """Return a random sum of waves, perhaps in a valley, that falls at 0, and its derivative."""
    draw = random.Random(seed)
    parts = [(draw.gauss(0, 1), draw.uniform(0.2, 6), draw.uniform(0, 6)) for _ in range(draw.randint(1, 4))]
    valley = draw.choice([0.0, 0.05, 0.5])
    uphill = sum(size * speed * math.cos(shift) for size, speed, shift in parts) > 0
    way = -1 if uphill else 1

    def loss(t):
        return valley * t * t + sum(size * math.sin(speed * way * t + shift) for size, speed, shift in parts)

    def slope(t):
        return 2 * valley * t + way * sum(
            size * speed * math.cos(speed * way * t + shift) for size, speed, shift in parts
        )

    return loss, slope


def assert_that_pytorch_searches_alike(loss, slope, first, most=25):
    torch_or_skip()
    pytorchs = importlib.import_module("torch.optim.lbfgs")._strong_wolfe
    asked, theirs = [], []

    def evaluate(t):
        asked.append(t)
        return Point(t, loss(t), [], slope(t))

    def in_tensors(_, t, *__):
        theirs.append(float(t))
        return loss(theirs[-1]), tensor([slope(theirs[-1])])

    start = evaluate(0.0)
    found = WolfeSearch(evaluate, start, 1.0, most).best(first)
    one, steep = tensor([1.0]), tensor([start.slope])
    *_, t, count = pytorchs(in_tensors, 0 * one, first, one, start.loss, steep, steep[0], max_ls=most)
    assert (found.t, len(asked) - 1) == (pytest.approx(float(t), rel=1e-5), count)
    assert asked[1:] == pytest.approx(theirs, rel=1e-5)


@pytest.mark.parametrize("first", [0.01, 0.3, 1.0, 4.0, 15.0])
def test_the_search_looks_at_the_points_that_pytorchs_looks_at(first):
    for seed in range(200):
        assert_that_pytorch_searches_alike(*waves(seed), first)


def test_the_search_where_two_points_are_equally_low_or_one_lies_at_a_tenth_of_the_interval():
    second = lowest_of_cubic(Point(0.0, 0.0, [], -1.0), Point(1.0, -1.0, [], -0.95), 1.01, 10.0)
    assert_that_pytorch_searches_alike(
        lambda t: -min(t, second),  # so that the third point is as low
        lambda t: -1.0 if t == 0 else -0.95 if t <= second else 0.0,
        1.0,
    )
    assert_that_pytorch_searches_alike(
        lambda t: (t - 1) ** 2 if t > 5 else 1 - 2 * t + 20 * t * t,  # seen from 0 and 10, the lowest point is 1
        lambda t: 2 * (t - 1) if t > 5 else 40 * t - 2,  # but seen from 0 and 1, it is 0.05
        10.0,
    )


def test_the_lowest_point_of_a_cubic():
    def on_cubic(t):  # t³ - 3t has its lowest point at 1
        return Point(t, t**3 - 3 * t, [], 3 * t * t - 3)

    assert lowest_of_cubic(on_cubic(0.0), on_cubic(2.0), 0.0, 2.0) == pytest.approx(1.0, rel=1e-15)
    assert lowest_of_cubic(on_cubic(2.0), on_cubic(0.0), 0.0, 2.0) == pytest.approx(1.0, rel=1e-15)
    assert lowest_of_cubic(on_cubic(0.0), on_cubic(2.0), 0.0, 0.75) == 0.75
    assert lowest_of_cubic(Point(0.0, 0.0, [], -1.0), Point(1.0, math.inf, [], math.nan), 0.0, 1.0) == 0.5


def test_a_straight_line_has_no_lowest_point_so_that_the_middle_is_taken():
    assert lowest_of_cubic(Point(0.0, 0.0, [], 1.0), Point(2.0, 2.0, [], 1.0), 1.0, 4.0) == 2.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.LBFGS([Value(0.0)]).step(), r"several times in a step: optimizer.step\(closure\)"),
        (lambda: nn.LBFGS([{"params": [Value(0.0)]}, {"params": [Value(0.0)]}]), "one group of parameters"),
        (lambda: nn.LBFGS([Value(0.0)], line_search_fn="armijo"), "line_search_fn must be one of 'strong_wolfe'"),
        (lambda: nn.LBFGS([Value(0.0)], max_iter=0), "max_iter must be a whole number of at least 1; got 0"),
        (lambda: nn.LBFGS([Value(0.0)], tolerance_grad=-1.0), "tolerance_grad must be at least 0; got -1.0"),
        (lambda: nn.LBFGS([Value(0.0)], history_size=0), "history_size must be a whole number"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(errors.ArgumentError, match=message):
        call()


@pytest.mark.parametrize(
    "change",
    [
        lambda memory: memory.update(scale="1"),
        lambda memory: memory.update(iterations=-1),
        lambda memory: memory.update(steps=3),
        lambda memory: memory.update(steps=[[1.0, 2.0]]),
        lambda memory: memory.update(gradient=[1.0, 2.0, 3.0]),
        lambda memory: memory.clear(),
    ],
)
def test_a_wrong_state_is_refused_and_changes_nothing(change):
    x = [Value(0.0), Value(2.0)]
    optimizer = nn.LBFGS(x)
    optimizer.step(closure_for(bowl, optimizer, x))
    before, state = json.dumps(optimizer.state_dict()), json.loads(json.dumps(optimizer.state_dict()))
    change(state["memory"])
    with pytest.raises(errors.ArgumentError):
        optimizer.load_state_dict(state)
    assert json.dumps(optimizer.state_dict()) == before


def test_a_closure_suits_every_optimiser():
    x, y = Value(1.0), Value(1.0)
    first, second = nn.Adam([x]), nn.Adam([y])
    loss = first.step(closure_for(lambda z: z[0] ** 2, first, [x]))
    (y**2).backward()
    assert second.step() is None
    assert (loss.data, x.data) == (1.0, y.data)


def test_reports_do_without_the_next_update():
    model = nn.Linear(3, 1, seed=0)
    report = nn.diagnose(model, (INPUTS, LABELS), nn.mse_loss, nn.LBFGS(model.parameters()))
    assert [layer.update_ratio for layer in report.layers] == [None]
