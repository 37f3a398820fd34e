"""A graph folded by neuron and layer."""

import pytest
from networks import Network

from autograd import Value, dot, exp, graph, softplus, tanh
from autograd import sum as total
from autograd.views.picture import folding
from autograd.views.picture.folded import FoldedGroup, Numbers, layer_within
from autograd.views.picture.folding import fold, unfolded


def folded(model, *outputs, by=None):
    paths = {value: path for path, value in model.named_parameters()}
    return fold(outputs, paths, by)


def group(graph_, name):
    return next(item for item in graph_.groups if item.name == name)


def between(graph_, source, target):
    """Return the edges from one named group to another."""
    return [
        edge
        for edge in graph_.edges
        if getattr(edge.source, "name", "") == source and getattr(edge.target, "name", "") == target
    ]


def ops(group_):
    return sorted(node.op for node in group_.nodes if node.op)


@pytest.mark.parametrize("samples", [1, 4])
def test_a_loss_that_is_a_function_of_the_last_neuron_stays_outside_it(samples):
    model = Network(2, 3, 1)
    logits = [model([0.5 * i, -1.0]) for i in range(samples)]
    losses = [y * softplus(-z) + (1 - y) * softplus(z) for y, z in zip([1.0, 0.0] * 2, logits, strict=False)]
    result = folded(model, total(losses) / samples)
    last = [item for item in result.groups if item.kind == "unit"][-1]
    assert "softplus" not in ops(last)
    assert last.outputs == tuple(logits)


@pytest.mark.parametrize(
    ("fused", "operations"),
    [(True, ["+", "ReLU", "dot"]), (False, ["*", "*", "+", "+", "ReLU"])],
)
def test_a_neuron_holds_its_parameters_and_its_computation(fused, operations):
    model = Network(2, 3, 1, fused=fused)
    result = folded(model, model([1.0, 2.0]))
    neuron = group(result, "layers.0.neurons.1")
    weights, bias = model.layers[0][1]
    assert set(neuron.parameters) == {*weights, bias}
    assert ops(neuron) == operations
    assert [output.op for output in neuron.outputs] == ["ReLU"]
    assert (neuron.kind, neuron.title, neuron.layer) == ("unit", "neuron 1", "layers.0")
    assert {layer: len(groups) for layer, groups in result.layers.items()} == {"layers.0": 3, "layers.1": 1}


@pytest.mark.parametrize("fused", [True, False])
def test_an_edge_names_the_weight_it_is_multiplied_with(fused):
    model = Network(2, 3, 1, fused=fused)
    result = folded(model, model([1.0, 2.0]))
    (edge,) = between(result, "layers.0.neurons.2", "layers.1.neurons.0")
    assert edge.weights == (model.layers[1][0][0][2],)
    assert edge.uses == 1
    inputs = [item for item in result.items if isinstance(item, Numbers)]
    assert [(item.position, item.columns) for item in inputs] == [(0, ((1.0,),)), (1, ((2.0,),))]
    weights = {edge.weights for edge in result.edges if edge.source is inputs[1]}
    assert weights == {(weights[1],) for weights, _ in model.layers[0]}


@pytest.mark.parametrize("fused", [True, False])
def test_a_batch_uses_each_neuron_once_per_sample(fused):
    model = Network(2, 3, 1, fused=fused)
    outputs = [model([float(i), 1.0]) for i in range(5)]
    result = folded(model, *outputs)
    assert len(group(result, "layers.0.neurons.0").outputs) == 5
    (edge,) = between(result, "layers.0.neurons.0", "layers.1.neurons.0")
    assert edge.uses == 5
    (inputs,) = [item for item in result.items if isinstance(item, Numbers)]
    assert inputs.columns == ((0.0, 1.0, 2.0, 3.0, 4.0), (1.0,) * 5)
    assert inputs.position is None


def test_inputs_that_are_values_stay_until_they_are_many():
    model = Network(2, 2, 1)
    few = [[Value(1.0), Value(2.0)] for _ in range(3)]
    result = folded(model, *map(model, few))
    assert {item for item in result.items if isinstance(item, Value)} == {x for sample in few for x in sample}
    many = [[Value(1.0), Value(2.0)] for _ in range(30)]
    result = folded(model, *map(model, many))
    assert len(group(result, "inputs").nodes) == 60


def test_the_loss_stays_outside_the_last_neuron():
    model = Network(2, 3, 1)
    output = model([1.0, 2.0])
    loss = (output - 1.0) ** 2
    result = folded(model, loss)
    assert result.holder[output] is group(result, "layers.1.neurons.0")
    assert result.holder[loss] is loss
    assert {item.op for item in result.items if isinstance(item, Value)} == {"-", "**"}


