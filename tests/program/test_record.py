"""Recording: one run on stand-ins, which remember the graph and refuse to give a number away."""

import copy
import gc
import math

import pytest

import autograd
from autograd import Value
from autograd.errors import RecordingError
from autograd.gradients.structures import NO_ENTRIES, NUMBER, Entries, Items, Vector
from autograd.program.record import Recorded, call, record
from autograd.source import SourceLine

TWO = Items(tuple, (Items(tuple, (NUMBER, NUMBER)), NO_ENTRIES))


def recorded(function, names=("x", "y")):
    """Record a function of two numbers."""
    return record(function, TWO, names, {})


def test_operations_leave_a_graph_of_stand_ins():
    recording = recorded(lambda x, y: autograd.tanh(x * 2) + y)
    (output,) = recording.outputs
    assert isinstance(output, Recorded)
    product, y = output.operands
    assert (output.op, product.op, y) == ("+", "tanh", recording.inputs[1])
    assert product.operands[0].operands == (recording.inputs[0], 2.0)
    assert [item.label for item in recording.inputs] == ["x", "y"]


def test_the_collector_is_as_it_was_when_it_came_by_meanwhile():
    def function(x, y):
        gc.collect()
        return x * y

    recorded(function)
    assert gc.isenabled()


def test_the_result_keeps_its_structure():
    recording = recorded(lambda x, y: {"sum": x + y, "rest": [x, (1.5, 2)]})
    inner = Items(list, (NUMBER, Vector(tuple, 2)))
    assert recording.shape == Entries((("sum", NUMBER), ("rest", inner)))
    assert recording.outputs[2:] == [1.5, 2.0]


def test_values_from_outside_stay_what_they_are():
    w = Value(3.0)
    (output,) = recorded(lambda x, y: w * x).outputs
    assert output.operands[0] is w


def test_nothing_stays_switched_on():
    with pytest.raises(KeyError):
        recorded(lambda x, y: {}["no such key"])
    assert (Value(2.0) * 3).data == 6.0


READERS = {
    "data": lambda x: x.data,
    "if": lambda x: x if x else -x,
    "not": lambda x: not x,
    "greater": lambda x: 1.0 if x > 0 else 0.0,
    "less or equal": lambda x: 1.0 if x >= 0 else 0.0,
    "equal": lambda x: 1.0 if x == 1.0 else 0.0,
    "unequal": lambda x: x != 2,
    "in": lambda x: x in (0.0, 1.0),
    "builtin max": lambda x: max(x, 0.0),
    "sorted": lambda x: sorted([x, 2.0]),
    "float": float,
    "int": int,
    "math": math.exp,
    "range": range,
    "index": lambda x: [1.0, 2.0][x],
    "format": lambda x: f"{x:.2f}",
    "local derivatives": lambda x: (x * x).local_derivatives(),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_asking_for_a_number_is_an_error_that_names_the_line_and_what_to_write(read):
    def function(x, y):
        read(x)  # the very line
        return x

    with pytest.raises(RecordingError) as caught:
        recorded(function)
    text = str(caught.value)
    for alternative in ("maximum", "minimum", "where(condition, x, y)", "take(values, index)", "logsumexp", "static="):
        assert alternative in text
    assert "test_record.py" in text
    assert "the very line" in text or "lambda x" in text


def test_a_stand_in_is_not_copied():
    with pytest.raises(RecordingError):
        recorded(lambda x, y: copy.deepcopy(x * y))


def test_two_numbers_are_not_compared_either():
    with pytest.raises(RecordingError):
        recorded(lambda x, y: x if x < y else y)
    with pytest.raises(RecordingError):
        recorded(lambda x, y: x == y)
    recorded(lambda x, y: [x] if x == x and x is not None and x != "text" and x is not y else 1 / 0)  # noqa: PLR0124


@pytest.mark.parametrize("compare", [lambda w: w > 0, lambda w: w <= 1.0, bool, lambda w: max(w, w)])
def test_values_from_outside_are_not_compared_because_the_answer_would_freeze(compare):
    w = Value(2.0)
    with pytest.raises(RecordingError, match="would follow that one case forever"):
        recorded(lambda x, y: x if compare(w) else y)
    assert w > 0


def test_a_number_that_is_used_as_another_type_of_number_says_so():
    with pytest.raises(TypeError, match="It is a Value already"):
        recorded(lambda x, y: Value(x))


def test_backward_belongs_outside():
    with pytest.raises(RecordingError, match=r"Return the loss and call backward\(\)"):
        recorded(lambda x, y: (x * y).backward())
    w = Value(1.0)
    with pytest.raises(RecordingError):
        recorded(lambda x, y: (w * y).backward())


@pytest.mark.parametrize("result", [None, "text", object(), [1.0, object()], {"a": "b"}])
def test_a_function_returns_numbers(result):
    with pytest.raises(RecordingError, match="must return a Value, or lists, tuples or dictionaries of them"):
        recorded(lambda x, y: result)


def test_no_grad_inside_the_function_detaches():
    def function(x, y):
        with autograd.no_grad():
            product = x * y
        return product + x

    (output,) = recorded(function).outputs
    assert output.operands[0].operation.name == "detach"
    (output,) = recorded(lambda x, y: x.detach() * y).outputs
    assert output.operands[0].operation.name == "detach"


def test_what_is_drawn_and_observed_is_kept_with_its_function():
    def draw(count):
        raise AssertionError("nothing is drawn while recording")

    seen = []

    def function(x, y):
        a, b = autograd.fresh(draw, 2)
        autograd.observe([x * a, 2.0], seen.append)
        return b

    recording = recorded(function)
    ((drawing, stand_ins),) = recording.drawn
    assert drawing is draw
    assert recording.outputs == [stand_ins[1]]
    ((values, callback),) = recording.observed
    assert values[1] == 2.0
    assert (callback, seen) == (seen.append, [])


def test_one_tuple_stands_for_all_equal_ones():
    w = [Value(1.0), Value(2.0)]
    recording = recorded(lambda x, y: [autograd.dot(w, [x, y]), autograd.dot(list(w), [x, y])])
    first, second = recording.outputs
    assert first._left is second._left
    assert first._right is second._right


def test_lines_are_those_of_the_users_program():
    recording = recorded(lambda x, y: x * y)  # this one
    assert SourceLine.at(recording.outputs[0].instruction).text.endswith("# this one")


def test_static_arguments_stand_where_they_stood_in_the_call():
    seen = []
    one_named = Items(tuple, (Vector(tuple, 2), Entries((("z", NUMBER),))))
    none_named = Items(tuple, (Vector(tuple, 1), NO_ENTRIES))
    call(lambda *a, **k: seen.append((a, k)), one_named, [1, 2, 3], {1: "s"})
    call(lambda *a, **k: seen.append((a, k)), none_named, [1], {0: "a", 2: "c", "n": 4})
    assert seen == [((1, "s", 2), {"z": 3}), (("a", 1, "c"), {"n": 4})]
