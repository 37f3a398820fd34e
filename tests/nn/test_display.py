"""What Jupyter shows of histories, diagnoses, models and searches: the printed numbers, in HTML that stays harmless."""

import base64
import re
from xml.etree import ElementTree

import pytest

import nn
from autograd import Value, errors
from nn.display import plotted_html
from nn.inspect.plots import curves

HOSTILE = "</td><script>alert(1)</script>&\"'"


def cells(html):
    """The rows of the only table, cell by cell, as a parser of XML reads them: so the tags are balanced too."""
    tree = ElementTree.fromstring(re.sub(r"<(img [^>]*)>", r"<\1/>", html))
    return [["".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]


def test_a_history_shows_the_rows_it_prints_and_its_losses():
    history = nn.History([{"loss": 0.9, "accuracy": 0.5}, {"loss": 0.25, HOSTILE: 1.0}])
    history.ending = "Finished <2> epochs."
    html = history._repr_html_()
    assert cells(html) == [["epoch", "loss", "accuracy", HOSTILE], ["1", "0.9", "0.5", ""], ["2", "0.25", "", "1"]]
    assert "Finished &lt;2&gt; epochs." in html
    assert "<script" not in html
    picture = base64.b64decode(re.search(r'svg\+xml;base64,([^"]+)"', html).group(1))
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert b"polyline" in picture


def test_long_and_empty_histories():
    assert len(cells(nn.History([{"loss": 1.0 / (i + 1)} for i in range(40)])._repr_html_())) == 12
    assert "No epoch is complete yet." in nn.History()._repr_html_()


def test_a_diagnosis_shows_layers_and_remedies():
    model = nn.MLP(2, [2, 1], seed=0)
    model.layers[0].neurons[1].b.data = -100.0
    found = nn.diagnose(model, ([[0.5, -1.0], [1.0, 2.0]], [0.0, 1.0]), nn.mse_loss)
    html = found._repr_html_()
    header, first, _ = cells(html)
    assert header[0] == "layer"
    assert (first[0], first[3]) == ("layers.0: Layer(2, 2, 'relu')", "1/2")
    assert "1. dead ReLUs in layers.0" in html
    assert "Remedy: " in html


def test_a_model_shows_its_parts_and_parameters():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Sequential(nn.Tanh(), nn.Linear(3, 1, seed=1)))
    model[0].requires_grad_(False)
    html = model._repr_html_()
    assert "13 (9 frozen) parameters" in html
    assert cells(html) == [
        ["part", "what it is", "parameters"],
        ["0", "Linear(2, 3)", "9 (9 frozen)"],
        ["1", "Sequential()", "4"],
        ["    0", "Tanh()", ""],
        ["    1", "Linear(3, 1)", "4"],
    ]
    assert [row[0] for row in cells(nn.MLP(2, [3, 1])._repr_html_())[1:]] == ["layers.0", "layers.1"]
    assert "Linear(2, 3)" in nn.Linear(2, 3)._repr_html_()


def test_hostile_names_of_modules_are_only_text():
    class Named(nn.Module):
        def __init__(self):
            self.parts = {HOSTILE: nn.Linear(1, 1)}
            self.own = Value(1.0)

    html = Named()._repr_html_()
    assert "<script" not in html
    assert cells(html)[1][0] == f"parts.{HOSTILE}"


@pytest.mark.slow
def test_the_search_for_a_learning_rate_shows_its_plot(monkeypatch):
    pytest.importorskip("matplotlib").use("agg")
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    data = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
    search = nn.find_learning_rate(model, data, loss=nn.mse_loss, optimizer=optimizer, seed=0, steps=20)
    html = search._repr_html_()
    picture = base64.b64decode(re.search(r'image/png;base64,([^"]+)"', html).group(1))
    assert picture.startswith(b"\x89PNG")
    assert html.count(repr(search)) == 2  # below the picture, and for those who do not see it

    def missing(*sizes):
        raise errors.MissingPackageError("Plots need matplotlib.")

    monkeypatch.setattr(curves, "panels", missing)
    assert plotted_html(search, repr(search)) == f'<div><p style="white-space: pre-wrap">{search!r}</p></div>'
