"""What ``fit`` takes, by name too, and what it says about what it cannot use, before a single step."""

import functools

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


def test_the_class_of_a_model():
    with pytest.raises(errors.ArgumentError, match=r"fit trains a model; MLP is a class. Make one of them"):
        nn.fit(nn.MLP, (X, Y), loss="mse", optimizer="adam")


def test_a_partial_function_and_a_class_of_ones_own_are_losses_as_before():
    class Squared:
        def __call__(self, outputs, targets):
            return nn.mse_loss(outputs, targets)

    for loss in (functools.partial(nn.huber_loss, delta=0.5), Squared()):
        model = nn.Linear(2, 1, seed=0)
        assert len(nn.fit(model, (X, Y), loss=loss, optimizer="sgd", progress=False)) == 1
    with pytest.raises(errors.ArgumentError, match=r"loss=Squared is the class.*loss=Squared\(\)"):
        nn.fit(model, (X, Y), loss=Squared, optimizer="sgd", progress=False)
