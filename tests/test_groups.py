"""Finding rows of nodes that do the same thing at the same stage."""

import pytest
from recorded import grouped

import autograd
from autograd import Value

pytest.importorskip("numpy", reason="groups are held in NumPy arrays, and NumPy is not installed")


def sizes(groups):
    return [(group.operation.name, len(group.members)) for group in groups]


def test_the_neurons_of_a_layer_are_one_group_for_all_samples():
    rows = [[Value(0.5), Value(0.25)] for _ in range(3)]
    points = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]

    def layer(batch):
        return [[autograd.tanh(sum(w * x for w, x in zip(row, x, strict=True))) for row in rows] for x in batch]

    _, groups = grouped(layer, points)
    assert sizes(groups) == [("dot", 12), ("tanh", 12)]
    left, right = groups[0].operands
    assert (len(left.distinct), len(right.distinct)) == (4, 3)  # four points, three rows of weights


def test_operands_of_commutative_operations_stand_the_same_way_round():
    w = [Value(0.5), Value(0.25)]
    _, groups = grouped(lambda xs: [w[0] * xs[0], xs[1] * w[1]], [1.0, 2.0])
    assert sizes(groups) == [("mul", 2)]


def test_different_exponents_are_different_groups():
    _, groups = grouped(lambda xs: [xs[0] ** 2, xs[1] ** 3], [1.0, 2.0])
    assert sizes(groups) == [("pow", 1), ("pow", 1)]


def test_a_shorter_chain_waits_for_its_like():
    def function(xs):
        first, *others = xs
        return sum(autograd.sin(v) for v in [autograd.tanh(first), *[autograd.tanh(autograd.exp(x)) for x in others]])

    _, groups = grouped(function, [1.0, 2.0, 3.0])
    assert ("sin", 3) in sizes(groups)  # although the first could be computed one stage earlier
