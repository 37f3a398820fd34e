"""How graphs are freed in WebAssembly, tried natively; tests/wasm runs test_depth.py where it is needed."""

import gc
import weakref

import pytest

from autograd import Value, custom_gradient, dot
from autograd.errors import NumberError
from autograd.freeing import hand_over_operands


@pytest.fixture(autouse=True)
def as_in_webassembly(monkeypatch):
    """Free Values as in WebAssembly, and fail where Python would print that it ignores an exception."""
    ignored = []
    monkeypatch.setattr("sys.unraisablehook", ignored.append)
    monkeypatch.setattr(Value, "__del__", hand_over_operands, raising=False)
    yield
    gc.collect()
    assert ignored == []


@custom_gradient
def same(x):
    return x * 1.0, lambda gradient: gradient


@pytest.mark.parametrize(
    "step",
    [lambda y, x: y + x, lambda y, x: dot([y, x], [1.0, 2.0]), lambda y, x: same(y)],
    ids=["binary", "sequences", "custom"],
)
def test_everything_that_nobody_holds_goes(step):
    x = y = Value(1.0)
    nodes = []
    for _ in range(2_000):
        y = step(y, x)
        nodes.append(weakref.ref(y))
    kept = nodes[999]()
    del y
    assert [node() is not None for node in nodes] == [True] * 1_000 + [False] * 1_000
    kept.backward()
    assert x.grad >= 1.0
    del kept
    assert not any(node() for node in nodes)
    assert x.data == 1.0


def test_a_value_that_was_refused_goes_without_a_word():
    with pytest.raises(NumberError):
        Value("one")


def test_a_circle_that_the_user_made_is_collected():
    a = Value(1.0)
    b = a * 2.0
    b.circle = [b]
    seen = weakref.ref(b), weakref.ref(a)
    del a, b
    gc.collect()
    assert [node() for node in seen] == [None, None]
