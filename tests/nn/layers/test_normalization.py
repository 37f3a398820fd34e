"""BatchNorm1d and LayerNorm, against closed forms and PyTorch."""

import math
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import nn
from autograd import Value, errors


def numbers(count, width, seed):
    rng = random.Random(seed)
    return [[rng.gauss(3 * j, 1 + j) for j in range(width)] for _ in range(count)]


def test_batch_norm_in_training_gives_mean_0_and_variance_1_and_keeps_running_statistics():
    norm, batch = nn.BatchNorm1d(2), [[1.0, 10.0], [3.0, 10.0], [5.0, 40.0], [7.0, 60.0]]
    outputs = norm(batch)
    for feature in zip(*outputs, strict=True):
        column = [y.data for y in feature]
        assert math.fsum(column) == pytest.approx(0, abs=1e-12)
        assert math.fsum([y * y for y in column]) / 4 == pytest.approx(1, rel=1e-5)
    # mean 4 and variance 5 divided by n, 20/3 divided by n - 1: normalised by the one, remembered as the other
    assert [y[0].data for y in outputs] == pytest.approx([x / math.sqrt(5 + 1e-5) for x in (-3, -1, 1, 3)], rel=1e-14)
    assert norm.running_mean == pytest.approx([0.1 * 4, 0.1 * 30], rel=1e-15)
    assert norm.running_var == pytest.approx([0.9 + 0.1 * 20 / 3, 0.9 + 0.1 * 600], rel=1e-15)


def test_batch_norm_scales_and_shifts():
    norm = nn.BatchNorm1d(1, affine=True)
    norm.weight[0].data, norm.bias[0].data = 3.0, -1.0
    plain = nn.BatchNorm1d(1, affine=False)
    assert plain.parameters() == []
    for scaled, row in zip(norm([[1.0], [2.0]]), plain([[Value(1.0)], [Value(2.0)]]), strict=True):
        assert scaled[0].data == pytest.approx(3 * row[0].data - 1, rel=1e-15)


def test_batch_norm_in_evaluation_uses_the_running_statistics_also_for_one_sample():
    norm = nn.BatchNorm1d(2, eps=1e-3)
    norm.running_mean[:], norm.running_var[:] = [1.0, -2.0], [4.0, 0.25]
    norm.eval()
    expected = [2.0 / math.sqrt(4.001), 3.0 / math.sqrt(0.251)]
    assert [y.data for y in norm([3.0, 1.0])] == pytest.approx(expected, rel=1e-15)
    assert [y.data for y in norm([[3.0, 1.0]])[0]] == pytest.approx(expected, rel=1e-15)
    assert norm.running_mean == [1.0, -2.0]


def test_running_statistics_are_part_of_the_state():
    norm, other = nn.BatchNorm1d(1), nn.BatchNorm1d(1)
    norm([[1.0], [5.0]])
    assert set(norm.state_dict()) == {"weight.0", "bias.0", "running_mean.0", "running_var.0"}
    other.load_state_dict(norm.state_dict())
    assert other.running_var == norm.running_var != [1.0]


@pytest.mark.parametrize("x", [[[1.0, 2.0]], [1.0, 2.0]])
def test_batch_norm_in_training_needs_two_samples(x):
    with pytest.raises(errors.ArgumentError, match=r"needs a batch of at least 2 samples.*drop_last=True.*eval\(\)"):
        nn.BatchNorm1d(2)(x)


def test_a_constant_feature_does_no_harm():
    assert [row[0].data for row in nn.BatchNorm1d(1)([[7.0], [7.0]])] == [0.0, 0.0]
    assert [y.data for y in nn.LayerNorm(3)([7.0, 7.0, 7.0])] == [0.0, 0.0, 0.0]


def test_layer_norm_normalises_each_sample_alone():
    norm = nn.LayerNorm(4)
    outputs = norm([[1.0, 3.0, 5.0, 7.0], [100.0, 300.0, 500.0, 700.0]])
    assert [y.data for y in outputs[0]] == pytest.approx([x / math.sqrt(5 + 1e-5) for x in (-3, -1, 1, 3)], rel=1e-14)
    assert [y.data for y in outputs[1]] == pytest.approx([y.data for y in outputs[0]], rel=1e-5)
    assert [y.data for y in norm.eval()([1.0, 3.0, 5.0, 7.0])] == [y.data for y in outputs[0]]
    norm.weight[0].data, norm.bias[0].data = 2.0, 1.0
    assert norm([1.0, 3.0, 5.0, 7.0])[0].data == pytest.approx(2 * outputs[0][0].data + 1, rel=1e-15)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.BatchNorm1d(0), "num_features"),
        (lambda: nn.BatchNorm1d(1, eps=0.0), "eps must be greater than 0; got 0.0"),
        (lambda: nn.BatchNorm1d(1, momentum=2.0), "momentum must be at least 0 and at most 1; got 2.0"),
        (lambda: nn.BatchNorm1d(2)([[1.0, 2.0], [1.0]]), r"BatchNorm1d\(2\) takes samples of 2 numbers"),
        (lambda: nn.LayerNorm(0), "normalized_shape"),
        (lambda: nn.LayerNorm(2)([1.0]), r"LayerNorm\(2\) takes samples of 2 numbers"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "momentum"), [("BatchNorm1d", 0.1), ("BatchNorm1d", 0.7), ("LayerNorm", None)])
def test_agrees_with_pytorch_over_many_batches(name, momentum):
    torch = torch_or_skip()
    options = {} if momentum is None else {"momentum": momentum}
    ours = nn.Sequential(nn.Linear(3, 4, seed=1), getattr(nn, name)(4, **options), nn.Tanh(), nn.Linear(4, 1, seed=2))
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4), getattr(torch.nn, name)(4, **options), torch.nn.Tanh(), torch.nn.Linear(4, 1)
    ).double()
    copy_parameters(ours, theirs)
    optimizer, other = nn.SGD(ours.parameters(), lr=0.05), torch.optim.SGD(theirs.parameters(), lr=0.05)
    for step in range(30):
        x = numbers(5, 3, step)
        loss, their_loss = nn.mse_loss(ours(x), [row[0] for row in x]), None
        their_loss = torch.nn.functional.mse_loss(theirs(tensor(x)), tensor([row[:1] for row in x]))
        assert loss.data == pytest.approx(their_loss.item(), rel=1e-9)
        for optimiser, result in ((optimizer, loss), (other, their_loss)):
            optimiser.zero_grad()
            result.backward()
            optimiser.step()
    assert [value.data for value in ours.parameters()] == pytest.approx(flat(theirs), rel=1e-9)
    if name == "BatchNorm1d":
        assert ours[1].running_mean == pytest.approx(theirs[1].running_mean.tolist(), rel=1e-9)
        assert ours[1].running_var == pytest.approx(theirs[1].running_var.tolist(), rel=1e-9)
    ours.eval(), theirs.eval()
    sample = numbers(1, 3, 99)[0]
    assert ours(sample)[0].data == pytest.approx(theirs(tensor([sample]))[0, 0].item(), rel=1e-9)