def test_the_activation_of_the_last_layer_belongs_to_it_but_not_what_follows():
    model = Network(2, 3, 1)
    output = tanh(model([1.0, 2.0]))
    after = exp(output)
    result = folded(model, after)
    assert group(result, "layers.1.neurons.0").outputs == (output,)
    assert result.holder[after] is after


def test_an_activation_of_several_nodes_belongs_to_a_hidden_neuron():
    model = Network(2, 2, 1)
    (hidden, _), (last, _) = [layer[0] for layer in model.layers]
    total = dot(hidden, [1.0, 2.0])
    swish = total * (1 / (1 + exp(-total)))
    result = folded(model, dot(last[:1], [swish]))
    assert ops(group(result, "layers.0.neurons.0")) == ["*", "+", "-", "/", "dot", "exp"]


def test_without_a_bias_unfolded_products_are_still_summed_inside_the_neuron():
    model = Network(3, 1, fused=False, bias=False)
    outputs = [model([1.0, 2.0, 3.0]), model([4.0, 5.0, 6.0])]
    total = outputs[0] + outputs[1]
    result = folded(model, total)
    assert set(group(result, "layers.0.neurons.0").outputs) == set(outputs)
    assert result.holder[total] is total


def test_a_penalty_on_the_weights_is_a_group_of_its_own():
    model = Network(2, 3, 1)
    penalty = 0.01 * sum(p * p for p in model.parameters())
    loss = (model([1.0, 2.0]) - 1.0) ** 2 + penalty
    result = folded(model, loss)
    alone = group(result, "of parameters alone")
    assert alone.kind == "parameters"
    assert alone.outputs == (penalty,)
    assert len(alone.nodes) == 13 + 13 + 1  # squares, sums (the first adds to 0), the factor
    edges = [edge for edge in result.edges if edge.target is alone]
    assert len(edges) == 4
    assert all(edge.carries_parameters for edge in edges)
    assert not any(edge.carries_parameters for edge in result.edges if edge.target is loss)


@pytest.mark.parametrize("square", [lambda p: p * p, lambda p: p**2, abs])
def test_the_penalty_may_be_written_in_any_way(square):
    model = Network(2, 3, 1)
    loss = (model([1.0, 2.0]) - 1.0) ** 2 + sum(map(square, model.parameters())) * 0.01
    assert group(folded(model, loss), "of parameters alone").outputs[0].op == "*"


def test_what_a_neuron_makes_of_its_own_parameters_stays_with_it():
    scale, x = Value(0.5), Value(2.0)
    output = exp(scale) * x
    (neuron,) = fold([output], {scale: "gate.log_scale"}).groups
    assert set(neuron.nodes) == {scale, output.parents[0], output}


def test_rows_of_a_matrix_are_units():
    class Linear:
        def __init__(self):
            self.weight = [[Value(0.1 * i + j) for j in range(2)] for i in range(3)]
            self.bias = [Value(0.0) for _ in range(3)]

        def named_parameters(self):
            for i, row in enumerate(self.weight):
                for j, weight in enumerate(row):
                    yield f"fc.weight.{i}.{j}", weight
            for i, bias in enumerate(self.bias):
                yield f"fc.bias.{i}", bias

    model = Linear()
    outputs = [dot(row, [1.0, 2.0]) + bias for row, bias in zip(model.weight, model.bias, strict=True)]
    result = folded(model, *outputs)
    assert [item.name for item in result.groups] == ["fc.0", "fc.1", "fc.2"]
    assert all(len(item.nodes) == 5 for item in result.groups)


def test_a_recurrent_layer_is_one_group():
    weights = [[Value(0.1 * (i + j) + 0.1) for j in range(3)] for i in range(2)]
    paths = {weight: f"cell.weight.{i}.{j}" for i, row in enumerate(weights) for j, weight in enumerate(row)}
    state = [0.0, 0.0]
    for x in (1.0, 2.0, 3.0):
        state = [tanh(dot(row, [x, *state])) for row in weights]
    head = Value(1.0)
    result = fold([head * state[0]], paths | {head: "head.w"})
    cell, last = result.groups
    assert (cell.kind, cell.name, last.kind, last.name) == ("layer", "cell", "unit", "head")
    assert len(cell.outputs) == 1
    assert len(cell.nodes) == 6 + 5 * 2  # of the last step, only the first unit is used


