"""Steps show exactly what backward() computes, say it in words, and change nothing."""

import copy
import cProfile
import dataclasses
import fractions
import re
import sys
from fractions import Fraction

import pytest
from hostile import HOSTILE
from random_graphs import random_graph

import autograd
from autograd import Value, dot, log, sigmoid, sqrt, steps, tanh, where
from autograd.errors import ArgumentError, DivisionByZeroError, DomainError, NumberError, NumberOverflowError
from autograd.graph import topological_order


def gradients_in(records):
    """Return the gradients that the contributions of the steps build up."""
    gradients = {}
    for step in records:
        for contribution in step.contributions:
            assert contribution.before == gradients.get(contribution.parent, contribution.before)
            assert contribution.after == contribution.before + contribution.amount
            gradients[contribution.parent] = contribution.after
    return gradients


@pytest.mark.parametrize("seed", range(200))
def test_on_random_graphs_the_steps_are_backward_bit_for_bit(seed):
    output = random_graph(seed)
    order = topological_order(output)
    before = [(node.data, node.grad) for node in order]
    records = steps(output)
    assert [(node.data, node.grad) for node in order] == before
    output.zero_grad()
    output.backward()
    gradients = gradients_in(records)
    assert all(gradients.get(node, 0.0) == node.grad for node in order)
    assert [step.node for step in records if step.phase == "forward"] == [n for n in order if n.operation]
    for step in records:
        if step.phase == "backward":
            assert step.incoming == step.node.grad
            assert [c.local for c in step.contributions] == list(step.node.local_derivatives())
            assert [c.parent for c in step.contributions] == list(step.node.parents)
        assert step.narration


@pytest.mark.parametrize("seed", range(40))
def test_accumulating_steps_start_from_the_gradients_of_the_leaves(seed):
    output = random_graph(seed)
    output.backward(0.7)
    records = steps(output, seed=-0.3, accumulate=True)
    again = copy.deepcopy(output)
    again.backward(-0.3)
    gradients = gradients_in(records)
    pairs = zip(topological_order(output), topological_order(again), strict=True)
    assert all(gradients.get(node, node.grad) == twin.grad for node, twin in pairs)


def test_reads_as_in_a_lecture():
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c")
    n = a * b + c
    loss = n**2
    forward, plus, power, seed, *backward = steps(loss)
    assert [step.phase for step in (forward, plus, power, seed, *backward)] == ["forward"] * 3 + ["seed"] + [
        "backward"
    ] * 3
    assert (forward.formula, forward.numbers, forward.value) == ("a * b", "2 * (-3)", -6.0)
    assert plus.narration == "n = v1 + c = -6 + 10 = 4."
    assert power.narration == "loss = n ** 2 = 4 ** 2 = 16."
    assert "gradient of loss with respect to itself is 1" in seed.narration
    assert seed.contributions[0].after == 1.0
    first, second, third = backward
    assert first.narration == "loss = n ** 2 has gradient 1: n gets 1 × 8 = 8."
    (only,) = first.contributions
    assert (only.formula, only.numbers, only.local, only.latex) == ("2 * n", "2 * 4", 8.0, r"2 \cdot n")
    assert [(c.name, c.amount) for c in second.contributions] == [("v1", 8.0), ("c", 8.0)]
    assert third.narration == "v1 = a * b has gradient 8: a gets 8 × (-3) = -24, and b gets 8 × 2 = 16."
    assert [c.formula for c in third.contributions] == ["b", "a"]


def test_a_node_used_twice_gets_two_contributions_the_second_on_top_of_the_first():
    a = Value(3.0, "a")
    *_, last = steps(a * a)
    assert [(c.before, c.amount, c.after) for c in last.contributions] == [(0.0, 3.0, 3.0), (3.0, 3.0, 6.0)]
    assert "a (use 1) gets 1 × 3 = 3, and a (use 2) gets 1 × 3 = 3, which makes 3 + 3 = 6" in last.narration


