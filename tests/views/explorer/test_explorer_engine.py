"""The page's own engine, run under Node: its numbers are those of ``backward()``, also after a leaf was changed."""

import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

import autograd
from autograd import Value, steps
from autograd.errors import NumberOverflowError
from autograd.formulas import javascript
from autograd.formulas.notation import number_text
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence
from autograd.views.explorer.graph_data import graph_data
from autograd.views.page.language import words

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed, so no JavaScript can be run")
VIEWS = Path(autograd.__file__).parent / "views"
FILES = ("page/language.js", "explorer/engine.js", "explorer/ink.js", "explorer/numbers.js", "explorer/words.js")


def run(program: str) -> object:
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def engine() -> str:
    scripts = "\n".join((VIEWS / name).read_text(encoding="utf-8") for name in FILES)
    return f"const LANGUAGES = {json.dumps({'en': words('en', 'page', 'explorer')})};\n{scripts}"


def evaluate(graphs: Sequence[Value], leaf_values: Sequence[Sequence[float]], expression: str) -> list[object]:
    """Evaluate a JavaScript expression of ``graph``, ``words``, ``computed`` and ``run`` for each graph."""
    rows = javascript.table([row for row in OPERATIONS.values() if not row.functions])
    cases = [
        {"data": {**graph_data(steps(g)), "frozen": ""}, "at": at} for g, at in zip(graphs, leaf_values, strict=True)
    ]
    result = run(
        f"{javascript.arithmetic()}\n{rows}\n{engine()}\n"
        f"console.log(JSON.stringify({json.dumps(cases)}.map(({{ data, at }}) => {{\n"
        "  const graph = new Graph(data), words = new Words(graph), computed = graph.compute(at);\n"
        f"  const run = graph.steps(computed);\n  return {expression};\n}})));"
    )
    assert isinstance(result, list)
    return result


# --- random graphs ---

LEFT_OUT = {"pow", "detach", "tan", "erfc", "identity", "take", "polygamma"}
SMOOTH = [row for row in OPERATIONS.values() if row.name not in LEFT_OUT]
INSIDE = {"asin", "acos", "atanh"}
POSITIVE = {"log", "log1p", "log2", "log10", "sqrt", "cbrt", "lgamma", "digamma"}
POSITIVE |= {"power_slope", "power_log", "power_mixed", "atan2_slope"}


def random_function(seed: int) -> tuple[Callable[[Sequence[float]], Value], list[float]]:
    """Return a function that builds a graph of random operations on the given leaves, and numbers for them."""
    generator = random.Random(seed)
    start = [generator.uniform(-2, 2) for _ in range(generator.randint(1, 5))]
    recipe: list[tuple[Operation, int]] = [
        (generator.choice(SMOOTH), generator.getrandbits(60)) for _ in range(generator.randint(3, 25))
    ]

    def build(numbers: Sequence[float]) -> Value:
        nodes = [Value(number, f"x{i}") for i, number in enumerate(numbers)]
        for operation, bits in recipe:
            choice = random.Random(bits)

            def one(choice: random.Random = choice, operation: Operation = operation) -> "Value | float":
                if choice.random() < 0.15:
                    return choice.uniform(0.2, 0.9) + (operation.name == "acosh")
                node = choice.choice(nodes)
                tamed = autograd.tanh(node) if abs(node.data) > 3 else node
                if operation.name in INSIDE:
                    return autograd.tanh(tamed) * 0.9
                if operation.name == "acosh":
                    return autograd.softplus(tamed) + 1.1
                return autograd.softplus(tamed) + 0.1 if operation.name in POSITIVE else tamed

            length = choice.randint(1, 4)
            operands: list[object] = []
            for name in operation.operands:
                if name == "index":
                    operands.append(length - 1)
                elif is_sequence(name):
                    operands.append([one() for _ in range(length)])
                elif operation.name in {"div", "remainder"} and name == "y":
                    operands.append(autograd.softplus(one()) + 0.5)
                else:
                    operands.append(one())
            out = operation(*operands)
            if isinstance(out, Value):
                nodes.append(out)
        loss = autograd.mean([autograd.tanh(node) if abs(node.data) > 50 else node for node in nodes])
        loss.label = "loss"
        return loss

    return build, start


COUNT = 200
FUNCTIONS = [random_function(seed) for seed in range(COUNT)]


@cache
def random_graphs() -> list[Value]:
    """The graph of every function; the tests leave its gradients at zero."""
    return [build(start) for build, start in FUNCTIONS]


def leaves_and_gradients(loss: Value) -> tuple[list[Value], list[float]]:
    leaves, interior = autograd.graph.sort(loss)
    loss.backward()
    gradients = [node.grad for node in (*leaves, *interior)]
    loss.zero_grad()
    return leaves, gradients


@pytest.mark.slow
def test_two_hundred_random_graphs_have_the_gradients_of_backward_to_the_last_bit() -> None:
    graphs = random_graphs()
    at = [[leaf.data for leaf in leaves_and_gradients(graph)[0]] for graph in graphs]
    got = evaluate(graphs, at, "run.gradients")
    for graph, gradients in zip(graphs, got, strict=True):
        assert gradients == leaves_and_gradients(graph)[1]


