"""A gradient as a sum over consumers and over paths, and the chain rule written out."""

import math
import re

import pytest
from hostile import HOSTILE, balanced
from random_graphs import random_graph

from autograd import Value, derivation, dot, explain, relu, softmax, tanh
from autograd.errors import NumberError
from autograd.graph import topological_order


def all_paths(x, node):
    """Return the product of the local derivatives along every path from x to node, the slow way."""
    if node is x:
        return [1.0]
    pairs = zip(node.parents, node.local_derivatives(), strict=True)
    return [local * product for parent, local in pairs for product in all_paths(x, parent)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_both_sums_are_the_gradient_on_random_graphs(seed):
    output = random_graph(seed, size=12)
    order = topological_order(output)
    output.zero_grad()
    output.backward()
    for x in order:
        explanation = explain(x, output)
        assert explanation.gradient == x.grad
        if x is not output:
            total = 0.0
            for _, contribution in explanation.consumers:
                total += contribution.amount
            assert total == x.grad
        expected = sorted(map(abs, all_paths(x, output)), reverse=True)
        assert explanation.path_count == len(expected)
        found = [abs(path.product) for path in explanation.paths]
        assert found == pytest.approx(expected[: len(found)], rel=1e-9, abs=1e-300)
        assert len(found) == min(len(expected), 5)
        shown = sum(path.product for path in explanation.paths)
        scale = sum(expected) + 1e-300
        assert abs(shown + explanation.rest - x.grad) <= 1e-9 * scale
        assert balanced(explanation._repr_latex_())
        assert repr(explanation)


def test_the_rest_is_what_the_smaller_paths_add():
    x = Value(2.0, "x")
    explanation = explain(x, sum((x * i for i in range(1, 8)), Value(0.0)))
    assert [path.product for path in explanation.paths] == [7.0, 6.0, 5.0, 4.0, 3.0]
    assert (explanation.gradient, explanation.rest) == (28.0, 3.0)


def test_paths_are_made_of_real_edges():
    output = random_graph(3)
    for x in topological_order(output):
        for path in explain(x, output).paths:
            assert (path.nodes[0], path.nodes[-1]) == (x, output)
            for before, after, local in zip(path.nodes[:-1], path.nodes[1:], path.local_derivatives, strict=True):
                assert (before, local) in list(zip(after.parents, after.local_derivatives(), strict=True))


def test_astronomically_many_paths_are_counted_and_the_largest_are_found():
    y = x = Value(1.0, "x")
    for _ in range(100):
        y = y * 0.75 + y * 0.25
    explanation = explain(x, y)
    assert explanation.path_count == 2**100
    assert explanation.gradient == pytest.approx(1.0, rel=1e-12)
    products = [path.product for path in explanation.paths]
    # the best takes 0.75 at every turn; then one turn, of a hundred, takes 0.25
    assert products == pytest.approx([0.75**100] + [0.75**99 * 0.25] * 4, rel=1e-9, abs=0)
    assert "1.27e+30 paths" in repr(explanation)


@pytest.mark.slow
def test_more_paths_than_a_float_can_count():
    y = x = Value(1.0, "x")
    for _ in range(1200):
        y = y * 0.5 + y * 0.5
    explanation = explain(x, y)
    assert explanation.path_count == math.inf
    assert "more than 1e+300 paths" in repr(explanation)
    assert len(explanation._repr_latex_()) < 10_000


def test_text():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    n = a * b
    loss = n * n + a
    assert repr(explain(a, loss)) == "\n".join([
        "The gradient of loss with respect to a is 37.",
        "It is the sum over the nodes that use a:",
        "  loss = v1 + a   ∂loss/∂a = 1     1 × 1 = 1",
        "  n = a * b       ∂n/∂a = b = -3   -12 × (-3) = 36",
        "It is the sum over 3 paths from a to loss:",
        "  a -> n -> v1 -> loss   -3 × (-6) × 1 = 18",
        "  a -> n -> v1 -> loss   -3 × (-6) × 1 = 18",
        "  a -> loss              1",
    ])  # fmt: skip


def test_a_node_that_uses_x_twice_shows_both_uses():
    a = Value(3.0, "a")
    square = a * a
    text = repr(explain(a, square))
    assert "∂square/∂a (use 1) = a = 3" in text
    assert "∂square/∂a (use 2) = a = 3" in text


def test_of_something_the_loss_does_not_depend_on():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    explanation = explain(b, a * 2)
    assert (explanation.gradient, explanation.path_count, explanation.consumers) == (0.0, 0, ())
    assert repr(explanation).endswith("with respect to b is 0, because v1 does not depend on it.")
    assert balanced(explanation._repr_latex_())
    assert "does not depend" in explanation._repr_html_()


def test_of_the_loss_itself():
    a = Value(2.0, "a")
    assert (
        repr(explain(a, a)) == "The gradient of a with respect to a is 1: a number changes exactly as fast as itself."
    )


def test_a_dead_path_is_a_path_with_product_zero():
    a = Value(-1.0, "a")
    dead = relu(a)
    explanation = explain(a, dead * 5)
    assert (explanation.gradient, explanation.path_count, explanation.paths[0].product) == (0.0, 1, 0.0)


def test_many_consumers_show_the_largest():
    x = Value(1.0, "x")
    loss = dot([x] * 50, [float(i) for i in range(50)])
    explanation = explain(x, loss)
    assert len(explanation.consumers) == 50
    text = repr(explanation)
    assert "1 × 49 = 49" in text
    assert "and 38 more" in text
    assert explanation._repr_html_().count("<tr>") == 12 + 1 + 1 + 5 + 1 + 1


def test_nothing_changes():
    a = Value(2.0, "a")
    loss = a * a
    a.grad = 0.5
    explain(a, loss)
    derivation(loss)
    assert (a.grad, loss.grad) == (0.5, 0.0)


@pytest.mark.parametrize("wrong", [(1.0, Value(2.0)), (Value(2.0), None)])
def test_says_what_it_takes(wrong):
    with pytest.raises(NumberError, match="takes two Values"):
        explain(*wrong)


@pytest.mark.parametrize("label", [*HOSTILE, "$x$", "<b>bold</b> & more"], ids=range(len(HOSTILE) + 2))
def test_hostile_labels(label):
    a = Value(0.5, label)
    loss = tanh(a * 2) + a
    explanation = explain(a, loss)
    assert all(line.isprintable() for line in repr(explanation).splitlines())
    html = explanation._repr_html_()
    tags = set(re.findall(r"</?[a-z]+", html))
    assert {tag.strip("</") for tag in tags} <= {"div", "p", "table", "caption", "tbody", "tr", "td"}
    assert 'class="tex2jax_ignore mathjax_ignore"' in html
    for latex in (explanation._repr_latex_(), derivation(loss)._repr_latex_()):
        assert balanced(latex)
        assert latex.count("$") - latex.count(r"\$") == 4
    assert all(line.isprintable() for line in repr(derivation(loss)).splitlines())


# --- derivation ---------------------------------------------------------------------------------------


def test_the_derivation_of_a_neuron():
    x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(7.0, "b")
    n = x * w + b
    loss = n**2
    assert repr(derivation(loss)).splitlines() == [
        "v1 = x * w = 2 * (-3) = -6",
        "n = v1 + b = -6 + 7 = 1",
        "loss = n ** 2 = 1 ** 2 = 1",
        "",
        "dloss/dloss = 1",
        "dloss/dn = dloss/dloss * ∂loss/∂n = 1 * (2 * n) = 1 * 2 = 2",
        "dloss/dv1 = dloss/dn * ∂n/∂v1 = 2 * 1 = 2",
        "dloss/db = dloss/dn * ∂n/∂b = 2 * 1 = 2",
        "dloss/dx = dloss/dv1 * ∂v1/∂x = 2 * w = 2 * (-3) = -6",
        "dloss/dw = dloss/dv1 * ∂v1/∂w = 2 * x = 2 * 2 = 4",
    ]
    latex = derivation(loss).latex
    assert latex.startswith(r"\begin{aligned} v_{1} &= x \cdot w = 2 \cdot \left(-3\right) = -6 \\ n &= ")
    assert (
        r"\frac{\mathrm{d} \mathrm{loss}}{\mathrm{d} n} &= "
        r"\frac{\mathrm{d} \mathrm{loss}}{\mathrm{d} \mathrm{loss}} \cdot "
        r"\frac{\partial \mathrm{loss}}{\partial n} = 1 \cdot \left(2 \cdot n\right) = 1 \cdot 2 = 2"
    ) in latex


def test_the_derivation_sums_over_uses():
    a = Value(3.0, "a")
    square = a * a
    assert repr(derivation(square)).splitlines()[-1] == (
        "dsquare/da = dsquare/dsquare * ∂square/∂a = 1 * a + 1 * a = 1 * 3 + 1 * 3 = 6"
    )


@pytest.mark.parametrize("seed", range(30))
def test_the_derivation_ends_in_the_gradients_of_backward(seed):
    output = random_graph(seed)
    output.zero_grad()
    output.backward()
    derived = derivation(output)
    lines = {
        line.split(" = ")[0]: float(re.split(" [=≈] ", line)[-1])
        for line in repr(derived).splitlines()
        if line.startswith("d")
    }
    for node, name in derived.names.items():
        line = lines.get(f"d{derived.names[output]}/d{name}")
        if line is not None:
            assert line == pytest.approx(node.grad, rel=1e-3, abs=1e-9)
    assert balanced(derived.latex)


def test_a_long_derivation_is_cut_and_says_so():
    y = Value(1.0, "x")
    for _ in range(100):
        y = tanh(y) + 1
    text = repr(derivation(y))
    assert text.count("\n") < 100
    assert "... and 160 more" in text
    assert r"\text{... and 160 more}" in derivation(y).latex


def test_of_a_function():
    def f(a, b):
        product = a * b
        return softmax([product, b])[0]

    assert repr(derivation(f, 2.0, 3.0)).startswith("product = a * b = 2 * 3 = 6\n")
