"""``nn.diagnose``: each problem is found where it was planted, healthy networks pass, and nothing is changed."""

import json
import math
import random

import pytest

import nn
from autograd import Value, errors


def batch(samples=32, seed=0):
    generator = random.Random(seed)
    inputs = [[generator.gauss(0, 1), generator.gauss(0, 1)] for _ in range(samples)]
    return inputs, [float(x > y) for x, y in inputs]


def problems(report):
    return {finding.problem for finding in report.findings}


# --- what is measured ---------------------------------------------------------------------------------


def test_numbers_of_a_layer_worked_out_by_hand():
    model = nn.Linear(2, 1, seed=0)
    model.weight[0][0].data, model.weight[0][1].data, model.bias[0].data = 1.0, -2.0, 0.5
    # outputs 1.5 and -1.5 against 0 and 0: mean squared error 2.25, gradients by the outputs 1.5 and -1.5,
    # by the weights 1.5 * (1, 0) - 1.5 * (0, 1), by the bias 0.
    data, optimizer = ([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]), nn.SGD(model.parameters(), lr=0.01)
    report = nn.diagnose(model, data, nn.mse_loss, optimizer)
    (layer,) = report.layers
    assert report.loss == pytest.approx(2.25)
    assert layer.outputs == [1.5, -1.5]
    assert layer.output_gradients == pytest.approx([1.5, -1.5])
    assert (layer.output_mean, layer.output_spread) == pytest.approx((0.0, 1.5))
    assert layer.parameter_gradients == pytest.approx([1.5, -1.5, 0.0])
    assert layer.parameter_gradient == pytest.approx(math.sqrt(4.5 / 3))
    assert layer.update_ratio == pytest.approx(0.01 * math.sqrt(4.5) / math.sqrt(1 + 4 + 0.25))
    assert layer.units == 1


def test_layers_are_named_by_their_paths_in_the_order_of_the_call():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1, seed=1))
    report = nn.diagnose(model, batch(), nn.mse_loss)
    titles = [layer.title for layer in report.layers]
    assert titles == ["0: Linear(2, 3)", "1: BatchNorm1d(3)", "2: ReLU()", "3: Linear(3, 1)"]
    assert [len(layer.outputs) for layer in report.layers] == [96, 96, 96, 32]


def test_a_healthy_network_has_no_problems():
    model = nn.MLP(2, [16, 16, 1], seed=0)
    inputs, targets = batch()
    report = nn.diagnose(model, (inputs, targets), nn.mse_loss, nn.Adam(model.parameters(), lr=1e-3))
    assert report.findings == []
    assert "No problems found." in repr(report)


def images():
    """Two images of 1 x 3 pixels whose differences from left to right are 1, 2 and -1, -3."""
    return [[[[0.0, 1.0, 3.0]]], [[[4.0, 3.0, 0.0]]]], [0.0, 0.0]


def edges():
    """A convolution that takes the difference between neighbours, a ReLU, and the sum of both numbers."""
    model = nn.Sequential(nn.Conv2d(1, 1, (1, 2), bias=False), nn.ReLU(), nn.Flatten(), nn.Linear(2, 1, bias=False))
    for weight, number in zip(model.parameters(), [-1.0, 1.0, 1.0, 1.0], strict=True):
        weight.data = number
    return model


def test_images_are_measured_pixel_by_pixel():
    # outputs (1, 2) and (-1, -3), behind the ReLU (1, 2) and (0, 0), and sums 3 and 0; the mean squared error is 9 / 2
    # and its gradient by the first sum 3, which reaches the weights of the window times (0 + 1) and (1 + 3).
    report = nn.diagnose(edges(), images(), nn.mse_loss)
    convolution, relu, _, linear = report.layers
    assert report.loss == 4.5
    assert (convolution.outputs, convolution.units) == ([1.0, 2.0, -1.0, -3.0], 2)
    assert convolution.output_gradients == [3.0, 3.0, 0.0, 0.0]
    assert convolution.parameter_gradients == [3.0, 12.0]
    assert (relu.outputs, relu.dead) == ([1.0, 2.0, 0.0, 0.0], [])
    assert (linear.outputs, linear.parameter_gradients) == ([3.0, 0.0], [3.0, 6.0])
    model, (inputs, targets) = edges(), images()
    assert nn.diagnose(model, (inputs[1:], targets[1:]), nn.mse_loss).layers[1].dead == [0, 1]


