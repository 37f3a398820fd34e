"""A model as a network: its neurons in columns, a column for each layer, where one sample goes through the layers.

The columns stand as in a textbook; what comes after the last layer, such as a loss, is laid out as in any graph.
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import cast

from autograd.engine import Value
from autograd.views.explorer.layout import DISTANCE, GAP, HEIGHT, WIDTH, Curve, layout
from autograd.views.page.document import Json
from autograd.views.picture.folded import Folded, FoldedGroup, Item, Numbers

MOST_IN_COLUMN = 20
"""With more neurons in a layer than this, nobody could follow a line."""

MOST_CIRCLES = 7
"""Up to this many in a column are circles with two lines of text; of more, each has a flat shape with one line."""

CIRCLE, FLAT = 31, 66
"""Half the width of the two shapes in pixels."""

FLAT_HEIGHT, FLAT_PITCH = 28, 34
"""The height of a flat shape, and the way from one to the next, in pixels."""

HEAD, LEGEND = 22, 52
"""The room in pixels for the title of a column above it, and for the key below the picture."""

Pair = tuple[int, int]


def columns_of(folded: Folded, paths: Mapping[Value, str]) -> list[list[Item]]:
    """Return the inputs and the neurons of each layer; nothing where the graph is not layers one after another."""
    layers: list[list[Item]] = [[*sorted(groups, key=place_in_layer)] for groups in folded.layers.values()]
    weights = {edge.source: edge.weights for edge in folded.edges if layers and edge.target in layers[0]}
    if any(len(each) != 1 for each in weights.values()):
        return []
    inputs = sorted(weights, key=lambda item: by_number(paths[weights[item][0]]))
    columns = [inputs, *layers]
    column = {item: number for number, items in enumerate(columns) for item in items}
    fits = (
        len(columns) > 1
        and all(0 < len(items) <= MOST_IN_COLUMN for items in columns)
        and all(is_input(item) for item in inputs)
        and all(isinstance(item, FoldedGroup) and is_neuron(item) for items in layers for item in items)
    )
    for edge in folded.edges:
        source, target = column.get(edge.source), column.get(edge.target)
        if target is None:
            fits = fits and source in {None, len(layers)}
        else:
            fits = fits and source == target - 1 and len(edge.weights) == 1
    return columns if fits else []


def place_in_layer(group: FoldedGroup) -> tuple[int, str]:
    """Return what sorts the neurons of a layer as they are numbered."""
    return by_number(group.name)


def by_number(path: str) -> tuple[int, str]:
    """Return what sorts paths that differ only in their last number by that number."""
    return len(path), path


def is_input(item: Item) -> bool:
    """Whether an item is a leaf or one plain number."""
    return item.position is not None if isinstance(item, Numbers) else isinstance(item, Value) and not item.operation


def is_neuron(group: FoldedGroup) -> bool:
    """Whether a group is one neuron, used for one sample."""
    return group.kind == "unit" and len(group.nodes) > 1 and len(group.outputs) == 1


class Network:
    """The picture of a network.

    Args:
        columns: what :func:`columns_of` returns.
        folded: the graph that the columns were found in.
        numbers: the number of each node.
        boxes: the box that shows each node.
        edges: the edges between boxes, as often as they are drawn.
    """

    def __init__(
        self,
        columns: Sequence[Sequence[Item]],
        folded: Folded,
        numbers: Mapping[Value, int],
        boxes: Mapping[Value, int],
        edges: Sequence[Pair],
    ) -> None:
        self.columns = columns
        self.folded = folded
        self.numbers = numbers
        self.boxes = boxes
        self.edges = edges
        self.halves = {
            item: CIRCLE if len(items) <= MOST_CIRCLES or items is columns[-1] else FLAT
            for items in columns
            for item in items
        }

    def picture(self) -> dict[str, Json] | None:
        """Return the picture as :func:`layout` does, with what makes it a network; None where it cannot be drawn."""
        after = self.after()
        found = {box: (left, top) for box, left, top in cast("list[tuple[int, int, int]]", after["boxes"])}
        last = [found[self.box(item)] for item in self.columns[-1]]
        if {left for left, _ in found.values() if left <= last[0][0]} != {left for left, _ in last}:
            return None  # something stands before the last layer, or the layer does not stand in one column
        shift = (len(self.columns) - 1) * (WIDTH + GAP) - last[0][0]
        middle = statistics.fmean([top for _, top in last])
        places = self.places_before(middle)
        tops = [*(top + self.gap(item) for item, (_, top) in places.items()), *(top for _, top in found.values())]
        by = (shift, HEAD - min(tops))
        places = {item: (left, top + by[1]) for item, (left, top) in places.items()}
        drawn = {box: (left + shift, top + by[1]) for box, (left, top) in found.items()}
        places |= {item: drawn[self.box(item)] for item in self.columns[-1]}
        drawn |= {self.box(item): place for item, place in places.items() if not isinstance(item, Numbers)}
        curves = [self.moved(edge, by, drawn) for edge in cast("list[Curve]", after["edges"])]
        bottoms = [top + HEIGHT - self.gap(item) for item, (_, top) in places.items()]
        height = max([*bottoms, *(top + by[1] + HEIGHT for _, top in found.values())])
        return {
            "size": [max(left for left, _ in drawn.values()) + WIDTH, height + LEGEND],
            "boxes": [[box, *place] for box, place in drawn.items()],
            "edges": [*self.weighted(places), *curves],
            "frames": [],
            "network": self.details(places),
        }

    def details(self, places: Mapping[Item, Pair]) -> dict[str, Json]:
        """Return which boxes are neurons or inputs, the numbers that go in, and the titles of the columns."""
        given: Json = [
            [*place, item.columns[0][0], self.halves[item]]
            for item, place in places.items()
            if isinstance(item, Numbers)
        ]
        columns: Json = [
            [items[0].layer if isinstance(items[0], FoldedGroup) else "", number * (WIDTH + GAP), len(items)]
            for number, items in enumerate(self.columns)
        ]
        neurons = {str(self.box(item)): half for item, half in self.halves.items() if not isinstance(item, Numbers)}
        head = min(top + self.gap(item) for item, (_, top) in places.items()) - 8
        return {"neurons": neurons, "given": given, "columns": columns, "head": head}

    def gap(self, item: Item) -> int:
        """Return the space above and below a shape in its place, which is as high as a box."""
        return 0 if self.halves[item] == CIRCLE else (HEIGHT - FLAT_HEIGHT) // 2

    def box(self, item: Item) -> int:
        assert not isinstance(item, Numbers)
        return self.boxes[item.nodes[0] if isinstance(item, FoldedGroup) else item]

    def after(self) -> dict[str, Json]:
        """Return the picture of the last layer and of what is computed from it."""
        inside = {self.box(item) for items in self.columns[:-1] for item in items if not isinstance(item, Numbers)}
        boxes = {box: () for box in self.boxes.values() if box not in inside}
        edges = [(tail, head) for tail, head in self.edges if tail in boxes and head in boxes]
        return layout(boxes, edges, [self.box(item) for item in self.columns[-1]])

    def places_before(self, middle: float) -> dict[Item, Pair]:
        """Return the left and upper side of everything in front of the last layer."""
        return {
            item: (number * (WIDTH + GAP), round(middle + (row - (len(items) - 1) / 2) * self.pitch(item)))
            for number, items in enumerate(self.columns[:-1])
            for row, item in enumerate(items)
        }

    def pitch(self, item: Item) -> int:
        return HEIGHT + DISTANCE if self.halves[item] == CIRCLE else FLAT_PITCH

    def weighted(self, places: Mapping[Item, Pair]) -> list[Json]:
        """Return the straight edges that carry a weight, each with the number of its weight."""
        found: list[Json] = []
        for edge in self.folded.edges:
            source, target = edge.source, edge.target
            if target in self.halves:
                tail = None if isinstance(source, Numbers) else self.box(source)
                x, y = places[source][0] + WIDTH // 2 + self.halves[source], places[source][1] + HEIGHT // 2
                u, v = places[target][0] + WIDTH // 2 - self.halves[target], places[target][1] + HEIGHT // 2
                found.append([tail, self.box(target), line((x, y), (u, v)), self.numbers[edge.weights[0]]])
        return found

    def moved(self, edge: Curve, by: Pair, drawn: Mapping[int, Pair]) -> Json:
        """Return an edge after the last layer at its place; from a neuron it begins at the circle, not at a box."""
        tail, head, points = edge
        at = [point + by[number % 2] for number, point in enumerate(points)]
        if tail in {self.box(item) for item in self.columns[-1]}:
            left, top = drawn[tail]
            at = line((left + WIDTH // 2 + CIRCLE, top + HEIGHT // 2), (at[0], at[1]))[:-2] + at
        return [tail, head, list[Json](at)]


def line(start: Pair, end: Pair) -> list[int]:
    """Return the points of a straight line as a cubic Bézier curve."""
    return [round(a + (b - a) * part / 3) for part in range(4) for a, b in zip(start, end, strict=True)]
