"""Gathering sums: chains of additions become sums of many terms, and like products become dot products."""

import pytest

import autograd
from autograd import Value
from autograd.formulas.operation import OPERATIONS
from autograd.gradients.structures import NO_ENTRIES, Items, Vector
from autograd.program.record import record
from autograd.program.trace import Leaf, Trace
from autograd.program.tracing import trace

pytest.importorskip("numpy")
from autograd.program.sums import Gathering, gather_sums


def gathered(function, count=4):
    """Gather the sums of a function of ``count`` numbers."""
    shape = Items(tuple, (Vector(tuple, count), NO_ENTRIES))
    return gather_sums(trace(record(function, shape, [f"x{i}" for i in range(count)], {})))


def names(made):
    """Return the names of the operations in order."""
    return [operation.name for operation in made.operations]


W = [Value(float(i), f"w{i}") for i in range(4)]


def test_a_loop_over_products_is_one_dot_product():
    def loop(*xs):
        total = 0.0
        for w, x in zip(W, xs, strict=True):
            total = total + w * x
        return total

    for function in (loop, lambda *xs: sum(w * x for w, x in zip(W, xs, strict=True)), lambda *xs: autograd.dot(W, xs)):
        made = gathered(function)
        assert names(made) == ["dot"]
        left, right = made.arguments_of(made.outputs[0])
        assert (left, right) == (tuple(made.parameters), tuple(made.inputs))


def test_a_bias_stays_outside_the_dot_product():
    made = gathered(lambda *xs: sum(w * x for w, x in zip(W, xs, strict=True)) + W[0])
    assert sorted(names(made)) == ["add", "dot"]
    made = gathered(lambda *xs: sum((w * x for w, x in zip(W, xs, strict=True)), W[0]))
    assert sorted(names(made)) == ["add", "dot"]


def test_a_chain_of_additions_is_one_sum():
    made = gathered(
        lambda a, b, c, d: autograd.sum([(autograd.exp(a) + autograd.exp(b)) + autograd.exp(c), autograd.exp(d)])
    )
    assert names(made) == ["exp", "exp", "exp", "exp", "sum"]
    assert len(made.arguments_of(made.outputs[0])[0]) == 4


def test_a_sum_of_leaves_is_one_sum():
    assert names(gathered(lambda *xs: autograd.sum(xs), 50)) == ["sum"]
    assert names(gathered(lambda *xs: sum(xs) + sum(W), 50)) == ["sum", "sum", "add"]
    assert names(gathered(lambda *xs: autograd.mean(xs), 50)) == ["sum", "div"]
    made = gathered(lambda *xs: autograd.sum([autograd.exp(x) + 1 for x in xs]), 3)
    assert names(made) == ["exp", "exp", "exp", "sum", "sum", "add"]


def test_a_partial_sum_that_is_used_elsewhere_stays():
    def function(a, b, c, d):
        half = autograd.exp(a) + autograd.exp(b)
        return [half + (autograd.exp(c) + autograd.exp(d)), half]

    made = gathered(function)
    total, half = made.outputs
    assert half in made.arguments_of(total)[0] if isinstance(made.arguments_of(total)[0], tuple) else True
    assert names(made).count("exp") == 4
    assert made.operation_of(half).name in {"add", "sum"}


def test_a_product_that_is_used_elsewhere_is_no_part_of_a_dot_product():
    def function(a, b, c, d):
        product = a * b
        return [product + c * d, product]

    made = gathered(function)
    assert "dot" not in names(made)
    assert made.operation_of(made.outputs[1]).name == "mul"


def test_unlike_products_do_not_mix():
    made = gathered(lambda a, b, c, d: sum([W[0] * a, W[1] * b, autograd.exp(a) * autograd.sin(b), W[2] * c]))
    assert names(made).count("dot") == 1
    assert len(made.arguments_of(len(made.leaves) + names(made).index("dot"))[0]) == 3


def test_an_observed_partial_result_stays():
    def function(a, b, c, d):
        half = autograd.exp(a) + autograd.exp(b)
        autograd.observe([half], print)
        return half + autograd.exp(c) + autograd.exp(d)

    made = gathered(function)
    assert made.operation_of(made.observed[0][0]).name in {"add", "sum"}


def test_sums_of_one_term_and_of_none():
    made = gathered(lambda a, b, c, d: [autograd.sum([a]), autograd.sum([b * c])])
    assert made.outputs[0] == made.inputs[0]
    assert made.operation_of(made.outputs[1]).name == "mul"


def test_leaves_and_other_operations_keep_their_place():
    def function(a, b, c, d):
        return [autograd.maximum(a * b, c), d]

    made = gathered(function)
    assert names(made) == ["mul", "maximum"]
    assert made.outputs[1] == made.inputs[3]


def test_uses_are_counted_through_shared_tuples():
    leaves, operations = [Leaf.INPUT] * 4, [OPERATIONS["max"]] * 3
    made = Trace(leaves, operations=operations, operands=[(-1, 3), (-1,), (3,)], sequences=[(1, 2, 2)])
    assert Gathering(made).uses().tolist() == [0, 2, 4, 2, 0, 0, 0]
