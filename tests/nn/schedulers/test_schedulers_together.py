"""Schedulers in PyTorch's company over 50 steps, to 1e-12: new ones, two at a time, chained, and through ``fit``."""

import itertools
import json
import math

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import nn
from autograd import Value, errors

STEPS = 50
FACTORS = {
    "MultiStepLR": {"milestones": [3, 20, 20, 31], "gamma": 0.5},
    "LambdaLR": {"lr_lambda": lambda epoch: 0.95**epoch + 0.1 * math.sin(epoch) ** 2},
    "ConstantLR": {"factor": 0.25, "total_iters": 7},
    "LinearLR": {"start_factor": 0.1, "total_iters": 12},
    "ExponentialLR": {"gamma": 0.95},
    "StepLR": {"step_size": 6, "gamma": 0.7},
    "CosineAnnealingLR": {"T_max": 9, "eta_min": 0.01},
    "CosineAnnealingWarmRestarts": {"T_0": 7, "T_mult": 2},
    "OneCycleLR": {"max_lr": 1.5, "total_steps": STEPS + 1},
}


def optimizers(*rates, **options):
    torch = torch_or_skip()
    ours = nn.SGD([{"params": [Value(0.0)], "lr": rate} for rate in rates], momentum=0.9, **options)
    groups = [{"params": [tensor([0.0], requires_grad=True)], "lr": rate} for rate in rates]
    return ours, torch.optim.SGD(groups, lr=0.1, momentum=0.9, **options)


def made(name, ours, theirs, options=None):
    """Return a scheduler of ours and the one of PyTorch's with the same name and options."""
    options = FACTORS[name] if options is None else options
    their_class = getattr(torch_or_skip().optim.lr_scheduler, name)
    return getattr(nn, name)(ours, **options), their_class(theirs, **options)


def assert_alike_over_steps(ours, theirs, steps, *pairs):
    for step in range(steps):
        for group, other in zip(ours.param_groups, theirs.param_groups, strict=True):
            for key in ("lr", "momentum"):
                assert group[key] == pytest.approx(other[key], rel=1e-12, abs=1e-15), (step, key)
        theirs.step()  # PyTorch warns where a scheduler steps before its optimiser
        for scheduler, other in pairs:
            scheduler.step()
            other.step()


@pytest.mark.parametrize("name", FACTORS)
def test_each_alone(name):
    ours, theirs = optimizers(0.5, 0.125)
    assert_alike_over_steps(ours, theirs, STEPS, made(name, ours, theirs))


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(FACTORS, 2)))
def test_two_stepped_together_multiply_or_overwrite(first, second):
    ours, theirs = optimizers(0.5, 0.125)
    pairs = [made(name, ours, theirs) for name in (first, second)]
    assert_alike_over_steps(ours, theirs, STEPS, *pairs)


def test_a_plateau_and_a_schedule_together():
    ours, theirs = optimizers(0.5)
    schedule, other_schedule = made("CosineAnnealingLR", ours, theirs)
    plateau, other_plateau = made("ReduceLROnPlateau", ours, theirs, {"patience": 1, "factor": 0.5})
    for step in range(STEPS):
        metric = abs(math.sin(step / 7))
        theirs.step()
        schedule.step(), other_schedule.step()
        plateau.step(metric), other_plateau.step(metric)
        assert schedule.get_last_lr() == pytest.approx([theirs.param_groups[0]["lr"]], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    "names",
    [
        ("LinearLR", "ExponentialLR"),
        ("ConstantLR", "CosineAnnealingLR", "StepLR"),
        ("LambdaLR", "MultiStepLR"),
        ("ExponentialLR", "LambdaLR"),
        ("CosineAnnealingLR", "ExponentialLR"),
        ("OneCycleLR", "ExponentialLR"),
    ],
)
def test_chained(names):
    torch = torch_or_skip()
    ours, theirs = optimizers(0.5, 0.125)
    pairs = [made(name, ours, theirs) for name in names]
    scheduler = nn.ChainedScheduler([one for one, _ in pairs])
    other = torch.optim.lr_scheduler.ChainedScheduler([one for _, one in pairs])
    asked = [scheduler.rate(scheduler.base_lrs[0], epoch) for epoch in range(STEPS)]
    path = []
    for _ in range(STEPS):
        path.append(scheduler.get_last_lr()[0])
        assert scheduler.get_last_lr() == pytest.approx(other.get_last_lr(), rel=1e-12, abs=1e-15)
        theirs.step()
        scheduler.step()
        other.step()
    assert asked == pytest.approx(path, rel=1e-12, abs=1e-15)
    assert scheduler.per_batch == ("OneCycleLR" in names)


