"""XOR with a hidden layer, its hand-derived gradients, and where its own initialisation leads.

From "Forward Pass & Backpropagation".

The document starts from ``numpy.random.seed(42)`` and weights of size 0.1 and expects predictions near 0, 1, 1, 0.
From these very weights the network does not learn, here or in the document's own NumPy code: the tests show why.
"""

import math

import pytest

import nn

numpy = pytest.importorskip("numpy", reason="NumPy is not installed; the document's own code needs it")

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
Y = [0, 1, 1, 0]


# --- the document's own code, in NumPy ------------------------------------------------------------------


def documents_weights(seed, size=0.1, hidden=3):
    rng = numpy.random.RandomState(seed)
    return [rng.randn(2, hidden) * size, numpy.zeros(hidden), rng.randn(hidden, 1) * size, numpy.zeros(1)]


def documents_backward_pass(weights):
    """Return the gradients and the loss as the document derives them by hand."""
    w1, b1, w2, b2 = weights
    x, y = numpy.array(X, dtype=float), numpy.array(Y, dtype=float).reshape(-1, 1)
    z1 = x @ w1 + b1
    a1 = numpy.maximum(0, z1)
    a2 = 1 / (1 + numpy.exp(-(a1 @ w2 + b2)))
    p = numpy.clip(a2, 1e-7, 1 - 1e-7)
    loss = -numpy.mean(y * numpy.log(p) + (1 - y) * numpy.log(1 - p))
    dz2 = a2 - y
    dz1 = (dz2 @ w2.T) * (z1 > 0)
    return [x.T @ dz1 / 4, dz1.mean(axis=0), a1.T @ dz2 / 4, dz2.mean(axis=0)], loss


# --- the same network here ------------------------------------------------------------------------------


def network(hidden=3):
    return nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 1), nn.Sigmoid())


def set_weights(model, weights):
    w1, b1, w2, b2 = weights
    for value, number in zip(model.parameters(), [*w1.T.ravel(), *b1, *w2.T.ravel(), *b2], strict=True):
        value.data = float(number)


def train(model, epochs=1000, lr=0.5):
    """Return the loss curve."""
    optimizer, losses = nn.SGD(model.parameters(), lr=lr), []
    for _ in range(epochs):
        loss = nn.binary_cross_entropy(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    return losses


def predictions(model):
    return [output[0].data for output in model(X)]


def test_the_documents_hand_derived_gradients_equal_ours():
    for weights in (documents_weights(42), documents_weights(7, size=1.0), documents_weights(3, size=1.0, hidden=8)):
        model = network(len(weights[1]))
        set_weights(model, weights)
        loss = nn.binary_cross_entropy(model(X), Y)
        loss.backward()
        (dw1, db1, dw2, db2), expected = documents_backward_pass(weights)
        assert loss.data == pytest.approx(expected, rel=1e-12)
        ours = [value.grad for value in model.parameters()]
        assert ours == pytest.approx([*dw1.T.ravel(), *db1, *dw2.T.ravel(), *db2], rel=1e-10, abs=1e-16)


def test_the_documents_training_loop_and_ours_stay_together():
    weights, model = documents_weights(11, size=1.0), network()
    set_weights(model, weights)
    losses = train(model, epochs=200)
    for ours in losses:
        gradients, loss = documents_backward_pass(weights)
        assert ours == pytest.approx(loss, rel=1e-9)
        weights = [weight - 0.5 * gradient for weight, gradient in zip(weights, gradients, strict=True)]


@pytest.mark.slow
def test_from_the_documents_own_weights_xor_is_not_learned_and_this_is_why():
    model = network()
    set_weights(model, documents_weights(42))
    losses = train(model)

    # It fails: after 1,000 epochs every prediction is still a coin toss and the loss still that of one, log 2.
    assert predictions(model) == pytest.approx([0.5] * 4, abs=0.002)
    assert losses[-1] == pytest.approx(math.log(2), abs=1e-5)

    # Why: (1) one hidden neuron began with two negative weights. Inputs are 0 or 1, so its ReLU is shut for all
    # four of them, no gradient comes through, and it is dead for good.
    hidden = list(zip(*[[a.data for a in nn.Sequential(model[0], model[1])(x)] for x in X], strict=True))
    assert hidden[1] == (0.0, 0.0, 0.0, 0.0)
    assert model[0].weight[1][0].data == documents_weights(42)[0][0, 1]  # it never moved
    # (2) The two others are open for all four inputs. Where no ReLU ever bends, the network is linear: what it
    # adds for x1 does not depend on x2. XOR is not linear; the best a linear logit can do is to say 0.5 throughout.
    assert all(activation > 0 for neuron in (hidden[0], hidden[2]) for activation in neuron)
    logits = [math.log(p / (1 - p)) for p in predictions(model)]
    assert logits[0] + logits[3] == pytest.approx(logits[1] + logits[2], abs=1e-12)
    # (3) There the gradients vanish, so more epochs would not help either.
    gradients, _ = documents_backward_pass([numpy.array(part) for part in numpy_weights(model)])
    assert max(float(abs(gradient).max()) for gradient in gradients) < 1e-3


def numpy_weights(model):
    first, _, second, _ = model
    return [
        [[value.data for value in column] for column in zip(*first.weight, strict=True)],
        [value.data for value in first.bias],
        [[value.data] for value in second.weight[0]],
        [value.data for value in second.bias],
    ]


@pytest.mark.slow
def test_the_same_kind_of_weights_learns_with_another_draw():
    model = network()
    set_weights(model, documents_weights(0))
    train(model)
    assert [round(p) for p in predictions(model)] == [0, 1, 1, 0]


@pytest.mark.slow
def test_from_hes_initialisation_xor_is_learned_and_the_loss_curve_falls():
    model = network(hidden=8)
    nn.init.kaiming_normal_(model[0].weight, nonlinearity="relu", seed=0)
    nn.init.xavier_normal_(model[2].weight, seed=0)
    nn.init.zeros_([*model[0].bias, *model[2].bias])
    losses = train(model)
    assert [round(p) for p in predictions(model)] == [0, 1, 1, 0]
    assert predictions(model) == pytest.approx([0, 1, 1, 0], abs=0.05)
    assert losses[-1] < 0.02
    curve = losses[::100]
    assert curve == sorted(curve, reverse=True)
