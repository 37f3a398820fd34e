"""Plots of numbers that change during training: the history and the search for a learning rate."""

from typing import TYPE_CHECKING, Any, Protocol

from autograd import errors
from autograd.formulas.notation import number_text
from nn.inspect.plots.style import MARKERS, SERIES, panels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class HasRows(Protocol):
    """Anything with a row of numbers by name for each epoch, such as a :class:`nn.History`."""

    rows: list[dict[str, float]]


class TriedRates(Protocol):
    """Ascending learning rates with the loss at each, and the one to mark: :func:`nn.find_learning_rate`'s result."""

    learning_rates: list[float]
    losses: list[float]

    @property
    def smoothed(self) -> list[float]: ...

    @property
    def suggestion(self) -> float: ...


def plot_history(history: HasRows) -> "Figure":
    """Draw how the loss and the metrics changed from epoch to epoch.

    Args:
        history: what :func:`nn.fit` returned, of one epoch at least.

    Returns:
        A figure with one panel for the loss and one for each metric; validation is dashed and has squares.
    """
    if not history.rows:
        raise errors.ArgumentError("There is nothing to plot: no epoch is complete yet.")
    columns: dict[str, list[float]] = {}
    for row in history.rows:
        for name, number in row.items():
            columns.setdefault(name, []).append(number)
    names = [n for n in columns if n not in {"learning_rate", "seconds"} and not n.startswith("validation_")]
    with panels(1, len(names), 5.6, 3.8) as (figure, axes):
        from matplotlib import ticker

        for name, panel in zip(names, axes, strict=True):
            curves = [(name, "training", "-")]
            if f"validation_{name}" in columns:
                curves.append((f"validation_{name}", "validation", "--"))
            for i, (column, label, line) in enumerate(curves):
                numbers = columns[column]
                epochs = range(1, len(numbers) + 1)
                every = max(1, len(numbers) // 12)
                look: dict[str, Any] = {"color": SERIES[i], "marker": MARKERS[i], "markevery": every, "markersize": 5}
                panel.plot(epochs, numbers, line, label=label, **look)
            numbers = [number for column, _, _ in curves for number in columns[column]]
            if name == "loss" and min(numbers) > 0 and max(numbers) > 30 * min(numbers):
                panel.set_yscale("log")
            panel.set(title=name.replace("_", " ").capitalize(), xlabel="epoch")
            panel.xaxis.set_major_locator(ticker.MaxNLocator(integer=True, min_n_ticks=1))
            if len(curves) > 1:
                panel.legend()
    return figure


def plot_learning_rates(search: TriedRates) -> "Figure":
    """Draw the loss against the learning rate, with the suggested one marked.

    Args:
        search: what :func:`nn.find_learning_rate` returned.
    """
    with panels(1, 1, 6.4, 4.0) as (figure, (panel,)):
        panel.plot(search.learning_rates, search.losses, color=SERIES[3], linewidth=1, label="loss of each batch")
        panel.plot(search.learning_rates, search.smoothed, color=SERIES[0], label="smoothed")
        position = search.learning_rates.index(search.suggestion)
        panel.plot(
            [search.suggestion], [search.smoothed[position]], "D", color=SERIES[1], ms=9,
            label=f"suggested: {number_text(search.suggestion)}",
        )  # fmt: skip
        panel.set(xscale="log", xlabel="learning rate", ylabel="loss", title="Which learning rate?")
        low, high = min(search.smoothed), search.smoothed[0]
        panel.set_ylim(low - 0.15 * (high - low + 1e-12), high + 0.6 * (high - low + 1e-12))
        panel.legend()
    return figure
