"""``nn.fit`` and ``nn.evaluate``: the right numbers, resumable, interruptible, and clear about what is wrong."""

import functools
import math
import os
import random
import signal
import threading

import pytest

import nn
from autograd import Value, errors

LINE = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.5]


def quiet_fit(model, data, **options):
    return nn.fit(model, data, **{"loss": nn.mse_loss, "progress": False, **options})


def numbers(model):
    return [value.data for value in model.parameters()]


def clouds(count=24, seed=0):
    generator = random.Random(seed)
    labels = [i % 3 for i in range(count)]
    noise = functools.partial(generator.gauss, sigma=0.6)
    return [[noise(2 * (label == 1)), noise(2 * (label == 2))] for label in labels], labels


# --- the numbers --------------------------------------------------------------------------------------


def test_full_batches_are_gradient_descent_as_worked_out_by_hand():
    model = nn.Linear(1, 1, seed=0)
    w, b = numbers(model)
    history = quiet_fit(model, LINE, optimizer=nn.SGD(model.parameters(), lr=0.05), epochs=20, batch_size=4)
    losses = []
    for _ in range(20):
        residuals = [w * x + b - y for (x,), y in zip(*LINE, strict=True)]
        losses.append(sum(r * r for r in residuals) / 4)
        w -= 0.05 * sum(2 * r * x for r, (x,) in zip(residuals, LINE[0], strict=True)) / 4
        b -= 0.05 * sum(2 * r for r in residuals) / 4
    assert numbers(model) == pytest.approx([w, b], abs=1e-12)
    assert history["loss"] == pytest.approx(losses, abs=1e-12)


def test_reaches_the_least_squares_line():
    model = nn.Linear(1, 1, seed=0)
    quiet_fit(model, LINE, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=400, batch_size=4)
    assert numbers(model) == pytest.approx([2.15, 0.9], abs=1e-9)  # slope 10.75 / 5, through (1.5, 4.125)


def test_the_loss_of_an_epoch_weighs_batches_by_their_samples():
    model = nn.Linear(1, 1, seed=0)
    model.weight[0][0].data = model.bias[0].data = 0.0
    data = [[0.0]] * 3, [1.0, 1.0, 4.0]
    loader = nn.DataLoader(nn.TensorDataset(*data), batch_size=2)
    history = quiet_fit(model, loader, optimizer=nn.SGD(model.parameters(), lr=0.0), epochs=1)
    assert history["loss"] == [pytest.approx((1 + 1 + 16) / 3)]


def test_metrics_see_a_whole_epoch_and_validation_is_apart():
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    model.weight[0][0].data, model.bias[0].data = 2.0, 1.0
    held_out = [[1.0], [2.0]], [3.0, 6.0]
    history = quiet_fit(
        model, LINE, optimizer=optimizer, epochs=1, batch_size=2, metrics=[nn.r2_score], validation=held_out
    )
    assert history.columns == ["loss", "r2_score", "validation_loss", "validation_r2_score", "learning_rate", "seconds"]
    total = sum((y - 4.125) ** 2 for y in LINE[1])
    assert history["r2_score"] == [pytest.approx(1 - 0.25 / total)]  # R2 of batches of two would be something else
    assert history["validation_loss"] == [0.5]
    assert history["validation_r2_score"] == [pytest.approx(1 - 1 / 4.5)]


def test_a_partial_metric_keeps_its_name():
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    metrics = [functools.partial(nn.accuracy, threshold=0)]
    history = quiet_fit(model, ([[1.0], [-1.0]], [1, 0]), optimizer=optimizer, metrics=metrics)
    assert "accuracy" in history.columns


def test_clip_limits_the_norm_of_an_update():
    model = nn.Linear(1, 1, seed=0)
    before = numbers(model)
    quiet_fit(model, LINE, optimizer=nn.SGD(model.parameters(), lr=1.0), epochs=1, batch_size=4, clip=0.25)
    change = [after - old for after, old in zip(numbers(model), before, strict=True)]
    assert sum(c * c for c in change) ** 0.5 == pytest.approx(0.25, rel=1e-5)


