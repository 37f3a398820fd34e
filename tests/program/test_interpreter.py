"""Programs of thousands of little steps, which run in C from a table of instructions."""

import random
from itertools import groupby

import pytest

pytest.importorskip("numpy")

from test_compile_random import check

import autograd
from autograd import Value
from autograd.errors import DivisionByZeroError, DomainError
from autograd.formulas.operation import OPERATIONS
from autograd.program import c_program, compiler
from autograd.program.instructions import Instructions

pytestmark = pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")


@pytest.fixture
def from_a_table(monkeypatch):
    """Let every program run from a table."""
    monkeypatch.setattr(c_program, "is_irregular", lambda layout: True)


@pytest.mark.usefixtures("from_a_table")
@pytest.mark.parametrize("seed", [23, *[pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 7, 12, 42)]])
def test_random_functions_are_the_same_from_a_table(seed):
    check(seed, "c")


def chain(count):
    """Return a function of a few inputs in which no step is like another, and numbers for it."""
    draw = random.Random(count)
    picks = [(draw.randrange(5), draw.randrange(1, 6), draw.randrange(1, 6)) for _ in range(count)]

    def f(*inputs):
        pool = list(inputs)
        for kind, i, j in picks:
            a, b = pool[-i], pool[-j]
            pool.append([
                lambda a, b: (a + b) * 0.5,
                lambda a, b: autograd.tanh(a - b),
                lambda a, b: a / (b * b + 1.5),
                lambda a, b: autograd.exp(-a * a),
                lambda a, b: autograd.sum([a, b, a * b, *pool[-3:]]) * 0.2,
            ][kind](a, b))  # fmt: skip
        return sum(pool[-9:])

    return f, [draw.uniform(-1, 1) for _ in range(5)]


@pytest.mark.slow
def test_an_irregular_program_is_one_small_library_for_any_graph():
    small, inputs = chain(1200)
    large, more = chain(1300)
    programs = []
    for f, numbers in ((small, inputs), (large, more)):
        values = [Value(x) for x in numbers]
        expected = f(*values)
        expected.backward()
        compiled = autograd.compile(f, backend="c")
        result, gradient = autograd.value_and_grad(compiled, range(5))(*numbers)
        assert result == pytest.approx(expected.data, rel=1e-12)
        assert gradient == pytest.approx([v.grad for v in values], rel=1e-10)
        programs.append(compiled.program)
    assert len(programs[0].layout.steps) > 1000
    assert len(programs[0].source.splitlines()) < 500
    assert programs[0].source == programs[1].source


@pytest.mark.slow
@pytest.mark.usefixtures("from_a_table")
def test_each_operation_from_a_table():
    rows = [row for row in OPERATIONS.values() if row.probes and not row.functions]

    def leaf(name, number):
        if isinstance(number, list):
            return [Value(x) for x in number]
        return number if name == "index" else Value(number)

    points = [list(map(leaf, row.operands, row.probes[0])) for row in rows]
    values = [v for point in points for each in point for v in (each if isinstance(each, list) else [each])]
    values = [v for v in values if isinstance(v, Value)]

    def f():
        return [row(*point) for row, point in zip(rows, points, strict=True)]

    expected = f()
    autograd.sum(expected).backward()
    slopes = [v.grad for v in values]
    autograd.zero_grad(values)
    results = autograd.compile(f, backend="c")()
    autograd.sum(results).backward()
    assert [r.data for r in results] == pytest.approx([e.data for e in expected], rel=1e-12)
    assert [v.grad for v in values] == pytest.approx(slopes, rel=1e-9, abs=1e-13)


@pytest.mark.slow
@pytest.mark.usefixtures("from_a_table")
@pytest.mark.parametrize(
    ("function", "point", "error"),
    [
        (lambda x, y: x / y, (1.0, 0.0), DivisionByZeroError),
        (lambda x, y: autograd.sqrt(x) + y, (0.0, 1.0), DivisionByZeroError),  # only its slope has no value
        (lambda x, y: x**y, (-2.0, 0.5), DomainError),
    ],
)
def test_a_number_that_is_not_finite_gives_the_error_of_the_engine(function, point, error):
    with pytest.raises(error):
        autograd.compile(function, backend="c").value_and_grad(*point)


@pytest.mark.slow
@pytest.mark.usefixtures("from_a_table")
def test_rows_of_different_lengths_results_and_exponents():
    def f(xs, y):
        rows = [autograd.sum([x * y for x in xs[:n]]) ** 2.0 for n in (2, 3, 5)]
        return [*rows, rows[0] * y**3.0, autograd.softmax(xs)[1] + autograd.prod(xs[:3]), y]

    xs, y = [Value(x) for x in (0.5, -1.0, 2.0, 0.25, 3.0)], Value(1.5)
    outputs = f(xs, y)
    sum((i + 1) * o for i, o in enumerate(outputs)).backward()
    expected = [v.grad for v in (*xs, y)]
    autograd.zero_grad([*xs, y])
    compiled = autograd.compile(f, backend="c")
    results = compiled(xs, y)
    sum((i + 1) * o for i, o in enumerate(results)).backward()
    assert [r.data for r in results] == pytest.approx([o.data for o in outputs], rel=1e-13)
    assert [v.grad for v in (*xs, y)] == pytest.approx(expected, rel=1e-12)
    exponents = {number for case in instructions_of(compiled).cases for _, number in case.exponents}
    assert exponents == {2.0, 3.0}


def instructions_of(compiled):
    program = compiled.program
    return Instructions(program.layout, program.outputs.tolist(), [True] * program.layout.leaf_count)


@pytest.mark.usefixtures("from_a_table")
def test_steps_that_pass_back_to_the_same_operands_follow_one_another():
    def f(x, y):
        a, b = x, y
        for _ in range(20):
            a, b = a * y, b * 2.0
        return a + b

    compiled = autograd.compile(f, backend="c")
    assert autograd.value_and_grad(compiled, (0, 1))(3.0, 0.5) == (
        3.0 * 0.5**20 + 0.5 * 2.0**20,
        (0.5**20, 20 * 3.0 * 0.5**19 + 2.0**20),
    )
    made = instructions_of(compiled)
    steps = [(made.layout.steps[i].group.operation.name, *made.passing[i]) for i in made.order()]
    assert [(step, len(list(run))) for step, run in groupby(steps)] == [
        (("mul", "x", "y"), 20),
        (("mul", "y"), 20),
        (("add", "x", "y"), 1),
    ]


@pytest.mark.usefixtures("from_a_table")
def test_many_different_exponents_are_read_from_the_table():
    def f(x):
        return autograd.sum([x ** (1.0 + k / 7) for k in range(60)])

    compiled = autograd.compile(f, backend="c")
    value, slope = compiled.value_and_grad(0.9)
    assert value == pytest.approx(sum(0.9 ** (1 + k / 7) for k in range(60)), rel=1e-13)
    assert slope == pytest.approx(sum((1 + k / 7) * 0.9 ** (k / 7) for k in range(60)), rel=1e-13)
    assert not any(case.exponents for case in instructions_of(compiled).cases)
