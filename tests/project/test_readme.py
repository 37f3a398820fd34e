"""Every example in the README's table of what is there runs as it stands."""

import re

import pytest
from project_root import ROOT

import autograd
import nn

README = ROOT / "README.md"
ROWS = re.findall(r"^\| ([^|]+) \| [^|]+ \| `([^|]+)` \|$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_table_is_found():
    assert len(ROWS) >= 30


@pytest.mark.parametrize(("what", "example"), ROWS, ids=[what for what, _ in ROWS])
def test_the_example_runs(what, example, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "torch" in what:
        pytest.importorskip("torch", reason="the example converts a model to PyTorch, which is not installed")
    a, b = autograd.Value(2.0), autograd.Value(-3.0)
    points, labels = nn.make_moons(20, seed=0)
    model = nn.MLP(2, [4, 1], seed=0)
    names = {"autograd": autograd, "nn": nn, "a": a, "b": b, "loss": (a * b).tanh()}
    names |= {"model": model, "points": points, "labels": labels}
    eval(example, names)  # the README is ours
