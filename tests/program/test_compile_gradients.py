"""Derivatives of any order of compiled functions, and compiled derivatives."""

import math

import pytest

import autograd
from autograd import Value
from autograd.errors import (
    ArgumentError,
    DivisionByZeroError,
    DomainError,
    NumberError,
    NumberOverflowError,
)

# --- gradients of gradients ---------------------------------------------------------------------------------


def test_compiling_a_gradient(compiled):
    f = compiled(autograd.grad(lambda x, y: x**3 * y + autograd.tanh(x)))
    t = math.tanh(2.0)
    assert f(2.0, 5.0) == pytest.approx(60 + 1 - t * t, rel=1e-14)
    second = compiled(autograd.grad(autograd.grad(lambda x: autograd.sigmoid(x) * x)))
    assert second(0.3) == pytest.approx(autograd.grad(autograd.grad(lambda x: autograd.sigmoid(x) * x))(0.3))
    hessian = compiled(autograd.hessian(lambda x, y: x**2 * y + autograd.exp(x * y), (0, 1)))
    e = math.exp(0.5)
    assert [*hessian(0.5, 1.0)] == [pytest.approx([2 + e, 1 + 1.5 * e]), pytest.approx([1 + 1.5 * e, 0.25 * e])]


def test_choices_are_made_anew_in_a_compiled_gradient(compiled):
    f = compiled(
        autograd.grad(lambda x: autograd.relu(x) ** 2 + abs(x) + autograd.max([x, 1.0]) + autograd.clamp(x, 0, 3))
    )
    assert [f(x) for x in (2.0, -2.0, 0.5, 4.0)] == [4 + 1 + 1 + 1, -1, 1 + 1 + 0 + 1, 8 + 1 + 1 + 0]
    assert [f(Value(x)).data for x in (2.0, -2.0, 0.5, 4.0)] == [4 + 1 + 1 + 1, -1, 1 + 1 + 0 + 1, 8 + 1 + 1 + 0]
    assert f.recordings == f.differentiated.recordings == 1


def test_a_recorded_position_in_a_compiled_gradient(compiled):
    f = compiled(autograd.grad(lambda xs, i: autograd.take(xs, i) ** 2 + autograd.softmax(xs)[1] * i))
    eager = autograd.grad(lambda xs, i: autograd.take(xs, i) ** 2 + autograd.softmax(xs)[1] * i)
    for i in range(3):
        assert f([1.0, 2.0, 0.5], i) == pytest.approx(eager([1.0, 2.0, 0.5], i), rel=1e-14)
        found = f(list(map(Value, [1.0, 2.0, 0.5])), i)
        assert [v.data for v in found] == pytest.approx(eager([1.0, 2.0, 0.5], i), rel=1e-14)
    assert f.recordings == f.differentiated.recordings == 1


def test_gradient_through_a_compiled_result(compiled):
    x, w = Value(2.0), Value(0.5)
    f = compiled(lambda x: w * x**3 + autograd.sin(x))
    result = f(x)
    first, by_w = autograd.gradient(result, [x, w])
    assert (first.data, by_w.data) == pytest.approx((6 + math.cos(2), 8))
    second, mixed = autograd.gradient(first, [x, w])
    assert (second.data, mixed.data) == pytest.approx((6 - math.sin(2), 12))
    assert (x.grad, w.grad) == (0.0, 0.0)


def test_gradient_through_inputs_that_depend_on_each_other(compiled):
    x = Value(3.0)
    square = x * x
    result = compiled(lambda a, b: a * b * b)(square, x)
    (first,) = autograd.gradient(result, [x])
    (second,) = autograd.gradient(first, [x])
    assert (first.data, second.data) == (108.0, 108.0)  # x**4
    assert [g.data for g in autograd.gradient(result, [square, x])] == [9.0, 108.0]


def test_gradient_of_one_of_several_results(compiled):
    x = Value(3.0)
    _, cube, constant = compiled(lambda x: (x * x, x**3, 4.0))(x)
    (first,) = autograd.gradient(cube * 2, [x])
    assert first.data == 54.0
    with autograd.no_grad():
        assert autograd.gradient(cube, [x])[0].data == 27.0
    assert autograd.gradient(constant, [x])[0].data == 0.0


def test_grad_hessian_and_check_gradient_of_a_compiled_function(compiled):
    f = compiled(lambda x, y: x**3 * y)
    assert autograd.grad(f)(2.0, 3.0) == 36.0
    assert autograd.hessian(f, (0, 1))(2.0, 3.0) == ((36.0, 12.0), (12.0, 0.0))
    assert autograd.jacobian(compiled(lambda x, y: [x * y, x + y]), (0, 1))(2.0, 3.0) == [(3.0, 2.0), (1.0, 1.0)]
    autograd.check_gradient(f, 2.0, 3.0)


# --- value_and_grad -----------------------------------------------------------------------------------------


def test_value_and_grad(compiled):
    w = Value(2.0)
    f = compiled(lambda p, x: w * p["a"] * x[1] + p["b"][0])
    arguments = {"a": 3.0, "b": [1.0]}, [5.0, 7.0]
    assert f.value_and_grad(*arguments) == (43.0, {"a": 14.0, "b": [1.0]})
    with autograd.no_grad():
        value, (by_p, by_x) = autograd.value_and_grad(f, (0, 1))(*arguments)
    assert (value, by_p, by_x) == (43.0, {"a": 14.0, "b": [1.0]}, [0.0, 6.0])
    value, by_x = autograd.value_and_grad(f, 1)(*arguments)  # depends on w
    by_x[1].backward()
    assert (value.data, by_x[0].data, by_x[1].data, w.grad) == (43.0, 0.0, 6.0, 3.0)
    assert compiled(lambda x: x**2).value_and_grad(3.0) == (9.0, 6.0)
    assert compiled(lambda x, y: x * y).value_and_grad(3.0, y=4.0) == (12.0, 4.0)
    assert autograd.value_and_grad(compiled(lambda x, y: x * y), 0, "y")(3.0, y=4.0) == (12.0, (4.0, 3.0))
    power = compiled(lambda n, x: x**n, static="n")
    assert autograd.value_and_grad(power, 1)(3, 2.0) == autograd.value_and_grad(power, argnames="x")(3, 2.0) == (8, 12)
    with pytest.raises(ArgumentError, match="static"):
        power.value_and_grad(3, 2.0)
    assert compiled(lambda x: 3.0).value_and_grad(1.0) == (3.0, 0.0)


