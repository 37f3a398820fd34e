"""NumPy's functions on Values, and on arrays of them: what they give, and what they say where there is nothing."""

import math
import re

import pytest

import autograd
from autograd import Value, compile, errors, no_grad
from autograd.formulas.operation import OPERATIONS

numpy = pytest.importorskip("numpy")
SPELLINGS = pytest.importorskip("autograd.formulas.numpy").SPELLINGS

NUMBERS = {"acosh": 1.5, "log": 0.3, "log2": 0.3, "log10": 0.3, "sqrt": 0.3}
UNARY = {name: spelled for name, spelled in SPELLINGS.items() if OPERATIONS[name].operands == ("x",)}
BINARY = ["maximum", "minimum", "hypot", "arctan2", "copysign", "remainder", "logaddexp", "add", "subtract", "power"]


@pytest.mark.parametrize(("name", "spelled"), UNARY.items())
def test_elementwise_functions_are_the_rows(name, spelled):
    number = NUMBERS.get(name, 0.7)
    function, row = getattr(numpy, spelled), OPERATIONS[name]
    x = Value(number)
    made = function(x)
    assert type(made) is Value
    assert made.operation is row
    assert made.data == pytest.approx(float(function(number)), rel=1e-14)
    made.backward()
    expected = Value(number)
    row(expected).backward()
    assert x.grad == expected.grad


@pytest.mark.parametrize("spelled", BINARY)
def test_elementwise_functions_of_two(spelled):
    function = getattr(numpy, spelled)
    x, array = Value(0.7), numpy.array([[0.5, 2.0], [1.5, 0.25]])
    for made, expected in (
        (function(x, array), function(0.7, array)),
        (function(array, x), function(array, 0.7)),
        (function(x, [0.5, 2.0]), function(0.7, [0.5, 2.0])),
    ):
        assert made.shape == expected.shape
        assert all(type(item) is Value for item in made.flat)
        assert [item.data for item in made.flat] == pytest.approx(list(expected.flat), rel=1e-14)
    assert type(function(x, Value(2.0))) is Value
    assert function(x, numpy.float64(2.0)).data == function(0.7, 2.0)


@pytest.mark.parametrize(
    "function",
    [
        *[
            numpy.sin,
            numpy.exp,
            numpy.arcsin,
            numpy.arctanh,
            numpy.log2,
            numpy.cbrt,
            numpy.abs,
            numpy.square,
            numpy.sqrt,
        ],
        *[lambda a: numpy.hypot(a, 2.0), lambda a: numpy.arctan2(a, a[::-1])],
        *[lambda a: numpy.remainder(a, 0.4), lambda a: numpy.maximum(a, 0.5)],
        *[numpy.sum, numpy.mean, numpy.prod, numpy.max, numpy.min, numpy.std, numpy.var, numpy.linalg.norm],
        *[lambda a: numpy.dot(a, [1.0, 2.0, 3.0]), numpy.cumsum, numpy.cumprod, lambda a: numpy.std(a, ddof=1)],
        *[lambda a: numpy.where(a > 0.4, a, 0.0), lambda a: numpy.outer(a, a), numpy.conjugate],
        *[numpy.rint, numpy.degrees, numpy.fabs, lambda a: numpy.fmax(a, 0.5)],
    ],
)
def test_arrays_of_values(function):
    numbers = numpy.array([0.9, 0.3, 0.7])
    values = numpy.array([Value(x) for x in numbers])
    found, expected = numpy.asarray(function(values), dtype=object), numpy.asarray(function(numbers))
    assert found.shape == expected.shape
    plain = [item.data if isinstance(item, Value) else item for item in found.flat]
    assert plain == pytest.approx(list(expected.flat), rel=1e-14)
    total = sum(item for item in found.flat if isinstance(item, Value))
    total.backward()
    step = 1e-6
    for i, value in enumerate(values):
        above, below = numbers.copy(), numbers.copy()
        above[i] += step
        below[i] -= step
        slope = (numpy.sum(function(above)) - numpy.sum(function(below))) / (2 * step)
        assert value.grad == pytest.approx(slope, rel=1e-7, abs=1e-8)


