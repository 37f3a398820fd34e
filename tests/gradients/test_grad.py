"""grad, value_and_grad, gradient, jacobian and hessian: any order, nested, over any structure of arguments."""

import math
from collections import namedtuple

import numpy
import pytest
import sympy

import autograd
from autograd import Value, errors, grad, gradient, hessian, jacobian, no_grad, value_and_grad

# --- first order --------------------------------------------------------------------------------------


def test_of_plain_numbers_everything_is_plain():
    value, slope = value_and_grad(lambda x: x**2 * 3)(2.0)
    assert (value, slope) == (12.0, 12.0)
    assert type(value) is type(slope) is float
    assert type(grad(autograd.tanh)(1)) is float


def test_of_values_everything_is_a_value_and_nothing_is_deposited():
    x = Value(2.0)
    value, slope = value_and_grad(lambda x: x**3)(x)
    assert (value.data, slope.data) == (8.0, 12.0)
    slope.backward()
    assert x.grad == 12.0  # the derivative of 3x² at 2: only backward itself deposits


def test_argnums():
    def f(x, y, z):
        return x * y**2 + z

    assert grad(f)(2.0, 3.0, 4.0) == 9.0
    assert grad(f, 1)(2.0, 3.0, 4.0) == 12.0
    assert grad(f, -1)(2.0, 3.0, 4.0) == 1.0
    assert grad(f, (0, 1))(2.0, 3.0, 4.0) == (9.0, 12.0)
    assert value_and_grad(f, [2, 0])(2.0, 3.0, 4.0) == (22.0, (1.0, 9.0))
    with pytest.raises(errors.ArgumentError, match=r"argnums is 3.*3 arguments"):
        grad(f, 3)(2.0, 3.0, 4.0)
    for wrong in ("x", (0, 1.5)):
        with pytest.raises(errors.ArgumentError, match="position"):
            grad(f, wrong)


def test_whole_numbers_of_numpy_are_positions():
    numpy = pytest.importorskip("numpy")
    assert [grad(lambda x, y: x * y**2, place)(2.0, 3.0) for place in numpy.arange(2)] == [9.0, 12.0]
    assert grad(lambda x, y: x * y**2, numpy.arange(2))(2.0, 3.0) == (9.0, 12.0)


def test_the_gradient_has_the_structure_of_the_argument():
    def f(model, data):
        return autograd.dot(model["w"], data) + model["b"][0] * 2

    found = grad(f)({"w": [1.0, 2.0], "b": (3.0,)}, [5.0, 7.0])
    assert found == {"w": [5.0, 7.0], "b": (2.0,)}
    assert grad(f, 1)({"w": numpy.array([1.0, 2.0]), "b": [3.0]}, (5.0, 7.0)) == (1.0, 2.0)
    found = grad(lambda a: a[0][1] ** 2 + a[1][0])(numpy.array([[1.0, 2.0], [3.0, 4.0]]))
    assert (found.dtype, found.tolist()) == (float, [[0.0, 4.0], [1.0, 0.0]])


def test_what_the_function_must_return():
    assert grad(lambda x: 5.0)(1.0) == 0.0
    for wrong in (lambda x: None, lambda x: [x], lambda x: "x"):
        with pytest.raises(errors.NumberError, match="must return one Value"):
            grad(wrong)(1.0)
    with pytest.raises(errors.NumberError, match="'a'"):
        grad(lambda x: x)("a")


def test_gradients_are_taken_inside_no_grad_too():
    with no_grad():
        assert value_and_grad(lambda x: x * x)(3.0) == (9.0, 6.0)
        assert hessian(lambda x: x**3)(2.0) == 12.0
        assert jacobian(lambda x: [x * x])(3.0) == [6.0]
        autograd.check_gradient(lambda x: x * x, 3.0)


def test_no_grad_inside_the_function_is_respected():
    def f(x):
        with no_grad():
            constant = x * x
        return constant * x

    assert grad(f)(3.0) == 9.0
    assert grad(lambda x: x.detach() * x)(3.0) == 3.0


# --- gradient(output, inputs) -------------------------------------------------------------------------


def test_gradient_by_leaves_and_intermediates_leaves_every_grad_alone():
    x, y = Value(2.0), Value(3.0)
    product = x * y
    out = product**2
    x.grad = 42.0
    found = gradient(out, [x, product, y, x, out, Value(1.0)])
    assert [slope.data for slope in found] == [36.0, 12.0, 24.0, 36.0, 1.0, 0.0]
    assert (x.grad, y.grad, product.grad, out.grad) == (42.0, 0.0, 0.0, 0.0)
    assert gradient(out, []) == []