def test_sequences_are_measured_and_the_last_state_beside_them_is_not():
    class Tagger(nn.Module):
        def __init__(self):
            self.embedding, self.rnn = nn.Embedding(4, 2, seed=1), nn.LSTM(2, 3, batch_first=True, seed=2)
            self.attention = nn.MultiheadAttention(3, 1, batch_first=True, seed=3)
            self.head = nn.Linear(3, 1, seed=4)

        def forward(self, x):
            outputs, _ = self.rnn(self.embedding(x))
            mixed, _ = self.attention(query=outputs, key=outputs, value=outputs)
            return self.head(mixed)

    data = [[0, 1], [2, 3], [1, 1]], [[[0.0]] * 2] * 3
    report = nn.diagnose(Tagger(), data, nn.mse_loss)
    counted = {layer.title.split(":")[0]: (len(layer.outputs), layer.units) for layer in report.layers}
    wanted = {"embedding": (12, 4), "rnn": (18, 6), "attention": (18, 6), "head": (6, 2)}
    assert {name: counted[name] for name in wanted} == wanted


def test_modules_that_take_or_give_something_else_than_samples_are_measured_too():
    class Scale(nn.Module):
        def __init__(self):
            self.by = Value(2.0)

        def forward(self, number, *, samples):
            return [[self.by * number * x for x in sample] for sample in samples]

    class Named(nn.Module):
        def __init__(self):
            self.shift = Value(1.0)

        def forward(self, samples):
            return {"sums": [sum(sample) + self.shift for sample in samples]}

    class Both(nn.Module):
        def __init__(self):
            self.scale, self.named = Scale(), Named()

        def forward(self, samples):
            return self.named(self.scale(3.0, samples=samples))["sums"]

    report = nn.diagnose(Both(), ([[1.0, 2.0], [0.5, 0.0]], [0.0, 0.0]), nn.mse_loss)
    assert [layer.outputs for layer in report.layers] == [[6.0, 12.0, 3.0, 0.0]]
    assert report.loss == (19**2 + 4**2) / 2


# --- problems -----------------------------------------------------------------------------------------


def test_dead_relus_of_a_layer():
    model = nn.MLP(2, [8, 1], seed=0)
    for unit in (2, 5):
        model.layers[0].neurons[unit].b.data = -50.0
    report = nn.diagnose(model, batch(), nn.mse_loss)
    assert report.layers[0].dead == [2, 5]
    (finding,) = report.found("dead ReLUs")
    assert finding.where == "layers.0: Layer(2, 8, 'relu')"
    assert "2 of 8 units" in finding.evidence
    assert "LeakyReLU" in finding.remedy


