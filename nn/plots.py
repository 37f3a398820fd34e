"""Every plot: loss curves, decision regions, activations, gradient flow, weights, learning rates, diagnosis.

Each function returns a matplotlib ``Figure``: a notebook shows it, ``figure.savefig("name.svg")`` writes it.
Colours are those of Okabe & Ito, Color universal design (2008), which colour-blind readers can tell apart, and
never the only sign: markers, line styles, outlines and names say the same.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from autograd import errors, no_grad
from nn.linear import Linear
from nn.measurement import LayerReport, root_mean_square
from nn.module import Module
from nn.neurons import Layer
from nn.observation import title_of, watched, without_trace
from nn.training_step import Loss, without_history

if TYPE_CHECKING:
    from types import ModuleType

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nn.diagnosis import Diagnosis
    from nn.history import History
    from nn.learning_rate_finder import LearningRateSearch

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: dict[str, Any] = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 130,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#555555",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
}


@contextmanager
def panels(rows: int, columns: int, width: float, height: float) -> "Iterator[tuple[Figure, list[Axes]]]":
    """Make a figure with ``rows`` x ``columns`` panels of the given size in inches, in the house style."""
    pyplot = import_pyplot()
    with pyplot.rc_context(STYLE):
        figure, axes = pyplot.subplots(rows, columns, figsize=(width * columns, height * rows), squeeze=False)
        yield figure, list(axes.flat)
    if "inline" in pyplot.get_backend():
        pyplot.close(figure)  # a notebook shows what a cell returns; an open figure would be shown a second time


def import_pyplot() -> "ModuleType":
    """Return ``matplotlib.pyplot``."""
    try:
        from matplotlib import pyplot
    except ImportError:
        raise errors.MissingPackageError(
            'Plots need matplotlib. Install it with: pip install "scalar-autograd[plot]"'
        ) from None
    return pyplot


# --- training -----------------------------------------------------------------------------------------


def plot_history(history: "History") -> "Figure":
    """Draw how the loss and the metrics changed from epoch to epoch.

    Args:
        history: what :func:`nn.fit` returned, of one epoch at least.

    Returns:
        A figure with one panel for the loss and one for each metric; validation is dashed and has squares.
    """
    if not history.rows:
        raise errors.ArgumentError("There is nothing to plot: no epoch is complete yet.")
    names = [name for name in history.columns if name not in {"learning_rate", "seconds"}]
    names = [name for name in names if not name.startswith("validation_")]
    with panels(1, len(names), 5.6, 3.8) as (figure, axes):
        from matplotlib import ticker

        for name, panel in zip(names, axes, strict=True):
            curves = [(name, "training", "-")]
            if f"validation_{name}" in history.columns:
                curves.append((f"validation_{name}", "validation", "--"))
            for i, (column, label, line) in enumerate(curves):
                numbers = history[column]
                epochs = range(1, len(numbers) + 1)
                every = max(1, len(numbers) // 12)
                look: dict[str, Any] = {"color": COLOURS[i], "marker": MARKERS[i], "markevery": every, "markersize": 5}
                panel.plot(epochs, numbers, line, label=label, **look)
            numbers = [number for column, _, _ in curves for number in history[column]]
            if name == "loss" and min(numbers) > 0 and max(numbers) > 30 * min(numbers):
                panel.set_yscale("log")
            panel.set(title=name.replace("_", " ").capitalize(), xlabel="epoch")
            panel.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
            if len(curves) > 1:
                panel.legend()
    return figure


def plot_learning_rates(search: "LearningRateSearch") -> "Figure":
    """Draw the loss against the learning rate, with the suggested one marked.

    Args:
        search: what :func:`nn.find_learning_rate` returned.
    """
    with panels(1, 1, 6.4, 4.0) as (figure, (panel,)):
        panel.plot(search.learning_rates, search.losses, color="#BBBBBB", linewidth=1, label="loss of each batch")
        panel.plot(search.learning_rates, search.smoothed, color=COLOURS[0], label="smoothed")
        position = search.learning_rates.index(search.suggestion)
        panel.plot(
            [search.suggestion], [search.smoothed[position]], "D", color=COLOURS[1], ms=9,
            label=f"suggested: {search.suggestion:.2g}",
        )  # fmt: skip
        panel.set(xscale="log", xlabel="learning rate", ylabel="loss", title="Which learning rate?")
        low, high = min(search.smoothed), search.smoothed[0]
        panel.set_ylim(low - 0.15 * (high - low + 1e-12), high + 0.6 * (high - low + 1e-12))
        panel.legend()
    return figure


# --- what a model has learned -------------------------------------------------------------------------


def plot_decision_regions(
    model: Module,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    held_out: "tuple[Sequence[Any], Sequence[Any]] | None" = None,
    class_names: Sequence[str] = (),
    feature_names: Sequence[str] = ("first feature", "second feature"),
    transform: "Callable[[list[list[float]]], Sequence[Any]] | None" = None,
    resolution: int = 80,
) -> "Figure":
    """Draw which class a model of two features predicts where, and the data on top.

    Args:
        model: takes samples of two numbers. Of several outputs the largest wins; a single output is compared
            with 0, or with 0.5 if it comes out of a sigmoid.
        inputs: the samples to show.
        targets: their classes, one number each.
        held_out: further ``(inputs, targets)`` that the model was not trained on, drawn with a black outline.
        class_names: a name for each class, in the order of the numbers in ``targets``.
        feature_names: what the two numbers are, with units.
        transform: what is done to samples before the model sees them, such as standardisation.
        resolution: how many points to compute along each side.
    """
    import numpy

    unseen = held_out or ([], [])
    points = numpy.array([*map(list, inputs), *map(list, unseen[0])], dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise errors.ArgumentError("Decision regions need samples of two numbers, one for each axis.")
    labels = [int(target) for target in (*targets, *unseen[1])]
    classes = sorted(set(labels))
    names = list(class_names) or [f"class {label}" for label in classes]
    margin = 0.06 * numpy.ptp(points, axis=0) + 1e-9
    (left, bottom), (right, top) = points.min(axis=0) - margin, points.max(axis=0) + margin
    xs, ys = numpy.linspace(left, right, resolution), numpy.linspace(bottom, top, resolution)
    grid = numpy.array([[x, y] for y in ys for x in xs])
    leads, predicted = (
        class_leads(model, samples.tolist() if transform is None else transform(samples.tolist()))
        for samples in (grid, points)
    )
    leads, predicted = leads.reshape(resolution, resolution, -1), predicted.argmax(axis=1)
    with panels(1, 1, 6.6, 5.2) as (figure, (panel,)):
        panel.grid(visible=False)
        for i in range(leads.shape[2]):
            lead = leads[:, :, i]
            if lead.max() > 0:
                panel.contourf(xs, ys, lead, levels=[0, numpy.inf], colors=[COLOURS[i % len(COLOURS)]], alpha=0.16)
                x, y = roomiest(xs, ys, lead > 0, points)
                name = names[i] if i < len(names) else f"class {i}"
                look: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)], "fontweight": "bold"}
                panel.annotate(name, (x, y), ha="center", va="center", **look)
            if lead.min() < 0 < lead.max():
                panel.contour(xs, ys, lead, levels=[0], colors="#333333", linewidths=1.1)
        for i, label in enumerate(classes):
            for seen in (True, False):
                chosen = [j for j, other in enumerate(labels) if other == label and (j < len(inputs)) == seen]
                if chosen:
                    panel.scatter(
                        points[chosen, 0], points[chosen, 1], s=34 if seen else 46, marker=MARKERS[i % len(MARKERS)],
                        color=COLOURS[i % len(COLOURS)], edgecolor="white" if seen else "black",
                        linewidth=0.7 if seen else 1.3, label=names[i] + ("" if seen else ", held out"),
                    )  # fmt: skip
        mistaken = points[[j for j, label in enumerate(labels) if predicted[j] != classes.index(label)]]
        if len(mistaken):
            panel.scatter(
                mistaken[:, 0], mistaken[:, 1], s=150, marker="o", facecolor="none", edgecolor="black", linewidth=1.2,
                label="predicted wrongly",
            )  # fmt: skip
        panel.set(xlabel=feature_names[0], ylabel=feature_names[1], title="Decision regions")
        panel.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def class_leads(model: Module, samples: Sequence[Any]) -> "NDArray[Any]":
    """Return by how much each class's score exceeds the best other one, for each sample (positive: it wins)."""
    import numpy

    with without_trace(model):
        model.eval()
        probe = model([samples[0]])[0]
        with no_grad():
            outputs = without_history(model(samples))
    scores = numpy.array(outputs, dtype=float).reshape(len(samples), -1)
    if scores.shape[1] == 1:
        last = probe[0] if isinstance(probe, list) else probe
        threshold = 0.5 if last.operation is not None and last.operation.name == "sigmoid" else 0.0
        return cast("NDArray[Any]", (scores - threshold) * [-1.0, 1.0])
    best_other = [numpy.delete(scores, i, axis=1).max(axis=1) for i in range(scores.shape[1])]
    return cast("NDArray[Any]", scores - numpy.stack(best_other, axis=1))


