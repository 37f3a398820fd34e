"""Draws the pictures of graphs that the documentation shows: ``python docs/make_pictures.py``.

Needs nothing but what the library needs. The pictures go to ``docs/pictures`` and come out the same every
time, because the layout is that of the package in any case, not of a Graphviz that happens to be installed.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

import nn  # noqa: E402  # the project of this very file, wherever Python is started
from autograd import Value, draw  # noqa: E402
from autograd.views.picture.digraph import Drawing, laid_out  # noqa: E402

PICTURES = PROJECT / "docs" / "pictures"


def first_graph() -> Drawing:
    """Return the graph of the example at the top of the README."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c")
    loss = (a * b + c) ** 2
    loss.backward()
    return draw(loss)


def network() -> Drawing:
    """Return a network and its loss on one sample, folded into neurons."""
    model = nn.MLP(2, [4, 4, 1], seed=3, activation="tanh")
    loss = (model([0.5, -1.0]) - 1.0) ** 2
    loss.backward()
    return draw(loss, model=model)


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for picture in (first_graph, network):
        path = PICTURES / f"{picture.__name__}.svg"
        path.write_bytes(laid_out(picture().source))
        print(path.relative_to(PROJECT))


if __name__ == "__main__":
    main()
