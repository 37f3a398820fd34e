"""One contract for arguments and results: positions and names, what comes beside, structures, arrays, plain numbers."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isnan, nan
from typing import NamedTuple

import numpy
import pytest

import autograd
from autograd import Value, errors, grad, hessian, jacfwd, jacobian, jvp, no_grad, value_and_grad, vmap


class Point(NamedTuple):
    x: float
    y: float


@dataclass(frozen=True)
class Model:
    weights: object
    bias: float = 0.0
    parts: object = None


WAYS = {
    "eager": lambda f: f,
    "straight": lambda f: autograd.compile(f, backend="straight"),
    "array": lambda f: autograd.compile(f, backend="array"),
}


@pytest.fixture(params=WAYS)
def way(request):
    """Differentiate a function as it is, or compiled by each backend."""
    return WAYS[request.param]


# --- which arguments --------------------------------------------------------------------------------------------


def test_positions_and_names(way):
    f = way(lambda x, y=2.0, *, z=1.0: x * y**2 + z**3)
    assert value_and_grad(f)(2.0, 3.0, z=1.0) == (19.0, 9.0)
    assert value_and_grad(f, 1)(2.0, 3.0, z=1.0) == (19.0, 12.0)
    assert value_and_grad(f, (1, 0))(2.0, 3.0, z=1.0) == (19.0, (12.0, 9.0))
    assert value_and_grad(f, [0])(2.0, 3.0, z=1.0) == (19.0, (9.0,))
    assert value_and_grad(f, argnames="z")(2.0, 3.0, z=2.0) == (26.0, 12.0)
    assert value_and_grad(f, argnames=("z", "x"))(2.0, 3.0, z=2.0) == (26.0, (12.0, 9.0))
    assert value_and_grad(f, 0, "z")(2.0, 3.0, z=2.0) == (26.0, (9.0, 12.0))
    assert value_and_grad(f, argnames="y")(2.0, 3.0, z=1.0) == (19.0, 12.0)  # a name, given by position
    assert value_and_grad(f, 1)(2.0, y=3.0, z=1.0) == (19.0, 12.0)  # a position, given by name
    assert grad(f, -1)(2.0, 3.0, z=1.0) == 12.0
    assert hessian(f, argnames="z")(2.0, 3.0, z=2.0) == 12.0
    assert jacobian(f, argnames=["y"])(2.0, y=3.0, z=2.0) == (12.0,)
    assert hessian(f, (0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))


@pytest.mark.parametrize("derivative", [grad, value_and_grad, jacobian, autograd.jacfwd, autograd.jacrev, hessian])
@pytest.mark.parametrize("twice", [(0, 0), (1, 0, 1), (0, -2), ("x", "x"), (0, "x"), (-1, "y")], ids=str)
def test_an_argument_chosen_twice_is_refused(derivative, twice, way):
    """Its gradient would be split between the copies: 0 for the first of them."""
    positions = [place for place in twice if isinstance(place, int)]
    names = [place for place in twice if isinstance(place, str)]
    with pytest.raises(errors.ArgumentError, match="the same argument twice"):
        derivative(way(lambda x, y: x * y * x), positions or None, names or None)(5.0, 2.0)


@pytest.mark.parametrize("none", [((), None), ([], None), (None, ()), ((), ())], ids=str)
def test_choosing_no_argument_is_refused(none):
    with pytest.raises(errors.ArgumentError, match="choose no argument"):
        grad(lambda x, y: x * y, *none)
    assert grad(lambda x, y: x * y, (), ["y"])(5.0, 2.0) == (5.0,)


def test_arguments_that_are_not_there(way):
    f = way(lambda x, y: x * y)
    with pytest.raises(errors.ArgumentError, match="argnums is 2, but there are 2 arguments"):
        grad(f, 2)(1.0, 2.0)
    with pytest.raises(errors.ArgumentError, match="argnames has 'z'"):
        grad(f, argnames="z")(1.0, y=2.0)
    for wrong in ("x", 1.5, [0.5]):
        with pytest.raises((errors.ArgumentError, TypeError)):
            grad(f, wrong)(1.0, 2.0)
    with pytest.raises(errors.ArgumentError, match="argnames is the name"):
        grad(f, argnames=[1])
    with pytest.raises(errors.ArgumentError, match="function to differentiate"):
        grad(3.0)


def test_other_arguments_may_be_anything():
    assert grad(lambda x, mode: x**2 if mode == "square" else x)(3.0, "square") == 6.0
    assert grad(lambda mode, x: x**2 if mode is None else x, 1)(None, 3.0) == 6.0


def test_what_comes_beside_the_value(way):
    f = way(lambda x: (x**2, {"twice": 2 * x, "list": [x, 1.0]}))
    aux = {"twice": 6.0, "list": [3.0, 1.0]}
    assert value_and_grad(f, has_aux=True)(3.0) == ((9.0, aux), 6.0)
    assert grad(f, has_aux=True)(3.0) == (6.0, aux)
    assert jacobian(f, has_aux=True)(3.0) == (6.0, aux)
    assert hessian(f, has_aux=True)(3.0) == (2.0, aux)
    for wrong in (lambda x: x, lambda x: (x, x, x)):
        with pytest.raises(errors.ArgumentError, match="returns a pair"):
            grad(way(wrong), has_aux=True)(3.0)


def test_dataclasses_beside_the_result_are_plain_as_well(way):
    def f(x):
        return x * x, Model([x * 3, 1.0], bias=x, parts=(Point(x, 2.0), {"deep": Model(x)}))

    aux = Model([6.0, 1.0], 2.0, (Point(2.0, 2.0), {"deep": Model(2.0)}))
    g = way(f)
    assert [grad(g, has_aux=True)(2.0), jacobian(g, has_aux=True)(2.0)] == [(4.0, aux)] * 2
    assert hessian(g, has_aux=True)(2.0) == (2.0, aux)
    assert autograd.jvp(g, (2.0,), (1.0,), has_aux=True) == (4.0, 4.0, aux)
    assert autograd.vjp(g, 2.0, has_aux=True)[::2] == (4.0, aux)


def test_a_dataclass_beside_the_result_keeps_what_is_no_field():
    def f(x):
        model = Model(x * x)
        vars(model)["name"] = "a name"
        return x * x, model

    _, aux = grad(f, has_aux=True)(3.0)
    assert (aux, vars(aux)["name"]) == (Model(9.0), "a name")


# --- structures -------------------------------------------------------------------------------------------------


def test_the_structure_that_went_in_comes_out(way):
    def f(tree):
        model, point, items = tree["model"], tree["point"], tree["items"]
        return model.weights[0] * point.x + model.bias * point.y**2 + items[0] * items[1][0]

    tree = {"model": Model([2.0, 5.0], 3.0), "point": Point(4.0, 5.0), "items": (6.0, [7.0], None)}
    expected = {"model": Model([4.0, 0.0], 25.0), "point": Point(2.0, 30.0), "items": (7.0, [6.0], None)}
    value, found = value_and_grad(way(f))(tree)
    assert (value, found) == (8.0 + 75.0 + 42.0, expected)
    assert type(found["point"]) is Point
    rows = hessian(way(f))(tree)
    assert rows["point"].y["model"] == Model([0.0, 0.0], 10.0)
    assert rows["model"].weights[0]["point"] == Point(1.0, 0.0)


def test_a_dataclass_is_put_together_without_its_checks():
    @dataclass
    class Positive:
        x: float

        def __post_init__(self):
            assert self.x > 0

    assert grad(lambda p: -p.x)(Positive(1.0)).x == -1.0


def test_integers_and_fractions_are_numbers(way):
    assert value_and_grad(way(lambda x: x[0] * x[1]))([2, Fraction(1, 2)]) == (1.0, [0.5, 2.0])
    found = value_and_grad(way(lambda x: (x * x).sum()))(numpy.array([1, 2]))[1]
    assert (found.dtype, found.tolist()) == (float, [2.0, 4.0])


def test_arrays_are_arrays_inside_and_come_out(way):
    matrix, vector = numpy.arange(6.0).reshape(2, 3), numpy.array([1.0, -1.0, 2.0])

    def f(m, v):
        return (m[:, 1:] @ v[1:]).sum() + (m * v).sum() + v.mean()

    value, (by_m, by_v) = value_and_grad(way(f), (0, 1))(matrix, vector)
    expected = numpy.array([[1.0, -2.0, 4.0], [1.0, -2.0, 4.0]])
    assert value == pytest.approx((expected * matrix).sum() + vector.mean())
    assert by_m.tolist() == expected.tolist()
    assert by_v == pytest.approx(numpy.array([3.0, 10.0, 14.0]) + 1 / 3)
    rows = jacobian(way(lambda m, v: m @ v), (0, 1))(matrix, vector)
    assert [row.shape for row in rows] == [(2, 2, 3), (2, 3)]
    assert rows[1].tolist() == matrix.tolist()
    assert hessian(way(lambda v: (v**3).sum()))(vector).tolist() == numpy.diag(6 * vector).tolist()
    mixed = hessian(way(lambda p: (p["v"] ** 2).sum() * p["x"]))({"v": vector, "x": 2.0})
    assert mixed["v"]["x"].tolist() == mixed["x"]["v"].tolist() == (2 * vector).tolist()


def test_series_and_data_frames_are_arrays(way):
    pandas = pytest.importorskip("pandas")
    series, frame = pandas.Series([1.0, 2.0]), pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    value, (by_frame, by_series) = value_and_grad(way(lambda d, s: (d @ s).sum()), (0, 1))(frame, series)
    assert (value, by_frame.tolist(), by_series.tolist()) == (17.0, [[1.0, 2.0], [1.0, 2.0]], [3.0, 7.0])


def test_whatever_becomes_an_array_is_one(way):
    numpy = pytest.importorskip("numpy")

    class Column:
        def to_numpy(self):
            return numpy.array([1.0, 2.0])

    value, slopes = value_and_grad(way(lambda column: (column**2).sum()))(Column())
    assert (value, slopes.tolist()) == (5.0, [2.0, 4.0])


# --- plain numbers and Values -----------------------------------------------------------------------------------


def test_plain_numbers_give_plain_numbers_unless_the_result_depends_on_a_value(way):
    w = Value(3.0)
    f = way(lambda x: w * x**2)
    value, slope = value_and_grad(f)(2.0)
    slope.backward()
    assert (value.data, slope.data, w.grad) == (12.0, 12.0, 4.0)
    with no_grad():
        assert value_and_grad(f)(2.0) == (12.0, 12.0)
        assert hessian(f)(2.0) == 6.0
    assert w.grad == 4.0
    assert value_and_grad(way(lambda x: x * Value(3.0)))(2.0) == (6.0, 3.0)  # made inside
    assert grad(lambda x, unused: x * 2)(1.0, w) == 2.0
    found = grad(way(lambda x: x**3))(Value(2.0))
    assert isinstance(found, Value)
    assert found.data == 12.0


def test_what_depends_on_frozen_values_alone_gives_plain_numbers(way):
    w = Value(3.0)
    w.requires_grad = False
    f = way(lambda x: w * x**2)
    (value, slope), curvature = value_and_grad(f)(2.0), hessian(f)(2.0)
    assert (value, slope, curvature, jacobian(f)(2.0), jacfwd(f)(2.0)) == (12.0, 12.0, 6.0, 12.0, 12.0)
    assert type(slope) is type(curvature) is float
    assert jvp(f, (2.0,), (1.0,)) == (12.0, 12.0)
    assert vmap(grad(f))([2.0, 1.0]).tolist() == [12.0, 6.0]
    w.requires_grad = True
    assert isinstance(grad(f)(2.0), Value)


def test_nodes_made_of_frozen_values_outside_keep_their_gradients():
    w = Value(3.0)
    w.requires_grad = False
    outside = w * 2
    outside.grad = 7.0
    assert grad(lambda x: outside * x**2)(2.0) == 24.0
    assert outside.grad == 7.0


@pytest.mark.parametrize("order", ["derivative of compiled", "compiled derivative"])
@pytest.mark.parametrize("backend", ["straight", "array"])
def test_compiled_derivatives_give_numbers_for_numbers(order, backend):
    def made(derivative, f):
        if order == "compiled derivative":
            return autograd.compile(derivative(f), backend=backend)
        return derivative(autograd.compile(f, backend=backend))

    def f(x):
        return (x**3).sum()

    x = numpy.array([1.0, 2.0])
    value, slopes = made(value_and_grad, f)(x)
    assert (type(value), value, slopes.dtype, slopes.tolist()) == (float, 9.0, float, [3.0, 12.0])
    assert made(grad, f)(x).tolist() == [3.0, 12.0]
    assert made(hessian, f)(x).tolist() == [[6.0, 0.0], [0.0, 12.0]]
    assert made(jacobian, lambda x: x * x)(x).tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert made(lambda f: grad(grad(f)), lambda x: x**3)(2.0) == 12.0
    assert type(made(grad, lambda x: x**3)(2.0)) is float
    assert [item.data for item in made(grad, f)(numpy.array([Value(1.0), Value(2.0)]))] == [3.0, 12.0]


def test_a_derivative_sees_what_its_function_reads_beside_its_arguments():
    factor = 2.0
    f = autograd.compile(grad(lambda x: factor * x**2))
    assert f(1.0) == 4.0
    factor = 3.0
    assert f(1.0) == 6.0


def test_methods():
    class Line:
        slope = 3.0

        def distance(self, x):
            return (self.slope * x) ** 2

    assert grad(Line().distance)(2.0) == 36.0
    assert value_and_grad(autograd.compile(Line().distance))(2.0) == (36.0, 36.0)


# --- where there is no finite number ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [inf, -inf, nan, numpy.float64(inf), numpy.array(nan)], ids=repr)
def test_a_function_may_return_a_number_that_is_not_finite(number):
    """As a function written for a line search does outside its domain."""

    def f(x):
        return number if x < 0 else autograd.sqrt(x)

    assert value_and_grad(f, on_error="inf")(4.0) == (2.0, 0.25)
    value, slope = value_and_grad(f, on_error="inf")(-1.0)
    assert (value, isnan(slope)) == (inf, True)
    assert value_and_grad(f, on_error=1e10)(-1.0) == (1e10, 0.0)
    with pytest.raises(errors.NumberOverflowError, match=f"returned {float(number)}.*on_error="):
        grad(f)(-1.0)


def test_an_overflow_can_be_infinite_instead(way):
    f = way(lambda x: autograd.exp(x[0]) / x[1])
    for point in ([1000.0, 1.0], [0.0, 0.0]):
        with pytest.raises(errors.AutogradError):
            value_and_grad(f)(point)
        value, slopes = value_and_grad(f, on_error="inf")(point)
        assert value == float("inf")
        assert numpy.isnan(slopes).all()
        assert len(slopes) == 2
    assert value_and_grad(f, on_error="inf")([0.0, 1.0]) == (1.0, [1.0, -1.0])
    with pytest.raises(errors.ArgumentError, match="on_error"):
        value_and_grad(f, on_error="nan")
    with pytest.raises(errors.NumberError):
        value_and_grad(f, on_error="inf")(["a", 1.0])


@pytest.mark.parametrize("bad", [nan, inf])
@pytest.mark.parametrize("derivative", [autograd.grad, autograd.jacobian, autograd.jacfwd, autograd.hessian])
def test_what_is_not_finite_is_refused_by_every_route_also_where_a_derivative_does_not_depend_on_it(derivative, bad):
    pytest.importorskip("numpy")
    made = derivative(lambda x: x * x if derivative is autograd.hessian else 3.0 * x)
    for route in (made, autograd.compile(made)):
        with pytest.raises(autograd.errors.ArgumentError, match="Expected a finite number"):
            route(bad)
    with pytest.raises(autograd.errors.ArgumentError, match="Expected a finite number"):
        autograd.vmap(made)([1.0, bad])
