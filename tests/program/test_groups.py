"""Grouping: nodes that do the same to operands from the same sources form one row."""

import pytest

np = pytest.importorskip("numpy")

import autograd  # noqa: E402
from autograd import Value  # noqa: E402
from autograd.gradients.structures import NO_ENTRIES, Items, Vector  # noqa: E402
from autograd.program.groups import Sequences, find_groups, find_levels  # noqa: E402
from autograd.program.record import record  # noqa: E402
from autograd.program.sums import gather_sums  # noqa: E402
from autograd.program.trace import flat  # noqa: E402
from autograd.program.tracing import trace  # noqa: E402
from autograd.source import SourceLine  # noqa: E402


def grouped(function, count):
    """Return the gathered trace of a function of ``count`` numbers, and its groups."""
    shape = Items(tuple, (Vector(tuple, count), NO_ENTRIES))
    made = gather_sums(trace(record(function, shape, [f"x{i}" for i in range(count)], {})))
    return made, find_groups(made)


def summary(groups):
    """Return the operation and the number of members of each group."""
    return [(group.operation.name, len(group.members)) for group in groups]


W = [[Value(0.1 * i * j, f"w{i}{j}") for j in range(3)] for i in range(4)]
B = [Value(0.5) for _ in range(4)]


def network(*xs):
    """Four neurons over three inputs, written with plain loops, and the sum of what they say."""
    return sum(autograd.tanh(sum(w * x for w, x in zip(row, xs, strict=True)) + b) for row, b in zip(W, B, strict=True))


def test_a_layer_is_three_rows():
    _, groups = grouped(network, 3)
    assert summary(groups) == [("dot", 4), ("add", 4), ("tanh", 4), ("sum", 1)]


def test_a_batch_makes_rows_longer_not_more():
    _, groups = grouped(lambda *xs: [network(*xs[i : i + 3]) for i in range(0, 12, 3)], 12)
    assert summary(groups) == [("dot", 16), ("add", 16), ("tanh", 16), ("sum", 4)]
    rows = groups[0].operands
    assert [len(each.distinct) for each in rows] == [4, 4]  # four neurons meet four samples
    assert rows[0].all().shape == (16, 3)


def test_what_is_read_from_each_state_of_a_recurrence_waits_for_the_last_one():
    def loss(*xs):
        state, read = Value(0.0), []
        for x in xs:
            state = autograd.tanh(B[0] * state + x)
            read.append(autograd.exp(autograd.sin(state)))
        return sum(read)

    _, groups = grouped(loss, 5)
    names = [name for name, _ in summary(groups)]
    assert names.count("tanh") == 5  # one after the other
    assert [count for name, count in summary(groups) if name == "exp"] == [5]
    assert names.index("exp") > max(place for place, name in enumerate(names) if name == "tanh")


def test_the_same_way_round_however_it_was_written():
    made, groups = grouped(lambda x, y, z: [B[0] * x, y * B[1], z * B[2]], 3)
    assert summary(groups) == [("mul", 3)]
    left, right = groups[0].operands
    assert set(left.tolist()) | set(right.tolist()) == {*made.parameters, *made.inputs}
    assert set(left.tolist()) in ({*made.parameters}, {*made.inputs})


def test_sums_of_products_are_alike_whichever_way_round_each_product_is():
    made, groups = grouped(lambda x, y: [autograd.dot(B[:2], [x, B[2]]), autograd.dot([y, B[3]], B[:2])], 2)
    assert summary(groups) == [("dot", 2)]
    left, right = (operand.all() for operand in groups[0].operands)
    assert {*left[:, 0].tolist()} in ({*made.inputs}, {*made.parameters})
    assert {*left[:, 0].tolist(), *right[:, 0].tolist()} >= {*made.inputs}


def test_operands_from_different_sources_are_different_rows():
    _, groups = grouped(lambda x, y: [autograd.exp(x), autograd.exp(B[0]), autograd.exp(autograd.sin(y))], 2)
    assert sorted(summary(groups)) == [("exp", 1), ("exp", 1), ("exp", 1), ("sin", 1)]


def test_powers_with_different_exponents_are_different_rows():
    _, groups = grouped(lambda x, y, z: [x**2, y**2, z**3], 3)
    assert sorted(summary(groups)) == [("pow", 1), ("pow", 2)]


def test_sums_of_different_lengths_are_different_rows():
    _, groups = grouped(lambda *xs: [autograd.max(xs[:2]), autograd.max(xs[2:4]), autograd.max(xs)], 5)
    assert sorted(summary(groups)) == [("max", 1), ("max", 2)]


def test_a_step_waits_for_its_like():
    # The first of three positions has nothing to add up, so it could be computed a stage before the others.
    def function(a, b, c):
        return autograd.prod([autograd.sin(autograd.tanh(x)) for x in (a, a + b, b + c)])

    made, groups = grouped(function, 3)
    assert sorted(summary(groups)) == [("add", 2), ("prod", 1), ("sin", 3), ("tanh", 1), ("tanh", 2)]
    levels = find_levels(made)
    for node in range(len(made.leaves), len(made)):
        assert all(levels[argument] < levels[node] for argument in flat(made.arguments_of(node)))


def test_each_node_is_in_one_group_and_groups_can_be_computed_in_order():
    made, groups = grouped(lambda *xs: [network(*xs), autograd.logsumexp(xs), autograd.softmax(xs)[0]], 3)
    known = set(range(len(made.leaves)))
    for group in groups:
        for operand in group.operands:
            nodes = operand.all() if isinstance(operand, Sequences) else operand
            assert set(nodes.reshape(-1).tolist()) <= known
        assert not known & set(group.members.tolist())
        known |= set(group.members.tolist())
    assert known == set(range(len(made)))


def test_each_group_names_the_line_it_came_from():
    _, groups = grouped(network, 3)
    for group in groups:
        assert SourceLine.at(group.instruction).file == __file__


def test_equal_rows_are_kept_once():
    rows = Sequences.of(np.array([-1, -2, -1]), [(1, 2), (3, 4)])
    assert rows.distinct.tolist() == [[1, 2], [3, 4]]
    assert rows.index.tolist() == [0, 1, 0]
    assert rows.all().tolist() == [[1, 2], [3, 4], [1, 2]]