def test_dead_relus_of_a_module_and_of_a_function():
    class Functional(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(2, 3, seed=0)

        def forward(self, x):
            return [[unit.relu() for unit in sample] for sample in self.linear(x)]

    for model in (nn.Sequential(nn.Linear(2, 3, seed=0), nn.ReLU()), Functional()):
        linear = next(module for module in model.modules() if isinstance(module, nn.Linear))
        linear.bias[1].data = -50.0
        report = nn.diagnose(model, (batch()[0], [[0.0] * 3] * 32), nn.mse_loss)
        assert [layer.dead for layer in report.layers if layer.dead is not None] == [[1]]


def test_saturated_units_but_not_a_confident_output():
    model = nn.Sequential(nn.Linear(2, 4, seed=0), nn.Tanh(), nn.Linear(4, 1, seed=1), nn.Sigmoid())
    model[0].bias[3].data = 40.0
    model[2].bias[0].data = 40.0
    report = nn.diagnose(model, (batch()[0], [1.0] * 32), nn.binary_cross_entropy)
    assert [layer.saturated for layer in report.layers] == [None, [3], None, None]
    (finding,) = report.found("saturated units")
    assert finding.where == "1: Tanh()"


def test_gradients_vanish_over_ten_sigmoid_layers_and_not_over_ten_relu_layers():
    sigmoid = nn.diagnose(nn.MLP(2, [8] * 10 + [1], activation="sigmoid", seed=0), batch(), nn.mse_loss)
    relu = nn.diagnose(nn.MLP(2, [8] * 10 + [1], seed=0), batch(), nn.mse_loss)
    assert "vanishing gradients" in problems(sigmoid)
    assert "vanishing gradients" not in problems(relu)
    assert sigmoid.layers[0].parameter_gradient < 1e-3 * sigmoid.layers[-1].parameter_gradient


def test_exploding_gradients():
    model = nn.MLP(2, [8] * 6 + [1], seed=0)
    for value in model.parameters():
        value.data *= 8
    (finding,) = nn.diagnose(model, batch(), nn.mse_loss).found("exploding gradients")
    assert "clip_grad_norm_(model.parameters(), 1.0)" in finding.remedy


def test_numbers_out_of_range_are_a_finding_rather_than_an_error():
    model = nn.MLP(2, [8, 8, 1], seed=0)
    for value in model.layers[1].parameters():
        value.data *= 1e200
    for value in model.layers[2].parameters():
        value.data *= 1e200
    report = nn.diagnose(model, batch(), nn.mse_loss)
    assert report.loss is None
    (finding,) = report.found("numbers out of range")
    assert "layers.1" in finding.where
    assert "too large for a float" in finding.evidence


def test_parameters_that_the_loss_never_reaches():
    class Forgetful(nn.Module):
        def __init__(self):
            self.used, self.forgotten = nn.Linear(2, 1, seed=0), nn.Linear(2, 1, seed=1)

        def forward(self, x):
            return self.used(x)

    (finding,) = nn.diagnose(Forgetful(), batch(), nn.mse_loss).found("unreached parameters")
    assert "3 of 6 parameters: forgotten.weight.0.0, forgotten.weight.0.1, forgotten.bias.0" in finding.evidence


def test_gradients_that_were_not_zeroed():
    model = nn.MLP(2, [3, 1], seed=0)
    inputs, targets = batch()
    nn.mse_loss(model(inputs), targets).backward()
    (finding,) = nn.diagnose(model, (inputs, targets), nn.mse_loss).found("gradients not zeroed")
    assert "optimizer.zero_grad()" in finding.remedy
    model.zero_grad()
    assert not nn.diagnose(model, (inputs, targets), nn.mse_loss).found("gradients not zeroed")


@pytest.mark.parametrize(("lr", "problem"), [(30.0, "learning rate too high"), (1e-9, "learning rate too low")])
def test_a_learning_rate_that_is_off(lr, problem):
    model = nn.MLP(2, [8, 1], seed=0)
    report = nn.diagnose(model, batch(), nn.mse_loss, nn.SGD(model.parameters(), lr=lr))
    (finding,) = report.found(problem)
    assert "nn.find_learning_rate" in finding.remedy


# --- it only looks ------------------------------------------------------------------------------------


def test_nothing_is_changed():
    model = nn.Sequential(
        nn.Linear(2, 4, seed=0), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.5, seed=3), nn.Linear(4, 1, seed=1)
    )
    optimizer = nn.Adam(model.parameters(), lr=0.1)
    inputs, targets = batch()
    factor = Value(2.0)
    factor.grad = 7.0
    nn.mse_loss(model(inputs), targets).backward()
    optimizer.step()
    model[2].eval()

    def everything():
        return (
            [(value.data, value.grad) for value in (*model.parameters(), factor)],
            json.dumps([model.state_dict(), optimizer.state_dict()]),
            [module.training for module in model.modules()],
            [sorted(vars(module)) for module in model.modules()],
            model[3].generator.getstate(),
            random.getstate(),
        )

    before = everything()
    nn.diagnose(model, (inputs, targets), lambda outputs, targets: factor * nn.mse_loss(outputs, targets), optimizer)
    assert everything() == before