def test_a_schedule_that_is_made_for_an_optimiser_that_has_trained_starts_from_there_as_in_pytorch():
    ours, theirs = optimizers(0.5)
    assert_alike_over_steps(ours, theirs, 5, made("ExponentialLR", ours, theirs))
    assert_alike_over_steps(ours, theirs, 20, made("CosineAnnealingLR", ours, theirs))
    assert_alike_over_steps(ours, theirs, 20, made("CosineAnnealingWarmRestarts", ours, theirs))


def test_a_learning_rate_changed_by_hand_is_gone_on_from():
    ours, theirs = optimizers(0.5)
    pair = made("CosineAnnealingLR", ours, theirs)
    assert_alike_over_steps(ours, theirs, 4, pair)
    for optimizer in (ours, theirs):
        optimizer.param_groups[0]["lr"] *= 0.3
    assert_alike_over_steps(ours, theirs, 30, pair)


@pytest.mark.parametrize("chain", [False, True])
def test_states_of_two_go_on_where_they_were(chain):
    def make():
        ours = nn.SGD([Value(0.0)], lr=0.5)
        both = [nn.ExponentialLR(ours, 0.9), nn.CosineAnnealingLR(ours, 20, eta_min=0.01)]
        return ours, [nn.ChainedScheduler(both)] if chain else both

    whole, schedulers = make()
    for _ in range(7):
        for scheduler in schedulers:
            scheduler.step()
    states = json.loads(json.dumps([scheduler.state_dict() for scheduler in schedulers]))
    resumed, others = make()
    for scheduler, state in zip(others, states, strict=True):
        scheduler.load_state_dict(state)
    for _ in range(10):
        assert resumed.param_groups[0]["lr"] == pytest.approx(whole.param_groups[0]["lr"], rel=1e-13)
        for scheduler in (*schedulers, *others):
            scheduler.step()


# --- options ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"max_lr": 1.5, "epochs": 10, "steps_per_epoch": 5},
        {"max_lr": [1.5, 0.2], "total_steps": 50},
        {"max_lr": [1.5, 0.2], "epochs": 5, "steps_per_epoch": 10, "anneal_strategy": "linear", "pct_start": 0.6},
    ],
)
def test_one_cycle_by_epochs_and_with_a_maximum_for_each_group(options):
    ours, theirs = optimizers(0.5, 0.125)
    assert_alike_over_steps(ours, theirs, STEPS, made("OneCycleLR", ours, theirs, options))


def test_a_function_for_each_group():
    ours, theirs = optimizers(0.5, 0.125)
    options = {"lr_lambda": [lambda epoch: 0.9**epoch, lambda epoch: 1 / (1 + epoch)]}
    assert_alike_over_steps(ours, theirs, STEPS, made("LambdaLR", ours, theirs, options))


@pytest.mark.parametrize("eps", [0.0, 1e-8, 0.01])
def test_plateau_leaves_small_reductions_out(eps):
    ours, theirs = optimizers(0.5)
    scheduler, other = made("ReduceLROnPlateau", ours, theirs, {"patience": 0, "factor": 0.5, "eps": eps})
    for _ in range(STEPS):
        scheduler.step(1.0)
        other.step(1.0)
        assert ours.param_groups[0]["lr"] == theirs.param_groups[0]["lr"]


# --- through fit ------------------------------------------------------------------------------------------

INPUTS = [[math.sin(3 * i), math.cos(5 * i)] for i in range(12)]
TARGETS = [[x - 2 * y + 0.1 * i] for i, (x, y) in enumerate(INPUTS)]


def chained(library, optimizer):
    parts = [
        library.ConstantLR(optimizer, factor=0.5, total_iters=4),
        library.CosineAnnealingLR(optimizer, T_max=9, eta_min=0.001),
    ]
    return library.ChainedScheduler(parts)


