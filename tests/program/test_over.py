"""Programs over other arithmetics: a batch in NumPy arrays, exact fractions, many digits, symbols."""

import math
from fractions import Fraction

import mpmath
import pytest
from random_programs import RandomProgram

import autograd
from autograd import Value, value_and_grad
from autograd.errors import ArgumentError, DomainError, MissingPackageError


def recorded(function, *arguments, **named):
    """Compile a function and call it once."""
    compiled = autograd.compile(function, backend="straight")
    compiled(*arguments, **named)
    return compiled


def test_fractions_are_exact():
    compiled = recorded(lambda x, y: (x + y) ** 2 / 3 - autograd.maximum(x, y), 1.0, 2.0)
    third, seventh = Fraction(1, 3), Fraction(1, 7)
    value, (by_x, by_y) = value_and_grad(compiled.over("fractions"), (0, 1))(third, seventh)
    assert compiled.over("fractions").value_and_grad(third, seventh) == (value, by_x)
    assert value == (third + seventh) ** 2 / 3 - third
    assert (by_x, by_y) == (Fraction(2, 3) * (third + seventh) - 1, Fraction(2, 3) * (third + seventh))
    assert compiled.over("fractions")(third, seventh) == value


def scaled(x, y, *, power, scale):
    return scale * (x + 2 * y) ** power


def test_arguments_by_name():
    third, half = Fraction(1, 3), Fraction(1, 2)
    compiled = autograd.compile(scaled, static=["power"], backend="straight")
    compiled(1.0, y=2.0, power=2, scale=3.0)
    over = compiled.over("fractions")
    for named in ({"y": half, "scale": 3}, {"scale": 3, "y": half}):
        assert over(third, **named) == Fraction(16, 3)
        assert over.value_and_grad(third, **named) == (Fraction(16, 3), 8)
        assert value_and_grad(over, argnames="y")(third, **named) == (Fraction(16, 3), 16)
        assert value_and_grad(over, argnums=(0, 1), argnames="scale")(third, **named)[1] == (8, 16, Fraction(16, 9))
    with pytest.raises(ArgumentError, match=r"recorded with .*\['y', 'scale'\].*got \['y', 'speed'\]"):
        over(third, y=half, speed=1)


def test_arguments_recorded_by_position_and_given_by_name():
    over = recorded(lambda x, y: x * x * y, 1.0, 2.0).over("fractions")
    assert over(y=Fraction(1, 3), x=2) == over(2, y=Fraction(1, 3)) == Fraction(4, 3)
    assert value_and_grad(over, argnames=("y", "x"))(y=Fraction(1, 3), x=2)[1] == (4, Fraction(4, 3))
    assert value_and_grad(over, argnames="y")(2, Fraction(1, 3))[1] == 4
    spread = recorded(lambda x, *others, scale: scale * x * sum(others), 1.0, 2.0, 3.0, scale=1.0).over("fractions")
    assert spread(1, 2, 3, scale=2) == 10
    with pytest.raises(ArgumentError):
        spread(1, 2, scale=2)


def test_fractions_have_no_exponential_and_say_so():
    with pytest.raises(DomainError, match="fractions has no exp, which program needs"):
        recorded(lambda x: autograd.exp(x) + 1, 1.0).over("fractions")(Fraction(1, 2))
    with pytest.raises(DomainError, match="fractions has no sqrt"):
        recorded(lambda x: x**0.5, 1.0).over("fractions")(Fraction(1, 2))
    with pytest.raises(DomainError, match="is not defined over fractions here"):
        recorded(lambda x: 1 / x, 1.0).over("fractions")(Fraction(0))


def test_a_power_of_a_fraction_that_would_never_end_is_refused():
    power = recorded(lambda x, y: x**y, 2.0, 2.0).over("fractions")
    assert power(Fraction(1), Fraction(10) ** 300) == 1
    assert power(Fraction(10) ** 300, Fraction(3)) == Fraction(10) ** 900
    with pytest.raises(DomainError, match=r"a power with the exponent 1e\+300 has too many digits"):
        power(Fraction(1, 3), Fraction(10) ** 300)


