"""Comparisons in a function that is being compiled: conditions for ``where``, which ``if`` refuses."""

import pytest

import autograd
from autograd import Value, where
from autograd.errors import NumberError, RecordingError

BRANCHES = {
    "x > y": lambda x, y: where(x > y, x * y, y),
    "x < y": lambda x, y: where(x < y, x * y, y),
    "x >= y": lambda x, y: where(x >= y, x * y, y),
    "x <= y": lambda x, y: where(x <= y, x * y, y),
    "1 < x": lambda x, y: where(1 < x, x * y, y),  # noqa: SIM300  # the number on the left is what is tried
    "abs(x) <= 1": lambda x, y: where(abs(x) <= 1, x * x, autograd.sqrt(abs(x)) * y),
    "and": lambda x, y: where((x > 0) & (y > 0), x * y, x + y),
    "or": lambda x, y: where((x > 1) | (y > 1), x * y, x + y),
    "three": lambda x, y: where((abs(x) <= 1) & (y > x) | (x > 5) | False, x * y, x * x * y),
    "as a number": lambda x, y: (x > y) * x + (x <= y) * y,
    "the other side has no slope": lambda x, y: where(x > 0, autograd.sqrt(abs(x)), y),
}
POINTS = [
    (0.5, 1.0),
    (2.0, 1.0),
    (1.0, 1.0),
    (6.0, 7.0),
    (-0.5, -1.0),
    (0.25, 0.25),
    (3.0, -4.0),
    (-2.0, 0.0),
    (0.0, 2.0),
]


def value_and_slopes(function, point):
    inputs = [Value(number) for number in point]
    output = function(*inputs)
    output.backward()
    return output.data, *[x.grad for x in inputs]


@pytest.mark.parametrize("name", BRANCHES)
def test_a_program_takes_the_branch_that_python_takes(name, compiled):
    python = {  # the same choices, by Python itself
        "x > y": lambda x, y: x * y if x.data > y.data else y + 0 * x,
        "x < y": lambda x, y: x * y if x.data < y.data else y + 0 * x,
        "x >= y": lambda x, y: x * y if x.data >= y.data else y + 0 * x,
        "x <= y": lambda x, y: x * y if x.data <= y.data else y + 0 * x,
        "1 < x": lambda x, y: x * y if x.data > 1 else y + 0 * x,
        "abs(x) <= 1": lambda x, y: x * x if abs(x.data) <= 1 else autograd.sqrt(abs(x)) * y,
        "and": lambda x, y: x * y if x.data > 0 and y.data > 0 else x + y,
        "or": lambda x, y: x * y if x.data > 1 or y.data > 1 else x + y,
        "three": lambda x, y: x * y if (abs(x.data) <= 1 and y.data > x.data) or x.data > 5 else x * x * y,
        "as a number": lambda x, y: x + 0 * y if x.data > y.data else y + 0 * x,
        "the other side has no slope": lambda x, y: autograd.sqrt(x) if x.data > 0 else y + 0 * x,
    }[name]
    program = compiled(BRANCHES[name])
    for point in POINTS:
        assert value_and_slopes(program, point) == pytest.approx(value_and_slopes(python, point), rel=1e-14)


@pytest.mark.parametrize(
    "asks",
    [
        lambda x: x if x > 0 else -x,
        lambda x: where(0 < x < 1, x, 1.0),
        lambda x: where(x > 0 and x < 1, x, 1.0),
        lambda x: max(x, 1.0),
        lambda x: sorted([x, 1.0])[0],
    ],
)
def test_what_needs_an_answer_says_so(asks):
    with pytest.raises(RecordingError, match="where"):
        autograd.compile(asks)(0.5)


@pytest.mark.parametrize("joins", [lambda x: x & (x > 0), lambda x: (x > 0) | 1.0, lambda x: x > 0 & x])
def test_only_conditions_are_joined(joins):
    with pytest.raises(NumberError, match="in parentheses"):
        autograd.compile(lambda x: where(joins(x), x, 1.0))(0.5)


def test_values_are_not_joined_outside_of_programs():
    with pytest.raises(NumberError, match="joins comparisons"):
        Value(1.0) & Value(2.0)


def test_conditions_of_captured_values_are_read_at_each_call(compiled):
    limit = Value(1.0)
    program = compiled(lambda x: where(x > limit, 10.0 * x, x))
    assert program(2.0).data == 20.0
    limit.data = 3.0
    assert program(2.0).data == 2.0


def test_conditions_reach_exports_and_other_numbers():
    numpy = pytest.importorskip("numpy")
    program = autograd.compile(lambda x, y: where((x > y) & (y >= 0), x * y, -x))
    program(2.0, 1.0)
    xs, ys = numpy.array([2.0, 1.0, 1.0, 3.0]), numpy.array([1.0, 1.0, 2.0, -1.0])
    assert program.over("numpy")(xs, ys).tolist() == [2.0, -1.0, -1.0, -3.0]
