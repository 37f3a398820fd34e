"""Compiled training: the same numbers as the eager loop's, to rounding, and a reason where it cannot be had."""

import copy
import functools
import math
import os
import random
import re
import signal
import subprocess
import sys
import warnings

import pytest
from project_root import ROOT

import autograd
import nn
from autograd import Value
from autograd.errors import ArgumentError, MissingPackageError, NumberOverflowError, RecordingError

pytest.importorskip("numpy")

RNG = random.Random(0)
SAMPLES = [[RNG.gauss(0, 1) for _ in range(3)] for _ in range(22)]
BITS = [float(sum(x) > 0) for x in SAMPLES]
CLASSES = [int(sum(x) > 0) + int(sum(x) > 1) for x in SAMPLES]


def network(*layers):
    """Return a function that makes a network: 3 inputs, 4 tanh neurons, further layers, one output."""
    return lambda: nn.Sequential(
        nn.Linear(3, 4, seed=0), nn.Tanh(), *[make() for make in layers], nn.Linear(4, 1, seed=1)
    )


NETWORK = network()


def trained(compile, make=NETWORK, optimizer=None, data=(SAMPLES, BITS), scheduler=None, **options):
    """Train a new model and return it with its optimiser and its history."""
    model = make()
    optimizer = (optimizer or (lambda parameters: nn.Adam(parameters, lr=0.05)))(model.parameters())
    options = {"loss": nn.binary_cross_entropy_with_logits, "epochs": 4, "batch_size": 8, "seed": 1, **options}
    if scheduler is not None:
        options["scheduler"] = scheduler(optimizer)
    data = data() if callable(data) else data
    return model, optimizer, nn.fit(model, data, optimizer=optimizer, progress=False, compile=compile, **options)