# --- repeating and resuming -----------------------------------------------------------------------------


def run(epochs, seed=3):
    """Train with everything that has a state of its own."""
    model = nn.Sequential(
        nn.Linear(2, 6, seed=1), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.2, seed=2), nn.Linear(6, 3, seed=3)
    )
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    history = nn.fit(
        model,
        clouds(),
        loss=nn.cross_entropy,
        optimizer=optimizer,
        scheduler=nn.CosineAnnealingLR(optimizer, T_max=6),
        epochs=epochs,
        batch_size=8,
        seed=seed,
        progress=False,
    )
    return model, history


def test_equal_seeds_give_equal_runs_to_the_last_bit():
    (one, first), (two, second) = run(3), run(3)
    assert one.state_dict() == two.state_dict()
    assert first["loss"] == second["loss"]
    assert run(3, seed=4)[0].state_dict() != one.state_dict()


def test_resuming_is_as_if_the_run_had_never_ended():
    (whole, record), (model, history) = run(6), run(2)
    assert history.resume(3) is history
    history.resume(1)
    assert model.state_dict() == whole.state_dict()
    for column in ("loss", "learning_rate"):
        assert history[column] == record[column]
    assert history.ending == "Finished 6 epochs."


def test_going_on_from_a_file(tmp_path):
    def start(epochs, history=None):
        return quiet_fit(model, LINE, optimizer=optimizer, epochs=epochs, batch_size=1, seed=7, history=history)

    def build():
        model = nn.Linear(1, 1, seed=0)
        return model, nn.SGD(model.parameters(), lr=0.02, momentum=0.9)

    model, optimizer = build()
    start(5)
    whole = numbers(model)
    model, optimizer = build()
    history = start(3)
    nn.save({"model": model, "optimizer": optimizer, "history": history}, tmp_path / "checkpoint.json")
    model, optimizer = build()
    history = nn.History()
    nn.load(tmp_path / "checkpoint.json", into={"model": model, "optimizer": optimizer, "history": history})
    start(2, history)
    assert numbers(model) == whole
    assert len(history) == 5


# --- Ctrl-C -------------------------------------------------------------------------------------------


def test_an_interrupt_keeps_what_was_learned_and_can_be_resumed():
    model = nn.Linear(1, 1, seed=0)

    def interrupt(training):
        if training.epoch == 3:
            raise KeyboardInterrupt

    history = quiet_fit(
        model, LINE, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=50, callbacks=[interrupt], batch_size=4
    )
    assert history.interrupted
    assert len(history) == 3
    assert history.ending == "Interrupted after 3 epochs; what was learned so far is kept."
    assert history["loss"][2] < history["loss"][0]
    assert nn.evaluate(model, LINE, loss=nn.mse_loss)["loss"] < history["loss"][2]
    history.resume(2)
    assert (len(history), history.interrupted, history.ending) == (5, False, "Finished 5 epochs.")


@pytest.mark.parametrize(
    ("compiled", "change"),
    [
        pytest.param(False, 1.0, id="eager: waits until it is whole"),
        pytest.param(True, 0.0, id="compiled: undone"),
    ],
)
def test_ctrl_c_in_the_middle_of_an_update_never_leaves_it_half_made(compiled, change):
    class Interrupted(nn.SGD):
        @staticmethod
        def update(parameter, gradient, state, hyperparameters, step):
            os.kill(os.getpid(), signal.SIGINT)
            return parameter + 1.0, state

    model = nn.Linear(1, 1, seed=0)
    before = numbers(model)
    handler = signal.getsignal(signal.SIGINT)
    optimizer = Interrupted(model.parameters(), lr=0.1)
    history = quiet_fit(model, LINE, optimizer=optimizer, epochs=5, batch_size=4, compile=compiled)
    assert history.interrupted
    assert len(history) == 0
    assert numbers(model) == [number + change for number in before]
    assert signal.getsignal(signal.SIGINT) is handler


