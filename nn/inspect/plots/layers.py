"""Plots of each layer: activations, weights, gradients, and the whole diagnosis."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from autograd import errors, no_grad
from autograd.formulas.notation import number_text
from nn.choices import made_model
from nn.data.shapes import Samples, without_history
from nn.inspect.measurement import LayerReport, measure, root_mean_square
from nn.inspect.observation import title_of, watched, without_trace
from nn.inspect.plots.style import MARKERS, NEGATIVE, POSITIVE, SERIES, panels
from nn.layers.linear import Linear
from nn.layers.neurons import Layer
from nn.losses.base import LossFunction
from nn.module import Module

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class HasLayers(Protocol):
    """Anything with a report on each layer, such as a :class:`nn.Diagnosis`."""

    layers: list[LayerReport]


def plot_activations(model: Module, inputs: Samples) -> "Figure":
    """Draw a histogram of the outputs of each layer; the zeros of ReLU and Dropout are counted separately.

    Args:
        model: what to look at, in the mode it is in; nothing in it changes.
        inputs: a batch of samples.
    """
    with without_trace(model), no_grad(), watched(model) as layers:
        model(inputs)
    check_called(layers)
    columns = min(len(layers), 3)
    with panels(math.ceil(len(layers) / columns), columns, 4.2, 2.9) as (figure, axes):
        for layer, panel in zip(layers, axes, strict=False):
            numbers = [number for row in without_history(layer.rows) for number in row]
            others = [number for number in numbers if number != 0]
            panel.hist(others, bins=40, color=SERIES[0], edgecolor="white", linewidth=0.3)
            panel.set_title(layer.title, fontsize=10)
            panel.set(xlabel="output", ylabel="count")
            if len(others) < len(numbers):
                text = f"{1 - len(others) / len(numbers):.0%} are 0\n(not shown)"
                panel.annotate(text, (0.97, 0.95), xycoords="axes fraction", ha="right", va="top")
        for panel in axes[len(layers) :]:
            panel.set_visible(False)
    return figure


def plot_weights(model: Module) -> "Figure":
    """Draw the weights of each layer as a picture: a row for each unit, a column for each input.

    Blue is positive, orange negative, white 0; where there is room the numbers are written in.
    """
    layers = list(weight_matrices(model))
    if not layers:
        raise errors.ArgumentError(f"{type(model).__name__} has no layer with a matrix of weights to draw.")
    columns = min(len(layers), 3)
    with panels(math.ceil(len(layers) / columns), columns, 4.4, 3.6) as (figure, axes):
        from matplotlib import colors, ticker

        shades = colors.LinearSegmentedColormap.from_list("signs", [NEGATIVE, "#FFFFFF", POSITIVE], N=257)
        for (title, matrix), panel in zip(layers, axes, strict=False):
            limit = max(abs(weight) for row in matrix for weight in row) or 1.0
            picture = panel.imshow(matrix, cmap=shades, vmin=-limit, vmax=limit, aspect="auto")
            figure.colorbar(picture, ax=panel, shrink=0.8)
            panel.grid(visible=False)
            panel.set_title(title, fontsize=10)
            panel.set(xlabel="input", ylabel="unit")
            for axis in (panel.xaxis, panel.yaxis):
                axis.set_major_locator(ticker.MaxNLocator(integer=True, min_n_ticks=1))
            if len(matrix) <= 16 and len(matrix[0]) <= 6:
                for i, row in enumerate(matrix):
                    for j, weight in enumerate(row):
                        colour = "white" if abs(weight) > 0.6 * limit else "black"
                        panel.text(j, i, number_text(weight), ha="center", va="center", fontsize=8, color=colour)
        for panel in axes[len(layers) :]:
            panel.set_visible(False)
    return figure


def weight_matrices(model: Module) -> Iterator[tuple[str, list[list[float]]]]:
    """Yield the title and the weights of each layer that has a row of them for each unit."""
    for path, module in made_model(model).named_modules():
        rows = [neuron.w for neuron in module.neurons] if isinstance(module, Layer) else None
        if isinstance(module, Linear):
            rows = module.weight
        if rows is not None:
            yield title_of(path, module), [[weight.data for weight in row] for row in rows]


def plot_gradient_flow(model: Module, batch: tuple[Samples, Samples], loss: LossFunction | str) -> "Figure":
    """Draw the size of the gradient of each layer's parameters.

    Args:
        model: what to look at, in the mode it is in; nothing in it changes.
        batch: a pair ``(inputs, targets)``.
        loss: ``loss(outputs, targets)``, giving one Value, or the name of one, as in :func:`nn.fit`.
    """
    layers = [layer for layer in measure(model, batch, loss).layers if layer.parameter_gradients]
    with panels(1, 1, 7.5, 1.4 + 0.42 * len(layers)) as (figure, (panel,)):
        draw_gradients(panel, layers)
        panel.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def plot_diagnosis(diagnosis: HasLayers) -> "Figure":
    """Draw a diagnosis: for each layer its outputs, its idle units, its gradients and its next update."""
    layers = diagnosis.layers
    check_called(layers)
    updates = any(layer.update_ratio is not None for layer in layers)
    with panels(1, 4 if updates else 3, 4.0, 1.5 + 0.42 * len(layers)) as (figure, axes):
        outputs, idle, gradients, *rest = axes
        heights = range(len(layers))
        outputs.errorbar(
            [layer.output_mean for layer in layers], heights, xerr=[layer.output_spread for layer in layers],
            fmt="o", color=SERIES[0], capsize=4,
        )  # fmt: skip
        outputs.set(title="Outputs", xlabel="mean ± standard deviation")
        for i, name in enumerate(("dead", "saturated")):
            shares = [len(getattr(layer, name) or []) / layer.units for layer in layers]
            idle.barh(
                [height + 0.2 * (2 * i - 1) for height in heights], shares, 0.38, label=name,
                color=SERIES[i + 1], hatch=("", "///")[i], edgecolor="white",
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


def check_called(layers: Sequence[object]) -> None:
    """Raise an error if there are no layers to draw."""
    if not layers:
        raise errors.ArgumentError("There is nothing to plot: no layer of the model was called.")


def draw_gradients(panel: "Axes", layers: Sequence[LayerReport]) -> None:
    """Draw the size of the gradients of each layer's parameters, the first layer at the top."""
    gradients = [layer.parameter_gradients for layer in layers]
    means, largest = map(root_mean_square, gradients), [max(map(abs, each), default=0.0) for each in gradients]
    for i, (label, sizes) in enumerate((("root mean square", list(means)), ("largest", largest))):
        draw_sizes(panel, sizes, "-" + MARKERS[i], color=SERIES[i], ms=6, linewidth=1.2, label=label)
    panel.set(title="Gradients of the parameters", xlabel="size")
    name_layers(panel, layers)


