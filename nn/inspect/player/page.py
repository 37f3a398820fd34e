"""Puts the player's page together from its data, scripts and style, with a picture of the loss to start from."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from autograd.formulas import javascript
from autograd.formulas.notation import number_text
from autograd.views.page import document
from autograd.views.page.document import texts
from autograd.views.page.language import Words, phrase
from autograd.views.page.language import words as shared_words
from nn.inspect.plots.style import SERIES

FOLDER = files(__package__)
SCRIPTS = (
    "numbers.js",
    "map.js",
    "curve.js",
    "fitted.js",
    "heat.js",
    "network.js",
    "table.js",
    "playback.js",
    "training.js",
    "rerun.js",
    "player.js",
    "comparison.js",
)
"""The page's own scripts, in the order in which they build on one another."""
STYLES = ("player.css", "figures.css", "curves.css", "table.css", "widths.css")
"""How the page looks; a later file may change what an earlier one says."""

NO_OPERATIONS = "const OPERATIONS = {};"
"""For a page that only shows."""


def words(language: str) -> Words:
    """Return the words of a player's page.

    Raises:
        ArgumentError: there is no such language.
    """
    return {**shared_words(language, "page"), **shared_words(language, "player", folder=FOLDER / "languages")}


def fragment(
    view: str, data: Mapping[str, Any], title: str, operations: str = NO_OPERATIONS, *, language: str = "en"
) -> str:
    """Return HTML that shows the loss curve, and turns it into a page where scripts may run.

    ``view`` is ``"Player"`` for the data of one run, ``"Comparison"`` for several; the picture shows the first.
    ``operations`` are those that the page computes with, as JavaScript.
    """
    speaks = words(language)
    return document.fragment(
        view,
        "data-nn-player",
        data,
        [javascript.arithmetic_for(operations), operations, texts(FOLDER, *SCRIPTS)],
        texts(FOLDER, *STYLES),
        title=phrase(speaks, "lossOf", title=title),
        picture=picture(data["runs"][0] if "runs" in data else data, language).encode(),
        languages={language: speaks},
    )


def picture(data: Mapping[str, Any], language: str = "en") -> str:
    """Return the loss curves as SVG, for where scripts may not run."""
    curves: Sequence[Any] = data["curves"]
    points = [(x, y) for curve in curves for x, y in curve["points"] if y is not None]
    right, top = max((x for x, _ in points), default=1), max((y for _, y in points), default=1.0)
    low = min(0.0, *(y for _, y in points), 0.0)
    lines = []
    for curve, look in zip(
        curves, (f'stroke="{SERIES[0]}"', f'stroke="{SERIES[1]}" stroke-dasharray="6 4"'), strict=False
    ):
        corners = " ".join(
            f"{50 + 520 * x / right:.1f},{190 - 160 * (y - low) / ((top - low) or 1):.1f}"
            for x, y in curve["points"]
            if y is not None
        )
        lines.append(f'<polyline points="{corners}" fill="none" stroke-width="2" {look}/>')
    first, last = (phrase(words(language), "epoch", epoch=epoch) for epoch in (0, right))
    places = ((50, 20, "start", number_text(top)), (50, 212, "start", first), (570, 212, "end", last))
    texts = [f'<text x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>' for x, y, anchor, text in places]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="224" font-family="sans-serif" font-size="12">'
        '<rect width="600" height="224" fill="#fff"/><path d="M50 30V190H570" fill="none" stroke="#8c959f"/>'
        f"{''.join(lines)}{''.join(texts)}</svg>"
    )