def test_seed_may_be_a_number_or_a_value():
    x, s = Value(3.0), Value(2.0)
    (slope,) = gradient(x * x, [x], seed=2)
    assert slope.data == 12.0
    (slope,) = gradient(x * x, [x], seed=s)
    slope.backward()
    assert s.grad == 6.0
    with pytest.raises(errors.AutogradError):
        gradient(x * x, [x], seed="1")


def test_gradient_wants_a_list_of_values():
    x = Value(3.0)
    with pytest.raises(errors.NumberError, match=r"gradient\(output, \[x\]\)"):
        gradient(x * x, x)
    for output, inputs in ((3.0, [x]), (x * x, [1.0])):
        with pytest.raises(errors.NumberError, match="a list of Values"):
            gradient(output, inputs)


def test_gradient_agrees_with_backward_to_rounding():
    x, y = Value(0.7), Value(-1.3)
    out = (autograd.softplus(x * y) + autograd.dot([x, y], [y, 2.0])) / autograd.logsumexp([x, y, 0.1])
    out.backward()
    assert [g.data for g in gradient(out, [x, y])] == pytest.approx([x.grad, y.grad], rel=1e-14)


# --- higher order -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", range(1, 8))
def test_any_order(order):
    """The n-th derivative of exp(x) sin(x) is 2^(n/2) exp(x) sin(x + n pi / 4)."""
    f = autograd.exp(0.3) * math.sin(0.3 + order * math.pi / 4) * 2 ** (order / 2)
    g = lambda x: autograd.exp(x) * autograd.sin(x)  # noqa: E731  # it is wrapped again and again
    for _ in range(order):
        g = grad(g)
    assert g(0.3) == pytest.approx(f, rel=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "name", ["tanh", "sigmoid", "softplus", "gelu", "silu", "log", "sqrt", "atan", "asin", "tan", "erf", "log1p"]
)
def test_orders_of_single_operations_against_sympy(name, order):
    x = sympy.Symbol("x")
    closed = {
        "sigmoid": 1 / (1 + sympy.exp(-x)),
        "softplus": sympy.log(1 + sympy.exp(x)),
        "gelu": x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2,
        "silu": x / (1 + sympy.exp(-x)),
        "log1p": sympy.log(1 + x),
    }
    expression = closed.get(name) or getattr(sympy, name)(x)
    f = getattr(autograd, name)
    for _ in range(order):
        expression, f = sympy.diff(expression, x), grad(f)
    assert f(0.4) == pytest.approx(float(expression.subs(x, sympy.Rational(2, 5)).evalf(30)), rel=1e-11)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 4])
def test_powers_at_zero_differentiate_until_nothing_is_left(exponent):
    f = lambda x: x**exponent  # noqa: E731  # it is wrapped again and again
    for order in range(1, 5):
        f = grad(f)
        assert f(0.0) == (math.factorial(exponent) if order == exponent else 0.0)


def test_levels_do_not_confuse_their_variables():
    """The classic test of perturbation confusion: d/dx (x * d/dy (x + y)) is 1 at any x."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(3.0))(5.0) == 10.0
    assert grad(lambda x: grad(lambda y: grad(lambda z: x * y * z)(1.0))(2.0))(3.0) == 1.0
    assert grad(lambda x: grad(lambda x: x**3)(x) * x)(2.0) == 3 * 3 * 2.0**2


def test_a_gradient_inside_a_loss_trains():
    """A gradient penalty, as physics-informed networks use: fit f' = cos."""
    w = Value(0.5)
    loss = (grad(lambda x: w * autograd.sin(x))(Value(0.3)) - math.cos(0.3)) ** 2
    loss.backward()
    assert w.grad == pytest.approx(2 * (0.5 - 1) * math.cos(0.3) ** 2, rel=1e-14)


def test_kinks_keep_their_convention_at_second_order():
    for f in (autograd.relu, abs, lambda x: autograd.maximum(x, 0.0), autograd.sign):
        assert grad(grad(f))(0.0) == 0.0
    assert grad(grad(lambda x: autograd.max([x, x])))(1.0) == 0.0
    assert grad(lambda x: autograd.max([x, x]) ** 2)(3.0) == 6.0


