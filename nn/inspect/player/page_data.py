"""The data of the page, ready for JSON: texts, and long rows of numbers packed into text."""

import base64
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograd.formulas.notation import number_text
from autograd.views.page.document import Json
from nn.inspect.player.network import MOST_UNITS, Network
from nn.inspect.player.reconstruction import Reconstruction, is_row
from nn.inspect.player.surface import POSITIONS, SIDE, Scale
from nn.inspect.plots.style import CLASSES, NEGATIVE, POSITIVE

MOST_EPOCHS = 1000
"""How many epochs the loss curve has at most."""
LONGEST_NAME = 200
LARGEST = 3e38
"""Numbers beyond it do not fit into the packed form and are shown as this one."""


def page_data(
    shown: Reconstruction,
    samples: Sequence[int],
    *,
    rows: Sequence[Mapping[str, float]],
    ending: str,
    class_names: Sequence[str],
    features: Sequence[str],
) -> dict[str, Json]:
    """Return everything that the page's scripts know; ``samples`` are the followed positions in the training data."""
    run, network, frames, listed = shown.snapshots, shown.network, shown.frames, shown.listed
    states = run.state_names if shown.numbers else []
    names = [shortened(name) for name in features]
    return {
        "title": type(run.model).__name__,
        "optimizer": type(run.optimizer).__name__,
        "ending": ending,
        "parameterCount": len(run.paths),
        "parameters": [shortened(run.paths[i]) for i in listed],
        "updates": [frame.update for frame in frames],
        "epochs": [rounded(frame.epoch) for frame in frames],
        "batchLosses": [rounded(frame.loss) for frame in frames],
        "batchesPerEpoch": len(run.batches),
        "learningRates": [rounded(frame.learning_rate) for frame in frames],
        "signs": [NEGATIVE, POSITIVE],
        "curves": curves(rows),
        "values": packed(frame.parameters[i] for frame in frames for i in listed),
        "stateNames": states,
        "state": [packed(frame.state[name][i] for frame in frames for i in listed) for name in states],
        "samples": [
            {"position": position, **sample_data(shown, number, listed, class_names, names)}
            for number, position in enumerate(samples)
        ],
        "network": network_data(network, listed, names),
        **meaning_data(shown, class_names),
        "accuracies": accuracy_data(shown),
        "map": shown.why_no_map or map_data(shown, class_names, names),
        "fitted": fitted_data(shown, names),
    }


def sample_data(
    shown: Reconstruction, number: int, listed: Sequence[int], class_names: Sequence[str], features: Sequence[str]
) -> dict[str, Json]:
    """Return what the page shows of one of the followed samples, with the gradients of the listed parameters."""
    sample, target = shown.samples[number]
    return {
        "inputs": inputs_text(sample, features),
        "target": target_text(target, shown.scale, class_names),
        "point": [rounded(x) for x in sample] if shown.limits else None,
        "wanted": plain(target) if shown.has_line else None,
        "pair": [list(sample), shown.scale.marked(target)]
        if isinstance(shown.scale, Scale) and is_row(sample)
        else None,
        "gradients": packed(row[i] for row in shown.gradients[number] for i in listed) if shown.numbers else None,
        "units": packed(x for row in shown.units[number] for x in row),
        "outcomes": [[rounded(x) for x in row] for row in shown.outcomes[number]],
    }


def network_data(network: Network, listed: Sequence[int], features: Sequence[str]) -> Json:
    """Return the columns, weights and biases of the network, with parameters by their place among the listed."""
    place = {parameter: i for i, parameter in enumerate(listed)}
    size = network.columns[0].size if network.columns else 0
    return {
        "problem": network.problem,
        "columns": [
            {
                "title": shortened(column.title),
                "kind": shortened(column.kind),
                "size": column.size,
                "drawn": min(column.size, MOST_UNITS),
            }
            for column in network.columns
        ],
        "inputs": [features[i] if i < len(features) else f"x{i}" for i in range(size)],
        "edges": [
            [*source_and_target, place[parameter]]
            for *source_and_target, parameter in network.edges
            if parameter in place
        ],
        "biases": [
            [column, unit, place[parameter]] for column, unit, parameter in network.biases if parameter in place
        ],
    }


def map_data(shown: Reconstruction, class_names: Sequence[str], features: Sequence[str]) -> Json:
    """Return the data and the decision surface of each frame, or the sentence that says why there is none."""
    scale = shown.scale
    assert isinstance(scale, Scale)
    return {
        "side": SIDE,
        "levels": scale.levels,
        **meaning_data(shown, class_names),
        "low": rounded(scale.low),
        "high": rounded(scale.high),
        "limits": [[rounded(end) for end in ends] for ends in shown.limits],
        "features": list(features[:2]) if len(features) >= 2 else ["first input", "second input"],
        "colours": list(CLASSES),
        "points": points(shown, scale),
        "surfaces": base64.b64encode(b"".join(shown.surfaces)).decode(),
    }


