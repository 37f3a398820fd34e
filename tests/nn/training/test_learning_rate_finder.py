"""``nn.find_learning_rate``: tries what it says, suggests a rate that works, and changes nothing."""

import pytest

import nn
from autograd import errors
from nn.training.learning_rate_finder import LearningRateSearch

LINE = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]


def search(optimizer_class=nn.SGD, **options):
    model = nn.Linear(1, 1, seed=0)
    optimizer = optimizer_class(model.parameters(), lr=0.5)
    options = {"loss": nn.mse_loss, "optimizer": optimizer, "batch_size": 4, "seed": 0, **options}
    return nn.find_learning_rate(model, LINE, **options), model, optimizer


def test_rates_grow_in_equal_ratios_from_the_smallest():
    found, _, _ = search(smallest=1e-4, largest=1e-2, steps=5)
    assert found.learning_rates == pytest.approx([1e-4, 10**-3.5, 1e-3, 10**-2.5, 1e-2])
    assert len(found.losses) == 5


def test_each_loss_follows_from_the_updates_before_it():
    found, model, _ = search(smallest=0.01, largest=0.04, steps=3)
    w, b = (value.data for value in model.parameters())
    expected = []
    for rate in (0.01, 0.02, 0.04):
        residuals = [w * x + b - y for (x,), y in zip(*LINE, strict=True)]
        expected.append(sum(r * r for r in residuals) / 4)
        w -= rate * sum(2 * r * x for r, (x,) in zip(residuals, LINE[0], strict=True)) / 4
        b -= rate * sum(2 * r for r in residuals) / 4
    assert found.losses == pytest.approx(expected)


@pytest.mark.parametrize("optimizer_class", [nn.SGD, nn.Adam])
def test_the_suggestion_learns_and_the_search_ends_where_it_diverges(optimizer_class):
    found, model, _ = search(optimizer_class)
    assert found.learning_rates[-1] < 10.0  # gradient descent on this line diverges above 2 / 8.1
    optimizer = optimizer_class(model.parameters(), lr=found.suggestion)
    history = nn.fit(model, LINE, loss=nn.mse_loss, optimizer=optimizer, epochs=100, batch_size=4, progress=False)
    assert history["loss"][-1] < 0.1 * history["loss"][0]


def test_the_suggestion_is_where_a_curve_falls_fastest():
    rates = [10 ** (-5 + i / 10) for i in range(60)]
    losses = [2.0 if rate < 1e-3 else max(0.5, 2.0 - (i - 20) * 0.1) for i, rate in enumerate(rates)]
    losses[50:] = [10.0] * 10
    suggestion = LearningRateSearch(rates, losses).suggestion
    assert 1e-3 < suggestion < 10 ** (-5 + 35 / 10)


def test_nothing_is_changed():
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.Adam(model.parameters(), lr=0.5)
    before = model.state_dict(), optimizer.state_dict()
    nn.find_learning_rate(model.eval(), LINE, loss=nn.mse_loss, optimizer=optimizer, steps=20)
    assert (model.state_dict(), optimizer.state_dict()) == before
    assert not model.training
    assert all(value.grad == 0.0 for value in model.parameters())


def test_overflow_ends_the_search_without_an_error():
    found, _, _ = search(largest=1e300, steps=12)
    assert found.learning_rates[-1] < 1e300


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"smallest": 0.0}, "smallest must be greater than 0"),
        ({"smallest": 1.0, "largest": 0.5}, "largest must be greater than smallest"),
        ({"steps": 1}, "steps must be at least 2"),
    ],
)
def test_bad_arguments(options, message):
    with pytest.raises(errors.ArgumentError, match=message):
        search(**options)


def test_it_prints_and_plots():
    found, _, _ = search()
    assert repr(found).startswith(f"Tried {len(found.losses)} learning rates from 1e-05 to ")
    assert f"{found.suggestion:.4g}" in repr(found)
    pytest.importorskip("matplotlib", reason='matplotlib is not installed: pip install -e ".[plot]"')
    figure = found.plot()
    assert figure.axes[0].get_xscale() == "log"
