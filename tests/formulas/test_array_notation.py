"""Formulas of the table as array expressions: the same numbers, with constants worked out and nothing else changed."""

import ast
import itertools
import math
from fractions import Fraction

import pytest

np = pytest.importorskip("numpy")

from autograd.formulas.formula import constant, formula, literal  # noqa: E402
from autograd.formulas.kernels import KERNELS  # noqa: E402
from autograd.formulas.numpy import array_expression  # noqa: E402
from autograd.formulas.operation import OPERATIONS  # noqa: E402
from autograd.formulas.rewriting import Simplify  # noqa: E402
from autograd.formulas.row import is_sequence  # noqa: E402

ROWS = [row for row in OPERATIONS.values() if row.probes and not row.functions]


def evaluated(tree, names):
    """Return the value of an expression on arrays."""
    return eval(ast.unparse(ast.fix_missing_locations(ast.Expression(tree))), {"np": np, **KERNELS, **names})


def arrays_for(row):
    """Return all probe points of a row of one length, stacked, by operand; and the points."""
    shape = [np.shape(x) for x in row.probes[0]]
    points = [probe for probe in row.probes if [np.shape(x) for x in probe] == shape]
    return {name: np.array([p[i] for p in points], dtype=float) for i, name in enumerate(row.operands)}, points


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_formula_gives_on_arrays_what_it_gives_on_floats(row):
    arrays, points = arrays_for(row)
    terms = {name: array.shape[1] for name, array in arrays.items() if is_sequence(name)}
    operands = {name: f"a_{name}" for name in row.operands}
    named = {f"a_{name}": array for name, array in arrays.items()}
    expected = [row.on_floats(*point) for point in points]
    out = evaluated(array_expression(row, row.value, operands, terms), named)
    assert np.broadcast_to(out, len(points)).tolist() == pytest.approx(expected, rel=1e-13, abs=0)
    named["o"] = np.array(expected)
    for name, slope in row.slopes.items():
        found = evaluated(array_expression(row, slope, operands, terms, "o"), named)
        for i, (point, value) in enumerate(zip(points, expected, strict=True)):
            own = row.slope_on_floats(name)(*point, value)
            shape = (len(points), terms[name]) if is_sequence(name) else (len(points),)
            if is_sequence(name) and not formula(slope).gives_list(row.operands):
                shape, found = (len(points), 1), np.reshape(np.broadcast_to(found, len(points)), (-1, 1))
            assert np.broadcast_to(found, shape)[i] == pytest.approx(own, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.is_nary], ids=lambda row: row.name)
def test_constants_may_stand_for_any_operand(row):
    for point in row.probes:
        for fixed in itertools.product([False, True], repeat=len(point)):
            operands = {n: float(x) if f else f"a_{n}" for n, x, f in zip(row.operands, point, fixed, strict=True)}
            named = {f"a_{name}": np.array([float(x)]) for name, x in zip(row.operands, point, strict=True)}
            expected = row.on_floats(*point)
            out = evaluated(array_expression(row, row.value, operands, {}), named)
            assert np.broadcast_to(out, 1)[0] == pytest.approx(expected, rel=1e-13, abs=0)
            for name, is_fixed in zip(row.operands, fixed, strict=True):
                if not is_fixed and name != "index":  # the slope of a literal is never asked for
                    tree = array_expression(row, row.slopes[name], operands, {}, "o")
                    found = evaluated(tree, {**named, "o": np.array([expected])})
                    own = row.slope_on_floats(name)(*point, expected)
                    assert np.broadcast_to(found, 1)[0] == pytest.approx(own, rel=1e-12, abs=0)


ALONG = {
    "softmax": lambda xs: [math.exp(x) / math.fsum(map(math.exp, xs)) for x in xs],
    "logsumexp": lambda xs: math.log(math.fsum(map(math.exp, xs))),
    "prod": lambda xs: float(math.prod(map(Fraction, xs))),
    "products_of_others": lambda xs: [float(math.prod(map(Fraction, [*xs[:i], *xs[i + 1 :]]))) for i in range(len(xs))],
    "norm": lambda xs: math.sqrt(math.fsum(x * x for x in xs)),
    "ordered": sorted,
}


@pytest.mark.parametrize("name", ALONG)
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)], ids=str)
def test_functions_of_sequences_work_along_the_last_axis(name, shape):
    arrays = [np.sin(np.arange(math.prod(shape)) ** 2.0).reshape(shape)]
    if name.startswith("prod"):
        arrays += [arrays[0] * [1e-200, 1e-200, 1e300, 1.0], arrays[0] * [1.0, 0.0, 1.0, 1.0]]
    for xs in arrays:
        found = KERNELS[name](xs)
        for row in np.ndindex(shape[:-1]):
            assert found[row] == pytest.approx(ALONG[name](xs[row].tolist()), rel=1e-14, abs=0.0)


def simplified(text, **options):
    """Return the text of an expression after simplification."""
    return ast.unparse(Simplify(**options).visit(formula(text).copy()))


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("2 + 3 * x", "2 + 3 * x"),
        ("(2 + 3) * x", "5 * x"),
        ("x * 1 + 0", "x"),
        ("1.0 * x - 0", "x"),
        ("0 * f(x) + y", "y"),
        ("x / 1", "x"),
        ("0 / x", "0 / x"),  # has no value at 0
        ("x ** 1", "x"),
        ("x ** 2", "x * x"),
        ("x ** 0.5", "sqrt(x)"),
        ("x ** -1", "1 / x"),
        ("(-2) ** 2", "4"),
        ("-2 ** 2", "-4"),
        ("x - -2", "x - -2"),
        ("1 if 2 > 1 else x", "1"),
        ("y if 1 > 2 else x", "x"),
        ("x if x > y else y", "maximum(x, y)"),
        ("x if x < y else y", "minimum(x, y)"),
        ("x if y > x else y", "x if y > x else y"),
        ("abs(-3)", "3"),
        ("maximum(2, 5)", "5"),
        ("1 / 3", "1 / 3"),  # some numbers are more exact than floats
        ("1 / 4", "0.25"),
        ("1 / 0", "1 / 0"),  # running it is the error
        ("2 ** 0.5 * x", "1.4142135623730951 * x"),
    ],
)
def test_simplification(text, simple):
    assert simplified(text) == simple


def test_choices_can_be_kept():
    assert simplified("x if x > y else y", keep_choices=True) == "x if x > y else y"
    assert simplified("sqrt(2) * x", exact=True) == "sqrt(2) * x"


def test_a_negative_number_is_put_in_as_a_tree():
    row = OPERATIONS["pow"]
    tree = array_expression(row, row.value, {"x": -2.0, "y": 2.0}, {})
    assert evaluated(tree, {}) == 4
    tree = array_expression(row, row.value, {"x": -2.0, "y": "n"}, {})
    assert evaluated(tree, {"n": np.array([2.0, 3.0])}).tolist() == [4.0, -8.0]


def test_constants():
    assert constant(formula("-2.5").tree) == -2.5
    assert constant(formula("True").tree) is None
    assert constant(formula("x").tree) is None
    numbers = {2.0: "2", -2.0: "-2", 0.5: "0.5", -0.5: "-0.5", 1e300: "1e+300"}
    assert [ast.unparse(literal(number)) for number in numbers] == list(numbers.values())


def test_names_that_formulas_bind():
    assert formula(OPERATIONS["take"].slopes["xs"]).bound_names == {"i"}
    assert formula(OPERATIONS["dot"].value).bound_names == {"x", "y"}
    assert formula(OPERATIONS["tanh"].value).bound_names == set()
