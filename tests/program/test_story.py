"""explain(): what became of the scalar operations, line by line, on paper and in Jupyter."""

import operator
import random

import pytest

import autograd
import nn
from autograd import Value
from autograd.program import compiler
from autograd.program.story import shortened

W = [[Value(0.1 * i * j, f"w[{i}][{j}]") for j in range(3)] for i in range(2)]


def loss(xs):
    total = 0.0
    for row in W:
        product = sum(w * x for w, x in zip(row, xs, strict=True))  # the neuron
        total = total + autograd.tanh(product)  # what it says <b>
    return total


def test_the_story_of_arrays():
    pytest.importorskip("numpy")
    compiled = autograd.compile(loss, backend="array")
    compiled([1.0, 2.0, 3.0])
    story = compiled.explain()
    assert story.summary == "loss: 16 scalar operations became 3 array operations (3 lines forward, 4 backward)."
    assert [row[0] for row in story.rows] == ["2", "2", "1"]
    assert [row[1] for row in story.rows] == ["1x2", "2", "1"]
    assert "# the neuron" in story.rows[0][2]
    assert "# what it says" in story.rows[1][2]
    assert story.rows[0][3].startswith("np.matmul(xs1, w1.T")
    lines = repr(story).splitlines()
    assert lines[0] == story.summary
    assert lines[2].split() == ["nodes", "shape", "the", "scalar", "line", "the", "array", "line"]
    assert len(lines) == 6
    html = story._repr_html_()
    assert html.startswith("<p>loss: 16 scalar operations")
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


@pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")
def test_the_story_of_loops_in_c():
    pytest.importorskip("numpy")
    compiled = autograd.compile(loss, backend="c")
    compiled([1.0, 2.0, 3.0])
    story = compiled.explain()
    assert story.summary.startswith("loss: 16 scalar operations became 3 loops in C (")
    assert [row[:2] for row in story.rows] == [("2", "1x2"), ("2", "2"), ("1", "1")]
    assert "tanh(" in story.rows[1][3]
    assert "the C line" in repr(story).splitlines()[2]


@pytest.mark.slow
@pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")
def test_the_story_of_a_product_that_numpy_computes():
    numpy = pytest.importorskip("numpy")
    layer = nn.Linear(128, 64, seed=0)
    compiled = autograd.compile(lambda xs: autograd.sum([autograd.sum(row) for row in layer(xs)]), backend="c")
    compiled(numpy.ones((64, 128)).tolist())
    assert compiled.explain().rows[0][3] == "a product of matrices, by NumPy"


def test_the_story_of_nothing():
    pytest.importorskip("numpy")
    compiled = autograd.compile(lambda x: x, backend="array")
    compiled(1.0)
    assert compiled.explain().summary.startswith("program: 0 scalar operations became 0 array operations")


@pytest.mark.slow
@pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")
def test_the_story_of_a_table_that_c_works_through():
    pytest.importorskip("numpy")

    def irregular(x):
        draw, pool = random.Random(1), [x]
        for _ in range(2_000):
            left, right = draw.choice(pool[-50:]), draw.choice(pool[-50:])
            pool.append(draw.choice([operator.add, operator.mul, operator.sub])(left, right) * 0.5)
        return pool[-1]

    compiled = autograd.compile(irregular, backend="c")
    compiled(1.0)
    assert compiled.explain().summary.endswith(" instructions in a table that C works through.")
    assert compiled.explain().rows == []


def test_the_story_of_lines_says_why_there_are_no_arrays():
    compiled = autograd.compile(lambda x: autograd.sin(x) * x)
    compiled(1.0)
    story = compiled.explain()
    assert story.summary.startswith(
        "program: 2 scalar operations run as straight lines of Python (there are fewer than"
    )
    assert repr(story) == story.summary
    assert "<table>" not in story._repr_html_()
    asked = autograd.compile(loss, backend="straight")
    asked([1.0, 2.0, 3.0])
    assert asked.explain().summary == "loss: 16 scalar operations run as straight lines of Python (as asked for)."


def test_thousands_are_counted_with_commas():
    pytest.importorskip("numpy")
    compiled = autograd.compile(lambda xs: autograd.sum([autograd.sin(x) + 1 for x in xs]))
    compiled([float(i) for i in range(1000)])
    assert compiled.explain().summary.startswith("program: 2,999 scalar operations became 4 array operations")
    assert compiled.explain().rows[0][0] == "1,000"


def test_a_function_without_a_file_still_has_a_story():
    pytest.importorskip("numpy")
    names = {"autograd": autograd}
    exec("def f(xs):\n    return autograd.sum([autograd.exp(x) for x in xs])\n", names)
    compiled = autograd.compile(names["f"], backend="array")
    compiled([1.0, 2.0, 3.0])
    assert "<string>:2" in compiled.explain().rows[0][2]


def test_long_lines_are_cut():
    assert shortened("short") == "short"
    assert shortened("x" * 66) == "x" * 66
    assert shortened("x" * 67) == shortened("x" * 500) == "x" * 65 + "…"


def test_there_is_no_story_before_the_first_call():
    with pytest.raises(autograd.errors.RecordingError, match="call it once first"):
        autograd.compile(loss).explain()
