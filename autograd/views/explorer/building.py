"""Builds the page about one graph from its steps, its parts, its still picture, its scripts and its style."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.formulas import javascript
from autograd.formulas.notation import number_text
from autograd.formulas.text import text_name
from autograd.graph import topological_order
from autograd.views.explorer.graph_data import graph_data, operations_of
from autograd.views.explorer.parts import Parts
from autograd.views.names import paths_of
from autograd.views.page.document import fragment, texts
from autograd.views.picture import folding
from autograd.views.picture.sketch import Sketch
from autograd.views.steps.backward_pass import BackwardPass
from autograd.views.steps.steps import display_names, records

FOLDER = Path(__file__).parent

SCRIPTS = (
    "engine.js", "words.js", "parts.js", "edges.js", "picture.js", "view.js", "controls.js", "story.js", "table.js",
    "node_panel.js", "what_if.js", "mistakes.js", "predict.js", "tabs.js", "explorer.js",
)  # fmt: skip
"""The page's own scripts, in the order in which they build on one another."""

STYLES = ("card.css", "picture.css", "table.css", "panels.css", "narrow.css")
"""How the page looks; a later file may change what an earlier one says."""

ADVICE = (
    "This is a picture. To step through it, trust the notebook (in JupyterLab: View, Activate Command Palette, "
    "Trust Notebook) and run the cell again, or save a page with autograd.explore(loss).save('lesson.html') and "
    "open it in a browser."
)

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
    name = text_name(names[loss])
    page = fragment(
        "Explorer",
        "data-autograd-explorer",
        {**graph_data(tuple(records(backward_pass, names))), **parts.data(), "frozen": frozen},
        [javascript.arithmetic(), operations, texts(FOLDER, *SCRIPTS)],
        texts(FOLDER, *STYLES),
        title=f"Graph of {name}",
        picture=picture(loss, names, paths, parts),
        advice=ADVICE,
    )
    return name, len(order), page


def told_apart(names: Mapping[Value, str], paths: Mapping[Value, str]) -> dict[Value, str]:
    """Return the names with the path in place of those that several parameters share, such as ``w0``."""
    times = Counter(names.values())
    return {node: paths.get(node, name) if times[name] > 1 else name for node, name in names.items()}


def picture(loss: Value, names: Mapping[Value, str], paths: Mapping[Value, str], parts: Parts) -> bytes:
    """Return the still picture, as ``draw`` makes it."""
    graph = folding.fold([loss], paths) if parts.parts else folding.unfolded([loss])
    return bytes(Sketch(graph, names, paths, "LR", number_text).drawing.pipe(format="svg"))
