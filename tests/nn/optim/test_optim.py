"""Optimisers: closed forms, groups, state, errors, floats and arrays, and agreement with PyTorch over many steps."""

import json
import math
import random

import pytest
from pytorch import tensor, torch_or_skip

import nn
from autograd import Value, errors

# --- closed forms ---------------------------------------------------------------------------------------


def trained(optimizer_class, steps, gradient=lambda x: 2.5, start=4.0, **options):
    """Return the path of one parameter whose gradient is a function of it."""
    x = Value(start)
    optimizer = optimizer_class([x], **options)
    path = [x.data]
    for _ in range(steps):
        x.grad = gradient(x.data)
        optimizer.step()
        path.append(x.data)
    return path


def test_sgd_on_a_parabola_shrinks_by_the_same_factor_each_step():
    path = trained(nn.SGD, 20, lambda x: 2 * x, lr=0.1)
    assert path == pytest.approx([4 * 0.8**t for t in range(21)], rel=1e-14)


def test_momentum_adds_up_to_a_geometric_series():
    path = trained(nn.SGD, 20, lr=0.1, momentum=0.9)
    moved = [4.0]
    for t in range(1, 21):
        moved.append(moved[-1] - 0.1 * 2.5 * (1 - 0.9**t) / (1 - 0.9))
    assert path == pytest.approx(moved, rel=1e-13)


def test_nesterov_looks_one_step_ahead():
    path = trained(nn.SGD, 20, lr=0.1, momentum=0.9, nesterov=True)
    moved = [4.0]
    for t in range(1, 21):
        moved.append(moved[-1] - 0.1 * 2.5 * (1 - 0.9 ** (t + 1)) / (1 - 0.9))
    assert path == pytest.approx(moved, rel=1e-13)


def test_weight_decay_of_sgd_pulls_towards_zero():
    path = trained(nn.SGD, 20, lambda x: 0.0, lr=0.1, weight_decay=0.5)
    assert path == pytest.approx([4 * (1 - 0.05) ** t for t in range(21)], rel=1e-14)


def test_adam_moves_by_the_learning_rate_while_the_gradient_stays_the_same():
    for gradient in (2.5, 1e-3, 1e3):
        path = trained(nn.Adam, 20, lambda x, g=gradient: g, lr=0.1)
        step = 0.1 * gradient / (gradient + 1e-8)
        assert path == pytest.approx([4 - t * step for t in range(21)], rel=1e-12)


def test_adamw_decays_apart_from_the_gradient():
    path = trained(nn.AdamW, 20, lambda x: 0.0, lr=0.1, weight_decay=0.5)
    assert path == pytest.approx([4 * (1 - 0.05) ** t for t in range(21)], rel=1e-14)


def test_rmsprop_divides_by_the_root_of_the_running_mean_square():
    path = trained(nn.RMSprop, 20, lr=0.1, alpha=0.9)
    moved = [4.0]
    for t in range(1, 21):
        moved.append(moved[-1] - 0.1 * 2.5 / (2.5 * math.sqrt(1 - 0.9**t) + 1e-8))
    assert path == pytest.approx(moved, rel=1e-13)


def test_adagrad_divides_by_the_root_of_the_sum_of_squares():
    path = trained(nn.Adagrad, 20, lr=0.1, lr_decay=0.25)
    moved = [4.0]
    for t in range(1, 21):
        moved.append(moved[-1] - 0.1 / (1 + 0.25 * (t - 1)) * 2.5 / (2.5 * math.sqrt(t) + 1e-10))
    assert path == pytest.approx(moved, rel=1e-13)


# --- one rule for floats and arrays -----------------------------------------------------------------------

