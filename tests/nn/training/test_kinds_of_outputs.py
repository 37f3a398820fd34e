"""``fit`` and ``evaluate`` with models whose outputs for a batch are no list of one number per sample."""

import functools
from collections import namedtuple
from dataclasses import dataclass, field

import pytest

import nn
from autograd import Value

Pair = namedtuple("Pair", ["low", "high"])
DATA = [[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 0.0, 2.0]


class Several(nn.Module):
    """``slope * x - 0.5`` and ``1.5 - slope * x``, as the kind of result that is asked for."""

    def __init__(self, kind):
        self.kind, self.slope = kind, Value(1.0)

    def forward(self, batch):
        low = [self.slope * x - 0.5 for (x,) in batch]
        return self.kind(low, [1.0 - x for x in low])


def squared(outputs, targets):
    low, high = outputs
    return nn.mse_loss(low, targets) + nn.mse_loss(high, targets)


def named(outputs, targets):
    return squared((outputs["low"], outputs["high"]), targets)


def attributes(outputs, targets):
    return squared((outputs.low, outputs.high), targets)


def given(output, targets):
    return output * 1.0


def fitted(model, data, loss, **options):
    optimizer = nn.SGD(model.parameters(), lr=0.0)
    return nn.fit(model, data, loss=loss, optimizer=optimizer, validation=data, progress=False, **options)


@pytest.mark.parametrize("compiled", ["auto", True, False])
@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize(
    ("kind", "loss"),
    [
        (lambda low, high: (low, high), squared),
        (Pair, attributes),
        (lambda *both: Pair(*both)._asdict(), named),
    ],
    ids=["tuple", "named tuple", "dictionary"],
)
def test_several_results_for_a_batch_are_never_taken_for_those_of_its_samples(kind, loss, size, compiled):
    pytest.importorskip("numpy") if compiled is True else None
    wanted = sum((x - 0.5 - y) ** 2 + (1.5 - x - y) ** 2 for (x,), y in zip(*DATA, strict=True)) / 4
    assert nn.evaluate(Several(kind), DATA, loss=loss, batch_size=size)["loss"] == pytest.approx(wanted)
    history = fitted(Several(kind), DATA, loss, batch_size=size, compile=compiled)
    assert (history["loss"], history["validation_loss"]) == (pytest.approx([wanted]), pytest.approx([wanted]))


@pytest.mark.parametrize("compiled", ["auto", True, False])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_model_may_compute_one_number_for_a_whole_batch(size, compiled):
    pytest.importorskip("numpy") if compiled is True else None

    def spread(low, high):
        return sum(x * x for x in low) / len(low)

    wanted = (0.25 + 0.25 + 2.25 + 6.25) / 4  # of -0.5, 0.5, 1.5 and 2.5
    assert nn.evaluate(Several(spread), DATA, loss=given, batch_size=size)["loss"] == pytest.approx(wanted)
    model = Several(spread)
    history = fitted(model, DATA, given, batch_size=size, compile=compiled)
    assert (history["loss"], history["validation_loss"]) == (pytest.approx([wanted]), pytest.approx([wanted]))
    assert model.slope.data == 1.0


WEIGHT = [1.0, 3.0]
SEQUENCES = [[[0.5], [2.0]], [[1.0], [-1.0], [0.0]], [[-2.0], [1.5]]]
CLASSES = [[0, 1], [1, 1, 0], [0, 0]]


class Tagger(nn.Module):
    """Gives the logits ``x`` and ``-x`` for each step ``x`` of each sequence."""

    def __init__(self):
        self.slope = Value(1.0)

    def forward(self, batch):
        return [[[self.slope * x, -x] for (x,) in sequence] for sequence in batch]


def by_lengths(loss):
    """The losses of the two sequences of two steps together, and of the one of three."""
    outputs = Tagger()(SEQUENCES)
    return [
        loss([outputs[i] for i in places], [CLASSES[i] for i in places]).data for places in ([0, 2], [1])
    ]  # each a batch of one length, which the losses are tested with


@pytest.mark.parametrize("compiled", ["auto", False])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(
    "loss",
    [
        nn.CrossEntropyLoss(weight=WEIGHT),
        nn.CrossEntropyLoss(ignore_index=-100),
        functools.partial(nn.cross_entropy, label_smoothing=0.1),
        lambda outputs, targets: 2 * nn.cross_entropy(outputs, targets),
        nn.cross_entropy,
    ],
    ids=["weights", "ignored", "partial", "a user's own", "plain"],
)
def test_the_loss_of_sequences_of_different_lengths_is_the_mean_over_their_lengths(loss, size, compiled):
    short, long = by_lengths(loss)
    wanted = (2 * short + long) / 3
    data = SEQUENCES, CLASSES
    assert nn.evaluate(Tagger(), data, loss=loss, batch_size=size)["loss"] == pytest.approx(wanted)
    history = fitted(Tagger(), data, loss, batch_size=size, compile=compiled)
    assert history["validation_loss"] == pytest.approx([wanted])


@pytest.mark.parametrize(
    "loss", [nn.CrossEntropyLoss(reduction="sum"), functools.partial(nn.nll_loss, reduction="sum")]
)
def test_a_sum_over_sequences_of_different_lengths_is_the_sum_over_all_steps(loss):
    steps = [step for sequence in Tagger()(SEQUENCES) for step in sequence]
    wanted = loss(steps, [label for labels in CLASSES for label in labels]).data
    assert nn.evaluate(Tagger(), (SEQUENCES, CLASSES), loss=loss, batch_size=2)["loss"] == pytest.approx(wanted)


def test_a_loss_of_your_own_that_takes_sequences_of_different_lengths_gets_them_together():
    def total(outputs, targets):
        pairs = zip(outputs, targets, strict=True)
        return sum(nn.cross_entropy(steps, labels, reduction="sum") for steps, labels in pairs)

    wanted = total(Tagger()(SEQUENCES), CLASSES).data
    assert nn.evaluate(Tagger(), (SEQUENCES, CLASSES), loss=total, batch_size=2)["loss"] == pytest.approx(wanted)


@dataclass
class Line(nn.Module):
    """``slope * x``, in a module that is a dataclass, and so without a hash."""

    slope: Value = field(default_factory=lambda: Value(0.0))

    def forward(self, batch):
        return [self.slope * x for (x,) in batch]


@pytest.mark.parametrize("compiled", [False, True])
def test_a_dataclass_is_trained(compiled):
    line = nn.Sequential(Line())
    data = [[1.0], [2.0]], [1.0, 2.0]
    optimizer = nn.SGD(line.parameters(), lr=0.1)
    nn.fit(line, data, loss="mse", optimizer=optimizer, epochs=1, progress=False, compile=compiled)
    assert line[0].slope.data == pytest.approx(0.1 * 2 * (1 * 1 + 2 * 2) / 2)  # less the gradient of the mean square
    assert nn.evaluate(line, data, loss="mse")["loss"] == pytest.approx(0.25 * (1 + 4) / 2)
