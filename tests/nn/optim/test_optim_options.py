"""Options of optimisers against PyTorch over 50 steps, to 1e-12: in loops of one's own, and through ``fit``."""

import json
import math
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import nn
from autograd import Value, errors

SETTINGS = [
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.05, "dampening": 0.3}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 1.0, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "maximize": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.01, "maximize": True, "momentum": 0.5, "nesterov": True}),
    ("RMSprop", {"lr": 0.01, "centered": True}),
    ("RMSprop", {"lr": 0.01, "centered": True, "momentum": 0.5, "weight_decay": 0.1, "maximize": True}),
    ("RMSprop", {"lr": 0.01, "eps": 0.0}),
    ("Adagrad", {"lr": 0.05, "maximize": True, "eps": 0.0}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.05, "amsgrad": True, "betas": (0.5, 0.6), "weight_decay": 0.1}),
    ("Adam", {"lr": 0.05, "eps": 0.0}),
    ("Adam", {"lr": 0.01, "maximize": True, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.05, "amsgrad": True, "betas": (0.5, 0.6), "weight_decay": 0.3}),
    ("AdamW", {"lr": 0.01, "maximize": True, "eps": 0.0}),
]


def pytorchs(name, parameters, options):
    torch = torch_or_skip()
    return getattr(torch.optim, name)(parameters, **options, foreach=False)


@pytest.mark.parametrize(("name", "options"), SETTINGS)
def test_fifty_steps_of_a_loop(name, options):
    rng = random.Random(2)
    start = [rng.gauss(0, 2) for _ in range(6)]
    ours, theirs = [Value(x) for x in start], tensor(start, requires_grad=True)
    optimizer, other = getattr(nn, name)(ours, **options), pytorchs(name, [theirs], options)
    for step in range(50):
        noise = [rng.gauss(0, 0.5) for _ in ours]
        optimizer.zero_grad()
        other.zero_grad()
        sum((x.sin() + 0.25 * x * x + c * x for x, c in zip(ours, noise, strict=True)), Value(0.0)).backward()
        (theirs.sin() + 0.25 * theirs * theirs + tensor(noise) * theirs).sum().backward()
        optimizer.step()
        other.step()
        assert [x.data for x in ours] == pytest.approx(theirs.tolist(), rel=1e-12, abs=1e-12)
        if step == 25:  # also through a file
            saved = json.loads(json.dumps(optimizer.state_dict()))
            optimizer = getattr(nn, name)(ours, **{**options, "lr": 3.0})
            optimizer.load_state_dict(saved)


INPUTS = [[random.Random(i).gauss(0, 1) for _ in range(3)] for i in range(8)]
TARGETS = [[math.sin(x) + y, x * z] for x, y, z in INPUTS]


@pytest.mark.parametrize("compile", [True, False])
@pytest.mark.parametrize(("name", "options"), SETTINGS)
def test_fifty_steps_of_fit(name, options, compile):
    torch = torch_or_skip()
    model, theirs = nn.Linear(3, 2, seed=5), torch.nn.Linear(3, 2, dtype=torch.float64)
    copy_parameters(model, theirs)
    optimizer, other = getattr(nn, name)(model.parameters(), **options), pytorchs(name, theirs.parameters(), options)
    history = nn.fit(
        model, (INPUTS, TARGETS), loss=nn.mse_loss, optimizer=optimizer, epochs=50, progress=False, compile=compile
    )
    assert history.computation.startswith("compiled:" if compile else "eager")
    losses = []
    for _ in range(50):
        other.zero_grad()
        loss = torch.nn.functional.mse_loss(theirs(tensor(INPUTS)), tensor(TARGETS))
        loss.backward()
        other.step()
        losses.append(loss.item())
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(theirs), rel=1e-12, abs=1e-12)


