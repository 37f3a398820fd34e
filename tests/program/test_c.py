"""Programs in C: the numbers and the errors of the other forms, and a file that any C compiler takes."""

import ast
import math
import random
import re
import subprocess

import pytest

pytest.importorskip("numpy")

import numpy as np
from project_root import ROOT
from random_programs import RandomProgram
from test_compile_random import check

import autograd
from autograd import Value, define_operation
from autograd.errors import DivisionByZeroError, DomainError, ExpressionError, MissingPackageError, NumberOverflowError
from autograd.formulas.c import Translator, simplified
from autograd.formulas.c_statements import Elements, Statements
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS
from autograd.program import c_file, c_program, compiler, library_cache

needs_compiler = pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")
STRICT = ["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O1"]


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize("seed", range(12))
def test_a_random_function_is_the_same_in_c(seed):
    check(seed, "c")


@needs_compiler
@pytest.mark.slow
@pytest.mark.parametrize("start", range(12, 200, 20))
def test_many_random_functions_are_the_same_in_c(start):
    for seed in range(start, start + 20):
        check(seed, "c")


def network(size, samples, draw):
    """Return parameters and the loss of a layer of tanh and one of log-softmax, written in plain loops."""
    inner = [[Value(draw.uniform(-1, 1)) for _ in range(size + 1)] for _ in range(size)]
    outer = [[Value(draw.uniform(-1, 1)) for _ in range(size + 1)] for _ in range(3)]

    def score(x):
        hidden = [autograd.tanh(sum((w * xi for w, xi in zip(row, x)), row[-1])) for row in inner]  # noqa: B905
        return [sum((w * h for w, h in zip(row, hidden)), row[-1]) for row in outer]  # noqa: B905

    points = [[draw.uniform(-1, 1) for _ in range(size)] for _ in range(samples)]

    def loss():
        return -sum(autograd.log_softmax(score(x))[i % 3] for i, x in enumerate(points)) / samples

    return [w for row in inner + outer for w in row], loss


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize(("size", "samples"), [(1, 1), (2, 3), (5, 4), (7, 70)])
def test_rows_of_products_of_any_length_add_up(size, samples):
    parameters, loss = network(size, samples, random.Random(size))
    total = loss()
    total.backward()
    expected = [p.grad for p in parameters]
    compiled = autograd.compile(loss, backend="c")
    for _ in range(2):  # nothing is added to what the call before has left
        autograd.zero_grad(parameters)
        result = compiled()
        result.backward()
        assert compiled.program.kind == "c"
        assert result.data == pytest.approx(total.data, rel=1e-13)
        assert [p.grad for p in parameters] == pytest.approx(expected, rel=1e-10, abs=1e-14)


@pytest.mark.slow
@needs_compiler
def test_a_matrix_of_one_number_gets_its_gradients_added_up():
    x, ws = Value(0.5), [Value(0.2 * i - 0.3) for i in range(5)]
    compiled = autograd.compile(lambda: sum(autograd.tanh(autograd.dot([x], [w])) for w in ws) + x * x, backend="c")
    compiled().backward()
    assert compiled.program.layout.steps[0].kind == "matmul"
    d = [1 - math.tanh(w.data * 0.5) ** 2 for w in ws]
    assert x.grad == pytest.approx(1 + sum(w.data * slope for w, slope in zip(ws, d, strict=True)), rel=1e-13)
    assert [w.grad for w in ws] == pytest.approx([0.5 * slope for slope in d], rel=1e-13)