def numbers(tree):
    """Return every number in nested containers, in order."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, list | tuple):
        return [x for item in tree for x in numbers(item)]
    return [tree] if isinstance(tree, float | int) else []


def compare(*, tolerance=1e-9, **options):
    """Train eagerly and compiled, check that everything agrees, and return what the compiled run returned."""
    eager, compiled = trained(compile=False, **options), trained(compile=True, **options)
    for (model, optimizer, history), (other_model, other_optimizer, other_history) in [(eager, compiled)]:
        assert other_history.computation.startswith("compiled: ")
        assert list(other_model.state_dict()) == list(model.state_dict())
        expected = pytest.approx(list(model.state_dict().values()), rel=tolerance, abs=tolerance)
        assert list(other_model.state_dict().values()) == expected
        assert numbers(other_optimizer.state_dict()) == pytest.approx(
            numbers(optimizer.state_dict()), rel=tolerance, abs=tolerance
        )
        assert [group["lr"] for group in other_optimizer.param_groups] == [g["lr"] for g in optimizer.param_groups]
        assert other_history.columns == history.columns
        for column in history.columns:
            if column != "seconds":
                assert other_history[column] == pytest.approx(history[column], rel=tolerance)
        assert (other_history.ending, other_history.interrupted) == (history.ending, history.interrupted)
        assert not any(value.grad for group in other_optimizer.param_groups for value in group["params"])
        assert all(type(value.data) is float for value in other_model.parameters())
        assert [module.training for module in other_model.modules()] == [m.training for m in model.modules()]
    return compiled


OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.1),
    "momentum": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: nn.Adam(p, lr=0.05),
    "Adam with decay": lambda p: nn.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1),
    "AdamW": lambda p: nn.AdamW(p, lr=0.05, weight_decay=0.1),
    "RMSprop": lambda p: nn.RMSprop(p, lr=0.02),
    "RMSprop with momentum": lambda p: nn.RMSprop(p, lr=0.02, momentum=0.5, weight_decay=0.01),
    "Adagrad": lambda p: nn.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.01),
    "LBFGS": lambda p: nn.LBFGS(p, lr=0.1, max_iter=2),
    "LBFGS with a line search": lambda p: nn.LBFGS(p, max_iter=2, line_search_fn="strong_wolfe"),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_optimizer(optimizer):
    compare(optimizer=optimizer)


def test_every_optimizer_there_is():
    classes = {
        item for name in dir(nn) if isinstance(item := getattr(nn, name), type) and issubclass(item, nn.Optimizer)
    }
    made = {type(make([Value(1.0)])) for make in OPTIMIZERS.values()}
    assert made == classes - {nn.Optimizer}


SCHEDULERS = {
    "StepLR": lambda o: nn.StepLR(o, step_size=2, gamma=0.5),
    "ExponentialLR": lambda o: nn.ExponentialLR(o, gamma=0.8),
    "CosineAnnealingLR": lambda o: nn.CosineAnnealingLR(o, T_max=4),
    "CosineAnnealingWarmRestarts": lambda o: nn.CosineAnnealingWarmRestarts(o, T_0=2),
    "LinearLR": lambda o: nn.LinearLR(o, start_factor=0.2, total_iters=3),
    "OneCycleLR": lambda o: nn.OneCycleLR(o, max_lr=0.2, total_steps=12),
    "MultiStepLR": lambda o: nn.MultiStepLR(o, [1, 3], gamma=0.5),
    "ConstantLR": lambda o: nn.ConstantLR(o, factor=0.5, total_iters=2),
    "LambdaLR": lambda o: nn.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    "ChainedScheduler": lambda o: nn.ChainedScheduler([nn.LinearLR(o), nn.ExponentialLR(o, gamma=0.8)]),
    "ReduceLROnPlateau": lambda o: nn.ReduceLROnPlateau(o, patience=0, factor=0.5, threshold=0.5),
}


@pytest.mark.parametrize("scheduler", SCHEDULERS.values(), ids=SCHEDULERS)
def test_schedulers(scheduler):
    compare(scheduler=scheduler)


@pytest.mark.parametrize("clip", [0.01, 0.5, 100.0])
def test_clipping(clip):
    compare(clip=clip, optimizer=lambda p: nn.SGD(p, lr=1.0))


@pytest.mark.parametrize(
    "make",
    [
        network(lambda: nn.Dropout(0.5, seed=3)),
        network(lambda: nn.BatchNorm1d(4)),
        network(lambda: nn.BatchNorm1d(4), nn.ReLU, lambda: nn.Dropout(0.25, seed=3)),
        network(lambda: nn.LayerNorm(4), nn.GELU),
        lambda: nn.MLP(3, [5, 4, 1], seed=0),
        lambda: nn.MLP(3, [4, 1], seed=0, fused=False),
        lambda: nn.Linear(3, 1, seed=0),
    ],
    ids=["Dropout", "BatchNorm", "both", "LayerNorm", "MLP", "unfused", "Linear"],
)
def test_models_with_validation_metrics_and_a_smaller_last_batch(make):
    # Adam divides a gradient by its size; the bias before a BatchNorm has a gradient of pure rounding.
    compare(
        make=make,
        validation=(SAMPLES[:5], BITS[:5]),
        metrics=[functools.partial(nn.accuracy, threshold=0)],
        tolerance=1e-8,
        optimizer=lambda p: nn.SGD(p, lr=0.2, momentum=0.9),
    )


def test_class_labels_that_change_from_batch_to_batch():
    def make():
        return nn.Sequential(nn.Linear(3, 5, seed=0), nn.SiLU(), nn.Linear(5, 3, seed=1))

    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0, 0.5], label_smoothing=0.1)
    _, _, history = compare(make=make, data=(SAMPLES, CLASSES), loss=loss, metrics=[nn.accuracy])
    assert history["loss"][-1] < history["loss"][0]


def test_parameter_groups_and_frozen_parameters():
    def groups(parameters):
        return nn.AdamW(
            [{"params": parameters[4:9], "lr": 0.1}, {"params": parameters[12:15:2], "weight_decay": 0.5}], lr=0.01
        )

    model, _, _ = compare(optimizer=groups, clip=0.3)
    before = network()().parameters()
    moved = [i for i, (old, new) in enumerate(zip(before, model.parameters(), strict=True)) if old.data != new.data]
    assert moved == [4, 5, 6, 7, 8, 12, 14]


def test_a_trained_value_that_the_model_does_not_use():
    idle = []

    def optimizer(parameters):
        idle.append(Value(1.0))
        return nn.AdamW([*parameters, idle[-1]], lr=0.1, weight_decay=0.5)

    compare(optimizer=optimizer)
    assert idle[0].data == idle[1].data != 1.0


def test_early_stopping():
    validation = (SAMPLES[:6], [1 - y for y in BITS[:6]])  # gets worse all the time
    _, _, history = compare(validation=validation, early_stopping=2, epochs=20)
    assert "Stopped after 3 epochs" in history.ending


def test_going_on():
    def both_parts(compile):
        model, _, history = trained(compile, epochs=2)
        history.resume(2)
        return model, history

    (model, history), (other, other_history) = both_parts(False), both_parts(True)
    assert [v.data for v in other.parameters()] == pytest.approx([v.data for v in model.parameters()], rel=1e-9)
    assert other_history["loss"] == pytest.approx(history["loss"], rel=1e-9)
    assert other_history.computation.startswith("compiled")


@pytest.mark.parametrize("call", [1, 5, 9])
def test_ctrl_c_keeps_what_was_learned(call):
    class Interrupting:
        def __init__(self):
            self.taken = 0

        def __len__(self):
            return len(SAMPLES)

        def __getitem__(self, index):
            self.taken += 1
            if self.taken == 8 * call + 3:
                signal.raise_signal(signal.SIGINT)
            return SAMPLES[index], BITS[index]

    results = []
    for compile in (False, True):
        loader = nn.DataLoader(Interrupting(), batch_size=8)
        results.append(trained(compile, data=loader, batch_size=None, seed=None))
    (model, optimizer, history), (other, other_optimizer, other_history) = results
    assert history.interrupted
    assert other_history.interrupted
    assert [v.data for v in other.parameters()] == pytest.approx([v.data for v in model.parameters()], rel=1e-9)
    assert other_optimizer.param_groups[0]["step"] == optimizer.param_groups[0]["step"]


def test_callbacks_see_everything_and_may_change_it():
    def watching(seen):
        def callback(training):
            parameters = training.model.parameters()
            seen.append([v.data for v in parameters] + [v.grad for v in parameters] + numbers(training.optimizer.state))
            parameters[0].data = 0.25
            training.optimizer.param_groups[0]["lr"] *= 0.5
            training.optimizer.state[0]["exp_avg"][1] = 0.125
            SAMPLES[0][0] += 0.5  # data are the user's own

        return callback

    seen = [[], []]
    for i, compile in enumerate((False, True)):
        before = SAMPLES[0][0]
        trained(
            compile,
            data=nn.DataLoader(list(zip(SAMPLES, BITS, strict=True)), 8),
            batch_size=None,
            seed=None,
            callbacks=[watching(seen[i])],
        )
        SAMPLES[0][0] = before
    assert len(seen[0]) == len(seen[1]) == 4
    for eager, compiled in zip(*seen, strict=True):
        assert compiled == pytest.approx(eager, rel=1e-8, abs=1e-12)


CHANGES = {
    "dropout begins": (lambda: nn.Dropout(0.0, seed=1), lambda model: setattr(model[2], "p", 0.5)),
    "dropout ends": (lambda: nn.Dropout(0.5, seed=1), lambda model: setattr(model[2], "p", 0.0)),
    "momentum of BatchNorm": (lambda: nn.BatchNorm1d(4), lambda model: setattr(model[2], "momentum", 0.5)),
    "eps of BatchNorm": (lambda: nn.BatchNorm1d(4), lambda model: setattr(model[2], "eps", 0.5)),
    "slope": (lambda: nn.LeakyReLU(0.1), lambda model: setattr(model[2], "negative_slope", 0.5)),
    "another layer": (
        nn.ReLU,
        lambda model: setattr(model, "layers", [*model.layers[:2], nn.Sigmoid(), model.layers[3]]),
    ),
}


@pytest.mark.parametrize(("layer", "change"), CHANGES.values(), ids=CHANGES)
def test_a_model_that_is_changed_on_the_way_is_recorded_anew(layer, change):
    def callback(training):
        if training.epoch == 2:
            change(training.model)

    if not hasattr(network(layer)(), "layers") and change is CHANGES["another layer"][1]:
        pytest.skip("a Sequential keeps its layers under another name")
    compare(make=network(layer), callbacks=[callback], optimizer=lambda p: nn.SGD(p, lr=0.3))


def test_a_part_that_only_evaluation_uses():
    class Model(nn.Module):
        def __init__(self):
            self.layer, self.calibration = nn.Linear(3, 1, seed=0), Value(2.0)

        def forward(self, x):
            rows = self.layer(x)
            return rows if self.training else [[self.calibration * v for v in row] for row in rows]

    compare(make=Model, validation=(SAMPLES[:4], BITS[:4]))


def test_samples_of_different_lengths_with_outputs_of_different_lengths():
    class Scale(nn.Module):
        def __init__(self):
            self.w, self.b = Value(0.3), Value(-0.2)

        def forward(self, x):
            return [[self.w * v + self.b for v in row] for row in x]

    def loss(outputs, targets):
        return sum((a - b) ** 2 for p, q in zip(outputs, targets, strict=True) for a, b in zip(p, q, strict=True))

    def mismatches(outputs, targets):
        return float(sum(len(p) != len(q) for p, q in zip(outputs, targets, strict=True)))

    chance = random.Random(1)
    samples = [[chance.random() for _ in range(2 + i % 3)] for i in range(12)]
    data = list(zip(samples, [[2 * v for v in row] for row in samples], strict=True))
    _, _, history = compare(
        make=Scale, data=nn.DataLoader(data, 4), batch_size=None, seed=None, loss=loss, metrics=[mismatches]
    )
    assert history["mismatches"] == [0.0] * 4


@pytest.mark.parametrize("kind", ["rows made anew", "arrays", "numbers", "whole numbers"])
def test_data_in_any_form(kind):
    import numpy

    class Fresh:
        def __len__(self):
            return len(SAMPLES)

        def __getitem__(self, index):
            row = [x + 0.0 for x in SAMPLES[index]]
            return (numpy.array(row) if kind == "arrays" else row), BITS[index]

    if kind == "numbers":

        class Curve(nn.Module):
            def __init__(self):
                self.a, self.b = Value(0.1), Value(0.2)

            def forward(self, x):
                return [self.a * v * v + self.b * v for v in x]

        compare(make=Curve, data=([x[0] for x in SAMPLES], BITS), loss=nn.mse_loss)
    elif kind == "whole numbers":
        compare(data=([[round(v * 3) for v in x] for x in SAMPLES], [int(y) for y in BITS]))
    else:
        compare(data=lambda: nn.DataLoader(Fresh(), 8, shuffle=True, seed=0), batch_size=None, seed=None)


# --- what it says, and where it cannot be ---------------------------------------------------------------------


def test_it_says_how_it_ran():
    assert trained(compile=False)[2].computation == "eager"
    text = trained(compile="auto")[2].computation
    assert text.startswith("compiled: ")
    assert "scalar operations became" in text


class Noise(nn.Module):
    """Adds noise from a generator of its own, behind the back of autograd.fresh."""

    def __init__(self):
        self.generator = random.Random(0)

    def forward(self, x):
        return [[v + self.generator.gauss(0, 0.1) for v in row] for row in x]


class Counting(nn.Module):
    """Is another function at each call."""

    def __init__(self):
        self.calls = []

    def forward(self, x):
        self.calls.append(1)
        return [[v * len(self.calls) for v in row] for row in x]


def squared(outputs, targets):
    """Return a loss that makes Values of the targets itself."""
    return sum((row[0] - Value(y)) ** 2 for row, y in zip(outputs, targets, strict=True))


def by_case(test):
    """Return a loss that asks something of each target."""

    def loss(outputs, targets):
        scores = [row[0] for row in outputs]
        return sum(autograd.softplus(-s if test(y) else s) for s, y in zip(scores, targets, strict=True))

    return loss


class Signs(nn.Optimizer):
    """Steps by the sign of the gradient, stated for floats only."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, lr=lr)

    @staticmethod
    def update(parameter, gradient, state, hyperparameters, step):
        return parameter - hyperparameters["lr"] * (1 if gradient > 0 else -1), {}


