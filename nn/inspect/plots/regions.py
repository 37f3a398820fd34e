"""The plot of what a model of two features predicts where."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from autograd import errors, no_grad
from nn.data.shapes import Samples, without_history
from nn.inspect.observation import without_trace
from nn.inspect.plots.style import CLASSES, MARKERS, SERIES, check_installed, panels
from nn.module import Module

if TYPE_CHECKING:
    import numpy
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.float64]


def plot_decision_regions(
    model: Module,
    inputs: Samples,
    targets: Samples,
    *,
    held_out: "tuple[Samples, Samples] | None" = None,
    class_names: Sequence[str] = (),
    feature_names: Sequence[str] = ("first feature", "second feature"),
    transform: "Callable[[list[list[float]]], Samples] | None" = None,
    resolution: int = 80,
) -> "Figure":
    """Draw which class a model of two features predicts where, and the data on top.

    Args:
        model: takes samples of two numbers. Of several outputs the largest wins; a single output is compared
            with 0, or with 0.5 if it comes out of a sigmoid.
        inputs: the samples to show.
        targets: their classes, counted from 0; for a single output 0 and 1, or -1 and 1.
        held_out: further ``(inputs, targets)`` that the model was not trained on, drawn with a black outline.
        class_names: a name for each class.
        feature_names: what the two numbers are, with units.
        transform: what is done to samples before the model sees them, such as standardisation.
        resolution: how many points to compute along each side.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    check_installed()
    import numpy

    unseen = held_out or ([], [])
    points = numpy.array([*map(list, inputs), *map(list, unseen[0])], dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise errors.ArgumentError("Decision regions need samples of two numbers, one for each axis.")
    labels = [int(target) for target in (*targets, *unseen[1])]
    margin = 0.06 * numpy.ptp(points, axis=0) + 1e-9
    (left, bottom), (right, top) = points.min(axis=0) - margin, points.max(axis=0) + margin
    xs, ys = numpy.linspace(left, right, resolution), numpy.linspace(bottom, top, resolution)
    grid = numpy.array([[x, y] for y in ys for x in xs])
    leads, predicted = (
        class_leads(model, samples.tolist() if transform is None else transform(samples.tolist()))
        for samples in (grid, points)
    )
    leads, predicted = leads.reshape(resolution, resolution, -1), predicted.argmax(axis=1)
    classes = [-1, 1] if -1 in labels else list(range(leads.shape[2]))
    if not set(labels) <= set(classes):
        raise errors.ArgumentError(f"The model tells classes {classes} apart; targets has {sorted(set(labels))}.")
    names = list(class_names) or [f"class {label}" for label in classes]
    if len(names) != len(classes):
        raise errors.ArgumentError(f"class_names needs {len(classes)} names, one per class; got {names}.")
    with panels(1, 1, 6.6, 5.2) as (figure, (panel,)):
        panel.grid(visible=False)
        for i, name in enumerate(names):
            draw_region(panel, (xs, ys), leads[:, :, i], points, name=name, colour=CLASSES[i % len(CLASSES)])
        for i, (label, name) in enumerate(zip(classes, names, strict=True)):
            for seen, text in ((True, name), (False, f"{name}, held out")):
                chosen = [j for j, other in enumerate(labels) if other == label and (j < len(inputs)) == seen]
                draw_points(panel, points[chosen], i, text, seen=seen)
        mistaken = points[[j for j, label in enumerate(labels) if predicted[j] != classes.index(label)]]
        if len(mistaken):
            panel.scatter(
                mistaken[:, 0], mistaken[:, 1], s=150, marker="o", facecolor="none", edgecolor="black", linewidth=1.2,
                label="predicted wrongly",
            )  # fmt: skip
        panel.set(xlabel=feature_names[0], ylabel=feature_names[1], title="Decision regions")
        panel.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def draw_region(
    panel: "Axes", axes: "tuple[Array, Array]", lead: "Array", points: "Array", *, name: str, colour: str
) -> None:
    """Colour the region where a class leads, write its name where there is most room, and draw its border."""
    if lead.max() > 0:
        panel.contourf(*axes, lead, levels=[0, math.inf], colors=[colour], alpha=0.16)
        place = roomiest(*axes, lead > 0, points)
        panel.annotate(name, place, ha="center", va="center", color=SERIES[0], fontweight="bold")
    if lead.min() < 0 < lead.max():
        panel.contour(*axes, lead, levels=[0], colors="#333333", linewidths=1.1)


def draw_points(panel: "Axes", points: "Array", i: int, text: str, *, seen: bool) -> None:
    """Draw samples of class ``i``, if there are any; those that the model was not trained on have a black outline."""
    if len(points):
        panel.scatter(
            points[:, 0], points[:, 1], s=34 if seen else 46, marker=MARKERS[i % len(MARKERS)],
            color=CLASSES[i % len(CLASSES)], edgecolor="white" if seen else "black",
            linewidth=0.7 if seen else 1.3, label=text,
        )  # fmt: skip


def class_leads(model: Module, samples: Samples) -> "Array":
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
        return (scores - threshold) * [-1.0, 1.0]
    best_other = [numpy.delete(scores, i, axis=1).max(axis=1) for i in range(scores.shape[1])]
    return cast("Array", scores - numpy.stack(best_other, axis=1))


def roomiest(xs: "Array", ys: "Array", region: "NDArray[numpy.bool_]", points: "Array") -> tuple[float, float]:
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