def test_training_in_a_thread():
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    histories = []
    thread = threading.Thread(target=lambda: histories.append(quiet_fit(model, LINE, optimizer=optimizer, epochs=2)))
    thread.start()
    thread.join()
    assert len(histories[0]) == 2


# --- early stopping, callbacks, schedulers ------------------------------------------------------------


def falling_then_rising(training):
    """Make the validation loss 16, 9, 4, 1, 0, 1, 4, ... whatever the training does."""
    training.model.bias[0].data = 4.0 - training.epoch


def overfit(early_stopping, epochs=30):
    model = nn.Linear(1, 1, bias=True, seed=0)
    model.weight[0][0].data, model.bias[0].data = 0.0, 4.0
    history = quiet_fit(
        model,
        ([[0.0]], [0.0]),
        optimizer=nn.SGD(model.parameters(), lr=0.0),
        epochs=epochs,
        validation=([[0.0]], [0.0]),
        early_stopping=early_stopping,
        callbacks=[falling_then_rising],
    )
    return model, history


def test_early_stopping_ends_with_the_best_parameters():
    model, history = overfit(3)
    assert history["validation_loss"] == [16.0, 9.0, 4.0, 1.0, 0.0, 1.0, 4.0, 9.0]
    assert model.bias[0].data == 0.0
    assert history.ending == (
        "Stopped after 8 epochs: no better validation_loss for 3 epochs. "
        "The model has the parameters of epoch 5, the best one."
    )
    assert not history.interrupted


def test_the_best_parameters_are_kept_also_when_the_run_ends_by_itself():
    model, history = overfit(10, epochs=7)
    assert len(history) == 7
    assert model.bias[0].data == 0.0


def test_early_stopping_on_a_metric_that_should_rise_and_with_a_least_improvement():
    stopping = nn.EarlyStopping(patience=2, monitor="validation_loss", mode="max")
    assert len(overfit(stopping)[1]) == 3  # 16, 9, 4 only falls
    model, history = overfit(nn.EarlyStopping(patience=2, min_delta=4.0))
    assert history["validation_loss"] == [16.0, 9.0, 4.0, 1.0, 0.0]  # 9 - 4 is an improvement, 4 - 1 and 4 - 0 are not
    assert model.bias[0].data == 2.0


def test_early_stopping_with_a_baseline_counts_on_until_it_is_beaten():
    # validation losses are 16, 9, 4, 1, 0, 1, 4, ...: each of the first five is the best so far
    assert len(overfit(nn.EarlyStopping(patience=3, baseline=3.0))[1]) == 8
    model, history = overfit(nn.EarlyStopping(patience=3, baseline=-1.0))
    assert len(history) == 6  # the first that is not the best so far, after three without beating the baseline
    assert model.bias[0].data == 0.0
    assert history.ending == (
        "Stopped after 6 epochs: no better validation_loss than -1.0 for 3 epochs. "
        "The model has the parameters of epoch 5, the best one."
    )
    rising = nn.EarlyStopping(patience=2, mode="max", baseline=20.0)
    assert len(overfit(rising)[1]) == 2  # the first epoch has not beaten the baseline and counts too
    with pytest.raises(errors.ArgumentError, match=r"baseline.*nan"):
        nn.EarlyStopping(baseline=math.nan)


def test_early_stopping_may_leave_the_last_parameters():
    stopping = nn.EarlyStopping(patience=3, restore_best_weights=False)
    model, history = overfit(stopping)
    assert (len(history), stopping.best_epoch) == (8, 5)
    assert model.bias[0].data == -4.0
    assert history.ending == "Stopped after 8 epochs: no better validation_loss for 3 epochs."
    assert repr(stopping).endswith("mode='min', restore_best_weights=False)")
    model, history = overfit(nn.EarlyStopping(restore_best_weights=False), epochs=7)
    assert (model.bias[0].data, history.ending) == (-3.0, "Finished 7 epochs.")


