"""``measure``: the outputs, gradients, idle units and next update of each layer, for one batch."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import TypeAlias, cast

from autograd import Value, errors, graph, modes
from nn.choices import chosen_loss, chosen_optimizer, made_model
from nn.data.shapes import Samples, is_sequence, leaves, listed
from nn.inspect.observation import Outputs, watched, without_trace
from nn.losses.base import LossFunction, scalar_loss
from nn.module import Module
from nn.optim import Optimizer

SATURATED_SLOPE = {"sigmoid": 0.05 * 0.25, **dict.fromkeys(("tanh", "elu", "gelu", "silu", "softplus"), 0.05 * 1.0)}
"""Below 5 % of its steepest slope an activation passes on next to no gradient."""
SATURATED_SHARE = 0.9
"""A unit counts as saturated if it is for this share of the samples."""


@dataclass(frozen=True)
class LayerReport:
    """The numbers of one layer for the batch."""

    title: str
    units: int
    outputs: list[float]
    """Every output of every unit for every sample."""
    output_gradients: list[float]
    """The gradient of the loss with respect to each of these; empty if it could not be computed."""
    dead: list[int] | None
    """The ReLU units that give 0 for every sample, counted from 0; None if there are no ReLUs."""
    saturated: list[int] | None
    """The units of other activations that are flat for nearly every sample; None if there are none of these."""
    parameters: list[float]
    """The number of each parameter of the layer."""
    parameter_gradients: list[float]
    """The gradient of the loss with respect to each of these that is not frozen."""
    update_ratio: float | None
    """How long the optimiser's next update of the parameters is, relative to the parameters themselves."""
    dead_by_bias: list[int] = field(default_factory=list)
    """The dead units that would give something for some sample if their bias were 0."""
    saturated_by_bias: list[int] = field(default_factory=list)
    """The saturated units that would not be saturated if their bias were 0."""

    @property
    def alike(self) -> bool:
        """Whether parameters that are equal make all units equal, outputs and gradients: so they stay."""
        if self.units == 1 or not self.parameter_gradients:
            return False
        if any(count % self.units for count in Counter(self.parameters).values()):
            return False  # what differs are the parameters: units that are all dead give the same, too
        by_unit = [tuple(map(tuple, self.by_unit(numbers))) for numbers in (self.outputs, self.output_gradients)]
        return all(len(set(units)) == 1 for units in by_unit)

    def by_unit(self, numbers: Sequence[float]) -> list[Sequence[float]]:
        """Return the numbers of each unit, for sample after sample."""
        return [numbers[i :: self.units] for i in range(self.units)]

    @property
    def output_mean(self) -> float:
        return math.fsum(self.outputs) / len(self.outputs)

    @property
    def output_spread(self) -> float:
        mean = self.output_mean
        return root_mean_square([number - mean for number in self.outputs])

    @property
    def signal(self) -> float | None:
        """How much the outputs differ from sample to sample: the root mean square over the units of their spread.

        None for a single sample and where samples have different numbers of outputs.
        """
        count, rest = divmod(len(self.outputs), self.units)
        return None if rest or count < 2 else spread_between(self.by_unit(self.outputs))

    @property
    def parameter_gradient(self) -> float | None:
        """The root mean square gradient of the layer's parameters; None for a layer without any."""
        return root_mean_square(self.parameter_gradients) if self.parameter_gradients else None

    @property
    def parameter_gradient_norm(self) -> float:
        """The length of the gradient of the layer's parameters."""
        return math.hypot(*self.parameter_gradients)


@dataclass
class Measurement:
    """What one pass through a model showed."""

    loss: float | None = None
    layers: list[LayerReport] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)
    """The paths of the parameters that the loss does not depend on."""
    failure: str = ""
    """Why the loss or its gradient could not be computed."""
    failed_after: str = ""


def measure(
    model: Module, batch: tuple[Samples, Samples], loss: LossFunction | str, optimizer: Optimizer | str | None = None
) -> Measurement:
    """Run forward, backward and, with an optimiser, one update; afterwards everything is as it was before."""
    (inputs, targets), loss = batch, chosen_loss(loss)
    optimizer = None if optimizer is None else chosen_optimizer(optimizer, made_model(model))
    found = Measurement()
    nodes: list[Value] = []
    kept: list[tuple[Value, float]] = []
    with without_trace(model, optimizer), modes.with_gradients():
        model.zero_grad()
        if optimizer is not None:
            optimizer.zero_grad()
        with watched(model) as layers:
            try:
                result = scalar_loss(loss(model(inputs), targets))
                nodes = graph.topological_order(result)
                kept = [(node, node.grad) for node in nodes if node.operation is None]
                result.backward()
                found.loss = result.data
            except (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError) as error:
                found.failure = str(error)
                found.failed_after = f"or after {layers[-1].title}" if layers else type(model).__name__
        if found.loss is not None:
            reached = {id(node) for node in nodes}
            found.unreached = [path for path, value in model.named_parameters() if id(value) not in reached]
        layers = [layer for layer in layers if any(layer.rows)]  # those that give numbers
        gradients = [[value.grad for value in layer.parameters if value.requires_grad] for layer in layers]
        dead, saturated, *without_bias = idle_units(layers, nodes)
        ratios: list[float | None] = [None] * len(layers)
        if optimizer is not None and found.loss is not None and not optimizer.needs_closure:
            ratios = update_ratios(layers, optimizer)
        for i, layer in enumerate(layers):
            rows = layer.rows
            values = [item for row in rows for item in row]
            found.layers.append(
                LayerReport(
                    title=layer.title,
                    units=max(map(len, rows)),
                    outputs=[float(value.data if isinstance(value, Value) else value) for value in values],
                    output_gradients=[value.grad for value in values if isinstance(value, Value)],
                    dead=dead[i],
                    saturated=saturated[i],
                    parameters=[value.data for value in layer.parameters],
                    parameter_gradients=gradients[i],
                    update_ratio=ratios[i],
                    dead_by_bias=without(dead[i], without_bias[0][i]),
                    saturated_by_bias=without(saturated[i], without_bias[1][i]),
                )
            )
        for leaf, grad in kept:  # inputs that are Values, and parameters outside the model
            leaf.grad = grad
        return found