def roomiest(
    xs: "NDArray[Any]", ys: "NDArray[Any]", region: "NDArray[Any]", points: "NDArray[Any]"
) -> tuple[float, float]:
    """Return where a region leaves most room for a word between its borders and the data."""
    import numpy

    width, height = xs[-1] - xs[0], ys[-1] - ys[0]
    across, up = numpy.meshgrid((xs - xs[0]) / width, (ys - ys[0]) / height)
    cells = numpy.stack([across, up], axis=-1)
    inside = cells[region][::7]  # every seventh will do for placing a word
    data = (points - [xs[0], ys[0]]) / [width, height]
    obstacles = numpy.concatenate([cells[~region][::7], data])
    # A word is about five times as wide as high, so that distances count less across than up.
    offsets = (inside[:, None] - obstacles[None]) * [0.25, 1.0]
    room = numpy.sqrt((offsets**2).sum(axis=2)).min(axis=1)
    edges = numpy.minimum(inside, 1 - inside) * [0.25, 1.0]
    x, y = inside[numpy.minimum(room, edges.min(axis=1)).argmax()]
    return float(xs[0] + x * width), float(ys[0] + y * height)


def plot_activations(model: Module, inputs: Sequence[Any]) -> "Figure":
    """Draw a histogram of the outputs of each layer.

    Args:
        model: what to look at, in the mode it is in; nothing in it changes.
        inputs: a batch of samples.
    """
    with without_trace(model), no_grad(), watched(model) as layers:
        model(inputs)
    columns = min(len(layers), 3)
    with panels(math.ceil(len(layers) / columns), columns, 4.2, 2.9) as (figure, axes):
        for layer, panel in zip(layers, axes, strict=False):
            numbers = [number for sample in without_history(layer.samples) for number in sample]
            zeros = sum(number == 0 for number in numbers) / len(numbers)
            panel.hist(numbers, bins=40, color=COLOURS[0], edgecolor="white", linewidth=0.3)
            panel.set_title(layer.title, fontsize=10)
            panel.set(xlabel="output", ylabel="count")
            if zeros > 0.005:
                panel.annotate(f"{zeros:.0%} are 0", (0.97, 0.93), xycoords="axes fraction", ha="right", va="top")
        for panel in axes[len(layers) :]:
            panel.set_visible(False)
    return figure


