"""Where the boxes and edges of a picture go: Graphviz places them, the page draws them.

Boxes have a fixed size, wide enough for any number the page shows, and the gap between two columns holds the
label of an active edge, so nothing moves and nothing overlaps while the numbers change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from autograd.views.page.document import Json

if TYPE_CHECKING:
    from autograd.views.picture.digraph import Drawing

WIDTH, HEIGHT = 118, 62
"""The size of a box in pixels."""

GAP = 102
"""The space between two columns, in which an edge reads *incoming x local = contribution*."""

DISTANCE = 16
"""The space between two boxes of one column."""

PADDING, TITLE = 12, 16
"""The space between a frame and what it holds, and the height of its title."""

Curve = tuple[int, int, list[int]]
"""An edge: the boxes it leads from and to, and its points."""

Chain = tuple[int, ...]
"""The frames around a box, the outermost first."""


@dataclass(frozen=True)
class Frame:
    """What stands in one frame: boxes, and further frames."""

    boxes: list[int] = field(default_factory=list)
    inner: dict[int, "Frame"] = field(default_factory=dict)

    def add_to(self, drawing: "Drawing") -> None:
        for box in self.boxes:
            drawing.node(str(box))
        for number, frame in self.inner.items():
            with drawing.subgraph(name=f"cluster_{number}") as cluster:
                cluster.attr("graph", label="t", fontname="Courier", fontsize=str(TITLE - 3), margin=str(PADDING))
                frame.add_to(cluster)

    def all(self) -> Iterator["Frame"]:
        yield self
        for frame in self.inner.values():
            yield from frame.all()

    def extents(self, places: Mapping[int, tuple[int, int]], found: list[Json]) -> list[tuple[int, int]]:
        """Append every frame in this one to ``found`` and return the corners of what it holds."""
        corners = [places[box] for box in self.boxes]
        corners += [(left + WIDTH, top + HEIGHT) for left, top in corners]
        for number, frame in self.inner.items():
            place = len(found)
            inside = frame.extents(places, found)
            left, right = min(x for x, _ in inside) - PADDING, max(x for x, _ in inside) + PADDING
            top, bottom = min(y for _, y in inside) - PADDING - TITLE, max(y for _, y in inside) + PADDING
            box: dict[str, Json] = {"part": number, "left": left, "top": top}
            found.insert(place, {**box, "width": right - left, "height": bottom - top})
            corners += [(left, top), (right, bottom)]
        return corners


def layout(boxes: Mapping[int, Chain], edges: Sequence[tuple[int, int]], first: Sequence[int] = ()) -> dict[str, Json]:
    """Place boxes in columns from left to right, along the edges.

    Args:
        boxes: the number of each box, with the frames around it.
        edges: pairs of boxes, drawn from the first to the second; a pair may come twice.
        first: boxes that stand in the first column in this order, whatever they lead to.

    Returns:
        ``size`` (width and height), ``boxes`` (number, left, top), ``edges`` (first and second box, and the
        points of a chain of cubic Bézier curves) and ``frames``, all in pixels.
    """
    from autograd.views.picture.digraph import Drawing
    from autograd.views.picture.dot_text import EFFORT

    drawing = Drawing(graph_attr=EFFORT)
    drawing.attr("graph", rankdir="LR", ranksep=inches(GAP), nodesep=inches(DISTANCE), margin="0", pad="0")
    drawing.attr("node", shape="box", fixedsize="true", width=inches(WIDTH), height=inches(HEIGHT), label="")
    drawing.attr("edge", dir="none")
    root = Frame()
    for box, chain in boxes.items():
        frame = root
        for number in chain:
            frame = frame.inner.setdefault(number, Frame())
        frame.boxes.append(box)
    root.add_to(drawing)
    with drawing.subgraph() as column:
        column.attr(rank="min")
        for box in first:
            column.node(str(box))
        for box, below in pairwise(first):
            column.edge(str(box), str(below), style="invis")  # keeps their order
    for tail, head in edges:
        drawing.edge(str(tail), str(head))
    return read(drawing.pipe(format="plain", encoding="utf-8"), root)


def inches(pixels: float) -> str:
    """Return a length as text in inches, the unit of Graphviz."""
    return f"{pixels / 72:.4f}"


def read(plain: str, root: Frame) -> dict[str, Json]:
    """Read Graphviz's plain output, whose origin is at the bottom left and whose unit is the inch."""
    size = [0.0, 0.0]
    places: dict[int, tuple[int, int]] = {}
    edges: list[Curve] = []

    def pixels(words: Iterable[str]) -> tuple[int, int]:
        x, y = map(float, words)
        return round(x * 72), round((size[1] - y) * 72)

    for line in plain.splitlines():
        kind, *words = line.split(" ")
        if kind == "graph":
            size = [float(words[1]), float(words[2])]
        elif kind == "node":
            x, y = pixels(words[1:3])
            places[int(words[0])] = (x - WIDTH // 2, y - HEIGHT // 2)
        elif kind == "edge" and "invis" not in words:
            numbers = words[3 : 3 + 2 * int(words[2])]
            points = [number for i in range(0, len(numbers), 2) for number in pixels(numbers[i : i + 2])]
            edges.append((int(words[0]), int(words[1]), points))
    exchange(places, edges, root)
    frames: list[Json] = []
    root.extents(places, frames)
    return {
        "size": [round(length * 72) for length in size],
        "boxes": [[box, *place] for box, place in places.items()],
        "edges": edges,
        "frames": frames,
    }


def exchange(places: dict[int, tuple[int, int]], edges: list[Curve], root: Frame) -> None:
    """Put boxes that Graphviz could equally well have swapped into their own order, from top to bottom.

    Such are the neurons of a layer: they stand in one column and have the same neighbours.
    """
    neighbours: dict[int, list[tuple[str, int]]] = {box: [] for box in places}
    for tail, head, _ in edges:
        neighbours[tail].append(("to", head))
        neighbours[head].append(("from", tail))
    interchangeable: dict[object, list[int]] = {}
    for frame in root.all():
        for box in frame.boxes:
            interchangeable.setdefault((id(frame), places[box][0], *sorted(neighbours[box])), []).append(box)
    renamed: dict[int, int] = {}
    for boxes in interchangeable.values():
        downwards = sorted(boxes, key=lambda box: places[box][1])
        renamed.update(zip(downwards, sorted(boxes, key=abs), strict=True))
    moved = {renamed[box]: place for box, place in places.items()}
    places.update(moved)
    edges[:] = [(renamed[tail], renamed[head], points) for tail, head, points in edges]