def test_nothing_is_changed_by_an_error_either():
    model = nn.MLP(2, [3, 1], seed=0)
    model.layers[0].neurons[0].w[0].grad = 5.0
    with pytest.raises(errors.ArgumentError):
        nn.diagnose(model, ([[1.0, 2.0, 3.0]], [1.0]), nn.mse_loss)
    assert model.layers[0].neurons[0].w[0].grad == 5.0
    assert all("forward" not in vars(module) for module in model.modules())


def test_the_report_is_a_table_with_the_problems_below():
    model = nn.MLP(2, [8, 1], seed=0)
    model.layers[0].neurons[0].b.data = -50.0
    lines = repr(nn.diagnose(model, batch(), nn.mse_loss)).splitlines()
    assert lines[0].startswith("Diagnosis of MLP on 32 samples: loss ")
    assert lines[2].split() == ["layer", "output", "mean", "spread", "dead", "saturated", "gradient", "update/weight"]
    assert "1/8" in lines[3]
    assert "1. dead ReLUs in layers.0: Layer(2, 8, 'relu'): 1 of 8 units gives 0 for every sample" in "\n".join(lines)
    assert lines[-1].startswith("   Remedy: ")


@pytest.mark.parametrize(
    ("dead", "words"),
    [
        (1, "1 of 12 units gives 0 for every sample, so no gradient gets through: 0. "),
        (8, "8 of 12 units give 0 for every sample, so no gradient gets through: 0, 1, 2, 3, 4, 5, 6, 7. "),
        (
            11,
            "11 of 12 units give 0 for every sample, so no gradient gets through: 0, 1, 2, 3, 4, 5, 6, 7 and 3 more. ",
        ),
    ],
)
def test_one_unit_and_many(dead, words):
    model = nn.MLP(2, [12, 1], seed=1)
    for number, neuron in enumerate(model.layers[0].neurons):
        neuron.b.data = -50.0 if number < dead else 1.0
    (finding,) = nn.diagnose(model, batch(), nn.mse_loss).found("dead ReLUs")
    assert finding.evidence.startswith(words)


# --- causes -------------------------------------------------------------------------------------------


def test_weights_a_million_times_too_small_behind_healthy_biases_lose_the_signal():
    model = nn.MLP(2, [8, 8, 8, 1], activation="tanh", seed=0)
    for neuron in model.layers[1].neurons:
        neuron.b.data = 0.5
        for weight in neuron.w:
            weight.data *= 1e-6
    report = nn.diagnose(model, batch(), nn.mse_loss)
    (finding,) = report.found("signal lost")
    assert finding.where.startswith("layers.1")
    assert "from sample to sample" in finding.evidence
    assert "weights of this layer larger" in finding.remedy
    assert report.found("vanishing gradients")


def test_the_signal_of_a_layer_is_what_differs_between_samples():
    model = nn.Linear(2, 1, seed=0)
    model.weight[0][0].data, model.weight[0][1].data, model.bias[0].data = 1.0, -2.0, 100.0
    report = nn.diagnose(model, ([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]), nn.mse_loss)
    assert report.layers[0].signal == pytest.approx(1.5)  # 101 and 98


@pytest.mark.parametrize("activation", ["gelu", "silu", "elu", "softplus", "sigmoid", "tanh"])
def test_a_bias_of_minus_50_is_found_behind_every_activation_that_is_flat_there(activation):
    model = nn.MLP(2, [8, 1], activation=activation, seed=0)
    model.layers[0].neurons[3].b.data = -50.0
    report = nn.diagnose(model, batch(), nn.mse_loss)
    assert report.layers[0].saturated == [3]


def test_the_remedy_for_a_unit_that_its_bias_kills_is_not_another_initialisation():
    model = nn.MLP(2, [8, 1], seed=0)
    model.layers[0].neurons[2].b.data = -50.0
    report = nn.diagnose(model, batch(), nn.mse_loss)
    (finding,) = report.found("dead ReLUs")
    assert report.layers[0].dead_by_bias == [2]
    assert "bias outweighs every sample" in finding.evidence
    assert "Set these biases to 0" in finding.remedy
    assert "Standardise" not in finding.remedy