def plot_weights(model: Module) -> "Figure":
    """Draw the weights of each layer as a picture: a row for each unit, a column for each input.

    Orange is positive, purple negative, white 0; where there is room the numbers are written in.
    """
    layers = list(weight_matrices(model))
    if not layers:
        raise errors.ArgumentError(f"{type(model).__name__} has no layer with a matrix of weights to draw.")
    columns = min(len(layers), 3)
    with panels(math.ceil(len(layers) / columns), columns, 4.4, 3.6) as (figure, axes):
        from matplotlib import ticker

        for (title, matrix), panel in zip(layers, axes, strict=False):
            limit = max(abs(weight) for row in matrix for weight in row) or 1.0
            picture = panel.imshow(matrix, cmap="PuOr_r", vmin=-limit, vmax=limit, aspect="auto")
            figure.colorbar(picture, ax=panel, shrink=0.8)
            panel.grid(visible=False)
            panel.set_title(title, fontsize=10)
            panel.set(xlabel="input", ylabel="unit")
            for axis in (panel.xaxis, panel.yaxis):
                axis.set_major_locator(ticker.MaxNLocator(integer=True))
            if len(matrix) <= 10 and len(matrix[0]) <= 6:
                for i, row in enumerate(matrix):
                    for j, weight in enumerate(row):
                        colour = "white" if abs(weight) > 0.6 * limit else "black"
                        panel.text(j, i, f"{weight:.2f}", ha="center", va="center", fontsize=8, color=colour)
        for panel in axes[len(layers) :]:
            panel.set_visible(False)
    return figure


def weight_matrices(model: Module) -> Iterator[tuple[str, list[list[float]]]]:
    """Yield the title and the weights of each layer that has a row of them for each unit."""
    for path, module in model.named_modules():
        rows = [neuron.w for neuron in module.neurons] if isinstance(module, Layer) else None
        if isinstance(module, Linear):
            rows = module.weight
        if rows is not None:
            yield title_of(path, module), [[weight.data for weight in row] for row in rows]