@pytest.mark.slow
def test_two_hundred_random_graphs_recomputed_in_the_page_agree_with_python() -> None:
    graphs = random_graphs()
    generator = random.Random(7)
    moved = [[x + generator.uniform(-0.05, 0.05) for x in start] for _, start in FUNCTIONS]
    at = []
    expected = []
    for (build, _), graph, numbers in zip(FUNCTIONS, graphs, moved, strict=True):
        leaves, _ = leaves_and_gradients(graph)
        by_label = {f"x{i}": number for i, number in enumerate(numbers)}
        at.append([by_label[leaf.label] for leaf in leaves])
        other = build(numbers)
        same_shape = [node.op for node in autograd.graph.topological_order(other)] == [
            node.op for node in autograd.graph.topological_order(graph)
        ]
        expected.append((other.data, leaves_and_gradients(other)[1]) if same_shape else None)
    got = evaluate(graphs, at, "[computed.values[graph.output], run.gradients]")
    compared = 0
    for result, wanted in zip(got, expected, strict=True):
        if wanted is not None:
            assert isinstance(result, list)
            assert result[0] == pytest.approx(wanted[0], rel=1e-9)
            assert result[1] == pytest.approx(wanted[1], rel=1e-9, abs=1e-12)
            compared += 1
    assert compared > 0.8 * COUNT


def test_a_frozen_leaf_stays_a_constant_also_where_the_page_recomputes() -> None:
    w, x = Value(2.0, "w"), Value(3.0, "x")
    w.requires_grad = False
    loss = (w * x + w).tanh()
    at = [2.0, 0.5]
    (got,) = evaluate([loss], [at], "run.gradients")
    moved = [Value(number) for number in at]
    (moved[0] * moved[1] + moved[0]).tanh().backward()
    assert isinstance(got, list)
    assert got[:2] == [0.0, pytest.approx(moved[1].grad, rel=1e-12)]


def check_words(graphs: Sequence[Value]) -> None:
    for loss in graphs:
        loss.label = "loss"  # which the names of variables would give way to
    at = [[leaf.data for leaf in autograd.graph.sort(graph)[0]] for graph in graphs]
    got = evaluate(
        graphs,
        at,
        "run.steps.map((step) => [plain(words.narrate(step, computed.values)),"
        " ...step.deposits.map((deposit) => deposit.slot < 0"
        " ? ['1', ''] : [words.localDerivative(step.node, deposit.slot, deposit.local, computed.values),"
        " words.conventions(step.node, deposit.slot, computed.values).join('; ')])])",
    )
    for graph, told in zip(graphs, got, strict=True):
        assert isinstance(told, list)
        for (narration, *locals_), step in zip(told, steps(graph), strict=True):
            assert without_parentheses(narration) == without_parentheses(step.narration)
            for (equation, convention), item in zip(locals_, step.contributions, strict=True):
                assert without_parentheses(equation) == without_parentheses(item.equation)
                assert convention == item.convention


@pytest.mark.slow
def test_the_page_tells_the_steps_in_the_words_of_the_terminal() -> None:
    check_words(random_graphs())


def test_the_page_tells_ties_kinks_repeated_operands_and_many_digits_in_the_words_of_the_terminal() -> None:
    a, b, x = Value(2.0, "a"), Value(2.0, "b"), Value(3.0, "x")
    zero = a - b
    check_words([
        x * 1.0004 - x, x * x, autograd.sum([x, x, a, x, b, b]), autograd.maximum(a, b), autograd.max([a, b, x - 1]),
        autograd.relu(zero), zero**2, zero**b, abs(zero), autograd.clamp(a, 2.0, 3.0), autograd.where(a, b, 1.0),
        autograd.norm([zero, zero]), autograd.round(x - 0.5), autograd.sigmoid(x * 100), autograd.tanh(x * 4),
        (x * 0.1 + x * 0.2) - x * 0.3, x**0.3, autograd.prod([x * 1234.567, x * 1000]), autograd.remainder(-x, b),
    ])  # fmt: skip


def without_parentheses(text: str) -> str:
    """Both notations are right; Python's puts a product that starts with a minus in parentheses, the page does not."""
    return text.replace("(", "").replace(")", "")


def test_a_gradient_that_is_too_large_is_no_gradient_also_where_the_page_recomputes() -> None:
    w, b = Value(1.0, "w"), Value(1.0, "b")
    loss = (w * b) * 1e200
    at = [1e-200, 1e200]
    (got,) = evaluate([loss], [at], "[computed.values.at(-1), run.gradients, words.failure(computed.failure, at)]")
    assert got == [1e200, None, "The gradient of w is too large for a float, as it would be in Python."]
    moved = [Value(number) for number in at]
    with pytest.raises(NumberOverflowError):
        ((moved[0] * moved[1]) * 1e200).backward()