@pytest.mark.slow
@needs_compiler
def test_a_batch_of_products_of_matrices_is_what_numpy_computes():
    def f(queries, keys):  # three heads: four queries and two keys each
        heads = zip(queries, keys, strict=True)
        return sum(autograd.tanh(autograd.dot(q, k)) for qs, ks in heads for q in qs for k in ks)

    rng = np.random.default_rng(0)
    queries, keys = rng.normal(size=(3, 4, 5)), rng.normal(size=(3, 2, 5))
    value, (by_q, by_k) = autograd.value_and_grad(autograd.compile(f, backend="c"), (0, 1))(queries, keys)
    scores = queries @ keys.swapaxes(1, 2)
    d = 1 - np.tanh(scores) ** 2
    assert value == pytest.approx(np.tanh(scores).sum(), rel=1e-13)
    assert by_q == pytest.approx(d @ keys, rel=1e-12)
    assert by_k == pytest.approx(d.swapaxes(1, 2) @ queries, rel=1e-12)


@needs_compiler
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_products_of_large_matrices_are_numpys(monkeypatch, dtype):
    monkeypatch.setattr(c_program, "MOST_MULTIPLIED", 10)
    draw = random.Random(0)
    weights = [[Value(draw.uniform(-1, 1)) for _ in range(4)] for _ in range(4)]
    inputs = [[draw.uniform(-1, 1) for _ in range(4)] for _ in range(3)]

    def layer(rows):
        return [[autograd.tanh(autograd.dot(w, row)) for w in weights] for row in rows]

    def loss(rows):
        return sum(y * y for row in layer(layer(rows)) for y in row)  # the same weights in two products

    total = loss(inputs)
    total.backward()
    expected = [w.grad for row in weights for w in row]
    autograd.zero_grad([w for row in weights for w in row])
    compiled = autograd.compile(loss, backend="c", dtype=dtype)
    result = compiled(inputs)
    result.backward()
    precision = 1e-12 if dtype == "float64" else 1e-5
    assert "forward_after_2" in compiled.source
    assert result.data == pytest.approx(total.data, rel=precision)
    assert [w.grad for row in weights for w in row] == pytest.approx(expected, rel=precision, abs=precision)
    if dtype == "float64":  # others are computed once more with 64 bits, which hold larger numbers
        weights[0][0].data = 1e200
        with pytest.raises(NumberOverflowError):
            compiled([[1e200] * 4] * 3)
        weights[0][0].data = 0.5
        assert compiled(inputs).data == pytest.approx(loss(inputs).data, rel=precision)


@needs_compiler
def test_numbers_of_32_bits():
    _, loss = network(3, 5, random.Random(0))
    expected = loss()
    compiled = autograd.compile(loss, backend="c", dtype="float32")
    result = compiled()
    assert compiled.program.values.dtype == np.float32
    assert result.data == pytest.approx(expected.data, rel=1e-5)
    assert result.data != expected.data


@needs_compiler
@pytest.mark.parametrize(
    ("function", "point", "error"),
    [
        (lambda x, y: x / y, (1.0, 0.0), DivisionByZeroError),
        (lambda x, y: autograd.log(x) * y, (-1.0, 1.0), DomainError),
        (lambda x, y: autograd.exp(x) + y, (1000.0, 1.0), NumberOverflowError),
        (lambda x, y: 1 / (x * x * y), (1e200, 1e200), NumberOverflowError),  # 1 / infinity would be 0
        (lambda x, y: autograd.tanh(autograd.exp(x)) + y, (1000.0, 1.0), NumberOverflowError),
        (lambda x, y: autograd.sqrt(x) + y, (0.0, 1.0), DivisionByZeroError),  # only its slope has no value
        (lambda x, y: x**y, (-2.0, 0.5), DomainError),
    ],
)
def test_a_number_that_is_not_finite_gives_the_error_of_the_engine(function, point, error):
    inputs = [Value(x) for x in point]
    with pytest.raises(error) as eager:
        function(*inputs).backward()
    with pytest.raises(error) as in_c:
        autograd.compile(function, backend="c").value_and_grad(*point)
    assert str(in_c.value).split(" At ")[0].replace("x = ", "").split(".")[0] in str(eager.value).replace("x = ", "")


