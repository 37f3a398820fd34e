"""Builds the page about one graph from its steps, its parts and its still picture."""

from collections import Counter
from collections.abc import Mapping
from types import FrameType

from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.formulas.notation import number_text
from autograd.formulas.text import text_name
from autograd.graph import topological_order
from autograd.views.explorer.graph_data import graph_data, operations_of
from autograd.views.explorer.page import explorer
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of
from autograd.views.page.document import Json
from autograd.views.picture import folding
from autograd.views.picture.sketch import Sketch
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import display_names, records

MOST_NODES = 3_000
"""A page with more nodes than this would be slow to open, and would teach nothing."""


def build(loss: Value, frame: FrameType | None, model: object | None) -> tuple[str, int, str]:
    """Return the name of ``loss``, how many nodes it has behind it, and the page about it as a fragment of HTML."""
    order = topological_order(loss)
    if len(order) > MOST_NODES:
        raise ArgumentError(
            f"This graph has {len(order):,} nodes; a page takes at most {MOST_NODES:,}. "
            "Explore the loss of a single sample, or a value further back."
        )
    backward_pass = BackwardPass(loss)
    paths = paths_of(order, frame, model=model)
    names = told_apart(display_names(backward_pass, frame, model), paths)
    operations, frozen = operations_of(order)
    parts = Parts(loss, paths)
    data: dict[str, Json] = {**graph_data(tuple(records(backward_pass, names))), **parts.data(), "frozen": frozen}
    name = text_name(names[loss])
    return name, len(order), explorer(data, operations, picture(loss, names, paths, parts), f"Graph of {name}")


def told_apart(names: Mapping[Value, str], paths: Mapping[Value, str]) -> dict[Value, str]:
    """Return the names with the path in place of those that several parameters share, such as ``w0``."""
    times = Counter(names.values())
    return {node: paths.get(node, name) if times[name] > 1 else name for node, name in names.items()}


def picture(loss: Value, names: Mapping[Value, str], paths: Mapping[Value, str], parts: Parts) -> bytes:
    """Return the still picture, as ``draw`` makes it."""
    graph = folding.fold([loss], paths) if parts.parts else folding.unfolded([loss])
    return bytes(Sketch(graph, names, paths, "LR", number_text).drawing.pipe(format="svg"))
