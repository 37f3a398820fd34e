"""Printed formulas mean what the table says, with names or numbers in them, as text and as LaTeX."""

import math

import mpmath
import pytest
from hostile import HOSTILE, balanced
from hypothesis import given
from hypothesis import strategies as st

from autograd import define_operation
from autograd.formulas.formula import Formula
from autograd.formulas.latex import LATEX, latex_name
from autograd.formulas.notation import LiteralNumber, number_text
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.printing import Printer, formula_text
from autograd.formulas.row import is_sequence
from autograd.formulas.text import TEXT, Text


def stable_sigmoid(x):
    return 1 / (1 + math.exp(-x))


def softmax(xs):
    return [math.exp(x) / math.fsum(map(math.exp, xs)) for x in xs]


def logsumexp(xs):
    return math.log(math.fsum(map(math.exp, xs)))


MEANING = {
    **vars(math),
    **{row.name: row.on_floats for row in OPERATIONS.values() if row.name.startswith("power_")},
    "abs": abs,
    "max": max,
    "min": min,
    "maximum": max,
    "minimum": min,
    "sigmoid": stable_sigmoid,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "softmax": softmax,
    "logsumexp": logsumexp,
    "sech_squared": lambda x: 1 / math.cosh(x) ** 2,
    "log_softmax": lambda xs: [x - logsumexp(xs) for x in xs],
    "sinpi": lambda x: float(mpmath.sinpi(x)),
    "cospi": lambda x: float(mpmath.cospi(x)),
    "digamma": lambda x: float(mpmath.digamma(x)),
    "polygamma": lambda x, index: float(mpmath.psi(index, x)),
    "atan2_slope": lambda x, y: x / (x * x + y * y),
    "hypot_slope": lambda x, y: x / math.hypot(x, y),
    "remainder": lambda x, y: x % y,
    "round": round,
    "norm": lambda xs: math.sqrt(math.fsum(x * x for x in xs)),
    "ordered": sorted,
}
"""What the names in printed formulas mean, independently of the library."""

CASES = [(row, probe) for row in OPERATIONS.values() for probe in row.probes]


def operands_of(row, probe, out):
    numbers = {
        name: operand if is_sequence(name) or name == "index" else float(operand)
        for name, operand in zip(row.operands, probe, strict=True)
    }
    return {**numbers, "out": out}


@pytest.mark.parametrize(("row", "probe"), CASES, ids=lambda item: getattr(item, "name", str(item)))
def test_what_is_printed_with_numbers_evaluates_to_what_the_operation_computes(row, probe):

    out = float(row(*probe))
    numbers = operands_of(row, probe, out)
    value = Printer(Text(repr), numbers).printed(row.value)
    assert eval(value.text, dict(MEANING)) == pytest.approx(out, rel=1e-9, abs=1e-12)
    for operand in row.slopes:
        expected = row.slope_on_floats(operand)(*probe, out)
        printed = Printer(Text(repr), numbers).printed(row.slopes[operand])
        if isinstance(printed, list):
            assert [eval(p.text, dict(MEANING)) for p in printed] == pytest.approx(expected, rel=1e-9, abs=1e-12)
        else:
            assert eval(printed.text, dict(MEANING)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("formula", "operands", "text"),
    [
        ("x ** 2", {"x": -2.0}, "(-2) ** 2"),
        ("x ** y", {"x": 2.0, "y": -1.0}, "2 ** (-1)"),
        ("-x", {"x": -3.0}, "-(-3)"),
        ("x - y", {"x": -1.0, "y": -2.0}, "-1 - (-2)"),
        ("x * (y + z)", {"x": "a", "y": "b", "z": -1.0}, "a * (b + (-1))"),
        ("x / (y / z)", {"x": "a", "y": "b", "z": "c"}, "a / (b / c)"),
        ("(x / y) / z", {"x": "a", "y": "b", "z": "c"}, "a / b / c"),
        ("-x * x", {"x": -2.0}, "-(-2) * (-2)"),
        ("x if x > 0 else 0", {"x": "a"}, "a if a > 0 else 0"),
        ("sum(xs) / len(xs)", {"xs": ["a", "b"]}, "(a + b) / 2"),
        ("prod(xs)", {"xs": ["a", -2.0]}, "a * (-2)"),
        ("sum(xs)", {"xs": [f"a{i}" for i in range(9)]}, "a0 + a1 + a2 + ... + a8"),
        ("sum(xs)", {"xs": []}, "0"),
        ("softmax(xs)[index]", {"xs": ["a", "b"], "index": 1}, "softmax([a, b])[1]"),
        ("x * y", {"x": "my loss", "y": "w[2]"}, "'my loss' * w[2]"),
        ("x * y", {"x": "2", "y": "0.weight.1"}, "'2' * 0.weight.1"),
        ("x * y", {"x": "layers.0.w.1", "y": "point['a']"}, "layers.0.w.1 * point['a']"),
        ("x + y", {"x": 1e-7, "y": -2e-9}, "1e-07 + (-2e-09)"),
    ],
)
def test_text(formula, operands, text):
    assert formula_text(TEXT, formula, operands) == text