def test_early_stopping_starts_afresh_with_each_run_and_goes_on_with_a_resumed_one():
    stopping = nn.EarlyStopping(patience=3)
    overfit(stopping)  # its best epoch is the fifth, with a loss of 0
    assert (stopping.best, stopping.best_epoch) == (0.0, 5)
    other = nn.Linear(1, 1, bias=False, seed=3)
    data = ([[0.0]], [7.0])  # the loss of the second model is 49 in every epoch
    history = quiet_fit(
        other,
        data,
        optimizer=nn.SGD(other.parameters(), lr=0.0),
        epochs=3,
        validation=data,
        early_stopping=stopping,
    )
    assert numbers(other) == numbers(nn.Linear(1, 1, bias=False, seed=3))
    assert (stopping.best, stopping.best_epoch, len(history)) == (49.0, 1, 3)
    history.resume(5)
    assert (stopping.best_epoch, len(history)) == (1, 4)  # the three epochs of before count


def test_the_best_number_of_early_stopping_has_its_own_sign():
    for mode, best, epoch in (("max", 16.0, 1), ("min", 0.0, 5)):
        stopping = nn.EarlyStopping(patience=9, monitor="validation_loss", mode=mode)
        assert stopping.best == (-math.inf if mode == "max" else math.inf)
        overfit(stopping, epochs=7)
        assert (stopping.best, stopping.best_epoch) == (best, epoch)


def test_two_runs_that_share_early_stopping_may_take_turns():
    stopping = nn.EarlyStopping(patience=100, monitor="loss")
    models = [nn.Linear(1, 1, seed=seed) for seed in (0, 1)]
    histories = [
        quiet_fit(model, LINE, optimizer=nn.SGD(model.parameters(), lr=0.05), epochs=2, early_stopping=stopping)
        for model in models
    ]
    histories[0].resume(1)
    assert all(abs(first - second) > 1e-3 for first, second in zip(*map(numbers, models), strict=True))


def test_a_callback_can_end_the_run():
    model = nn.Linear(1, 1, seed=0)
    seen = []

    def watch(training):
        seen.append((training.epoch, training.history["loss"][-1], training.model is model))
        if training.epoch == 2:
            training.stop("that is enough")

    history = quiet_fit(model, LINE, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=9, callbacks=[watch])
    assert [entry[0] for entry in seen] == [1, 2]
    assert all(entry[2] for entry in seen)
    assert history.ending == "Stopped after 2 epochs: that is enough."


def test_schedulers_step_by_epoch_by_batch_or_with_the_loss():
    def rates(make, epochs, **options):
        model = nn.Linear(1, 1, seed=0)
        optimizer = nn.SGD(model.parameters(), lr=1.0, momentum=0.9)
        data = [[0.0]] * 4, [0.0] * 4
        model.weight[0][0].data = model.bias[0].data = 0.0
        history = quiet_fit(
            model, data, optimizer=optimizer, scheduler=make(optimizer), epochs=epochs, batch_size=1, **options
        )
        return [*history["learning_rate"], optimizer.param_groups[0]["lr"]]

    assert rates(lambda optimizer: nn.ExponentialLR(optimizer, gamma=0.5), 2) == [1.0, 0.5, 0.25]
    cycle = rates(lambda optimizer: nn.OneCycleLR(optimizer, max_lr=1.0, total_steps=12, pct_start=0.5), 3)
    assert cycle[0] == pytest.approx(0.04)
    assert cycle[1] > 0.9 > cycle[2] > cycle[3]
    plateau = rates(lambda optimizer: nn.ReduceLROnPlateau(optimizer, factor=0.1, patience=1), 4)
    assert plateau == pytest.approx([1.0, 1.0, 1.0, 0.1, 0.1])


# --- leaving things in order --------------------------------------------------------------------------