def test_neurons_in_a_row_stay_neurons():
    weights = [Value(0.5 + i) for i in range(4)]
    x = Value(1.0)
    for weight in weights:
        x = tanh(weight * x)
    result = fold([x], {weight: f"layers.{i}.w.0" for i, weight in enumerate(weights)})
    assert [group.kind for group in result.groups] == ["unit"] * 4
    within = [layer_within(edge) for edge in result.edges]
    assert sorted(within, key=str) == [None, "layers", "layers", "layers"]


def test_a_sum_of_two_embeddings_belongs_to_neither():
    tokens, places = Value(1.0), Value(2.0)
    output = tokens + places
    result = fold([output], {tokens: "wte.weight.3.0", places: "wpe.weight.0.0"})
    assert result.holder[output] is output
    assert [item.name for item in result.groups] == ["wte.3", "wpe.0"]


def test_by_layer():
    model = Network(2, 4, 3, 1)
    result = folded(model, model([1.0, 2.0]), by="layer")
    assert [(item.kind, item.name, len(item.parameters)) for item in result.groups] == [
        ("layer", "layers.0", 12), ("layer", "layers.1", 15), ("layer", "layers.2", 4),
    ]  # fmt: skip
    (edge,) = between(result, "layers.0", "layers.1")
    assert edge.uses == 12
    assert len(edge.weights) == 12


def test_very_many_neurons_are_folded_by_layer():
    model = Network(1, folding.MOST_UNITS, 1)
    assert {item.kind for item in folded(model, model([1.0])).groups} == {"layer"}
    crowded = Network(2, 25, 25, 1)  # 625 connections in the middle
    assert {item.kind for item in folded(crowded, crowded([1.0, 2.0])).groups} == {"layer"}


@pytest.mark.slow
def test_without_a_model_only_the_end_of_a_long_computation_is_shown():
    x = Value(1.0)
    y = x
    for _ in range(10_000):
        y = y * 1.0001 + x
    result = fold([y], {})
    (rest,) = result.groups
    assert (rest.kind, rest.name) == ("rest", "earlier nodes")
    shown = [item for item in result.items if isinstance(item, Value)]
    assert set(shown) == {x, *graph.topological_order(y)[-folding.MOST_LOOSE :]}
    assert len(rest.nodes) + len(shown) == 20_001


def test_outputs_are_always_shown():
    x = Value(1.0)
    outputs = [x * float(i) for i in range(100)]
    assert set(fold(outputs, {}).items) == {x, *outputs}


def example_graphs():
    """Return folded graphs of several kinds."""
    model, wide, deep = Network(2, 3, 1), Network(2, 30, 30, 2), Network(3, 4, 4, 4, 2, fused=False)
    batch = [[float(i), 1.0] for i in range(20)]
    penalty = sum(p * p for p in model.parameters())
    loss = sum((model(sample) - 1.0) ** 2 for sample in batch) + penalty
    return [
        folded(model, loss),
        folded(model, loss, by="layer"),
        folded(wide, *wide([1.0, 2.0])),
        folded(deep, *deep([Value(1.0), Value(2.0), Value(3.0)])),
        fold([loss], {}),
        unfolded([model([1.0, 2.0])]),
    ]


@pytest.mark.parametrize("number", range(6))
def test_every_node_is_in_exactly_one_item_and_every_use_in_one_edge(number):
    result = example_graphs()[number]
    nodes = graph.topological_order(*result.outputs)
    inside = [node for item in result.items if not isinstance(item, Numbers)
              for node in (item.nodes if isinstance(item, FoldedGroup) else [item])]  # fmt: skip
    assert sorted(map(id, inside)) == sorted(map(id, nodes))
    assert all(node is (item := result.holder[node]) or node in item.nodes for node in nodes)
    crossing = [1 for node in nodes for parent in node.parents if result.holder[parent] is not result.holder[node]]
    assert sum(edge.uses for edge in result.edges if not isinstance(edge.source, Numbers)) == len(crossing)
    assert {item for edge in result.edges for item in (edge.source, edge.target)} <= set(result.items)


@pytest.mark.parametrize("number", range(6))
def test_items_come_in_an_order_in_which_everything_is_made_before_it_is_used(number):
    result = example_graphs()[number]
    place = {item: i for i, item in enumerate(result.items)}
    assert all(place[e.source] < place[e.target] for e in result.edges if not e.carries_parameters)


def test_folding_twice_gives_the_same():
    model = Network(2, 5, 5, 1)
    output = model([1.0, 2.0])
    first, second = folded(model, output), folded(model, output)
    assert [getattr(item, "name", item) for item in first.groups] == [item.name for item in second.groups]
    assert [edge.uses for edge in first.edges] == [edge.uses for edge in second.edges]
