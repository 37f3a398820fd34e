"""A chain of a million operations builds, differentiates, copies, pickles and is freed: nothing recurses."""

import copy
import pickle
import weakref

import pytest

from autograd import Value, gradient
from autograd.graph import consumers, topological_order

LENGTHS = [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)]
"""Both are far beyond Python's own limit of 1,000 calls; the second one is what the library promises."""


@pytest.fixture(scope="module", params=LENGTHS)
def length(request):
    return request.param


@pytest.fixture(scope="module")
def chain(length):
    x = Value(1.0, "x")
    y = x
    for _ in range(length // 2):
        y = y * 1.0 + 1.0
    return x, y


def test_builds_and_differentiates(chain, length):
    x, y = chain
    y.zero_grad()
    y.backward()
    assert (y.data, x.grad) == (1.0 + length // 2, 1.0)


def test_is_listed_parents_first(chain, length):
    x, y = chain
    order = topological_order(y)
    assert (len(order), order[0], order[-1]) == (length + 1, x, y)


def test_pickles(chain):
    x, y = chain
    x_again, y_again = pickle.loads(pickle.dumps((x, y)))
    assert y_again.data == y.data
    y_again.zero_grad()
    y_again.backward()
    assert x_again.grad == 1.0


def test_deep_copies(chain):
    x, y = chain
    x_again, y_again = copy.deepcopy((x, y))
    assert x_again is not x
    y_again.zero_grad()
    y_again.backward()
    assert x_again.grad == 1.0


def test_is_freed_without_recursion(length):
    y = x = Value(1.0)
    for _ in range(length):
        y = y + 1.0
    ref = weakref.ref(y)
    del y
    assert ref() is None
    assert x.data == 1.0


@pytest.mark.slow
def test_long_chains_of_many_kinds_and_of_gradients():
    x = Value(0.5)
    y = x
    for _ in range(5_000):
        y = (y.tanh() + x).sin()
    first, = gradient(y, [x])  # fmt: skip
    second, = gradient(first, [x])  # fmt: skip
    y.backward()
    assert first.data == pytest.approx(x.grad, rel=1e-12)
    h = 1e-5
    around = []
    for moved in (0.5 - h, 0.5, 0.5 + h):
        z = Value(moved)
        for _ in range(5_000):
            z = (z.tanh() + moved).sin()
        around.append(z.data)
    assert second.data == pytest.approx((around[0] - 2 * around[1] + around[2]) / h**2, rel=1e-4)


@pytest.mark.slow
def test_one_node_with_many_operands():
    import autograd

    xs = [Value(1.0) for _ in range(100_000)]
    total = autograd.sum(xs)
    total.backward()
    assert (total.data, xs[-1].grad) == (100_000.0, 1.0)
    assert len(consumers(total)[xs[0]]) == 1