@needs_compiler
def test_a_program_works_again_after_an_error_and_a_nan_is_noticed():
    f = autograd.compile(lambda x, y: autograd.sqrt(x) / y, backend="c")
    with pytest.raises(DivisionByZeroError):
        f(4.0, 0.0)
    assert f(4.0, 2.0).data == 1.0
    assert autograd.value_and_grad(f, (0, 1))(4.0, 2.0) == (1.0, (0.125, -0.5))
    assert f.value_and_grad(4.0, 2.0) == (1.0, 0.125)
    f.program.load_inputs([math.nan, 1.0])
    with pytest.raises(FloatingPointError):
        f.program.compute()


@needs_compiler
def test_an_infinite_slope_is_not_multiplied_by_0():
    f = autograd.compile(lambda x: autograd.where(x, autograd.sqrt(x), 0.0) * 1.0, backend="c")
    assert f.value_and_grad(0.0) == (0.0, 0.0)
    assert f.value_and_grad(4.0) == (2.0, 0.25)


@needs_compiler
def test_what_is_drawn_and_observed():
    seen = []

    def f(x):
        noise = autograd.fresh(lambda count: [0.5] * count, 2)
        autograd.observe([x * noise[0]], seen.append)
        return x * noise[0] + noise[1]

    compiled = autograd.compile(f, backend="c")
    assert compiled(3.0).data == 2.0
    assert [list(numbers) for numbers in seen] == [[1.5]]


@needs_compiler
def test_a_position_is_checked():
    f = autograd.compile(autograd.take, backend="c")
    assert f([5.0, 6.0, 7.0], 2.0).data == 7.0
    for index in (3.0, -1.0, 0.5):
        with pytest.raises(ValueError, match="position"):
            f([5.0, 6.0, 7.0], index)


def test_an_operation_of_ones_own():
    name = "test_c_swish"
    define_operation(
        f"{name}(x, double=1.0)", "x * sigmoid(double * x)", probes=[(0.5, 2.0)],
        x="sigmoid(double * x) + double * x * sigmoid(double * x) * (1 - sigmoid(double * x))",
        double="x * x * sigmoid(double * x) * (1 - sigmoid(double * x))",
    )  # fmt: skip
    swish = OPERATIONS[name]
    try:
        f = autograd.compile(lambda xs, y: sum(swish(x, y) for x in xs), backend="array")
        f([0.5, 0.6, 0.7, 0.8], 2.0)
        assert "const double double_ =" in f.to_c()
        if compiler.find():
            f = autograd.compile(swish, backend="c")
            x, y = Value(0.5), Value(2.0)
            f(x, y).backward()
            a, b = Value(0.5), Value(2.0)
            swish(a, b).backward()
            assert (x.grad, y.grad) == pytest.approx((a.grad, b.grad), rel=1e-14)
    finally:
        OPERATIONS.pop(name)


@pytest.mark.parametrize(
    "text",
    ["'text'", "True", "x.real", "~x", "x // x", "relu(x=x)", "unknown(x)", "sum(x)", "sum([y for y in unknown(xs)])",
     "sum([y for y in xs if y > 0])", "sum([sum([y * z for y in xs]) for z in xs])"],
)  # fmt: skip
def test_what_c_cannot_say_is_refused(text):
    with pytest.raises(ExpressionError, match="cannot be written as C"):
        in_c(text)


def in_c(text):
    names = {"x": "x", "xs": Elements(3, "xs[{}]".format)}
    return Translator(text, names, Statements()).visit(formula(text).tree)


def test_formulas_read_as_c():
    assert in_c("xs[1] ** 2") == "pow(xs[1], 2.0)"
    assert in_c("maximum(x, 1)") == "maximum(x, 1.0)"
    assert in_c("x / len(xs)") == "x / 3.0"
    assert ast.unparse(simplified("leaky_relu(x) * y", {"x": -2.0})) == "-0.02 * y"


def test_an_operation_that_calls_python_has_no_c():
    name = "test_c_python"
    define_operation(f"{name}(x)", "cube(x)", x="3 * x * x", functions={"cube": lambda x: x**3}, probes=[(2.0,)])
    row = OPERATIONS[name]
    try:
        f = autograd.compile(row, backend="straight")
        f(2.0)
        with pytest.raises(ExpressionError, match="cube"):
            f.to_c()
        if compiler.find():
            with pytest.raises(ExpressionError, match="cube"):
                autograd.compile(row, backend="c")(2.0)
    finally:
        OPERATIONS.pop(name)