def test_answers_may_be_arithmetic_and_run_no_code() -> None:
    good = {
        "1/-0.7*-6.021": 1 / -0.7 * -6.021, "2*(1-0.5^2)": 1.5, "-2**2": -4.0, "2**-1": 0.5, "(1+2)*3": 9.0,
        "−3 × 2": -6.0, "1,5": 1.5, "exp(0) + sqrt(4)": 3.0, "1e-3": 0.001, ".5": 0.5, "8/4/2": 1.0,
        "2*pi": 2 * math.pi, "+4": 4.0, "+0,5": 0.5, "1,5/-0,5": -3.0, " ( 1,5 - ,5 ) * 1,0e1": 10.0, "−0.5": -0.5,
        "1/3": 1 / 3, "-.5": -0.5, "Exp(0)*Pi": math.pi, "1.5E3": 1500.0, "1⁄4": 0.25, "\u00a05\u00a0": 5.0,
    }  # fmt: skip
    bad = [
        "", "two", "1/0", "2 3", "(1", "1+", "alert(1)", "constructor", "exp", "1;2", "0x10", "[].map", "log(-1)",
        "1,000.5", "1,000,000", "1,,5", "5,", ",", "1.2.3",
    ]  # fmt: skip
    script = (VIEWS / "explorer" / "answers.js").read_text(encoding="utf-8")
    got = run(f"{script}\nconsole.log(JSON.stringify({json.dumps([*good, *bad])}.map(readNumber)))")
    assert got == [*map(pytest.approx, good.values()), *[None] * len(bad)]


def right_answers(graph: Value, answers: Sequence[float], kind: str) -> list[bool]:
    """Say of each answer whether the page's quiz takes it for the last value, or the last gradient asked for."""
    scripts = (VIEWS / "explorer" / "questions.js").read_text(encoding="utf-8")
    question = (
        "{ kind: 'value', node: graph.output }" if kind == "value" else "run.steps.flatMap(gradientQuestions).at(-1)"
    )
    (got,) = evaluate([graph], [[leaf.data for leaf in autograd.graph.sort(graph)[0]]],
                      f"(() => {{ {scripts}\nreturn {list(answers)}.map((each) => "
                      f"isRight(each, {question}, computed, graph)); }})()")  # fmt: skip
    assert isinstance(got, list)
    return got


def test_a_tiny_number_is_not_zero_nor_ten_times_as_much() -> None:
    w = Value(3e-6, "w")
    product = w * 2e-6
    assert right_answers(product, [6e-12, 6.02e-12, 0.0, 1e-9, 6e-11, -6e-12], "value") == [True] * 2 + [False] * 4
    chain = (w * 1e-7) * 1e-6
    assert right_answers(chain, [1e-13, 1.004e-13, 0.0, 1e-9, 1e-12, -1e-13], "gradient") == [True] * 2 + [False] * 4


def test_what_floats_leave_of_a_zero_may_be_called_zero() -> None:
    a, b, turn = Value(0.1, "a"), Value(0.2, "b"), Value(math.pi, "turn")
    for value in ((a + b) - 0.3, turn.sin()):
        assert value.data != 0
        assert right_answers(value, [0.0, value.data, 1e-9], "value") == [True, True, False]
    quarter = Value(math.pi / 2, "quarter")
    assert right_answers(5 * quarter.sin(), [0.0, 1e-9], "gradient") == [True, False]


def test_numbers_are_written_alike() -> None:
    generator = random.Random(3)
    numbers = [
        0.0,
        -0.0,
        1.0625,
        -2.5,
        1.0635,
        12345.5,
        12346.5,
        999999.5,
        0.00012345,
        1e-5,
        1e22,
        123456.0,
        9999.5,
        0.99995,
    ]
    numbers += [generator.uniform(-1, 1) * 10.0 ** generator.randint(-12, 12) for _ in range(2000)]
    numbers += [generator.randint(-2000, 2000) / 2.0 ** generator.randint(0, 12) for _ in range(2000)]
    digits = [4, 5, 8, 12]
    program = f"{json.dumps(numbers)}.map((x) => {digits}.map((count) => numberText(x, count)))"
    got = run(f"{engine()}\nconsole.log(JSON.stringify({program}))")
    assert got == [[number_text(number, count) for count in digits] for number in numbers]


def test_the_output_along_a_leaf_is_what_python_computes_there() -> None:
    def f(x: Value, y: Value) -> Value:
        return (x * y - 1).log() + y / x + autograd.tanh(y)

    at = [-2.0, 0.0, 0.25, 0.4, 1.0, 2.5]
    loss = f(Value(2.0, "x"), Value(3.0, "y"))
    got = evaluate([loss], [[2.0, 3.0]], f"{at}.map(graph.along(0, [2, 3]))")
    wanted: list[float | None] = []
    for number in at:
        try:
            wanted.append(f(Value(number), Value(3.0)).data)
        except (ArithmeticError, ValueError):
            wanted.append(None)
    assert wanted[:3] == [None] * 3
    assert got[0] == [None if number is None else pytest.approx(number, rel=1e-14) for number in wanted]