FUNCTIONS = {
    "gelu": autograd.gelu,
    "sigmoid": autograd.sigmoid,
    "softplus": autograd.softplus,
    "silu": autograd.silu,
    "log1p": autograd.log1p,
    "erf": autograd.erf,
    "elu": autograd.elu,
    "power": lambda x: x**1.5 + 2**x + x**-2,
    "logsumexp": lambda x: autograd.logsumexp([x, 2 * x]),
    "softmax": lambda x: autograd.softmax([x, 1.0, x * x])[0],
    "product": lambda x: autograd.prod([x, x + 1, x]),
    "choices": lambda x: autograd.clamp(x, -1, 1) * autograd.sign(x) + autograd.maximum(x, 0.1) + abs(x),
    "thirds": lambda x: x / 3,
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_mpmath_computes_with_as_many_digits_as_one_likes(function):
    compiled = recorded(function, 0.3)
    over = compiled.over("mpmath")
    with mpmath.workdps(50):
        x = mpmath.mpf("0.3")
        value, slope = over.value_and_grad(x)
        assert mpmath.almosteq(slope, mpmath.diff(over, x), rel_eps=mpmath.mpf("1e-40"), abs_eps=mpmath.mpf("1e-40"))
        assert float(over(mpmath.mpf(0.3))) == pytest.approx(compiled(0.3).data, rel=1e-15)
        assert value == over(x)


def test_a_third_has_fifty_digits():
    with mpmath.workdps(50):
        assert recorded(lambda x: x / 3, 1.0).over("mpmath")(mpmath.mpf(1)) * 3 == 1


def test_symbols_give_formulas():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y", real=True)
    over = recorded(lambda x, y: autograd.sin(x) * y**2 + autograd.exp(x * y), 1.0, 2.0).over("sympy")
    value, (by_x, by_y) = value_and_grad(over, (0, 1))(x, y)
    assert sympy.simplify(value - (sympy.sin(x) * y**2 + sympy.exp(x * y))) == 0
    assert sympy.simplify(by_x - sympy.diff(value, x)) == 0
    assert sympy.simplify(by_y - sympy.diff(value, y)) == 0


def test_choices_among_symbols_are_piecewise():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y", real=True)

    def function(x, y):
        chosen = autograd.max([x, y]) + autograd.where(x, y, 1.0) + autograd.relu(y) + autograd.minimum(x, y)
        return chosen + autograd.logsumexp([x, y]) + autograd.softmax([x, y])[0] + abs(x) * autograd.take([x, y], 1)

    compiled = recorded(function, 1.0, 2.0)
    value, slopes = value_and_grad(compiled.over("sympy"), (0, 1))(x, y)
    for point in ((1.3, 0.4), (-0.3, 0.8), (0.2, -1.5)):
        expected, expected_slopes = value_and_grad(compiled, (0, 1))(*point)
        numbers = dict(zip((x, y), point, strict=True))
        assert float(value.subs(numbers)) == pytest.approx(expected, rel=1e-12)
        assert [float(slope.subs(numbers)) for slope in slopes] == pytest.approx(list(expected_slopes), rel=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "tanh", "gelu", "silu"])
def test_symbols_of_smooth_functions_have_smooth_derivatives_at_0(name):
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x", real=True)
    value, slope = recorded(getattr(autograd, name), 1.0).over("sympy").value_and_grad(x)
    first = {"sigmoid": 0.25, "softplus": 0.5, "tanh": 1.0, "gelu": 0.5, "silu": 0.5}[name]
    second = {"softplus": 0.25, "gelu": float(2 / mpmath.sqrt(2 * mpmath.pi)), "silu": 0.5}.get(name, 0.0)
    assert [float(f.subs(x, 0)) for f in (sympy.diff(value, x), slope)] == [first, first]
    assert float(sympy.diff(value, x, 2).subs(x, 0)) == pytest.approx(second)