def test_groups_have_options_of_their_own():
    x, y = Value(1.0), Value(1.0)
    optimizer = nn.Adam([{"params": [x], "amsgrad": True}, {"params": [y], "maximize": True}], lr=0.5)
    x.grad = y.grad = 1.0
    optimizer.step()
    assert (x.data, y.data) == (pytest.approx(0.5), pytest.approx(1.5))
    assert [set(columns) for columns in optimizer.state] == [
        {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"},
        {"exp_avg", "exp_avg_sq"},
    ]


def test_the_variance_of_equal_gradients_is_never_negative():
    x = Value(0.0)
    optimizer = nn.RMSprop([x], lr=1e-9, alpha=0.5, centered=True)
    for _ in range(200):
        x.grad = 0.1 + 0.2  # for which square - mean * mean is below 0 after 52 steps
        optimizer.step()
    assert math.isfinite(x.data)


@pytest.mark.parametrize("kind", [nn.Adam, nn.AdamW, nn.RMSprop, nn.Adagrad])
def test_a_gradient_of_0_divided_by_eps_0_is_an_error_and_changes_nothing(kind):
    x, y = Value(1.0), Value(2.0)
    optimizer = kind([x, y], eps=0.0)
    x.grad = 1.0
    with pytest.raises(errors.NumberOverflowError, match=r"parameter 1 .*would become nan.*With eps = 0, a gradient"):
        optimizer.step()
    assert (x.data, y.data, optimizer.param_groups[0]["step"]) == (1.0, 2.0, 0)


@pytest.mark.parametrize("compile", [True, False])
def test_that_error_in_fit(compile):
    model = nn.Linear(2, 1, seed=0)
    before = model.state_dict()
    with pytest.raises(errors.NumberOverflowError, match="With eps = 0, a gradient of 0 is divided by 0"):
        nn.fit(
            model,
            ([[1.0, 0.0]], [3.0]),
            loss=nn.mse_loss,
            optimizer=nn.Adam(model.parameters(), eps=0.0),
            progress=False,
            compile=compile,
        )
    assert model.state_dict() == before


def test_a_state_from_before_these_options_existed_still_loads():
    optimizer = nn.SGD([Value(0.0)], lr=0.5, momentum=0.9)
    saved = optimizer.state_dict()
    for name in ("dampening", "maximize"):
        del saved["param_groups"][0][name]
    other = nn.SGD([Value(0.0)], lr=0.1, maximize=True)
    other.load_state_dict(saved)
    assert {name: other.param_groups[0][name] for name in ("lr", "momentum", "dampening", "maximize")} == {
        "lr": 0.5,
        "momentum": 0.9,
        "dampening": 0.0,
        "maximize": False,
    }


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adagrad", "Adam", "AdamW", "LBFGS"])
def test_what_is_not_given_is_what_pytorch_takes(name):
    made = getattr(nn, name)([Value(0.0)], **({"lr": 0.1} if name == "SGD" else {}))
    theirs = getattr(torch_or_skip().optim, name)([tensor([0.0], requires_grad=True)])
    own = made.defaults | ({"lr": 1e-3} if name == "SGD" else {})  # a learning rate has to be given to ours
    assert own == {option: theirs.defaults.get(option) for option in own}
    assert made.needs_closure == (name == "LBFGS")


def test_a_state_whose_skipped_steps_are_of_other_parameters_is_refused():
    one, other = Value(1.0), Value(2.0)
    optimizer = nn.SGD([one, other], lr=0.1)
    other.requires_grad = False
    optimizer.step()
    saved = optimizer.state_dict()
    assert saved["param_groups"][0]["skipped"] == [0, 1]
    saved["param_groups"][0]["skipped"] = [0, 1, 1]
    with pytest.raises(errors.ArgumentError, match="skipped"):
        optimizer.load_state_dict(saved)


@pytest.mark.parametrize(("name", "wrong"), [("lr", -0.1), ("step", 1.5), ("step", -1)])
def test_a_state_with_a_wrong_number_in_any_group_is_refused(name, wrong):
    optimizer = nn.Adam([{"params": [Value(1.0)]}, {"params": [Value(2.0)]}], lr=0.1)
    before, saved = optimizer.state_dict(), optimizer.state_dict()
    saved["param_groups"][1][name] = wrong
    with pytest.raises(errors.ArgumentError, match=name):
        optimizer.load_state_dict(saved)
    assert optimizer.state_dict() == before
