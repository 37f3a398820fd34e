"""Schedulers: closed forms, state, errors, and agreement with PyTorch over many steps."""

import math

import pytest
from pytorch import tensor, torch_or_skip

import nn
from autograd import Value, errors


def optimizer(lr=0.5, momentum=0.9):
    return nn.SGD([Value(0.0)], lr=lr, momentum=momentum)


def rates(scheduler, steps):
    """Return the learning rate before each step."""
    path = []
    for _ in range(steps):
        path.append(scheduler.optimizer.param_groups[0]["lr"])
        scheduler.step()
    return path


def test_step_and_exponential():
    assert rates(nn.StepLR(optimizer(), 3, 0.1), 7) == pytest.approx([0.5] * 3 + [0.05] * 3 + [0.005], rel=1e-14)
    assert rates(nn.ExponentialLR(optimizer(), 0.9), 5) == pytest.approx([0.5 * 0.9**t for t in range(5)], rel=1e-14)


def test_cosine_annealing_has_the_start_the_middle_and_the_end_of_the_wave():
    path = rates(nn.CosineAnnealingLR(optimizer(), T_max=10, eta_min=0.1), 21)
    assert (path[0], path[5], path[10]) == pytest.approx((0.5, 0.3, 0.1), rel=1e-14)
    assert path[:10] == sorted(path[:10], reverse=True)
    assert path[20] == pytest.approx(0.5, rel=1e-14)
    assert path[3] == pytest.approx(0.1 + 0.4 * (1 + math.cos(0.3 * math.pi)) / 2, rel=1e-14)


def test_warm_restarts_start_anew_in_rounds_that_grow():
    path = rates(nn.CosineAnnealingWarmRestarts(optimizer(), T_0=2, T_mult=3), 27)
    assert [t for t, rate in enumerate(path) if rate == 0.5] == [0, 2, 8, 26]
    assert path[5] == pytest.approx(0.25, rel=1e-14)  # half of the round of 6


def test_linear_warm_up():
    path = rates(nn.LinearLR(optimizer(), start_factor=0.2, total_iters=4), 7)
    assert path == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5], rel=1e-14)


def test_warm_up_and_then_cosine():
    ours = optimizer()
    parts = [nn.LinearLR(ours, 0.5, total_iters=2), nn.CosineAnnealingLR(ours, T_max=4)]
    path = rates(nn.SequentialLR(ours, parts, milestones=[2]), 7)
    assert path == pytest.approx([0.25, 0.375, 0.5, *(0.25 * (1 + math.cos(math.pi * t / 4)) for t in range(1, 5))])


def test_one_cycle_rises_falls_and_moves_momentum_the_other_way():
    ours = optimizer()
    scheduler = nn.OneCycleLR(ours, max_lr=1.0, total_steps=101, pct_start=21 / 101, anneal_strategy="linear")
    path, momenta = [], []
    for _ in range(101):
        path.append(ours.param_groups[0]["lr"])
        momenta.append(ours.param_groups[0]["momentum"])
        scheduler.step()
    assert (path[0], path[10], path[20], path[100]) == pytest.approx((0.04, 0.52, 1.0, 4e-6), rel=1e-12)
    assert (momenta[0], momenta[10], momenta[20], momenta[60]) == pytest.approx((0.95, 0.9, 0.85, 0.9), rel=1e-12)
    assert path.index(max(path)) == 20
    with pytest.raises(errors.ArgumentError, match="made for 101 steps; number 102 is one too many"):
        scheduler.step()


def test_one_cycle_moves_the_first_beta_of_adam():
    adam = nn.Adam([Value(0.0)])
    nn.OneCycleLR(adam, max_lr=1.0, total_steps=10)
    assert adam.param_groups[0]["betas"] == (0.95, 0.999)


def test_plateau_waits_reduces_and_cools_down():
    ours = optimizer(lr=1.0)
    scheduler = nn.ReduceLROnPlateau(ours, factor=0.5, patience=2, cooldown=2, min_lr=0.2)
    path = []
    for metric in [5.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 3.0] + [3.0] * 10:
        scheduler.step(metric)
        path.append(scheduler.get_last_lr()[0])
    # better at 0 and 1; bad at 2, 3, 4: reduced; cooling at 5, 6; bad at 7, 8, 9: reduced
    assert path[:11] == [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]
    assert path[-1] == 0.2
    scheduler.step(Value(2.0))
    assert scheduler.best == 2.0


