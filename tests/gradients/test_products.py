"""jvp, vjp and hvp: products with derivatives, nested in any order, eager and compiled."""

import math

import pytest

import autograd
from autograd import Value, errors, grad, gradient, hvp, jacfwd, jacrev, jvp, no_grad, vjp
from autograd.scalar import number_of


def test_products_of_a_small_function():
    def f(x, ys):
        return {"a": x * ys[0], "b": [ys[1] ** 2, 5.0]}

    value, tangent = jvp(f, (2.0, [3.0, 4.0]), (1.0, [10.0, 100.0]))
    assert (value, tangent) == ({"a": 6.0, "b": [16.0, 5.0]}, {"a": 23.0, "b": [800.0, 0.0]})
    value, pull_back = vjp(f, 2.0, [3.0, 4.0])
    assert value == {"a": 6.0, "b": [16.0, 5.0]}
    assert pull_back({"a": 1.0, "b": [10.0, 7.0]}) == (3.0, [2.0, 80.0])
    assert pull_back({"a": 0.0, "b": [1.0, 0.0]}) == (0.0, [0.0, 8.0])  # as often as one likes
    assert hvp(lambda x, y: x**2 * y, (2.0, 3.0), (1.0, 10.0)) == (6.0 + 40.0, 4.0)
    assert hvp(lambda x: x[0] ** 2 * x[1], ([2.0, 3.0],), ([1.0, 10.0],)) == [46.0, 4.0]


def test_what_comes_beside_the_value():
    def f(x):
        return x**2, {"twice": 2 * x}

    assert jvp(f, (3.0,), (1.0,), has_aux=True) == (9.0, 6.0, {"twice": 6.0})
    value, pull_back, aux = vjp(f, 3.0, has_aux=True)
    assert (value, pull_back(1.0), aux) == (9.0, (6.0,), {"twice": 6.0})


def test_wrong_structures_say_so():
    with pytest.raises(errors.ArgumentError, match="structure of the primals"):
        jvp(lambda x: x[0], ([1.0, 2.0],), ([1.0],))
    with pytest.raises(errors.ArgumentError, match=r"jvp\(f, \(x,\), \(t,\)\)"):
        jvp(lambda x: x, 1.0, 1.0)
    with pytest.raises(errors.ArgumentError, match="structure of the value"):
        vjp(lambda x: [x, x], 1.0)[1](1.0)


@pytest.mark.parametrize("compiled", [lambda f: f, autograd.compile], ids=["eager", "compiled"])
def test_nested_in_any_order(compiled):
    """All mixed third derivatives of x**4 sin(x), by each way of putting two modes and a product together."""

    def f(x):
        return x**4 * autograd.sin(x)

    x = 0.7
    s, c = math.sin(x), math.cos(x)
    third = 24 * x * s + 36 * x**2 * c - 12 * x**3 * s - x**4 * c
    along = lambda f: lambda x: jvp(f, (x,), (1.0,))[1]  # noqa: E731
    back = lambda f: lambda x: vjp(f, x)[1](1.0)[0]  # noqa: E731
    ways = [grad, jacfwd, jacrev, along, back]
    for first in ways:
        for second in ways:
            for last in (grad, along):
                found = last(second(first(f)))
                number = compiled(found)(x)
                assert (number.data if isinstance(number, Value) else number) == pytest.approx(third, rel=1e-12)


def test_levels_do_not_confuse_their_variables():
    along = lambda f, x: jvp(f, (x,), (1.0,))[1]  # noqa: E731
    assert along(lambda x: x * along(lambda y: x + y, 1.0), 1.0) == 1.0
    assert along(lambda x: x * along(lambda y: x * y, 3.0), 5.0) == 10.0
    assert grad(lambda x: x * along(lambda y: x * y, 3.0))(5.0) == 10.0
    assert along(lambda x: x * grad(lambda y: x * y)(3.0), 5.0) == 10.0
    assert jvp(lambda x: jvp(lambda y: y**2 * x, (x,), (x,))[1], (3.0,), (1.0,)) == (54.0, 54.0)


def test_they_depend_on_values_from_outside_and_on_tangents():
    w, t = Value(3.0), Value(2.0)
    _, tangent = jvp(lambda x: w * x**2, (2.0,), (1.0,))
    tangent.backward()
    assert (tangent.data, w.grad) == (12.0, 4.0)
    jvp(lambda x: x**2, (5.0,), (t,))[1].backward()
    assert t.grad == 10.0
    _, pull_back = vjp(lambda x: w * x**2, 2.0)
    (slope,) = pull_back(1.0)
    assert gradient(slope, [w])[0].data == 4.0
    with no_grad():
        assert jvp(lambda x: w * x**2, (2.0,), (1.0,)) == (12.0, 12.0)
        assert vjp(lambda x: w * x**2, 2.0)[1](1.0) == (12.0,)


