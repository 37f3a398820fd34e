"""The quick ways to apply rows give what the general way gives: the same number, the same node, the same error."""

import math
from fractions import Fraction
from types import SimpleNamespace

import pytest

import autograd
from autograd import Value, atan2, dot, elu, errors, exp, maximum, no_grad
from autograd.engine import carry_out, chain_rule
from autograd.formulas.operation import OPERATIONS
from autograd.frozen import Frozen

TWO_NUMBERS = [
    row
    for row in OPERATIONS.values()
    if row.sequences == (False, False) and row.probes and "index" not in row.operands  # which is no number
]


@pytest.mark.parametrize("row", TWO_NUMBERS, ids=lambda row: row.name)
def test_a_row_of_two_numbers_is_the_same_at_first_and_later(row):
    x, y = row.probes[0]
    for second in (y, Value(y)):
        first = Value(x)
        slow, _, quick = carry_out(row, (first, second)), row(first, second), row(first, second)
        assert Value in row.pair_lanes
        assert (quick.data, quick.operation, quick.operands) == (slow.data, row, (first, second))
        assert quick.local_derivatives() == slow.local_derivatives()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_not_lost_in_a_choice(number):
    assert maximum(Value(0.0), 1.0).data == maximum(Value(0.0), Value(1.0)).data == 1.0
    assigned = Value(2.0)
    assigned.data = number
    for operands in ((assigned, 1.0), (Value(1.0), assigned), (Value(1.0), number)):
        with pytest.raises(errors.ArgumentError, match="finite"):
            maximum(*operands)


def test_second_operands_of_other_kinds():
    x = Value(0.5)
    assert [maximum(x, y).data for y in (1, True, Fraction(3, 2), 2**400)] == [1.0, 1.0, 1.5, 2.0**400]
    frozen = Value(3.0)
    frozen.requires_grad = False
    assert isinstance(frozen, Frozen)
    assert maximum(x, frozen).parents == (x, frozen)
    assert maximum(frozen, x).parents == (frozen, x)
    assert maximum(1.0, x).operands == (1.0, x)
    with pytest.raises(errors.NumberError, match="Convert text first"):
        maximum(x, "1.0")
    with pytest.raises(errors.NumberError, match="SimpleNamespace"):  # has a number, but is none
        maximum(SimpleNamespace(data=1.0), x)
    with pytest.raises(errors.NumberOverflowError):
        maximum(x, 10**400)


def test_names_defaults_and_wrong_counts():
    x = Value(-1.0)
    assert exp(x).data == exp(x=x).data == math.exp(-1.0)
    assert elu(x).data == elu(x, 1).data == elu(x, alpha=1.0).data
    assert atan2(x, 1.0).data == autograd.atan2(y=x, x=1.0).data
    for wrong in (lambda: exp(x, x), lambda: exp(x, alpha=1.0), lambda: maximum(x), lambda: maximum(x, x, x), exp):
        with pytest.raises(errors.CallError):
            wrong()


def test_no_graph_is_built_within_no_grad():
    x = Value(0.5)
    assert maximum(x, 1.0).parents == (x,)
    with no_grad():
        assert maximum(x, 1.0).parents == exp(x).parents == ()


@pytest.mark.parametrize("kinds", ["VV", "VL", "LV", "MV", "VM", "FV"])
def test_a_product_of_sequences_is_added_up_and_passed_back_as_the_chain_rule_says(kinds):
    numbers = (0.1, -0.7, 3.3, 0.1), (1.7, 0.3, -0.2, 5.1)
    one, other, frozen = Value(0.1), Value(-0.7), Value(2.0)
    frozen.requires_grad = False
    of_kind = {
        "V": lambda xs: (one, other, *map(Value, xs[2:])),  # which stand on both sides: the order of adding matters
        "L": lambda xs: xs,
        "M": lambda xs: (one, *xs[1:]),
        "F": lambda xs: (frozen, *map(Value, xs[1:])),
    }
    xs, ys = (of_kind[kind](side) for kind, side in zip(kinds, numbers, strict=True))
    ys = ys[::-1]
    node, slow = dot(xs, ys), carry_out(dot, (xs, ys))
    assert (node.data, node.operands, node._rule) == (slow.data, slow.operands, slow._rule)
    found = []
    for pass_back in (node._rule.pass_back, chain_rule):
        for parent in node.parents:
            parent.grad = 0.3
        node.grad = 0.7
        pass_back(node)
        found.append([parent.grad for parent in node.parents])
    assert found[0] == found[1]


def test_sequences_of_other_lengths_or_without_a_number_are_refused():
    values = tuple(map(Value, (1.0, 2.0)))
    with pytest.raises(errors.ArgumentError, match="same length"):
        dot(values, values[:1])
    with pytest.raises(errors.NumberError):
        dot(values, (Value(1.0), None))
    values[0].data = math.inf
    with pytest.raises(errors.ArgumentError, match="finite"):
        dot(values, values)


def test_sequences_without_a_value_in_front_take_the_general_way():
    w, x = Value(0.5), Value(2.0)
    assert dot([w, x], [x, w]).data == 2.0  # the way for Values is made
    assert dot([1.0, 2.0], (3.0, 4.0)) == 11.0
    assert type(dot((1.0, 2), [3.0, 4.0])) is float
    first_is_a_number, none_left = dot([1.0, w], [x, x]), dot([w, 2.0], [1.0, 3.0])
    assert (first_is_a_number.data, first_is_a_number.parents) == (3.0, (w, x, x))
    assert (none_left.data, none_left.parents) == (6.5, (w,))
    for empty in (([], []), ((), [w]), ([w], [])):
        with pytest.raises(errors.ArgumentError):
            dot(*empty)
    with no_grad():
        assert dot([w], [x]).parents == ()
