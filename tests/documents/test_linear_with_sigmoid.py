"""A linear layer with a sigmoid: forward and backward pass, binary cross-entropy, SGD and Adam.

From "Understanding Forward Pass, Backward Pass, Activation Functions, and Binary Classification in Neural
Networks".
"""

import math
from itertools import pairwise

import pytest

import nn
from autograd import Value


class Model(nn.Module):
    """The document's model, line by line."""

    def __init__(self, new_features):
        super().__init__()
        self.linear = nn.Linear(new_features, 1, seed=0)  # Linear Layer
        self.sigmoid = nn.Sigmoid()  # Output Activation

    def forward(self, features):
        out = self.linear(features)  # z = Wx + b
        return self.sigmoid(out)  # y_pred = sigmoid(z)


FEATURES = [[0.5, 1.5], [-1.0, 2.0], [1.0, -1.0], [2.0, -0.5], [-0.5, 0.25], [1.5, -2.0]]
LABELS = [1, 1, 0, 0, 1, 0]


def test_forward_is_sigmoid_of_w_x_plus_b():
    model = Model(2)
    (w1, w2), b = [value.data for value in model.linear.weight[0]], model.linear.bias[0].data
    for x in FEATURES:
        z = w1 * x[0] + w2 * x[1] + b
        assert model(x)[0].data == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-14)
        assert 0 < model(x)[0].data < 1


def test_relu_sets_negative_values_to_0_and_passes_positive_ones():
    assert [y.data for y in nn.ReLU()([Value(-3.0), Value(0.0), Value(2.5)])] == [0.0, 0.0, 2.5]


def test_binary_cross_entropy_of_0_9_against_1_is_0_105():
    assert round(nn.BCELoss()(Value(0.9), 1).data, 3) == 0.105


def test_backward_stores_gradients_in_grad():
    model = Model(2)
    outputs = model(FEATURES)
    loss = nn.BCELoss()(outputs, LABELS)
    loss.backward()
    # for a sigmoid and binary cross-entropy the chain rule collapses to (p - y) * x
    errors = [out[0].data - y for out, y in zip(outputs, LABELS, strict=True)]
    for j, weight in enumerate(model.linear.weight[0]):
        expected = sum(error * x[j] for error, x in zip(errors, FEATURES, strict=True)) / len(FEATURES)
        assert weight.grad == pytest.approx(expected, rel=1e-12)
    assert model.linear.bias[0].grad == pytest.approx(sum(errors) / len(FEATURES), rel=1e-12)


@pytest.mark.parametrize("make", [lambda ps: nn.SGD(ps, lr=0.5), lambda ps: nn.Adam(ps, lr=0.1)])
def test_an_optimizer_updates_the_weights_to_reduce_the_loss(make):
    model = Model(2)
    optimizer, criterion, losses = make(model.parameters()), nn.BCELoss(), []
    for _ in range(100):
        optimizer.zero_grad()
        loss = criterion(model(FEATURES), LABELS)
        loss.backward()  # computes gradients
        optimizer.step()  # updates weights using gradients
        losses.append(loss.data)
    assert all(after < before for before, after in pairwise(losses))
    assert losses[-1] < 0.15
    assert nn.accuracy(model(FEATURES), LABELS, threshold=0.5) == 1.0


def test_one_step_of_sgd_is_w_minus_lr_times_gradient():
    model = Model(2)
    nn.BCELoss()(model(FEATURES), LABELS).backward()
    expected = [value.data - 0.5 * value.grad for value in model.parameters()]
    nn.SGD(model.parameters(), lr=0.5).step()
    assert [value.data for value in model.parameters()] == pytest.approx(expected, rel=1e-15)
