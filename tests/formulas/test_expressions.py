"""Expressions given as text: what is understood gives the right numbers, anything else points at the place."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.errors import AutogradError, DomainError, ExpressionError
from autograd.expressions import expression
from autograd.graph import topological_order


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        ("tanh(a*b + c)", {"a": 2, "b": -3, "c": 6.5}, math.tanh(0.5)),
        ("-a ** 2", {"a": 3}, -9.0),
        ("2 ** -a", {"a": 2}, 0.25),
        ("+a - (b - 1) / 4", {"a": 1, "b": 3}, 0.5),
        ("sum([a, b, 1.5]) * mean([a, b])", {"a": 1, "b": 3}, 11.0),
        ("dot([a, 2], [3, b])", {"a": 1, "b": 3}, 9.0),
        ("softmax([a, b])[0] + log_softmax([a, b])[1]", {"a": 0, "b": 0}, 0.5 - math.log(2)),
        ("softmax([a, b], 1)", {"a": 0, "b": 0}, 0.5),
        ("take([a, b], 1)", {"a": 0, "b": 7}, 7.0),
        ("leaky_relu(a)", {"a": -2}, -0.02),
        ("leaky_relu(a, negative_slope=0.5)", {"a": -2}, -1.0),
        ("clamp(x=a, low=0, high=1)", {"a": 5}, 1.0),
        ("a % 2 + hypot(a, 3)", {"a": 4}, 5.0),
        ("3", {}, 3.0),
        (" é + w_1 ", {"é": 1, "w_1": 2}, 3.0),
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
        ("a^2", 1, r"write a \*\* 2"),
        ("a @ b", 2, r"dot\(\[a, b\], \[c, d\]\)"),
        ("(a) // b", 4, "write a / b"),
        ("é*é^2", 3, r"write a \*\* 2"),
        ("b + __import__('os')", 4, "no function called '__import__'"),
        ("a + a.b", 4, "not part of an expression"),
        ("a.b()", 0, "not part of an expression"),
        ("(lambda: 1)()", 0, "not part of an expression"),
        ("a if a > 0 else b", 0, "where"),
        ("a < b", 0, "where"),
        ("a and b", 0, "where"),
        ("a + 'b'", 4, "not part of an expression"),
        ("f'{a}'", 0, "not part of an expression"),
        ("a + True", 4, "not part of an expression"),
        ("a + 2j", 4, "not part of an expression"),
        ("[x for x in a]", 0, "not part of an expression"),
        ("{a}", 0, "not part of an expression"),
        ("sum((a, b))", 4, "sequence in brackets"),
        ("sum(a)", 4, "sequence in brackets"),
        ("sum([a], [b])", 0, "not called like this"),
        ("tanh()", 0, "not called like this"),
        ("tanh(*a)", 5, "not part of an expression"),
        ("tanh(**a)", 7, "one by one"),
        ("tanh([a])", 5, "one number"),
        ("[a, b]", 0, "one number"),
        ("softmax([a, b]) + 1", 0, "one number"),
        ("softmax([a, b])[2]", 16, "from 0 to 1"),
        ("softmax([a, b])[-1]", 16, "from 0 to 1"),
        ("softmax([a, b])[0:1]", 16, "from 0 to 1"),
        ("take([a, b], 7)", 13, "from 0 to 1"),
        ("take([], 0)", 9, "empty"),
        ("a[0]", 0, "one number"),
        ("max([])", 0, "empty"),
        ("dot([a, b], [a])", 0, "same length"),
        ("2 * sigmiod(a)", 4, "Did you mean sigmoid"),
        ("a + c", 4, "'c' has no number; give one: c=1"),
        ("a + tanh", 4, r"write tanh\(\.\.\.\)"),
        ("a = 2", 2, "beside the expression"),
        ("(a := 2)", 1, "beside the expression"),
        ("a b", 2, "syntax"),
        ("tanh(a", 4, "never closed"),
        ("1e999", 0, "too large"),
        ("9" * 5000, 0, "too many digits"),
        ("import os", 0, "syntax"),
    ],
)
def test_anything_else_points_at_the_place(text, place, message):
    numbers = {name: 2.0 for name in ("a", "b", "é") if name in text and name + " =" not in text}
    with pytest.raises(ExpressionError, match=message) as caught:
        expression(text, **numbers)
    shown, mark = str(caught.value).splitlines()[-2:]
    assert mark.index("^") == 4 + place
    assert shown[4:] == text[:100]


def test_says_that_a_number_has_no_name():
    with pytest.raises(ExpressionError, match="'b' was given, which is not in it"):
        expression("a + 1", a=1, b=2)


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "(" * 5000 + "a" + ")" * 5000, "+".join("a" * 20_000), "-" * 9000 + "a"]
)
def test_extreme_texts_are_errors_too(text):
    with pytest.raises(ExpressionError, match="cannot be read"):
        expression(text, a=1.0)


def test_a_long_expression_is_shown_around_the_place():
    with pytest.raises(ExpressionError) as caught:
        expression("a + " * 50 + "b ^ 2" + " + a" * 50, a=1, b=2)
    shown, mark = str(caught.value).splitlines()[-2:]
    assert shown[mark.index("^")] == "^"
    assert len(shown) <= 104


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