THROUGH_FIT = {
    "MultiStepLR": lambda library, optimizer: library.MultiStepLR(optimizer, [5, 9, 30], 0.5),
    "LambdaLR": lambda library, optimizer: library.LambdaLR(optimizer, FACTORS["LambdaLR"]["lr_lambda"]),
    "ConstantLR": lambda library, optimizer: library.ConstantLR(optimizer, 0.1, 10),
    "LinearLR": lambda library, optimizer: library.LinearLR(optimizer, 0.1, total_iters=10),
    "ChainedScheduler": chained,
    "OneCycleLR": lambda library, optimizer: library.OneCycleLR(optimizer, 0.1, epochs=17, steps_per_epoch=3),
}


@pytest.mark.parametrize("compile", [True, False])
@pytest.mark.parametrize("name", THROUGH_FIT)
def test_seventeen_epochs_of_three_batches_in_fit(name, compile):
    torch = torch_or_skip()
    model, theirs = nn.Linear(2, 1, seed=3), torch.nn.Linear(2, 1, dtype=torch.float64)
    copy_parameters(model, theirs)
    optimizer = nn.SGD(model.parameters(), lr=0.05, momentum=0.9)
    scheduler = THROUGH_FIT[name](nn, optimizer)
    history = nn.fit(
        model,
        nn.DataLoader(nn.TensorDataset(INPUTS, TARGETS), batch_size=4),
        loss=nn.mse_loss,
        optimizer=optimizer,
        scheduler=scheduler,
        epochs=17,
        progress=False,
        compile=compile,
    )
    assert history.computation.startswith("compiled:" if compile else "eager")
    descent = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    other = THROUGH_FIT[name](torch.optim.lr_scheduler, descent)
    losses = []
    for _ in range(17):
        total = 0.0
        for start in (0, 4, 8):
            descent.zero_grad()
            loss = torch.nn.functional.mse_loss(
                theirs(tensor(INPUTS[start : start + 4])), tensor(TARGETS[start : start + 4])
            )
            loss.backward()
            descent.step()
            total += loss.item() / 3
            if name == "OneCycleLR":
                other.step()
        if name != "OneCycleLR":
            other.step()
        losses.append(total)
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(theirs), rel=1e-12)


def test_a_function_of_the_users_may_look_at_the_model_while_it_trains():
    model = nn.Linear(2, 1, seed=3)
    optimizer, seen = nn.SGD(model.parameters(), lr=0.05), []

    def factor(epoch):
        seen.append(model.bias[0].data)
        return 1.0

    scheduler = nn.LambdaLR(optimizer, factor)
    nn.fit(
        model, (INPUTS, TARGETS), loss=nn.mse_loss, optimizer=optimizer, scheduler=scheduler, epochs=3, progress=False
    )
    assert len(set(seen)) == 4
    assert seen[-1] == model.bias[0].data


# --- errors -----------------------------------------------------------------------------------------------