# --- jacobian and hessian -----------------------------------------------------------------------------


def test_a_jacobian_has_the_structure_of_the_result_with_that_of_the_argument_in_each_place():
    def f(x, ys):
        return {"a": x * ys[0], "b": [ys[1] ** 2, 5.0, x]}

    zeros = (0.0, [0.0, 0.0])
    assert jacobian(f, (0, 1))(2.0, [3.0, 4.0]) == {
        "a": (3.0, [2.0, 0.0]),
        "b": [(0.0, [0.0, 8.0]), zeros, (1.0, [0.0, 0.0])],
    }
    assert jacobian(f, 1)(2.0, [3.0, 4.0]) == {"a": [2.0, 0.0], "b": [[0.0, 8.0], zeros[1], zeros[1]]}


def test_jacobian_of_softmax():
    xs = [0.2, -0.5, 1.0]
    p = numpy.exp(xs) / numpy.exp(xs).sum()
    expected = numpy.diag(p) - numpy.outer(p, p)
    assert numpy.allclose(jacobian(autograd.softmax)(xs), expected, rtol=1e-13, atol=1e-16)


def test_hessian_of_rosenbrock():
    def f(x, y):
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    x, y = -1.2, 1.0
    expected = [[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200.0]]
    assert numpy.allclose(hessian(f, (0, 1))(x, y), expected, rtol=1e-13)
    assert hessian(lambda xs: f(*xs))([x, y]) == list(map(list, hessian(f, (0, 1))(x, y)))
    assert hessian(f)(x, y) == pytest.approx(expected[0][0], rel=1e-13)


def test_hessian_is_the_jacobian_of_the_gradient():
    def f(xs):
        return autograd.logsumexp(xs) * autograd.tanh(xs[0] * xs[2]) + autograd.prod(xs)

    xs = [0.3, -0.7, 1.1]
    once = hessian(f)(xs)
    assert numpy.allclose(once, jacobian(grad(f))(xs), rtol=1e-14)
    assert numpy.allclose(once, numpy.transpose(once), rtol=1e-12)
    step = 1e-6
    for i in range(3):
        above, below = (grad(f)([x + h * (i == j) for j, x in enumerate(xs)]) for h in (step, -step))
        assert numpy.allclose(once[i], (numpy.array(above) - below) / (2 * step), rtol=1e-7, atol=1e-8)


def test_hessian_of_values_can_be_differentiated_again():
    x = Value(2.0)
    second = hessian(lambda x: x**4)(x)
    second.backward()
    assert (second.data, x.grad) == (48.0, 48.0)


def test_on_error_does_not_hide_an_argument_that_is_wrong_for_another_reason():
    with pytest.raises(errors.ArgumentError, match="empty sequence"):
        grad(lambda x: autograd.mean([]) * x, on_error="inf")(2.0)


def test_a_name_among_the_arguments_of_what_has_no_signature():
    with pytest.raises(errors.ArgumentError, match="argnames has 'x', but there are 2 arguments in the call"):
        grad(min, argnames="x")(1.0, 2.0)


@pytest.mark.parametrize("of", [grad, jacobian])
def test_slopes_that_no_float_holds_are_errors(of):
    with pytest.raises(errors.NumberOverflowError):
        of(lambda x: x * 1e200 * 1e200)(1e-300)
    with pytest.raises(errors.DivisionByZeroError, match="The derivative of sqrt"):
        of(lambda x: x.sqrt())(0.0)


def test_what_is_passed_on_beside_the_gradient_keeps_its_form_with_plain_numbers():
    pair = namedtuple("pair", "first second")

    def f(x):
        return x * x, pair({"double": 2 * x}, (x, [x, numpy.array([[x, x + 1]])], "text"))

    slope, beside = grad(f, has_aux=True)(3.0)
    assert (slope, beside.first, beside.second[0], beside.second[2]) == (6.0, {"double": 6.0}, 3.0, "text")
    number, array = beside.second[1]
    assert (number, array.tolist(), array.dtype) == (3.0, [[3.0, 4.0]], float)


def test_the_derivative_of_a_method_is_a_method():
    class Parabola:
        def __init__(self, scale):
            self.scale = scale

        slope = grad(lambda self, x: self.scale * x * x, argnums=1)

    assert Parabola(3.0).slope(2.0) == 12.0
    assert Parabola.slope(Parabola(5.0), 2.0) == 20.0
