"""What compiled.explain() tells."""

import pytest

import autograd
from autograd import Value


def test_a_straight_program_says_why_it_is_one():
    program = autograd.compile(lambda x, y: x * y + x)
    program(1.0, 2.0)
    assert "straight lines of Python" in program.explain().summary
    assert program.explain().rows == []


def test_a_layer_tells_its_shape_its_scalar_line_and_its_array_line():
    pytest.importorskip("numpy", reason="array programs need NumPy, which is not installed")
    rows = [[Value(0.5), Value(0.25)] for _ in range(3)]

    @autograd.compile(backend="array")
    def layer(points):
        return sum(sum(w * x for w, x in zip(row, point, strict=True)).tanh() for row in rows for point in points)

    layer([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    story = layer.explain()
    # Twelve times two products, two additions (Python's sum starts from 0) and tanh; and twelve more additions.
    assert story.summary.startswith("layer: 72 scalar operations became 3 array operations")
    assert [row[0] for row in story.rows] == ["12", "12", "1"]
    assert "zip(row, point, strict=True)" in story.rows[0][2]
    assert "np.matmul" in story.rows[0][3]
    assert "np.tanh" in story.rows[1][3]
    assert "<table>" in story._repr_html_()
    assert "<script" not in story._repr_html_()