def meaning_data(shown: Reconstruction, class_names: Sequence[str]) -> dict[str, Json]:
    """Return the names of the classes, and the output between two of them; no names where there are no classes."""
    scale = shown.scale
    if isinstance(scale, str):
        return {"classes": [], "threshold": 0.0}
    return {
        "classes": [class_name(i, scale, class_names) for i in range(len(scale.labels))],
        "threshold": scale.threshold,
    }


def accuracy_data(shown: Reconstruction) -> Json:
    """Return how many samples there are of those seen and those held out, and the share that each frame gets right."""
    groups = [("training", shown.data), ("held-out", shown.held_out)]
    columns = zip(groups, zip(*shown.accuracies, strict=True), strict=False)
    return [
        {"title": title, "count": len(group), "shares": list(map(rounded, each))} for (title, group), each in columns
    ]


def fitted_data(shown: Reconstruction, features: Sequence[str]) -> Json:
    """Return the data and the outputs along the one feature for each frame; None where there are not."""
    if not shown.has_line or not isinstance(shown.scale, Scale):
        return None
    return {
        "limits": [rounded(end) for end in shown.limits[0]],
        "feature": features[0] if features else "input",
        "positions": POSITIONS,
        "points": points(shown, None),
        "outputs": packed(x for line in shown.lines for x in line),
    }


def points(shown: Reconstruction, scale: Scale | None) -> list[Json]:
    """Return each sample with its class or target, and whether it was held out."""
    groups = ((shown.data, False), (shown.held_out, True))
    return [
        [*map(rounded, sample), (rounded(scale.marked(target)) if scale else plain(target)), seen]
        for group, seen in groups
        for sample, target in group
    ]


def plain(target: Any) -> float | None:
    """Return a target of one number as that number."""
    return rounded(float(target[0] if isinstance(target, list | tuple) else target))


def curves(rows: Sequence[Mapping[str, float]]) -> Json:
    """Return the losses of the epochs, thinned out evenly; the last one stays."""
    every = math.ceil(len(rows) / MOST_EPOCHS)
    found: list[Json] = []
    for name, title in (("loss", "training loss"), ("validation_loss", "validation loss")):
        points: list[Json] = [
            [epoch, rounded(row[name])]
            for epoch, row in enumerate(rows, start=1)
            if name in row and (epoch % every == 0 or epoch == len(rows))
        ]
        if points:
            found.append({"title": title, "points": points})
    return found


def class_name(i: int, scale: Scale, class_names: Sequence[str]) -> str:
    """Return the name of a class."""
    return shortened(class_names[i]) if i < len(class_names) else f"class {scale.labels[i]:g}"


def target_text(target: Any, scale: Scale | str, class_names: Sequence[str]) -> str:
    """Return a sample's target in words."""
    if isinstance(scale, Scale) and scale.labels:
        return class_name(int(scale.marked(target)), scale, class_names)
    if class_names and isinstance(target, int) and 0 <= target < len(class_names):
        return shortened(class_names[target])
    return shortened(text_of(target))


def inputs_text(sample: Any, names: Sequence[str]) -> str:
    """Return a sample in a few words."""
    if not isinstance(sample, list | tuple):
        return shortened(text_of(sample))
    named = [f"{names[i]} = " if i < len(names) else "" for i in range(len(sample))]
    texts = [f"{name}{text_of(item)}" for name, item in zip(named, sample, strict=True)]
    return shortened(", ".join(texts[:4]) + (", …" if len(texts) > 4 else ""))


def text_of(item: Any) -> str:
    """Return a short text for a number or a list of them."""
    if isinstance(item, list | tuple):
        return text_of(item[0]) if len(item) == 1 else f"[{', '.join(map(text_of, item))}]"
    return number_text(item) if isinstance(item, int | float) else repr(item)


def shortened(name: object) -> str:
    """Return a name that the user chose, cut where it is longer than a page can show."""
    text = str(name)
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def rounded(number: float) -> float | None:
    """Return a number with six significant digits; None for one that JSON cannot express.

    Example:
        >>> rounded(1 / 3), rounded(float("nan"))
        (0.333333, None)
    """
    return float(f"{number:.6g}") if math.isfinite(number) else None


def packed(numbers: Iterable[float]) -> str:
    """Return numbers as text, three bytes and so four characters each: floats of 24 bits, with four digits or more.

    Example:
        >>> packed([1.0, -2.0])
        'P4AAwAAA'
    """
    kept = [x if math.isnan(x) else min(max(x, -LARGEST), LARGEST) for x in numbers]
    whole = struct.unpack(f"<{len(kept)}I", struct.pack(f"<{len(kept)}f", *kept))
    return base64.b64encode(b"".join([((x + 0x80) >> 8).to_bytes(3, "big") for x in whole])).decode()
