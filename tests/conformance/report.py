"""Lists the disagreements of the matrix by row, kind of point, route and level: ``python tests/conformance/report.py``."""

import sys
from collections import defaultdict
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from matrix import disagreements, told  # noqa: E402
from points import BY_NAME, KINDS  # noqa: E402
from routes import ROUTES, available  # noqa: E402


def main(routes: list[str]) -> None:
    """Print one line for each group of disagreements, with an example."""
    total = 0
    for name, subjects in BY_NAME.items():
        for kind in KINDS:
            groups = defaultdict(list)
            for route in routes:
                for subject in subjects:
                    for level, point, got, expected in disagreements(subject, kind, route):
                        groups[level, route].append((subject.text, point, got, expected))
            for (level, route), cases in groups.items():
                total += len(cases)
                text, point, got, expected = cases[0]
                print(
                    f"- {name} | {kind} | {route} | {level} | {len(cases)}x | {text} at {point}: "
                    f"got {told(got)[:160]}, expected {told(expected)}"
                )
    print(f"\n{total} disagreements")


if __name__ == "__main__":
    main([route for route in sys.argv[1:] or ROUTES if available(route)])
