"""Frozen parameters, ``requires_grad = False``: optimisers, ``fit`` and reports pass them by, as PyTorch's do."""

import json
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import nn
from autograd import Value, errors

CHANCE = random.Random(8)
INPUTS = [[CHANCE.gauss(0, 1) for _ in range(3)] for _ in range(10)]
TARGETS = [[CHANCE.gauss(0, 1)] for _ in range(10)]
DECAYING = [
    ("SGD", {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.02, "weight_decay": 0.1}),
    ("AdamW", {"lr": 0.02, "weight_decay": 0.3}),
    ("RMSprop", {"lr": 0.01, "weight_decay": 0.1, "momentum": 0.5}),
    ("Adagrad", {"lr": 0.05, "weight_decay": 0.1, "lr_decay": 0.1}),
]


def network():
    return nn.Sequential(
        nn.Linear(3, 4, seed=1), nn.Tanh(), nn.Linear(4, 2, seed=2), nn.Tanh(), nn.Linear(2, 1, seed=3)
    )


def pytorchs_network(ours):
    torch = torch_or_skip()
    linear = [torch.nn.Linear(a, b, dtype=torch.float64) for a, b in ((3, 4), (4, 2), (2, 1))]
    theirs = torch.nn.Sequential(linear[0], torch.nn.Tanh(), linear[1], torch.nn.Tanh(), linear[2])
    copy_parameters(ours, theirs)
    return theirs


def pytorchs_steps(model, optimizer, epochs, before_epoch):
    torch = torch_or_skip()
    losses = []
    for epoch in range(epochs):
        before_epoch(model, epoch)
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(tensor(INPUTS)), tensor(TARGETS))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def thaw_bit_by_bit(model, epoch):
    """Train the last layer alone, then the last two, then all, and freeze the last one again."""
    if epoch == 0:
        model[0].requires_grad_(False), model[2].requires_grad_(False)
    elif epoch == 15:
        model[2].requires_grad_(True)
    elif epoch == 30:
        model[0].requires_grad_(True)
    elif epoch == 40:
        model[4].requires_grad_(False)


@pytest.mark.parametrize(("name", "options"), DECAYING)
def test_a_loop_that_thaws_layers_agrees_with_pytorch_over_50_steps(name, options):
    torch = torch_or_skip()
    model = network()
    theirs = pytorchs_network(model)
    optimizer = getattr(nn, name)(model.parameters(), **options)
    losses = []
    for epoch in range(50):
        thaw_bit_by_bit(model, epoch)
        optimizer.zero_grad()
        loss = nn.mse_loss(model(INPUTS), TARGETS)
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
        if epoch == 20:  # what was skipped survives a file
            saved = json.loads(json.dumps(optimizer.state_dict()))
            optimizer = getattr(nn, name)(model.parameters(), lr=7.0, **{k: v for k, v in options.items() if k != "lr"})
            optimizer.load_state_dict(saved)
    other = getattr(torch.optim, name)(theirs.parameters(), **options)
    assert losses == pytest.approx(pytorchs_steps(theirs, other, 50, thaw_bit_by_bit), rel=1e-11)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(theirs), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("compile", [True, False])
@pytest.mark.parametrize(("name", "options"), DECAYING)
def test_fit_thaws_layers_as_pytorch_does(name, options, compile):
    torch = torch_or_skip()
    if compile:
        pytest.importorskip("numpy", reason="NumPy is not installed")
    model = network()
    theirs = pytorchs_network(model)
    thaw_bit_by_bit(model, 0)
    history = nn.fit(
        model,
        (INPUTS, TARGETS),
        loss=nn.mse_loss,
        optimizer=getattr(nn, name)(model.parameters(), **options),
        epochs=50,
        callbacks=[lambda training: thaw_bit_by_bit(training.model, training.epoch)],
        progress=False,
        compile=compile,
    )
    assert history.computation.startswith("compiled:" if compile else "eager")
    other = getattr(torch.optim, name)(theirs.parameters(), **options)
    assert history["loss"] == pytest.approx(pytorchs_steps(theirs, other, 50, thaw_bit_by_bit), rel=1e-11)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(theirs), rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("compile", [True, False])