def test_every_group_keeps_its_own_base():
    ours = nn.SGD([{"params": [Value(0.0)], "lr": 1.0}, {"params": [Value(0.0)], "lr": 0.1}])
    scheduler = nn.ExponentialLR(ours, 0.5)
    scheduler.step()
    assert scheduler.get_last_lr() == [0.5, 0.05]


@pytest.mark.parametrize(
    "make",
    [
        lambda ours: nn.StepLR(ours, 3),
        lambda ours: nn.CosineAnnealingWarmRestarts(ours, 4),
        lambda ours: nn.OneCycleLR(ours, 1.0, 40),
    ],
)
def test_state_saves_and_loads(make):
    whole = rates(make(optimizer()), 20)
    first = make(optimizer())
    rates(first, 10)
    resumed = make(optimizer())
    resumed.load_state_dict(first.state_dict())
    assert rates(resumed, 10) == whole[10:]


def test_the_state_of_a_plateau_saves_and_loads():
    first = nn.ReduceLROnPlateau(optimizer(), patience=2)
    for _ in range(3):
        first.step(1.0)
    resumed = nn.ReduceLROnPlateau(optimizer(), patience=2)
    resumed.load_state_dict(first.state_dict())
    resumed.step(1.0)
    assert resumed.get_last_lr() == pytest.approx([0.05])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.StepLR(optimizer(), 0), "step_size must be a whole number of at least 1; got 0"),
        (lambda: nn.StepLR(optimizer(), 1, -0.1), "gamma must be greater than 0; got -0.1"),
        (lambda: nn.ExponentialLR(optimizer(), 0), "gamma must be greater than 0; got 0"),
        (lambda: nn.CosineAnnealingLR(optimizer(), 0), "T_max must be"),
        (lambda: nn.CosineAnnealingLR(optimizer(), 5, eta_min=-1), "eta_min must be at least 0; got -1"),
        (lambda: nn.CosineAnnealingWarmRestarts(optimizer(), 2, 0), "T_mult must be"),
        (
            lambda: nn.LinearLR(optimizer(), start_factor=0.0),
            "start_factor must be greater than 0 and at most 1",
        ),
        (lambda: nn.OneCycleLR(optimizer(), 1.0, 10, pct_start=2.0), "pct_start must be"),
        (lambda: nn.OneCycleLR(optimizer(), 1.0, 10, anneal_strategy="exp"), "anneal_strategy must be one of"),
        (lambda: nn.OneCycleLR(nn.Adagrad([Value(0.0)]), 1.0, 10), "cannot cycle the momentum of Adagrad"),
        (
            lambda: nn.ReduceLROnPlateau(optimizer(), factor=1.0),
            "factor must be greater than 0 and less than 1",
        ),
        (lambda: nn.ReduceLROnPlateau(optimizer(), mode="up"), "mode must be one of 'min', 'max'; got 'up'"),
        (lambda: nn.ReduceLROnPlateau(optimizer()).step(math.nan), "metrics.*nan"),
        (lambda: nn.SequentialLR(optimizer(), [], [3]), "one milestone between each two schedulers"),
        (
            lambda: nn.SequentialLR(optimizer(), [nn.StepLR(optimizer(), 1)], []),
            "own optimiser; number 0 is StepLR",
        ),
        (lambda: nn.SequentialLR(optimizer(), [nn.ReduceLROnPlateau(optimizer())], []), "that follow a formula"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


# --- PyTorch --------------------------------------------------------------------------------------------

SETTINGS = [
    ("StepLR", {"step_size": 7, "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.95}),
    ("CosineAnnealingLR", {"T_max": 60}),
    ("CosineAnnealingLR", {"T_max": 25, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 10}),
    ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2, "eta_min": 0.01}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.8, "total_iters": 20}),
    ("OneCycleLR", {"max_lr": 1.5, "total_steps": 60}),
    ("OneCycleLR", {"max_lr": 1.5, "total_steps": 60, "pct_start": 0.5, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 1.5, "total_steps": 60, "div_factor": 5.0, "final_div_factor": 50.0}),
    ("OneCycleLR", {"max_lr": 1.5, "total_steps": 60, "cycle_momentum": False}),
]


