"""What a view calls the nodes of a graph."""

import threading
import unittest.mock

import pytest
from networks import Network

import autograd
from autograd import Value
from autograd.graph import topological_order
from autograd.views import names as names_module
from autograd.views.names import names_of, paths_of


class Pair:
    """A model of two parameters, in a list that may hold anything."""

    def __init__(self):
        self.w = [Value(1.0), Value(2.0)]

    def named_parameters(self):
        return [(f"w.{i}", w) for i, w in enumerate(self.w)]


def names_in(*_outputs):
    """Return the names of all nodes of a graph; it stands between a test and the library, and names nothing."""
    return names_of(topological_order(*_outputs))


def test_a_variable_names_what_it_holds():
    x = Value(2.0)
    loss = x * x + 1.0
    assert names_of([x, loss]) == {x: "x", loss: "loss"}


def test_a_label_comes_before_a_variable():
    x = Value(2.0, "rate")
    assert names_of([x]) == {x: "rate"}


def test_the_items_of_lists_tuples_and_dicts_are_named():
    xs, pair, point = [Value(1.0), Value(2.0)], (Value(3.0),), {"a": Value(4.0), 5: Value(6.0)}
    assert names_of([*xs, *pair, *point.values()]) == {
        xs[0]: "xs[0]", xs[1]: "xs[1]", pair[0]: "pair[0]", point["a"]: "point['a']", point[5]: "point[5]",
    }  # fmt: skip


def test_a_variable_comes_before_an_item():
    xs = [Value(1.0)]
    first = xs[0]
    assert names_of(xs) == {first: "first"}


def test_what_nothing_holds_has_no_name():
    x = Value(2.0)
    assert list(names_in((x * 3 + 1) * 2).values()) == ["x"]


def test_the_caller_of_a_function_knows_names_too():
    inner_name = Value(1.0)
    assert names_in(inner_name) == {inner_name: "inner_name"}


def test_names_come_in_the_order_of_the_nodes():
    nodes = [Value(float(i), f"n{i}") if i % 2 else Value(float(i)) for i in range(20)]
    assert list(names_of(nodes)) == nodes
    assert list(names_of(nodes[::-1])) == nodes[::-1]


# --- parameters -----------------------------------------------------------------------------------------


def test_parameters_are_named_by_their_paths():
    model = Network(2, 3, 1)
    names = names_in(model([1.0, 2.0]))
    assert names[model.layers[0][2][0][1]] == "layers.0.neurons.2.w.1"
    assert names[model.layers[1][0][1]] == "layers.1.neurons.0.b"
    assert len(names) == 13


def test_two_models_are_told_apart_by_their_variables():
    first, second = Pair(), Pair()
    names = names_in(first.w[0] * second.w[1])
    assert sorted(names.values()) == ["first.w.0", "second.w.1"]


def test_a_model_that_has_no_part_in_the_graph_changes_nothing():
    model, _other, unused = Pair(), Pair(), Pair()
    assert names_in(model.w[0] * unused.w[0].data) == {model.w[0]: "w.0"}


def test_a_part_of_a_model_in_a_variable_of_its_own_is_not_another_model():
    class Whole:
        def __init__(self):
            self.part = Pair()
            self.b = Value(0.0)

        def named_parameters(self):
            return [("b", self.b), *((f"part.{path}", value) for path, value in self.part.named_parameters())]

    model = Whole()
    part = model.part  # bound before or after the whole, it makes no difference
    assert sorted(names_in(part.w[0] * model.b).values()) == ["b", "part.w.0"]


def test_models_in_a_list():
    models = [Pair(), Pair()]
    assert sorted(names_in(models[0].w[0] + models[1].w[0]).values()) == ["models[0].w.0", "models[1].w.0"]


def test_a_given_model_needs_no_variable():
    nodes = Pair().w
    weights = [("weights", node) for node in nodes]
    model = unittest.mock.Mock(named_parameters=lambda: weights[:1])
    assert paths_of(nodes, model=model) == {nodes[0]: "weights"}


@pytest.mark.parametrize(
    ("label", "path", "name"),
    [
        ("my weight", "layers.0.neurons.3.w.1", "my weight"),
        ("w1", "layers.0.neurons.3.w.1", "layers.0.neurons.3.w.1"),  # the label that every neuron has
        ("w2", "layers.0.neurons.3.w.1", "w2"),
        ("weight[2][0]", "fc.weight.2.0", "fc.weight.2.0"),
        ("weight[2][0]", "weight.2.0", "weight[2][0]"),  # as long as the path, so nothing is lost
        ("*", "w.1", "*"),
    ],
)
def test_the_label_of_a_parameter_comes_first_unless_it_repeats_the_end_of_the_path(label, path, name):
    weight = Value(1.0, label)
    model = unittest.mock.Mock(named_parameters=lambda: [(path, weight)])
    assert names_of([weight], model=model) == {weight: name}


def test_equal_labels_of_other_values_stay():
    a, b = Value(1.0, "x"), Value(2.0, "x")
    assert names_of([a, b]) == {a: "x", b: "x"}


def test_paths_are_found_whatever_the_labels():
    model = Pair()
    model.w[0].label = "left"
    assert paths_of([*model.w, Value(3.0)]) == {model.w[0]: "w.0", model.w[1]: "w.1"}


# --- where it looks -------------------------------------------------------------------------------------


def run_in_notebook(cell, namespace):
    """Run a cell as Jupyter does, in a file of its own; in a thread, so that no test's variables are in sight."""
    thread = threading.Thread(target=exec, args=(compile(cell, "/tmp/ipykernel_1/1.py", "exec"), namespace))
    thread.start()
    thread.join()


def test_in_jupyter_names_come_from_the_notebook_and_not_from_its_history():
    old = Value(5.0)
    history = {"In": ["Value(5.0)"], "Out": {1: old}, "_": old, "_1": old, "__": None}
    namespace = {**history, "names_of": names_of, "Value": Value}
    run_in_notebook("x = Value(2.0); xs = [Value(3.0)]; names = names_of([x, xs[0], Out[1]])", namespace)
    assert namespace["names"] == {namespace["x"]: "x", namespace["xs"][0]: "xs[0]"}


def test_frames_of_the_library_are_not_looked_at():
    x = Value(2.0)
    picture = autograd.draw(x * 3)  # draw has variables for its argument and for what it makes of it
    assert "value" not in picture.source.replace("Value", "")


def test_only_so_many_items_are_looked_at():
    xs = [0.0] * names_module.MOST_ITEMS + [Value(1.0)]
    assert names_of(xs[-1:]) == {}


@pytest.mark.parametrize("broken", [AttributeError, RuntimeError, KeyboardInterrupt])
def test_objects_of_the_users_are_not_touched(broken):
    class Touchy:
        def __getattr__(self, name):
            raise broken(name)

        def __eq__(self, other):
            raise broken

        __hash__ = None

    class Liar:
        def named_parameters(self):
            raise ValueError("not now")

    x, _y = Value(1.0), None
    touchy, liar, mock, kind, xs = Touchy(), Liar(), unittest.mock.MagicMock(), Network, [Touchy()]
    assert names_of([x]) == {x: "x"}
    assert (touchy, liar, mock, kind, xs) is not None


def test_a_graph_is_only_looked_at():
    x = Value(2.0)
    y = x * x
    y.backward()
    names_of([x, y])
    assert (x.data, x.grad, x.label, y.grad, y.label) == (2.0, 4.0, "", 1.0, "")
