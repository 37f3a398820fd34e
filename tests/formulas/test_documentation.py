"""``help``, ``?`` and signatures of a row tell about that row, and their examples are true."""

import doctest
import inspect
import pydoc
import re

import pytest

import autograd
from autograd import define_operation
from autograd.formulas.operation import OPERATIONS, Operation

PUBLIC = [name for name in dir(autograd) if isinstance(getattr(autograd, name), Operation)]


@pytest.mark.parametrize("name", PUBLIC)
def test_help_shows_the_rows_own_formulas_and_an_example_that_holds(name):
    row = getattr(autograd, name)
    text = pydoc.plain(pydoc.render_doc(row))
    assert f"{row.name}(" in text
    assert row.textbook() in text
    for operand in row.slopes:
        assert f"d/d{operand} = {row.textbook(operand)}" in text
    tell_of_out = any(re.search(r"\bout\b", row.textbook(operand)) for operand in row.slopes)
    assert ("where ``out`` is the result" in text) == tell_of_out
    assert row.domain in text
    assert row.convention in text
    assert "One row of the table" not in text
    session = doctest.DocTestParser().get_doctest(inspect.getdoc(row), {}, name, None, 0)
    assert len(session.examples) >= 4
    assert doctest.DocTestRunner().run(session).failed == 0


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_row_has_a_docstring_and_a_signature(name):
    row = OPERATIONS[name]
    assert row.__doc__.startswith(f"{name}(")
    assert list(inspect.signature(row).parameters) == list(row.operands)


def test_a_users_own_operation_is_documented_alike():
    cubed = define_operation("cubed_here(x)", "x * x * x", x="3 * x * x", probes=[(2.0,)], domain="x may be anything")
    try:
        assert "d/dx = 3 * x * x" in cubed.__doc__
        assert "Domain: x may be anything." in cubed.__doc__
        assert "(8.0, 12.0)" in cubed.__doc__
        assert "import Value\n" in cubed.__doc__  # it is not found in autograd
    finally:
        del OPERATIONS["cubed_here"]


def test_the_class_keeps_its_own_docstring():
    assert Operation.__doc__.startswith("A row of the table that can be called.")


def test_the_question_mark_in_jupyter_shows_the_row():
    interactive = pytest.importorskip("IPython.core.oinspect")
    found = interactive.Inspector(theme_name="nocolor").info(autograd.elu, oname="elu")
    assert found["docstring"].startswith("elu(x, alpha=1.0) = ")
    assert found["definition"] == "elu(x, alpha=1.0)"


@pytest.mark.parametrize("name", ["tanh", "relu", "log", "clamp", "elu", "atan2", "maximum", "round"])
def test_a_method_shows_the_formulas_of_its_row_and_its_own_arguments(name):
    row, method = getattr(autograd, name), getattr(autograd.Value, name)
    assert method.__name__ == name
    assert inspect.getdoc(method).startswith(inspect.getdoc(row).partition("\n\nReturns:")[0])
    assert str(inspect.signature(method)) == str(inspect.signature(row)).replace(f"({row.operands[0]}", "(self", 1)
    assert list(inspect.signature(getattr(autograd.Value(0.5), name)).parameters) == list(row.operands[1:])


def test_a_method_under_a_name_of_numpy_is_described_as_its_row():
    assert autograd.Value.arctan2.__doc__.startswith("atan2(y, x) = atan2(y, x)")
    assert autograd.Value.arctan2.__name__ == "atan2"
