"""Draws the value and the derivative of a row of the table, as a small SVG that follows the page's colours."""

from collections.abc import Callable, Iterator
from html import escape

from autograd.errors import AutogradError
from autograd.formulas.operation import Operation

WIDTH, HEIGHT, MARGIN = 300, 180, 8
LEFT, RIGHT, POINTS = -4.0, 4.0, 241
HIGHEST = 4.0
"""Beyond this, up and down, a curve leaves the picture."""
STEEPEST = 0.3
"""A rise of more than this from one point to the next is a jump, and is not drawn."""
STRAIGHT = 1e-9
"""A bend of less than this, in pixels from one point to the next, is rounding."""

Curve = Callable[[float], float]


def plot(row: Operation) -> str:
    """Return a picture of a row along its first operand, the others being as at its first probe.

    Example:
        >>> from autograd import tanh
        >>> plot(tanh)[:4]
        '<svg'
    """
    which, others = along(row)
    value, slope = curves(row)
    lines = [polylines(value, "value"), polylines(slope, "slope")]
    fixed = f", {others}" if others else ""
    words = f"{row.name} (solid) and its derivative with respect to {which} (dashed) for {which} from -4 to 4{fixed}"
    axes = f'<path class="axis" d="M{MARGIN},{y(0):.1f}H{WIDTH - MARGIN}M{x(0):.1f},{MARGIN}V{HEIGHT - MARGIN}"/>'
    ticks = "".join(
        f'<path class="axis" d="M{x(i):.1f},{y(0) - 2:.1f}v4M{x(0) - 2:.1f},{y(i):.1f}h4"/>' for i in range(-4, 5)
    )
    ones = (
        f'<text x="{x(1):.1f}" y="{y(0) + 13:.1f}" text-anchor="middle">1</text>'
        f'<text x="{x(0) - 5:.1f}" y="{y(1) + 4:.1f}" text-anchor="end">1</text>'
    )
    return (
        f'<svg class="curves" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-label="{escape(words)}">{axes}{ticks}{ones}{"".join(lines)}</svg>'
    )


def along(row: Operation) -> tuple[str, str]:
    """Return the operand along which a row is drawn, and what the others are."""
    first, *rest = row.operands
    probe = list(row.probes[0])
    fixed = [f"{name} = {number}" for name, number in zip(rest, probe[1:], strict=True)]
    if isinstance(probe[0], list):
        fixed[:0] = [f"the other elements {probe[0][1:]}"] if probe[0][1:] else []
        first = f"{first}[0]"
    return first, ", ".join(fixed)


def curves(row: Operation) -> tuple[Curve, Curve]:
    """Return a row and its derivative as functions of one number."""
    name, probe = row.operands[0], row.probes[0]

    def arguments(number: float) -> list[object]:
        start = probe[0]
        return [[number, *start[1:]] if isinstance(start, list) else number, *probe[1:]]

    def value(number: float) -> float:
        return float(row(*arguments(number)))  # type: ignore[arg-type]  # numbers and lists of them

    def slope(number: float) -> float:
        given = arguments(number)
        found = row.slope_on_floats(name)(*given, value(number))
        return float(found[0] if isinstance(found, list | tuple) else found)

    return value, slope


def polylines(curve: Curve, kind: str) -> str:
    """Return a curve as lines that break where it has no value, jumps or leaves the picture."""
    return "".join(
        f'<polyline class="{kind}" points="{" ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in thinned(piece))}"/>'
        for piece in pieces(curve)
        if len(piece) > 1
    )


def thinned(piece: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points of a stroke without those in the middle of a straight part."""
    kept = [
        here
        for before, here, after in zip(piece, piece[1:], piece[2:], strict=False)
        if abs(y(before[1]) + y(after[1]) - 2 * y(here[1])) > STRAIGHT
    ]
    return [piece[0], *kept, piece[-1]]


def pieces(curve: Curve) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a curve that are drawn in one stroke."""
    piece: list[tuple[float, float]] = []
    for i in range(POINTS):
        number = LEFT + (RIGHT - LEFT) * i / (POINTS - 1)
        try:
            height = curve(number)
        except (AutogradError, ArithmeticError, ValueError):
            height = HIGHEST + 1
        jumps = piece and abs(height - piece[-1][1]) > STEEPEST
        if abs(height) > HIGHEST or jumps:
            yield piece
            piece = []
        if abs(height) <= HIGHEST:
            piece.append((number, height))
    yield piece


def x(number: float) -> float:
    """Return where a number stands from left to right."""
    return MARGIN + (number - LEFT) / (RIGHT - LEFT) * (WIDTH - 2 * MARGIN)


def y(number: float) -> float:
    """Return where a number stands from top to bottom."""
    return HEIGHT / 2 - number / HIGHEST * (HEIGHT / 2 - MARGIN)
