"""Any console will do: none, a closed one, a writer that fails, an encoding that lacks signs."""

import io
import sys

import pytest

import nn
from autograd import Value, step_through
from autograd.console import printable


class WriterOnly:
    """What some windows put in the place of a stream."""

    def __init__(self):
        self.written = []

    def write(self, text):
        self.written.append(text)


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


class Broken(io.StringIO):
    encoding = "utf-8"

    def write(self, text):
        raise BrokenPipeError(32, "Broken pipe")


STREAMS = {"none": lambda: None, "closed": closed, "writer": WriterOnly, "broken": Broken}
streams = pytest.mark.parametrize("make", STREAMS.values(), ids=STREAMS)


def put(monkeypatch, make):
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, make())


@pytest.mark.parametrize("make", [STREAMS["none"], STREAMS["closed"]], ids=["none", "closed"])
def test_training_goes_on_without_a_console(make, monkeypatch):
    monkeypatch.setattr(sys, "stderr", make())
    model = nn.MLP(2, [1], seed=0)
    assert len(nn.fit(model, nn.make_xor(12, seed=0), loss="mse", optimizer="sgd", epochs=2, compile=False)) == 2


@streams
def test_stepping_prints_where_it_can(make, monkeypatch):
    put(monkeypatch, make)
    step_through(Value(2.0, "a") * 3.0)
    if make is WriterOnly:
        assert "gets 1 × 3 = 3" in "".join(sys.stdout.written)


def test_signs_that_a_console_lacks_are_replaced(monkeypatch):
    assert printable("2 × 3 ≈ 6 …") == "2 × 3 ≈ 6 …"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert printable("∂L/∂x: 2 × 3 ≈ 6 … σ") == r"dL/dx: 2 * 3 ~ 6 ... \u03c3"