SETTINGS = [
    (nn.SGD, "SGD", {"lr": 0.05}),
    (nn.SGD, "SGD", {"lr": 0.05, "momentum": 0.9}),
    (nn.SGD, "SGD", {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1}),
    (nn.SGD, "SGD", {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.1, "nesterov": True}),
    (nn.RMSprop, "RMSprop", {"lr": 0.01}),
    (nn.RMSprop, "RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.5}),
    (nn.Adagrad, "Adagrad", {"lr": 0.1}),
    (nn.Adagrad, "Adagrad", {"lr": 0.1, "lr_decay": 0.01, "weight_decay": 0.1, "eps": 1e-5}),
    (nn.Adam, "Adam", {}),
    (nn.Adam, "Adam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-4, "weight_decay": 0.1}),
    (nn.AdamW, "AdamW", {}),
    (nn.AdamW, "AdamW", {"lr": 0.05, "betas": (0.8, 0.95), "weight_decay": 0.3}),
    (nn.SGD, "SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3}),
    (nn.SGD, "SGD", {"lr": 0.05, "dampening": 0.3}),
    (nn.SGD, "SGD", {"lr": 0.005, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1, "maximize": True}),
    (nn.SGD, "SGD", {"lr": 0.005, "momentum": 0.5, "nesterov": True, "maximize": True}),
    (nn.RMSprop, "RMSprop", {"lr": 0.01, "centered": True}),
    (nn.RMSprop, "RMSprop", {"lr": 0.01, "centered": True, "momentum": 0.5, "weight_decay": 0.1, "eps": 1e-3}),
    (nn.RMSprop, "RMSprop", {"lr": 0.001, "maximize": True, "eps": 0.0}),
    (nn.Adagrad, "Adagrad", {"lr": 0.01, "maximize": True, "eps": 0.0}),
    (nn.Adam, "Adam", {"lr": 0.05, "amsgrad": True}),
    (nn.Adam, "Adam", {"lr": 0.01, "amsgrad": True, "maximize": True, "weight_decay": 0.1}),
    (nn.Adam, "Adam", {"lr": 0.05, "eps": 0.0}),
    (nn.AdamW, "AdamW", {"lr": 0.05, "amsgrad": True, "betas": (0.8, 0.95), "weight_decay": 0.3, "eps": 0.0}),
    (nn.AdamW, "AdamW", {"lr": 0.01, "maximize": True}),
]


@pytest.mark.parametrize(("optimizer_class", "_", "options"), SETTINGS)
def test_the_rule_works_on_arrays_with_the_same_bits(optimizer_class, _, options):
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    rng = random.Random(1)
    values = [Value(rng.gauss(0, 1)) for _ in range(20)]
    optimizer = optimizer_class(values, **options)
    array = numpy.array([value.data for value in values])
    state = {name: numpy.zeros(20) for name in optimizer.state[0]}
    for step in range(1, 31):
        gradient = [rng.gauss(0, 1) * 10 ** rng.uniform(-6, 3) for _ in values]
        for value, number in zip(values, gradient, strict=True):
            value.grad = number
        optimizer.step()
        array, state = optimizer.update(array, numpy.array(gradient), state, optimizer.param_groups[0], step)
    assert [value.data for value in values] == array.tolist()
    assert optimizer.state[0] == {name: column.tolist() for name, column in state.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("optimizer_class", "name", "options"), [setting for setting in SETTINGS if "maximize" not in setting[2]]
)
def test_agrees_with_pytorch_over_200_steps(optimizer_class, name, options):
    torch = torch_or_skip()
    rng = random.Random(2)
    start = [rng.gauss(0, 2) for _ in range(6)]
    ours, theirs = [Value(x) for x in start], tensor(start, requires_grad=True)
    optimizer, other = optimizer_class(ours, **options), getattr(torch.optim, name)([theirs], **options)
    for _ in range(200):
        noise = [rng.gauss(0, 0.5) for _ in ours]
        optimizer.zero_grad()
        other.zero_grad()
        sum((x * x - 1) ** 2 / 8 + c * x for x, c in zip(ours, noise, strict=True)).backward()
        ((theirs * theirs - 1) ** 2 / 8 + tensor(noise) * theirs).sum().backward()
        optimizer.step()
        other.step()
        assert [x.data for x in ours] == pytest.approx(theirs.tolist(), rel=1e-9, abs=1e-12)


# --- groups and state -------------------------------------------------------------------------------------


def test_groups_have_their_own_hyperparameters():
    x, y = Value(1.0), Value(1.0)
    optimizer = nn.SGD([{"params": [x]}, {"params": [y], "lr": 0.5}], lr=0.1)
    x.grad = y.grad = 1.0
    optimizer.step()
    assert (x.data, y.data) == (0.9, 0.5)
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.5]
    z = Value(1.0)
    optimizer.add_param_group({"params": [z], "lr": 1.0})
    z.grad = 1.0
    optimizer.zero_grad()
    assert (x.grad, y.grad, z.grad) == (0.0, 0.0, 0.0)
    assert repr(optimizer).count("1 parameters") == 3


def test_a_group_that_joins_later_counts_its_own_steps():
    first, late = Value(0.0), Value(0.0)
    optimizer = nn.Adam([first], lr=0.1)
    for _ in range(5):
        first.grad = 1.0
        optimizer.step()
    optimizer.add_param_group({"params": [late]})
    late.grad = 1.0
    optimizer.step()
    assert late.data == pytest.approx(-0.1, rel=1e-6)


@pytest.mark.parametrize(("optimizer_class", "_", "options"), SETTINGS)
def test_state_survives_json_and_training_goes_on_as_if_nothing_had_happened(optimizer_class, _, options):
    def gradient(x):
        return math.sin(3 * x) + x

    whole = trained(optimizer_class, 20, gradient, **options)
    x = Value(4.0)
    optimizer = optimizer_class([x], **options)
    for _ in range(10):
        x.grad = gradient(x.data)
        optimizer.step()
    state = json.loads(json.dumps(optimizer.state_dict()))
    resumed = optimizer_class([x], **{**options, "lr": 123.0})
    resumed.load_state_dict(state)
    for _ in range(10):
        x.grad = gradient(x.data)
        resumed.step()
    assert x.data == whole[-1]


def test_a_state_of_something_else_is_refused():
    sgd = nn.SGD([Value(0.0)], lr=0.1)
    for other in (nn.Adam([Value(0.0)]), nn.SGD([Value(0.0), Value(0.0)])):
        with pytest.raises(errors.ArgumentError, match="does not fit this SGD"):
            sgd.load_state_dict(other.state_dict())
    with pytest.raises(errors.ArgumentError, match="does not fit this SGD"):
        sgd.load_state_dict({"lr": 0.1})
    broken = sgd.state_dict()
    broken["param_groups"][0]["lr"] = -1
    with pytest.raises(errors.ArgumentError, match="SGD: lr must be at least 0; got -1"):
        sgd.load_state_dict(broken)
    assert sgd.param_groups[0]["lr"] == 0.1


# --- errors -----------------------------------------------------------------------------------------------

X = Value(0.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SGD([X], lr=-0.1), "SGD: lr must be at least 0; got -0.1"),
        (lambda: nn.SGD([X], lr=math.nan), "SGD: lr.*nan"),
        (lambda: nn.SGD([X], momentum=1.0), "SGD: momentum must be at least 0 and less than 1; got 1.0"),
        (lambda: nn.SGD([X], weight_decay=-1), "SGD: weight_decay must be at least 0; got -1"),
        (lambda: nn.SGD([X], nesterov=True), "nesterov=True needs a momentum greater than 0"),
        (lambda: nn.Adam([X], betas=(0.9, 1.0)), "Adam: betas must be at least 0 and less than 1; got 1.0"),
        (lambda: nn.AdamW([X], betas=0.9), r"AdamW: betas is a pair such as \(0.9, 0.999\); got 0.9"),
        (lambda: nn.Adam([X], eps=-1e-8), "Adam: eps must be at least 0; got -1e-08"),
        (lambda: nn.SGD([X], momentum=0.9, dampening=1.5), "SGD: dampening must be at least 0 and at most 1; got 1.5"),
        (lambda: nn.SGD([X], momentum=0.9, dampening=0.1, nesterov=True), "nesterov=True needs .* and no dampening"),
        (lambda: nn.RMSprop([X], alpha=-0.5), "RMSprop: alpha must be at least 0 and less than 1; got -0.5"),
        (lambda: nn.Adagrad([X], lr_decay=-1.0), "Adagrad: lr_decay"),
        (lambda: nn.AdamW([{"params": [X], "lr": -1}]), "AdamW: lr must be at least 0; got -1"),
        (lambda: nn.SGD([]), "at least one parameter; the list is empty"),
        (lambda: nn.SGD([X, X]), r"SGD: parameter 1, Value\(.*is given twice"),
        (lambda: nn.SGD([{"params": [X]}, {"params": [X]}]), "is given twice"),
        (lambda: nn.SGD([X * 2]), "parameter 0 is Value"),
        (lambda: nn.SGD([1.0]), "parameter 0 is 1.0"),
        (lambda: nn.SGD(nn.MLP(1, [1])), r"write model.parameters\(\)"),
        (lambda: nn.SGD(3), "takes a list of Values; got 3"),
        (lambda: nn.SGD([{"params": [X], "beta": 1}]), "a group has the entry 'params' and any of 'lr'.*'beta'"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


def test_a_learning_rate_assigned_later_is_checked_too():
    optimizer = nn.SGD([X], lr=0.1)
    optimizer.param_groups[0]["lr"] = -1.0
    with pytest.raises(errors.ArgumentError, match=r"SGD: lr must be at least 0; got -1\.0"):
        optimizer.step()


@pytest.mark.parametrize("gradient", [1e300, math.nan, math.inf])
def test_a_step_to_infinity_changes_nothing_and_says_what_to_do(gradient):
    x, y = Value(1.0), Value(2.0, "y")
    optimizer = nn.SGD([x, y], lr=1e100)
    x.grad, y.grad = 1e-100, gradient
    with pytest.raises(errors.NumberOverflowError, match=r"parameter 1 \(.*label='y'.*lr = 1e\+100.*clip_grad_norm_"):
        optimizer.step()
    assert (x.data, y.data, optimizer.param_groups[0]["step"]) == (1.0, 2.0, 0)


def test_an_optimizer_without_a_rule_says_so():
    class Lazy(nn.Optimizer):
        pass

    with pytest.raises(NotImplementedError, match="states its rule"):
        Lazy([X], lr=0.1).step()
