"""What ``fit`` takes, by name too, and what it says about what it cannot use, before a single step."""

import functools
import math

import pytest

import nn
from autograd import Value, errors

X = [[0.0, 1.0], [1.0, 0.5], [2.0, -1.0]]
Y = [[0.0], [1.0], [1.0]]


@pytest.mark.parametrize(
    ("name", "loss", "targets"),
    [
        ("mse", nn.mse_loss, Y),
        ("MSE", nn.mse_loss, Y),
        ("mse_loss", nn.mse_loss, Y),
        ("l1", nn.l1_loss, Y),
        ("mae", nn.l1_loss, Y),
        ("huber", nn.huber_loss, Y),
        ("smooth_l1", nn.smooth_l1_loss, Y),
        ("hinge", nn.hinge_loss, [[-1], [1], [1]]),
        ("bce_with_logits", nn.binary_cross_entropy_with_logits, Y),
        ("cross_entropy", nn.cross_entropy, [0, 0, 0]),
        ("nll", nn.nll_loss, [0, 0, 0]),
        ("kl_div", nn.kl_div, Y),
    ],
)
def test_losses_by_name(name, loss, targets):
    results = []
    for choice in (name, loss):
        model = nn.Linear(2, 1, seed=0)
        optimizer = nn.SGD(model.parameters(), lr=0.1)
        history = nn.fit(model, (X, targets), loss=choice, optimizer=optimizer, epochs=3, progress=False, seed=1)
        evaluated = nn.evaluate(model, (X, targets), loss=choice)["loss"]
        results.append((history["loss"], model.state_dict(), evaluated))
    assert results[0] == results[1]


def test_binary_cross_entropy_by_name():
    model = nn.Sequential(nn.Linear(2, 1, seed=0), nn.Sigmoid())
    history = nn.fit(model, (X, Y), loss="bce", optimizer="adam", progress=False)
    other = nn.Sequential(nn.Linear(2, 1, seed=0), nn.Sigmoid())
    assert nn.evaluate(other, (X, Y), loss=nn.BCELoss())["loss"] == pytest.approx(history["loss"][0], rel=1e-15)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sgd", nn.SGD),
        ("SGD", nn.SGD),
        ("adam", nn.Adam),
        ("AdamW", nn.AdamW),
        ("rmsprop", nn.RMSprop),
        ("adagrad", nn.Adagrad),
    ],
)
def test_optimisers_by_name_are_made_from_all_of_the_models_parameters(name, kind):
    states = []
    for choose in (lambda _: name, lambda model: kind(model.parameters())):
        model = nn.Linear(2, 1, seed=0)
        history = nn.fit(model, (X, Y), loss="mse", optimizer=choose(model), epochs=3, progress=False, seed=1)
        history.resume(2)
        states.append(model.state_dict())
    assert states[0] == states[1] != nn.Linear(2, 1, seed=0).state_dict()


def scheduled(model):
    return {"scheduler": nn.StepLR(nn.Adam(model.parameters()), 1)}


@pytest.mark.parametrize(
    ("data", "others", "options", "message"),
    [
        (X, (Y,), {}, r"data as one pair.*nn.fit\(model, \(X, y\), loss=.*Here 1 more was given"),
        (X, (Y,), {"loss": "mse", "optimizer": "adam"}, r"data as one pair.*nn.fit\(model, \(X, y\)"),
        ((X, Y), (nn.mse_loss, "adam"), {}, "all else by name.*Here 2 more were given"),
        ((X, Y), (), {"optimizer": "adam"}, r"fit needs a loss: loss=\"mse\" for numbers"),
        ((X, Y), (), {"loss": "mse"}, r"fit needs an optimiser: optimizer=\"adam\""),
        ((X, Y), (), {"loss": "msee", "optimizer": "adam"}, "no loss called 'msee'. Did you mean 'mse'"),
        ((X, Y), (), {"loss": "?", "optimizer": "adam"}, "no loss called '.'. There are 'mse', 'l1'"),
        ((X, Y), (), {"loss": "mse", "optimizer": "adamm"}, "no optimiser called 'adamm'. Did you mean 'adam'"),
        ((X, Y), (), {"loss": nn.BCELoss, "optimizer": "adam"}, r"loss=BCELoss is the class.*loss=nn.BCELoss\(\)"),
        ((X, Y), (), {"loss": "mse", "optimizer": nn.Adam}, r"optimizer=nn.Adam\(model.parameters\(\), lr=...\)"),
        ((X, Y), (), {"loss": "mse", "optimizer": nn.SGD([Value(0.0)])}, "updates none of the model's parameters"),
        ((X, Y), (), {"loss": "mse", "optimizer": "adam", **scheduled(nn.Linear(2, 1))}, "made for another optimiser"),
        ((X, Y[:2]), (), {"loss": "mse", "optimizer": "adam"}, "There are 3 inputs and 2 targets.*same length"),
        ([X, Y], (), {"loss": "mse", "optimizer": "adam"}, r"this data has 3 columns.*as a tuple of two, \(X, y\)"),
        (
            (X, Y),
            (),
            {"loss": "mse", "optimizer": "adam", "validation": (X, Y[:1])},
            "There are 3 inputs and 1 targets",
        ),
        (
            (X, Y),
            (),
            {
                "loss": "mse",
                "optimizer": "adam",
                "validation": (X, Y),
                "early_stopping": nn.EarlyStopping(monitor="val_loss"),
            },
            r"watches 'val_loss', but the history will have loss, validation_loss.*Did you mean monitor=",
        ),
        (
            (X, Y),
            (),
            {"loss": "mse", "optimizer": "adam", "early_stopping": nn.EarlyStopping(monitor="looss")},
            "Did you mean monitor='loss'",
        ),
    ],
)
def test_what_is_wrong_is_said_before_the_first_step(data, others, options, message):
    model = nn.Linear(2, 1, seed=0)
    before = model.state_dict()
    with pytest.raises(errors.ArgumentError, match=message):
        nn.fit(model, data, *others, progress=False, **options)
    assert model.state_dict() == before


