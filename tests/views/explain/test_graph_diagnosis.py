"""Every problem planted in a graph is found at the right node, and nothing is found in a sound one."""

import math
import re

import pytest
from hostile import HOSTILE
from random_graphs import random_graph

import autograd
import nn
from autograd import Value, compile, diagnose, dot, exp, maximum, relu, sigmoid, sqrt, tanh
from autograd.errors import NumberError, NumberOverflowError
from autograd.graph import topological_order
from autograd.views.explain.causes import BIAS, INPUT, WEIGHT
from autograd.views.explain.findings import REMEDIES


def problems(diagnosis):
    return sorted({finding.problem for finding in diagnosis.findings})


def only(diagnosis, problem):
    assert problems(diagnosis) == [problem]
    (finding,) = diagnosis.findings
    assert finding.remedy == REMEDIES[problem]
    assert finding.evidence in repr(diagnosis)
    return finding


def test_nothing_is_found_in_a_sound_graph():
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    loss = (a * b + 10) ** 2
    assert repr(diagnose(loss)) == "Nothing wrong was found in 5 nodes."
    loss.backward()
    assert diagnose(loss).findings == ()


@pytest.mark.parametrize("seed", range(40))
def test_nothing_changes_and_healthy_gradients_are_not_accused(seed):
    output = random_graph(seed)
    order = topological_order(output)
    before = [(node.data, node.grad) for node in order]
    first = diagnose(output)
    assert [(node.data, node.grad) for node in order] == before
    unreached = {finding.node for finding in first.found("never reached")}
    output.backward()
    for leaf in order:
        if leaf.operation is None:
            assert leaf.grad == 0.0 or leaf not in unreached
    assert problems(diagnose(output)) == problems(first)
    assert {"data changed", "gradient was there before", "gradient overflows"}.isdisjoint(problems(first))


def test_a_forgotten_zero_grad_before_backward():
    x = Value(3.0, "x")
    (x * x).backward()
    loss = x * 5
    finding = only(diagnose(loss), "gradient was there before")
    assert finding.node is x
    assert finding.evidence == "x.grad is 6, to which backward() will add"
    assert "zero_grad()" in finding.remedy


def test_a_forgotten_zero_grad_after_backward():
    x = Value(3.0, "x")
    loss = x * x
    loss.backward()
    loss.backward(2.0)
    finding = only(diagnose(loss), "gradient was there before")
    assert finding.evidence == "x.grad is 18, of which this loss gives 12; 6 was there before"


def test_gradients_that_were_zeroed_or_not_written_are_not_accused():
    x = Value(3.0, "x")
    loss = x * x
    loss.backward()
    x.grad = 0.0
    assert diagnose(loss).findings == ()


def test_data_changed_since_the_forward_pass():
    a, b = Value(2.0, "a"), Value(5.0, "b")
    product = a * b
    loss = product + 1
    a.data = 3.0
    finding = only(diagnose(loss), "data changed")
    assert finding.node is product
    assert finding.evidence == "product = a * b was 10; with the present numbers it is 15"


def test_data_changed_to_where_the_operation_is_not_defined():
    a = Value(4.0, "a")
    root = sqrt(a)
    a.data = -1.0
    finding = diagnose(root).found("data changed")[0]
    assert finding.evidence == "root = sqrt(a) was 2; with the present numbers it is not defined any more"


def test_a_gradient_that_overflows_is_found_where_it_does():
    u = Value(1e-200, "u")
    inverse = 1 / u
    finding = only(diagnose(inverse), "gradient overflows")
    assert finding.node is inverse
    assert finding.evidence == "the gradient of u overflows at inverse = 1 / u: 1 × (-inf)"
    with pytest.raises(NumberOverflowError):
        inverse.backward()
    assert diagnose(inverse).findings[0].evidence == finding.evidence


def test_only_the_birth_of_an_infinity_is_reported():
    u = Value(1e-200, "u")
    before = u * 1.0
    inverse = 1 / before
    diagnosis = diagnose(inverse + 3)
    finding = only(diagnosis, "gradient overflows")
    assert finding.node is inverse


def test_a_derivative_that_does_not_exist():
    x = Value(0.0, "x")
    root = sqrt(x)
    finding = only(diagnose(root * 2), "no derivative")
    assert finding.node is root
    assert finding.evidence.startswith(
        "root = sqrt(x): The derivative of sqrt(x) divides by zero at x = 0.0 (label 'x')."
    )


