"""The quick ways to apply rows give what the general way gives: the same number, the same node, the same error."""

import math
from fractions import Fraction
from types import SimpleNamespace

import pytest

import autograd
from autograd import Value, atan2, elu, errors, exp, maximum, no_grad
from autograd.engine import applied
from autograd.formulas.operation import OPERATIONS
from autograd.frozen import Frozen

TWO_NUMBERS = [row for row in OPERATIONS.values() if row.sequences == (False, False) and row.probes]


@pytest.mark.parametrize("row", TWO_NUMBERS, ids=lambda row: row.name)
def test_a_row_of_two_numbers_is_the_same_at_first_and_later(row):
    x, y = row.probes[0]
    for second in (y, Value(y)):
        first = Value(x)
        slow, _, quick = applied(row, (first, second)), row(first, second), row(first, second)
        assert Value in row.lanes
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
    for wrong in (lambda: exp(x, x), lambda: maximum(x), lambda: maximum(x, x, x), exp):
        with pytest.raises(errors.CallError):
            wrong()


def test_no_graph_is_built_within_no_grad():
    x = Value(0.5)
    assert maximum(x, 1.0).parents == (x,)
    with no_grad():
        assert maximum(x, 1.0).parents == exp(x).parents == ()