# --- how gradients flow -------------------------------------------------------------------------------


def plot_gradient_flow(model: Module, batch: tuple[Sequence[Any], Sequence[Any]], loss: Loss) -> "Figure":
    """Draw the size of the gradients that arrive at each layer's parameters.

    Args:
        model: what to look at, in the mode it is in; nothing in it changes.
        batch: a pair ``(inputs, targets)``.
        loss: ``loss(outputs, targets)``, giving one Value.
    """
    from nn.diagnosis import diagnose

    layers = [layer for layer in diagnose(model, batch, loss).layers if layer.parameter_gradients]
    with panels(1, 1, 7.5, 1.4 + 0.42 * len(layers)) as (figure, (panel,)):
        draw_gradients(panel, layers)
        panel.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def plot_diagnosis(diagnosis: "Diagnosis") -> "Figure":
    """Draw a diagnosis: for each layer its outputs, its idle units, its gradients and its next update."""
    layers = diagnosis.layers
    if not layers:
        raise errors.ArgumentError("There is nothing to plot: no layer of the model was called.")
    updates = any(layer.update_ratio is not None for layer in layers)
    with panels(1, 4 if updates else 3, 4.0, 1.5 + 0.42 * len(layers)) as (figure, axes):
        outputs, idle, gradients, *rest = axes
        heights = range(len(layers))
        outputs.errorbar(
            [layer.output_mean for layer in layers], heights, xerr=[layer.output_spread for layer in layers],
            fmt="o", color=COLOURS[0], capsize=4,
        )  # fmt: skip
        outputs.set(title="Outputs", xlabel="mean ± standard deviation")
        for i, (name, units) in enumerate((("dead", "dead"), ("saturated", "saturated"))):
            shares = [len(getattr(layer, units) or []) / layer.units for layer in layers]
            idle.barh(
                [height + 0.2 * (2 * i - 1) for height in heights], shares, 0.38, label=name,
                color=COLOURS[i + 1], hatch=("", "///")[i], edgecolor="white",
            )  # fmt: skip
        idle.set(title="Idle units", xlabel="share of the units", xlim=(0, 1))
        if not any(layer.dead or layer.saturated for layer in layers):
            idle.annotate("none", (0.5, 0.5), xycoords="axes fraction", ha="center", color="#555555")
        draw_gradients(gradients, layers)
        if updates:
            draw_updates(rest[0], layers)
        name_layers(outputs, layers)
        for panel in axes[1:]:
            panel.set_yticks(heights, [])
            panel.set_ylim(outputs.get_ylim())
        figure.legend(loc="outside lower center", ncols=5)
    return figure


def draw_gradients(panel: "Axes", layers: Sequence[LayerReport]) -> None:
    """Draw the size of the gradients of each layer's parameters, the first layer on top."""
    for i, (label, measure) in enumerate((("root mean square", root_mean_square), ("largest", largest))):
        sizes = [measure(layer.parameter_gradients) for layer in layers]
        draw_sizes(panel, sizes, "-" + MARKERS[i], color=COLOURS[i], ms=6, linewidth=1.2, label=label)
    panel.set(title="Gradients of the parameters", xlabel="size")
    name_layers(panel, layers)


def draw_updates(panel: "Axes", layers: Sequence[LayerReport]) -> None:
    """Draw how far the next update moves each layer, beside the range that is usual."""
    panel.axvspan(1e-4, 1e-2, color="#009E73", alpha=0.12, label="usual")
    draw_sizes(panel, [layer.update_ratio or 0.0 for layer in layers], "D", color=COLOURS[3], ms=7)
    panel.set(title="Next update", xlabel="update / parameters")


def draw_sizes(panel: "Axes", sizes: Sequence[float], style: str, **options: Any) -> None:
    """Draw one number above 0 for each layer against powers of ten; layers without one are left out."""
    shown = [(size, height) for height, size in enumerate(sizes) if size > 0]
    if shown:
        panel.plot(*zip(*shown, strict=True), style, **options)
        panel.set_xscale("log")
        low, high = panel.get_xlim()
        panel.set_xlim(10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high)))


def name_layers(panel: "Axes", layers: Sequence[LayerReport]) -> None:
    """Write the layers' names along the side, the first on top."""
    panel.set_yticks(range(len(layers)), [layer.title for layer in layers])
    panel.set_ylim(len(layers) - 0.5, -0.5)


def largest(numbers: Sequence[float]) -> float:
    """Return the largest absolute value; 0 for no numbers."""
    return max(map(abs, numbers), default=0.0)
