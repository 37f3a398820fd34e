"""What rows say of themselves is true: each trait is checked in numbers at the row's own probes."""

import ast
import itertools
import math

import pytest
from project_root import ROOT

import autograd
from autograd import Value, errors
from autograd.formulas.floats import FLOATS
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence

TABLE = list(OPERATIONS.values())


def rows(trait):
    """Return a parametrization over the rows that claim a trait."""
    found = [row for row in TABLE if trait(row)]
    assert found
    return pytest.mark.parametrize("row", found, ids=lambda row: row.name)


def points(row):
    """Return the probes of a row; detach has none of its own."""
    return row.probes or [(0.5,), (-2.0,)]


@rows(lambda row: row.commutative)
def test_the_operands_of_a_commutative_row_may_change_places(row):
    assert not row.is_nary
    for x, y in points(row):
        assert row(x, y) == row(y, x)


@pytest.mark.parametrize("row", [row for row in TABLE if row.sequences == (False, False)], ids=lambda row: row.name)
def test_a_row_with_a_neutral_number_says_so_and_no_other(row):
    numbers = (-3.0, 0.25, 2.5, 1e300)

    def leaves_all(neutral):
        try:
            return all(row(x, neutral) == row(neutral, x) == x for x in numbers)
        except errors.AutogradError:
            return False

    assert [n for n in (0.0, 0.25, 1.0, 2.5) if leaves_all(n)] == ([] if row.neutral is None else [row.neutral])


@pytest.mark.parametrize("row", [row for row in TABLE if row.is_nary], ids=lambda row: row.name)
def test_the_order_of_elements_matters_unless_the_row_says_it_does_not(row):
    same = True
    for probe in points(row):
        length = len(probe[0])
        for order in itertools.permutations(range(length)):
            moved = [[x[i] for i in order] if is_sequence(n) else x for n, x in zip(row.operands, probe, strict=True)]
            same &= math.isclose(row(*moved), row(*probe), rel_tol=1e-14)
    assert row.symmetric == same


@rows(lambda row: row.sum_of)
def test_a_sum_adds_up_what_it_says(row):
    assert not row.term.is_nary
    for probe in points(row):
        each = zip(*probe, strict=True) if row.is_nary else [(x,) for x in probe]
        assert row(*probe) == pytest.approx(sum(row.term(*elements) for elements in each), rel=1e-15)


def test_the_sums_are_those_that_programs_gather():
    terms = {row.name: row.term.name for row in TABLE if row.sum_of}
    assert terms == {"add": "identity", "sum": "identity", "dot": "mul"}
    assert [row.name for row in TABLE if row.sums_products] == ["dot"]


@rows(lambda row: row.expansion)
def test_an_expansion_is_the_row_itself_with_its_first_derivatives(row):
    known = {name: OPERATIONS[name] for name in formula(row.expansion).names & OPERATIONS.keys()}
    for probe in points(row):
        results = []
        for text in (None, row.expansion):
            xs = [Value(x) for x in probe[0]]
            index = {"index": int(probe[1])} if len(probe) > 1 else {}
            out = row(xs, *probe[1:]) if text is None else eval(text, {"len": len, **known, "xs": xs, **index})
            out.backward()
            results.append([out.data, *[x.grad for x in xs]])
        assert results[0] == pytest.approx(results[1], rel=1e-13, abs=1e-16)


@rows(lambda row: row.keeps_infinity)
def test_an_infinite_operand_never_gives_a_finite_number(row):
    names = {**FLOATS, "prod": math.prod}
    for probe in points(row):
        flat = [list(x) if isinstance(x, list) else [x] for x in probe]
        for operand, items in enumerate(flat):
            for position, bad in itertools.product(range(len(items)), (math.inf, -math.inf, math.nan)):
                broken = [list(part) for part in flat]
                broken[operand][position] = bad
                given = [part if isinstance(x, list) else part[0] for part, x in zip(broken, probe, strict=True)]
                try:
                    out = eval(row.value, names, dict(zip(row.operands, given, strict=True)))
                except (ValueError, ArithmeticError):
                    continue
                assert not math.isfinite(out)


def test_no_gradient_passes_through_a_detached_row():
    known = {"detach", "sign", "floor", "ceil", "trunc", "round", "greater", "greater_equal"}
    assert {row.name for row in TABLE if row.detached} == known
    for row in TABLE:
        x = Value(0.75)
        if row.sequences == (False,) and row.detached:
            row(x).backward()
            assert x.grad == 0.0


def test_exponents():
    assert {row.name: row.exponents for row in TABLE if row.exponents} == {"pow": {"y"}, "power_log": {"y"}}


def test_a_row_of_ones_own_need_not_say_anything():
    slopes = {"x": "n * x ** (n - 1)", "n": "out * log(x)"}
    own = autograd.define_operation("traitless(x, n=2.0)", "x ** n", probes=[(2.0, 3.0)], **slopes)
    try:
        said = (own.commutative, own.symmetric, own.sum_of, own.expansion, own.keeps_infinity, own.neutral)
        assert said == (False, False, "", "", False, None)
        assert own.exponents == {"n"}
        for backend in ("straight", "array"):
            f = autograd.compile(lambda x, own=own: own(x, 2.0) + own(x, 3.0), backend=backend)
            assert f(1.5).data == pytest.approx(1.5**2 + 1.5**3, rel=1e-15)
    finally:
        del OPERATIONS["traitless"]


@pytest.mark.parametrize("file", sorted((ROOT / "autograd" / "program").glob("*.py")), ids=lambda file: file.name)
def test_programs_are_made_without_naming_an_operation(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not strings & OPERATIONS.keys()
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    assert not imported & OPERATIONS.keys()


def test_every_trait_is_documented():
    traits = ["commutative", "neutral", "symmetric", "sum_of", "expansion", "keeps_infinity"]
    assert set(traits) <= set(Operation.__dataclass_fields__)
