"""The array program: what is written for known graphs reads like a textbook, and does what it says."""

import re

import pytest

np = pytest.importorskip("numpy")

import autograd  # noqa: E402
from autograd import Value  # noqa: E402


def compiled(function, *arguments):
    """Compile a function to arrays and call it once."""
    made = autograd.compile(function, backend="array")
    made(*arguments)
    return made


def section(source, name):
    """Return the lines of one inner function of a program."""
    found = re.search(rf"    def {name}\(\):\n((?:        .*\n)+)", source)
    return [line.strip() for line in found.group(1).splitlines()]


W = [[Value(0.1 * i - 0.2 * j, f"w[{i}][{j}]") for j in range(3)] for i in range(2)]
B = [Value(0.5, "b[0]"), Value(-0.5, "b[1]")]
X = [[1.0, 2.0, 3.0], [0.5, -1.0, 0.0], [2.0, 2.0, -2.0], [1.0, 0.0, 1.0]]
Y = [1.0, -1.0, 1.0, -1.0]


def loss(xs, ys):
    """Two tanh neurons, added up, over a batch: the squared distance from a target."""
    total = 0.0
    for x, y in zip(xs, ys, strict=True):
        out = [autograd.tanh(sum(w * v for w, v in zip(row, x, strict=True)) + b) for row, b in zip(W, B, strict=True)]
        total = total + (out[0] + out[1] - y) ** 2
    return total


def test_two_neurons_over_a_batch_fit_on_a_slide():
    source = compiled(loss, X, Y).source
    assert section(source, "forward") == [
        "np.matmul(xs1, w1.T, out=dot1)",
        "np.add(b1, dot1, out=add2)",
        "np.tanh(add2_8, out=tanh3)",
        "np.add(tanh3_4, tanh3_4_, out=add4)",
        "np.subtract(add4, ys1, out=sub5)",
        "np.multiply(sub5, sub5, out=pow6)",
        "np.add.reduce(pow6_1x4, axis=-1, out=sum7)",
    ]
    backward = section(source, "backward")
    assert len(backward) <= 10
    assert "np.multiply(d_tanh3_8, sech_squared(add2_8), out=d_add2)" in backward
    assert any(re.fullmatch(r"np\.matmul\(d_add2\w*\.T, xs1, out=d_w1\)", line) for line in backward)
    assert "xs1 = view(values, 8, (4, 3), (3, 1))" in source
    assert "w1 = view(values, 0, (2, 3), (3, 1))" in source


def test_it_computes_what_hand_written_numpy_computes():
    run = compiled(loss, X, Y)
    autograd.zero_grad([w for row in W for w in row] + B)
    result = run(X, Y)
    result.backward()
    w, b = np.array([[v.data for v in row] for row in W]), np.array([v.data for v in B])
    x, y = np.array(X), np.array(Y)
    out = np.tanh(x @ w.T + b)
    error = out.sum(1) - y
    d = 2 * error[:, None] * (1 - out**2)
    assert result.data == pytest.approx((error**2).sum(), rel=1e-14)
    assert [[v.grad for v in row] for row in W] == pytest.approx(d.T @ x, rel=1e-13)
    assert [v.grad for v in B] == pytest.approx(d.sum(0), rel=1e-13)


def test_a_batch_of_matrix_products_is_one_line():
    def function(queries, keys):  # three heads: four queries and two keys each
        heads = zip(queries, keys, strict=True)
        return sum(autograd.tanh(autograd.dot(q, k)) for qs, ks in heads for q in qs for k in ks)

    rng = np.random.default_rng(0)
    queries, keys = rng.normal(size=(3, 4, 5)), rng.normal(size=(3, 2, 5))
    run = compiled(function, queries, keys)
    (line,) = [line for line in section(run.source, "forward") if "matmul" in line]
    assert "swapaxes(-1, -2)" in line
    assert run(queries, keys).data == pytest.approx(np.tanh(queries @ keys.swapaxes(1, 2)).sum(), rel=1e-13)
    _, (by_q, by_k) = autograd.value_and_grad(run, (0, 1))(queries, keys)
    d = 1 - np.tanh(queries @ keys.swapaxes(1, 2)) ** 2
    assert by_q == pytest.approx(d @ keys, rel=1e-12)
    assert by_k == pytest.approx(d.swapaxes(1, 2) @ queries, rel=1e-12)


def test_the_gradient_of_a_broadcast_is_summed_back():
    b = Value(0.3, "b")
    run = compiled(lambda xs: sum((x * b) ** 2 for x in xs), [1.0, 2.0, 3.0])
    b.grad = 0.0
    run([1.0, 2.0, 3.0]).backward()
    assert b.grad == pytest.approx(2 * 0.3 * (1 + 4 + 9), rel=1e-14)
    assert any("reduce" in line and "d_b1" in line for line in section(run.source, "backward"))


def test_scattered_reads_are_gathered_once_and_their_gradients_counted():
    pairs = [(0, 5), (1, 2), (2, 0), (3, 3), (5, 0), (4, 1), (0, 0)]
    xs = [Value(float(i + 1)) for i in range(6)]
    run = compiled(lambda xs: [autograd.maximum(xs[i], xs[j]) * xs[j] for i, j in pairs], xs)
    text = run.source
    assert "mode='clip'" in text
    assert "bincount" in text
    total = sum((k + 1) * out for k, out in enumerate(run(xs)))
    total.backward()
    expected = [0.0] * 6
    for k, (i, j) in enumerate(pairs):
        x, y = float(i + 1), float(j + 1)
        share = 0.5 if i == j else 1.0 if x > y else 0.0
        expected[i] += (k + 1) * share * y
        expected[j] += (k + 1) * ((1 - share) * y + max(x, y))
    assert [x.grad for x in xs] == pytest.approx(expected, rel=1e-14)


