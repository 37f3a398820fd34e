"""The explorer's page as a fragment of HTML: which scripts and styles it is made of."""

from collections.abc import Mapping
from pathlib import Path

from autograd.formulas import javascript
from autograd.views.page.document import Json, fragment, texts

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


def explorer(data: Mapping[str, Json], operations: str, picture: bytes, title: str) -> str:
    """Return HTML that shows a picture, and turns it into an explorer where scripts may run.

    Args:
        data: what the scripts know of the graph and its pictures.
        operations: the formula table as JavaScript.
        picture: the graph as SVG, for where scripts may not run.
        title: what the picture shows, in words.
    """
    return fragment(
        "Explorer",
        "data-autograd-explorer",
        data,
        [javascript.arithmetic(), operations, texts(FOLDER, *SCRIPTS)],
        texts(FOLDER, *STYLES),
        title=title,
        picture=picture,
        advice=ADVICE,
    )