class Steps(nn.SGD):
    """Has a step of its own."""

    def step(self):
        for group in self.param_groups:
            for value in group["params"]:
                value.data -= 0.01 * math.copysign(1.0, value.grad)


class First(nn.SGD):
    """Computes something else for an array than for its elements."""

    @staticmethod
    def update(parameter, gradient, state, hyperparameters, step):
        lead = gradient if isinstance(gradient, float) else gradient[0]
        return parameter - 0.1 * lead, {"momentum_buffer": state["momentum_buffer"]}


REASONS = {
    "a comparison": ({"loss": by_case(lambda y: y > 0)}, "asked for the number behind a Value"),
    "an equality": ({"loss": by_case(lambda y: y == 1)}, "asked for the number behind a Value"),
    "membership": ({"loss": by_case(lambda y: y in (1, 2))}, "asked for the number behind a Value"),
    "a conversion": ({"loss": by_case(int)}, "asked for the number behind a Value"),
    "a type": ({"loss": by_case(lambda y: isinstance(y, float) and y)}, "The program of the step gives"),
    "Values of targets": ({"loss": squared}, "It is a Value already"),
    "own randomness": ({"make": network(Noise)}, "random numbers have to come from autograd.fresh"),
    "a counter": ({"make": network(Counting)}, "not on a count of its calls"),
    "a rule for floats": ({"optimizer": lambda p: Signs(p, lr=0.01)}, "the rule of Signs does not work on arrays"),
    "an own step": ({"optimizer": lambda p: Steps(p, lr=0.01)}, r"Steps has a step\(\) of its own"),
    "a rule for one": ({"optimizer": lambda p: First(p, lr=0.01)}, "gives other numbers for an array"),
}


