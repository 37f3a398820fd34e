"""Which boxes the page can show: a big graph in parts that open on a click, and the picture for each choice.

A part is a layer, a neuron or another group of :mod:`autograd.views.picture.folding`. One part is open at a time,
together with the parts that hold it, so there are as many pictures as parts, each laid out beforehand.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from autograd.engine import Value
from autograd.graph import parents_of, topological_order
from autograd.views.explorer.layout import layout
from autograd.views.explorer.network import Network, columns_of
from autograd.views.page.document import Json
from autograd.views.picture.draw import FOLD_FROM, FOLD_WITHOUT_MODEL_FROM
from autograd.views.picture.folded import FoldedGroup
from autograd.views.picture.folding import fold

MOST_UNITS = 12
"""With more neurons than this, whole layers are shown first."""

MOST_BOXES = 700
"""With more boxes than this a picture of the whole graph would help nobody, and there is none."""


class Part(NamedTuple):
    """A box that stands for several nodes."""

    title: str
    """What the box shows."""
    path: str
    """Its full name."""
    holder: int | None
    """The part that it is in, by its position in the list of parts."""
    outputs: list[int]
    """The numbers of the nodes in it that are used outside: what the box shows the values and gradients of."""


class Parts:
    """The parts of one graph.

    Args:
        loss: the output of the graph.
        paths: the path of each parameter in its model.
    """

    def __init__(self, loss: Value, paths: Mapping[Value, str]) -> None:
        self.order = topological_order(loss)
        self.numbers = {node: number for number, node in enumerate(self.order)}
        self.parts: list[Part] = []
        self.chains: dict[Value, tuple[int, ...]] = dict.fromkeys(self.order, ())
        self.network: dict[str, Json] | None = None
        if len(self.order) > (FOLD_FROM if paths else FOLD_WITHOUT_MODEL_FROM):
            self.split(loss, paths)

    def split(self, loss: Value, paths: Mapping[Value, str]) -> None:
        """Find the parts and, for each node, those that it is in, the outermost first."""
        units, layers = fold([loss], paths, "unit"), fold([loss], paths, "layer")
        few = sum(group.kind == "unit" for group in units.groups) <= MOST_UNITS
        known: dict[tuple[FoldedGroup, ...], int] = {}
        for node in self.order:
            groups = [item for item in (layers.holder[node], units.holder[node]) if isinstance(item, FoldedGroup)]
            if len(groups) == 2 and (few or groups[0].kind != "layer" or len(groups[0].nodes) == len(groups[1].nodes)):
                del groups[0]
            groups = [group for group in groups if len(group.nodes) > 1]
            chain: list[int] = []
            for depth, group in enumerate(groups):
                key = tuple(groups[: depth + 1])
                if key not in known:
                    known[key] = len(self.parts)
                    outputs = [self.numbers[output] for output in group.outputs]
                    self.parts.append(Part(group.title, group.name, chain[-1] if chain else None, outputs))
                chain.append(known[key])
            self.chains[node] = tuple(chain)
        columns = columns_of(units, paths)
        if columns:
            opened = frozenset(part.holder for part in self.parts if part.holder is not None)
            boxes = {node: self.box(node, opened) for node in self.order}
            self.network = Network(columns, units, self.numbers, boxes, self.edges(opened)).picture()

    def open_with(self, part: int | None) -> frozenset[int]:
        """Return the parts that are open when ``part`` is: itself and those that hold it."""
        found: list[int] = []
        while part is not None:
            found.append(part)
            part = self.parts[part].holder
        return frozenset(found)

    def box(self, node: Value, opened: frozenset[int]) -> int:
        """Return the box that shows ``node``: its own number, or -1, -2, ... for the first part that is shut."""
        return next((-1 - part for part in self.chains[node] if part not in opened), self.numbers[node])

    def picture(self, opened: frozenset[int]) -> Json:
        boxes = {
            self.box(node, opened): tuple(part for part in self.chains[node] if part in opened) for node in self.order
        }
        return layout(boxes, self.edges(opened))

    def edges(self, opened: frozenset[int]) -> list[tuple[int, int]]:
        """Return the edges between the boxes: one for every use between two nodes, otherwise one for all."""
        edges = [
            (tail, head)
            for node in self.order
            for parent in parents_of(node)
            if (tail := self.box(parent, opened)) != (head := self.box(node, opened))
        ]
        times = Counter(edges)
        return [edge for edge, count in times.items() for _ in range(count if min(edge) >= 0 else 1)]

    def data(self) -> dict[str, Json]:
        """Return the parts and their pictures for the page; the first is the network, or has everything shut."""
        whole = self.parts and len(self.order) <= MOST_BOXES
        return {
            "parts": [part._asdict() for part in self.parts],
            "chains": [list(self.chains[node]) for node in self.numbers],
            "pictures": [
                self.network or self.picture(frozenset()),
                *(self.picture(self.open_with(part)) for part in range(len(self.parts))),
            ],
            "whole": self.picture(frozenset(range(len(self.parts)))) if whole else None,
        }
