"""``nn.fit(..., compile="c")`` trains on many batches by one call: the numbers, errors and randomness of a loop."""

import functools
import os
import signal
import threading

import pytest

pytest.importorskip("numpy")

import numpy

import nn
from autograd.errors import NumberOverflowError
from autograd.program import c_program, compiler, promotion
from autograd.program.promotion import in_c
from autograd.program.training_loop import TrainingLoop
from nn.training import at_once
from nn.training.compiled_run import CompiledRun
from nn.training.run import Training

pytestmark = pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")

INPUTS, LABELS = nn.make_moons(22, seed=0)  # in batches of 8: the last one has 6
TARGETS = [float(label) for label in LABELS]
OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.1),
    "momentum": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, maximize=True),
    "dampening": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, dampening=0.5),
    "Nesterov": lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: nn.Adam(p, lr=0.05, amsgrad=True),
    "RMSprop": lambda p: nn.RMSprop(p, lr=0.02, momentum=0.5, weight_decay=0.01, centered=True),
    "Adagrad": lambda p: nn.Adagrad(p, lr=0.1, lr_decay=0.1, weight_decay=0.01),
    "groups": lambda p: nn.AdamW([{"params": p[3:9], "lr": 0.1}, {"params": p[9:], "weight_decay": 0.5}], lr=0.01),
}


def adamw(parameters):
    return nn.AdamW(parameters, lr=0.05)


def fitted(compile, optimizer=adamw, data=(INPUTS, TARGETS), scheduler=None, **options):
    """Train a new network with Dropout on shuffled batches and return it, its optimiser and the history."""
    # no bias before the BatchNorm: its gradient would be nothing but rounding, which Adam divides by its size
    first, last = nn.Linear(2, 4, bias=False, seed=1), nn.Linear(4, 1, seed=3)
    model = nn.Sequential(first, nn.BatchNorm1d(4), nn.Tanh(), nn.Dropout(0.2, seed=2), last)
    optimizer = optimizer(model.parameters())
    options = {"loss": nn.binary_cross_entropy_with_logits, "epochs": 40, "batch_size": 8, "seed": 5, **options}
    if scheduler is not None:
        options["scheduler"] = scheduler(optimizer)
    data = data() if callable(data) else data
    return model, optimizer, nn.fit(model, data, optimizer=optimizer, progress=False, compile=compile, **options)


def numbers(model, optimizer, history):
    """Return all that training leaves behind, but for the time it took."""
    state = [x for columns in optimizer.state for column in columns.values() for x in column]
    rows = [number for row in history.rows for name, number in row.items() if name != "seconds"]
    return [*model.state_dict().values(), *state, *[group["step"] for group in optimizer.param_groups], *rows]


def compare(**options):
    """Train on Values and by many batches at once, and check that everything agrees."""
    eager, ahead = fitted(False, **options), fitted("c", **options)
    assert "many batches at once" in ahead[2].computation
    assert numbers(*ahead) == pytest.approx(numbers(*eager), rel=1e-10, abs=1e-10)
    for ones, others in zip(eager[0].modules(), ahead[0].modules(), strict=True):
        if hasattr(ones, "generator"):
            assert ones.generator.getstate() == others.generator.getstate()


def test_a_small_one():
    def trained(compile):
        model = nn.Sequential(nn.Dropout(0.25, seed=3), nn.Linear(2, 1, seed=0))
        optimizer, options = adamw(model.parameters()), {"epochs": 30, "batch_size": 11, "seed": 5, "progress": False}
        return (
            model,
            optimizer,
            nn.fit(model, (INPUTS, TARGETS), loss="mse", optimizer=optimizer, compile=compile, **options),
        )

    eager, ahead = trained(False), trained("c")
    assert "many batches at once" in ahead[2].computation
    assert numbers(*ahead) == pytest.approx(numbers(*eager), rel=1e-10, abs=1e-10)


@pytest.mark.slow
def test_whole_epochs_at_once():
    compare()


def by_epoch(optimizer):
    schedule = nn.OneCycleLR(optimizer, 0.1, total_steps=42)
    schedule.per_batch = False
    return schedule


@pytest.mark.slow
@pytest.mark.parametrize(
    "scheduler",
    [None, lambda optimizer: nn.CosineAnnealingLR(optimizer, 30), by_epoch],
    ids=["constant", "cosine", "one cycle"],
)
def test_epochs_with_a_schedule_go_together(scheduler, monkeypatch):
    monkeypatch.setattr(at_once, "SECONDS", 1e6)
    counts, train_ahead = [], CompiledRun.train_ahead

    def counted(self, loader, batches, rates):
        counts.append(len(batches))
        return train_ahead(self, loader, batches, rates)

    monkeypatch.setattr(CompiledRun, "train_ahead", counted)
    compare(scheduler=scheduler)
    assert max(counts) > 3 * 10