@pytest.mark.parametrize(("options", "reason"), REASONS.values(), ids=REASONS)
def test_where_it_cannot_be_it_goes_on_eagerly_and_says_why(options, reason):
    _, _, history = trained(compile="auto", **options)
    assert history.computation.startswith("eager, because the step cannot be recorded: ")
    assert re.search(reason, history.computation)
    if "make" not in options:  # what draws or counts does so more often where recording was tried
        assert history["loss"] == trained(compile=False, **options)[2]["loss"]


@pytest.mark.parametrize("name", ["a comparison", "a type", "an own step"])
def test_who_insists_gets_the_reason_as_an_error(name):
    options, reason = REASONS[name]
    with pytest.raises(RecordingError, match=reason):
        trained(compile=True, **options)


def test_who_insists_gets_their_own_mistakes_as_they_are():
    with pytest.raises(ArgumentError, match="Linear"):
        trained(compile=True, data=([[1.0, 2.0]] * 4, BITS[:4]))
    with pytest.raises(NumberOverflowError, match="batch 1"):
        trained(compile=True, data=([[1e200, 1e200, 1e200]] * 8, BITS[:8]), make=lambda: large(nn.Linear(3, 1, seed=0)))


def large(model):
    """Return a model with enormous parameters."""
    for value in model.parameters():
        value.data *= 1e200
    return model