def test_a_partial_function_and_a_class_of_ones_own_are_losses_as_before():
    class Squared:
        def __call__(self, outputs, targets):
            return nn.mse_loss(outputs, targets)

    for loss in (functools.partial(nn.huber_loss, delta=0.5), Squared()):
        model = nn.Linear(2, 1, seed=0)
        assert len(nn.fit(model, (X, Y), loss=loss, optimizer="sgd", progress=False)) == 1
    with pytest.raises(errors.ArgumentError, match=r"loss=Squared is the class.*loss=Squared\(\)"):
        nn.fit(model, (X, Y), loss=Squared, optimizer="sgd", progress=False)


TAKERS_OF_A_MODEL = {
    "fit": lambda it: nn.fit(it, (X, Y), loss="mse", optimizer="sgd", progress=False),
    "evaluate": lambda it: nn.evaluate(it, (X, Y), loss="mse"),
    "diagnose": lambda it: nn.diagnose(it, (X, Y), "mse"),
    "find_learning_rate": lambda it: nn.find_learning_rate(it, (X, Y), loss="mse", optimizer="sgd"),
    "plot_activations": lambda it: nn.plot_activations(model=it, inputs=X),
    "plot_weights": nn.plot_weights,
    "plot_gradient_flow": lambda it: nn.plot_gradient_flow(it, batch=(X, Y), loss="mse"),
    "plot_decision_regions": lambda it: nn.plot_decision_regions(it, X, [0, 1, 1]),
}
TAKERS_OF_A_LOSS = {
    "fit": lambda loss: nn.fit(nn.Linear(2, 1), (X, Y), loss=loss, optimizer="sgd", progress=False),
    "evaluate": lambda loss: nn.evaluate(nn.Linear(2, 1), (X, Y), loss=loss),
    "diagnose": lambda loss: nn.diagnose(nn.Linear(2, 1), (X, Y), loss),
    "find_learning_rate": lambda loss: nn.find_learning_rate(nn.Linear(2, 1), (X, Y), loss=loss, optimizer="sgd"),
}
TAKERS_OF_AN_OPTIMISER = {
    "fit": lambda it: nn.fit(nn.Linear(2, 1), (X, Y), loss="mse", optimizer=it, progress=False),
    "diagnose": lambda it: nn.diagnose(nn.Linear(2, 1), (X, Y), "mse", it),
    "find_learning_rate": lambda it: nn.find_learning_rate(nn.Linear(2, 1), (X, Y), loss="mse", optimizer=it),
    "minimize": lambda it: nn.minimize(lambda: Value(1.0), it, steps=1, progress=False),
    "a scheduler": lambda it: nn.StepLR(it, 1),
    "ReduceLROnPlateau": nn.ReduceLROnPlateau,
}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.MLP, r"make one of them: model=nn\.MLP\(\.\.\.\)"),
        (3, "model is an nn.Module.*got 3"),
        (None, "model is an nn.Module.*got None"),
    ],
)
@pytest.mark.parametrize("taker", TAKERS_OF_A_MODEL)
def test_wherever_a_model_is_given_what_is_none_is_named(taker, model, message):
    with pytest.raises(errors.ArgumentError, match=message):
        TAKERS_OF_A_MODEL[taker](model)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("mze", r"no loss called 'mze'\. Did you mean 'mse'"),
        (nn.MSELoss, r"loss=nn\.MSELoss\(\)"),
        (3, "loss is a function.*got 3"),
        ([1.0], r"loss is a function.*got \[1\.0\]"),
    ],
)
@pytest.mark.parametrize("taker", TAKERS_OF_A_LOSS)
def test_wherever_a_loss_is_given_what_is_none_is_named(taker, loss, message):
    with pytest.raises(errors.ArgumentError, match=message):
        TAKERS_OF_A_LOSS[taker](loss)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (nn.Adam, r"optimizer=nn\.Adam\(model\.parameters\(\), lr=\.\.\.\)"),
        (3, "optimizer is an nn.Optimizer.*got 3"),
        ([1.0], r"optimizer is an nn.Optimizer.*got \[1\.0\]"),
    ],
)
@pytest.mark.parametrize("taker", TAKERS_OF_AN_OPTIMISER)
def test_wherever_an_optimiser_is_given_what_is_none_is_named(taker, optimizer, message):
    with pytest.raises(errors.ArgumentError, match=message):
        TAKERS_OF_AN_OPTIMISER[taker](optimizer)