def test_a_dead_relu_is_named_as_the_place_where_the_gradient_stops():
    w, b, x = Value(1.0, "w"), Value(-5.0, "b"), Value(2.0, "x")
    n = w * x + b
    h = relu(n)
    loss = (h - 1) ** 2
    diagnosis = diagnose(loss)
    assert problems(diagnosis) == ["never reached"]
    assert {finding.name for finding in diagnosis.findings} == {"w", "b", "x"}
    assert diagnosis.findings[0].evidence == (
        "no gradient reaches w: it stops at h = relu(n), where ∂h/∂n = 1 if n > 0 else 0 = 1 if -3 > 0 else 0 = 0; "
        "the bias b = -5 outweighs the rest"
    )
    loss.backward()
    assert (w.grad, b.grad, x.grad) == (0.0, 0.0, 0.0)


def test_a_gradient_stops_at_the_first_zero_that_it_meets():
    x = Value(-1.0, "x")
    dead = relu(x)
    dead.label = "dead"
    finding = only(diagnose(relu(dead)), "never reached")  # relu has no slope at 0 either
    assert "it stops at v1 = relu(dead)" in finding.evidence
    assert "relu(x)" not in finding.evidence
    assert "it stops at v1 = relu(x)" in only(diagnose(-relu(x)), "never reached").evidence


def test_a_leaf_that_is_reached_along_one_path_is_reached():
    x = Value(-1.0, "x")
    assert diagnose(relu(x) + x).findings == ()


def test_contributions_that_cancel_are_neither_lost_nor_unreached():
    x = Value(3.0, "x")
    assert diagnose(x - x).findings == ()


def test_a_factor_of_zero_stops_a_gradient():
    w, x = Value(1.0, "w"), Value(2.0, "x")
    loss = dot([w, x], [0.0, 1.0])
    finding = only(diagnose(loss), "never reached")
    assert (finding.node, finding.name) == (w, "w")
    assert "where ∂loss/∂w = 0" in finding.evidence


@pytest.mark.parametrize(("operation", "at", "slope"), [(tanh, 4.0, "0.001341"), (sigmoid, -8.0, "0.0003352")])
def test_saturated(operation, at, slope):
    n = Value(at, "n")
    out = operation(n)
    finding = only(diagnose(out), "saturated")
    assert finding.node is out
    assert f"has the slope {slope} at n = {at:g}" in finding.evidence
    assert diagnose(operation(Value(1.0))).findings == ()


def test_a_nearly_lost_gradient_is_found_where_it_falls_below_a_billionth():
    x = Value(0.3, "x")
    y = x
    for _ in range(40):
        y = sigmoid(y)
    finding = only(diagnose(y), "gradient nearly lost")
    y.backward()
    (parent,) = finding.node.parents
    assert abs(finding.node.grad) >= 1e-9 > abs(parent.grad) > 0


def test_underflow_counts_as_lost():
    x = Value(1.0, "x")
    tiny = x * 1e-200
    diagnosis = diagnose(tiny * 1e-200)
    assert problems(diagnosis) == ["gradient nearly lost"]


def test_a_number_that_is_not_finite():
    x = Value(1.0, "x")
    loss = x * 2
    x.data = math.nan
    diagnosis = diagnose(loss)
    assert diagnosis.findings[0].problem == "not a finite number" or "not a finite number" in problems(diagnosis)
    (finding,) = diagnosis.found("not a finite number")
    assert (finding.node, finding.evidence) == (x, "x is nan")


def test_parameters_that_are_not_in_the_graph():
    model = nn.MLP(2, [3, 1])
    loss = model.layers[0]([1.0, -1.0])[0] ** 2
    diagnosis = diagnose(loss, model=model)
    missing = {finding.name for finding in diagnosis.found("not in the graph")}
    assert "layers.1.neurons.0.b" in missing
    assert "layers.0.neurons.0.b" not in missing
    assert len(missing) == 13 - 3