@pytest.mark.parametrize(("name", "options"), SETTINGS)
def test_agrees_with_pytorch_over_60_steps(name, options):
    torch = torch_or_skip()
    ours, theirs = optimizer(), torch.optim.SGD([tensor([0.0], requires_grad=True)], lr=0.5, momentum=0.9)
    scheduler, other = getattr(nn, name)(ours, **options), getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    for _ in range(60):
        for key in ("lr", "momentum"):
            assert ours.param_groups[0][key] == pytest.approx(theirs.param_groups[0][key], rel=1e-9, abs=1e-12)
        assert scheduler.get_last_lr() == pytest.approx(other.get_last_lr(), rel=1e-9, abs=1e-12)
        theirs.step()  # PyTorch warns where a scheduler steps before its optimiser
        scheduler.step()
        other.step()


def test_a_sequence_agrees_with_pytorch():
    torch = torch_or_skip()
    ours, theirs = optimizer(), torch.optim.SGD([tensor([0.0], requires_grad=True)], lr=0.5)
    schedulers = torch.optim.lr_scheduler
    scheduler = nn.SequentialLR(ours, [nn.LinearLR(ours, 0.1), nn.ExponentialLR(ours, 0.9)], [5])
    other = schedulers.SequentialLR(
        theirs, [schedulers.LinearLR(theirs, 0.1), schedulers.ExponentialLR(theirs, 0.9)], [5]
    )
    for _ in range(30):
        assert scheduler.get_last_lr() == pytest.approx(other.get_last_lr(), rel=1e-9)
        theirs.step()
        scheduler.step()
        other.step()


LINEAR = ("LinearLR", {"start_factor": 0.1, "total_iters": 4})
EXPONENTIAL = ("ExponentialLR", {"gamma": 0.9})
COSINE = ("CosineAnnealingLR", {"T_max": 12, "eta_min": 0.01})
STEPS = ("StepLR", {"step_size": 3, "gamma": 0.5})
CYCLE = ("OneCycleLR", {"max_lr": 1.5, "total_steps": 25})


@pytest.mark.parametrize(
    ("settings", "milestones"),
    [
        ([LINEAR, CYCLE], [5]),
        ([CYCLE, EXPONENTIAL], [7]),
        ([EXPONENTIAL, LINEAR, CYCLE], [3, 8]),
        ([LINEAR, CYCLE, STEPS], [4, 20]),
        ([CYCLE, CYCLE], [6]),
        ([COSINE, LINEAR, STEPS], [9, 15]),
    ],
)
@pytest.mark.parametrize(("kind", "options"), [("SGD", {"momentum": 0.9}), ("Adam", {})])
def test_sequences_with_schedules_by_batch_agree_with_pytorch(settings, milestones, kind, options):
    torch = torch_or_skip()
    ours = getattr(nn, kind)([Value(0.0)], lr=0.5, **options)
    theirs = getattr(torch.optim, kind)([tensor([0.0], requires_grad=True)], lr=0.5, **options)
    scheduler = nn.SequentialLR(ours, [getattr(nn, name)(ours, **given) for name, given in settings], milestones)
    others = [getattr(torch.optim.lr_scheduler, name)(theirs, **given) for name, given in settings]
    other = torch.optim.lr_scheduler.SequentialLR(theirs, others, milestones)
    for _ in range(25):
        for key in ("lr", "momentum", "betas"):
            if key in ours.param_groups[0]:
                assert ours.param_groups[0][key] == pytest.approx(theirs.param_groups[0][key], rel=1e-9)
        theirs.step()
        scheduler.step()
        other.step()
    assert scheduler.per_batch == (CYCLE in settings)


def test_the_state_of_a_sequence_restores_momentum_and_bases():
    def made(lr):
        ours = nn.SGD([Value(0.0)], lr=lr, momentum=0.9)
        parts = [nn.LinearLR(ours, 0.1, total_iters=3), nn.OneCycleLR(ours, 1.0, 20), nn.ExponentialLR(ours, 0.9)]
        return nn.SequentialLR(ours, parts, [4, 12])

    first = made(0.5)
    for _ in range(7):
        first.step()
    second = made(0.25)
    second.load_state_dict(first.state_dict())
    for _ in range(10):
        groups = [scheduler.optimizer.state_dict()["param_groups"] for scheduler in (first, second)]
        assert groups[0] == groups[1]
        first.step()
        second.step()


