"""SciPy's methods take our derivatives as they are, eager and compiled."""

import math
from functools import partial

import numpy
import pytest
from problems import RESIDUALS

import autograd
from autograd import hessian, hvp, jacobian, value_and_grad

optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
integrate = pytest.importorskip("scipy.integrate")

UNIQUE = {name: problem for name, problem in RESIDUALS.items() if problem[2] is not None}


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


START = numpy.array([1.3, 0.7, 0.8, 1.9])


@pytest.fixture(params=["eager", "compiled"])
def way(request):
    return autograd.compile if request.param == "compiled" else lambda f: f


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP"])
def test_minimize_with_gradients(way, method):
    found = optimize.minimize(value_and_grad(way(rosenbrock)), START, jac=True, method=method, tol=1e-10)
    assert found.x == pytest.approx(numpy.ones(4), abs=1e-3)
    assert type(found.fun) in {float, numpy.float64}


@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "dogleg"])
def test_minimize_with_second_derivatives(way, method):
    f = way(rosenbrock)
    start = numpy.full(4, 1.1)  # where the Hessian is positive, as dogleg needs it
    found = optimize.minimize(value_and_grad(f), start, jac=True, hess=hessian(f), method=method)
    assert found.x == pytest.approx(numpy.ones(4), abs=1e-3)
    if method in {"Newton-CG", "trust-ncg", "trust-krylov"}:
        product = lambda x, p: hvp(f, (x,), (p,))  # noqa: E731
        found = optimize.minimize(value_and_grad(f), START, jac=True, hessp=product, method=method)
        assert found.x == pytest.approx(numpy.ones(4), abs=1e-3)


@pytest.mark.parametrize("name", UNIQUE)
def test_least_squares_finds_the_published_minimum(name):
    residuals, start, minimum = UNIQUE[name]
    f = autograd.compile(lambda x: residuals(x, autograd))
    found = optimize.least_squares(
        lambda x: [each.data for each in f(x)], start, jac=jacobian(f), x_scale="jac", max_nfev=5000,
        ftol=1e-15, xtol=1e-15, gtol=1e-15,
    )  # fmt: skip
    assert 2 * found.cost == pytest.approx(minimum, rel=1e-5, abs=1e-10)


def test_root(way):
    def f(x):
        return [x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, 0.5 * (x[1] - x[0]) ** 3 + x[1]]

    found = optimize.root(f, [0.0, 0.0], jac=jacobian(way(f)))
    assert found.success
    assert found.x == pytest.approx([0.8411639, 0.1588361], abs=1e-7)  # the example in SciPy's manual


def test_curve_fit(way):
    def model(t, a, b, c):
        return a * math.e ** (-b * t) + c

    def derivatives(t, *parameters):
        rows = jacobian(way(lambda p: [model(each, *p) for each in ts]))(numpy.array(parameters))
        return numpy.array(rows)

    ts = numpy.linspace(0, 4, 20).tolist()
    data = [2.5 * math.exp(-1.3 * t) + 0.5 for t in ts]
    found, _ = optimize.curve_fit(model, numpy.array(ts), data, p0=[1.0, 1.0, 0.0], jac=derivatives)
    assert found == pytest.approx([2.5, 1.3, 0.5], rel=1e-8)


def test_solve_ivp_of_a_stiff_system(way):
    """Robertson's problem, with the values of Hairer & Wanner, Solving Ordinary Differential Equations II."""

    def rates(y):
        first, second = 0.04 * y[0] - 1e4 * y[1] * y[2], 3e7 * y[1] ** 2
        return [-first, first - second, second]

    slopes = jacobian(way(rates))
    found = integrate.solve_ivp(
        lambda t, y: rates(y), (0.0, 40.0), [1.0, 0.0, 0.0], method="Radau", rtol=1e-10, atol=1e-14,
        jac=lambda t, y: slopes(y),
    )  # fmt: skip
    assert found.y[:, -1] == pytest.approx([0.7158270688, 0.9185534765e-5, 0.2841637457], rel=1e-7)


def test_a_line_search_that_leaves_the_domain(way):
    f = way(lambda x: 1000 * x[0] - autograd.log(x[0]) + (x[1] - 2) ** 2)  # its minimum is at (0.001, 2)
    with pytest.raises(autograd.errors.DomainError):
        optimize.minimize(value_and_grad(f), [1.0, 1.0], jac=True, method="BFGS")
    found = optimize.minimize(value_and_grad(f, on_error="inf"), [1.0, 1.0], jac=True, method="BFGS")
    assert found.x == pytest.approx([0.001, 2.0], rel=1e-3)


@pytest.mark.parametrize("method", ["L-BFGS-B", "TNC"])
def test_a_line_search_that_needs_a_finite_number(way, method):
    f = way(lambda x: 1000 * x[0] - autograd.log(x[0]) + (x[1] - 2) ** 2)
    found = optimize.minimize(value_and_grad(f, on_error=1e10), [1.0, 1.0], jac=True, method=method)
    assert found.success
    assert found.x == pytest.approx([0.001, 2.0], rel=1e-3)


def test_an_argument_that_is_not_finite_has_no_finite_value_either(way):
    f = way(lambda x: x[0] * x[1])
    for start in ([math.nan, 1.0], numpy.array([1.0, math.inf])):
        value, slopes = value_and_grad(f, on_error="inf")(start)
        assert value == math.inf
        assert type(slopes) is type(start)
        assert all(map(math.isnan, slopes))
        with pytest.raises(autograd.errors.ArgumentError, match="finite"):
            value_and_grad(f)(start)
    value, slopes = value_and_grad(f, on_error=1e10)([math.nan, 1.0])
    assert (value, slopes) == (1e10, [0.0, 0.0])
    with pytest.raises(autograd.errors.ArgumentError, match="argnums"):
        value_and_grad(f, 3, on_error="inf")([1.0, 2.0])


def test_a_compiled_product_of_the_hessian_gives_numbers():
    product = autograd.compile(partial(hvp, rosenbrock))
    x = numpy.array([0.5, 0.7])
    expected = numpy.array([[2 - 400 * (x[1] - 3 * x[0] ** 2), -400 * x[0]], [-400 * x[0], 200.0]])
    assert product((x,), (numpy.array([1.0, 2.0]),)) == pytest.approx(expected @ [1.0, 2.0], rel=1e-13)