def test_frozen_parameters_keep_their_bits_also_in_groups_of_their_own_and_with_clipping(compile):
    model = network()
    model[0].requires_grad_(False)
    before = [value.data for value in model[0].parameters()]
    groups = [{"params": model[0].parameters(), "weight_decay": 0.5}, {"params": model[2].parameters()}]
    optimizer = nn.AdamW([*groups, {"params": model[4].parameters()}], lr=0.1)
    nn.fit(
        model,
        (INPUTS, TARGETS),
        loss=nn.mse_loss,
        optimizer=optimizer,
        epochs=5,
        batch_size=4,
        clip=0.1,
        progress=False,
        compile=compile,
    )
    assert [value.data for value in model[0].parameters()] == before
    assert {value.grad for value in model[0].parameters()} == {0.0}
    assert set(optimizer.state[0]["exp_avg"]) == {0.0}
    assert 0.0 not in optimizer.state[1]["exp_avg"]
    assert (optimizer.param_groups[0]["step"], optimizer.param_groups[0]["skipped"]) == (15, [15] * 16)


def test_the_part_that_is_frozen_and_in_evaluation_stays_as_it_is():
    model = nn.Sequential(nn.Linear(3, 4, seed=1), nn.BatchNorm1d(4), nn.Linear(4, 1, seed=2))
    encoder = model[1].eval().requires_grad_(False)
    encoder.running_mean[:] = [0.25] * 4
    nn.fit(
        model,
        (INPUTS, TARGETS),
        loss=nn.mse_loss,
        optimizer=nn.SGD(model.parameters(), lr=0.1),
        epochs=3,
        validation=(INPUTS, TARGETS),
        progress=False,
    )
    assert (encoder.training, model[0].training, model[2].training) == (False, True, True)
    assert encoder.running_mean == [0.25] * 4
    assert [value.data for value in encoder.parameters()] == [1.0] * 4 + [0.0] * 4


def test_states_do_not_know_what_is_frozen():
    model, other = network(), network()
    before = model.state_dict()
    model[0].requires_grad_(False)
    assert model.state_dict() == before
    model.load_state_dict({name: number + 1.0 for name, number in before.items()})
    assert model.state_dict() == {name: number + 1.0 for name, number in before.items()}
    assert not any(value.requires_grad for value in model[0].parameters())
    other.load_state_dict(model.state_dict())
    assert all(value.requires_grad for value in other.parameters())


def test_parameters_and_how_they_are_counted():
    model = network()
    assert model[0].requires_grad_(False) is model[0]
    assert len(model.parameters()) == len(list(model.named_parameters())) == 29
    assert len(list(model.modules())) == 6
    assert sum(value.requires_grad for value in model.parameters()) == 13
    assert "Linear(3, 4)  # 16 parameters, frozen" in repr(model)
    assert repr(model).endswith("# 29 parameters, 16 of them frozen")
    assert "frozen" not in repr(model.requires_grad_())


def test_fit_says_that_everything_is_frozen_before_it_starts():
    model = network().requires_grad_(False)
    with pytest.raises(errors.ArgumentError, match=r"SGD has is frozen.*model.requires_grad_\(\)"):
        nn.fit(model, (INPUTS, TARGETS), loss=nn.mse_loss, optimizer=nn.SGD(model.parameters()))


def test_the_report_looks_at_what_is_trained():
    model = network()
    model[0].requires_grad_(False)
    report = nn.diagnose(model, (INPUTS, TARGETS), nn.mse_loss, nn.SGD(model.parameters(), lr=0.1))
    assert [layer.parameter_gradient is None for layer in report.layers] == [True, True, False, True, False]
    assert report.layers[0].update_ratio is None
    assert "vanishing gradients" not in [finding.problem for finding in report.findings]


@pytest.mark.parametrize("compile", [True, False])
def test_an_optimiser_without_arrays_of_its_own_counts_steps_alike(compile):
    class Stepwise(nn.Optimizer):
        """Moves by the number of the step."""

        @staticmethod
        def update(parameter, gradient, state, hyperparameters, step):
            return parameter - hyperparameters["lr"] * step * gradient, {}

    model = nn.Linear(1, 1, seed=0)
    slope, shift = model.weight[0][0], model.bias[0]
    slope.data, shift.data = 0.0, 0.0
    shift.requires_grad = False

    def thaw(training):
        shift.requires_grad = True

    optimizer = Stepwise(model.parameters(), lr=0.125)
    nn.fit(
        model, ([[1.0]], [1.0]), loss=lambda o, t: 0.5 * nn.mse_loss(o, t), optimizer=optimizer, epochs=2,
        callbacks=[thaw], progress=False, compile=compile,
    )  # fmt: skip
    assert slope.data == pytest.approx(0.125 + 0.25 * 0.875)
    assert shift.data == pytest.approx(0.125 * 0.875)
    assert isinstance(shift, Value)