def test_without_a_compiler_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(compiler, "find", lambda: None)
    with pytest.raises(MissingPackageError, match=r"C compiler.*native"):
        autograd.compile(lambda x: x * x, backend="c")(2.0)
    f = autograd.compile(lambda xs: sum(x * x for x in xs), backend="auto")
    for _ in range(3):
        assert f([float(i) for i in range(500)]).data == sum(i * i for i in range(500))


# --- the file ---------------------------------------------------------------------------------------------------

MAIN = """
#include <stdio.h>
#include "{name}.c"

static double workspace[{upper}_WORKSPACE], outputs[{upper}_OUTPUTS], gradient[{upper}_GRADIENT + 1];

int main(void)
{{
    const double inputs[] = {{ {inputs} }}, seeds[] = {{ {seeds} }};
    printf("%d\\n", {name}({name}_parameters, inputs, outputs, workspace));
    for (int i = 0; i < {upper}_OUTPUTS; i++)
        printf("%.17g\\n", outputs[i]);
    printf("%d\\n", {name}_gradient({name}_parameters, inputs, seeds, outputs, gradient, workspace));
    for (int i = 0; i < {upper}_OUTPUTS; i++)
        printf("%.17g\\n", outputs[i]);
    for (int i = 0; i < {upper}_GRADIENT; i++)
        printf("%.17g\\n", gradient[i]);
    return 0;
}}
"""