@pytest.mark.parametrize(("name", "options"), [LINEAR, EXPONENTIAL, COSINE, STEPS])
def test_a_group_added_later_goes_on_from_its_learning_rate_as_in_pytorch(name, options):
    torch = torch_or_skip()
    ours, theirs = optimizer(), torch.optim.SGD([tensor([0.0], requires_grad=True)], lr=0.5)
    scheduler, other = getattr(nn, name)(ours, **options), getattr(torch.optim.lr_scheduler, name)(theirs, **options)
    for step in range(10):
        if step == 3:
            ours.add_param_group({"params": [Value(1.0)], "lr": 2.0})
            theirs.add_param_group({"params": [tensor([1.0], requires_grad=True)], "lr": 2.0})
        rates = [group["lr"] for group in theirs.param_groups]
        assert scheduler.get_last_lr() == pytest.approx(rates, rel=1e-9)
        theirs.step()
        scheduler.step()
        other.step()


@pytest.mark.parametrize(
    "make",
    [
        lambda ours: nn.CosineAnnealingWarmRestarts(ours, 10),
        lambda ours: nn.OneCycleLR(ours, 1.0, 40),
        lambda ours: nn.SequentialLR(ours, [nn.LinearLR(ours, 0.1), nn.ExponentialLR(ours, 0.9)], [5]),
        lambda ours: nn.SequentialLR(ours, [nn.LinearLR(ours, 0.1), nn.OneCycleLR(ours, 0.9, 20)], [5]),
    ],
)
def test_a_group_added_with_the_rate_of_the_others_stays_with_them_where_pytorch_fails(make):
    ours = optimizer()
    scheduler = make(ours)
    for _ in range(3):
        scheduler.step()
    ours.add_param_group({"params": [Value(1.0)], "lr": ours.param_groups[0]["lr"]})
    for _ in range(8):
        scheduler.step()
        first, second = ours.param_groups
        assert second["lr"] == pytest.approx(first["lr"], rel=1e-12)
    if "OneCycleLR" in str([scheduler, *getattr(scheduler, "schedulers", ())]):
        assert second["momentum"] == first["momentum"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_epoch": True},
        {"last_epoch": 2.5},
        {"last_epoch": -1},
        {"last_epoch": "3"},
        {},
        {"last_epoch": 3, "base_lrs": [True]},
        {"last_epoch": 3, "base_lrs": []},
        {"last_epoch": 3, "base_lrs": 0.5},
        {"last_epoch": 99, "base_lrs": [0.5]},
    ],
)
def test_a_state_of_wrong_types_is_refused_and_changes_nothing(wrong):
    ours = optimizer()
    scheduler = nn.OneCycleLR(ours, 1.0, 40)
    scheduler.step()
    before = scheduler.state_dict(), dict(ours.param_groups[0])
    with pytest.raises(errors.ArgumentError):
        scheduler.load_state_dict(wrong)
    assert (scheduler.state_dict(), dict(ours.param_groups[0])) == before


@pytest.mark.parametrize(
    "wrong", [{}, {"best": True, "bad_epochs": 0, "cooling": 0}, {"best": None, "bad_epochs": "1", "cooling": 0}]
)
def test_a_wrong_state_of_a_plateau_is_refused(wrong):
    scheduler = nn.ReduceLROnPlateau(optimizer())
    with pytest.raises(errors.ArgumentError, match="The state needs a number as"):
        scheduler.load_state_dict(wrong)
    assert scheduler.best is None


@pytest.mark.parametrize(
    "options",
    [
        {"patience": 2},
        {"patience": 1, "factor": 0.5, "cooldown": 3, "threshold": 0.05},
        {"patience": 1, "mode": "max", "threshold": 0.1, "threshold_mode": "abs"},
        {"patience": 0, "mode": "max", "min_lr": 0.001},
    ],
)
def test_plateau_agrees_with_pytorch(options):
    torch = torch_or_skip()
    ours, theirs = optimizer(), torch.optim.SGD([tensor([0.0], requires_grad=True)], lr=0.5)
    scheduler = nn.ReduceLROnPlateau(ours, **options)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options)
    for step in range(60):
        metric = 2 + math.sin(step / 5) + 1 / (step + 1)
        scheduler.step(metric)
        other.step(metric)
        # PyTorch leaves out changes below 1e-8
        assert ours.param_groups[0]["lr"] == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-9, abs=1e-8)


@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_a_cycle_whose_rise_is_one_step_begins_at_the_top(strategy):
    ours = nn.SGD([Value(0.0)], lr=0.1, momentum=0.9)
    nn.OneCycleLR(ours, max_lr=2.0, total_steps=10, pct_start=0.1, anneal_strategy=strategy)
    assert (ours.param_groups[0]["lr"], ours.param_groups[0]["momentum"]) == (2.0, 0.85)
