"""Copies and pickles of graphs: equal, independent, and sharing what the originals share."""

import copy
import gc
import io
import pickle
import threading

import pytest

import autograd
from autograd import Value
from autograd.copying import _homes
from autograd.formulas.operation import OPERATIONS
from autograd.graph import topological_order

WAYS = {
    "deepcopy": copy.deepcopy,
    **{
        f"pickle protocol {protocol}": lambda item, protocol=protocol: pickle.loads(pickle.dumps(item, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "pickle in Python": lambda item: pickle.loads(pickle._dumps(item)),
}
again = pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)


def network():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    hidden = autograd.dot([a, 1.5, b], [b, a, 2.0]).tanh()
    out = autograd.clamp(hidden * a + 2**b, -5.0, 5.0) / autograd.logsumexp([hidden, a])
    out.label = "out"
    out.backward()
    return a, b, out


@again
def test_everything_a_node_knows_survives(again):
    _, _, out = network()
    originals, copies = topological_order(out), topological_order(again(out))
    assert len(originals) == len(copies)
    position = {node: i for i, node in enumerate(originals)}
    position_of_copy = {node: i for i, node in enumerate(copies)}
    for original, copied in zip(originals, copies, strict=True):
        assert copied is not original
        assert (copied.data, copied.grad, copied.label) == (original.data, original.grad, original.label)
        assert (copied.op, copied.operation) == (original.op, original.operation)
        assert [position_of_copy[p] for p in copied.parents] == [position[p] for p in original.parents]
        assert copied.local_derivatives() == original.local_derivatives()


@again
def test_a_copy_differentiates_like_the_original_and_leaves_it_alone(again):
    a, b, out = network()
    before = a.grad, b.grad
    a_again, b_again, out_again = again((a, b, out))
    out_again.backward()
    assert (a.grad, b.grad) == before
    out.backward()
    assert (a_again.grad, b_again.grad) == (a.grad, b.grad) != before


@again
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)], ids=str)
def test_values_stored_side_by_side_keep_what_they_share(again, order):
    x = Value(1.0, "x")
    y = x * 2
    first, second = y + 1, y * x
    values = [x, y, first, second]
    copies = again([values[i] for i in order])
    x, y, first, second = (copies[order.index(i)] for i in range(4))
    assert y.parents == (x,)
    assert first.parents == (y,)
    assert second.parents == (y, x)


@again
def test_sharing_through_containers_and_attributes(again):
    class_free = {"weights": [Value(1.0, "w"), Value(2.0, "v")], "losses": []}
    w, v = class_free["weights"]
    for step in range(5):
        class_free["losses"].append((w * step + v) ** 2)
    w.average = v
    v.history = {"last": class_free["losses"][-1]}
    copied = again(class_free)
    w, v = copied["weights"]
    assert w.average is v
    assert v.history["last"] is copied["losses"][-1]
    assert all(set(topological_order(loss)) & {w, v} for loss in copied["losses"])


@again
def test_an_attribute_may_lead_back_to_its_own_graph(again):
    x = Value(2.0)
    loss = x * x + x
    x.loss = loss
    loss.parameters = [x]
    copied = again(x)
    assert copied.loss.parameters[0] is copied
    assert copied.loss.parents[1] is copied
    both = again([loss, x])
    assert both[1].loss is both[0]


@again
def test_many_values_of_one_chain_in_any_order(again):
    chain = [Value(1.0)]
    for _ in range(1500):
        chain.append(chain[-1] + 1.0)
    for stride in (1, -1, 7, -7):
        copies = again(chain[::stride])
        in_order = copies if stride > 0 else copies[::-1]
        assert [copied.data for copied in in_order] == sorted(copied.data for copied in copies)
        assert in_order[0] in topological_order(in_order[-1])


def test_shallow_copy_is_a_new_node_with_the_same_parents():
    a, b = Value(2.0, "a"), Value(3.0)
    product = a * b
    product.note = "mine"
    copied = copy.copy(product)
    assert copied is not product
    assert copied.parents == (a, b)
    assert (copied.data, copied.op, copied.note) == (6.0, "*", "mine")
    copied.note = "changed"
    copied.backward()
    assert (a.grad, product.note) == (3.0, "mine")
    leaf = copy.copy(a)
    assert (leaf.data, leaf.label, leaf.grad) == (2.0, "a", 3.0)


