"""Compiled functions refuse what cannot be compiled, and fail on bad numbers as they do without compiling."""

import math
import random

import pytest

import autograd
from autograd import Value
from autograd.errors import (
    ArgumentError,
    DivisionByZeroError,
    DomainError,
    NumberError,
    NumberOverflowError,
    RecordingError,
)

# --- reading numbers, randomness, positions -----------------------------------------------------------------


def test_reading_a_number_names_the_line(compiled):
    def function(x):
        if x > 0:  # here
            return x
        return -x

    with pytest.raises(RecordingError) as caught:
        compiled(function)(1.0)
    assert "if x > 0:  # here" in str(caught.value)
    assert "where(condition, x, y)" in str(caught.value)


def test_a_function_that_fails_leaves_nothing_behind(compiled):
    works = []

    def function(x):
        if not works:
            raise KeyError("not yet")
        return x * 2

    f = compiled(function)
    with pytest.raises(KeyError):
        f(1.0)
    works.append(True)
    assert f(1.0).data == 2.0
    assert (Value(1.0) + 1).parents != ()


def test_numbers_drawn_anew_at_each_call(compiled):
    def noisy(generator):
        def draw(count):
            return [generator.gauss(0, 1) for _ in range(count)]

        return lambda x: sum(n * x for n in autograd.fresh(draw, 3)) + autograd.fresh(draw, 1)[0]

    f, eager = compiled(noisy(random.Random(1))), noisy(random.Random(1))
    assert [f(2.0).data for _ in range(4)] == pytest.approx([eager(2.0) for _ in range(4)], rel=1e-14)


def test_the_gradient_belongs_to_the_numbers_that_were_drawn(compiled):
    w = Value(1.0)
    chance = random.Random(0)
    f = compiled(lambda: w * autograd.fresh(lambda n: [chance.random() for _ in range(n)], 1)[0])
    first, second = f(), f()
    first.backward()
    assert w.grad == first.data != second.data
    assert autograd.gradient(first, [w])[0].data == first.data


def test_observed_numbers_are_told_at_each_call(compiled):
    seen = []

    def function(x):
        autograd.observe([x * x, 7, x], lambda numbers: seen.append([float(n) for n in numbers]))
        return x + 1

    f = compiled(function)
    f(2.0)
    f(3.0)
    f(Value(4.0)).backward()
    assert seen == [[4.0, 7.0, 2.0], [9.0, 7.0, 3.0], [16.0, 7.0, 4.0]]


def test_a_callback_may_call_the_function_again(compiled):
    inner = []
    w = Value(2.0)

    def look(numbers):
        if not inner:
            inner.append(None)
            inner[0] = f(10.0).data

    def function(x):
        y = w * x
        autograd.observe([y], look)
        return y * y

    f = compiled(function)
    result = f(3.0)
    result.backward()
    assert (result.data, inner, w.grad) == (36.0, [400.0], 36.0)


def test_positions_may_change_from_call_to_call(compiled):
    table = [[Value(0.1 * i + j) for j in range(2)] for i in range(4)]

    def embedded(indices):
        rows = [[autograd.take([row[j] for row in table], i) for j in range(2)] for i in indices]
        return sum((k + 1) * x * x for k, row in enumerate(rows) for x in row)

    f = compiled(embedded)
    for indices in ([0, 1, 2], [3, 3, 0], [1, 0, 1]):
        for run in (f, embedded):
            autograd.zero_grad([x for row in table for x in row])
            run(indices).backward()
            gradients = [x.grad for row in table for x in row]
            if run is f:
                found = gradients
        assert found == pytest.approx(gradients, rel=1e-14)
    assert f.recordings == 1


@pytest.mark.parametrize("index", [3, -1, 0.5, math.inf])
def test_a_position_that_is_none_is_an_error(compiled, index):
    values = [Value(1.0), Value(2.0), Value(3.0)]
    f = compiled(lambda i: autograd.take(values, i) * 2)
    assert f(2).data == 6.0
    with pytest.raises(ArgumentError, match=r"whole number from 0 to 2|finite"):
        f(index)
    assert f(1).data == 4.0


# --- errors -------------------------------------------------------------------------------------------------