def test_names_mean_the_same_everywhere():
    model = nn.Linear(2, 1, seed=0)
    named = nn.diagnose(model, (X, Y), "mse", "sgd")
    assert str(named) == str(nn.diagnose(model, (X, Y), nn.mse_loss, nn.SGD(model.parameters())))
    assert named.loss == nn.evaluate(model, (X, Y), loss="mse")["loss"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"early_stopping": 5.0}, r"early_stopping is a whole number of epochs.*nn\.EarlyStopping\(\.\.\.\).*got 5\.0"),
        ({"early_stopping": "5"}, "early_stopping is a whole number.*got '5'"),
        ({"early_stopping": nn.EarlyStopping}, "early_stopping is a whole number.*got <class"),
        (
            {"scheduler": nn.StepLR},
            r"class of such schedulers; make one of them: scheduler=nn\.StepLR\(optimizer, \.\.\.\)",
        ),
        ({"scheduler": nn.ReduceLROnPlateau}, r"scheduler=nn\.ReduceLROnPlateau\(optimizer"),
        ({"history": []}, r"history is the nn\.History of an earlier run; got \[\]"),
        ({"callbacks": print}, r"callbacks is a list of functions, also of a single one: callbacks=\[\.\.\.\]; got"),
        ({"callbacks": None}, "callbacks is a list of functions.*got None"),
        ({"metrics": nn.accuracy}, r"metrics is a list of functions, also of a single one: metrics=\[\.\.\.\]; got"),
        ({"metrics": "accuracy"}, "metrics is a list of functions.*got 'accuracy'"),
        ({"metrics": ["accuracy"]}, "are functions; got 'accuracy'"),
    ],
)
def test_what_cannot_be_used_is_named_before_the_first_step(options, message):
    model = nn.Linear(2, 1, seed=0)
    before = model.state_dict()
    with pytest.raises(errors.ArgumentError, match=message):
        nn.fit(model, (X, Y), loss="mse", optimizer="sgd", validation=(X, Y), progress=False, **options)
    assert model.state_dict() == before
    if "metrics" in options:
        with pytest.raises(errors.ArgumentError, match=message):
            nn.evaluate(model, (X, Y), loss="mse", **options)


def test_whole_numbers_of_numpy_are_a_patience():
    numpy = pytest.importorskip("numpy")
    model = nn.Linear(2, 1, seed=0)
    options = {"loss": "mse", "optimizer": nn.SGD(model.parameters(), lr=0.0), "epochs": 9, "progress": False}
    history = nn.fit(model, (X, Y), validation=(X, Y), early_stopping=numpy.int64(2), **options)
    assert len(history) == 3


def test_metrics_and_callbacks_may_come_one_by_one():
    model, called = nn.Linear(2, 1, seed=0), []
    history = nn.fit(
        model, (X, Y), loss="mse", optimizer="sgd", progress=False, epochs=2,
        metrics=iter([nn.r2_score]), callbacks=(call for call in [lambda training: called.append(training.epoch)]),
    )  # fmt: skip
    assert (len(history["r2_score"]), called) == (2, [1, 2])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": X, "y": Y}, "a pair .inputs, targets.*got dict"),
        ([(X[0], Y[0]), (X[1],)], r"some have \[1, 2\] entries"),
        (((x, y)[:length] for x, y, length in zip(X, Y, (2, 1, 2), strict=True)), r"some have \[1, 2\] entries"),
    ],
)
def test_data_that_are_no_pairs_are_named(data, message):
    with pytest.raises(errors.ArgumentError, match=message):
        nn.evaluate(nn.Linear(2, 1, seed=0), data, loss="mse")


