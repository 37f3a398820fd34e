"""Puts the explorer together: data, scripts and style become one fragment of HTML, or one page."""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from autograd.formulas import javascript
from autograd.views.explorer.graph_data import Json

SCRIPTS = (
    "engine.js", "words.js", "dom.js", "parts.js", "picture.js", "view.js", "table.js", "node_panel.js", "what_if.js",
    "mistakes.js", "predict.js", "tabs.js", "explorer.js",
)  # fmt: skip
"""The page's own scripts, in the order in which they build on one another."""

STYLES = ("card.css", "picture.css", "table.css", "panels.css", "narrow.css")
"""How the page looks; a later file may change what an earlier one says."""

ADVICE = (
    "This is a picture. To step through it, trust the notebook (in JupyterLab: View, Activate Command Palette, "
    "Trust Notebook) and run the cell again, or save a page with autograd.explore(loss).save('lesson.html') and "
    "open it in a browser."
)

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What a saved page may load: nothing from anywhere."""


@cache
def scripts() -> str:
    """Return the page's own scripts as one text."""
    return joined(SCRIPTS)


@cache
def style() -> str:
    """Return the page's style sheet."""
    return joined(STYLES)


def joined(names: Iterable[str]) -> str:
    """Return the text of several files of this folder."""
    return "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in names)


def as_script(data: Json) -> str:
    """Return data as JavaScript that cannot end the script it stands in, whatever the labels contain."""
    return json.dumps(data, separators=(",", ":")).replace("<", r"\u003c")


def fragment(data: Mapping[str, Json], operations: str, picture: bytes, title: str) -> str:
    """Return HTML that shows a picture, and turns it into an explorer where scripts may run.

    Args:
        data: what the scripts know of the graph and its pictures.
        operations: the formula table as JavaScript.
        picture: the graph as SVG, for where scripts may not run.
        title: what the picture shows, in words.
    """
    program = (
        f"(() => {{\n'use strict';\nconst DATA = {as_script(dict(data))};\nconst STYLE = {as_script(style())};\n"
        f"{javascript.arithmetic()}\n{operations}\n{scripts()}\nstart(NAME, DATA, STYLE);\n}})();"
    )
    name = hashlib.sha256(program.encode()).hexdigest()[:16]
    image = base64.b64encode(picture).decode()
    return (
        f'<div data-autograd-explorer="{name}">\n'
        f'<img alt="{html.escape(title)}" style="max-width: 100%" src="data:image/svg+xml;base64,{image}">\n'
        f"<p>{html.escape(ADVICE)}</p>\n</div>\n"
        f"<script>{program.replace('NAME', json.dumps(name), 1)}</script>\n"
    )


def page(body: str, title: str) -> str:
    """Return a complete page around a fragment; it loads nothing from anywhere."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{html.escape(title)}</title>\n"
        "<style>body { margin: 0; padding: 16px; background: #eaeef2; font: 14px/1.5 system-ui, sans-serif; }\n"
        "@media (max-width: 560px) { body { padding: 0; } }</style>\n"
        f"</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
