"""Draws all contests in one picture, as SVG: a bar for each contestant's median on one logarithmic scale."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

from benchmarks.contest import Result
from benchmarks.workload import Workload

Contest = tuple[Workload, Mapping[str, Result]]

LEFT, WIDTH, LINE, MARGIN = 170, 780, 18, 10
"""Where bars begin, how wide the picture is, how high a line, and the room around; in pixels."""
UNITS = {
    -7: "100 ns",
    -6: "1 µs",
    -5: "10 µs",
    -4: "100 µs",
    -3: "1 ms",
    -2: "10 ms",
    -1: "100 ms",
    0: "1 s",
    1: "10 s",
}
OURS, OTHERS, INK, GRID = "#1f5fa8", "#b9b9b9", "#222222", "#dddddd"


def svg(contests: Sequence[Contest], *, seconds: Callable[[float], str]) -> str:
    """Return a picture of the medians; contestants without one are left out.

    Args:
        contests: workloads with what their contestants did.
        seconds: writes a time.
    """
    rows: list[str] = []
    y = MARGIN + LINE
    for workload, results in contests:
        y += LINE
        title = escape(workload.title.partition(":")[0])
        rows.append(f'<text x="{MARGIN}" y="{y}" font-weight="bold">{title}, per {escape(workload.unit)}</text>')
        for name, result in sorted(results.items(), key=lambda item: item[1].spread[1]):
            median = result.spread[1]
            if math.isnan(median):
                continue
            y += LINE
            end, ours = place(median), name.startswith("ours")
            colour = OURS if ours else OTHERS
            weight = ' font-weight="bold"' if ours else ""  # never colour alone
            rows += [
                f'<text x="{LEFT - 6}" y="{y}" text-anchor="end"{weight}>{escape(name)}</text>',
                f'<rect x="{LEFT}" y="{y - 11}" width="{end - LEFT:.1f}" height="13" fill="{colour}"/>',
                f'<text x="{end + 5:.1f}" y="{y}"{weight}>{escape(seconds(median))}</text>',
            ]
    height = y + MARGIN
    scale = []
    for power, label in UNITS.items():
        x = place(10.0**power)
        scale.append(f'<line x1="{x:.1f}" y1="{MARGIN + LINE}" x2="{x:.1f}" y2="{height}" stroke="{GRID}"/>')
        scale.append(f'<text x="{x:.1f}" y="{MARGIN + 10}" text-anchor="middle">{label}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="Verdana, sans-serif" '
            f'font-size="11" fill="{INK}" role="img">',
            "<title>Median time of each contestant, shorter is better, on a logarithmic scale</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            *scale,
            *rows,
            "</svg>\n",
        ]
    )


def place(seconds: float) -> float:
    """Return where a time stands on the scale."""
    first, last = min(UNITS), max(UNITS)
    position = (math.log10(seconds) - first) / (last - first)
    return LEFT + max(0.0, min(1.0, position)) * (WIDTH - LEFT - 70)