Units: TypeAlias = "list[list[int] | None]"
"""For each layer the units in question, counted from 0, or None where it has no such units at all."""
States: TypeAlias = "dict[tuple[int, int], list[bool]]"
"""For a unit of a layer something that is true or false for each sample."""


def idle_units(layers: Sequence[Outputs], nodes: Sequence[Value]) -> tuple[Units, Units, Units, Units]:
    """Return for each layer the dead ReLU units, the saturated units, and both again as they were with a bias of 0.

    An activation belongs to the layer that outputs it or, where ``forward`` applies a function to a layer's output,
    to that layer. The outputs of the model itself may be flat, also in the loss: it is then sure of its prediction.
    """
    place: dict[int, tuple[int, int]] = {}
    for i, layer in enumerate(layers):
        for row in layer.rows:
            for unit, value in enumerate(row):
                place.setdefault(id(value), (i, unit))
    final = {id(value) for row in layers[-1].rows for value in row} if layers else set()
    silent, flat, silent_without, flat_without = cast("list[States]", [{}, {}, {}, {}])
    for node in nodes:
        name = node.operation.name if node.operation else ""
        if name != "relu" and (name not in SATURATED_SLOPE or id(node) in final or id(node.parents[0]) in final):
            continue
        where = place.get(id(node)) or place.get(id(node.parents[0]))
        if where is None:
            continue
        now, without = (silent, silent_without) if name == "relu" else (flat, flat_without)
        now.setdefault(where, []).append(is_idle(node))
        without.setdefault(where, []).append(is_idle(node, bias_in(node.parents[0])))
    dead, saturated = mostly(silent, 1.0, len(layers)), mostly(flat, SATURATED_SHARE, len(layers))
    dead_without = mostly(silent_without, 1.0, len(layers))
    return dead, saturated, dead_without, mostly(flat_without, SATURATED_SHARE, len(layers))


def is_idle(node: Value, bias: float = 0.0) -> bool:
    """Whether an activation passes on next to no gradient, or would without a bias that its operand contains."""
    operation, operand = node.operation, node.parents[0].data - bias
    if operation is None or operation.name == "relu":
        return operand <= 0
    if bias:
        node = operation(Value(operand), *node.operands[1:])
    return abs(node.local_derivatives()[0]) < SATURATED_SLOPE[operation.name]


def bias_in(total: Value) -> float:
    """Return the bias in a weighted sum plus a bias; 0 where the sum was made otherwise."""
    return math.fsum(leaf.data for leaf in graph.added_leaves(total))


def mostly(states: Mapping[tuple[int, int], Sequence[bool]], share: float, layers: int) -> Units:
    """Return for each layer the units for which at least ``share`` of the states are true."""
    found: Units = [None] * layers
    for (i, unit), state in states.items():
        units = found[i] = found[i] or []
        if sum(state) >= share * len(state):
            units.append(unit)
    return found


def without(units: list[int] | None, others: list[int] | None) -> list[int]:
    """Return the units that are not among others."""
    return [unit for unit in units or () if unit not in (others or ())]


def update_ratios(layers: Sequence[Outputs], optimizer: Optimizer) -> list[float | None]:
    """Make the optimiser's next update and return for each layer its size relative to that of the parameters."""
    before = {id(value): value.data for group in optimizer.param_groups for value in group["params"]}
    optimizer.step()
    ratios: list[float | None] = []
    for layer in layers:
        updated = [value for value in layer.parameters if id(value) in before and value.requires_grad]
        size = math.hypot(*(before[id(value)] for value in updated))
        change = math.hypot(*(value.data - before[id(value)] for value in updated))
        ratios.append(change / size if size else None)
    return ratios


def root_mean_square(numbers: Sequence[float]) -> float:
    """Return the square root of the mean of the squares; 0 for no numbers."""
    return math.hypot(*numbers) / math.sqrt(len(numbers)) if numbers else 0.0


def spread_between(units: Sequence[Sequence[float]]) -> float:
    """Return the root mean square over several units of how much each one's numbers differ from their mean."""
    means = [math.fsum(numbers) / len(numbers) for numbers in units]
    return root_mean_square([x - mean for numbers, mean in zip(units, means, strict=True) for x in numbers])


def signal_of(inputs: Samples) -> float | None:
    """Return how much samples of numbers differ from each other; None where they are something else."""
    rows = [[number_of(item) for item in leaves(listed(sample))] for sample in inputs if is_sequence(sample)]
    if len(rows) < 2 or len(rows) < len(inputs) or len(set(map(len, rows))) > 1 or any(None in row for row in rows):
        return None
    return spread_between([[cast("float", x) for x in column] for column in zip(*rows, strict=True)])


def number_of(item: object) -> float | None:
    """Return the number that a Value or a plain number stands for; None for anything else."""
    data = item.data if isinstance(item, Value) else item
    return float(data) if isinstance(data, Real) else None
