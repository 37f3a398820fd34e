"""Value: what it accepts, how it behaves as a number, and what backward promises."""

import copy
import gc
import math
import weakref
from decimal import Decimal
from fractions import Fraction

import numpy
import pytest

import autograd
from autograd import Value, errors

# --- the number and its label -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (3, 3.0),
        (2.5, 2.5),
        (True, 1.0),
        (Fraction(1, 4), 0.25),
        (Decimal("0.1"), 0.1),
        (numpy.float64(1.5), 1.5),
        (numpy.float32(0.25), 0.25),
        (numpy.int64(7), 7.0),
        (numpy.bool_(True), 1.0),
        (numpy.array(2.5), 2.5),
        (10**300, 1e300),
        (-0.0, -0.0),
        (5e-324, 5e-324),
    ],
)
def test_any_real_number_becomes_a_python_float(data, number):
    value = Value(data)
    assert type(value.data) is float
    assert value.data == number
    assert math.copysign(1, value.data) == math.copysign(1, number)
    assert (value.grad, value.label, value.op, value.parents) == (0.0, "", "", ())


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        ("3", "float(text)"),
        (b"3", "Give an int"),
        (None, "Give an int"),
        (1j, "data.real"),
        ([1.0], "One Value per number"),
        ((1.0,), "One Value per number"),
        ({}, "One Value per number"),
        (numpy.array([1.0, 2.0]), "One Value per number"),
        (object(), "Give an int"),
        (Value(1.0), "detach"),
    ],
)
def test_what_is_not_a_real_number_is_refused_with_advice(data, advice):
    with pytest.raises(TypeError, match="Expected a real number") as caught:
        Value(data)
    assert isinstance(caught.value, errors.NumberError)
    assert advice.lower() in str(caught.value).lower()
    assert type(data).__name__ in str(caught.value)


@pytest.mark.parametrize("data", [math.nan, math.inf, -math.inf, numpy.float64("nan"), Decimal("nan")])
def test_nan_and_infinity_are_refused(data):
    with pytest.raises(errors.ArgumentError, match="finite"):
        Value(data)


def test_a_number_too_large_for_a_float_is_refused():
    with pytest.raises(OverflowError, match=r"1\.8e308"):
        Value(10**400)


def test_label_data_and_grad_may_be_assigned():
    x = Value(1.0, "x")
    x.data, x.grad, x.label = 4.0, 0.5, "renamed"
    assert repr(x) == "Value(data=4.0, grad=0.5, label='renamed')"
    assert (x * 2.0).data == 8.0


def test_users_hang_their_own_attributes_on_values():
    x = Value(1.0)
    x.velocity, x.color = 0.5, "red"
    assert (x.velocity, x.color) == (0.5, "red")
    x.tanh_count = 3
    assert not hasattr(x, "velocitty")


def test_a_user_attribute_cannot_take_the_place_of_an_operation():
    x = Value(0.5)
    x.tanh = "mine"
    assert autograd.tanh(x).data == math.tanh(0.5)


def test_repr_and_format():
    assert repr(Value(3)) == "Value(data=3.0, grad=0.0)"
    assert f"{Value(3.14159):.2f}" == "3.14"
    assert f"{Value(2.0, 'a')}" == "Value(data=2.0, grad=0.0, label='a')"


# --- the graph a learner sees -------------------------------------------------------------------------


def test_parents_keep_order_and_repetition_and_leave_literals_out():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    assert (a * b).parents == (a, b)
    assert (b - a).parents == (b, a)
    assert (a * a).parents == (a, a)
    assert (a * 2).parents == (a,)
    assert (2 - a).parents == (a,)
    assert autograd.dot([a, 1.0, b], [b, a, 2.0]).parents == (a, b, b, a)
    for operator in BINARY.values():
        assert (operator(a, 2).operands, operator(2, a).operands) == ((a, 2.0), (2.0, a))


def test_the_aliases_of_the_well_known_lectures():
    a, b = Value(2.0), Value(3.0)
    product = a * b
    assert product._prev == product.parents == (a, b)
    assert set(product._prev) == {a, b}
    assert (product._op, product.op) == ("*", "*")
    assert [v._op for v in (a + b, a - b, a / b, a**2, a.tanh(), a.exp(), a)] == [
        "+",
        "-",
        "/",
        "**",
        "tanh",
        "exp",
        "",
    ]
    with pytest.raises(AttributeError):
        product._prev = ()
    with pytest.raises(AttributeError):
        product.parents = ()


