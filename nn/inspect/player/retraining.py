"""What a page needs to train a small MLP again by itself: the data, the loss as a graph, and the formulas of the table.

The page trains by plain gradient descent, whatever optimiser the recorded run had. It computes values and local
derivatives by the rows of the table, printed as JavaScript, so that it learns what the library would.
"""

from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Value, errors
from autograd.formulas import javascript
from autograd.graph import sort
from autograd.views.page.document import Json
from nn.init import RELU_FAMILY
from nn.inspect.player.network import MOST_UNITS
from nn.inspect.player.page import NO_OPERATIONS
from nn.inspect.player.reconstruction import MOST_SAMPLES, Reconstruction, is_row
from nn.inspect.player.surface import Scale
from nn.layers.neurons import ACTIVATIONS, MLP
from nn.losses.base import is_plain_mean, scalar_loss

MOST_WORK = 2e8
"""How many products a run in the page may take: parameters times samples times epochs."""


def retraining(shown: Reconstruction) -> tuple[Json, str]:
    """Return what the page knows in order to train, and the operations for it; a sentence where it cannot."""
    problem = why_not(shown)
    if problem:
        return f"This run cannot be repeated in the page: {problem}.", NO_OPERATIONS
    run, model, scale = shown.snapshots, shown.snapshots.model, shown.scale
    assert isinstance(model, MLP)
    assert isinstance(scale, Scale)
    activation = model.layers[0].neurons[0].activation
    row = getattr(autograd, activation) if isinstance(activation, str) and len(model.layers) > 1 else None
    examples = {scale.marked(target): target for _, target in shown.data} if scale.labels else {0.0: None}
    count = len(model.layers[-1].neurons)
    losses = [scalar_loss(loss_of(shown, count, examples[key])) for key in sorted(examples)]
    graphs = [graph_of(loss, count) for loss in losses]
    rows = [node.operation for loss in losses for node in sort(loss)[1] if node.operation is not None]
    try:
        operations = javascript.table([*rows, *([row] if row else [])])
    except errors.ExpressionError as error:
        return f"This run cannot be repeated in the page: {error}", NO_OPERATIONS
    data: dict[str, Json] = {
        "inputs": len(model.layers[0].neurons[0].w),
        "widths": [len(layer.neurons) for layer in model.layers],
        "activation": row.name if row else None,
        "constants": [row.defaults[name] for name in row.operands[1:]] if row else [],
        "he": activation in RELU_FAMILY,
        "losses": {str(int(key)): graph for key, graph in zip(sorted(examples), graphs, strict=True)},
        "classes": bool(scale.labels),
        "training": pairs(shown, shown.data),
        "heldOut": pairs(shown, shown.held_out),
        "epochs": max(1, round(shown.frames[-1].epoch - shown.frames[0].epoch)),
        "batchSize": min(run.batches.batch_size, len(shown.data)),
        "learningRate": shown.frames[0].learning_rate,
        "mostUnits": MOST_UNITS,
        "mostWork": MOST_WORK,
    }
    return data, operations


def why_not(shown: Reconstruction) -> str:
    """Return why the page cannot train such a model; nothing where it can."""
    run, model = shown.snapshots, shown.snapshots.model
    if type(model) is not MLP:
        return f"the page trains an nn.MLP, and this is another model, {type(model).__name__}"
    activations = {layer.neurons[0].activation for layer in model.layers[:-1]}
    if not activations <= set(ACTIVATIONS):
        return "its activation has no name that the page knows"
    if max(len(layer.neurons) for layer in model.layers) > MOST_UNITS or len(shown.listed) < len(run.values):
        return f"the page trains layers of up to {MOST_UNITS} units"
    if not isinstance(shown.scale, Scale) or not is_plain_mean(run.loss):
        return "its loss is not the mean over samples with one number or class each"
    if len(run.batches.dataset) > MOST_SAMPLES or not all(is_row(sample) for sample, _ in shown.data):
        return f"the page trains on up to {MOST_SAMPLES} rows of numbers"
    return "nothing was trained" if len(shown.frames) < 2 else ""


def loss_of(shown: Reconstruction, count: int, target: Any) -> Value:
    """Return the loss of one sample with outputs, and without a class the target, labelled by their positions."""
    outputs = [Value(0.5, str(i)) for i in range(count)]
    if target is None:
        example = shown.data[0][1]
        wanted = Value(0.25, str(count))
        target = [wanted] if isinstance(example, list | tuple) else wanted
    return shown.snapshots.loss([outputs[0] if count == 1 else outputs], [target])


def graph_of(loss: Value, count: int) -> Json:
    """Return each computed node of a loss: its operation and its operands; the outputs come before them."""
    leaves, interior = sort(loss)
    places = {leaf: int(leaf.label) for leaf in leaves if leaf.label.isdigit()}
    places |= {node: count + 1 + i for i, node in enumerate(interior)}

    def coded(operand: object) -> Json:
        if isinstance(operand, tuple):
            return list(map(coded, operand))
        return places.get(operand, repr(operand.data)) if isinstance(operand, Value) else repr(operand)

    return [[node.operation.name, list(map(coded, node.operands))] for node in interior if node.operation is not None]


def pairs(shown: Reconstruction, data: Sequence[tuple[Any, Any]]) -> Json:
    """Return samples with the class or the number that each should give."""
    assert isinstance(shown.scale, Scale)
    return [[list(sample), shown.scale.marked(target)] for sample, target in data]