BREAKING = {
    "overflow": (lambda x: autograd.exp(x * 100), 1.0, 50.0, NumberOverflowError, r"exp\(x\)"),
    "product": (lambda x: x * 1e200 * x, 1.0, 1e200, NumberOverflowError, r"x \* y"),
    "log": (lambda x: autograd.log(x) + 1, 1.0, -2.0, DomainError, r"log\(x\) is not defined at x = -2.0"),
    "sqrt": (autograd.sqrt, 1.0, -1.0, DomainError, "sqrt"),
    "division": (lambda x: 1 / x, 1.0, 0.0, DivisionByZeroError, "divides by zero"),
    "nothing by zero": (lambda x: 0 / x, 1.0, 0.0, DivisionByZeroError, "divides by zero"),
    "power": (lambda x: x**0.5, 1.0, -4.0, DomainError, r"x \*\* y"),
    "power of zero": (lambda x: x**-1, 1.0, 0.0, DomainError, r"x \*\* y"),
    "asin": (autograd.asin, 0.5, 2.0, DomainError, "asin"),
    "log1p": (autograd.log1p, 0.5, -1.0, DomainError, "log1p"),
    "sinh": (autograd.sinh, 0.5, 1000.0, NumberOverflowError, "sinh"),
    "prod": (lambda x: autograd.prod([x, x, 1e200]), 0.5, 1e60, NumberOverflowError, "prod"),
    "sum": (lambda x: autograd.sum([x, x]), 0.5, 1e308, NumberOverflowError, "sum"),
}


@pytest.mark.parametrize("case", BREAKING.values(), ids=BREAKING)
@pytest.mark.filterwarnings("error")
def test_bad_numbers_are_the_same_errors_as_without_compiling(compiled, case):
    function, good, bad, error, text = case
    f = compiled(function)
    f(good)
    for argument in (bad, Value(bad, "mine")):
        with pytest.raises(error, match=text) as caught:
            f(argument)
        with pytest.raises(error) as expected:
            function(Value(argument.data if isinstance(argument, Value) else argument, getattr(argument, "label", "")))
        assert str(caught.value).partition(" At ")[0] == str(expected.value).partition(" At ")[0]
        assert "test_compile_errors.py" in str(caught.value)
    assert f(good).data == pytest.approx(getattr(function(good), "data", function(good)), rel=1e-14)


def test_the_derivative_that_does_not_exist_is_named_and_nothing_is_changed(compiled):
    w, v = Value(0.0, "w"), Value(1.0)
    v.grad = 5.0
    result = compiled(lambda x: autograd.sqrt(w * x) + v)(1.0)
    with pytest.raises(DivisionByZeroError, match=r"derivative of sqrt\(x\) divides by zero at x = 0.0"):
        result.backward()
    assert (w.grad, v.grad) == (0.0, 5.0)


def test_a_gradient_too_large_for_a_float_changes_nothing(compiled):
    w, v = Value(1e-300, "w"), Value(1.0, "v")
    result = compiled(lambda x: (w * x) * x * 1e-10 + v)(1e155)
    with pytest.raises(NumberOverflowError, match="too large for a float"):
        result.backward(1e200)
    assert (w.grad, v.grad) == (0.0, 0.0)


def test_gradients_that_add_up_to_too_much_change_nothing(compiled):
    w, v = Value(1.0, "w"), Value(1.0)
    w.grad, v.grad = 1.7e308, 3.0
    result = compiled(lambda x: w * x + v)(1.7e308)
    with pytest.raises(NumberOverflowError, match="gradient of Value"):
        result.backward()
    assert (w.grad, v.grad) == (1.7e308, 3.0)


def test_large_gradients_of_several_parameters_are_fine(compiled):
    w, v = Value(1.0), Value(-1.0)
    compiled(lambda x: w * x + v * x)(1.7e308).backward()
    assert (w.grad, v.grad) == (1.7e308, 1.7e308)


def test_a_slope_that_is_not_chosen_need_not_exist(compiled):
    x, y = Value(0.0), Value(0.0)
    result = compiled(lambda: x**y)()
    result.backward()
    assert (result.data, x.grad, y.grad) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("seed", ["1", None, math.nan, math.inf, 1j])
def test_a_seed_is_a_number(compiled, seed):
    w = Value(2.0)
    result = compiled(lambda: w * w)()
    with pytest.raises((NumberError, ArgumentError), match="Expected a"):
        result.backward(seed)
    assert w.grad == 0.0


def test_something_else_than_numbers_assigned_is_named(compiled):
    w = Value(2.0)
    f = compiled(lambda x: w * x)
    f(1.0)
    w.grad = None
    with pytest.raises(NumberError, match=r"Assign only numbers to .data and .grad"):
        f(1.0).backward()
    w.data = "text"
    with pytest.raises(NumberError, match="not a number"):
        f(1.0)