def test_value_and_grad_of_arrays_is_an_array(compiled):
    np = pytest.importorskip("numpy")
    f = compiled(lambda m: sum(x * x for row in m for x in row))
    value, gradient = f.value_and_grad(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert value == 30.0
    assert isinstance(gradient, np.ndarray)
    assert gradient.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert f.value_and_grad([[1.0, 2.0], [3.0, 4.0]])[1] == [[2.0, 4.0], [6.0, 8.0]]


@pytest.mark.parametrize(
    ("function", "arguments", "error"),
    [
        (lambda x, y: autograd.log(x) * y, (-2.0, 3.0), DomainError),
        (lambda x, y: autograd.sqrt(x) * y, (0.0, 3.0), DivisionByZeroError),
        (lambda x, y: (x * 1e-200) ** 2 * 1e300 * 1e300 + y, (1e-5, 1.0), NumberOverflowError),
        (lambda x, y: [x, y], (1.0, 2.0), NumberError),
        (lambda x, y: [x * y], (1.0, 2.0), NumberError),
        (lambda x, y: x, (math.nan, 2.0), ArgumentError),
    ],
)
def test_value_and_grad_of_bad_numbers(compiled, function, arguments, error):
    f = compiled(function)
    for _ in range(2):
        with pytest.raises(error):
            f.value_and_grad(*arguments)
    with pytest.raises(error):
        compiled(function).value_and_grad(arguments[0], y=arguments[1])


def test_value_and_grad_where_a_slope_is_not_chosen(compiled):
    assert autograd.value_and_grad(compiled(lambda x, y: x**y), (0, 1))(0.0, 0.0) == (1.0, (0.0, 0.0))
    aside = compiled(lambda x, y: (x**y, 5.0 * x))
    assert autograd.value_and_grad(aside, (0, 1), has_aux=True)(0.0, 0.0) == ((1.0, 0.0), (0.0, 0.0))


AT_NO_NUMBER = {
    "hessian": lambda f, x: autograd.hessian(f)(x),
    "jacobian": lambda f, x: autograd.jacobian(f)(x),
    "grad(grad)": lambda f, x: autograd.grad(autograd.grad(f))(x),
    "hvp": lambda f, x: autograd.hvp(f, (x,), (1.0,)),
    "hvp along it": lambda f, x: autograd.hvp(f, (1.0,), (x,)),
    "jvp along it": lambda f, x: autograd.jvp(f, (1.0,), (x,)),
    "vjp from it": lambda f, x: autograd.vjp(f, 1.0)[1](x),
}


@pytest.mark.parametrize("derivative", AT_NO_NUMBER)
@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_there_is_no_derivative_at_what_is_no_number_also_where_it_is_constant(compiled, derivative, number):
    for function in (lambda x: x * x, lambda x: 3.0 * x, autograd.sign):
        for f in (function, compiled(function)):
            with pytest.raises(ArgumentError, match="finite"):
                AT_NO_NUMBER[derivative](f, number)
    assert autograd.hessian(compiled(lambda x, unused: x * x))(1.0, number) == 2.0


@pytest.mark.parametrize("count", [2, 200])
@pytest.mark.filterwarnings("error")
def test_gradients_whose_squares_overflow(compiled, count):
    xs = [Value(1.0) for _ in range(count)]
    compiled(lambda xs: autograd.sum([1e160 * x for x in xs]))(xs).backward()
    assert [x.grad for x in xs] == [1e160] * count


@pytest.mark.parametrize(
    ("function", "point"),
    [
        (lambda x: autograd.norm([x, x]), 0.0),
        (lambda x: autograd.std([x, 1.0]), 1.0),
        (autograd.gelu, 1e160),
        (autograd.erf, -1e200),
    ],
    ids=["norm at 0", "std of equals", "gelu far out", "erf far out"],
)
def test_only_the_side_that_a_derivative_chooses_has_to_have_a_value(compiled, function, point):
    second = autograd.grad(autograd.grad(function))
    found = [second(point), compiled(second)(point), autograd.grad(compiled(autograd.grad(function)))(point)]
    found += [*autograd.vmap(second)([point, 0.25])[:1], *autograd.vmap(autograd.hessian(function))([point])]
    assert found == [0.0] * 5


def test_what_a_function_reads_keeps_its_gradient_where_only_one_side_has_a_value(compiled):
    w = Value(3.0)
    loss = compiled(autograd.grad(lambda x: autograd.norm([x, x]) + x * x * w))
    assert loss.value_and_grad(0.0) == (0.0, 6.0)
    assert w.grad == 0.0


def test_a_sample_without_a_value_is_still_named():
    with pytest.raises(DomainError, match="position 1"):
        autograd.vmap(autograd.grad(autograd.sqrt))([1.0, 0.0])
    with pytest.raises(DomainError, match="position 1"):
        autograd.vmap(lambda x: x * 1e200 * 1e200)([0.0, 1.0])
