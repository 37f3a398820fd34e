"""Views and programs that would take more than ten seconds or a gigabyte say so first."""

import re

import pytest
from networks import Network

import autograd
from autograd import Value
from autograd.errors import ArgumentError
from autograd.program import build
from autograd.views.picture import digraph
from autograd.views.steps import backward_pass


def chain(x, length=20):
    for _ in range(length):
        x = (x * 0.5).tanh()
    return x


VIEWS = {
    "steps": autograd.steps,
    "derivation": autograd.derivation,
    "diagnose": autograd.diagnose,
    "explain": lambda loss: autograd.explain(loss, loss),
    "step_through": autograd.step_through,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_of_too_many_nodes_is_refused_with_the_limit(view, monkeypatch):
    monkeypatch.setattr(backward_pass, "MOST_NODES", 40)
    loss = chain(Value(1.0, "x"))
    with pytest.raises(
        ArgumentError, match=r"has 41 nodes; views .* take at most 40, because .* minutes and gigabytes"
    ):
        view(loss)
    view(chain(Value(1.0, "x"), 19))


def test_many_straight_lines_are_announced(monkeypatch):
    monkeypatch.setattr(build, "MOST_LINES", 30)
    with pytest.warns(RuntimeWarning, match=r"chain has 40 scalar operations, .* backend='array' and backend='c'"):
        autograd.compile(chain, backend="straight")(Value(1.0))


def shared(length):
    """Return a graph in which every step takes the same number, whose edges become longer and longer."""
    x = Value(1.0, "x")
    y = x
    for _ in range(length):
        y = (y * x).sin()
    return y


DRAWN = {
    "draw": lambda: autograd.draw(shared(5)).pipe(),
    "draw_folded": lambda: autograd.draw(Network(2, 8, 1)([1.0, 2.0]), fold=True).pipe(),
    "explore": lambda: autograd.explore(shared(5)),
    "explore_in_parts": lambda: autograd.explore(shared(100)),
    "explore_network": lambda: autograd.explore(Network(2, 8, 1)([1.0, 2.0])),
}


@pytest.mark.parametrize("view", DRAWN.values(), ids=DRAWN)
def test_no_layout_is_improved_without_an_end(view, monkeypatch, tmp_path):
    """What 149 nodes took was 34 seconds and more; a layout that runs in WebAssembly cannot be interrupted."""
    monkeypatch.setenv("PATH", str(tmp_path))  # no dot program
    sources = []
    laid_out = digraph.laid_out
    monkeypatch.setattr(digraph, "laid_out", lambda source, *rest: sources.append(source) or laid_out(source, *rest))
    view()
    assert sources
    assert [source for source in sources if not re.search(r"graph \[[^\]]*\bnslimit=[125]\b", source)] == []
