"""The formula table printed as JavaScript: Node computes what Python computes, and refuses where Python does."""

import itertools
import json
import math
import random
import shutil
import subprocess

import mpmath
import pytest

from autograd import define_operation, mul, pow, relu
from autograd.errors import ExpressionError
from autograd.formulas import javascript
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed, so no JavaScript can be run")

NUMBERS = [0.0, 1e-300, 1e-9, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 20.0, 709.0, 711.0, 1e5, 1e154, 1e300]
EXTREMES = [*NUMBERS, *(-number for number in NUMBERS)]
FEW = [-1e300, -709.0, -2.0, -0.5, 0.0, 1e-300, 0.5, 1.0, 3.0, 800.0, 1e300]
LISTS = [[-1.0, 2.5, 2.5], [1e200, -1e200], [700.0, -700.0, 0.0], [0.0, 0.0], [3.0]]


def run(program: str) -> object:
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def points(operation: Operation) -> list[tuple[object, ...]]:
    """The points a row names for its tests, and extreme ones."""
    extremes: list[tuple[object, ...]]
    if operation.name == "dot":
        extremes = [(xs, xs[::-1]) for xs in LISTS]
    elif operation.operands == ("xs", "index"):
        extremes = [(xs, len(xs) - 1) for xs in LISTS]
    elif is_sequence(operation.operands[0]):
        extremes = [(xs,) for xs in LISTS]
    else:
        numbers = EXTREMES if len(operation.operands) == 1 else FEW
        extremes = list(itertools.product(numbers, repeat=len(operation.operands)))
    return [*operation.probes, *extremes]


def attempt(function: object, *operands: object) -> object:
    """The result of a formula, or None where it has no finite one."""
    try:
        result = function(*operands)  # type: ignore[operator]  # a bound formula
    except (ValueError, ArithmeticError):
        return None
    numbers = result if isinstance(result, list) else [result]
    return result if all(map(math.isfinite, numbers)) else None


DRIVER = """
const attempt = (f, operands) => {
  try {
    const result = f(...operands);
    return (Array.isArray(result) ? result : [result]).every(Number.isFinite) ? result : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};
console.log(JSON.stringify(tasks.map(([name, slope, operands]) => {
  const row = OPERATIONS[name];
  return attempt(slope === null ? row.value : row.slopes[slope], operands);
})));
"""


@pytest.mark.slow
@needs_node
def test_every_row_computes_under_node_what_it_computes_in_python() -> None:
    tasks: list[tuple[str, int | None, list[object]]] = []
    expected: list[object] = []
    for operation in [row for row in OPERATIONS.values() if not row.functions]:
        for point in points(operation):
            out = attempt(operation.on_floats, *point)
            tasks.append((operation.name, None, list(point)))
            expected.append(out)
            for position, operand in enumerate(operation.operands):
                if operand != "index" and out is not None:
                    tasks.append((operation.name, position, [*point, out]))
                    expected.append(attempt(operation.slope_on_floats(operand), *point, out))
    table = javascript.table([row for row in OPERATIONS.values() if not row.functions])
    got = run(f"{javascript.arithmetic()}\n{table}\nconst tasks = {json.dumps(tasks)};\n{DRIVER}")
    assert isinstance(got, list)
    assert len(got) == len(expected) > 5000
    for task, mine, theirs in zip(tasks, got, expected, strict=True):
        assert (mine is None) == (theirs is None), task
        assert theirs is None or mine == pytest.approx(theirs, rel=1e-13, abs=1e-300), task


@needs_node
def test_the_error_function_is_right_to_double_precision() -> None:
    generator = random.Random(0)
    xs = [0.0, 1e-300, 0.999, 1.0, 1.999, 2.0, 5.9, 8.0, 26.0, *(generator.uniform(0, 6) for _ in range(300))]
    xs += [-x for x in xs]
    got = run(
        f"{javascript.arithmetic()}\nconsole.log(JSON.stringify({json.dumps(xs)}.map((x) => [$erf(x), $erfc(x)])))"
    )
    assert isinstance(got, list)
    for x, (erf, erfc) in zip(xs, got, strict=True):
        assert erf == pytest.approx(float(mpmath.erf(x)), rel=3e-15, abs=0)
        assert erfc == pytest.approx(float(mpmath.erfc(x)), rel=5e-15, abs=0)


def test_formulas_read_as_javascript() -> None:
    assert javascript.expression("-x ** 2", ["x"]) == "-$power(x, 2)"
    assert javascript.expression("x - (y - 1)", ["x", "y"]) == "x - (y - 1)"
    assert javascript.expression("0 < x <= 1", ["x"]) == "0 < x && x <= 1"
    assert javascript.expression("1 if x > 0 and not x > 3 else 0", ["x"]) == "((x > 0) && (!(x > 3))) ? 1 : 0"
    assert javascript.expression("sum(x * x for x in xs)", ["xs"]) == "$sum(xs.map((x) => x * x))"
    assert javascript.expression("sum([x, 1])", ["x"]) == "$sum([x, 1])"
    assert javascript.expression("where(True, x, 1)", ["x"]) == "$where(true, x, 1)"
    assert javascript.expression("leaky_relu(x)", ["x"]) == "$leaky_relu(x, 0.01)"


def test_an_operand_may_be_called_what_javascript_keeps_for_itself() -> None:
    assert javascript.expression("var * new + Math", ["var", "new", "Math"]) == "(var$ * new$) + Math"


@needs_node
def test_an_operation_of_the_users_own_is_printed_with_all_it_calls() -> None:
    name = "test_javascript_swish"
    define_operation(
        f"{name}(x, var=1.0)", "x * sigmoid(var * x)", probes=[(0.5, 2.0)],
        x="sigmoid(var * x) + var * x * sigmoid(var * x) * (1 - sigmoid(var * x))",
        var="x * x * sigmoid(var * x) * (1 - sigmoid(var * x))",
    )  # fmt: skip
    try:
        table = javascript.table([OPERATIONS[name], relu])
    finally:
        swish = OPERATIONS.pop(name)
    got = run(f"{javascript.arithmetic()}\n{table}\nconsole.log(JSON.stringify(OPERATIONS.{name}.value(0.5, 2)))")
    assert got == pytest.approx(0.5 / (1 + math.exp(-1.0)), rel=1e-15)
    assert swish.defaults == {"var": 1.0}


@pytest.mark.parametrize(
    "formula",
    ["x % 2", "x // 2", "~x", "gamma(x)", "z", "x.real",
     "'text'", "xs[-1]", "[x for x in xs if x > 0]", "maximum(x)", "lambda: x",
     "[x for (x, y), z in xs]", "x is y", "1e999", "max(x, y)", "relu(x=x)"],
)  # fmt: skip
def test_what_javascript_cannot_say_is_refused(formula: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be written as JavaScript"):
        javascript.expression(formula, ["x", "y", "xs"])


def test_an_operation_that_calls_python_is_refused() -> None:
    name = "test_javascript_gamma"
    define_operation(
        f"{name}(x)", "gamma(x)", x="derivative(x)", probes=[(1.0,)],
        functions={"gamma": lambda x: x * 1.0, "derivative": lambda x: 1.0},
    )  # fmt: skip
    operation = OPERATIONS.pop(name)
    with pytest.raises(ExpressionError, match=r"calls Python functions \(gamma, derivative\)"):
        javascript.table([operation])


def test_only_the_rows_that_are_needed_are_printed() -> None:
    assert "tanh" not in javascript.table([mul, pow])
