"""Options of losses (targets to ignore, weights of positives, probabilities, sequences) against PyTorch, to 1e-12."""

import math
import random

import pytest
from pytorch import copy_parameters, flat, tensor, torch_or_skip

import autograd
import nn
from autograd import Value, errors

RNG = random.Random(3)


def numbers(*shape, draw=lambda: RNG.gauss(0, 2)):
    return [numbers(*shape[1:], draw=draw) for _ in range(shape[0])] if shape else draw()


def distributions(*shape):
    """Return lists of this shape in which each innermost list adds up to 1."""
    if len(shape) > 1:
        return [distributions(*shape[1:]) for _ in range(shape[0])]
    parts = [RNG.random() for _ in range(shape[0])]
    return [part / sum(parts) for part in parts]


def values(item):
    return [values(part) for part in item] if isinstance(item, list) else Value(item)


def gradients(item):
    return [x for part in item for x in gradients(part)] if isinstance(item, list) else [item.grad]


def plain(item):
    return [x for part in item for x in plain(part)] if isinstance(item, list) else [item]


BATCH, TIME, CLASSES = 4, 5, 3
LOGITS, SEQUENCES = numbers(BATCH, CLASSES), numbers(BATCH, TIME, CLASSES)
LABELS, STEPS = [2, 0, 1, 1], [[0, 1, 2, 2, 0], [1, -100, 0, 1, -100], [2, 2, -100, -100, -100], [0, 1, 0, 0, 1]]
WHOLE = [[max(step, 0) for step in row] for row in STEPS]
WEIGHT = [0.5, 2.0, 1.25]
CASES = [
    ("CrossEntropyLoss", {"ignore_index": 1}, LOGITS, LABELS),
    ("CrossEntropyLoss", {"ignore_index": 1, "weight": WEIGHT}, LOGITS, LABELS),
    ("CrossEntropyLoss", {"ignore_index": 1, "label_smoothing": 0.2}, LOGITS, LABELS),
    ("CrossEntropyLoss", {"ignore_index": 1, "label_smoothing": 0.2, "weight": WEIGHT}, LOGITS, LABELS),
    ("CrossEntropyLoss", {}, LOGITS, distributions(BATCH, CLASSES)),
    ("CrossEntropyLoss", {"weight": WEIGHT}, LOGITS, distributions(BATCH, CLASSES)),
    ("CrossEntropyLoss", {"weight": WEIGHT, "label_smoothing": 0.2}, LOGITS, distributions(BATCH, CLASSES)),
    ("CrossEntropyLoss", {}, LOGITS, [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]),
    ("CrossEntropyLoss", {}, SEQUENCES, WHOLE),
    ("CrossEntropyLoss", {"weight": WEIGHT, "label_smoothing": 0.1}, SEQUENCES, WHOLE),
    ("CrossEntropyLoss", {"label_smoothing": 1.0}, LOGITS, LABELS),
    ("CrossEntropyLoss", {"ignore_index": -100}, SEQUENCES, STEPS),
    ("CrossEntropyLoss", {"ignore_index": -100, "weight": WEIGHT}, SEQUENCES, STEPS),
    ("CrossEntropyLoss", {"label_smoothing": 0.1}, SEQUENCES, distributions(BATCH, TIME, CLASSES)),
    ("NLLLoss", {"ignore_index": 1, "weight": WEIGHT}, LOGITS, LABELS),
    ("NLLLoss", {}, SEQUENCES, WHOLE),
    ("NLLLoss", {"ignore_index": -100, "weight": WEIGHT}, SEQUENCES, STEPS),
    ("BCEWithLogitsLoss", {"pos_weight": 3.0}, LOGITS, numbers(BATCH, CLASSES, draw=lambda: float(RNG.random() < 0.3))),
    ("BCEWithLogitsLoss", {"pos_weight": WEIGHT}, LOGITS, numbers(BATCH, CLASSES, draw=RNG.random)),
    ("BCEWithLogitsLoss", {"pos_weight": WEIGHT}, LOGITS[0], [1.0, 0.0, 0.25]),
    ("SmoothL1Loss", {}, LOGITS, numbers(BATCH, CLASSES)),
    ("SmoothL1Loss", {"beta": 0.3}, LOGITS, numbers(BATCH, CLASSES)),
    ("SmoothL1Loss", {"beta": 0.0}, LOGITS, numbers(BATCH, CLASSES)),
    ("SmoothL1Loss", {"beta": 1.0}, [[1.0, 0.0, -1.0]], [[0.0, 0.0, 0.0]]),
    ("KLDivLoss", {}, LOGITS, distributions(BATCH, CLASSES)),
    ("KLDivLoss", {}, LOGITS, [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]),
    ("KLDivLoss", {"log_target": True}, LOGITS, numbers(BATCH, CLASSES)),
]


