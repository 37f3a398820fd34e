"""Every name that a row of the table uses has a meaning in every arithmetic."""

import pytest

pytest.importorskip("numpy")

from autograd.errors import ExpressionError
from autograd.formulas import c, exact, jax, kernels, numpy, torch
from autograd.formulas.batches import BATCHES
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.row import is_sequence

TABLE = [row for row in OPERATIONS.values() if not row.functions]
ROWS = {row.name for row in TABLE}
"""Where an arithmetic has no function of a row's name, its formula is written out."""


def names_in(row, *, with_slopes=True):
    """Return the names that a row's formulas use beside its operands."""
    texts = [row.value, *row.slopes.values()] if with_slopes else [row.expansion or row.value]
    return frozenset().union(*[formula(text).names for text in texts]) - {*row.operands, "out"}


def used(*, with_slopes=True):
    """Return every name that any row uses, and the names in the formulas of rows written out for them."""
    return frozenset().union(*[names_in(row, with_slopes=with_slopes) for row in TABLE])


def own_formula(name, known):
    """Whether a name is a row that can be written out in known names."""
    return (
        name in ROWS
        and name not in names_in(OPERATIONS[name], with_slopes=False)
        and all(part in known or own_formula(part, known) for part in names_in(OPERATIONS[name], with_slopes=False))
    )


def missing(known, names=None):
    """Return the names that mean nothing in an arithmetic that knows these."""
    return {name for name in (used() if names is None else names) if not (name in known or own_formula(name, known))}


SYNTAX = {"len", "zip", "enumerate", "range", "pi"}
"""What the array notation writes without a function."""


def test_the_table_uses_more_than_a_few_names():
    assert {"exp", "erfc", "softmax", "shares", "len", "pi", "sigmoid"} <= used()


def test_numpy():
    import numpy as np

    assert not missing({*numpy.SPELLINGS, *numpy.REDUCTIONS, *kernels.KERNELS, *SYNTAX})
    assert all(hasattr(np, name) for name in (*numpy.SPELLINGS.values(), *numpy.REDUCTIONS, *numpy.IN_PLACE.values()))
    assert all(hasattr(np, name) for name in numpy.REDUCERS.values())


def test_batches_of_numpy():
    assert not missing(BATCHES.meanings())


def test_numbers_of_mpmath():
    pytest.importorskip("mpmath")
    assert not missing(exact.MPMATH.meanings())


def test_numbers_of_mpmath_are_what_mpmath_says():
    mpmath = pytest.importorskip("mpmath")
    from oracles import oracle

    meanings = exact.MPMATH.meanings()
    named = [row for row in TABLE if row.name in meanings and (row.operands[-1] != "index" or row.name == "polygamma")]
    cases = [(row, probe) for row in named for probe in row.probes]
    assert len(cases) > 100
    for row, probe in cases:
        numbers = [
            int(item) if name == "index" else [*map(mpmath.mpf, item)] if is_sequence(name) else mpmath.mpf(item)
            for name, item in zip(row.operands, probe, strict=True)
        ]
        found, expected = meanings[row.name](*numbers), oracle(row.name)(*numbers)
        assert float(found) == pytest.approx(float(expected), rel=1e-14, abs=0), (row.name, probe)


def test_symbols_of_sympy():
    pytest.importorskip("sympy")
    from autograd.formulas.symbols import SYMPY

    assert not missing(SYMPY.meanings())


def test_fractions_lack_what_has_no_exact_value_and_nothing_else():
    inexact = {"pi", "exp", "log", "sqrt", "softmax", "logsumexp", "erf", "erfc", "log1p", "expm1", "sinh", "cosh"}
    inexact |= {"sin", "cos", "tan", "asin", "acos", "atan", "tanh", "sech_squared"}
    inexact |= {"power_log", "power_mixed", "log_softmax", "log2", "log10", "exp2", "cbrt", "asinh", "acosh", "atanh"}
    inexact |= {"sinpi", "cospi", "lgamma", "digamma", "polygamma", "atan2", "atan2_slope", "hypot", "norm"}
    inexact |= {"hypot_slope"}
    assert missing(exact.FRACTIONS.meanings()) - {"sigmoid"} == inexact


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_every_row_has_c(row):
    names = {
        operand: c.Elements(3, f"{operand}[{{}}]".format) if is_sequence(operand) else operand
        for operand in (*row.operands, "out")
    }
    for text in (row.value, *row.slopes.values()):
        try:
            code = c.Statements()
            writer = c.Translator(text, names, code)
            tree = c.simplified(text, names)
            written = writer.elements(tree).at("t") if formula(text).gives_list(row.operands) else writer.visit(tree)
            assert written
            assert c.definitions(code.called) or not code.called
        except ExpressionError as error:
            pytest.fail(
                f"{error}\nGive what {row.name} needs a meaning in C: a function in autograd/formulas/arithmetic.c, "
                "named in autograd/formulas/c_names.py, or notation in autograd/formulas/c.py."
            )


@pytest.mark.parametrize("library", [jax.JAX, torch.TORCH], ids=["jax", "torch"])
def test_foreign_libraries_can_be_told_every_row(library):
    pytest.importorskip(library.arrays)
    namespace = {"__name__": "rows"}
    exec(library.header.format(title="rows") + library.rules([row.name for row in TABLE]), namespace)
    assert {library.rule_name(row.name) for row in TABLE} <= namespace.keys()