def sgd():
    return nn.SGD([Value(0.0)], lr=0.5, momentum=0.9)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.MultiStepLR(sgd(), [-1]), "milestones must be a whole number of at least 0; got -1"),
        (lambda: nn.MultiStepLR(sgd(), [1.5]), "milestones must be a whole number of at least 0; got 1.5"),
        (lambda: nn.MultiStepLR(sgd(), [1], gamma=0), "gamma must be greater than 0; got 0"),
        (lambda: nn.ConstantLR(sgd(), factor=2.0), "factor must be at least 0 and at most 1; got 2.0"),
        (lambda: nn.ConstantLR(sgd(), total_iters=0), "total_iters must be a whole number"),
        (lambda: nn.LambdaLR(sgd(), 0.5), "takes a function of the epoch, or one for each of the 1 groups.* got 0.5"),
        (lambda: nn.LambdaLR(sgd(), [abs, abs]), "one for each of the 1 groups"),
        (lambda: nn.LambdaLR(sgd(), lambda epoch: -1.0), r"lr_lambda\(0\) must be at least 0; got -1.0"),
        (lambda: nn.ChainedScheduler([]), "needs at least one scheduler"),
        (lambda: nn.ChainedScheduler([nn.ReduceLROnPlateau(sgd())]), "that follow a formula.*number 0 is ReduceLRO"),
        (lambda: nn.ChainedScheduler([nn.StepLR(sgd(), 1), nn.StepLR(sgd(), 1)]), "own optimiser; number 1 is StepLR"),
        (lambda: nn.OneCycleLR(sgd(), 1.0), "needs total_steps, or both epochs and steps_per_epoch"),
        (lambda: nn.OneCycleLR(sgd(), 1.0, epochs=3), "needs total_steps, or both epochs and steps_per_epoch"),
        (lambda: nn.OneCycleLR(sgd(), [1.0, 2.0], 10), "max_lr is one learning rate, or one for each of the 1 groups"),
        (lambda: nn.ReduceLROnPlateau(sgd(), eps=-1.0), "eps must be at least 0; got -1.0"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


def test_a_state_that_does_not_fit_all_of_several_schedulers_changes_none():
    optimizer = nn.SGD([Value(1.0)], lr=1.0)
    parts = [nn.ExponentialLR(optimizer, 0.5), nn.StepLR(optimizer, 2, 0.1)]
    together = nn.SequentialLR(optimizer, parts, milestones=[3])
    for _ in range(2):
        optimizer.step()
        together.step()
    before = together.state_dict()
    later = {**before, "schedulers": [{**before["schedulers"][0], "last_epoch": 7}, {"last_epoch": "no number"}]}
    with pytest.raises(errors.AutogradError):
        together.load_state_dict(later)
    assert together.state_dict() == before
    with pytest.raises(errors.ArgumentError, match="one state for each of the 2 schedulers"):
        together.load_state_dict({**before, "schedulers": []})


# --- the rules as they are documented ----------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
def test_an_equal_metric_is_no_better_on_a_plateau(mode, threshold_mode):
    ours = nn.SGD([Value(0.0)], lr=1.0)
    plateau = nn.ReduceLROnPlateau(
        ours, mode=mode, factor=0.5, patience=0, threshold=0.0, threshold_mode=threshold_mode
    )
    assert plateau.state_dict() == {"best": None, "bad_epochs": 0, "cooling": 0}
    rates = []
    for metric in [3.0, 3.0, 3.0]:
        plateau.step(metric)
        rates += plateau.get_last_lr()
    assert rates == [1.0, 0.5, 0.25]


def test_a_rise_over_the_whole_training_ends_at_the_highest_rate():
    scheduler = nn.OneCycleLR(nn.SGD([Value(0.0)], lr=1.0, momentum=0.9), max_lr=2.0, total_steps=5, pct_start=1.0)
    assert scheduler.rate(1.0, 4) == 2.0


def test_rate_is_that_of_the_first_group():
    def three_groups():
        return nn.SGD([{"params": [Value(0.0)]} for _ in range(3)], lr=1.0, momentum=0.9)

    by_lambda = nn.LambdaLR(three_groups(), [lambda epoch: 2.0, lambda epoch: 3.0, lambda epoch: 4.0])
    assert by_lambda.rate(1.0, 1) == 2.0
    assert nn.OneCycleLR(three_groups(), [2.0, 3.0, 4.0], total_steps=5, pct_start=1.0).rate(1.0, 4) == 2.0
    ours = three_groups()
    parts = [nn.LambdaLR(ours, [lambda epoch, rate=rate: rate for rate in (2.0, 3.0, 4.0)]) for _ in range(2)]
    assert nn.SequentialLR(ours, parts, milestones=[3]).rate(1.0, 1) == 2.0


@pytest.mark.parametrize("parts", [[], [{"last_epoch": 1}], "ab", None])
def test_states_of_another_number_of_schedulers_are_refused(parts):
    ours = nn.SGD([Value(0.0)], lr=0.5)
    chained = nn.ChainedScheduler([nn.ExponentialLR(ours, 0.9), nn.ExponentialLR(ours, 0.8)])
    before = chained.state_dict()
    with pytest.raises(errors.ArgumentError, match="one state for each of the 2 schedulers"):
        chained.load_state_dict({**before, "schedulers": parts})
    assert chained.state_dict() == before


def test_a_chain_of_one_is_that_one_to_the_last_bit():
    chained, alone = (nn.SGD([Value(0.0)], lr=0.7) for _ in range(2))
    chain = nn.ChainedScheduler([nn.LinearLR(chained, start_factor=0.1, total_iters=30)])
    one = nn.LinearLR(alone, start_factor=0.1, total_iters=30)
    for _ in range(40):
        assert chain.get_last_lr() == one.get_last_lr()
        chain.step()
        one.step()