def test_functions_that_are_no_elementwise_ones():
    x, y = Value(0.25), Value(2.0)
    assert numpy.clip(y, 0, 1).operation is autograd.clamp
    assert numpy.sinc(Value(0.0)).operation is autograd.sinc
    assert numpy.round(y).operation is autograd.round
    assert numpy.sum(x) is x
    assert list(numpy.stack([x, y])) == [x, y]
    assert list(numpy.where(numpy.array([True, False]), x, y)) == [x, y]
    assert numpy.linalg.norm(numpy.array([x, y])).data == math.hypot(0.25, 2.0)
    assert list(numpy.array([0.1, 1.0]) < x) == [True, False]
    assert (numpy.array([0.1, 1.0]) < x).dtype == bool
    assert not numpy.isnan(x)
    assert numpy.isfinite(x)


def test_ties_follow_the_row_where_numpy_asks():
    x = Value(1.0)
    numpy.maximum(x, numpy.array([1.0]))[0].backward()
    assert x.grad == 0.5


def test_in_place_arithmetic_on_an_array():
    x = Value(2.0)
    values = numpy.array([Value(1.0), Value(3.0)])
    values *= x
    assert [v.data for v in values] == [2.0, 6.0]
    numbers = numpy.ones(2)
    with pytest.raises(errors.NumberError, match=re.escape("array = array * value")):
        numbers *= x
    assert list(numbers) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: numpy.heaviside(x, 0.5), "heaviside"),
        (numpy.add.reduce, "add.reduce"),
        (lambda x: numpy.sin(x, dtype=object), "sin(..., dtype=...)"),
        (numpy.frexp, "frexp"),
        (lambda x: numpy.linspace(0.0, 1.0, x), ""),
    ],
)
def test_what_has_no_counterpart_names_ours(call, name):
    with pytest.raises(errors.NumberError, match=rf"{re.escape(name)}.*autograd"):
        call(Value(0.5))


# --- numbers out of Values --------------------------------------------------------------------------------


def test_float_refuses_only_where_a_gradient_would_be_lost():
    x = Value(2.6)
    for attempt in (float, int, complex, round, math.trunc, math.floor, lambda v: numpy.array([v], dtype=float)):
        with pytest.raises(errors.NumberError, match="lose its gradient"):
            attempt(x)
        with no_grad():
            attempt(x)
    assert x.item() == 2.6
    with no_grad():
        assert (float(x), int(x), complex(x), round(x), round(x, 1), math.floor(x)) == (2.6, 2, 2.6 + 0j, 3, 2.6, 2)
        assert numpy.asarray([x, x], dtype=float).tolist() == [2.6, 2.6]


def test_the_message_names_the_function_to_write_instead():
    x = Value(2.0)
    with pytest.raises(errors.NumberError, match=r"math\.sin\(value\).*Use autograd\.sin\(value\)"):
        math.sin(x)
    with pytest.raises(errors.NumberError, match=r"Use autograd\.lgamma\(value\)"):
        math.lgamma(x)
    with pytest.raises(errors.NumberError, match=r"such as round\(value\).*Use autograd\.round\(value\)"):
        round(x)


def test_the_message_inside_compile_names_it_too():
    @compile
    def f(x):
        return math.sin(x)

    with pytest.raises(errors.RecordingError, match=r"Write autograd\.sin\(value\) for math\.sin\(value\)"):
        f(1.0)
    with pytest.raises(errors.RecordingError, match="number behind a Value"):
        compile(lambda x: x.item())(1.0)
    with pytest.raises(errors.RecordingError, match="number behind a Value"):
        compile(lambda x: round(x, 2))(1.0)


def test_numpy_inside_compile():
    f = compile(lambda x: numpy.sin(x) * numpy.hypot(x, 2.0) + numpy.sum(numpy.exp(numpy.array([x, 2 * x]))))
    expected = math.sin(0.5) * math.hypot(0.5, 2.0) + math.exp(0.5) + math.exp(1.0)
    assert f(0.5).data == pytest.approx(expected, rel=1e-15)


def test_what_numpy_cannot_do_with_a_value_is_refused():
    # before NumPy 2.3 it is percentile's first step that is refused
    with pytest.raises(errors.NumberError, match=r"numpy\.(percentile|subtract\(.*\)) does not work on Values"):
        numpy.percentile(Value(2.0), 50)
    with pytest.raises(errors.NumberError, match=r"float\(text\)"):
        numpy.dot(Value(2.0), numpy.array("a", dtype=object))
