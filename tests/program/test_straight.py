"""The straight-line program: readable Python of one line per operation, forward and backward."""

import inspect
import linecache
import traceback

import pytest

import autograd
from autograd import Value
from autograd.errors import NumberOverflowError


def source(function, *arguments):
    """Return the text of the straight-line program of a function."""
    compiled = autograd.compile(function, backend="straight")
    compiled(*arguments)
    return compiled.source


def test_two_neurons_fit_on_a_slide():
    w, b = [Value(0.5, "w1"), Value(-0.5, "w2")], [Value(0.1, "b1"), Value(0.2, "b2")]

    def network(x):
        return autograd.tanh(w[0] * x + b[0]) + autograd.tanh(w[1] * x + b[1])

    assert (
        source(network, 1.0)
        == """\
def network_forward(leaves):
    w1, b1, w2, b2, x, = leaves
    v1 = w1 * x
    v2 = v1 + b1
    v3 = tanh(v2)
    v4 = w2 * x
    v5 = v4 + b2
    v6 = tanh(v5)
    v7 = v3 + v6
    total = v2 + v5 + v7
    if total - total != 0.0:
        raise OverflowError
    return [v7], []


def network_forward_backward(leaves, seeds):
    w1, b1, w2, b2, x, = leaves
    v1 = w1 * x
    v2 = v1 + b1
    v3 = tanh(v2)
    v4 = w2 * x
    v5 = v4 + b2
    v6 = tanh(v5)
    v7 = v3 + v6
    total = v2 + v5 + v7
    if total - total != 0.0:
        raise OverflowError

    d_v7 = seeds[0]
    d_v3 = d_v7
    d_v6 = d_v7
    d_v5 = d_v6 * sech_squared(v5)
    d_v4 = d_v5
    d_b2 = d_v5
    d_w2 = d_v4 * x
    d_v2 = d_v3 * sech_squared(v2)
    d_v1 = d_v2
    d_b1 = d_v2
    d_w1 = d_v1 * x
    return [v7], [], [d_w1, d_b1, d_w2, d_b2]
"""
    )


def body(text):
    """Return the lines of the forward function between reading the leaves and looking at the numbers."""
    return [line.strip() for line in text.split("    total =")[0].splitlines()[2:]]


def test_literals_stay_literals_and_have_no_slopes():
    text = source(lambda x: 3 - x / 2, Value(1.0))
    assert body(text) == ["v1 = x / 2.0", "v2 = 3.0 - v1"]
    assert "d_v2 = seeds[0]\n    d_v1 = -d_v2\n    d_x = d_v1 * 0.5\n" in text
    assert body(source(lambda x: 2 * x + 1, 1.0)) == ["v1 = 2.0 * x", "v2 = v1 + 1.0"]


def test_powers_are_written_as_products_roots_and_ratios():
    lines = body(source(lambda x: [x**2, x**0.5, x**-1, x**1], 2.0))
    assert lines == ["v1 = x * x", "v2 = sqrt(x)", "v3 = 1.0 / x", "v4 = x"]
    assert "log" not in source(lambda x: x**3, Value(-2.0))


def test_shared_subexpressions_are_computed_once():
    assert body(source(lambda x, y: autograd.exp(x * y) + autograd.exp(y * x), 1.0, 2.0)) == [
        "v1 = x * y", "v2 = exp(v1)", "v3 = v2 + v2",
    ]  # fmt: skip


def test_a_dot_product_is_written_out():
    w = [Value(1.0, "w1"), Value(2.0, "w2")]
    assert body(source(lambda xs: autograd.dot(w, xs) + autograd.dot(xs, [3.0, 0.0]), [1.0, 2.0])) == [
        "v1 = w1 * xs_0 + w2 * xs_1", "v2 = xs_0 * 3.0", "v3 = v1 + v2",
    ]  # fmt: skip


def test_gradients_of_one_number_that_is_used_twice_add_up():
    text = source(lambda x: x * autograd.sin(x), Value(1.0))
    assert "d_x = d_v2 * v1\n" in text
    assert "d_x += d_v1 * cos(x)\n" in text


def test_only_wanted_gradients_are_computed():
    w = Value(2.0, "w")
    text = source(lambda x: autograd.exp(x) * w, 1.0)
    assert "d_v1" not in text
    assert text.endswith("return [v2], [], [d_w]\n")


def test_a_function_of_nothing_and_one_without_operations():
    assert "return [3.0], []" in source(lambda: 3)
    assert "return [x, x], []" in source(lambda x: (x, x), 1.0)


def test_sums_of_many_terms_do_not_nest_too_deep_for_python():
    xs = [float(i) for i in range(3000)]
    compiled = autograd.compile(lambda xs: autograd.sum(xs) + autograd.dot(xs, xs), backend="straight")
    assert compiled(xs).data == sum(xs) + sum(x * x for x in xs)