def test_a_model_that_closes_over_computed_values_runs_eagerly():
    class Tied(nn.Module):
        def __init__(self):
            self.w = [Value(0.1), Value(0.2), Value(0.3)]
            self.doubled = [w * 2 for w in self.w]

        def forward(self, x):
            return [[autograd.dot(self.doubled, row)] for row in x]

    _, _, history = trained(compile="auto", make=Tied)
    assert "computed from others before the step" in history.computation
    assert history["loss"] == trained(compile=False, make=Tied)[2]["loss"]


def test_ever_new_structures_run_eagerly_in_the_end():
    class Sum(nn.Module):
        def __init__(self):
            self.w = Value(0.1)

        def forward(self, x):
            return [sum(self.w * v for v in row) for row in x]

    data = [([0.1] * (i + 1), 1.0) for i in range(40)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, _, history = trained(
            compile="auto",
            make=Sum,
            data=nn.DataLoader(data, 1),
            batch_size=None,
            seed=None,
            loss=nn.mse_loss,
            epochs=2,
        )
    assert "32 different structures" in history.computation
    eager = trained(
        compile=False, make=Sum, data=nn.DataLoader(data, 1), batch_size=None, seed=None, loss=nn.mse_loss, epochs=2
    )[2]
    assert history["loss"] == pytest.approx(eager["loss"], rel=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("compile", [False, True])
def test_errors_name_the_operation_and_leave_the_last_good_state(compile):
    class Log(nn.Module):
        def __init__(self):
            self.w = Value(1.0, "w")

        def forward(self, x):
            return [autograd.log(self.w * row[0]) for row in x]

    data = [([1.0], 0.0), ([2.0], 0.0), ([-3.0], 0.0)]
    model = Log()
    optimizer = nn.SGD(model.parameters(), lr=0.01)
    with pytest.raises(autograd.errors.DomainError, match=r"log\(x\) is not defined at x = -") as caught:
        nn.fit(model, nn.DataLoader(data, 1), loss=nn.mse_loss, optimizer=optimizer, progress=False, compile=compile)
    assert "batch 3" in str(caught.value.__notes__)
    assert optimizer.param_groups[0]["step"] == 2
    w = 1.0
    for x in (1.0, 2.0):
        w -= 0.01 * 2 * math.log(w * x) / w
    assert model.w.data == pytest.approx(w, rel=1e-14)


@pytest.mark.parametrize("compile", [False, True])
def test_a_gradient_or_a_parameter_that_grows_beyond_all_bounds(compile):
    with pytest.raises(NumberOverflowError, match=r"parameter|gradient|too large"):
        trained(
            compile,
            optimizer=lambda p: nn.SGD(p, lr=1e200),
            data=([[1e5, -1e5, 1e5]] * 8, [1e6] * 8),
            loss=nn.mse_loss,
            make=lambda: nn.Linear(3, 1, seed=0),
        )


def test_a_class_that_is_none_in_the_middle_of_training():
    data = [*zip(SAMPLES[:8], [0, 1] * 4, strict=True), (SAMPLES[9], 5)]
    for compile in (False, True):
        with pytest.raises(ArgumentError, match="target"):
            trained(
                compile,
                make=lambda: nn.Linear(3, 2, seed=0),
                data=nn.DataLoader(data, 1),
                batch_size=None,
                seed=None,
                loss=nn.cross_entropy,
            )


def test_without_numpy_it_says_so():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "import nn\n"
        "model = nn.Linear(1, 1, seed=0)\n"
        "data = ([[0.0], [1.0]], [1.0, 3.0])\n"
        "options = dict(loss=nn.mse_loss, optimizer=nn.SGD(model.parameters()), progress=False)\n"
        "print(nn.fit(model, data, **options).computation)\n"
        "try:\n    nn.fit(model, data, compile=True, **options)\n"
        "except ImportError as error: print(type(error).__name__, error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    first, second = run.stdout.splitlines()
    assert first == 'eager, because NumPy is not installed (pip install -e ".[fast]" in your clone of the library)'
    assert second.startswith(f"{MissingPackageError.__name__} compile=True is not possible: NumPy is not installed")


def test_a_model_can_be_copied_and_saved_in_the_middle_of_compiled_training(tmp_path):
    kept = []

    def callback(training):
        kept.append(copy.deepcopy(training.model))
        training.model.save(tmp_path / "model.json")

    model, _, _ = trained(compile=True, callbacks=[callback])
    assert [v.data for v in kept[-1].parameters()] == [v.data for v in model.parameters()]
    assert [v.data for v in kept[0].parameters()] != [v.data for v in model.parameters()]
    other = network()()
    other.load(tmp_path / "model.json")
    assert other.state_dict() == model.state_dict()
