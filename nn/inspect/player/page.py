"""Puts the player together: data, scripts and style become one fragment of HTML, or one page."""

import base64
import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from nn.inspect.player.page_data import Json

SCRIPTS = ("dom.js", "numbers.js", "map.js", "curve.js", "network.js", "table.js", "player.js")
"""The page's own scripts, in the order in which they build on one another."""

ADVICE = (
    "This is a picture of the loss. To replay the run, trust the notebook (in JupyterLab: View, Activate Command "
    "Palette, Trust Notebook) and run the cell again, or save a page with history.player().save('run.html') and open "
    "it in a browser."
)

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What a saved page may load: nothing from anywhere."""


@cache
def scripts() -> str:
    """Return the page's own scripts as one text."""
    return "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in SCRIPTS)


@cache
def style() -> str:
    """Return the page's style sheet."""
    return (Path(__file__).with_name("player.css")).read_text(encoding="utf-8")


def as_script(data: Json) -> str:
    """Return data as JavaScript that cannot end the script it stands in, whatever the names contain."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", r"\u003c")


def fragment(data: Mapping[str, Json], title: str) -> str:
    """Return HTML that shows the loss curve, and turns it into a player where scripts may run."""
    program = (
        f"(() => {{\n'use strict';\nconst DATA = {as_script(dict(data))};\nconst STYLE = {as_script(style())};\n"
        f"{scripts()}\nstart(NAME, DATA, STYLE);\n}})();"
    )
    name = hashlib.sha256(program.encode()).hexdigest()[:16]
    image = base64.b64encode(picture(data).encode()).decode()
    return (
        f'<div data-nn-player="{name}">\n'
        f'<img alt="{html.escape(title)}: the loss" style="max-width: 100%" src="data:image/svg+xml;base64,{image}">\n'
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


def picture(data: Mapping[str, Any]) -> str:
    """Return the loss curves as SVG, for where scripts may not run."""
    curves: Sequence[Any] = data["curves"]
    points = [(x, y) for curve in curves for x, y in curve["points"] if y is not None]
    right, top = max((x for x, _ in points), default=1), max((y for _, y in points), default=1.0)
    low = min(0.0, *(y for _, y in points), 0.0)
    lines = []
    for curve, look in zip(curves, ('stroke="#0072B2"', 'stroke="#D55E00" stroke-dasharray="6 4"'), strict=False):
        places = " ".join(
            f"{50 + 520 * x / right:.1f},{190 - 160 * (y - low) / ((top - low) or 1):.1f}"
            for x, y in curve["points"]
            if y is not None
        )
        lines.append(f'<polyline points="{places}" fill="none" stroke-width="2" {look}/>')
    words = ((50, 20, "start", f"{top:.4g}"), (50, 212, "start", "epoch 0"), (570, 212, "end", f"epoch {right}"))
    texts = [f'<text x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>' for x, y, anchor, text in words]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="224" font-family="sans-serif" font-size="12">'
        '<rect width="600" height="224" fill="#fff"/><path d="M50 30V190H570" fill="none" stroke="#8c959f"/>'
        f"{''.join(lines)}{''.join(texts)}</svg>"
    )