def test_a_derivative_that_nobody_asks_for_need_not_exist():
    assert jvp(lambda x, y: x**y, (-2.0, 3.0), (1.0, 0.0)) == (-8.0, 12.0)  # log(x) is not needed
    assert jvp(lambda x: autograd.sqrt(x) * 0.0, (0.0,), (1.0,)) == (0.0, 0.0)  # where nothing flows in
    assert jvp(lambda x: autograd.where(1 - x, x, autograd.sqrt(x)), (0.0,), (1.0,)) == (0.0, 1.0)
    with pytest.raises(errors.DivisionByZeroError):
        jvp(autograd.sqrt, (0.0,), (1.0,))
    with pytest.raises(errors.NumberOverflowError):
        jvp(lambda x: (x * 1e200) * 1e100, (1.0,), (1e10,))


@pytest.mark.parametrize("as_values", [False, True])
def test_a_derivative_that_does_not_exist_is_an_error_though_no_tangent_comes_in(as_values):
    def direction(f, x):
        return jvp(f, (x,), (Value(1.0) if as_values else 1.0,))

    with pytest.raises(errors.DivisionByZeroError, match=None if as_values else "sqrt"):
        direction(lambda x: autograd.sqrt(x * x), 0.0)
    with pytest.raises(errors.DomainError):
        direction(lambda x: autograd.relu(x) ** 0.5, -1.0)
    value, tangent = direction(lambda x: autograd.sqrt(x * x) * 0 + x, 0.0)
    assert (number_of(value), number_of(tangent)) == (0.0, 1.0)


def test_of_a_compiled_function_they_run_as_a_program_recorded_once():
    f = autograd.compile(lambda x: x[0] ** 3 * x[1])
    for k in (1.0, 2.0):
        assert hvp(f, ([k, 2.0],), ([1.0, 0.0],)) == [12.0 * k, 3 * k**2]
        assert jvp(f, ([k, 2.0],), ([1.0, 0.0],)) == (2 * k**3, 6 * k**2)
    assert [f.product_of(product, f).recordings for product in (hvp, jvp)] == [1, 1]
    x = Value(2.0)
    found = hvp(f, ([x, 2.0],), ([1.0, 0.0],))
    found[0].backward()
    assert (found[0].data, x.grad) == (24.0, 12.0)


def test_many_results_share_one_backward_pass():
    f = autograd.compile(lambda x: [x * x, x**3, autograd.sin(x)])
    value, pull_back = vjp(f, 2.0)
    assert value == pytest.approx([4.0, 8.0, math.sin(2.0)])
    assert pull_back([1.0, 10.0, 0.0]) == (124.0,)
    assert jacrev(lambda x: f(x * x))(1.0) == pytest.approx([4.0, 6.0, 2 * math.cos(1.0)])


def test_slopes_that_do_not_exist_may_cancel_in_forward_mode():
    def difference(x):
        root = (x * x).sqrt()
        return root - root

    assert jvp(difference, (0.0,), (1.0,)) == (0.0, 0.0)
    with pytest.raises(errors.DivisionByZeroError):
        jvp(lambda x: (x * x).sqrt() * 2, (0.0,), (1.0,))


def huge_slope(x, y):
    return autograd.prod([x, 1e200, 1e200, y])  # by y it is 1e400 x


def test_a_slope_that_no_float_holds_is_an_error_by_every_way():
    x, y = 1e-50, 1e-300
    assert jvp(huge_slope, (x, y), (1.0, 0.0)) == pytest.approx((1e50, 1e100))
    with pytest.raises(errors.NumberOverflowError):
        jvp(huge_slope, (x, y), (0.0, 1.0))
    a, b = Value(x), Value(y)
    assert gradient(huge_slope(a, b), [a])[0].data == pytest.approx(1e100)
    with pytest.raises(errors.NumberOverflowError):
        gradient(huge_slope(a, b), [b])
    assert grad(grad(lambda x: autograd.prod([x, x, 1e200, 1e200, 1e-300])))(1e-10) == pytest.approx(2e100)


def test_nothing_is_passed_on_by_a_slope_that_does_not_exist_where_nothing_flows_in():
    x = Value(1.0)
    u = x - 1
    assert gradient(u * u.sqrt(), [x])[0].data == 0.0


def test_custom_gradients_in_forward_mode():
    square = autograd.custom_gradient(lambda x: (x * x, lambda g: g * 2 * x))
    both = autograd.custom_gradient(lambda x, y: ((x * y, x + y), lambda g: (g[0] * y + g[1], g[0] * x + g[1])))
    assert grad(lambda x: jvp(square, (x,), (1.0,))[1])(3.0) == 2.0

    def f(x, y):
        product, total = both(x, y)
        return product * total  # x^2 y + x y^2

    assert jvp(f, (2.0, 3.0), (1.0, 0.0)) == (30.0, 21.0)
    assert grad(lambda x: jvp(f, (x, 3.0), (1.0, 0.0))[1])(2.0) == 6.0


def test_a_jacobian_of_an_array_by_a_list_has_an_array_for_each_number():
    numpy = pytest.importorskip("numpy")
    found = jacrev(lambda p: numpy.array([p["x"] * p["y"][0], p["y"][1]]))({"x": 2.0, "y": [3.0, 4.0]})
    assert found["x"].tolist() == [3.0, 0.0]
    assert [column.tolist() for column in found["y"]] == [[2.0, 0.0], [0.0, 1.0]]