def test_a_table_without_targets_is_named():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    with pytest.raises(errors.ArgumentError, match=r"a pair .inputs, targets.*got DataFrame"):
        nn.evaluate(nn.Linear(2, 1, seed=0), table, loss="mse")
    with pytest.raises(errors.ArgumentError, match=r"A dataset is a TensorDataset.*got DataFrame"):
        nn.DataLoader(table)


def test_entries_that_are_no_pairs_are_named():
    with pytest.raises(errors.ArgumentError, match="one is 1"):
        list(nn.DataLoader([1, 2, 3], batch_size=2))


LATE = [0, 1, 1, 0, 1, 0, 1, 0, 1, 0]
SHARED = [[0.25, 0.75], [0.5, 0.5]] * 5


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize(
    ("loss", "right", "wrong", "message"),
    [
        ("bce_with_logits", LATE, [*LATE[:-1], 2], "targets are 0 or 1.*sample 9 has 2"),
        (nn.BCEWithLogitsLoss(pos_weight=2.0), LATE, [*LATE[:-1], -1], "targets are 0 or 1.*sample 9 has -1"),
        (nn.BCELoss(), LATE, [*LATE[:-1], 1.5], "targets are 0 or 1.*sample 9 has 1.5"),
        (functools.partial(nn.hinge_loss, reduction="sum"), [-1, 1] * 5, [1] * 9 + [0], "-1 or 1.*sample 9 has 0"),
        ("kl_div", SHARED, [*SHARED[:-1], [1.5, -0.5]], "probabilities from 0 to 1.*sample 9 has 1.5"),
    ],
    ids=["logits", "weighted", "probabilities", "hinge", "divergence"],
)
def test_a_target_of_a_late_batch_is_refused_before_the_first_step(loss, right, wrong, message, held_out):
    inputs = [[0.1 * i] for i in range(10)]
    wrong_pairs, right_data = list(zip(inputs, wrong, strict=True)), nn.TensorDataset(inputs, right)
    for compile in (False, True):
        model = nn.Sequential(nn.Linear(1, 2 if right is SHARED else 1, seed=1), nn.Sigmoid())
        before, optimizer = model.state_dict(), nn.SGD(model.parameters(), lr=0.1)
        with pytest.raises(errors.ArgumentError, match=message):
            nn.fit(
                model, nn.DataLoader(right_data if held_out else wrong_pairs, 2), loss=loss, optimizer=optimizer,
                validation=nn.DataLoader(wrong_pairs, 2) if held_out else None, progress=False, compile=compile,
            )  # fmt: skip
        assert model.state_dict() == before
        with pytest.raises(errors.ArgumentError, match=message):
            nn.fit(model, (inputs, wrong), loss=loss, optimizer=optimizer, progress=False, compile=compile)


def test_logarithms_of_probabilities_are_no_probabilities():
    model = nn.Sequential(nn.Linear(1, 2, seed=1), nn.LogSoftmax())
    targets = [[math.log(0.25), math.log(0.75)]] * 10
    nn.fit(
        model, ([[0.1 * i] for i in range(10)], targets), loss=nn.KLDivLoss(log_target=True), optimizer="sgd",
        progress=False,
    )  # fmt: skip


@pytest.mark.parametrize("compile", [False, True])
@pytest.mark.parametrize("targets", [LATE, list(map(float, LATE))], ids=["classes", "floats"])
def test_cross_entropy_of_one_output_for_each_sample_is_named(targets, compile):
    model = nn.MLP(1, [3, 1], seed=1)
    with pytest.raises(errors.ArgumentError, match="one output per class; got 10 outputs and as many targets"):
        nn.fit(
            model, ([[0.1 * i] for i in range(10)], targets), loss="cross_entropy", optimizer="sgd", progress=False,
            compile=compile,
        )  # fmt: skip


@pytest.mark.parametrize("result", [None, "good", [0.5]], ids=repr)
def test_a_metric_that_gives_no_number_is_named(result):
    def closeness(outputs, targets):
        return result

    model = nn.Linear(2, 1, seed=0)
    with pytest.raises(errors.NumberError, match=r"The metric closeness is to return a number .* it returned"):
        nn.fit(model, (X, Y), loss="mse", optimizer="sgd", metrics=[closeness], progress=False)
    with pytest.raises(errors.NumberError, match=r"The metric closeness is to return a number .* it returned"):
        nn.evaluate(model, (X, Y), loss="mse", metrics=[closeness])
