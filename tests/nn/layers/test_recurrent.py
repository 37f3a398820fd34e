"""RNN, LSTM and GRU, by hand; tests/nn/layers/test_against_pytorch.py compares them with PyTorch's."""

import math

import pytest

import nn
from autograd import errors


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def one_number(kind, **options):
    """Return a layer of one number in and one out whose parameters are 0.1, 0.2, ... in PyTorch's order."""
    layer = kind(1, 1, **options)
    for i, value in enumerate(layer.parameters()):
        value.data = 0.1 * (i + 1)
    return layer


def test_rnn_by_hand():
    outputs, last = one_number(nn.RNN)([[2.0], [-1.0]])
    first = math.tanh(0.1 * 2 + 0.3 + 0.4)
    second = math.tanh(0.1 * -1 + 0.3 + 0.2 * first + 0.4)
    assert [y[0].data for y in outputs] == pytest.approx([first, second], rel=1e-15)
    assert last[0][0].data == outputs[1][0].data


def test_lstm_by_hand():
    layer = one_number(nn.LSTM)
    outputs, (h, c) = layer([[2.0]], ([[0.5]], [[-0.25]]))
    i, f, g, o = [(0.1 * k) * 2 + (0.1 * (k + 8)) + (0.1 * (k + 4)) * 0.5 + 0.1 * (k + 12) for k in (1, 2, 3, 4)]
    memory = sigmoid(f) * -0.25 + sigmoid(i) * math.tanh(g)
    assert c[0][0].data == pytest.approx(memory, rel=1e-14)
    assert h[0][0].data == outputs[0][0].data == pytest.approx(sigmoid(o) * math.tanh(memory), rel=1e-14)


def test_gru_by_hand():
    outputs, last = one_number(nn.GRU, bias=False)([[2.0]], [[0.5]])
    r, z = sigmoid(0.1 * 2 + 0.4 * 0.5), sigmoid(0.2 * 2 + 0.5 * 0.5)
    n = math.tanh(0.3 * 2 + r * 0.6 * 0.5)
    assert last[0][0].data == outputs[0][0].data == pytest.approx((1 - z) * n + z * 0.5, rel=1e-14)


def test_dropout_between_layers_only_in_training():
    layer = nn.GRU(1, 4, num_layers=2, dropout=0.5, seed=1)
    drawn = {layer([[1.0], [2.0]])[0][0][0].data for _ in range(8)}
    assert len(drawn) > 1
    assert len({layer.eval()([[1.0], [2.0]])[0][0][0].data for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.LSTM(0, 3), "input_size"),
        (lambda: nn.LSTM(2, 3, num_layers=0), "num_layers"),
        (lambda: nn.RNN(2, 3, nonlinearity="sin"), "nonlinearity must be one of 'tanh', 'relu'"),
        (lambda: nn.GRU(2, 3, dropout=2.0), "dropout must be at least 0 and at most 1"),
        (lambda: nn.LSTM(2, 3)([1.0, 2.0]), r"takes a sequence \(time, 2\) or a batch \(time, samples, 2\)"),
        (lambda: nn.LSTM(2, 3, batch_first=True)([[1.0]]), r"\(samples, time, 2\); got shape \(1, 1\)"),
        (lambda: nn.GRU(2, 3)([[1.0, 2.0]], [[0.0, 0.0]]), r"first state of shape \(1, 2\) does not fit GRU\(2, 3\)"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(errors.ArgumentError, match=message):
        make()