def test_symbols_follow_the_conventions_at_ties_and_pass_nothing_on_where_nothing_flows_in():
    sympy = pytest.importorskip("sympy")
    x, y, z = sympy.symbols("x y z", real=True)
    smallest = recorded(lambda *xs: autograd.min(xs), 1.0, 2.0, 3.0).over("sympy")
    _, slopes = value_and_grad(smallest, (0, 1, 2))(x, y, z)
    assert [float(slope.subs({x: 1, y: 2, z: 3})) for slope in slopes] == [1.0, 0.0, 0.0]
    assert [float(slope.subs({x: 1, y: 1, z: 3})) for slope in slopes] == [0.5, 0.5, 0.0]
    _, slopes = value_and_grad(recorded(autograd.maximum, 1.0, 2.0).over("sympy"), (0, 1))(x, y)
    assert [float(slope.subs({x: 2, y: 2})) for slope in slopes] == [0.5, 0.5]
    choice = recorded(lambda x: autograd.where(1 - x, x, autograd.sqrt(x)), 0.5)
    assert float(choice.over("sympy").value_and_grad(x)[1].subs(x, 0)) == 1.0
    assert choice.over("mpmath").value_and_grad(mpmath.mpf(0))[1] == 1


def test_symbols_pass_nothing_on_at_a_root_either():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y", real=True)
    product = recorded(lambda x, y: x * autograd.sqrt(y), 1.0, 2.0).over("sympy")
    _, (by_x, by_y) = value_and_grad(product, (0, 1))(x, y)
    assert [slope.subs({x: 0, y: 0}) for slope in (by_x, by_y)] == [0, 0]
    assert float(by_y.subs({x: 3, y: 4})) == 3 * float(sympy.diff(by_x, y).subs(y, 4)) == 0.75
    assert float(sympy.diff(by_y, x).subs({x: 0, y: 4})) == 0.25  # beside the root nothing is cut off
    kinked = recorded(lambda x: autograd.maximum(autograd.sqrt(abs(x)), 1.0), 2.0).over("sympy")
    assert kinked.value_and_grad(x)[1].subs(x, 0) == 0


def test_symbols_know_what_is_detached():
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x", real=True)
    over = recorded(lambda x: autograd.sqrt(x).detach() * x, 2.0).over("sympy")
    value, slope = over.value_and_grad(x)
    assert str(value) == "x*detach(sqrt(x))"
    assert sympy.diff(value, x) == slope
    assert (value.subs(x, 4), slope.subs(x, 4), sympy.diff(value, x, 2)) == (8, 2, 0)
    assert sympy.lambdify(x, value)(4.0) == 8.0


def test_mpmath_goes_on_where_its_own_erfc_meets_a_float():
    over = recorded(autograd.gelu, 1.0).over("mpmath")
    with mpmath.workdps(30):
        for point in (750, 10**160, -(10**160)):
            value, slope = over.value_and_grad(mpmath.mpf(point))
            assert float(value) == float(max(point, 0))
            assert float(slope) == float(point > 0)


@pytest.mark.parametrize(
    ("function", "point"),
    [
        *((autograd.log, -1), (autograd.log, 0), (autograd.log2, -1), (autograd.log10, -1)),
        *((autograd.sqrt, -1), (autograd.asin, 2), (lambda x: x**0.7, -1)),
    ],
)
def test_mpmath_stays_real(function, point):
    with pytest.raises(DomainError, match=r"is not defined over mpmath here: .* has no real value"):
        recorded(function, 0.5).over("mpmath")(mpmath.mpf(point))


def test_fractions_stay_fractions():
    def function(x, y):
        return autograd.max([x, x, y]) + autograd.prod([x, y, 2.0]) + autograd.take([x, y], 1) + autograd.where(y, x, 0)

    over = recorded(function, 1.0, 2.0).over("fractions")
    value, slopes = value_and_grad(over, (0, 1))(Fraction(1, 3), Fraction(1, 7))
    assert (value, slopes) == (
        Fraction(1, 3) + Fraction(2, 21) + Fraction(1, 7) + Fraction(1, 3),
        (Fraction(16, 7), Fraction(5, 3)),
    )
    assert all(isinstance(item, Fraction) for item in (value, *slopes))
    with pytest.raises(DomainError, match="has no exact value"):
        recorded(lambda x: x**1.5, 1.0).over("fractions")(Fraction(2))