def test_modes_are_as_before_and_gradients_are_zero():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Dropout(0.5, seed=1), nn.Linear(3, 3, seed=2)).eval()
    modes = []
    nn.fit(
        model,
        clouds(),
        loss=nn.cross_entropy,
        optimizer=nn.SGD(model.parameters(), lr=0.1),
        callbacks=[lambda training: modes.append(training.model.training)],
        progress=False,
    )
    assert modes == [True]
    assert not any(module.training for module in model.modules())
    assert all(value.grad == 0.0 for value in model.parameters())


def test_validation_uses_evaluation_mode():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Dropout(0.9, seed=1))
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    data = clouds()
    history = nn.fit(model, data, loss=nn.cross_entropy, optimizer=optimizer, validation=data, progress=False, epochs=2)
    expected = nn.evaluate(model, data, loss=nn.cross_entropy)["loss"]
    assert history["validation_loss"] == [pytest.approx(expected)] * 2
    assert history["loss"][0] != pytest.approx(expected, rel=1e-3)
    assert model.training


def test_evaluate_leaves_no_graph_and_no_change():
    model = nn.Linear(1, 1, seed=0)
    model.weight[0][0].data, model.bias[0].data = 2.0, 1.0
    result = nn.evaluate(model, LINE, loss=nn.mse_loss, metrics=[nn.r2_score], batch_size=3)
    assert result == {"loss": pytest.approx(0.0625), "r2_score": pytest.approx(1 - 0.25 / 23.1875)}
    assert all(value.grad == 0.0 for value in model.parameters())


def test_the_progress_bar_shows_loss_and_accuracy(capsys):
    model = nn.Linear(2, 3, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    nn.fit(model, clouds(), loss=nn.cross_entropy, optimizer=optimizer, epochs=2, metrics=[nn.accuracy])
    shown = capsys.readouterr().err
    assert "epoch 2/2: 100%" in shown
    assert "loss 0." in shown or "loss 1." in shown
    assert "accuracy 0." in shown


# --- what is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be a whole number of at least 1; got 0"),
        ({"epochs": 2.5}, "epochs must be a whole number"),
        ({"batch_size": -1}, "batch_size must be a whole number of at least 1; got -1"),
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1; got 0"),
        ({"clip": 0}, "clip must be greater than 0; got 0"),
        ({"early_stopping": 3}, "give validation="),
        ({"early_stopping": 0, "validation": LINE}, "patience must be a whole number of at least 1"),
        ({"data": ([], [])}, "empty|no entries|at least one"),
        ({"data": ([[1.0]], [1.0, 2.0])}, "same length"),
        ({"data": ([[1.0]],)}, "needs pairs of inputs and targets; this data has 1 columns"),
        ({"data": nn.DataLoader(nn.TensorDataset([1.0], [1.0], [1.0]))}, "this data has 3 columns"),
        ({"data": ([[float("nan")]], [1.0])}, "nan"),
    ],
)
def test_bad_arguments_are_named_before_anything_is_trained(options, message):
    model = nn.Linear(1, 1, seed=0)
    before = numbers(model)
    options = {"data": LINE, "optimizer": nn.SGD(model.parameters(), lr=0.1), **options}
    with pytest.raises((errors.ArgumentError, errors.NumberError), match=message):
        quiet_fit(model, options.pop("data"), **options)
    assert numbers(model) == before


def scheduled(make):
    """Return options with an optimiser and the scheduler that ``make`` gives for it."""

    def options(model):
        optimizer = nn.SGD(model.parameters(), lr=0.1, momentum=0.5)
        return {"optimizer": optimizer, "scheduler": make(optimizer)}

    return options


