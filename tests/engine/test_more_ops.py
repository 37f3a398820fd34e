"""What mpmath cannot say about the rows of more_ops: signed zeros, conventions, whole numbers, far ends of floats."""

import itertools
import math

import mpmath
import pytest

import autograd
from autograd import Value, errors, gradient, value_and_grad
from autograd.formulas.operation import OPERATIONS


def slopes(function, *numbers):
    """Return value and gradient of a function of some numbers."""
    inputs = [Value(x) for x in numbers]
    output = function(*inputs)
    output.backward()
    return output.data, tuple(x.grad for x in inputs)


# --- signed zeros and halves ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "x", "angle"),
    [(0.0, -1.0, math.pi), (-0.0, -1.0, -math.pi), (0.0, 1.0, 0.0), (-0.0, 1.0, -0.0), (-0.0, -0.0, -math.pi)],
)
def test_atan2_knows_the_sign_of_a_zero(y, x, angle):
    found = autograd.atan2(Value(y), Value(x)).data
    assert found == angle
    assert math.copysign(1.0, found) == math.copysign(1.0, angle)


def test_atan2_turns_by_the_angle_and_has_no_slope_at_the_origin():
    assert slopes(autograd.atan2, 3.0, 4.0) == (math.atan2(3.0, 4.0), pytest.approx((4 / 25, -3 / 25), rel=1e-15))
    with pytest.raises(errors.DivisionByZeroError, match="no derivative at"):
        slopes(autograd.atan2, 0.0, 0.0)


def test_copysign_takes_minus_zero_for_negative():
    assert slopes(autograd.copysign, 3.0, -0.0) == (-3.0, (-1.0, 0.0))
    assert slopes(autograd.copysign, -3.0, 0.0) == (3.0, (-1.0, 0.0))
    assert slopes(autograd.copysign, 0.0, -2.0)[1] == (0.0, 0.0)


@pytest.mark.parametrize(
    ("x", "floor", "ceil", "trunc", "nearest"),
    [
        (2.5, 2, 3, 2, 2),
        (3.5, 3, 4, 3, 4),
        (-2.5, -3, -2, -2, -2),
        (-0.3, -1, 0, 0, 0),
        (1e300, 1e300, 1e300, 1e300, 1e300),
    ],
)
def test_whole_numbers(x, floor, ceil, trunc, nearest):
    rows = (autograd.floor, autograd.ceil, autograd.trunc, autograd.round)
    for row, expected in zip(rows, (floor, ceil, trunc, nearest), strict=True):
        assert slopes(lambda v, row=row: row(v), x) == (expected, (0.0,))
        assert type(row(x)) is float
    assert math.copysign(1.0, autograd.ceil(-0.3)) == math.copysign(1.0, autograd.round(-0.0)) == -1.0


# --- remainder --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "y"), [*itertools.product((7.5, -7.5, 1.0, 0.3, 4.0, -1e-300), (2.0, -2.0, 0.1, 0.4))])
def test_the_remainder_is_pythons(x, y):
    value, (by_x, by_y) = slopes(autograd.remainder, x, y)
    assert value == x % y
    assert by_x == 1.0
    assert by_y == pytest.approx(round((x % y - x) / y), rel=1e-15)
    assert slopes(lambda a, b: a % b, x, y) == (value, (by_x, by_y))
    assert (x % Value(y)).data == (Value(x) % y).data == value


def test_the_remainder_of_a_division_by_zero():
    with pytest.raises(errors.DivisionByZeroError, match="y must not be 0"):
        Value(1.0) % 0


# --- the ends of the range of floats ----------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e300, 1e154, 1.0, 1e-160, 1e-300, 5e-324])
def test_lengths_neither_overflow_nor_underflow(size):
    # a triangle of sides 3, 4 and 5
    for function in (autograd.hypot, lambda x, y: autograd.norm([x, y])):
        value, by = slopes(function, 3 * size, -4 * size)
        assert value == 5 * size
        assert by == pytest.approx((0.6, -0.8), rel=1e-15)


def test_lengths_at_zero_have_slope_zero_by_convention():
    assert slopes(autograd.hypot, 0.0, 0.0) == (0.0, (0.0, 0.0))
    assert slopes(lambda *xs: autograd.norm(xs), 0.0, 0.0, 0.0) == (0.0, (0.0, 0.0, 0.0))
    x, y = Value(0.0), Value(0.0)
    for first in gradient(autograd.hypot(x, y), [x, y]):
        assert [second.data for second in gradient(first, [x, y])] == [0.0, 0.0]