def their_loss(name, options, reduction):
    torch = torch_or_skip()
    tensors = {key: tensor(options[key]) for key in {"weight", "pos_weight"} & options.keys()}
    return getattr(torch.nn, name)(**{**options, **tensors}, reduction=reduction)


def theirs_from(outputs, targets):
    """Return outputs and targets as PyTorch takes them: with the classes of a sequence second."""
    torch = torch_or_skip()
    of_ints = {int} >= set(map(type, plain(targets)))
    goals = torch.tensor(targets) if of_ints else tensor(targets)
    if outputs.ndim == 3:
        return outputs.transpose(1, 2), goals.transpose(1, 2) if goals.ndim == 3 else goals
    return outputs, goals


REDUCED = [(*case, reduction) for case in CASES for reduction in ("mean", "sum", "none")]
REDUCED += [(*case, "batchmean") for case in CASES if case[0] == "KLDivLoss"]


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")  # PyTorch's advice to use batchmean
@pytest.mark.parametrize(("name", "options", "outputs", "targets", "reduction"), REDUCED)
def test_values_and_gradients_are_those_of_pytorch(name, options, outputs, targets, reduction):
    ours, theirs = values(outputs), tensor(outputs, requires_grad=True)
    loss = getattr(nn, name)(**options, reduction=reduction)(ours, targets)
    other = their_loss(name, options, reduction)(*theirs_from(theirs, targets))
    if reduction == "none":
        if other.ndim == 3:
            other = other.transpose(1, 2)
        each, factors = plain(loss), [0.5 + i % 7 for i in range(len(plain(loss)))]
        assert [x.data for x in each] == pytest.approx(other.reshape(-1).tolist(), rel=1e-12, abs=1e-14)
        loss = sum(factor * x for factor, x in zip(factors, each, strict=True))
        other = (tensor(factors) * other.reshape(-1)).sum()
    assert loss.data == pytest.approx(other.item(), rel=1e-12)
    loss.backward()
    other.backward()
    assert gradients(ours) == pytest.approx(theirs.grad.reshape(-1).tolist(), rel=1e-12, abs=1e-14)


# --- through fit ------------------------------------------------------------------------------------------

FEATURES = 2


class Tagger(nn.Module):
    """Gives one row of logits for each step of a sequence."""

    def __init__(self, outputs):
        self.linear = nn.Linear(FEATURES, outputs, seed=4)

    def forward(self, x):
        return [self.linear(sequence) for sequence in x]


FITTED = [(*case[:2], isinstance(case[2][0][0], list), case[3]) for case in CASES if len(case[3]) == BATCH]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("compile", [True, False])
@pytest.mark.parametrize(("name", "options", "of_sequences", "targets"), FITTED)
def test_fifty_steps_of_fit_are_those_of_pytorch(name, options, of_sequences, targets, compile):
    torch = torch_or_skip()
    chance = random.Random(6)
    shape = (BATCH, TIME, FEATURES) if of_sequences else (BATCH, FEATURES)
    inputs = numbers(*shape, draw=lambda: chance.gauss(0, 1))
    model = Tagger(CLASSES) if of_sequences else nn.Linear(FEATURES, CLASSES, seed=4)
    other = torch.nn.Linear(FEATURES, CLASSES, dtype=torch.float64)
    copy_parameters(model, other)
    optimizer = nn.SGD(model.parameters(), lr=0.02)
    loss = getattr(nn, name)(**options)
    history = nn.fit(
        model, (inputs, targets), loss=loss, optimizer=optimizer, epochs=50, seed=0, progress=False, compile=compile
    )
    assert history.computation.startswith("compiled:" if compile else "eager")
    criterion, descent, losses = their_loss(name, options, "mean"), torch.optim.SGD(other.parameters(), lr=0.02), []
    for _ in range(50):
        descent.zero_grad()
        result = criterion(*theirs_from(other(tensor(inputs)), targets))
        result.backward()
        descent.step()
        losses.append(result.item())
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert [value.data for value in model.parameters()] == pytest.approx(flat(other), rel=1e-12)


def test_integers_stay_integers_in_batches():
    loader = nn.DataLoader(nn.TensorDataset([[[0.5], [1.5]], [[2.0], [1.0]]], [[0, 1], [2, -100]]), batch_size=2)
    ((_, targets),) = loader
    assert targets == [[0, 1], [2, -100]]
    assert {type(step) for row in targets for step in row} == {int}


