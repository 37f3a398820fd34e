"""Expressions given as text: what is understood gives the right numbers, anything else points at the place."""

import contextlib
import math

import pytest
from expression_cases import REFUSED, UNDERSTOOD
from hypothesis import given
from hypothesis import strategies as st

from autograd.errors import AutogradError, DomainError, ExpressionError
from autograd.expressions import expression
from autograd.graph import topological_order


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        *UNDERSTOOD,
        ("take([a, b], 1)", {"a": 0, "b": 7}, 7.0),
        ("polygamma(a, 1)", {"a": 1}, math.pi**2 / 6),
        ("(a\n * 2)", {"a": 4}, 8.0),
    ],
)
def test_understands(text, numbers, expected):
    assert expression(text, **numbers).data == pytest.approx(expected, rel=1e-15, abs=1e-15)


def test_a_name_is_one_leaf_however_often_it_stands_there():
    out = expression("a * a + a", a=3)
    out.backward()
    (a,) = [node for node in topological_order(out) if node.label == "a"]
    assert a.grad == 7.0


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        *REFUSED,
        ("(lambda: 1)()", 0, "not part of an expression"),
        ("a if a > 0 else b", 0, "where"),
        ("a < b", 0, "where"),
        ("a and b", 0, "where"),
        ("f'{a}'", 0, "not part of an expression"),
        ("[x for x in a]", 0, "not part of an expression"),
        ("tanh(*a)", 5, "not part of an expression"),
        ("tanh(**a)", 7, "one by one"),
        ("softmax([a, b])[0:1]", 16, "from 0 to 1"),
        ("polygamma(a, b)", 13, r"A position is a whole number\."),
        ("polygamma(a, 1.5)", 13, r"A position is a whole number\."),
        ("take([a, b], 7)", 13, "from 0 to 1"),
        ("take([], 0)", 9, "empty"),
        ("a + c", 4, "'c' has no number; give one: c=1"),
        ("(a := 2)", 1, "beside the expression"),
        ("a b", 2, "syntax"),
        ("1 + sin a", 8, r"call the function write sin\(\.\.\.\)"),
        ("xyzzy(a)", 0, "There are abs, exp, .* and the others of autograd"),
        ("9" * 5000, 0, "too many digits"),
        ("import os", 0, "syntax"),
        ("(a + 1 +\n é * a.b)", 14, "not part of an expression"),
    ],
)
def test_anything_else_points_at_the_place(text, place, message):
    numbers = {name: 2.0 for name in ("a", "b", "é") if name in text and name + " =" not in text}
    with pytest.raises(ExpressionError, match=message) as caught:
        expression(text, **numbers)
    shown, mark = str(caught.value).splitlines()[-2:]
    assert mark.index("^") == 4 + place
    assert shown[4:] == text[:100].replace("\n", " ")


def test_says_that_a_number_has_no_name():
    with pytest.raises(ExpressionError, match="'b' was given, which is not in it"):
        expression("a + 1", a=1, b=2)


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "a + \ud800", "(" * 5000 + "a" + ")" * 5000, "+".join("a" * 20_000), "-" * 9000 + "a"]
)
def test_extreme_texts_are_errors_too(text):
    with pytest.raises(ExpressionError, match="cannot be read"):
        expression(text, a=1.0)


def test_a_long_expression_is_shown_around_the_place():
    with pytest.raises(ExpressionError) as caught:
        expression("a + " * 50 + "b ^ 2" + " + a" * 50, a=1, b=2)
    shown, mark = str(caught.value).splitlines()[-2:]
    assert shown[mark.index("^")] == "^"
    assert (len(shown), len(mark)) == (4 + 100, 4 + 51)  # the place is in the middle of what is shown


def test_an_operation_without_a_value_is_the_usual_error():
    with pytest.raises(DomainError, match="label 'a'"):
        expression("log(a)", a=-1)


def test_nothing_is_ever_run(tmp_path):
    target = tmp_path / "touched"
    for text in (f"open({str(target)!r}, 'w')", "(1).__class__.__base__", "exec('1')", "print(a)", "globals()"):
        with pytest.raises(ExpressionError):
            expression(text, **({"a": 1} if "a)" in text and "print" in text else {}))
    assert not target.exists()


@given(st.text(alphabet="ab1.+-*/()[],^= tanhsum'\n\\é\U0001f600", max_size=30))
def test_any_text_gives_a_value_or_an_error_of_the_library(text):
    with contextlib.suppress(AutogradError):
        expression(text, **{name: 1.5 for name in ("a", "b") if name in text})


@pytest.mark.parametrize("text", ["-" * 1500 + "a", "+".join("a" * 1500)], ids=["signs", "terms"])
def test_what_python_itself_finds_too_deep_is_refused(text):
    with pytest.raises(ExpressionError, match="It has too many levels"):
        expression(text, a=1.0)