def test_drawing_code_from_the_lectures_walks_the_graph():
    def trace(root):
        nodes, edges = set(), set()

        def build(v):
            if v not in nodes:
                nodes.add(v)
                for child in v._prev:
                    edges.add((child, v))
                    build(child)

        build(root)
        return nodes, edges

    a, b, c = Value(2.0, label="a"), Value(-3.0, label="b"), Value(10.0, label="c")
    nodes, edges = trace(a * b + c)
    assert (len(nodes), len(edges)) == (5, 4)


# --- arithmetic ---------------------------------------------------------------------------------------

BINARY = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: x**y,
}
OTHERS = [3, 3.0, True, Fraction(3, 2), Decimal("1.5"), numpy.float64(1.5), numpy.float32(1.5), numpy.int32(2)]


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: type(other).__name__)
@pytest.mark.parametrize("symbol", BINARY)
def test_every_kind_of_number_on_either_side(symbol, other):
    operator, x = BINARY[symbol], Value(1.5)
    for result, expected in (
        (operator(x, other), operator(1.5, float(other))),
        (operator(other, x), operator(float(other), 1.5)),
    ):
        assert type(result) is Value
        assert result.op == symbol
        assert result.data == pytest.approx(expected, rel=1e-15)
        assert result.parents == (x,)
        x.grad = 0.0
        result.backward()
        assert x.grad != 0.0 or (symbol == "**" and other == 1)


@pytest.mark.parametrize("symbol", BINARY)
def test_numpy_arrays_on_either_side_give_arrays_of_values(symbol):
    operator, x = BINARY[symbol], Value(1.5)
    array = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    for result, expected in ((operator(array, x), operator(array, 1.5)), (operator(x, array), operator(1.5, array))):
        assert isinstance(result, numpy.ndarray)
        assert result.shape == (2, 2)
        assert all(type(item) is Value for item in result.flat)
        assert [item.data for item in result.flat] == pytest.approx(list(expected.flat))
        x.grad = 0.0
        result.sum().backward()
        assert x.grad != 0.0


def test_arrays_of_no_dimension_are_numbers():
    x, two = Value(3.0), numpy.array(2.0)
    for result in (x * two, two * x, x + two, two - x):
        assert type(result) is Value
    assert (two**x).data == 8.0


def test_numpy_functions_on_arrays_of_values_keep_the_gradient():
    x, y = Value(0.5), Value(-1.0)
    values = numpy.array([x, y])
    (numpy.tanh(values) @ numpy.array([2.0, 1.0]) + values.mean() + values.max()).backward()
    assert x.grad == pytest.approx(2 * (1 - math.tanh(0.5) ** 2) + 0.5 + 1)
    assert y.grad == pytest.approx(1 - math.tanh(1.0) ** 2 + 0.5)


def test_a_value_never_holds_an_array():
    for make in (
        lambda: Value(numpy.zeros(3)),
        lambda: autograd.tanh(numpy.zeros(3)),
        lambda: autograd.sum([numpy.ones(2)]),
    ):
        with pytest.raises(errors.NumberError, match=r"\[Value\(x\) for x in numbers\]"):
            make()


def test_numpy_refuses_what_would_drop_the_gradient():
    with pytest.raises(TypeError, match=r"numpy\.heaviside does not work on Values"):
        numpy.heaviside(Value(1.0), 0.5)
    with pytest.raises(TypeError, match="lose its gradient"):
        numpy.array([Value(1.0)], dtype=float)


def test_in_place_operators_make_a_new_value():
    x = original = Value(2.0)
    x += 1
    x *= original
    assert (original.data, x.data) == (2.0, 6.0)
    x.backward()
    assert original.grad == 5.0


def test_unary_operators():
    x = Value(-2.0)
    assert ((-x).data, (+x).data, abs(x).data) == (2.0, -2.0, 2.0)
    (-x).backward()
    abs(x).backward()
    assert x.grad == -2.0


