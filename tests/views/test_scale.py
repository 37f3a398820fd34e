"""Views and programs that would take more than ten seconds or a gigabyte say so first."""

import pytest

import autograd
from autograd import Value
from autograd.errors import ArgumentError
from autograd.program import build
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