def test_validation_counts_the_targets_that_are_not_ignored():
    torch = torch_or_skip()
    inputs = numbers(BATCH, TIME, FEATURES, draw=lambda: RNG.gauss(0, 1))
    model, other = Tagger(CLASSES), torch.nn.Linear(FEATURES, CLASSES, dtype=torch.float64)
    copy_parameters(model, other)
    measured = nn.evaluate(model, (inputs, STEPS), loss=nn.CrossEntropyLoss(ignore_index=-100), batch_size=1)
    whole = torch.nn.functional.cross_entropy(*theirs_from(other(tensor(inputs)), STEPS)).item()
    assert measured["loss"] == pytest.approx(whole, rel=1e-12)


# --- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.cross_entropy(values([[0.0, 1.0]]), [-100]), r"target 0 is -100\. To leave .* ignore_index=-100"),
        (
            lambda: nn.cross_entropy(values([[0.0, 1.0]]), [-1], ignore_index=-100),
            "targets go from 0 to 1; target 0 is -1",
        ),
        (lambda: nn.cross_entropy(values([[0.0, 1.0]]), [7], ignore_index=7), "no target counts .ignore_index=7"),
        (
            lambda: nn.cross_entropy(values([[0.0, 1.0]]), [[0.5, 1.5]]),
            "a probability for each output; target 1 is 1.5",
        ),
        (
            lambda: nn.cross_entropy(values([0.5, 1.0, 2.0]), [0, 1, 1]),
            "got 3 outputs and as many targets.*up to 2 and",
        ),
        (lambda: nn.cross_entropy(values([0.5, 1.0, 2.0]), [0.0, 2.0, 1.0]), "one output each use binary_cross_entr"),
        (lambda: nn.cross_entropy(values([0.5, 1.0]), [1.5, -0.5]), "a probability for each output; target 0 is 1.5"),
        (lambda: nn.cross_entropy(values([[0.0, 1.0]]), [[0.5, 0.25, 0.25]]), "1 x 2 of outputs and .* 1 x 3 of targ"),
        (lambda: nn.cross_entropy(values([[[0.0, 1.0]] * 2]), [[0]]), "1 x 2 x 2 of outputs and .* 1 x 1 of targets"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=-1.0)(Value(0.0), 1), r"pos_weight\[0\] must be at least 0; got -1.0"),
        (
            lambda: nn.BCEWithLogitsLoss(pos_weight=[1.0, 2.0])(values([[0.0, 0.0, 0.0]]), [[1, 0, 1]]),
            "pos_weight is one number, or one for each output of a sample; got 2 for a shape of 1 x 3",
        ),
        (lambda: nn.SmoothL1Loss(beta=-1.0), "beta must be at least 0; got -1.0"),
        (lambda: nn.KLDivLoss("average"), "reduction must be one of .*'batchmean'; got 'average'"),
        (lambda: nn.kl_div(values([0.0, 1.0]), [-1.0, 0.0]), "from 0 to 1 .log_target=True.*target 0 is -1.0"),
        (lambda: nn.MSELoss("batchmean"), "reduction must be one of 'mean', 'sum', 'none'; got 'batchmean'"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(errors.ArgumentError, match=message):
        call()


def test_the_divergence_of_a_distribution_from_itself_is_0():
    logs = [[Value(math.log(p)) for p in row] for row in distributions(BATCH, CLASSES)]
    targets = [[math.exp(x.data) for x in row] for row in logs]
    assert nn.KLDivLoss("batchmean")(logs, targets).data == pytest.approx(0.0, abs=1e-15)


def test_a_batch_without_a_target_that_counts_is_an_error_in_fit_too():
    model = nn.Linear(1, 2, seed=0)
    with pytest.raises(errors.ArgumentError, match="no target counts"):
        nn.fit(
            model,
            ([[1.0], [2.0]], [0, 7]),
            loss=nn.CrossEntropyLoss(ignore_index=7),
            optimizer=nn.SGD(model.parameters()),
            batch_size=1,
            progress=False,
        )


@pytest.mark.parametrize("backend", ["straight", "array"])
@pytest.mark.parametrize("target", [0, 1])
def test_a_class_that_is_an_input_of_a_compiled_loss_counts_once_or_not_at_all(backend, target):
    if backend == "array":
        pytest.importorskip("numpy")
    logits = [0.5, -1.0, 0.25]

    def loss(xs, target):
        return nn.cross_entropy([xs, xs], [target, 2], ignore_index=1, reduction="sum")

    total = math.log(sum(map(math.exp, logits)))
    expected = sum(total - logits[each] for each in (target, 2) if each != 1)
    assert autograd.compile(loss, backend=backend)(logits, target).data == pytest.approx(expected, rel=1e-14)
