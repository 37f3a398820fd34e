"""The mistakes of `messages.txt`, one a line, and what their code may use."""

import random
from collections.abc import Iterator
from typing import NamedTuple

import numpy
from project_root import ROOT

import autograd
import nn
from autograd import Value


class Mistake(NamedTuple):
    """One line of `messages.txt`."""

    code: str
    error: str
    """The name of the exception that it raises."""
    words: str
    """What the message says, in parts joined by +."""
    section: str
    """The heading that it stands under."""


class WithoutForward(nn.Module):
    pass


def mistakes() -> Iterator[Mistake]:
    """Yield the lines of `messages.txt`."""
    section = ""
    for line in (ROOT / "tests" / "project" / "messages.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            section = line.removeprefix("# ")
        elif line:
            yield Mistake(*line.split("  =>  "), section)


def names() -> dict[str, object]:
    """Return what a mistake may use: everything public, and a few objects."""
    x, y, model = Value(2.0, "x"), Value(3.0, "y"), nn.MLP(2, [3, 1], seed=1)
    objects = {"x": x, "y": y, "loss": x * y, "model": model, "sgd": nn.SGD(model.parameters(), lr=0.1)}
    modules = {"autograd": autograd, "nn": nn, "numpy": numpy, "random": random}
    public = {name: getattr(autograd, name) for name in autograd.__all__}
    return {
        **public,
        **modules,
        **objects,
        "compile": autograd.compile,
        "class_without_forward": WithoutForward().forward,
    }