@pytest.mark.slow
def test_products_of_large_matrices_are_numpys(monkeypatch):
    monkeypatch.setattr(c_program, "MOST_MULTIPLIED", 10)
    compare(clip=0.05, epochs=12)
    run = TrainingLoop.run

    def multiply(*arguments, **options):
        raise MemoryError("no room")

    def failing(*arguments):
        monkeypatch.setattr(numpy, "matmul", multiply)
        return run(*arguments)

    monkeypatch.setattr(TrainingLoop, "run", failing)
    with pytest.raises(MemoryError, match="no room"):
        fitted("c")


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_every_rule(optimizer):
    compare(optimizer=optimizer, epochs=12)


def set_a_number(training):
    training.model.parameters()[0].data = 0.25


def pairs():
    return nn.DataLoader([*zip(INPUTS, TARGETS, strict=True)], 8, drop_last=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"clip": 0.05},
        {"metrics": [functools.partial(nn.accuracy, threshold=0)], "validation": (INPUTS[:9], TARGETS[:9])},
        {"scheduler": lambda optimizer: nn.StepLR(optimizer, 2)},
        {"callbacks": [set_a_number]},
        {"data": pairs, "batch_size": None, "seed": None},
    ],
    ids=["clip", "metrics and validation", "scheduler", "callback", "pairs, drop_last"],
)
def test_what_happens_around_the_batches(options):
    compare(epochs=8, **options)


def decaying(optimizer):
    schedule = nn.ExponentialLR(optimizer, 0.95)
    schedule.per_batch = True
    return schedule


def one_after_another(optimizer):
    return nn.SequentialLR(optimizer, [nn.LinearLR(optimizer, 0.1, total_iters=5), decaying(optimizer)], [7])


@pytest.mark.slow
@pytest.mark.parametrize("compile", ["c", True])
@pytest.mark.parametrize(
    "options",
    [
        {"scheduler": decaying},
        {"scheduler": decaying, "optimizer": OPTIMIZERS["groups"], "batch_size": 30, "epochs": 24},
        {"scheduler": one_after_another, "optimizer": OPTIMIZERS["RMSprop"], "clip": 0.1},
        {"scheduler": lambda optimizer: nn.OneCycleLR(optimizer, 0.1, total_steps=24)},
        {
            "scheduler": lambda optimizer: nn.OneCycleLR(optimizer, 0.1, total_steps=24),
            "optimizer": OPTIMIZERS["Nesterov"],
        },
        {
            "scheduler": lambda optimizer: nn.OneCycleLR(optimizer, 0.1, total_steps=24, cycle_momentum=False),
            "optimizer": OPTIMIZERS["dampening"],
        },
    ],
    ids=["decay", "groups, whole epochs", "one after another", "beta", "momentum", "learning rate alone"],
)
def test_a_schedule_that_steps_after_each_batch(options, compile):
    options = {"epochs": 8, **options}
    made = []

    def kept(optimizer):
        made.append(options["scheduler"](optimizer))
        return made[-1]

    eager, ahead = [fitted(how, **{**options, "scheduler": kept}) for how in (False, compile)]
    assert "many batches at once" in ahead[2].computation or compile is True
    assert numbers(*ahead) == pytest.approx(numbers(*eager), rel=1e-9, abs=1e-9)
    assert made[1].state_dict() == made[0].state_dict()
    assert ahead[2]["learning_rate"] == eager[2]["learning_rate"]


@pytest.mark.slow
def test_a_schedule_has_gone_as_far_as_the_training():
    def trained(compile):
        model = nn.Sequential(nn.Linear(2, 1, seed=1))
        optimizer = nn.SGD(model.parameters(), lr=1000.0)
        made = decaying(optimizer)
        with pytest.raises(NumberOverflowError):
            nn.fit(
                model, (INPUTS, TARGETS), loss="mse", optimizer=optimizer, scheduler=made, epochs=400, batch_size=8,
                seed=1, progress=False, compile=compile,
            )  # fmt: skip
        return made.state_dict()

    state, other = trained(False), trained("c")
    assert state == other
    assert state["last_epoch"] > 30