@pytest.mark.parametrize("x", [0.0, 1.0, -1.0, 2.0, 1e15, 1e300])
def test_sinc_of_a_whole_number_is_exact(x):
    value, (slope,) = slopes(autograd.sinc, x)
    assert value == (1.0 if x == 0 else 0.0)
    assert slope == pytest.approx(0.0 if x == 0 else math.cos(math.pi * (x % 2)) / x, rel=1e-15, abs=0)


def test_logaddexp_never_overflows():
    assert autograd.logaddexp(1000.0, 1000.0) == pytest.approx(1000 + math.log(2), rel=1e-15)
    assert slopes(autograd.logaddexp, 1e308, -1e308) == (1e308, (1.0, 0.0))


@pytest.mark.parametrize(("call", "message"), [
    (lambda: autograd.log2(Value(0.0)), "must be greater than 0"),
    (lambda: autograd.exp2(Value(2000.0)), "below 1024"),
    (lambda: autograd.acosh(Value(0.5)), "at least 1"),
    (lambda: autograd.atanh(Value(1.0)), "between -1 and 1"),
    (lambda: autograd.lgamma(Value(-3.0)), "-1, -2"),
    (lambda: autograd.digamma(Value(0.0)), "-1, -2"),
    (lambda: autograd.cbrt(Value(0.0)).backward(), "infinite at 0"),
])  # fmt: skip
def test_errors_say_where_a_row_is_defined(call, message):
    with pytest.raises(errors.AutogradError, match=message):
        call()


@pytest.mark.parametrize("x", [0.3, 1 - 1e-9, 1.25, 2 + 1e-9, 4.25, 12.0, 30.0, 1e9, -0.5, -1.2, -20.3, -1e3 - 0.3])
def test_the_gamma_function_to_the_last_digits(x):
    v = Value(x)
    y = autograd.lgamma(v)
    (first,) = gradient(y, [v])
    (second,) = gradient(first, [v])
    exact = mpmath.mpf(x)
    with mpmath.workdps(40):
        assert y.data == pytest.approx(
            float(mpmath.re(mpmath.loggamma(exact))), rel=1e-11 if x < -100 else 1e-15, abs=0
        )
        assert first.data == pytest.approx(float(mpmath.digamma(exact)), rel=1e-14, abs=0.0)
        assert second.data == pytest.approx(float(mpmath.psi(1, exact)), rel=1e-15, abs=0)


def test_the_hundredth_derivative_of_the_gamma_function_needs_every_term_of_its_series():
    with mpmath.workdps(40):
        expected = float(mpmath.psi(99, 112))
    assert OPERATIONS["polygamma"](112.0, 99) == pytest.approx(expected, rel=1e-15, abs=0.0)
    for x, index in ((2.5, 0), (2.5, 101), (-3.0, 1), (0.0, 2)):
        with pytest.raises(errors.DomainError, match="number of times that digamma was differentiated"):
            OPERATIONS["polygamma"](x, index)


# --- methods ----------------------------------------------------------------------------------------------


def test_rows_of_several_numbers_are_methods_of_their_first():
    x = Value(-0.5)
    assert x.clamp(0.0, 1.0).data == 0.0
    assert x.clamp(low=-1, high=1).data == -0.5
    assert (x.leaky_relu().data, x.leaky_relu(0.2).data, x.elu(alpha=2.0).data) == (-0.005, -0.1, 2 * math.expm1(-0.5))
    assert x.maximum(Value(1.0)).data == 1.0
    assert Value(1.0).atan2(-1).data == math.atan2(1.0, -1.0)
    assert Value(3.0).hypot(4.0).data == 5.0
    with pytest.raises(errors.CallError, match=r"clamp\(x, low, high\)"):
        x.clamp(1.0)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_what_is_of_several_values_is_no_method_of_one_and_says_so(name):
    value = Value(1.0)
    assert not hasattr(value, name)
    with pytest.raises(AttributeError, match=rf"autograd\.{name}\(\[a, b, c\]\)"):
        getattr(value, name)()


