"""Sequential(Linear(3, 4), ReLU(), Linear(4, 1), Sigmoid()), one forward and one backward pass.

From "Forward and Backward Propagation".
"""

import math
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import nn


def the_documents_model():
    return nn.Sequential(nn.Linear(3, 4, seed=3), nn.ReLU(), nn.Linear(4, 1, seed=4), nn.Sigmoid())


def example_input_and_label():
    rng = random.Random(0)
    return [[rng.gauss(0, 1) for _ in range(3)]], [[1.0]]


def test_forward_backward_gradients_and_zero_grad(capsys):
    model = the_documents_model()
    x, y = example_input_and_label()

    # Loss function
    criterion = nn.BCELoss()

    # Forward pass
    output = model(x)
    loss = criterion(output, y)

    # Backward pass
    loss.backward()

    # Access gradients
    for name, param in model.named_parameters():
        print(name, param.grad)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 * 4 + 4 + 4 + 1
    assert [line.split()[0] for line in lines[:2] + lines[-1:]] == ["0.weight.0.0", "0.weight.0.1", "2.bias.0"]
    assert all(math.isfinite(float(line.split()[1])) for line in lines)

    model.zero_grad()
    assert {param.grad for param in model.parameters()} == {0.0}


def test_the_gradients_are_dl_da_times_da_dz_times_dz_dw_layer_by_layer():
    model = the_documents_model()
    (x,), _ = example_input_and_label()
    first, _, second, _ = model
    output = model([x])
    nn.BCELoss()(output, [[1.0]]).backward()

    z = [
        sum(w.data * n for w, n in zip(row, x, strict=True)) + b.data
        for row, b in zip(first.weight, first.bias, strict=True)
    ]
    a = [max(number, 0.0) for number in z]
    p = 1 / (1 + math.exp(-sum(w.data * n for w, n in zip(second.weight[0], a, strict=True)) - second.bias[0].data))
    assert output[0][0].data == pytest.approx(p, rel=1e-14)
    assert 0 < sum(number > 0 for number in z) < 4  # the example shows ReLU's gate both open and shut

    dl_da = -1 / p
    dl_dz = dl_da * p * (1 - p)
    assert second.bias[0].grad == pytest.approx(dl_dz, rel=1e-12)
    for k in range(4):
        assert second.weight[0][k].grad == pytest.approx(dl_dz * a[k], rel=1e-12)
        hidden = dl_dz * second.weight[0][k].data * (1 if z[k] > 0 else 0)
        assert first.bias[k].grad == pytest.approx(hidden, rel=1e-12)
        assert [w.grad for w in first.weight[k]] == pytest.approx([hidden * number for number in x], rel=1e-12)


def test_gradients_add_up_until_they_are_zeroed():
    model = the_documents_model()
    x, y = example_input_and_label()
    nn.BCELoss()(model(x), y).backward()
    once = [param.grad for param in model.parameters()]
    nn.BCELoss()(model(x), y).backward()
    assert [param.grad for param in model.parameters()] == [2 * gradient for gradient in once]
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    nn.BCELoss()(model(x), y).backward()
    assert [param.grad for param in model.parameters()] == once
    expected = [param.data - 0.1 * gradient for param, gradient in zip(model.parameters(), once, strict=True)]
    optimizer.step()  # W = W - learning_rate * dL/dW
    assert [param.data for param in model.parameters()] == expected


def test_pytorch_gives_the_same_gradients():
    torch = torch_or_skip()
    model = the_documents_model()
    x, y = example_input_and_label()
    theirs = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1), torch.nn.Sigmoid()
    ).double()
    copy_parameters(model, theirs)
    loss, other = nn.BCELoss()(model(x), y), torch.nn.BCELoss()(theirs(tensor(x)), tensor(y))
    loss.backward()
    other.backward()
    assert loss.data == pytest.approx(other.item(), rel=1e-12)
    assert [param.grad for param in model.parameters()] == pytest.approx(flat(theirs, "grad"), rel=1e-12)