@pytest.mark.slow
@pytest.mark.parametrize("options", [{"record": True}])
def test_batches_one_by_one_where_they_cannot_be_had_at_once(options):
    eager, other = fitted(False, epochs=8, **options), fitted("c", epochs=8, **options)
    assert "many batches at once" not in other[2].computation
    assert numbers(*other) == pytest.approx(numbers(*eager), rel=1e-10, abs=1e-10)


@pytest.mark.slow
def test_a_part_that_is_not_trained_and_one_that_is_frozen():
    def trained(compile):
        model = nn.MLP(2, [3, 3, 1], seed=0)
        parameters = model.parameters()
        for value in parameters[9:12]:
            value.requires_grad = False
        optimizer = nn.SGD(parameters[6:], lr=0.1, momentum=0.5)
        options = {"loss": nn.mse_loss, "epochs": 5, "batch_size": 8, "seed": 0, "progress": False, "clip": 0.5}
        history = nn.fit(model, (INPUTS, TARGETS), optimizer=optimizer, compile=compile, **options)
        return [number for value in parameters for number in (value.data, value.grad)], history

    (expected, _), (found, history) = trained(False), trained("c")
    assert "many batches at once" in history.computation
    assert found == pytest.approx(expected, rel=1e-10)
    assert any(found[1:12:2])  # nobody has set these gradients to zero


@pytest.mark.slow
def test_the_updates_of_all_parts_of_a_run_count(monkeypatch):
    model, optimizer, history = fitted("auto", epochs=10)
    monkeypatch.setattr(promotion, "in_c", lambda program, calls: in_c(program, 10**9 if calls >= 90 else 0))
    history.resume(10)
    assert "array operations" in history.computation
    history.resume(10)
    assert "loops in C" in history.computation
    assert numbers(model, optimizer, history) == pytest.approx(numbers(*fitted(False, epochs=30)), rel=1e-9, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("epochs", [(3, 37), (21, 19)])
def test_going_on_gives_the_same_bits(epochs):
    first, second = epochs
    model, optimizer, history = fitted("c", epochs=first)
    history.resume(second)
    assert numbers(model, optimizer, history) == numbers(*fitted("c"))


@pytest.mark.slow
def test_numbers_that_grow_without_bound_are_the_same_error_at_the_same_batch():
    def diverged(compile):
        layers = nn.Sequential(nn.Dropout(0.1, seed=4), nn.Linear(1, 1, seed=0))
        loader = nn.DataLoader(nn.TensorDataset([[float(i)] for i in range(10)], TARGETS[:10]), 4, shuffle=True, seed=1)
        optimizer = nn.SGD(layers.parameters(), lr=0.1)
        with pytest.raises(NumberOverflowError) as caught:
            nn.fit(layers, loader, loss=nn.mse_loss, optimizer=optimizer, epochs=9999, progress=False, compile=compile)
        state = loader.generator.getstate(), layers[0].generator.getstate()
        return str(caught.value), caught.value.__notes__, optimizer.param_groups[0]["step"], state

    (text, notes, steps, state), other = diverged(True), diverged("c")
    assert other[1:] == (notes, steps, state)
    assert other[0].partition("(")[0] == text.partition("(")[0]
    assert steps > 100


@pytest.mark.slow
def test_ctrl_c_ends_the_run_between_two_batches():
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        fitted("c", epochs=2)  # compiled before
        timer.start()
        model, optimizer, history = fitted("c", epochs=10**8)
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)
    assert history.interrupted
    steps, epochs = optimizer.param_groups[0]["step"], len(history)
    assert 3 * epochs <= steps < 3 * (epochs + 1)
    history.resume(1)
    assert numbers(model, optimizer, history) == numbers(*fitted("c", epochs=epochs + 1))


@pytest.mark.slow
def test_a_long_run_is_compiled_by_itself_and_repeats_to_the_last_bit(monkeypatch):
    short = fitted("auto")
    assert "array operations" in short[2].computation
    monkeypatch.setattr(promotion, "PAYS_BACK", 1e-6)
    long = fitted("auto")
    assert "many batches at once" in long[2].computation
    assert numbers(*long) == numbers(*fitted("auto")) == numbers(*fitted("c"))
    monkeypatch.setattr(compiler, "find", lambda: None)
    assert numbers(*fitted("auto")) == numbers(*short)


def test_batches_in_one_go_on_arrays_are_batches_one_by_one_to_the_last_bit(monkeypatch):
    in_one_go = fitted(True, clip=0.1, epochs=12)
    monkeypatch.setattr(Training, "can_go_ahead", lambda training: False)
    assert numbers(*in_one_go) == numbers(*fitted(True, clip=0.1, epochs=12))
