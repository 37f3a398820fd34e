"""Every layer and every loss can be compiled: the recorded program gives what eager Values give, for new data too."""

import random

import pytest

import autograd
import nn

RNG = random.Random(0)
BATCHES = [[[RNG.gauss(0, 1) for _ in range(3)] for _ in range(4)] for _ in range(3)]

LAYERS = [
    lambda: nn.Linear(3, 2, seed=1),
    lambda: nn.Linear(3, 2, bias=False, seed=1),
    lambda: nn.Neuron(3, seed=1),
    lambda: nn.Layer(3, 2, "tanh", seed=1),
    lambda: nn.MLP(3, [4, 2], activation="leaky_relu", seed=1),
    lambda: nn.MLP(3, [4, 1], seed=1, fused=False),
    lambda: nn.BatchNorm1d(3),
    lambda: nn.BatchNorm1d(3).eval(),
    lambda: nn.LayerNorm(3),
    lambda: nn.Dropout(0.5, seed=1).eval(),
    *[
        lambda kind=kind: kind()
        for kind in (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU, nn.Tanh, nn.Sigmoid, nn.Softplus)
    ],
    nn.Softmax,
    nn.LogSoftmax,
]


def total(outputs):
    """Return a sum that weighs every output differently."""
    flat = outputs if isinstance(outputs, list) else [outputs]
    values = [x for row in flat for x in (row if isinstance(row, list) else [row])]
    return sum((i + 1) * value for i, value in enumerate(values))


def both(function, model, arguments, backend):
    """Check compiled results against eager ones: values and gradients, argument by argument."""
    compiled = autograd.compile(function, backend=backend)
    for data in arguments:
        results = []
        for run in (function, compiled):
            model.zero_grad()
            output = run(*data)
            output.backward()
            results.append([output.data, *[value.grad for value in model.parameters()]])
        assert results[1] == pytest.approx(results[0], rel=1e-11, abs=1e-13)
    assert compiled.recordings == 1


@pytest.mark.parametrize("backend", ["straight", "array"])
@pytest.mark.parametrize("make", LAYERS, ids=lambda make: repr(make()).split("\n")[0])
def test_layers(make, backend):
    first, layer = nn.Linear(3, 3, seed=5), make()
    model = nn.Sequential(first, layer)
    model.train(layer.training)
    both(lambda x: total(model(x)), model, [(batch,) for batch in BATCHES], backend)


LOSSES = [
    (nn.MSELoss(), "numbers"),
    (nn.L1Loss(), "numbers"),
    (nn.HuberLoss(delta=0.7), "numbers"),
    (nn.HingeLoss(), "signs"),
    (nn.BCEWithLogitsLoss(), "bits"),
    (nn.CrossEntropyLoss(), "classes"),
    (nn.CrossEntropyLoss(weight=[0.5, 2.0], label_smoothing=0.1), "classes"),
    (nn.CrossEntropyLoss(reduction="sum"), "classes"),
    (nn.CrossEntropyLoss(ignore_index=0), "classes"),
    (nn.CrossEntropyLoss(label_smoothing=0.1), "bits"),
    (nn.NLLLoss(ignore_index=0, weight=[0.5, 2.0]), "classes"),
    (nn.BCEWithLogitsLoss(pos_weight=[0.5, 2.0]), "bits"),
    (nn.SmoothL1Loss(beta=0.7), "numbers"),
    (nn.KLDivLoss("batchmean"), "bits"),
    (nn.KLDivLoss(log_target=True), "numbers"),
]
TARGETS = {
    "numbers": [[[RNG.gauss(0, 1) for _ in range(2)] for _ in range(4)] for _ in range(3)],
    "signs": [[[RNG.choice([-1, 1]) for _ in range(2)] for _ in range(4)] for _ in range(3)],
    "bits": [[[RNG.choice([0, 1]) for _ in range(2)] for _ in range(4)] for _ in range(3)],
    "classes": [[0, 1, 1, 0], [1, 1, 1, 0], [0, 0, 1, 1]],
}


@pytest.mark.parametrize("backend", ["straight", "array"])
@pytest.mark.parametrize(("loss", "kind"), LOSSES, ids=str)
def test_losses_with_targets_that_change_from_call_to_call(loss, kind, backend):
    model = nn.Linear(3, 2, seed=1)
    arguments = list(zip(BATCHES, TARGETS[kind], strict=True))
    both(lambda x, y: loss(model(x), y), model, arguments, backend)


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_losses_on_probabilities(backend):
    model = nn.Sequential(nn.Linear(3, 2, seed=1), nn.Sigmoid())
    arguments = list(zip(BATCHES, TARGETS["bits"], strict=True))
    both(lambda x, y: nn.binary_cross_entropy(model(x), y), model, arguments, backend)
    logs = nn.Sequential(nn.Linear(3, 2, seed=1), nn.LogSoftmax())
    arguments = list(zip(BATCHES, TARGETS["classes"], strict=True))
    both(lambda x, y: nn.nll_loss(logs(x), y), logs, arguments, backend)


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_dropout_draws_the_masks_that_eager_dropout_draws(backend):
    eager, recorded = (nn.Sequential(nn.Linear(3, 5, seed=1), nn.Dropout(0.5, seed=2)) for _ in range(2))
    compiled = autograd.compile(lambda x: total(recorded(x)), backend=backend)
    outputs = [compiled(BATCHES[0]).data for _ in range(4)]
    assert len(set(outputs)) == 4
    assert outputs == pytest.approx([total(eager(BATCHES[0])).data for _ in range(4)], rel=1e-12)


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_batch_norm_keeps_its_running_statistics_and_evaluation_reads_them_anew(backend):
    eager, recorded = (nn.Sequential(nn.Linear(3, 2, seed=1), nn.BatchNorm1d(2)) for _ in range(2))
    train = autograd.compile(lambda x: total(recorded(x)), backend=backend)
    predict = autograd.compile(lambda x: total(recorded(x)), backend=backend)
    for batch in BATCHES:
        train(batch)
        eager(batch)
        assert recorded[1].running_mean == pytest.approx(eager[1].running_mean, rel=1e-12)
        assert recorded[1].running_var == pytest.approx(eager[1].running_var, rel=1e-12)
        eager.eval(), recorded.eval()
        assert predict(BATCHES[0]).data == pytest.approx(total(eager(BATCHES[0])).data, rel=1e-12)
        eager.train(), recorded.train()
    assert predict.recordings == 1


@pytest.mark.parametrize("backend", ["straight", "array"])
def test_batch_norm_in_a_model_of_ones_own_is_recorded_once(backend):
    class Model(nn.Module):
        def __init__(self):
            self.linear, self.norm = nn.Linear(3, 2, seed=1), nn.BatchNorm1d(2, momentum=None)

        def forward(self, x):
            return self.norm(self.linear(x))

    eager, recorded = Model(), Model()
    train = autograd.compile(lambda x: total(recorded(x)), backend=backend)
    for batch in BATCHES:
        assert train(batch).data == pytest.approx(total(eager(batch)).data, rel=1e-11, abs=1e-12)
        assert recorded.norm.running_var == pytest.approx(eager.norm.running_var, rel=1e-12)
    eager.eval(), recorded.eval()
    predict = autograd.compile(lambda x: total(recorded(x)), backend=backend)
    for mean in (1.0, 2.0):
        eager.norm.running_mean[0] = recorded.norm.running_mean[0] = mean
        assert predict(BATCHES[0]).data == pytest.approx(total(eager(BATCHES[0])).data, rel=1e-12)
    assert (train.recordings, predict.recordings) == (1, 1)
