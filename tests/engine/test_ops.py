"""Every row of the formula table against mpmath and against finite differences, to second order and at extremes."""

import ast
import inspect
import math
from itertools import product

import mpmath
import pytest
from oracles import derivative, numbers_of, slope, with_numbers

import autograd
from autograd import Value, check_gradient, gradient
from autograd.formulas.operation import OPERATIONS

GIVEN = {"detach", "with_slope"}  # these have a gradient that is given, not one to agree with
ROWS = {name: row for name, row in OPERATIONS.items() if name not in GIVEN}
PROBES = [pytest.param(name, probe, id=f"{name}{probe}") for name, row in ROWS.items() for probe in row.probes]


def apply(name: str, operands: tuple[object, ...], numbers: list[object]) -> object:
    return OPERATIONS[name](*with_numbers(name, operands, numbers))


def close(found: float, expected: float, tolerance: float = 1e-12, tiny: float = 0.0) -> bool:
    return found == expected or abs(found - expected) <= tolerance * abs(expected) + tiny


@pytest.mark.parametrize(("name", "row"), ROWS.items())
def test_every_row_can_be_probed(name, row):
    assert row.probes
    assert all(len(probe) == len(row.operands) for probe in row.probes)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "probe"), PROBES)
def test_value_agrees_with_mpmath_for_values_and_for_plain_numbers(name, probe):
    numbers = numbers_of(name, probe)
    expected = derivative(name, probe)
    plain = apply(name, probe, numbers)
    assert type(plain) is float
    assert close(plain, expected, 1e-15, 1e-16)
    value = apply(name, probe, [Value(number) for number in numbers])
    assert isinstance(value, Value)
    assert type(value.data) is float
    assert value.data == plain


@pytest.mark.parametrize(("name", "probe"), PROBES)
def test_gradient_agrees_with_mpmath(name, probe):
    inputs = [Value(number) for number in numbers_of(name, probe)]
    output = apply(name, probe, inputs)
    output.backward()
    for position, x in enumerate(inputs):
        expected = derivative(name, probe, position)
        assert close(x.grad, expected, 1e-12, 1e-20), (position, x.grad, expected)
    assert output.local_derivatives() == tuple(x.grad for x in inputs)


@pytest.mark.parametrize(("name", "probe"), PROBES)
def test_each_operand_may_be_a_literal(name, probe):
    numbers = numbers_of(name, probe)
    for literal in range(len(numbers) if len(numbers) > 1 else 0):
        inputs = [number if i == literal else Value(number) for i, number in enumerate(numbers)]
        output = apply(name, probe, inputs)
        output.backward()
        assert len(output.parents) == len(numbers) - 1
        for position, x in enumerate(inputs):
            if position != literal:
                assert close(x.grad, derivative(name, probe, position), 1e-12, 1e-20)


@pytest.mark.parametrize(("name", "probe"), PROBES)
def test_second_derivatives_agree_with_mpmath(name, probe):
    inputs = [Value(number) for number in numbers_of(name, probe)]
    slopes = gradient(apply(name, probe, inputs), inputs)
    for first, second in product(range(len(inputs)), repeat=2):
        found = gradient(slopes[first], [inputs[second]])[0].data
        expected = derivative(name, probe, first, second)
        assert close(found, expected, 1e-9, 1e-15), (first, second, found, expected)


@pytest.mark.parametrize(("name", "probe"), PROBES)
def test_gradients_agree_with_finite_differences_to_second_order(name, probe):
    check_gradient(lambda *inputs: apply(name, probe, inputs), *numbers_of(name, probe), order=2)


def test_finite_differences_written_here_agree_too():
    """check_gradient is code under test itself, so one plain central difference per operation stands beside it."""
    for name, row in ROWS.items():
        for probe in row.probes:
            numbers = numbers_of(name, probe)
            inputs = [Value(number) for number in numbers]
            apply(name, probe, inputs).backward()
            for i, x in enumerate(inputs):
                h = 1e-6 if abs(x.data) > 1e-6 else 1e-10
                above = apply(name, probe, [n + h * (i == j) for j, n in enumerate(numbers)])
                below = apply(name, probe, [n - h * (i == j) for j, n in enumerate(numbers)])
                assert (above - below) / (2 * h) == pytest.approx(x.grad, rel=1e-6, abs=1e-6), (name, probe, i)


# --- extremes -----------------------------------------------------------------------------------------

