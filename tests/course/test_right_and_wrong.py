"""Right answers are accepted however they are written, and a wrong one gets the hint that belongs to its mistake."""

import importlib
import math
import operator
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest
from project_root import ROOT

import autograd
import nn
from autograd import Value, where

sys.path.insert(0, str(ROOT / "notebooks"))


def said(capsys: pytest.CaptureFixture[str], notebook: int, exercise: int, *answers: object) -> str:
    """Return what the check of an exercise prints."""
    getattr(importlib.import_module(f"checks_{notebook:02}"), f"exercise_{exercise}")(*answers)
    return capsys.readouterr().out.strip()


def gradients(nodes: list[Value], add: bool = True) -> dict[Value, float]:
    """Backpropagation as notebook 1 writes it, with ``=`` in place of ``+=`` on demand."""
    found = {nodes[0]: 1.0}
    for node in nodes:
        for parent, slope in zip(node.parents, node.local_derivatives(), strict=True):
            found[parent] = (found.get(parent, 0.0) if add else 0.0) + found[node] * slope
    return found


def from_output_back(output: Value) -> list[Value]:
    order: list[Value] = []

    def visit(node: Value) -> None:
        if node not in order:
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(output)
    return order[::-1]


def test_a_gradient_that_is_rounded_on_the_way_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    a = Value(1.0)
    fooled = a * 2 + a.exp() * (3 / math.e)
    assert gradients(from_output_back(fooled))[a] == pytest.approx(5.0)
    one_third = a * 0.1 * 0.2 * 100 + a * 2.1 / 0.7
    assert gradients(from_output_back(one_third), add=False)[a] == pytest.approx(2.0)
    for answer in (fooled, one_third):
        assert said(capsys, 1, 3, a, answer, gradients, from_output_back).startswith("✓")


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (lambda x: x * x * x, "✓"),
        (lambda x: x + x + x, "✓"),
        (lambda x: x**3, "1 path leads from x to the result, not 3"),
        (lambda x: x * x, "2 paths lead from x to the result, not 3"),
    ],
)
def test_how_many_roads(function: Callable[[Value], Value], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert what in said(capsys, 2, 2, function)


@pytest.mark.parametrize("weight", [Value(10.0), "ten", [10.0]])
def test_a_weight_that_is_no_number_is_named(weight: object, capsys: pytest.CaptureFixture[str]) -> None:
    heard = said(capsys, 3, 1, weight, 10.0, -15.0)
    assert heard == f"✗ Exercise 1: w0 is {weight!r}, not a number."


def test_a_long_answer_that_is_no_number_is_not_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    heard = said(capsys, 3, 3, nn.MLP(3, [4, 2]).parameters())
    assert heard.endswith("is not a number.")
    assert len(heard) < 400


ONES, THRESHOLDS, OUT, SHIFT = [[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [1.0, -2.0], -0.5


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        ((ONES, THRESHOLDS, OUT, SHIFT), "✓"),
        ((ONES, THRESHOLDS, OUT, [SHIFT]), "✓"),
        (tuple(map(numpy.array, (ONES, THRESHOLDS, [[1.0], [-2.0]], [SHIFT]))), "✓"),  # as notebook 4 has them itself
        ((ONES, THRESHOLDS, [[1.0], [-2.0]], SHIFT), "✓"),
        ((ONES, THRESHOLDS, OUT, 0.0), "the score is 0; it should be negative"),
        ((ONES, 0.0, OUT, SHIFT), "b1_by_hand is 0.0: the shapes do not fit"),
        (([[1.0] * 3] * 2, THRESHOLDS, OUT, SHIFT), "the shapes do not fit"),
        ((ONES, THRESHOLDS, [Value(1.0), Value(-2.0)], SHIFT), "plain numbers are needed"),
        ((ONES, THRESHOLDS, [1.0, ...], SHIFT), "… Exercise 2: still to do: W2_by_hand."),
    ],
)
def test_weights_in_any_shape(answers: Sequence[object], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert what in said(capsys, 4, 2, *answers)


def by_probability(z: Value, y: float) -> Value:
    p = z.sigmoid()
    return -(y * autograd.log(p) + (1 - y) * autograd.log(1 - p))


def by_clipped_probability(z: Value, y: float) -> Value:
    p = autograd.clamp(z.sigmoid(), 1e-7, 1 - 1e-7)
    return -(y * autograd.log(p) + (1 - y) * autograd.log(1 - p))


@pytest.mark.parametrize(
    ("loss", "what"),
    [
        (lambda z, y: z.softplus() - y * z, "✓"),
        (lambda z, y: z.relu() - z * y + autograd.log(1 + autograd.exp(-abs(z))), "✓"),
        (by_probability, "use softplus instead of log and sigmoid"),
        (by_clipped_probability, "use softplus instead of log and sigmoid"),
        (lambda z, y: -y * (-z).softplus() - (1 - y) * z.softplus(), "minus the logarithm"),
        (lambda z, y: y * z.softplus() + (1 - y) * (-z).softplus(), "for the other class"),
        (lambda z, y: (z.sigmoid() - y) ** 2, "the squared error"),
    ],
)
def test_a_loss_of_ones_own(
    loss: Callable[[Value, float], Value], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert what in said(capsys, 5, 1, loss)


def test_two_hints_of_classification(capsys: pytest.CaptureFixture[str]) -> None:
    assert "that is -y" in said(capsys, 5, 2, [0.1, 0.2, 0.3, -1.0])
    assert "in bits" in said(capsys, 5, 3, math.log2(3))


@pytest.mark.parametrize(("steps", "mark"), [(3, "✓"), (2, "✗")])
def test_as_many_steps_count_as_were_made(steps: int, mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    def third(parameters: list[Value]) -> nn.Optimizer:
        return nn.SGD(parameters, lr=0.3)

    # x and y are multiplied by 0.4 in each step: the height is 2.25e-3, 3.6e-4, 5.76e-5 after one, two, three.
    heard = said(capsys, 6, 2, third, lambda x, y: x * x + y * y, (math.sqrt(7.03125e-3), math.sqrt(7.03125e-3)), steps)
    assert heard.startswith(mark)
    assert f"{steps} steps" in heard


@pytest.mark.parametrize(
    ("clipped", "what"),
    [
        (lambda g, longest: numpy.array(g) * min(1.0, longest / (numpy.linalg.norm(g) + 1e-9)), "✓"),
        (lambda g, longest: (x * min(1.0, longest / (math.hypot(*g) + 1e-9)) for x in g), "✓"),
        (lambda g, longest: [x / math.hypot(*g) for x in g], "the right direction, but the norm is 1 instead of 5"),
        (lambda g, longest: g, "the right direction, but the norm is 5 instead of 1"),
        (lambda g, longest: [min(max(x, -longest), longest) for x in g], "not all together"),
        (lambda g, longest: [-x * longest / math.hypot(*g) for x in g], "the direction has changed"),
        (lambda g, longest: [x * min(1.0, longest / math.hypot(*g)) for x in g], "(in <lambda>([0.0, 0.0], 1.0))"),
    ],
)
def test_clipping(clipped: Callable[..., Any], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert what in said(capsys, 7, 2, clipped)


def patient() -> nn.MLP:
    model = nn.MLP(2, [12, 12, 1], seed=1)
    for neuron in model.layers[0].neurons:
        neuron.b.data = -50.0
    for neuron in model.layers[1].neurons:
        for weight in neuron.w:
            weight.data *= 1e-6
    return model


@pytest.mark.slow
def test_a_patient_is_healed_by_the_numbers_of_any_network_that_learns(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in (2, 3, 9):  # each begins with a dead unit or two, as every other network of this size does
        model = patient()
        for parameter, fresh in zip(model.parameters(), nn.MLP(2, [12, 12, 1], seed=seed).parameters(), strict=True):
            parameter.data = fresh.data
        nn.binary_cross_entropy_with_logits(model([[1.0, 2.0]]), [1]).backward()  # just to look at the gradients
        assert said(capsys, 7, 1, model).startswith("✓")
        assert any(parameter.grad for parameter in model.parameters())
    assert "12 of 12 units" in said(capsys, 7, 1, patient())


@pytest.mark.parametrize(
    ("huber", "what"),
    [
        (lambda x: where(abs(x) <= 1, x * x / 2, abs(x) - 0.5), "✓"),
        (lambda x: None, "still to do: huber"),
        (lambda x: max(x * x / 2, abs(x) - 0.5), "Use autograd's where"),
    ],
)
def test_huber(huber: Callable[[Value], Any], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert what in said(capsys, 8, 2, huber)


def test_noise_as_it_is_given_is_refused_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    noise = random.Random(0)
    assert "draw random ones with autograd.fresh" in said(capsys, 8, 3, lambda x: x + noise.gauss(0, 1))


def test_the_largest_probabilities_come_in_any_sequence(capsys: pytest.CaptureFixture[str]) -> None:
    def top(probabilities: list[float], k: int) -> Any:
        places = sorted(range(len(probabilities)), key=probabilities.__getitem__)[-k:]
        kept = numpy.array([p if i in places else 0.0 for i, p in enumerate(probabilities)])
        return kept / kept.sum()

    assert said(capsys, 9, 3, top).startswith("✓")
    assert said(capsys, 9, 3, lambda p, k: iter(top(p, k))).startswith("✓")
    assert "not all numbers" in said(capsys, 9, 3, lambda p, k: [Value(x) for x in p])


def distance(angle: Any, v: float = 13.0, h: float = 1.8, g: float = 9.81) -> Any:
    sine = autograd.sin(angle)
    return v * autograd.cos(angle) / g * (v * sine + autograd.sqrt(v**2 * sine**2 + 2 * g * h))


@pytest.mark.parametrize(
    ("angle", "mark"),
    [(0.7380269163, "✓"), (0.738027, "✓"), (0.738, "✓"), (0.74, "✗"), (math.pi / 4, "✗"), (-2.40356573726155, "✗")],
)
def test_three_digits_of_the_best_angle_are_enough(angle: float, mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 10, 1, angle, distance).startswith(mark)


def test_a_function_of_python_is_no_operation(capsys: pytest.CaptureFixture[str]) -> None:
    defined = autograd.define_operation("softsign(x)", "x / (1 + abs(x))", x="(1 - abs(out)) ** 2", probes=[(0.7,)])
    assert said(capsys, 10, 2, defined).startswith("✓")
    assert "a function of Python" in said(capsys, 10, 2, lambda x: x / (1 + abs(x)))


@pytest.mark.parametrize("names", ["x, y", ("x", "y"), {"y", "x"}, ["x", "y"]])
def test_names_may_stand_in_a_string(names: object, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = {"share": 3.0, "strike": 2.0, "years": 0.5, "rate": 0.1, "volatility": 0.2}
    renamed = {"x": "share, strike", "y": "years rate"}
    if isinstance(names, str):
        answer: object = ", ".join(renamed.values())
    else:
        answer = type(names)(word for name in names for word in renamed[name].replace(",", "").split())  # type: ignore[attr-defined, call-arg]  # each is made of words
    heard = said(capsys, 10, 3, answer, lambda s, k, t, r, v: s * k * t * r * v, inputs)
    assert heard.startswith("✓")


class Node:
    """A Value as notebook 11 builds it."""

    def __init__(self, data: float, parents: Any = (), slopes: Any = ()) -> None:
        self.data, self.grad, self.parents, self.slopes = data, 0.0, parents, slopes

    def __repr__(self) -> str:
        return f"Value({self.data})"


class Listing(Node):
    """A Value that keeps lists."""

    def __init__(self, data: float, parents: Any = (), slopes: Any = ()) -> None:
        super().__init__(data, list(parents), list(slopes))


class Unordered(Node):
    """A Value that keeps a set of parents, as micrograd does: a repeated one is lost."""

    def __init__(self, data: float, parents: Any = (), slopes: Any = ()) -> None:
        super().__init__(data, set(parents), slopes)


def test_parents_may_be_a_list_but_not_a_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 11, 1, Listing).startswith("✓")
    assert "self.parents is {" in said(capsys, 11, 1, Unordered)


def endless(a: Any, b: Any) -> Node:
    return Node(a + b, (a, b), (1.0, 1.0))


@pytest.mark.parametrize(
    ("add", "what"),
    [
        (lambda a, b: Node(a.data + b.data, [a, b], [1, 1]), "✓"),
        (lambda a, b: Node(a.data + b.data, (a, b), (a, b)), "such as b.data, not Values"),
        (endless, "a + b calls itself without end: compute with the numbers"),
        (lambda a, b: Node(a.data + b.data, (a, b), 1.0), "the slopes are 1.0, not a tuple"),
    ],
)
def test_a_sum_of_ones_own(add: Callable[..., Node], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    class Own(Node):
        __add__ = add

        def __mul__(self, other: Node) -> Node:
            return Node(self.data * other.data, (self, other), (other.data, self.data))

    assert what in said(capsys, 11, 2, Own)


def test_a_tuple_of_one_needs_a_comma(capsys: pytest.CaptureFixture[str]) -> None:
    class Own(Node):
        def __pow__(self, exponent: float) -> Node:
            return Own(self.data**exponent, (self), (exponent * self.data ** (exponent - 1)))

        __sub__ = __rsub__ = __truediv__ = __rtruediv__ = lambda self, other: self

    assert "not a tuple. A tuple of one needs a comma: (Value(2.0),)" in said(capsys, 11, 4, Own)


@pytest.mark.parametrize("nothing", [..., None])
def test_a_number_that_becomes_nothing_is_still_to_do(nothing: object, capsys: pytest.CaptureFixture[str]) -> None:
    class Own(Node):
        __add__ = __radd__ = __mul__ = __rmul__ = lambda self, other: Own(operator.attrgetter("data")(nothing))

    assert said(capsys, 11, 3, Own) == "… Exercise 3: still to do: as_value (it returns nothing yet)."


def pass_on(node: Node) -> None:
    for parent, slope in zip(node.parents, node.slopes, strict=True):
        parent.grad += node.grad * slope


def pass_on_to_all(node: Node) -> None:
    pass_on(node)
    for parent in node.parents:
        pass_on_to_all(parent)


def test_a_node_gives_to_its_own_parents_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 11, 5, Node, pass_on).startswith("✓")
    assert "only the node's own parents" in said(capsys, 11, 5, Node, pass_on_to_all)


def test_of_a_wrong_backward_the_first_fault_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    class Own(Node):
        def __add__(self, other: Node) -> Node:
            return Own(self.data + other.data, (self, other), (1.0, 1.0))

        def __mul__(self, other: Node) -> Node:
            return Own(self.data * other.data, (self, other), (other.data, self.data))

        def __pow__(self, exponent: float) -> Node:
            return Own(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

        def backward(self) -> None:
            self.grad = 1.0
            pass_on(self)

    lines = said(capsys, 11, 7, Own).splitlines()
    assert [line.split("10 ")[1] for line in lines] == ["a gets 0, not -24.", "b gets 0, not 16.", "c gets 0, not 8."]