POWER = OPERATIONS["pow"].shown_slopes


@pytest.mark.parametrize(
    ("formula", "exponent", "text"),
    [
        (POWER["x"], 2.0, "2 * a"),
        (POWER["x"], 3.0, "3 * a ** 2"),
        (POWER["x"], -1.0, "-1 * a ** (-2)"),
        (POWER["x"], 0.5, "0.5 * a ** (-0.5)"),
        (POWER["x"], 0.0, "0"),
        ("x ** y", 1.0, "a ** 1"),
        ("x if y > 0 else -x", -2.0, "-a"),
        ("x + (1 + y)", 2.0, "a + 3"),
    ],
)
def test_formulas_are_worked_out_as_far_as_literals_allow(formula, exponent, text):
    assert formula_text(TEXT, formula, {"x": "a", "y": LiteralNumber(exponent), "out": "o"}) == text


@pytest.mark.parametrize(
    ("formula", "operands", "latex"),
    [
        ("x ** 2", {"x": -2.0}, r"\left(-2\right)^{2}"),
        ("x / y", {"x": "a", "y": "b"}, r"\frac{a}{b}"),
        ("(x / y) ** 2", {"x": "a", "y": "b"}, r"\left(\frac{a}{b}\right)^{2}"),
        ("x * y", {"x": "w1", "y": -3.0}, r"w_{1} \cdot \left(-3\right)"),
        ("exp(x)", {"x": "a"}, "e^{a}"),
        ("exp(x) ** 2", {"x": "a"}, r"\left(e^{a}\right)^{2}"),
        ("sqrt(2 * pi) + abs(x)", {"x": "a"}, r"\sqrt{2 \cdot \pi} + \left|a\right|"),
        ("x", {"x": 1e-7}, r"1 \times 10^{-7}"),
        ("x ** 2", {"x": 1e-7}, r"\left(1 \times 10^{-7}\right)^{2}"),
        ("sum(xs)", {"xs": ["a", "b"]}, "a + b"),
        ("sum([x, y])", {"x": "a", "y": 2.0}, "a + 2"),
        ("x", {"x": math.inf}, r"\infty"),
        ("x", {"x": -math.inf}, r"-\infty"),
        ("x", {"x": math.nan}, r"\mathrm{nan}"),
        ("x if y else 0", {"x": "a", "y": "b"}, r"\begin{cases} a & \text{if } b \\ 0 & \text{otherwise} \end{cases}"),
        ("max(xs)", {"xs": ["a", "b"]}, r"\max\left(a, b\right)"),
        ("x if x > 0 else 0", {"x": "a"}, r"\begin{cases} a & \text{if } a > 0 \\ 0 & \text{otherwise} \end{cases}"),
        (
            "softmax(xs)[index]",
            {"xs": ["a", "b"], "index": 1},
            r"\operatorname{softmax}\left(a, b\right)_{1}",
        ),
    ],
)
def test_latex(formula, operands, latex):
    assert formula_text(LATEX, formula, operands) == latex


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["a", *HOSTILE], ids=range(1 + len(HOSTILE)))
def test_latex_of_every_row_is_well_formed_whatever_the_names(row, name):
    names = {o: 1 if o == "index" else [name] * 3 if is_sequence(o) else name for o in row.operands}
    for formula in (row.call, row.value, *row.slopes.values()):
        printed = formula_text(LATEX, formula, {**names, "out": name})
        for latex in [printed] if isinstance(printed, str) else printed:
            assert balanced(latex)
            assert "\n" not in latex