def elsewhere():
    return nn.SGD([Value(0.0)], lr=0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (scheduled(lambda own: nn.OneCycleLR(own, 1.0, total_steps=7)), "made for 7 steps; number 8 is one too many"),
        (
            scheduled(lambda own: nn.SequentialLR(own, [nn.OneCycleLR(own, 1.0, 3), nn.StepLR(own, 1)], [5])),
            "made for 3 steps; number 4 is one too many",
        ),
        (scheduled(lambda own: nn.StepLR(elsewhere(), 1)), "StepLR was made for another optimiser"),
        (scheduled(lambda own: nn.ReduceLROnPlateau(elsewhere())), "Plateau was made for another optimiser"),
        (scheduled(lambda own: 0.1), "scheduler is one of nn's"),
        (
            lambda _: {"metrics": [nn.accuracy, functools.partial(nn.accuracy, threshold=0)]},
            "would be called 'accuracy'",
        ),
        (lambda _: {"metrics": [3]}, "functions; got 3"),
        (lambda _: {"callbacks": ["print"]}, "functions; got 'print'"),
        (lambda _: {"loss": 3}, r"loss is a function loss\(outputs, targets\).*; got 3"),
        (lambda _: {"optimizer": 0.1}, "optimizer is an nn.Optimizer"),
        (lambda _: {"early_stopping": nn.EarlyStopping(monitor="accuracy")}, "watches 'accuracy', but the history"),
        (lambda _: {"early_stopping": nn.EarlyStopping(monitor="validation_accuracy")}, "needs data to validate on"),
        (
            lambda _: {"validation": LINE, "early_stopping": nn.EarlyStopping(monitor="validation_accuracy")},
            "watches 'validation_accuracy', but the history will have loss, validation_loss, learning_rate",
        ),
        (lambda _: {"validation": ([[1.0, 2.0]], [1.0])}, "validation: its inputs have a shape of 2 each"),
        (lambda _: {"validation": ([[1.0]], [[1.0, 2.0]])}, "validation: its targets have a shape of 2 each"),
        (lambda _: {"validation": ([[math.nan]], [1.0])}, "nan"),
        (lambda _: {"loss": lambda outputs, targets: nn.mse_loss(targets, outputs)}, "the wrong way round"),
    ],
)
@pytest.mark.parametrize("compiled", ["auto", False])
def test_all_that_can_be_seen_is_seen_before_the_first_step(make, message, compiled):
    model = nn.Linear(1, 1, seed=0)
    before, seen = numbers(model), []
    options = {"optimizer": nn.SGD(model.parameters(), lr=0.1), **make(model)}
    options.setdefault("callbacks", [seen.append])
    with pytest.raises(errors.AutogradError, match=message):
        quiet_fit(model, LINE, epochs=4, batch_size=2, compile=compiled, **options)
    assert (numbers(model), seen) == (before, [])


@pytest.mark.parametrize("compiled", ["auto", False])
def test_an_error_says_how_many_updates_had_been_made(compiled):
    inputs, labels = clouds(8)
    for at, note in ((0, "No update had been made"), (5, "2 updates had been made, which the model keeps")):
        model = nn.Linear(2, 3, seed=0)
        before = numbers(model)
        wrong = [9 if i == at else label for i, label in enumerate(labels)]
        batches = nn.DataLoader(nn.TensorDataset(inputs, wrong), batch_size=2)
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        with pytest.raises(errors.ArgumentError, match=r"target \d is 9") as caught:
            quiet_fit(model, batches, loss=nn.cross_entropy, optimizer=optimizer, compile=compiled)
        assert any(note in line for line in caught.value.__notes__)
        assert (numbers(model) == before) == (at == 0)