def run_file(text, name, inputs, seeds, folder):
    """Compile a file strictly with a main function around it, and return the numbers that it prints."""
    (folder / f"{name}.c").write_text(text, encoding="utf-8")
    main = MAIN.format(
        name=name, upper=name.upper(), inputs=", ".join(map(repr, inputs)) or "0", seeds=", ".join(map(repr, seeds))
    )
    (folder / "main.c").write_text(main, encoding="utf-8")
    command = [*compiler.required(), *STRICT, "-o", str(folder / "main"), str(folder / "main.c"), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [float(x) for x in subprocess.run([folder / "main"], capture_output=True, check=True).stdout.split()]


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize("seed", [*range(0, 6), 9, 17])
def test_the_file_is_strict_c99_and_computes_outputs_and_gradient(seed, tmp_path):
    program = RandomProgram(seed)
    values = [Value(x) for x in program.parameters]

    def f(xs):
        return program(values, xs)

    compiled = autograd.compile(f, backend="straight")
    inputs = [Value(x) for x in program.arguments]
    outputs = compiled(inputs)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    seeds = [1 + 0.3 * i for i in range(len(outputs))]
    sum(s * o for s, o in zip(seeds, outputs, strict=True)).backward()
    text = compiled.to_c()
    numbers = run_file(text, "f", program.arguments, seeds, tmp_path)
    count = len(outputs)
    expected = [o.data for o in outputs]
    assert numbers[0] == numbers[1 + count] == 0
    assert numbers[1 : 1 + count] == pytest.approx(expected, rel=1e-12)
    assert numbers[2 + count : 2 + 2 * count] == pytest.approx(expected, rel=1e-12)
    gradient = numbers[2 + 2 * count :]
    assert gradient[len(gradient) - len(inputs) :] == pytest.approx([x.grad for x in inputs], rel=1e-9, abs=1e-10)
    used = [v.grad for v in values]  # the file has the parameters in an order of its own
    assert sum(gradient[: -len(inputs)]) == pytest.approx(sum(used), rel=1e-9, abs=1e-9)


@needs_compiler
def test_the_file_says_where_a_number_is_not_finite(tmp_path):
    def ratio(x, y):
        return x / y

    f = autograd.compile(ratio)
    f(1.0, 2.0)
    assert run_file(f.to_c(), "ratio", [1.0, 0.0], [1.0], tmp_path)[0] == 1


@needs_compiler
@pytest.mark.parametrize(
    "name",
    [
        "forward",
        "sin",
        "double",
        "main",
        "values",
        "α",
        "prepare",
        "leaves",
        "backward_1",
        "LANES",
        "NAN",
        "printf",
        "free",
    ],
)
def test_a_function_may_be_called_what_c_keeps_for_itself(name, tmp_path):
    def f(x):
        """A comment that ends early: */ and one that begins: /* and ??/"""
        return x * 3.0  # */ /* ??/

    f.__name__ = name
    compiled = autograd.compile(f)
    compiled(2.0)
    (tmp_path / "f.c").write_text(compiled.to_c(), encoding="utf-8")
    command = [*compiler.required(), *STRICT, "-c", "-o", str(tmp_path / "f.o"), str(tmp_path / "f.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@needs_compiler
def test_the_file_in_the_documentation_computes_the_loss_of_the_network(tmp_path):
    from benchmarks.two_moons import data, scalar_loops, weights

    points, labels = data()
    layers = [[([Value(w) for w in ws], Value(b)) for ws, b in layer] for layer in weights()]
    loss = scalar_loops.loss(layers, points[:10], labels[:10], autograd.relu)
    loss.backward()
    gradient = [p.grad for layer in layers for w, b in layer for p in (*w, b)]
    text = (ROOT / "docs" / "two_moons.c").read_text(encoding="utf-8")
    failed, value, failed_again, same, *found = run_file(text, "two_moons", [], [1.0], tmp_path)
    assert failed == failed_again == 0
    assert value == same == pytest.approx(loss.data, rel=1e-13)
    assert sorted(found) == pytest.approx(sorted(gradient), rel=1e-10, abs=1e-15)  # in an order of its own


def test_the_file_tells_the_line_it_comes_from():
    f = autograd.compile(lambda xs: sum(x * x for x in xs), backend="array")
    f([1.0, 2.0, 3.0])
    assert "sum(x * x for x in xs)" in f.to_c()
    assert f.to_c() == f.to_c()


def test_the_file_counts_its_outputs():
    f = autograd.compile(lambda x, y: [x * y, x + y])
    f(1.0, 2.0)
    assert "computes the 2 outputs." in f.to_c()
    g = autograd.compile(lambda x, y: [x * y])
    g(1.0, 2.0)
    assert "computes the output." in g.to_c()


def test_a_long_pass_is_divided_into_functions_of_so_many_lines(monkeypatch):
    monkeypatch.setattr(c_file, "LONGEST_FUNCTION", 40)

    def f(x):
        for _ in range(100):
            x = autograd.sin(x)
        return x

    compiled = autograd.compile(f, backend="straight")
    compiled(1.0)
    functions = re.findall(r"static void forward_\d+\(.*?\n\}", compiled.to_c(), re.DOTALL)
    lengths = [text.count("= sin(") for text in functions]
    assert sum(lengths) == 100
    assert len(lengths) == 3
    assert all(38 < length < 42 for length in lengths[:-1])


def test_what_lies_side_by_side_is_not_copied():
    w = [[Value(0.1 * i + j) for j in range(7)] for i in range(4)]
    f = autograd.compile(lambda rows: [autograd.dot(row, each) for row in rows for each in w], backend="array")
    f([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]] * 6)
    forward, backward = f.to_c().split("static int forward(")
    assert "scratch[" in forward  # one number of each row does not lie beside that of the next
    assert "scratch[" not in backward


@needs_compiler
def test_a_library_is_made_once(monkeypatch):
    f = autograd.compile(lambda x: x * 7.25 + 1.5, backend="c")
    f(1.0)
    monkeypatch.setattr(library_cache, "make", lambda *_: pytest.fail("made again"))
    g = autograd.compile(lambda y: y * 7.25 + 1.5, backend="c")  # from another line
    assert g(2.0).data == 16.0