def test_the_remedy_for_a_unit_that_every_sample_pushes_below_0_starts_at_the_inputs():
    model = nn.MLP(2, [8, 1], seed=0)
    model.layers[0].neurons[2].w[0].data = model.layers[0].neurons[2].w[1].data = -1.0
    inputs = [[abs(x) + 1.0, abs(y) + 1.0] for x, y in batch()[0]]
    report = nn.diagnose(model, (inputs, batch()[1]), nn.mse_loss)
    (finding,) = report.found("dead ReLUs")
    assert 2 in report.layers[0].dead
    assert report.layers[0].dead_by_bias == []
    assert "Standardise the inputs" in finding.remedy


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "elu"])
def test_the_remedy_for_units_that_their_bias_saturates_is_to_take_it_away(activation):
    model = nn.MLP(2, [8, 1], activation=activation, seed=0)
    model.layers[0].neurons[3].b.data = -50.0
    report = nn.diagnose(model, batch(), nn.mse_loss)
    (finding,) = report.found("saturated units")
    assert report.layers[0].saturated_by_bias == [3]
    assert "1 of 8 units is flat" in finding.evidence
    assert "bias outweighs every sample in 3" in finding.evidence
    assert "Set these biases to 0" in finding.remedy
    assert "Xavier" not in finding.remedy


def test_units_that_large_weights_saturate_are_not_saturated_by_their_bias():
    model = nn.MLP(2, [8, 1], activation="tanh", seed=0)
    for weight in model.layers[0].neurons[3].w:
        weight.data = 1e4
    model.layers[0].neurons[3].b.data = 1.0
    report = nn.diagnose(model, batch(), nn.mse_loss)
    (finding,) = report.found("saturated units")
    assert report.layers[0].saturated_by_bias == []
    assert "Xavier" in finding.remedy


def test_logits_that_are_sure_of_their_prediction_are_not_saturated():
    model = nn.MLP(2, [8, 1], seed=0)
    model.layers[1].neurons[0].b.data = -50.0
    report = nn.diagnose(model, (batch()[0], [0.0] * 32), nn.binary_cross_entropy_with_logits)
    assert "saturated units" not in problems(report)
    assert all(not layer.saturated for layer in report.layers)


@pytest.mark.parametrize("number", [0.0, 0.5])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_weights_that_are_all_equal_are_a_problem_of_every_hidden_layer(number, activation):
    model = nn.MLP(2, [4, 3, 2], activation=activation, seed=0)
    for value in model.parameters():
        value.data = number
    report = nn.diagnose(model, (batch()[0], [0, 1] * 16), nn.cross_entropy)
    assert problems(report) == {"units all alike"}
    assert [finding.where.split(":")[0] for finding in report.findings] == ["layers.0", "layers.1"]
    assert "random" in report.findings[0].remedy


@pytest.mark.parametrize("by", ["bias", "weights"])
def test_units_that_are_all_dead_are_not_all_alike(by):
    model = nn.MLP(2, [4, 3, 1], seed=0)
    for unit in model.layers[0].neurons:
        for value in [unit.b] if by == "bias" else unit.w:
            value.data = -50.0 - abs(value.data)
    inputs = [[abs(number) + 0.1 for number in sample] for sample in batch()[0]]
    report = nn.diagnose(model, (inputs, batch()[1]), nn.mse_loss)
    assert report.layers[0].dead == [0, 1, 2, 3]
    assert "dead ReLUs" in problems(report)
    assert "units all alike" not in problems(report)


def test_an_output_layer_may_start_at_zero():
    model = nn.MLP(2, [4, 3], seed=0)
    for neuron in model.layers[1].neurons:
        nn.init.zeros_(neuron.w)
    report = nn.diagnose(model, (batch()[0], [0, 1] * 16), nn.cross_entropy)
    assert "units all alike" not in problems(report)


def test_a_batch_that_is_no_pair_is_refused():
    with pytest.raises(errors.ArgumentError, match=r"a pair \(inputs, targets\); got 1 of list"):
        nn.diagnose(nn.MLP(2, [1]), [[1.0, 2.0]], nn.mse_loss)
