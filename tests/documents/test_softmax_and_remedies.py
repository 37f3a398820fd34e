"""3-4-2 with ReLU and softmax, p - y, three kinds of gradient descent, remedies against overfitting.

From "Understanding Feed-Forward and Backpropagation: The Heart of Neural Networks".
"""

import math
from itertools import pairwise

import pytest

import nn
from autograd import no_grad

INPUT_DATA = [0.5, 0.2, 0.8]


def the_documents_network():
    return nn.Sequential(nn.Linear(3, 4, seed=1), nn.ReLU(), nn.Linear(4, 2, seed=2))


def test_feed_forward_step_by_step():
    model = the_documents_network()
    first, _, second = model
    z1 = [
        sum(w.data * x for w, x in zip(row, INPUT_DATA, strict=True)) + b.data
        for row, b in zip(first.weight, first.bias, strict=True)
    ]
    a1 = [max(z, 0.0) for z in z1]
    z2 = [
        sum(w.data * a for w, a in zip(row, a1, strict=True)) + b.data
        for row, b in zip(second.weight, second.bias, strict=True)
    ]
    total = sum(math.exp(z) for z in z2)
    output = nn.Softmax()(model(INPUT_DATA))
    assert [p.data for p in output] == pytest.approx([math.exp(z) / total for z in z2], rel=1e-14)
    assert sum(p.data for p in output) == pytest.approx(1, rel=1e-15)
    assert nn.predicted_classes([output]) == [int(z2[1] > z2[0])]


@pytest.mark.parametrize("target", [0, 1])
def test_the_gradient_of_cross_entropy_by_the_logits_is_p_minus_y(target):
    model = the_documents_network()
    logits = model(INPUT_DATA)
    loss = nn.CrossEntropyLoss()(logits, target)
    loss.backward()
    p = [probability.data for probability in nn.Softmax()(logits)]
    y = [1.0 if i == target else 0.0 for i in range(2)]
    assert loss.data == pytest.approx(-math.log(p[target]), rel=1e-14)
    assert [z.grad for z in logits] == pytest.approx([a - b for a, b in zip(p, y, strict=True)], rel=1e-13)
    # and from there backwards through the network: dL/dW2 = (p - y) a1
    hidden = [a.data for a in nn.Sequential(model[0], model[1])(INPUT_DATA)]
    for row, difference in zip(model[2].weight, (a - b for a, b in zip(p, y, strict=True)), strict=True):
        assert [w.grad for w in row] == pytest.approx([difference * a for a in hidden], rel=1e-13)


# --- batch, stochastic and mini-batch ---------------------------------------------------------------------


def losses_after_each_update(batch_size, epochs=6):
    """Train on the same data and return the loss over all of it after each update."""
    samples, classes = nn.make_moons(24, 0.1, seed=1)
    model = nn.Sequential(nn.Linear(2, 6, seed=1), nn.ReLU(), nn.Linear(6, 2, seed=2))
    optimizer, losses = nn.SGD(model.parameters(), lr=0.1), []
    loader = nn.DataLoader(nn.TensorDataset(samples, classes), batch_size, shuffle=True, seed=0)
    for _ in range(epochs):
        for xs, ys in loader:
            optimizer.zero_grad()
            nn.cross_entropy(model(xs), ys).backward()
            optimizer.step()
            with no_grad():
                losses.append(nn.cross_entropy(model(samples), classes).data)
    return losses


@pytest.mark.slow
def test_batch_descent_is_stable_but_slow_stochastic_fast_but_noisy_and_mini_batches_lie_between():
    batch, mini, stochastic = (losses_after_each_update(size) for size in (24, 6, 1))
    assert [len(losses) for losses in (batch, mini, stochastic)] == [6, 24, 144]

    def rises(losses):
        return sum(after > before for before, after in pairwise(losses)) / len(losses)

    assert rises(batch) == 0  # every step is downhill
    assert rises(stochastic) > 0.25  # one sample's way down is often not the way down for all
    assert rises(batch) <= rises(mini) < rises(stochastic)
    assert stochastic[-1] < mini[-1] < batch[-1]  # after equally many epochs


# --- overfitting --------------------------------------------------------------------------------------------

TRAIN, VALIDATION = nn.make_moons(20, 0.35, seed=1), nn.make_moons(60, 0.35, seed=1001)


def too_large_a_network(dropout=0.0):
    return nn.Sequential(
        nn.Linear(2, 24, seed=1), nn.ReLU(), nn.Dropout(dropout, seed=1), nn.Linear(24, 12, seed=2), nn.ReLU(),
        nn.Dropout(dropout, seed=2), nn.Linear(12, 2, seed=3),
    )  # fmt: skip


def losses_in_evaluation(model):
    model.eval()
    with no_grad():
        losses = [nn.cross_entropy(model(samples), classes).data for samples, classes in (TRAIN, VALIDATION)]
    model.train()
    return losses


def trained(model, epochs=100):
    optimizer = nn.Adam(model.parameters(), lr=0.03)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.cross_entropy(model(TRAIN[0]), TRAIN[1]).backward()
        optimizer.step()
    return losses_in_evaluation(model)


@pytest.fixture(scope="module")
def overfitted():
    return trained(too_large_a_network())


@pytest.mark.slow
def test_too_large_a_network_learns_the_noise_and_dropout_holds_it_back(overfitted):
    train_loss, validation_loss = overfitted
    assert train_loss < 0.01
    assert validation_loss > 50 * train_loss  # overfitted
    held_train_loss, held_validation_loss = trained(too_large_a_network(dropout=0.5))
    assert held_train_loss > train_loss
    assert held_validation_loss < 0.75 * validation_loss


@pytest.mark.slow
def test_early_stopping_ends_before_the_noise_is_learned_and_keeps_the_best(overfitted):
    model = too_large_a_network()
    history = nn.fit(
        model,
        TRAIN,
        loss=nn.cross_entropy,
        optimizer=nn.Adam(model.parameters(), lr=0.03),
        epochs=100,
        batch_size=20,
        validation=VALIDATION,
        early_stopping=8,
        progress=False,
    )
    validation_losses = history["validation_loss"]
    assert len(validation_losses) < 60
    best = min(validation_losses)
    assert validation_losses.index(best) == len(validation_losses) - 1 - 8
    assert losses_in_evaluation(model)[1] == pytest.approx(best, rel=1e-12)
    assert best < 0.75 * overfitted[1]