@again
def test_source_lines_and_subclasses_survive(again):
    class_of_mine = Parameter(2.0, "p")
    with autograd.remember_source_lines():
        out = class_of_mine * 3.0
    copied = again(out)
    assert copied.source_line == out.source_line
    assert type(copied.parents[0]) is Parameter
    assert (copied + 1).data == 7.0


class Parameter(Value):
    """A user's own kind of Value."""


@again
def test_what_was_assigned_to_grad_survives(again):
    x = Value(1.0)
    x.grad = None
    assert again(x).grad is None


def test_a_pickle_reads_the_numbers_at_the_time_it_is_written():
    x = Value(1.0)
    y = x * 2
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream)
    pickler.dump(y)
    x.data = 5.0
    assert pickle.loads(pickle.dumps(x)).data == 5.0
    pickler.dump(y)
    stream.seek(0)
    unpickler = pickle.Unpickler(stream)
    assert unpickler.load() is unpickler.load()


def test_nothing_is_kept_after_a_pickle_is_written_or_has_failed():
    x = Value(1.0)
    y = x * 2
    pickle.dumps([x, y])
    assert not _homes.of
    assert not _homes.nodes
    y.secret = lambda: None
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps([x, y])
    del y.secret
    assert pickle.loads(pickle.dumps(y)).data == 2.0
    assert not _homes.of


def test_copies_leave_no_attribute_dictionaries_behind():
    x = Value(1.0)
    y = x * 2
    for store in (copy.copy, copy.deepcopy, pickle.dumps):
        store(y)
        assert not any(isinstance(referent, dict) for node in (x, y) for referent in gc.get_referents(node))
    y.mine = 1
    for store in (copy.copy, copy.deepcopy, pickle.dumps):
        store(y)
        assert y.mine == 1


@pytest.mark.slow
def test_threads_pickle_the_same_graph_at_the_same_time():
    x = Value(1.0)
    y = x
    for _ in range(2000):
        y = y * 1.0 + x
    results = []

    def work():
        for _ in range(5):
            copied, x_again = pickle.loads(pickle.dumps([y, x]))
            results.append(copied.data == y.data and x_again in topological_order(copied))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 20


def test_an_unknown_operation_says_what_to_define():
    text = pickle.dumps(autograd.tanh(Value(1.0)), 0).replace(b"Vtanh\n", b"Vmissing\n")
    with pytest.raises(LookupError, match="define_operation"):
        pickle.loads(text)


class Measured(Value):
    """A Value of a user's, with a slot, a private one and one that is empty."""

    __slots__ = ("__source", "absent", "unit")

    def __init__(self, number, unit):
        super().__init__(number)
        self.unit, self.__source, self.remark = unit, [unit], "an attribute"

    @property
    def source(self):
        return self.__source


@pytest.mark.parametrize("again", [*WAYS.values(), copy.copy], ids=[*WAYS, "copy"])
def test_slots_of_a_subclass_survive(again):
    length = Measured(2.0, "m")
    twin = again(length)
    assert (type(twin), twin.data, twin.unit, twin.source, twin.remark) == (Measured, 2.0, "m", ["m"], "an attribute")
    assert (twin.source is length.source) == (again is copy.copy)
    assert not hasattr(twin, "absent")
    assert again(length * 2.0).data == 4.0


def test_a_node_that_is_no_row_of_the_table_says_why_it_cannot_be_pickled():
    before = dict(OPERATIONS)
    try:
        thirds, halves = [
            autograd.define_operation("part(x)", f"x / {n}", x=f"1 / {n}", probes=[(2.0,)]) for n in (3, 2)
        ]
        nodes = [
            (thirds(Value(1.0)), "defined again since"),
            (autograd.checkpoint(lambda x: x * x)(Value(1.0)), "checkpointed"),
            (autograd.custom_gradient(lambda x: (x, lambda gradient: gradient))(Value(1.0)), "a gradient of its own"),
            (autograd.compile(lambda x: x * x)(Value(1.0)), "compiled"),
        ]
        for node, reason in nodes:
            with pytest.raises(
                autograd.errors.ArgumentError, match=f"cannot be pickled: .*{reason}.*Pickle its number"
            ):
                pickle.dumps(node)
            assert copy.deepcopy(node).data == node.data
        assert pickle.loads(pickle.dumps(halves(Value(1.0)))).data == 0.5
    finally:
        OPERATIONS.clear()
        OPERATIONS.update(before)