def test_a_resumed_run_is_checked_too():
    model = nn.Linear(1, 1, seed=0)
    options = scheduled(lambda own: nn.OneCycleLR(own, 0.1, total_steps=5))(model)
    history = quiet_fit(model, LINE, epochs=4, **options)
    before = numbers(model)
    with pytest.raises(errors.ArgumentError, match="made for 5 steps; number 6"):
        history.resume(2)
    assert numbers(model) == before
    assert len(history.resume(1)) == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "loss",
    [
        nn.CrossEntropyLoss(reduction="sum"),
        nn.CrossEntropyLoss(weight=[0.25, 4.0, 1.0]),
        nn.CrossEntropyLoss(weight=[0.25, 4.0, 1.0], label_smoothing=0.1),
        functools.partial(nn.cross_entropy, reduction="sum"),
        functools.partial(nn.cross_entropy, weight=[0.25, 4.0, 1.0]),
        lambda outputs, targets: nn.cross_entropy(outputs, targets, weight=[0.25, 4.0, 0.5]),
        lambda outputs, targets: max(nn.cross_entropy(outputs, targets, reduction="none"), key=lambda one: one.data),
        nn.cross_entropy,
    ],
)
@pytest.mark.parametrize("compiled", ["auto", False])
def test_the_loss_of_an_evaluation_does_not_depend_on_the_batches(loss, compiled):
    data = clouds(23)
    model = nn.MLP(2, [4, 3], seed=1)
    whole = loss(model(data[0]), data[1]).data
    for size in (1, 2, 5, 23, 100):
        assert nn.evaluate(model, data, loss=loss, batch_size=size)["loss"] == pytest.approx(whole, rel=1e-12)
        history = quiet_fit(
            model,
            data,
            loss=loss,
            optimizer=nn.SGD(model.parameters(), lr=0.0),
            batch_size=size,
            validation=data,
            compile=compiled,
        )
        assert history["validation_loss"] == pytest.approx([whole], rel=1e-12)


@pytest.mark.parametrize("compiled", ["auto", False])
def test_a_loss_of_all_samples_that_reads_the_model_meets_its_newest_parameters(compiled):
    model = nn.Linear(1, 1, seed=0)

    def penalised(outputs, targets):
        return nn.mse_loss(outputs, targets) + model.weight[0][0] ** 2

    optimizer = nn.SGD(model.parameters(), lr=0.05)
    history = quiet_fit(
        model, LINE, loss=penalised, optimizer=optimizer, batch_size=2, epochs=3, validation=LINE, compile=compiled
    )
    whole = penalised(model(LINE[0]), LINE[1]).data
    assert history["validation_loss"][-1] == pytest.approx(whole, rel=1e-12)


def test_a_schedule_is_checked_for_the_batches_that_are_left_of_an_epoch():
    model, calls = nn.Linear(1, 1, seed=0), []

    def once(outputs, targets):
        calls.append(len(targets))
        if len(calls) == 2:
            signal.raise_signal(signal.SIGINT)
        return nn.mse_loss(outputs, targets)

    options = scheduled(lambda own: nn.OneCycleLR(own, 0.1, total_steps=2 * len(LINE[0])))(model)
    history = quiet_fit(model, LINE, loss=once, epochs=2, batch_size=1, compile=False, **options)
    assert (history.interrupted, len(history), options["scheduler"].last_epoch) == (True, 0, 2)
    with pytest.raises(errors.ArgumentError, match="is one too many"):
        history.resume(3)
    assert len(history.resume(2)) == 2
    assert options["scheduler"].last_epoch == len(calls) == 2 * len(LINE[0])


def test_nobody_but_the_loop_asks_a_schedule_of_the_users():
    class Own(nn.schedulers.Scheduler):
        asked = 0

        def rate(self, base, epoch):
            self.asked += 1
            return base

    model = nn.Linear(1, 1, seed=0)
    options = scheduled(Own)(model)
    before = options["scheduler"].asked
    quiet_fit(model, LINE, epochs=3, **options)
    assert options["scheduler"].asked == before + 3


def test_a_sum_over_several_outputs_of_each_sample():
    inputs, targets = [[0.5], [1.0], [-2.0]], [[1.0, 2.0], [0.0, 3.0], [4.0, 4.0]]
    model = nn.Linear(1, 2, seed=0)
    whole = sum(
        (o.data - t) ** 2 for x, y in zip(inputs, targets, strict=True) for o, t in zip(model(x), y, strict=True)
    )
    for size in (1, 2, 3):
        found = nn.evaluate(model, (inputs, targets), loss=nn.MSELoss("sum"), batch_size=size)["loss"]
        assert found == pytest.approx(whole, rel=1e-14)


