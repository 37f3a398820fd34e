"""Every name that any row uses has a meaning in text, LaTeX and JavaScript, and what is shown is what is computed."""

import ast
import re

import mpmath
import pytest

from autograd.formulas import javascript
from autograd.formulas.formula import formula
from autograd.formulas.latex import LATEX
from autograd.formulas.notation import one
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.printing import Printer
from autograd.formulas.row import is_sequence
from autograd.formulas.table import names_used
from autograd.formulas.text import TEXT

ROWS = [row for row in OPERATIONS.values() if not row.functions]
CONSTANTS = {"pi"}

MATHJAX = {
    "log",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arcsin",
    "arccos",
    "arctan",
    "max",
    "min",
    "sigma",
    "pi",
}
MATHJAX |= {"frac", "cdot", "left", "right", "sqrt", "ldots", "times", "begin", "end", "text", "le", "ge", "ne"}
MATHJAX |= {"operatorname", "mathrm", "sigma", "pi", "alpha", "beta", "infty"}
"""Commands of MathJax that formulas may use."""


def texts_of(row):
    return [text for text in (row.call, row.value, row.shown, *row.slopes.values()) if text]


def printed(notation, row, text):
    """Every piece that a formula prints, for sequences of three; raises where it has no printed form."""
    names = {o: 1 if o == "index" else [f"{o}_{i}" for i in range(3)] if is_sequence(o) else o for o in row.operands}
    found = Printer(notation, {**names, "out": "out"}).printed(text)
    return [one(piece).text for piece in (found if isinstance(found, list) else [found])]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_text_speaks_only_of_operations_that_a_reader_can_look_up(row):
    given = set(row.operands) | {f"{o}_{i}" for o in row.operands for i in range(3)} | {"out"}
    for text in texts_of(row):
        for piece in printed(TEXT, row, text):
            assert formula(piece).names - given <= OPERATIONS.keys() | CONSTANTS, piece


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_latex_speaks_only_of_operations_and_in_commands_that_mathjax_has(row):
    for text in texts_of(row):
        for piece in printed(LATEX, row, text):
            assert set(re.findall(r"\\([A-Za-z]+)", piece)) <= MATHJAX, piece
            functions = {name.replace(r"\_", "_") for name in re.findall(r"\\operatorname\{(.*?)\}", piece)}
            assert functions <= OPERATIONS.keys(), piece


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_javascript_defines_every_name(row):
    needed = {name for each in javascript.needed([row]) for name in names_used(each) - set(each.operands)}
    defined = set(
        re.findall(r"^(?:const|function) \$(\w+)", f"{javascript.arithmetic()}\n{javascript.table([row])}", re.M)
    )
    assert needed - {"out"} <= defined


def test_a_name_without_a_meaning_would_be_noticed():
    assert not {"gamma", "bessel"} & (OPERATIONS.keys() | javascript.arithmetic_names().keys())
    with pytest.raises(Exception, match="cannot be written as JavaScript"):
        javascript.expression("gamma(x)", ["x"])


# --- the textbook form ------------------------------------------------------------------------------------

MEANING = {name: getattr(mpmath, name) for name in ("exp", "log", "sqrt", "sin", "cos", "erf", "pi", "cosh")}
MEANING |= {"sum": mpmath.fsum, "maximum": max, "minimum": min}


def test_rows_written_for_floats_have_a_textbook_form():
    has = {row.name for row in ROWS if row.shown}
    assert has >= {"sigmoid", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "softmax", "log_softmax"}


def exactly(name, operand):
    """An operand in fifty digits; a position stays what it is."""
    if is_sequence(name):
        return [mpmath.mpf(x) for x in operand]
    return operand if name == "index" else mpmath.mpf(operand)


@pytest.mark.parametrize("row", [row for row in ROWS if row.shown], ids=lambda row: row.name)
def test_what_is_shown_equals_what_is_computed_at_every_probe(row):
    assert row.probes
    assert ast.dump(formula(row.shown).tree) != ast.dump(formula(row.value).tree)
    for probe in row.probes:
        with mpmath.workdps(50):
            exact = {name: exactly(name, item) for name, item in zip(row.operands, probe, strict=True)}
            expected = float(eval(row.shown, MEANING | exact))
        assert row(*probe) == pytest.approx(expected, rel=1e-14, abs=0)


IN_SLOPES = MEANING | {
    **{name: getattr(mpmath, name) for name in ("asinh", "acosh", "atan", "atan2", "atanh", "erfc", "hypot", "tanh")},
    **{"floor": mpmath.floor, "norm": mpmath.norm, "remainder": lambda x, y: x - y * mpmath.floor(x / y)},
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softmax": lambda xs: [mpmath.exp(x) / mpmath.fsum(map(mpmath.exp, xs)) for x in xs],
    "ordered": sorted,
}


@pytest.mark.parametrize("row", [row for row in ROWS if row.shown_slopes], ids=lambda row: row.name)
def test_slopes_that_are_shown_equal_those_that_are_computed_at_every_probe(row):
    assert row.probes
    for probe in row.probes:
        with mpmath.workdps(50):
            exact = {name: exactly(name, item) for name, item in zip(row.operands, probe, strict=True)}
            exact["out"] = eval(row.shown or row.value, IN_SLOPES | exact)
            expected = {name: eval(text, IN_SLOPES | exact) for name, text in row.shown_slopes.items()}
            out = float(exact["out"])
        for name, slope in expected.items():
            computed = row.slope_on_floats(name)(*probe, out)
            assert computed == pytest.approx(
                [*map(float, slope)] if is_sequence(name) else float(slope), rel=1e-13, abs=0
            )
