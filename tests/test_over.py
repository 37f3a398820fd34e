"""One recorded program over other arithmetics: batches, fractions, mpmath, SymPy."""

from fractions import Fraction

import pytest

import autograd
from autograd import Value
from autograd.errors import ArgumentError


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def compiled(function, *arguments):
    program = autograd.compile(function)
    program(*arguments)
    return program


def test_fractions_are_exact():
    third = compiled(lambda x, y: x / 3 + x * y, 1.0, 1.0).over("fractions")
    assert third(Fraction(1, 2), Fraction(1, 7)) == Fraction(1, 6) + Fraction(1, 14)
    value, gradient = third.value_and_grad(Fraction(1, 2), Fraction(1, 7))
    assert (value, gradient) == (Fraction(5, 21), [Fraction(10, 21), Fraction(1, 2)])


def test_a_batch_is_an_array_in_the_place_of_a_number():
    numpy = pytest.importorskip("numpy", reason="a batch is a NumPy array, and NumPy is not installed")
    x, y = numpy.array([0.5, 1.0, -1.5]), numpy.array([1.0, 1.0, 2.0])
    value, (by_x, by_y) = compiled(rosenbrock, 1.0, 1.0).over("numpy").value_and_grad(x, y)
    assert value == pytest.approx((1 - x) ** 2 + 100 * (y - x**2) ** 2)
    assert by_x == pytest.approx(-2 * (1 - x) - 400 * x * (y - x**2))
    assert by_y == pytest.approx(200 * (y - x**2))


def test_choices_are_made_for_each_of_a_batch():
    numpy = pytest.importorskip("numpy", reason="a batch is a NumPy array, and NumPy is not installed")
    program = compiled(lambda x: autograd.relu(x) + autograd.max([x, 1.0]), 1.0).over("numpy")
    assert program(numpy.array([-1.0, 0.5, 2.0])).tolist() == [1.0, 1.5, 4.0]


def test_mpmath_gives_fifty_digits():
    mpmath = pytest.importorskip("mpmath", reason="mpmath is not installed")
    with mpmath.workdps(50):
        program = compiled(lambda x: autograd.tanh(x) * autograd.sqrt(x), 1.0).over("mpmath")
        value, (slope,) = program.value_and_grad(mpmath.mpf(2))
        expected = mpmath.diff(lambda x: mpmath.tanh(x) * mpmath.sqrt(x), 2)
        assert mpmath.almosteq(value, mpmath.tanh(2) * mpmath.sqrt(2), 1e-45)
        assert mpmath.almosteq(slope, expected, 1e-20)


def test_sympy_gives_formulas():
    sympy = pytest.importorskip("sympy", reason="SymPy is not installed")
    x, y = sympy.symbols("x y", real=True)
    value, gradient = compiled(rosenbrock, 1.0, 1.0).over("sympy").value_and_grad(x, y)
    expected = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    assert sympy.simplify(value - expected) == 0
    assert [sympy.simplify(slope - expected.diff(s)) for slope, s in zip(gradient, (x, y), strict=True)] == [0, 0]


def test_parameters_keep_their_numbers():
    w = Value(3.0)
    program = compiled(lambda x: w * x, 1.0)
    w.data = 5.0
    assert program.over("fractions")(Fraction(1, 2)) == Fraction(5, 2)


def test_what_fractions_cannot_do_is_named():
    with pytest.raises(ValueError, match="fractions has no tanh"):
        compiled(autograd.tanh, 1.0).over("fractions")(Fraction(1, 2))


def test_wrong_calls_say_what_to_give():
    program = compiled(rosenbrock, 1.0, 1.0)
    with pytest.raises(ArgumentError, match="knows 'numpy', 'fractions', 'mpmath' and 'sympy'"):
        program.over("pandas")
    with pytest.raises(ArgumentError, match="recorded with 2 numbers"):
        program.over("fractions")(Fraction(1))


def test_the_source_has_no_floats_where_fractions_are_meant():
    source = compiled(lambda x: x / 3, 1.0).over("fractions").source
    assert "number(3)" in source