@pytest.mark.parametrize("other", ["abc", b"", None, [1, 2], (Value(1.0),), {}, 1j, {1}])
@pytest.mark.parametrize("symbol", BINARY)
def test_what_is_not_a_number_is_refused_on_either_side(symbol, other):
    x = Value(2.0)
    for attempt in (lambda: BINARY[symbol](x, other), lambda: BINARY[symbol](other, x)):
        with pytest.raises(TypeError) as caught:
            attempt()
        assert isinstance(caught.value, errors.NumberError)


def test_a_tuple_left_by_a_stray_comma_is_named():
    x = Value(2.0)
    total = sum([x, x]), 1.0  # the stray comma of many a learner
    with pytest.raises(errors.NumberError, match="tuple"):
        total * x


def test_other_classes_may_know_better():
    class Matrix:
        def __rmul__(self, other):
            return ("Matrix.__rmul__", other)

        def __mul__(self, other):
            return NotImplemented

    x, m = Value(2.0), Matrix()
    assert x * m == ("Matrix.__rmul__", x)
    with pytest.raises(TypeError):
        m * x


def test_operations_python_has_but_values_do_not():
    for attempt in (lambda: Value(1.0) // 2, lambda: divmod(Value(1.0), 2), lambda: Value(1.0) @ Value(1.0)):
        with pytest.raises(TypeError, match="unsupported operand"):
            attempt()


# --- comparing, sorting, hashing ----------------------------------------------------------------------


def test_comparisons_look_at_the_data():
    a, b = Value(1.0), Value(2.0)
    assert a < b
    assert a <= b
    assert b > a
    assert b >= a
    assert a <= Value(1.0)
    assert not a < Value(1.0)
    assert a < 1.5 < b
    assert 0 < a < 2
    assert a < Fraction(3, 2)
    assert numpy.float64(0.5) < a
    assert a > numpy.float64(0.5)
    assert list(numpy.array([0.5, 1.5]) < a) == [True, False]
    assert list(a < numpy.array([0.5, 1.5])) == [False, True]


@pytest.mark.parametrize("other", ["1", None, 1j, [1]])
def test_comparing_with_what_is_not_a_number_is_refused(other):
    for attempt in (lambda: Value(1.0) < other, lambda: other >= Value(1.0)):
        with pytest.raises(errors.NumberError):
            attempt()


def test_equality_and_hash_are_identity():
    a, twin = Value(1.0), Value(1.0)
    assert a == a  # noqa: PLR0124
    assert a != twin
    assert a != 1.0
    assert len({a, twin, a}) == 2
    assert {a: "first"}[a] == "first"
    a.data = 5.0
    assert {a: "first"}[a] == "first"
    assert a in [twin, a]
    assert [twin, a].index(a) == 1


def test_truth_is_that_of_the_number():
    assert Value(0.5)
    assert not Value(0.0)
    assert not Value(-0.0)


def test_sum_max_min_and_sorted():
    a, b, c = values = [Value(3.0), Value(-1.0), Value(2.0)]
    assert sum(values).data == 4.0
    assert max(values) is a
    assert min(values) is b
    assert sorted(values) == [b, c, a]
    assert sorted(values, reverse=True) == [a, c, b]
    sum(values).backward()
    assert [v.grad for v in values] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "function",
    [math.exp, math.sqrt, math.floor, float, int, complex, range, [1, 2].__getitem__],
    ids=lambda f: f.__name__,
)
def test_what_takes_plain_numbers_must_not_drop_the_gradient_silently(function):
    with pytest.raises(TypeError, match=r"lose its gradient.*autograd\.exp"):
        function(Value(1.0))


# --- backward -----------------------------------------------------------------------------------------


def test_two_passes_over_a_cube_accumulate_on_the_leaf_only():
    x = Value(3.0)
    square = x * x
    cube = square * x
    cube.backward()
    assert (x.grad, square.grad, cube.grad) == (27.0, 3.0, 1.0)
    cube.backward()
    assert (x.grad, square.grad, cube.grad) == (54.0, 3.0, 1.0)
    power = Value(3.0)
    for _ in range(2):
        (power**3).backward()
    assert power.grad == 54.0