EXTREMES = (1e3, -1e3, 745.0, -745.0, 36.0, -36.0, 1e-300, -1e-300, 5e-324, 0.0, 1e154, -1e154, 1e308, -1e308)
STABLE = ("sigmoid", "tanh", "softplus", "silu", "gelu", "relu", "elu", "leaky_relu", "atan", "erf", "erfc")
STABLE_SEQUENCES = ([1e3, -1e3], [745.0, -745.0, 0.0], [1e-300, -1e-300], [1e308, 1e308], [-1e308, -1e308, -745.0])


KINK_AT_ZERO = ("relu", "elu", "leaky_relu")


@pytest.mark.parametrize("x", EXTREMES)
@pytest.mark.parametrize("name", STABLE)
def test_stable_functions_at_extremes(name, x):
    operation = OPERATIONS[name]
    value = Value(x)
    output = operation(value)
    rest = tuple(operation.defaults.values())
    assert close(output.data, derivative(name, (x, *rest)), 1e-13, 1e-318)  # below 1e-308 a float has fewer digits
    assert operation(x) == output.data
    output.backward()
    if x or name not in KINK_AT_ZERO:
        assert close(value.grad, slope(name, x, *rest), 1e-12, 1e-15)


@pytest.mark.parametrize("xs", STABLE_SEQUENCES, ids=str)
def test_logsumexp_and_softmax_at_extremes(xs):
    inputs = [Value(x) for x in xs]
    output = autograd.logsumexp(inputs)
    assert close(output.data, derivative("logsumexp", (xs,)), 1e-14)
    output.backward()
    probabilities = [derivative("softmax", (xs, i)) for i in range(len(xs))]
    assert [x.grad for x in inputs] == pytest.approx(probabilities, rel=1e-13, abs=1e-300)
    softmax = autograd.softmax(inputs)
    assert [p.data for p in softmax] == pytest.approx(probabilities, rel=1e-13, abs=1e-300)
    softmax[0].backward()
    logs = autograd.log_softmax(inputs)
    assert [p.data for p in logs] == pytest.approx(
        [derivative("log_softmax", (xs, i)) for i in range(len(xs))], rel=1e-14, abs=0
    )
    logs[-1].backward()
    assert all(math.isfinite(x.grad) for x in inputs)


@pytest.mark.parametrize("gap", [1e-300, 1e-9, 1.0, 36.0, 37.0, 700.0, 745.0, 1e3])
def test_log_softmax_keeps_the_digits_of_a_probability_near_one(gap):
    """log(softmax) of the larger of two logits is -log1p(exp(-gap)), as small as the gap is large."""
    assert close(autograd.log_softmax([gap, 0.0])[0], -float(mpmath.log1p(mpmath.exp(-gap))), 1e-14, 1e-320)


@pytest.mark.parametrize("x", [1e-300, -1e-300, 1e-18, -1e-18, 1e-9, -1e-9])
def test_log1p_and_expm1_keep_small_numbers(x):
    for name in ("log1p", "expm1"):
        value = Value(x)
        output = OPERATIONS[name](value)
        output.backward()
        assert close(output.data, derivative(name, (x,)), 1e-15)
        assert close(value.grad, slope(name, x), 1e-15)


@pytest.mark.parametrize("x", [1e-9, 0.4999, 0.5001, 0.99, 1 - 1e-6, 1 - 1e-12])
@pytest.mark.parametrize("name", ["asin", "acos", "atanh"])
def test_slopes_keep_their_digits_up_to_the_end_of_the_domain(name, x):
    with mpmath.workdps(40):
        rest = 1 - mpmath.mpf(x) ** 2
        expected = float({"asin": rest**-0.5, "acos": -(rest**-0.5), "atanh": 1 / rest}[name])
    for sign in (1, -1):
        value = Value(sign * x)
        OPERATIONS[name](value).backward()
        assert value.grad == pytest.approx(expected, rel=1e-15)