def test_three_parents_are_listed_with_commas():
    *_, last = steps(where(Value(1.0, "a"), Value(2.0, "b"), Value(3.0, "c")))
    assert last.narration.endswith("a gets 1 × 0 = 0, b gets 1 × 1 = 1, and c gets 1 × 0 = 0.")


def test_the_queue_lists_what_is_still_to_visit():
    a = Value(2.0, "a")
    b = a + a
    c = b * b
    first, second, seed, third, fourth = steps(c)
    assert [step.queue for step in (first, second)] == [(c,), ()]
    assert [step.queue for step in (seed, third, fourth)] == [(c, b), (b,), ()]


def test_records_cannot_be_changed_and_keep_their_numbers():
    a = Value(2.0, "a")
    first, *_ = steps(a * 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.value = 0.0
    a.data = 100.0
    assert (first.numbers, first.value) == ("2 * 3", 6.0)


def test_a_function_is_run_with_named_values_and_remembers_its_source_lines():
    def neuron(x, w, bias):
        inside = dot(x, w)
        total = inside + bias
        return tanh(total)

    records = steps(neuron, [1.0, 2.0], [0.5, -0.25], 0.1)
    assert [step.source_line.text for step in records[:3]] == [
        "inside = dot(x, w)",
        "total = inside + bias",
        "return tanh(total)",
    ]
    assert records[0].formula == "dot([x[0], x[1]], [w[0], w[1]])"
    assert records[0].definition == "x[0] * w[0] + x[1] * w[1]"
    assert records[0].numbers == "1 * 0.5 + 2 * (-0.25)"
    assert records[1].narration == "total = inside + bias = 0 + 0.1 = 0.1."


def test_arrays_and_dictionaries_of_numbers_become_values_too():
    numpy = pytest.importorskip("numpy")

    def f(x, settings):
        return x[0] * x[1] * settings["scale"]

    first, second, *_ = steps(f, numpy.array([2.0, 3.0]), {"scale": Fraction(1, 2)})
    assert (first.formula, second.formula, second.value) == ("x[0] * x[1]", "v1 * settings['scale']", 3.0)


def test_a_profiler_of_the_users_goes_on_undisturbed():
    profiler = cProfile.Profile()
    profiler.enable()
    records = steps(lambda a: a * a, 3.0)
    fractions.Fraction(1, 3).limit_denominator(2)  # what it sees afterwards
    profiler.disable()
    assert sys.getprofile() is None
    seen = {entry.code.co_name for entry in profiler.getstats() if not isinstance(entry.code, str)}
    assert {"steps", "limit_denominator"} <= seen
    assert records[0].formula == "a * a"


def test_a_failing_function_leaves_no_profile_behind():
    with pytest.raises(DomainError):
        steps(log, -1.0)
    assert sys.getprofile() is None


def test_a_compiled_function_is_one_step():
    f = autograd.compile(lambda a, b: a * b + tanh(a))
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = f(a, b)
    loss = y * y
    *_, last = steps(loss)
    loss.backward()
    assert [c.after for c in last.contributions] == [a.grad, b.grad]
    assert [c.formula for c in last.contributions] == ["∂y/∂a", "∂y/∂b"]


def test_a_compiled_function_with_several_outputs_says_why_it_has_no_steps():
    first, second = autograd.compile(lambda a: [a * 2, tanh(a)])(Value(2.0, "a"))
    with pytest.raises(ArgumentError, match=r"before autograd\.compile"):
        steps(first + second)


def test_records_show_themselves_in_one_line():
    a = Value(2.0, "a")
    first, _, last = steps(a * 3)
    assert repr(first) == "<step 0, forward: v1 = a * 3 = 2 * 3 = 6.>"
    assert repr(last.contributions[0]) == "<contribution: a gets 1 × 3 = 3>"


def test_of_a_leaf_there_is_only_the_seed():
    x = Value(3.0, "x")
    x.grad = 5.0
    (seed,) = steps(x)
    assert (seed.phase, seed.contributions[0].before, seed.contributions[0].after, seed.formula) == (
        "seed",
        0.0,
        1.0,
        "",
    )
    (seed,) = steps(x, seed=2.0, accumulate=True)
    assert (seed.contributions[0].before, seed.contributions[0].after, x.grad) == (5.0, 7.0, 5.0)


def test_a_derivative_that_is_stated_as_zero_adds_nothing_as_in_backward():
    condition, x, y = Value(1.0, "c"), Value(2.0, "x"), Value(3.0, "y")
    *_, last = steps(where(condition, x, y))
    assert [c.amount for c in last.contributions] == [0.0, 1.0, 0.0]


def test_unnamed_nodes_get_numbers_that_no_label_has():
    a = Value(1.0, "v1")
    records = steps((a + 1) * 2)
    assert [step.name for step in records[:2]] == ["v2", "v3"]


def test_raises_what_backward_raises():
    with pytest.raises(DivisionByZeroError):
        steps(sqrt(Value(0.0)))
    x = Value(1e-200)
    y = log(x)
    huge = y * 1e300
    with pytest.raises(NumberOverflowError):
        steps(huge)
    assert x.grad == 0.0


@pytest.mark.parametrize("wrong", ["a*b", 3.0, None, [Value(1.0)]])
def test_says_what_to_give_instead(wrong):
    with pytest.raises(NumberError, match="Give the Value to look at"):
        steps(wrong)


def test_says_that_a_function_must_return_one_value():
    with pytest.raises(NumberError, match="must return one Value"):
        steps(lambda x: [x, x], 2.0)


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_labels_give_one_printable_line(label):
    a = Value(2.0, label)
    for step in steps(tanh(a * a) + a):
        assert step.narration.isprintable()
        assert len(step.narration) < 800
        for text in (step.formula, step.numbers, *(c.formula for c in step.contributions)):
            assert text.isprintable()


@pytest.mark.slow
def test_a_large_graph_is_quick_because_nothing_is_printed_before_it_is_asked_for():
    y = x = Value(1.0, "x")
    for _ in range(5_000):
        y = y * 0.999 + x
    records = steps(y)
    assert len(records) == 20_001
    assert gradients_in(records)[x] == pytest.approx(sum(0.999**k for k in range(5_001)), rel=1e-9)


def test_a_gradient_that_overflows_is_named_with_the_number_it_would_have():
    x = Value(1e-300, "x")
    y = x * 1e200 * 1e200
    with pytest.raises(NumberOverflowError, match=r"gradient of Value\(.*'x'\) is too large for a float \(inf\)"):
        steps(y)
    assert x.grad == 0.0


def test_one_more_parent_is_told_in_the_singular():
    xs = [Value(float(i), f"x{i}") for i in range(4)]
    assert steps(dot(xs, [1.0] * 4))[-1].narration.endswith(", and 1 more parent gets its share.")
    assert steps(dot([*xs, Value(1.0)], [1.0] * 5))[-1].narration.endswith(", and 2 more parents get theirs.")


def test_a_definition_is_that_of_the_textbook_where_the_row_is_written_for_floats():
    x = Value(0.0, "x")
    forward = steps(sigmoid(x))[0]
    assert forward.narration == "v1 = sigmoid(x) = 1 / (1 + exp(-x)) = 1 / (1 + exp(-0)) = 0.5."
    assert steps(tanh(x))[0].definition == "tanh(x)"


def test_numbers_changed_after_the_forward_pass_are_named():
    x = Value(3.0, "x")
    y = x * x + dot([x, 2.0], [1.0, x])
    x.data = 5.0
    told = [step.narration for step in steps(y) if step.phase == "forward"]
    assert "was computed as 9, but the numbers it came from have been changed since: 5 * 5 = 25." in told[0]
    assert any("was computed as 9" in text and "= 15." in text for text in told[1:])


def test_a_where_in_a_function_keeps_its_condition_so_that_views_can_follow_it() -> None:
    def f(x: Value, y: Value) -> Value:
        return where((x > 0) & (y <= 3), x * x, y * x)

    found = steps(f, 2.0, 3.0)
    (chosen,) = [step.node for step in found if step.node.operation is where and step.phase == "forward"]
    assert isinstance(chosen.operands[0], Value)  # and not the 1 that it is here
    loss = f(Value(2.0, "x"), Value(3.0, "y"))
    assert chosen.data == loss.data == 4.0


def test_a_function_that_counts_with_comparisons_or_cannot_do_with_kept_ones_is_shown_as_it_is() -> None:
    def listed(x: Value) -> Value:
        return where(x > 1, x * [1.0, 3.0][x > 0], x)

    def compared(x: Value) -> Value:
        return where(x > 1, x * 3 if (x > 0) == True else x, x)  # noqa: E712  # as people write it

    for function in (listed, compared):
        (chosen,) = [step.node for step in steps(function, 2.0) if step.node.op == "where" and step.phase == "forward"]
        assert chosen.data == 6.0
        assert chosen.operands[0] == 1.0


def test_a_function_without_where_is_called_once() -> None:
    calls: list[float] = []

    def f(x: Value) -> Value:
        calls.append(x.data)
        return x * 2 if x > 0 else x

    steps(f, 2.0)
    assert calls == [2.0]


@pytest.mark.parametrize(
    ("name", "operands", "agreed"),
    [
        ("abs", (0.0,), True),
        ("abs", (0.5,), False),
        ("relu", (0.0,), True),
        ("relu", (1.0,), False),
        ("maximum", (1.5, 1.5), True),
        ("maximum", (1.5, 2.5), False),
        ("clamp", (1.0, -2.0, 1.0), True),
        ("clamp", (-2.0, -2.0, 1.0), True),
        ("clamp", (0.5, -2.0, 1.0), False),
        ("pow", (0.0, 0.0), True),
        ("pow", (2.0, -2.0), False),
        ("hypot", (0.0, 0.0), True),
        ("hypot", (1.0, -1.0), False),
        ("hypot", (0.0, 1.0), False),
        ("elu", (0.0, 0.5), True),
        ("elu", (1.0, 0.5), False),
        ("remainder", (-1.0, 2.0), True),
        ("remainder", (1.0, 2.0), False),
        ("copysign", (0.0, 2.0), True),
        ("copysign", (1.0, 2.0), False),
    ],
)
def test_what_was_agreed_upon_is_said_where_it_matters_only(name, operands, agreed):
    records = steps(getattr(autograd, name)(*map(Value, operands)))
    said = [contribution.convention for step in records for contribution in step.contributions]
    assert bool(said[0] or said[1]) == agreed


def test_equal_elements_of_a_sequence_are_named_in_a_list():
    values = [Value(number, name) for number, name in zip([2.0, 1.0, 2.0, 2.0], "abcd", strict=True)]
    last = steps(autograd.max(values))[-1]
    assert last.contributions[0].convention == (
        "where a, c and d are equal and largest, they share the derivative evenly"
    )


def square_of(x: Value) -> Value:
    return x * x


FUNCTIONS = {
    "checkpoint of a lambda": autograd.checkpoint(lambda x: x * x),
    "custom_gradient of a lambda": autograd.custom_gradient(lambda x: (x * x, lambda g: g * (2.0 * x))),
    "checkpoint of a function": autograd.checkpoint(square_of),
    "compiled lambda": autograd.compile(lambda x: x * x),
}


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_a_function_that_is_a_single_node_is_shown_by_every_view_whatever_its_name(kind: str) -> None:
    a = Value(3.0, "a")
    y = FUNCTIONS[kind](a) * 5
    assert isinstance(y, Value)
    y.label = "y"
    told = [step.narration for step in steps(y)]
    assert re.fullmatch(r"v1 = (function|program|square_of)\(.*\) = 9\.", told[0])
    assert told[-1].endswith("a gets 5 × 6 = 30.")
    assert "dy/da" in str(autograd.derivation(y))
    assert "= 6" in str(autograd.explain(a, y))
    assert "data-autograd-explorer" in autograd.explore(y).html
    assert r"{data\ 9|" in autograd.draw(y).source
    with pytest.raises(ArgumentError, match="a function as a whole"):
        autograd.exercise(y)
