"""The network as columns of units with weights between them, found in the graph of one sample."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from autograd import Value
from nn.inspect.observation import Outputs

Factors: TypeAlias = tuple[Value | float, ...]

MOST_UNITS = 20
"""How many units of a layer are drawn at most."""


@dataclass
class Column:
    """A column of units: the inputs, or a layer together with the activation after it."""

    title: str
    """The path of the layer."""
    kind: str
    """The name of its class; empty for the inputs."""
    layer: int | None
    """Which of the watched layers the units' outputs come from; None for the inputs."""
    size: int
    """How many units it has, drawn or not."""


@dataclass
class Network:
    """What the page draws; ``problem`` says why it draws nothing."""

    columns: list[Column] = field(default_factory=list)
    edges: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """For each weight: the column and the unit it comes from, those it leads to, and the parameter's position."""
    biases: list[tuple[int, int, int]] = field(default_factory=list)
    """Column, unit, and the position of the parameter that is added there."""
    problem: str = ""


def network_of(inputs: Sequence[Value], layers: Sequence[Outputs], parameters: Mapping[Value, int]) -> Network:
    """Return the columns and the weights behind the outputs of the layers, which are in the order of the calls.

    A weight is a parameter that is multiplied by the output of one unit on the way to another, in a ``dot`` or
    a ``*``, whatever layer does it. A layer without weights, such as an activation, takes the place of the layer
    before it.
    """
    if any(len(layer.samples) != 1 for layer in layers):
        return Network(problem="There is no picture of the network: a layer is used several times for one sample.")
    network = Network([Column("inputs", "", None, len(inputs))])
    place: dict[Value, tuple[int, int]] = {value: (0, i) for i, value in enumerate(inputs)}
    for number, layer in enumerate(layers):
        units = [item for item in layer.samples[0] if isinstance(item, Value)]
        if len(units) < len(layer.samples[0]) or all(unit in place for unit in units):
            continue
        here, kind = len(network.columns), type(layer.module).__name__
        found = [list(weights_into(unit, place, parameters)) for unit in units]
        if not any(found) and len(units) == network.columns[-1].size and here > 1:
            network.columns[-1].layer, here = number, here - 1
        elif not any(found):
            return Network(problem=f"There is no picture of the network: {layer.title} has no weights to draw.")
        else:
            network.columns.append(Column(layer.path or kind, kind, number, len(units)))
        for i, unit in enumerate(units):
            place.setdefault(unit, (here, i))
            for parameter, source in found[i] if i < MOST_UNITS else ():
                if source is None:
                    network.biases.append((here, i, parameter))
                elif source[1] < MOST_UNITS:
                    network.edges.append((*source, here, i, parameter))
    if not network.edges:
        return Network(problem="There is no picture of the network: no weights between its layers were found.")
    return network


def weights_into(
    unit: Value, place: Mapping[Value, tuple[int, int]], parameters: Mapping[Value, int]
) -> Iterator[tuple[int, tuple[int, int] | None]]:
    """Yield each parameter on the way to a unit, with the unit that it is multiplied by, or None if it is added."""
    waiting, seen = [unit], {unit}
    while waiting:
        node = waiting.pop()
        for one, other in products(node):
            if isinstance(one, Value) and one in parameters and (source := origin(other, place)) is not None:
                yield parameters[one], source
        if node.operation is not None and node.operation.name in {"add", "sub"}:
            yield from ((parameters[term], None) for term in node.parents if term in parameters)
        for parent in node.parents:
            if parent not in seen and parent not in place and parent.operation is not None:
                seen.add(parent)
                waiting.append(parent)


def products(node: Value) -> Iterator[tuple[object, object]]:
    """Yield the pairs of numbers that a node multiplies, each in both orders."""
    name = node.operation.name if node.operation else ""
    if name not in {"mul", "dot"}:
        return
    left, right = node.operands
    pairs = zip(cast("Factors", left), cast("Factors", right), strict=True) if name == "dot" else [(left, right)]
    for one, other in pairs:
        yield one, other
        yield other, one


def origin(item: object, place: Mapping[Value, tuple[int, int]]) -> tuple[int, int] | None:
    """Return the unit that a number comes from, directly or through functions of it alone; None if there is none."""
    while isinstance(item, Value) and item not in place:
        parents = set(item.parents)
        item = parents.pop() if len(parents) == 1 else None
    return place[item] if isinstance(item, Value) else None