@pytest.mark.slow
@given(st.text())
def test_any_name_gives_one_printable_line_and_balanced_latex(name):
    assert TEXT.name(name).text.isprintable()
    assert len(TEXT.name(name).text) <= 42 + 10
    assert balanced(latex_name(name))


def test_a_long_name_is_cut_to_forty_letters():
    assert TEXT.name("x" * 40).text == "x" * 40
    assert TEXT.name("x" * 41).text == "x" * 39 + "…"


def test_calls_of_operators_and_functions():
    calls = {"mul": "x * y", "neg": "-x", "sigmoid": "sigmoid(x)", "relu": "relu(x)", "identity": "identity(x)"}
    assert {name: OPERATIONS[name].call for name in calls} == calls


def test_derivatives_by_name():
    assert TEXT.gradient("loss", "a").text == "dloss/da"
    assert TEXT.derivative("loss", "a").text == "∂loss/∂a"
    assert TEXT.gradient("L", "layers.0.w.1").text == "dL/d(layers.0.w.1)"
    assert TEXT.derivative("my loss", "2").text == "∂('my loss')/∂('2')"
    assert LATEX.gradient("L", "w1").text == r"\frac{\mathrm{d} L}{\mathrm{d} w_{1}}"
    assert LATEX.derivative("L", "w1").text == r"\frac{\partial L}{\partial w_{1}}"


def test_names_in_latex():
    names = {
        "a": "a",
        "w1": "w_{1}",
        "x_2": "x_{2}",
        "alpha": r"\alpha",
        "beta3": r"\beta_{3}",
        "loss": r"\mathrm{loss}",
    }
    assert {name: latex_name(name) for name in names} == names
    assert latex_name("a_b$") == r"\mathrm{a\_b\$}"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (-6.0, "-6"),
        (123456.0, "123456"),
        (1e6, "1e+06"),
        (12345.678, "12346"),
        (0.000123456, "0.0001235"),
        (1e-300, "1e-300"),
        (2 / 3, "0.6667"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers(number, text):
    assert number_text(number) == text


def test_a_row_of_the_users_own_prints_like_any_other():
    swish = define_operation(
        "swish_of_test(x, beta=1.0)",
        "x * sigmoid(beta * x)",
        x="sigmoid(beta * x) + beta * out * (1 - sigmoid(beta * x))",
        beta="x * out * (1 - sigmoid(beta * x))",
        probes=[(0.5, 1.0), (-1.5, 2.0)],
    )
    try:
        assert formula_text(TEXT, swish.value, {"x": "a", "beta": 2.0}) == "a * sigmoid(2 * a)"
        assert formula_text(LATEX, swish.value, {"x": "a", "beta": "b"}) == r"a \cdot \sigma\left(b \cdot a\right)"
    finally:
        del OPERATIONS["swish_of_test"]


@pytest.mark.parametrize(
    "formula",
    [
        *("(lambda t: t + 1)(x)", "x.real", "x[0]", "'text'", "True", "~x", "x // y", "0 < x < 1", "x is y"),
        *("sum([x for x in xs for y in xs])", "sum([x for x in xs if x > 0])", "sum([x for x, y in xs])"),
        *("xs[x]", "xs + 1", "exp(x=x)"),
    ],
)
def test_a_formula_in_notation_that_cannot_be_printed_comes_back_as_written(formula):
    assert formula_text(TEXT, formula, {"x": "a", "y": "b", "xs": ["c", "d"]}) == formula
    assert formula_text(TEXT, formula, {"x": "a"}) == formula
    assert balanced(formula_text(LATEX, formula, {"x": "a"}))


def test_a_formula_shows_its_text():
    assert repr(Formula("x * y")) == "<formula x * y>"
