"""Writes docs/two_moons.c, the loss of a small network and its gradient as C: ``python docs/make_two_moons_c.py``.

The network is that of the benchmark: 2 inputs, two layers of 16 ReLU neurons and one output, with the hinge loss of ten
points and a penalty, in plain loops over Values. Ten points instead of a hundred keep the file short.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

import autograd  # noqa: E402  # the project of this very file, wherever Python is started
from autograd import Value  # noqa: E402
from benchmarks.two_moons import data, scalar_loops, weights  # noqa: E402

PAGE = PROJECT / "docs" / "two_moons.c"
POINTS = 10


def text() -> str:
    """Return the C file."""
    points, labels = data()
    layers = [
        [
            ([Value(w, f"w{k}_{i}_{j}") for j, w in enumerate(ws)], Value(b, f"b{k}_{i}"))
            for i, (ws, b) in enumerate(layer)
        ]
        for k, layer in enumerate(weights(), 1)
    ]

    def two_moons() -> Value:
        return scalar_loops.loss(layers, points[:POINTS], labels[:POINTS], autograd.relu)

    compiled = autograd.compile(two_moons, backend="array")
    compiled()
    return compiled.to_c()


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
