"""Tracing: a recorded graph as plain integers, leaves first, equal operations once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd
from autograd import Value
from autograd.gradients.structures import NO_ENTRIES, Items, Vector
from autograd.program.record import record
from autograd.program.trace import Leaf, flat
from autograd.program.tracing import trace


def traced(function, count=2):
    """Trace a function of ``count`` numbers."""
    shape = Items(tuple, (Vector(tuple, count), NO_ENTRIES))
    return trace(record(function, shape, [f"x{i}" for i in range(count)], {}))


def names(made):
    """Return the names of the operations in order."""
    return [operation.name for operation in made.operations]


def constants(made, node):
    """Return what the operands of a node are: numbers for constants, node numbers for the rest."""
    return [made.constants.get(argument, f"n{argument}") for argument in flat(made.arguments_of(node))]


def test_leaves_come_first_then_operations_after_their_operands():
    w = Value(3.0)
    made = traced(lambda x, y: autograd.sin(w * x + 2) * y)
    assert made.leaves == [Leaf.CONSTANT, Leaf.CONSTANT, Leaf.PARAMETER, Leaf.INPUT, Leaf.INPUT]
    assert list(made.constants.values()) == [0.0, 2.0]
    assert (made.parameters, made.parameter_values, made.inputs) == ([2], [w], [3, 4])
    assert names(made) == ["mul", "add", "sin", "mul"]
    for node in range(len(made.leaves), len(made)):
        assert all(argument < node for argument in flat(made.arguments_of(node)))
    assert made.outputs == [len(made) - 1]
    assert made.operation_of(0) is None
    assert made.arguments_of(0) == ()


def test_equal_operations_on_equal_operands_are_one():
    made = traced(lambda x, y: [x * y + y * x, autograd.exp(x) * autograd.exp(x), x - y, y - x])
    assert names(made) == ["mul", "add", "exp", "mul", "sub", "sub"]
    assert made.arguments_of(made.outputs[0])[0] == made.arguments_of(made.outputs[0])[1]


def test_equal_constants_are_one_but_zero_has_two_signs():
    made = traced(lambda x, y: [x - 2, y - 2, x - 0.0, x - -0.0])
    assert sorted(map(str, made.constants.values())) == ["-0.0", "0.0", "2.0"]


def test_adding_nothing_and_multiplying_by_one_leave_no_operation():
    made = traced(lambda x, y: [x + 0, 1 * x, (y * 1.0 + 0.0) * 1])
    assert names(made) == []
    assert made.outputs == [*made.inputs[:1], made.inputs[0], made.inputs[1]]


def test_a_softmax_is_taken_apart_into_what_its_results_share():
    made = traced(lambda *xs: autograd.softmax(xs), 3)
    assert names(made) == ["max", "sub", "sub", "sub", "exp", "exp", "exp", "sum", "div", "div", "div"]
    made = traced(lambda *xs: [autograd.log_softmax(xs)[2]], 3)
    assert names(made) == ["max", "sub", "sub", "sub", "logsumexp", "sub"]
    made = traced(lambda *xs: autograd.mean(xs), 3)
    assert names(made) == ["sum", "div"]
    assert constants(made, made.outputs[0])[1] == 3.0


def test_what_the_outputs_do_not_need_is_left_out_but_what_is_observed_stays():
    def function(x, y):
        autograd.exp(x)
        autograd.observe([autograd.sin(y), 7.0], print)
        return x

    made = traced(function)
    assert names(made) == ["sin"]
    assert made.observed == [[len(made) - 1, next(n for n, number in made.constants.items() if number == 7.0)]]


def test_numbers_drawn_have_their_places_even_unused():
    def function(x, y):
        used, _ = autograd.fresh(lambda count: [0.0] * count, 2)
        return x * used

    made = traced(function)
    assert made.leaves[-2:] == [Leaf.DRAWN, Leaf.DRAWN]
    assert made.drawn == [[len(made.leaves) - 2, len(made.leaves) - 1]]


def test_values_computed_before_the_recording_are_given():
    w = Value(3.0)
    doubled = w * 2
    made = traced(lambda x, y: doubled * x)
    assert made.parameter_values == [doubled]
    assert names(made) == ["mul"]


def test_equal_tuples_are_one_object():
    w = [Value(1.0), Value(2.0)]
    made = traced(lambda x, y: [autograd.dot(w, [x, y]), autograd.logsumexp([x, y])])
    assert made.arguments_of(made.outputs[0])[1] is made.arguments_of(made.outputs[1])[0]


@pytest.mark.parametrize(
    ("function", "count"),
    [
        (lambda x, y: autograd.dot([x, y, 1.0], [y, x, 2.0]), 5),  # three products, two sums
        (lambda x, y: autograd.sum([x, y, x * x]), 3),
        (lambda x, y: autograd.where(x, y, 1.0), 1),
        (lambda x, y: autograd.tanh(x) + y, 2),
    ],
)
def test_scalar_operations_are_counted_as_a_learner_would_write_them(function, count):
    assert traced(function).scalar_count == count


def test_two_threads_number_one_recording_each_in_its_own_way():
    shape = Items(tuple, (Vector(tuple, 4), NO_ENTRIES))
    recording = record(lambda *xs: sum(a * b for a, b in zip(autograd.softmax(xs), xs, strict=True)), shape, "abcd", {})
    ways = [True, False]
    alone = [trace(recording, expand=expand).operands for expand in ways]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(ways)) as threads:
            for _ in range(200):
                together = threads.map(lambda expand: trace(recording, expand=expand).operands, ways)
                assert list(together) == alone
    finally:
        sys.setswitchinterval(interval)