# --- NumPy: each number a whole batch ---------------------------------------------------------------------


def test_a_batch_runs_at_once():
    np = pytest.importorskip("numpy")
    w = Value(2.0)
    over = recorded(lambda p: {"out": [w * p["a"] * p["b"][0]]}, {"a": 1.0, "b": [2.0]}).over("numpy")
    assert over({"a": np.array([1.0, 2.0, 3.0]), "b": [3.0]})["out"][0].tolist() == [6.0, 12.0, 18.0]


def test_a_number_that_stands_twice_in_a_sum_does_not_change_the_others():
    np = pytest.importorskip("numpy")
    a = np.array([5.0, 6.0])
    over = recorded(lambda x, y, a: ((x + y) + x) * a, 1.0, 2.0, 3.0).over("numpy")
    _, (by_x, by_y, _) = value_and_grad(over, range(3))(np.array([1.0, 2.0]), np.array([3.0, 4.0]), a)
    assert (by_x.tolist(), by_y.tolist()) == ((2 * a).tolist(), a.tolist())


@pytest.mark.slow
def test_random_functions_over_a_batch_are_those_functions_of_each_sample():
    np = pytest.importorskip("numpy")
    ran = 0
    for seed in range(60):
        program = RandomProgram(seed)
        values = [Value(x) for x in program.parameters]

        def function(xs, program=program, values=values):
            outputs = program(values, xs)
            return sum(outputs) if isinstance(outputs, list) else outputs

        samples = [[x + shift for x in program.arguments] for shift in (0.0, 0.1, -0.2)]
        try:
            with autograd.no_grad():  # plain numbers, although the function uses Values from outside
                expected = [value_and_grad(function)(sample) for sample in samples]
        except autograd.errors.AutogradError:
            continue
        if max(abs(x) for value, slopes in expected for x in (value, *slopes)) > 1e6:
            continue
        columns = [np.array(column) for column in zip(*samples, strict=True)]
        value, slopes = recorded(function, samples[0]).over("numpy").value_and_grad(columns)
        assert np.broadcast_to(value, 3).tolist() == pytest.approx([v for v, _ in expected], rel=1e-11, abs=1e-11)
        for column, own in zip(slopes, zip(*[s for _, s in expected], strict=True), strict=True):
            assert np.broadcast_to(column, 3).tolist() == pytest.approx(list(own), rel=1e-9, abs=1e-9)
        ran += 1
    assert ran > 40


def test_a_whole_number_among_batches_is_a_number_like_others():
    np = pytest.importorskip("numpy")
    over = recorded(lambda x: autograd.erf(autograd.leaky_relu(2, x)) + x, 0.5).over("numpy")  # leaky_relu gives 2
    assert over(np.array([1.0, 2.0])).tolist() == pytest.approx([1 + float(mpmath.erf(2)), 2 + float(mpmath.erf(2))])


@pytest.mark.parametrize("kind", ["uint8", "int8", "int32", "int64", "bool"])
def test_whole_numbers_of_numpy_do_not_begin_again_from_the_other_end(kind):
    np = pytest.importorskip("numpy")
    largest = 1 if kind == "bool" else np.iinfo(kind).max
    over = recorded(lambda x: x * x * x + x - 300 * x**-1, 1.0).over("numpy")
    for x in (np.array([largest, 1], kind), np.array([largest], kind)[0]):
        value, slope = over.value_and_grad(x)
        exact = Fraction(int(largest))
        expected = float(exact**3 + exact - 300 / exact), float(3 * exact**2 + 1 + 300 / exact**2)
        assert (np.ravel(over(x))[0], np.ravel(value)[0], np.ravel(slope)[0]) == pytest.approx(
            (expected[0], *expected), rel=1e-14
        )