def test_a_filter_that_slides_over_a_signal():
    kernel = [Value(0.5), Value(-1.0), Value(0.25)]
    signal = [0.3, 1.0, -2.0, 0.7, 0.1, 0.9]

    def function(signal):
        windows = [signal[i : i + 3] for i in range(4)]
        return sum(autograd.sum([k * x for k, x in zip(kernel, window, strict=True)]) ** 2 for window in windows)

    run = compiled(function, signal)
    inputs = [Value(x) for x in signal]
    result = run(inputs)
    result.backward()
    k, s = np.array([0.5, -1.0, 0.25]), np.array(signal)
    out = np.correlate(s, k, "valid")
    assert result.data == pytest.approx((out**2).sum(), rel=1e-14)
    assert [v.grad for v in kernel] == pytest.approx(np.correlate(s, 2 * out, "valid"), rel=1e-13)
    assert [v.grad for v in inputs] == pytest.approx(np.convolve(2 * out, k), rel=1e-13)


def test_only_what_is_asked_for_is_differentiated():
    w = Value(2.0, "w")
    source = compiled(lambda xs: sum(autograd.exp(x) * w for x in xs), [1.0, 2.0, 3.0]).source
    assert "d_exp" not in source
    assert "d_w1" in source
    assert section(compiled(lambda xs: sum(xs) + 1, [1.0, 2.0]).source, "backward") == ["pass"]


@pytest.mark.parametrize("samples_first", [True, False])
def test_each_factor_of_a_product_of_matrices_gets_its_gradient_only_where_it_is_asked_for(samples_first):
    def products(weights):
        def function(xs):
            if samples_first:
                return [autograd.dot(row, x) for x in xs for row in weights]
            return [autograd.dot(row, x) for row in weights for x in xs]

        return function

    def targets(weights, xs):
        source = compiled(products(weights), xs).source
        return {line.partition("out=")[2].rstrip(")") for line in section(source, "backward") if "matmul" in line}

    values, numbers = [[Value(v) for v in x] for x in X], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
    assert targets(W, values) == {"d_w1", "d_xs1"}
    assert targets(W, X) == {"d_w1"}
    assert targets(numbers, values) == {"d_xs1"}
    assert targets(numbers, X) == set()


def test_an_unused_parameter_and_an_unused_input_are_no_trouble():
    xs = [Value(1.0), Value(2.0), Value(3.0)]
    run = compiled(lambda xs: xs[0] * 2, xs)
    run(xs).backward()
    assert [x.grad for x in xs] == [2.0, 0.0, 0.0]


LABELS = ["", "values", "gradients", "view", "data", "np", "taken", "index", "constant", "program", "lambda", "dot"]


@pytest.mark.parametrize("label", [*LABELS, "d_dot", "softmax", "1st", "größe", "None"])
def test_labels_that_would_be_mistaken_for_something_else(label):
    ws = [Value(float(i + 1), f"{label}[{i}]" if i else label) for i in range(4)]

    def function(xs):
        first = [ws[i] * xs[j] for i, j in ((0, 2), (1, 0), (3, 1), (2, 2))]
        return autograd.dot(ws, xs) + autograd.sum(first) + autograd.take(ws, xs[0]) + autograd.logsumexp(ws)

    arguments = [1.0, 2.0, -1.0, 0.5]
    run = compiled(function, arguments)
    expected = function(arguments)
    expected.backward()
    gradients = [w.grad for w in ws]
    autograd.zero_grad(ws)
    result = run(arguments)
    result.backward()
    assert result.data == pytest.approx(expected.data, rel=1e-14)
    assert [w.grad for w in ws] == pytest.approx(gradients, rel=1e-14)


def test_the_program_can_be_read_where_it_fails():
    import inspect
    import traceback

    run = compiled(lambda xs: autograd.sum([autograd.log(x) for x in xs]), [1.0, 2.0, 3.0])
    assert "np.log(xs1, out=log1)" in inspect.getsource(run.program.run_forward)
    run.program.values[:3] = -1.0
    with np.errstate(all="raise"), pytest.raises(FloatingPointError) as caught:
        run.program.run_forward()
    assert "np.log(xs1, out=log1)" in "".join(traceback.format_tb(caught.value.__traceback__))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_of_numbers_is_that_of_the_buffers(dtype):
    run = autograd.compile(loss, backend="array", dtype=dtype)
    result = run(X, Y)
    assert run.program.values.dtype == run.program.gradients.dtype == dtype
    eager = loss(X, Y).data
    assert result.data == pytest.approx(eager, rel=1e-6 if dtype == "float32" else 1e-14)
    assert (result.data == float(np.float32(result.data))) == (dtype == "float32")


@pytest.mark.filterwarnings("error")
def test_float32_says_nothing_about_numbers_it_cannot_hold_but_computes_them_as_floats():
    run = autograd.compile(lambda x: x * 1e-30, backend="array", dtype="float32")
    assert run(2.0).data == pytest.approx(2e-30, rel=1e-6, abs=0)
    assert run(1e39).data == pytest.approx(1e9, rel=1e-12)