def test_of_a_function_every_finding_knows_its_line():
    def f(w, x):
        n = w * x
        h = relu(n)
        return h + tanh(n * 10)

    diagnosis = diagnose(f, -2.0, 3.0)
    (finding,) = diagnosis.found("saturated")
    assert finding.source_line.text == "return h + tanh(n * 10)"
    assert "test_graph_diagnosis.py" in repr(diagnosis)


def test_many_findings_of_one_kind_are_counted():
    xs = [Value(-1.0, f"x{i}") for i in range(100)]
    loss = dot([relu(x) for x in xs], [1.0] * 100)
    diagnosis = diagnose(loss)
    assert len(diagnosis.findings) == 100
    assert "  ... and 95 more\n" in repr(diagnosis)


@pytest.mark.slow
def test_a_large_graph_with_nothing_but_zeros_is_quick():
    xs = [Value(0.5, f"x{i}") for i in range(300)]
    y = sum(xs) * 0.0
    for _ in range(5_000):
        y = maximum(y, -1.0) * 1.0
    diagnosis = diagnose(y * 0.0)
    assert len(diagnosis.found("never reached")) == 300


def test_of_a_compiled_function():
    f = compile(lambda a, b: a * b + exp(a))
    a, b = Value(2.0, "a"), Value(3.0, "b")
    loss = f(a, b) * 2
    assert diagnose(loss).findings == ()