@pytest.mark.parametrize("library", ["numpy", "fractions", "mpmath", "sympy"])
def test_what_is_no_real_number_is_named(library):
    np = pytest.importorskip("numpy")
    over = recorded(lambda x: x * x, 1.0).over(library)
    for wrong in (None, "1/2", np.array([1j]), np.array(["a"])):
        with pytest.raises(ArgumentError, match=f"over {library} takes real numbers; got"):
            over(wrong)
        with pytest.raises(ArgumentError, match=f"over {library} takes real numbers; got"):
            over.value_and_grad(wrong)


def test_each_sample_of_a_batch_may_take_another_position():
    np = pytest.importorskip("numpy")
    over = recorded(lambda xs, i: autograd.take(xs, i) ** 2, [1.0, 2.0, 3.0], 1).over("numpy")
    xs = [np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0]
    value, slopes = over.value_and_grad(xs, np.array([0, 2]))
    assert value.tolist() == [1.0, 25.0]
    assert [np.asarray(slope).tolist() for slope in slopes] == [[2.0, 0.0], [0.0, 0.0], [0.0, 10.0]]
    for wrong in (3, -1, 0.5):
        with pytest.raises(ArgumentError, match="whole number from 0 to 2"):
            over(xs, np.array([0, wrong]))


def test_a_choice_does_not_mind_what_the_other_side_would_be():
    np = pytest.importorskip("numpy")
    over = recorded(lambda x: autograd.where(x, autograd.exp(-abs(x)), x) + autograd.elu(x), 1.0).over("numpy")
    assert over(np.array([800.0, -800.0])).tolist() == pytest.approx([800.0, -801.0])


@pytest.mark.filterwarnings("error")
def test_a_batch_without_a_finite_value_is_an_error_and_not_a_nan():
    np = pytest.importorskip("numpy")
    with pytest.raises(DomainError, match="no finite value for some numbers of the batch"):
        recorded(autograd.log, 1.0).over("numpy")(np.array([1.0, -1.0]))
    with pytest.raises(DomainError, match="no finite value"):
        recorded(autograd.exp, 1.0).over("numpy")(np.array([1.0, 1e4]))


def test_a_sample_beyond_floats_on_the_way_is_computed_as_the_engine_does():
    np = pytest.importorskip("numpy")
    big, tiny = np.array([1.0, 1e308, 2.0]), np.array([1.0, -1e308, 3.0])
    means = recorded(lambda x, y: autograd.mean([x, x, y]), 1.0, 1.0).over("numpy")
    value, slopes = value_and_grad(means, (0, 1))(big, tiny)
    assert value.tolist() == pytest.approx([1.0, 1e308 / 3, 7 / 3], rel=1e-15)
    assert [x for slope in slopes for x in slope] == pytest.approx([2 / 3] * 3 + [1 / 3] * 3, rel=1e-15)
    product = recorded(lambda x: autograd.prod([x, x, 1 / x]), 1.0).over("numpy")
    assert product(np.array([1e-200, 2.0])).tolist() == pytest.approx([1e-200, 2.0], rel=1e-15, abs=0)
    hidden = recorded(lambda x: autograd.min([x, x * x]), 1.0).over("numpy")
    with pytest.raises(DomainError, match=r"position 1: x \* y is too large"):
        hidden(np.array([2.0, 1e200]))


# --- what is asked wrongly ----------------------------------------------------------------------------------


def test_wrong_questions_have_answers():
    compiled = recorded(lambda x: [x, x * x], 1.0)
    with pytest.raises(ArgumentError, match="'numpy', 'fractions', 'mpmath' and 'sympy'; got 'jax'"):
        compiled.over("jax")
    with pytest.raises(ArgumentError, match="recorded with 1 numbers in its arguments; got 2"):
        compiled.over("fractions")(Fraction(1), Fraction(2))
    with pytest.raises(ArgumentError, match="returns 2"):
        compiled.over("fractions").value_and_grad(Fraction(1))
    drawn = recorded(lambda x: x * autograd.fresh(lambda count: [1.0] * count, 1)[0], 1.0)
    with pytest.raises(ArgumentError, match="draws numbers"):
        drawn.over("mpmath")