@pytest.mark.parametrize("name", ["log2", "cbrt", "asinh", "floor", "sinc", "lgamma"])
def test_a_method_becomes_quick_and_stays_the_same(name):
    first, again = getattr(Value(1.5), name)(), getattr(Value(1.5), name)()
    assert first.data == again.data == getattr(autograd, name)(1.5)
    assert first.operation is again.operation is getattr(autograd, name)


# --- sequences --------------------------------------------------------------------------------------------

XS = [0.5, -1.2, 2.0, 2.0, 0.1]


@pytest.mark.parametrize("correction", [0, 1])
def test_variance_and_std_agree_with_numpy(correction):
    numpy = pytest.importorskip("numpy")
    n, middle = len(XS), numpy.mean(XS)
    spread = numpy.std(XS, ddof=correction)
    value, by = slopes(lambda *xs: autograd.variance(xs, correction=correction), *XS)
    assert value == pytest.approx(numpy.var(XS, ddof=correction), rel=1e-15)
    assert by == pytest.approx([2 * (x - middle) / (n - correction) for x in XS], rel=1e-13)
    value, by = slopes(lambda *xs: autograd.std(xs, correction=correction), *XS)
    assert value == pytest.approx(spread, rel=1e-15)
    assert by == pytest.approx([(x - middle) / (n - correction) / spread for x in XS], rel=1e-13)
    assert autograd.std(XS, correction) == value


def test_std_of_equal_numbers_and_of_large_ones():
    assert slopes(lambda *xs: autograd.std(xs), 2.0, 2.0, 2.0) == (0.0, (0.0, 0.0, 0.0))
    assert autograd.std([1e200, -1e200], correction=0) == 1e200
    with pytest.raises(errors.ArgumentError, match="more than 1 numbers; got 1"):
        autograd.variance([Value(1.0)])


def test_running_sums_and_products():
    xs = [Value(x) for x in (2.0, 3.0, 4.0)]
    assert [v.data for v in autograd.cumsum(xs)] == [2.0, 5.0, 9.0]
    assert [v.data for v in autograd.cumprod(xs)] == [2.0, 6.0, 24.0]
    autograd.sum(autograd.cumprod(xs)).backward()
    assert [x.grad for x in xs] == [1 + 3 + 12, 2 + 8, 6]
    assert autograd.cumsum([]) == []
    assert autograd.cumprod([2]) == [2.0]


@pytest.mark.parametrize(
    ("function", "numbers"),
    [
        (autograd.cumsum, [1e308, 1e308, -1e308]),
        (autograd.cumprod, [1e200, 1e200, 1e-300]),
        (autograd.variance, [1e200, -1e200]),
        (autograd.std, [1.79e308, -1.79e308, -1.79e308]),
        (autograd.sum, [1e308, 1e308]),
    ],
)
def test_what_is_too_large_is_one_error_for_numbers_values_and_programs(function, numbers):
    one_by_one = autograd.compile(function)
    for call in (function, lambda xs: function(list(map(Value, xs))), one_by_one):
        with pytest.raises(errors.NumberOverflowError, match="too large for a float"):
            call(numbers)


def weighted(*xs):
    return autograd.dot(autograd.sort(xs), [1.0, 10.0, 100.0, 1000.0, 10000.0])


def test_sort_is_a_permutation_and_equal_elements_share():
    value, by = slopes(weighted, *XS)
    assert value == pytest.approx(-1.2 + 1.0 + 50.0 + 2000.0 + 20000.0)
    assert by == (100.0, 1.0, 5500.0, 5500.0, 10.0)
    a, b = Value(2.0), Value(1.0)
    assert autograd.sort([a, b, 1.5]) == [b, 1.5, a]  # the very same Values
    assert autograd.sort([3, 1.0]) == [1.0, 3.0]
    with pytest.raises(errors.ArgumentError, match="nan"):
        autograd.sort([a, math.nan])


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_sort_in_a_program_follows_the_numbers_of_each_call(backend):
    f = value_and_grad(autograd.compile(lambda xs: weighted(*xs), backend=backend))
    for xs in (XS, XS[::-1], [3.0, 1.0, 2.0, 5.0, 4.0]):
        value, by = slopes(weighted, *xs)
        number, found = f(list(xs))
        assert number == pytest.approx(value, rel=1e-15)
        assert found == pytest.approx(by, rel=1e-15)