# --- conventions at kinks, as the rows state them -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operands", "slopes"),
    [
        ("abs", (0.0,), [0.0]),
        ("sign", (0.0,), [0.0]),
        ("relu", (0.0,), [0.0]),
        ("leaky_relu", (0.0, 0.1), [0.1, 0.0]),
        ("elu", (0.0, 1.5), [1.5, 0.0]),
        ("maximum", (2.0, 2.0), [0.5, 0.5]),
        ("minimum", (2.0, 2.0), [0.5, 0.5]),
        ("clamp", (1.0, -1.0, 1.0), [1.0, 0.0, 0.0]),
        ("clamp", (-1.0, -1.0, 1.0), [1.0, 0.0, 0.0]),
        ("where", (0.0, 2.0, 3.0), [0.0, 0.0, 1.0]),
        ("max", ([2.0, 2.0, 1.0],), [0.5, 0.5, 0.0]),
        ("min", ([2.0, 2.0, 5.0],), [0.5, 0.5, 0.0]),
        ("prod", ([0.0, 2.0, 3.0],), [6.0, 0.0, 0.0]),
        ("prod", ([0.0, 0.0, 3.0],), [0.0, 0.0, 0.0]),
        ("pow", (0.0, 2.0), [0.0, 0.0]),
        ("pow", (0.0, 1.0), [1.0, 0.0]),
        ("pow", (0.0, 0.0), [0.0, 0.0]),
        ("hypot", (0.0, 0.0), [0.0, 0.0]),
        ("hypot_slope", (0.0, 0.0), [0.0, 0.0]),
        ("copysign", (0.0, -2.0), [0.0, 0.0]),
        ("remainder", (4.0, 2.0), [1.0, -2.0]),
        *[(name, (2.0,), [0.0]) for name in ("floor", "ceil", "trunc")],
        ("round", (2.5,), [0.0]),
        ("norm", ([0.0, 0.0],), [0.0, 0.0]),
        ("ordered", ([2.0, 1.0, 2.0], 1), [0.5, 0.0, 0.5]),
    ],
)
def test_conventions_at_kinks(name, operands, slopes):
    inputs = [Value(number) for number in numbers_of(name, operands)]
    output = apply(name, operands, inputs)
    output.backward()
    assert [x.grad for x in inputs] == slopes
    assert [slope.data for slope in gradient(output, inputs)] == slopes
    row = OPERATIONS[name]
    assert any(matters(row, each, operands) for each in row.conventions) == bool(row.conventions)


def matters(row, convention, operands):
    """Whether numbers are those that a convention speaks of."""
    names = {**dict(zip(row.operands, operands, strict=True)), "out": row(*operands), "abs": abs, "sum": sum}
    return eval(convention.when or "True", names)


def test_no_convention_is_about_a_probe():
    always = {"where": 1, "remainder": 0}  # the place of one that is not about a kink
    for row in ROWS.values():
        others = [each for i, each in enumerate(row.conventions) if always.get(row.name) != i]
        assert not any(matters(row, each, probe) for each in others if each.when for probe in row.probes)


def test_the_second_derivative_of_a_power_of_zero():
    for exponent, second in ((0, 0.0), (1, 0.0), (2, 2.0), (3, 0.0)):
        x = Value(0.0)
        (first,) = gradient(x**exponent, [x])
        assert gradient(first, [x])[0].data == second


@pytest.mark.parametrize("exponent", [2, 3, -1, -2, 0])
def test_negative_base_with_a_whole_exponent(exponent):
    x = Value(-1.5)
    y = x**exponent
    y.backward()
    assert y.data == (-1.5) ** exponent
    assert x.grad == pytest.approx(exponent * (-1.5) ** (exponent - 1), rel=1e-15)


# --- the table as a whole -----------------------------------------------------------------------------


def test_formulas_are_expressions_over_operands_out_and_known_names():
    from autograd.formulas.floats import FLOATS

    for row in ROWS.values():
        for formula in (row.value, *row.slopes.values()):
            tree = ast.parse(formula, mode="eval")
            bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            assert names <= {*row.operands, *bound, "out", *FLOATS, *OPERATIONS}, (row.name, formula)


def test_every_operation_the_project_promises_is_public():
    unary = "exp log log1p expm1 sqrt sin cos tan asin acos atan sinh cosh tanh sigmoid relu gelu silu softplus abs"
    others = "leaky_relu elu maximum minimum clamp sum mean prod dot max min logsumexp softmax log_softmax"
    for name in (unary + " " + others).split():
        assert callable(getattr(autograd, name)), name
    for name in unary.split():
        assert callable(getattr(Value(0.5), "__abs__" if name == "abs" else name)), name


def test_what_runs_can_be_read():
    assert "compute(x := self.data)" in inspect.getsource(Value.tanh)  # the engine's own code, not a template's
    assert "return tanh(x)" in inspect.getsource(OPERATIONS["tanh"].on_floats)
    assert "return sech_squared(x)" in inspect.getsource(OPERATIONS["tanh"].slope_on_floats("x"))