@pytest.mark.parametrize(
    ("build", "slope"),
    [
        (lambda a: a + a, 2.0),
        (lambda a: a * a, 6.0),
        (lambda a: a - a, 0.0),
        (lambda a: a / a, 0.0),
        (lambda a: (a * 2) * (a + 1), 14.0),
        (lambda a: autograd.sum([a, a, a]), 3.0),
        (lambda a: autograd.dot([a, a], [a, 2.0]), 8.0),
        (lambda a: autograd.maximum(a, a), 1.0),
        (lambda a: autograd.prod([a, a, a]), 27.0),
        (lambda a: a**a, 27.0 * (math.log(3.0) + 1)),
    ],
)
def test_repeated_operands(build, slope):
    a = Value(3.0)
    build(a).backward()
    assert a.grad == pytest.approx(slope, rel=1e-15)


def test_order_matters_in_the_smallest_counterexample():
    """b = a + a; c = b + b: visiting b before both of its uses have arrived would lose half."""
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (c.grad, b.grad, a.grad) == (1.0, 2.0, 4.0)


def test_a_diamond_with_a_long_and_a_short_side():
    x = Value(2.0)
    long = x
    for _ in range(50):
        long = long * 1.0 + 0.0
    (long * x).backward()
    assert x.grad == 4.0


def test_a_ladder_of_diamonds_is_visited_once_per_node():
    x = Value(1.0)
    y = x
    for _ in range(200):  # 2**200 paths
        y = y * 0.5 + y * 0.5
    y.backward()
    assert x.grad == 1.0


def test_intermediates_shared_by_two_outputs_start_from_zero_at_each_pass():
    x = Value(2.0)
    shared = x * x
    first, second = shared * 3, shared * 5
    first.backward()
    assert (shared.grad, x.grad) == (3.0, 12.0)
    second.backward()
    assert (shared.grad, x.grad) == (5.0, 32.0)


def test_backward_step_by_step():
    a, b = Value(2.0), Value(-3.0)
    product = a * b
    added = product + 10
    loss = added**2
    loss.grad = 1.0
    for node in (loss, added, product, a):  # a leaf has nothing to pass on
        node._backward()
    assert [node.grad for node in (added, product, a, b)] == [8.0, 8.0, -24.0, 16.0]


def test_a_step_where_there_is_no_slope_says_what_backward_says():
    x = Value(0.0, "x")
    root = x.sqrt()
    root._backward()  # nothing flows in
    assert x.grad == 0.0
    root.grad = 1.0
    with pytest.raises(errors.AutogradError) as by_hand:
        root._backward()
    said = r"The derivative of sqrt\(x\) divides by zero at x = 0"
    with pytest.raises(errors.DivisionByZeroError, match=said) as whole:
        root.backward()
    assert (type(by_hand.value), str(by_hand.value)) == (whole.type, str(whole.value))


def test_seed():
    x = Value(3.0)
    (x * 2).backward(0.5)
    assert x.grad == 1.0
    (x * 2).backward(seed=-1)
    assert x.grad == -1.0
    with pytest.raises(errors.NumberError):
        (x * 2).backward("one")
    with pytest.raises(errors.ArgumentError):
        (x * 2).backward(math.nan)
    assert x.grad == -1.0


def test_backward_on_a_leaf_gives_it_the_seed():
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_zero_grad_reaches_the_whole_graph():
    x, y = Value(2.0), Value(5.0)
    product = x * y
    out = product + x
    out.backward()
    out.zero_grad()
    assert [v.grad for v in (x, y, product, out)] == [0.0] * 4
    (x * y).backward()
    autograd.zero_grad([x])
    assert (x.grad, y.grad) == (0.0, 2.0)


def test_detach_stops_the_gradient():
    x = Value(3.0, "x")
    y = x.detach()
    (x * y).backward()
    assert (x.grad, y.grad, y.data, y.label) == (3.0, 3.0, 3.0, "x")
    assert y.parents == ()


def test_data_changed_after_the_fact_leaves_computed_nodes_alone():
    x = Value(3.0)
    y = x * 2
    x.data = 100.0
    assert y.data == 6.0


