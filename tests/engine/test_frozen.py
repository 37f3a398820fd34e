"""Frozen leaves, ``requires_grad = False``: constants for every derivative, by every route, and the same numbers."""

import copy
import json
import math
import pickle
import random

import pytest

import autograd
from autograd import Value, errors


def frozen(number, label=""):
    value = Value(number, label)
    value.requires_grad = False
    return value


def test_every_leaf_requires_a_gradient_until_it_is_told_otherwise():
    w = Value(2.0, "w")
    assert w.requires_grad
    w.grad = 5.0
    w.requires_grad = False
    assert (w.requires_grad, w.grad, isinstance(w, Value)) == (False, 0.0, True)
    assert repr(w) == "Value(data=2.0, grad=0.0, label='w', requires_grad=False)"
    w.grad = 3.0
    w.grad += 1.0
    assert w.grad == 0.0
    w.data = 7.0
    w.requires_grad = True
    assert (w.requires_grad, w.grad, w.data, type(w)) == (True, 0.0, 7.0, Value)
    (w * 2).backward()
    assert w.grad == 2.0


def everything(w, x):
    """Use both Values in every kind of operation: numbers, each other, formulas, sequences, mixed with literals."""
    total = w + x - 2 * w + w * x + x / w + w / x + w**x + x**2.0 + 3.0**w + w.tanh() * abs(x) + -w
    total = total + autograd.dot([w, x, 2.0], [x, w, w]) + autograd.logsumexp([w, x, 1.0]) + autograd.softmax([w, x])[0]
    return total + autograd.maximum(w, x) + autograd.where(w, x, w) + autograd.prod([w, x, w]) + w * w


@pytest.mark.parametrize("which", [0, 1])
def test_backward_leaves_the_others_gradients_as_they_are_to_the_last_bit(which):
    plain, pair = [Value(1.5), Value(0.75)], [Value(1.5), Value(0.75)]
    pair[which].requires_grad = False
    everything(*plain).backward()
    result = everything(*pair)
    result.backward()
    assert pair[which].grad == 0.0
    assert pair[1 - which].grad == plain[1 - which].grad
    assert result.data == everything(*plain).data


def test_freezing_holds_for_graphs_that_are_there_already():
    w, x = Value(2.0), Value(3.0)
    product = w * x
    w.requires_grad = False
    product.backward()
    assert (w.grad, x.grad) == (0.0, 2.0)


def test_a_gradient_too_large_for_a_float_is_no_error_where_nobody_keeps_it():
    w, x = frozen(1e-300), Value(1.0)
    (1e200 * (1e200 * w) + x).backward()
    assert (w.grad, x.grad) == (0.0, 1.0)
    program = autograd.compile(lambda: 1e200 * (1e200 * w) + x, backend="straight")
    program().backward()
    assert x.grad == 2.0
    w.requires_grad = True
    for run in (program, lambda: 1e200 * (1e200 * w) + x):
        with pytest.raises(errors.NumberOverflowError, match=r"gradient of .* is too large for a float"):
            run().backward()


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_programs_drop_the_gradient_and_read_the_number_afresh(backend):
    if backend == "array":
        pytest.importorskip("numpy", reason="NumPy is not installed")
    w, x, given = frozen(1.5), Value(0.75), Value(0.5)
    program = autograd.compile(lambda y: everything(w, x) * y + w, backend=backend)
    expected = [Value(1.5), Value(0.75), Value(0.5)]
    (everything(*expected[:2]) * expected[2] + expected[0]).backward()
    program(given).backward()
    assert w.grad == 0.0
    assert [x.grad, given.grad] == pytest.approx([value.grad for value in expected[1:]], rel=1e-13)
    w.data = 2.5
    assert program(given).data == pytest.approx((everything(Value(2.5), x) * given + 2.5).data, rel=1e-13)
    given.requires_grad = False
    program(given).backward()
    assert given.grad == 0.0
    w.requires_grad = True
    program(given).backward()
    assert w.grad != 0.0
    assert program.recordings == 1  # freezing is no reason to record anew


def test_programs_of_several_outputs():
    w, x = frozen(2.0), Value(3.0)
    first, second = autograd.compile(lambda: [w * x, w + x])()
    (first + second).backward()
    assert (w.grad, x.grad) == (0.0, 3.0)


def test_derivatives_as_functions_and_of_higher_order():
    w, x = frozen(2.0), Value(3.0)
    (slope,) = autograd.gradient(w * x**3, [x])
    slope.backward()
    assert (slope.data, w.grad, x.grad) == (54.0, 0.0, 36.0)
    slope = autograd.grad(lambda y: w * y**3)(3.0)
    assert (type(slope), slope) == (float, 54.0)  # nothing is left that a gradient could go to
    assert autograd.hessian(lambda y: w * y**3)(3.0) == 36.0
    assert autograd.grad(lambda y: y * y)(w).data == 4.0  # an argument is asked for by name
    assert w.grad == 0.0


def test_the_gradient_with_respect_to_a_constant_is_refused():
    w = frozen(2.0, "w")
    with pytest.raises(errors.ArgumentError, match=r"label='w'.* is frozen.*set requires_grad = True first"):
        autograd.gradient(w * Value(3.0), [w])
    assert [slope.data for slope in autograd.gradient(w, [Value(1.0)])] == [0.0]


def test_only_a_leaf_can_be_frozen():
    product = Value(2.0) * Value(3.0)
    product.requires_grad = True
    with pytest.raises(errors.ArgumentError, match=r"is for leaves.*was computed from others.*detach"):
        product.requires_grad = False
    with autograd.no_grad():
        leaf = Value(2.0) * Value(3.0)
    leaf.requires_grad = False
    assert not leaf.requires_grad


def test_copies_and_pickles_stay_frozen_and_keep_attributes():
    w, x = frozen(2.0, "w"), Value(3.0, "x")
    w.note = "embedding"
    graph = w * x
    for copied in (copy.copy(w), copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        assert (copied.requires_grad, copied.data, copied.label, copied.note) == (False, 2.0, "w", "embedding")
    for copied in (copy.deepcopy(graph), pickle.loads(pickle.dumps(graph))):
        copied.backward()
        own_w, own_x = copied.parents
        assert (own_w.grad, own_x.grad, own_w.requires_grad) == (0.0, 2.0, False)
        own_w.requires_grad = True
        copied.backward()
        assert own_w.grad == 3.0


@pytest.mark.slow
def test_the_steps_and_the_page_say_what_backward_does():
    w, x = frozen(2.0, "w"), Value(3.0, "x")
    loss = (w * x + w).tanh()
    last = list(autograd.steps(loss))[-1]
    assert "w gets 0.7" not in last.narration
    assert "× 0 = 0" in last.narration
    page = autograd.explore(loss)
    assert '"constants":[0]' in page.html.replace(" ", "")
    loss.backward()
    assert autograd.explain(x, loss).gradient == pytest.approx(x.grad, rel=1e-15)


def test_training_only_one_of_two_factors():
    chance = random.Random(0)
    w, x = frozen(2.0), Value(0.0)
    for _ in range(200):
        target = chance.uniform(1, 2)
        x.grad = 0.0
        ((w * x - 3.0) ** 2 + 0.0 * target).backward()
        x.data -= 0.05 * x.grad
        w.data -= 0.05 * w.grad
    assert (w.data, x.data) == (2.0, pytest.approx(1.5, rel=1e-9))
    assert json.dumps(w.data) == "2.0"
    assert math.isfinite(x.grad)