@pytest.mark.parametrize("label", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_labels(label):
    x = Value(-50.0, label)
    text = repr(diagnose(tanh(x) + relu(x)))
    assert all(line.isprintable() for line in text.splitlines())
    assert max(map(len, text.splitlines())) < 700


def test_a_long_formula_is_cut():
    xs = [Value(0.0, f"a_rather_long_name_{i}") for i in range(10)]
    ws = [Value(1.0, f"w{i}") for i in range(10)]
    diagnosis = diagnose(dot(xs, ws))
    assert len(diagnosis.found("never reached")) == 10
    assert all(len(finding.evidence) < 200 for finding in diagnosis.findings)
    formula = diagnosis.findings[0].evidence.partition(" = ")[2].partition("…")[0]
    assert len(formula) == 60 - 1


def test_a_label_with_a_space_is_quoted_once():
    x = Value(-50.0, "my x")
    assert "''" not in repr(diagnose(relu(x)))


@pytest.mark.parametrize("wrong", [1.0, "loss", None])
def test_says_what_it_takes(wrong):
    with pytest.raises(NumberError, match="Give the Value to look at"):
        diagnose(wrong)


BCE = nn.binary_cross_entropy_with_logits
POINTS, LABELS = nn.make_moons(6, noise=0.1, seed=0)


def network(activation="relu"):
    return nn.MLP(2, [6, 6, 1], activation=activation, seed=1)


def test_a_signal_that_tiny_weights_lose_behind_healthy_biases_is_found_unit_by_unit():
    for place in (0, 1):
        model = network()
        for neuron in model.layers[place].neurons:
            neuron.b.data = 0.5
            for w in neuron.w:
                w.data *= 1e-6
        found = diagnose(BCE(model(POINTS), LABELS), model=model).found("signal lost")
        assert len(found) == 6
        assert all(f"the bias layers.{place}.neurons." in finding.evidence for finding in found)
        assert all("Make these weights larger" in finding.remedy for finding in found)


def test_a_signal_is_not_lost_where_nothing_differs_or_the_weights_are_healthy():
    w, b = Value(1e-9, "w"), Value(0.5, "b")
    assert diagnose(w * 2.0 + b + (w * 2.0 + b)).found("signal lost") == []  # the same input twice
    assert len(diagnose((w * 2.0 + b) + (w * 3.0 + b)).found("signal lost")) == 1
    assert diagnose(BCE(network()(POINTS), LABELS)).found("signal lost") == []


def test_a_gradient_far_smaller_than_the_largest_is_told_from_a_loss_that_is_nearly_zero():
    w, v = Value(1e-7, "w"), Value(0.5, "v")
    loss = dot([w], [v * 2.0]) + v * 0.0 + Value(0.3, "u") * 2.0
    finding = only_far_smaller(diagnose(loss))
    assert (finding.name, finding.advice) == ("v", WEIGHT)
    assert finding.evidence.startswith("the gradient of v is 2e-07, the largest of all leaves 2; weights and")
    tiny_input = Value(0.5, "w") * 1e-6 + Value(0.5, "u") * 2.0
    assert only_far_smaller(diagnose(tiny_input)).advice == INPUT
    fitted = (Value(1.0, "a") - 0.9999999) ** 2 + (Value(3.0, "b") - 1) ** 2
    assert diagnose(fitted).findings == ()


def only_far_smaller(diagnosis):
    (finding,) = diagnosis.found("gradient far smaller than others")
    return finding


def test_ten_sigmoid_layers_make_the_first_gradients_far_smaller():
    model = nn.MLP(2, [6] * 9 + [1], activation="sigmoid", seed=1)
    names = {
        f.name for f in diagnose(BCE(model(POINTS), LABELS), model=model).found("gradient far smaller than others")
    }
    assert "layers.1.neurons.0.w.0" in names
    assert not any(name.startswith("layers.9.") for name in names)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_of_a_bias_of_minus_fifty_the_remedy_is_to_set_it_to_zero(activation):
    model = network(activation)
    for neuron in model.layers[0].neurons:
        neuron.b.data = -50.0
    diagnosis = diagnose(BCE(model(POINTS), LABELS), model=model)
    found = diagnosis.found("never reached" if activation == "relu" else "saturated")
    accused = [finding for finding in found if "= -50 outweighs the rest" in finding.evidence]
    assert len(accused) >= 36
    assert {finding.remedy for finding in accused} == {BIAS}
    assert "Another initialisation of the weights does not help" in " ".join(repr(diagnosis).split())


def test_what_large_weights_saturate_is_not_blamed_on_the_bias():
    w, b = Value(50.0, "w"), Value(-0.1, "b")
    (finding,) = diagnose(tanh(w * 1.0 + b)).found("saturated")
    assert "outweighs" not in finding.evidence


def test_every_remedy_is_a_sentence():
    assert all(re.fullmatch(r"[A-Z].*\.", remedy) for remedy in REMEDIES.values())


@pytest.mark.parametrize("earlier", [1.0, -1.0])
def test_any_gradient_from_before_is_found(earlier):
    x = Value(2.0, "x")
    loss = x * x
    x.grad = earlier
    assert problems(diagnose(loss)) == ["gradient was there before"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_of_the_places_where_a_gradient_stops_two_are_named(count):
    x = Value(-1.0, "x")
    (finding,) = diagnose(sum((relu(x) * (i + 2.0) for i in range(count)), Value(0.0))).found("never reached")
    assert str(finding).count(", where") == min(count, 2)
    assert (", and elsewhere" in str(finding)) == (count > 2)


def test_only_kinds_of_problems_that_were_found_are_listed():
    x = Value(2.0, "x")
    loss = x * x
    x.grad = 1.0
    shown = repr(diagnose(loss))
    assert [problem for problem in REMEDIES if f"{problem}:" in shown] == ["gradient was there before"]


def test_a_tanh_that_its_bias_saturates_is_put_down_to_the_bias():
    x, weight, bias = Value(0.5, "x"), Value(0.5, "weight"), Value(20.0, "bias")
    (finding,) = diagnose(tanh(x * weight + bias) * 3.0).found("saturated")
    assert BIAS in finding.remedy


def test_where_nothing_flows_in_no_derivative_is_missed():
    assert problems(diagnose(0.0 * sqrt(Value(0.0, "x")))) == ["never reached"]
    assert problems(diagnose(-sqrt(Value(0.0, "x")))) == ["no derivative"]


@pytest.mark.parametrize("make", [lambda loss, x: autograd.explain(x, loss), lambda loss, x: autograd.derivation(loss)])
def test_what_is_explained_is_equal_only_to_itself(make):
    x = Value(2.0, "x")
    loss = x * x
    assert len({make(loss, x), make(loss, x)}) == 2


@pytest.mark.parametrize(("share", "flat"), [(0.015, False), (0.005, True)])
def test_flat_is_where_the_slope_is_below_a_hundredth_of_the_steepest(share, flat):
    root = math.sqrt(1 - share)  # the slope of tanh is 1 - tanh², and that of sigmoid(2x) a quarter of it
    x = math.atanh(root)
    for loss in (tanh(Value(x, "x")), sigmoid(Value(2 * x, "x"))):
        assert bool(diagnose(loss * 3.0).found("saturated")) == flat