@pytest.mark.slow
def test_a_deep_chain_is_as_deep_as_it_likes():
    def chain(x):
        for _ in range(3000):
            x = autograd.sin(x) + 1.0
        return x

    x = Value(0.5)
    result = autograd.compile(chain, backend="straight")(x)
    result.backward()
    value, gradient = result.data, x.grad
    x.grad = 0.0
    expected = chain(x)
    expected.backward()
    assert (value, gradient) == (expected.data, x.grad)


def test_the_users_names_never_stand_for_anything_else():
    names = ["i", "x", "total", "leaves", "seeds", "position", "len", "range", "v1", "d_x", "tanh", "power", "number",
             "sum", "out", "s_v1", "p1", "True", "x1", "OverflowError", "größe", "two words", "w[0]"]  # fmt: skip
    values = [Value(0.1 * k + 0.5, name) for k, name in enumerate(names)]

    def function(i, x):
        taken = autograd.take(values, i)
        others = [autograd.tanh(v) ** 1.5 for v in values]
        return (
            taken * x + autograd.sum(others) + autograd.max(values) + autograd.prod(values[:3]) + values[6] ** values[7]
        )

    compiled = autograd.compile(function, backend="straight")
    for i in (0, 5, 20):
        expected = function(i, 2.0)
        expected.backward()
        gradients = [v.grad for v in values]
        autograd.zero_grad(values)
        result = compiled(i, 2.0)
        result.backward()
        assert result.data == pytest.approx(expected.data, rel=1e-14)
        assert [v.grad for v in values] == pytest.approx(gradients, rel=1e-14)
        autograd.zero_grad(values)


def test_two_values_of_one_name_are_numbered():
    a, b = Value(1.0, "w"), Value(2.0, "w")
    text = source(lambda x: a * x + b, 1.0)
    assert "p1, p2, x, = leaves" in text


def test_it_can_be_inspected_and_is_shown_in_tracebacks():
    compiled = autograd.compile(lambda x: +autograd.log(x), backend="straight")
    compiled(1.0)
    assert inspect.getsource(compiled.program.run).startswith("def program_forward(leaves):")
    with pytest.raises(ValueError, match=r"math domain error|expected a positive input") as caught:
        compiled.program.run([-1.0])
    assert "v1 = log(x)" in "".join(traceback.format_tb(caught.value.__traceback__))
    filename = compiled.program.run.__code__.co_filename
    assert "program of program" in filename
    assert linecache.getline(filename, 3).strip() == "v1 = log(x)"


ABSORBERS = {
    "tanh": autograd.tanh,
    "sign": autograd.sign,
    "expm1": lambda x: autograd.expm1(-x),
    "exp": lambda x: autograd.exp(-x),
    "atan": autograd.atan,
    "maximum": lambda x: autograd.maximum(-x, 1.0),
    "clamp": lambda x: autograd.clamp(x, -1, 1),
    "where": lambda x: autograd.where(x, 1.0, 2.0),
    "division": lambda x: 1 / x,
    "power": lambda x: x**-0.5,
    "take": lambda x: autograd.take([x, 1.0], 1) + 0 * x,
    "dot": lambda x: autograd.dot([x, x], [0.0, 0.0]),
    "min": lambda x: autograd.min([x, 1.0]),
    "softmax": lambda x: autograd.softmax([x, 1.0])[0],
    "nothing": lambda x: 0 * x,
    "where not chosen": lambda x: autograd.where(-1.0 + 0 * x, x, 2.0),
}


@pytest.mark.parametrize("absorb", ABSORBERS.values(), ids=ABSORBERS)
@pytest.mark.parametrize("backend", ["straight", "array"])
def test_an_overflow_is_noticed_even_where_an_operation_would_hide_it(absorb, backend):
    def function(x):
        return absorb(x * 1e200)

    with pytest.raises(NumberOverflowError) as expected:
        function(Value(1e200))
    compiled = autograd.compile(function, backend=backend)
    compiled(1.0)
    with pytest.raises(NumberOverflowError) as caught:
        compiled(1e200)
    assert "x * y is too large for a float at x = 1e+200, y = 1e+200" in str(caught.value)
    assert str(expected.value).partition(" At ")[0] == str(caught.value).partition(" At ")[0]


def test_a_sum_of_products_with_zeros_alone_is_zero():
    f = autograd.compile(lambda x, y: autograd.dot([x, y], [0.0, 0.0]) * x + y, backend="straight")
    assert f(3.0, 2.0).data == 2.0
    assert autograd.grad(f, argnums=(0, 1))(3.0, 2.0) == (0.0, 1.0)