def test_identical_runs_agree_to_the_last_bit():
    import random

    def run():
        draw = random.Random(7)
        values = [Value(draw.uniform(-1, 1)) for _ in range(20)]
        leaves = list(values)
        for _ in range(400):
            a, b = draw.choice(values), draw.choice(values)
            values.append(draw.choice([a + b, a * b, (a - b).tanh(), autograd.dot([a, b], [b, 0.3])]).tanh())
        autograd.sum(values).backward()
        return [leaf.grad.hex() for leaf in leaves]

    assert run() == run()


def test_the_order_does_not_depend_on_hashes_or_addresses():
    import subprocess
    import sys

    program = """
from autograd import Value
leaves = [Value(0.1 * i) for i in range(1, 9)]
junk = [object() for _ in range(JUNK)]
out = sum((a * b).tanh() * (a + b) for a in leaves for b in leaves)
out.backward()
print([leaf.grad.hex() for leaf in leaves])
"""
    printed = {
        subprocess.run(
            [sys.executable, "-c", program.replace("JUNK", str(junk))],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed, junk in (("1", 0), ("2", 12345))
    }  # fmt: skip
    assert len(printed) == 1


# --- backward that fails ------------------------------------------------------------------------------


def test_leaf_gradients_are_as_before_when_backward_fails():
    x, zero = Value(2.0, "x"), Value(0.0, "z")
    x.grad, zero.grad = 7.0, 8.0
    bad = x * 3 + autograd.sqrt(zero)
    with pytest.raises(ZeroDivisionError, match=r"derivative of sqrt\(x\)") as caught:
        bad.backward()
    assert isinstance(caught.value, errors.DivisionByZeroError)
    assert "'z'" in str(caught.value)
    assert (x.grad, zero.grad) == (7.0, 8.0)


def test_leaf_gradients_are_as_before_when_a_gradient_overflows():
    x, y = Value(1e-200, "x"), Value(1.0, "y")
    y.grad = 5.0
    out = (x * 1e200) * 1e200 * 1e-100 + y
    with pytest.raises(OverflowError, match="'x'"):
        out.backward(1e300)
    assert (x.grad, y.grad) == (0.0, 5.0)


def test_leaf_gradients_are_as_before_when_backward_is_interrupted():
    interrupting = False

    def slope(x):
        if interrupting:
            raise KeyboardInterrupt
        return 1.0

    ring = autograd.define_operation("interrupted(x)", "x", x="slope(x)", probes=[(1.0,)], functions={"slope": slope})
    x, y = Value(1.0), Value(2.0)
    out = ring(x) + y
    interrupting = True
    with pytest.raises(KeyboardInterrupt):
        out.backward()
    assert (x.grad, y.grad) == (0.0, 0.0)


# --- life and death -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_graph_is_freed_by_reference_counting_alone():
    gc.collect()
    gc.disable()
    try:
        x = Value(2.0)
        y = autograd.dot([x, x * 3], [x.tanh(), 2.0]) ** 2 + autograd.clamp(x, 0, 1)
        y.backward()
        watched = [weakref.ref(node) for node in autograd.graph.topological_order(y) if node is not x]
        assert len(watched) > 4
        del y
        assert [ref() for ref in watched] == [None] * len(watched)
        assert gc.collect() == 0
    finally:
        gc.enable()


def slope_of_slope(function):
    x = Value(2.0)
    (first,) = autograd.gradient(function(x), [x])
    return autograd.gradient(first, [x])[0]


cubed = autograd.compile(lambda x: x**3)
GRAPHS = {
    "a hook": lambda: slope_of_slope(lambda x: autograd.hook(x**3, lambda gradient: gradient)),
    "a gradient of its own": lambda: slope_of_slope(
        autograd.custom_gradient(lambda x: (x**3, lambda g: 3 * x * x * g))
    ),
    "a checkpoint": lambda: slope_of_slope(autograd.checkpoint(lambda x: x**3)),
    "a program": lambda: slope_of_slope(cubed),
    "a deep copy": lambda: copy.deepcopy(Value(2.0) ** 3),
}


@pytest.mark.parametrize("made", GRAPHS)
def test_no_cycle_keeps_what_functions_made_of_a_graph(made):
    GRAPHS[made]()
    gc.collect()
    gc.disable()
    try:
        GRAPHS[made]()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_parent_does_not_know_its_children():
    x = Value(2.0)
    y = x * x
    y.backward()
    ref = weakref.ref(y)
    del y
    assert ref() is None
