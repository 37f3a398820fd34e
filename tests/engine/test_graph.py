"""Walking a graph: order, sharing, leaves, and who uses what."""

import random

import autograd
from autograd import Value
from autograd.graph import consumers, operands_of, parents_of, sort, topological_order


def test_operands_include_literals_and_lay_sequences_end_to_end():
    a, b = Value(1.0), Value(2.0)
    assert operands_of(a * b) == [a, b]
    assert operands_of(3 - a) == [3.0, a]
    assert operands_of(autograd.dot([a, 5.0], [b, a])) == [a, 5.0, b, a]
    assert operands_of(autograd.clamp(a, -1, b)) == [a, -1.0, b]
    assert operands_of(a) == []


def test_parents_leave_literals_out_and_keep_repetition():
    a, b = Value(1.0), Value(2.0)
    assert parents_of(autograd.dot([a, 5.0], [b, a])) == (a, b, a)
    assert parents_of(3 - a) == (a,)
    assert parents_of(a * a) == (a, a)
    assert parents_of(a) == ()


def test_order_of_a_diamond_is_left_to_right():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    left, right = a * b, b + a
    out = left / right
    assert topological_order(out) == [a, b, left, right, out]
    assert sort(out) == ([a, b], [left, right, out])


def test_several_outputs_share_one_order():
    a = Value(1.0)
    first, second = a * 2, a * 3
    assert topological_order(first, second) == [a, first, second]
    assert topological_order(second, first, second) == [a, second, first]
    assert topological_order() == []
    assert topological_order(a) == [a]


def test_what_was_seen_is_left_out_with_all_below_it():
    a = Value(1.0)
    first = a * 2
    second = first + a
    seen = set()
    assert sort(first, seen=seen) == ([a], [first])
    assert sort(second, seen=seen) == ([], [second])
    assert seen == {a, first, second}


def test_consumers_list_one_entry_per_use():
    a, b = Value(1.0), Value(2.0)
    square = a * a
    out = square + b * a
    table = consumers(out)
    product = out.parents[1]
    assert table == {a: [square, square, product], b: [product], square: [out], product: [out], out: []}


def test_parents_come_before_children_in_random_graphs():
    for seed in range(30):
        draw = random.Random(seed)
        nodes = [Value(draw.random()) for _ in range(4)]
        for _ in range(200):
            a, b, c = draw.choice(nodes), draw.choice(nodes), draw.choice(nodes)
            nodes.append(draw.choice([a + b, autograd.max([a, b, c, 0.5]), b * 0.5]))
        order = topological_order(*nodes[-3:])
        position = {node: i for i, node in enumerate(order)}
        assert len(position) == len(order)
        assert all(position[parent] < position[node] for node in order for parent in node.parents)


def test_an_order_that_would_trip_a_naive_depth_first_walk():
    """A node reached first by a short way and again by a longer one must still come after all its parents."""
    a = Value(1.0)
    b = a + 1
    c = b + 1
    d = c * b
    out = autograd.sum([a, b, d, c])
    order = topological_order(out)
    assert [order.index(node) for node in (a, b, c, d, out)] == [0, 1, 2, 3, 4]
