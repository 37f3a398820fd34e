"""The MLP with BatchNorm, ReLU and Dropout, AdamW, cosine annealing, clipping; vanishing gradients.

From "Neural Networks — Forward & Backpropagation".

Everything is the document's own, at a width that eager Values train in a second. (The full width of
128-256-128-64-1 belongs to the compiled step.)
"""

import math
import random
from itertools import pairwise

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import autograd
import nn
from autograd import Value


class MLP(nn.Module):
    """The document's class; only ``seed`` is new."""

    def __init__(self, input_dim, hidden_dims, output_dim, dropout=0.3, seed=0):
        super().__init__()
        rng = random.Random(seed)
        layers = []
        dims = [input_dim, *hidden_dims]
        for i in range(len(hidden_dims)):
            layers += [
                nn.Linear(dims[i], dims[i + 1], seed=rng),
                nn.BatchNorm1d(dims[i + 1]),
                nn.ReLU(),
                nn.Dropout(dropout, seed=rng),
            ]
        layers.append(nn.Linear(hidden_dims[-1], output_dim, seed=rng))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


def data(count, width, seed):
    """Return samples whose label is given by the sign of a sum."""
    rng = random.Random(seed)
    samples = [[rng.gauss(0, 1) for _ in range(width)] for _ in range(count)]
    return samples, [float(sum(x) > 0) for x in samples]


@pytest.mark.slow
def test_the_documents_training_loop_learns():
    dataloader = nn.DataLoader(nn.TensorDataset(*data(192, 6, seed=1)), batch_size=64, shuffle=True, seed=0)
    model = MLP(input_dim=6, hidden_dims=[12, 6, 4], output_dim=1)
    optimizer = nn.AdamW(model.parameters(), lr=3e-2, weight_decay=1e-4)
    scheduler = nn.CosineAnnealingLR(optimizer, T_max=15)
    losses, norms = [], []
    for _ in range(15):
        for x_batch, y_batch in dataloader:
            optimizer.zero_grad()
            logits = model(x_batch)
            loss = nn.BCEWithLogitsLoss()(logits, y_batch)
            loss.backward()
            nn.clip_grad_norm_(model.parameters(), 1.0)
            norms.append(math.hypot(*[value.grad for value in model.parameters()]))
            optimizer.step()
            losses.append(loss.data)
        scheduler.step()
    assert len(losses) == 45
    assert max(norms) <= 1.0
    assert sum(losses[-3:]) < 0.7 * sum(losses[:3])
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0, abs=1e-12)

    model.eval()  # running statistics, no dropout
    test_samples, labels = data(200, 6, seed=2)
    with autograd.no_grad():
        outputs, again = model(test_samples), model(test_samples)
    assert [y[0].data for y in outputs] == [y[0].data for y in again]
    assert nn.accuracy(outputs, labels, threshold=0) > 0.9


def test_dropout_is_at_work_in_training_and_masks_change_from_call_to_call():
    model, (samples, _) = MLP(6, [8, 4], 1, dropout=0.5), data(16, 6, seed=1)
    first, second = ([y[0].data for y in model(samples)] for _ in range(2))
    assert first != second


@pytest.mark.slow
def test_every_step_agrees_with_pytorch():
    """Batch normalisation, loss, clipping, AdamW and the schedule together; without dropout, whose masks are random."""
    torch = torch_or_skip()
    ours = MLP(5, [6, 4], 1, dropout=0.0, seed=3)
    theirs = torch.nn.Sequential(
        *[torch.nn.Linear(5, 6), torch.nn.BatchNorm1d(6), torch.nn.ReLU(), torch.nn.Dropout(0.0)],
        *[torch.nn.Linear(6, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Dropout(0.0)],
        torch.nn.Linear(4, 1),
    ).double()
    copy_parameters(ours, theirs)
    optimizer = nn.AdamW(ours.parameters(), lr=1e-2, weight_decay=1e-2)
    other = torch.optim.AdamW(theirs.parameters(), lr=1e-2, weight_decay=1e-2)
    scheduler, schedule = nn.CosineAnnealingLR(optimizer, 8), torch.optim.lr_scheduler.CosineAnnealingLR(other, 8)
    loader = nn.DataLoader(nn.TensorDataset(*data(48, 5, seed=4)), batch_size=16, shuffle=True, seed=0)
    for _ in range(8):
        for x, y in loader:
            optimizer.zero_grad()
            other.zero_grad()
            loss = nn.BCEWithLogitsLoss()(ours(x), y)
            their_loss = torch.nn.BCEWithLogitsLoss()(theirs(tensor(x)).squeeze(), tensor(y))
            assert loss.data == pytest.approx(their_loss.item(), rel=1e-9)
            loss.backward()
            their_loss.backward()
            norm = nn.clip_grad_norm_(ours.parameters(), 0.1)
            assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs.parameters(), 0.1).item(), rel=1e-9)
            optimizer.step()
            other.step()
        scheduler.step()
        schedule.step()
    assert [value.data for value in ours.parameters()] == pytest.approx(flat(theirs), rel=1e-9, abs=1e-12)


# --- vanishing gradients ----------------------------------------------------------------------------------


def gradient_by_layer(activation):
    """Return the mean absolute weight gradient of each of 10 hidden layers for one batch."""
    samples, labels = data(8, 8, seed=5)
    model = nn.MLP(8, [8] * 10 + [1], activation=activation, seed=1)
    nn.binary_cross_entropy_with_logits(model(samples), labels).backward()
    sizes = []
    for layer in model.layers[:-1]:
        gradients = [abs(value.grad) for neuron in layer.neurons for value in neuron.w]
        sizes.append(sum(gradients) / len(gradients))
    return sizes


def test_a_sigmoid_passes_on_at_most_a_quarter():
    slopes = []
    for i in range(-50, 51):
        z = Value(i / 10)
        z.sigmoid().backward()
        slopes.append(z.grad)
    assert max(slopes) == slopes[50] == 0.25
    assert pytest.approx(0.000001, rel=0.05) == 0.25**10  # the document's number


def test_gradients_vanish_over_10_sigmoid_layers_and_not_with_relu_and_he():
    sigmoid, relu = gradient_by_layer("sigmoid"), gradient_by_layer("relu")
    # from the last hidden layer to the first, nine more sigmoids: at most 0.25 ** 9 = 4e-6 times a product of weights
    assert sigmoid[0] / sigmoid[-1] < 1e-4
    assert all(early < late for early, late in pairwise(sigmoid))
    assert 0.05 < relu[0] / relu[-1] < 20
    assert relu[0] > 1000 * sigmoid[0]
