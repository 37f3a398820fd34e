"""The pictures in the documentation show what the library draws today."""

import runpy
import xml.etree.ElementTree as ET

import pytest
from project_root import ROOT

from autograd.views.picture.digraph import laid_out

DOCS = ROOT / "docs"


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("name", ["first_graph", "network"])
def test_the_picture_is_up_to_date(name):
    script = runpy.run_path(str(DOCS / "make_pictures.py"))
    now = laid_out(script[name]().source)
    committed = (DOCS / "pictures" / f"{name}.svg").read_bytes()
    assert texts(committed) == texts(now), "run: python docs/make_pictures.py"


def test_the_first_picture_is_that_of_the_readme():
    shown = texts((DOCS / "pictures" / "first_graph.svg").read_bytes())
    for number in ("data 16", "grad -24", "grad 16", "grad 8"):  # the loss and the gradients of a, b and c
        assert number in shown
