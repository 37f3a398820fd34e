"""What a folded graph is: items, among them groups of nodes, and the edges between them, as plain data."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograd.engine import Value


@dataclass(frozen=True, eq=False)
class FoldedGroup:
    """Nodes that are shown as one box."""

    kind: Literal["unit", "layer", "parameters", "inputs", "rest"]
    """A neuron or a similar unit; a layer of them; nodes computed from parameters alone; leaves; the rest."""
    name: str
    """The path of the unit or layer, such as ``layers.0.neurons.3``, or words such as ``after layers.2``."""
    title: str
    """A short name for use inside its layer, such as ``neuron 3``."""
    layer: str
    """The path of the layer it belongs to; empty for one that belongs to none."""
    nodes: tuple[Value, ...]
    """What it holds, parents before children."""
    parameters: tuple[Value, ...]
    """The parameters among the nodes."""
    outputs: tuple[Value, ...]
    """The computed nodes that are used outside or are outputs of the graph: one per sample for a neuron."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Plain numbers that went into a layer: one number of a single sample, or all numbers of a batch."""

    layer: str
    position: int | None
    """The place of the number in the sample; None for a batch."""
    columns: tuple[tuple[float, ...], ...]
    """For each place in a sample, the number of every sample; equal columns are listed once."""


Item: TypeAlias = "Value | FoldedGroup | Numbers"


@dataclass(frozen=True, eq=False)
class Edge:
    """What one item takes from another."""

    source: Item
    target: Item
    uses: int
    """How many operands it stands for."""
    weights: tuple[Value, ...]
    """The target's parameters that what comes from the source is multiplied with."""
    carries_parameters: bool
    """Whether only parameters of the source are used, as by a penalty on the weights."""


@dataclass(frozen=True, eq=False)
class Folded:
    """A graph after folding."""

    items: tuple[Item, ...]
    """What is shown, in an order in which sources come before targets where the folded graph has no cycle."""
    edges: tuple[Edge, ...]
    holder: Mapping[Value, Item]
    """The item that each node of the graph is in: a group, or the node itself."""
    outputs: tuple[Value, ...]

    @property
    def groups(self) -> tuple[FoldedGroup, ...]:
        return tuple(item for item in self.items if isinstance(item, FoldedGroup))

    @property
    def layers(self) -> dict[str, tuple[FoldedGroup, ...]]:
        layers: dict[str, list[FoldedGroup]] = defaultdict(list)
        for group in self.groups:
            if group.kind in {"unit", "layer"}:
                layers[group.layer].append(group)
        return {layer: tuple(groups) for layer, groups in layers.items()}


MOST_LEVELS = 9
"""A picture from left to right with more computed items than this one after the other is too wide to be read."""


def shorter_direction(folded: Folded) -> Literal["LR", "TB"]:
    """Return from left to right, or from top to bottom for a chain that would become a strip too wide to read."""
    leaving: dict[Item, list[Edge]] = defaultdict(list)
    for edge in folded.edges:
        leaving[edge.source].append(edge)
    level: dict[Item, int] = dict.fromkeys(folded.items, 0)
    for item in folded.items:  # sources come before targets
        computed = isinstance(item, FoldedGroup) or (isinstance(item, Value) and item.operation is not None)
        level[item] += computed
        for edge in leaving[item]:
            level[edge.target] = max(level[edge.target], level[item])
    longest = max(level.values(), default=0)
    widest = max(Counter(level.values()).values(), default=0)
    return "TB" if longest > max(MOST_LEVELS, widest) else "LR"


def layer_within(edge: Edge) -> str | None:
    """Return the layer inside which one group feeds another; None for an edge between layers."""
    source, target = edge.source, edge.target
    if isinstance(source, FoldedGroup) and isinstance(target, FoldedGroup) and source.layer == target.layer:
        return source.layer or None
    return None


def layers_in_circles(folded: Folded) -> set[str]:
    """Return the layers in which some units feed each other in a circle."""
    place = {item: i for i, item in enumerate(folded.items)}
    # items are in order of use, so an edge that goes back closes a circle
    back = [edge for edge in folded.edges if not edge.carries_parameters and place[edge.source] > place[edge.target]]
    return {layer for edge in back if (layer := layer_within(edge)) is not None}


def sorted_items(items: Iterable[Item], edges: Sequence[Edge]) -> list[Item]:
    """Return the items with sources before targets, otherwise in the order given; a cycle is cut where it is met."""
    sources: dict[Item, list[Item]] = defaultdict(list)
    for edge in edges:
        if not isinstance(edge.source, Numbers) and not edge.carries_parameters:
            sources[edge.target].append(edge.source)
    ordered: dict[Item, None] = {}
    for first in items:
        stack: list[tuple[Item, bool]] = [(first, False)]
        seen: set[Item] = set()
        while stack:
            item, done = stack.pop()
            if done:
                ordered.setdefault(item)
            elif item not in ordered and item not in seen:
                seen.add(item)
                stack.append((item, True))
                stack.extend((source, False) for source in reversed(sources[item]))
    return list(ordered)