def draw_updates(panel: "Axes", layers: Sequence[LayerReport]) -> None:
    """Draw how far the next update moves each layer, against the usual range."""
    panel.axvspan(1e-4, 1e-2, color=SERIES[2], alpha=0.12, label="usual")
    draw_sizes(panel, [layer.update_ratio or 0.0 for layer in layers], "D", color=SERIES[3], ms=7)
    panel.set(title="Next update", xlabel="update / parameters")


def draw_sizes(panel: "Axes", sizes: Sequence[float], style: str, **options: Any) -> None:
    """Draw one number above 0 for each layer against powers of ten; layers without one are left out."""
    drawn = [(size, height) for height, size in enumerate(sizes) if size > 0]
    if drawn:
        from matplotlib import ticker

        panel.plot(*zip(*drawn, strict=True), style, **options)
        panel.set_xscale("log")
        low, high = panel.dataLim.x0, panel.dataLim.x1  # of everything drawn so far
        panel.set_xlim(10 ** math.floor(math.log10(low) - 0.05), 10 ** math.ceil(math.log10(high) + 0.05))
        panel.xaxis.set_minor_formatter(ticker.NullFormatter())


def name_layers(panel: "Axes", layers: Sequence[LayerReport]) -> None:
    """Write the layers' names along the side, the first at the top."""
    panel.set_yticks(range(len(layers)), [layer.title for layer in layers])
    panel.set_ylim(len(layers) - 0.5, -0.5)