def test_a_loader_brings_its_own_batch_size():
    model = nn.Linear(1, 1, seed=0)
    loader = nn.DataLoader(nn.TensorDataset(*LINE), batch_size=2)
    with pytest.raises(errors.ArgumentError, match="A DataLoader has its own batch_size and seed"):
        quiet_fit(model, loader, optimizer=nn.SGD(model.parameters(), lr=0.1), batch_size=4)


def test_an_optimizer_of_another_model_is_refused():
    model, other = nn.Linear(1, 1, seed=0), nn.Linear(1, 1, seed=1)
    with pytest.raises(errors.ArgumentError, match=r"updates none of the model's parameters.*nn\.SGD\(model\.param"):
        quiet_fit(model, LINE, optimizer=nn.SGD(other.parameters(), lr=0.1))


@pytest.mark.parametrize("loss", [lambda outputs, targets: [outputs[0][0]], lambda outputs, targets: 3.0])
def test_a_loss_that_is_no_value_is_refused(loss):
    model = nn.Linear(1, 1, seed=0)
    with pytest.raises(errors.NumberError, match="needs a loss that returns one Value for a batch"):
        quiet_fit(model, LINE, loss=loss, optimizer=nn.SGD(model.parameters(), lr=0.1))


def test_divergence_says_where_and_what_to_do():
    model = nn.Linear(1, 1, seed=0)
    with pytest.raises(errors.NumberOverflowError) as caught:
        quiet_fit(model, LINE, optimizer=nn.SGD(model.parameters(), lr=1e9), epochs=100, batch_size=4)
    (note,) = caught.value.__notes__
    assert "epoch" in note
    assert "learning rate" in note
    assert "clip=1.0" in note
    assert all(abs(number) < float("inf") for number in numbers(model))


def test_numbers_that_a_loss_does_not_take_are_no_divergence():
    model = nn.Linear(1, 1, seed=0)
    for loss in (nn.binary_cross_entropy, lambda outputs, targets: (outputs[0][0] * 0) / (outputs[0][0] * 0)):
        with pytest.raises((errors.DomainError, errors.DivisionByZeroError)) as caught:
            quiet_fit(model, ([[-1.0], [-2.0]], [0.0, 1.0]), loss=loss, optimizer=nn.SGD(model.parameters(), lr=0.1))
        assert caught.value.__notes__ == ["This happened in epoch 1/1, batch 1."]


def test_what_has_no_value_is_not_put_down_to_the_learning_rate():
    model = nn.Linear(1, 1, seed=0)
    with pytest.raises(errors.DomainError, match="as a Sigmoid gives") as caught:
        quiet_fit(model, ([[-9.0], [9.0]], [0, 1]), loss="bce", optimizer="sgd", epochs=2)
    assert caught.value.__notes__ == ["This happened in epoch 1/2, batch 1."]


def test_a_loss_may_look_at_the_parameters():
    model = nn.Linear(1, 1, seed=0)

    def regularised(outputs, targets):
        penalty = Value(0.0)
        for value in model.parameters():
            penalty = penalty + value * value
        return nn.mse_loss(outputs, targets) + 0.1 * penalty

    history = quiet_fit(model, LINE, loss=regularised, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=5)
    assert history["loss"][-1] < history["loss"][0]


def test_the_collector_pauses_while_a_batch_is_computed_on_values():
    import gc

    seen = []

    def loss(outputs, targets):
        seen.append(gc.isenabled())
        if len(seen) == 3:
            raise ZeroDivisionError
        return nn.mse_loss(outputs, targets)

    model = nn.Linear(1, 1, seed=0)
    with pytest.raises(ZeroDivisionError):
        nn.fit(
            model, ([[1.0], [2.0]], [1.0, 2.0]), loss=loss, optimizer="sgd", epochs=2, batch_size=1, compile=False,
            progress=False,
        )  # fmt: skip
    assert seen == [False, False, False]
    assert gc.isenabled()
