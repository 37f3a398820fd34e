"""What colours mean: classes, signs and series look different to everyone, and the same in every plot and page."""

import itertools
import math
import re

import pytest
from project_root import ROOT

from nn.inspect.plots.style import CLASSES, NEGATIVE, POSITIVE, SERIES

PLAYER = ROOT / "nn" / "inspect" / "player"
DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""How linear red, green and blue are seen: Machado, Oliveira & Fernandes (2009), full severity."""


def linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(colour, matrix):
    """CIELAB coordinates (D65) of a colour as someone with that vision sees it."""
    parts = linear(colour)
    red, green, blue = (min(1, max(0, sum(a * b for a, b in zip(row, parts, strict=True)))) for row in matrix)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """How different two colours are to the person to whom they differ least; 2.3 is just noticeable."""
    return min(math.dist(seen(one, matrix), seen(other, matrix)) for matrix in DEFICIENCIES.values())


def test_everyone_can_tell_the_classes_apart():
    assert min(difference(one, other) for one, other in itertools.combinations(CLASSES, 2)) > 15


@pytest.mark.parametrize("sign", [POSITIVE, NEGATIVE])
def test_a_class_is_never_taken_for_a_sign(sign):
    assert min(difference(sign, colour) for colour in CLASSES) > 20


def test_signs_differ_and_series_are_greys():
    assert difference(POSITIVE, NEGATIVE) > 40
    for colour in SERIES:
        parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert max(parts) - min(parts) < 20


def test_the_page_has_no_other_colours_for_them():
    card = (ROOT / "autograd" / "views" / "page" / "card.css").read_text(encoding="utf-8")
    assert f"--blue: {POSITIVE.lower()};" in card
    assert f"--orange: {NEGATIVE.lower()};" in card
    style = "".join(file.read_text(encoding="utf-8") for file in sorted(PLAYER.glob("*.css"))).lower()
    assert f"linear-gradient(to right, {CLASSES[0]}, #fff, {CLASSES[1]})".lower() in style
    assert re.search(r"\.curve-0 {\s*stroke: var\(--ink\);", style)
    assert re.search(rf"\.curve-1 {{\s*stroke: {SERIES[1].lower()};", style)