def test_a_missing_package_is_named(monkeypatch):
    compiled = recorded(lambda x: x, 1.0)
    monkeypatch.setitem(__import__("sys").modules, "sympy", None)
    with pytest.raises(MissingPackageError, match="pip install sympy"):
        compiled.over("sympy")


def test_the_text_can_be_read():
    over = recorded(lambda x: x * 2 + 1, 1.0).over("fractions")
    assert "x * number(2)" in over.source
    assert repr(over) == "<program over fractions>"
    assert "= x * 2\n" in recorded(lambda x: x * 2 + 1, 1.0).over("mpmath").source


def test_plain_numbers_give_plain_numbers_over_numpy():
    f = autograd.compile(lambda x, y: autograd.sin(x) * y)
    f(2.0, 3.0)
    value, slopes = autograd.value_and_grad(f.over("numpy"), (0, 1))(2.0, 3.0)
    assert {*map(type, (value, *slopes, f.over("numpy")(2.0, 3.0)))} == {float}
    assert [value, *slopes] == pytest.approx([3 * math.sin(2.0), 3 * math.cos(2.0), math.sin(2.0)], rel=1e-15)


def test_products_and_the_largest_of_a_batch():
    numpy = pytest.importorskip("numpy")
    f = autograd.compile(lambda xs: autograd.prod(xs) + autograd.max(xs))
    f([1.0, 2.0, 3.0])
    value, slopes = f.over("numpy").value_and_grad(list(numpy.array([[2.0, 5.0], [3.0, 0.0], [4.0, 5.0]])))
    assert value.tolist() == [28.0, 5.0]
    assert [slope.tolist() for slope in slopes] == [[12.0, 0.5], [8.0, 25.0], [7.0, 0.5]]  # a tie is shared


def test_an_element_is_taken_from_fractions():
    f = autograd.compile(lambda xs: autograd.take(xs, 1) ** 2)
    f([1.0, 2.0])
    assert f.over("fractions")([Fraction(1, 3), Fraction(2, 3)]) == Fraction(4, 9)


@pytest.mark.parametrize("fails", [False, True])
def test_erfc_of_numbers_that_no_float_holds(monkeypatch, fails):
    def erfc(x):
        raise OverflowError  # as mpmath 1.3 does from 1e154 on

    if fails:
        monkeypatch.setattr(mpmath, "erfc", erfc)
    f = autograd.compile(autograd.gelu)
    f(1.0)
    huge = mpmath.mpf("1e200")
    assert f.over("mpmath")(huge) == huge
    assert f.over("mpmath")(-huge) < 0
    tail = f.over("mpmath")(mpmath.mpf(-10000))  # x * erfc(-x / sqrt(2)) / 2, about -exp(-x^2 / 2) / sqrt(2 pi)
    assert float(tail / -mpmath.exp(-5e7) * mpmath.sqrt(2 * mpmath.pi)) == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize(("x", "nearest"), [("5/2", 2), ("7/2", 4), ("-1/2", 0), ("-3/2", -2), ("12/5", 2)])
def test_a_half_is_rounded_to_the_even_number_in_symbols(x, nearest):
    sympy = pytest.importorskip("sympy")
    f = autograd.compile(autograd.round)
    f(1.25)
    s = sympy.Symbol("s", real=True)
    assert f.over("sympy")(s).subs(s, sympy.Rational(x)) == nearest


def test_symbols_in_order():
    sympy = pytest.importorskip("sympy")
    f = autograd.compile(lambda xs: [autograd.sort(xs)[k] for k in range(3)])
    f([1.0, 3.0, 2.0])
    xs = sympy.symbols("x:3", real=True)
    found = f.over("sympy")(list(xs))
    assert [each.subs(dict(zip(xs, (5, -1, 2), strict=True))) for each in found] == [-1, 2, 5]
