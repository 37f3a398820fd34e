"""Losses: closed forms, extremes, what they refuse, and agreement with PyTorch."""

import math
import random

import pytest
from pytorch import tensor, torch_or_skip

import autograd
import nn
from autograd import Value, errors


def values(numbers):
    return [values(x) if isinstance(x, list) else Value(x) for x in numbers]


def gradients(xs):
    return [gradients(x) if isinstance(x, list) else x.grad for x in xs]


LOSSES = [nn.mse_loss, nn.l1_loss, nn.huber_loss, nn.hinge_loss, nn.cross_entropy, nn.nll_loss]
LOSSES += [nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits, nn.MSELoss(), nn.CrossEntropyLoss()]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("targets", "outputs"), [(1, 0.5), ([1, 1], [0.5, 0.25]), ([[1], [1]], [[0.5], [0.25]]), ([1, 1], [[0.5], [0.25]])]
)
def test_outputs_and_targets_the_wrong_way_round(loss, targets, outputs):
    outputs = values(outputs) if isinstance(outputs, list) else Value(outputs)
    with pytest.raises(errors.ArgumentError, match=r"wrong way round: write \w+\(outputs, targets\)"):
        loss(targets, outputs)


def test_targets_may_have_a_history_too():
    assert nn.mse_loss([Value(1.0)], [Value(3.0)]).data == 4.0
    assert nn.mse_loss([1.0], [3.0]) == 4.0


# --- closed forms ---------------------------------------------------------------------------------------

OUTPUTS, TARGETS = [0.5, -2.0, 3.0], [1.0, 1.0, 2.5]


@pytest.mark.parametrize(
    ("loss", "each"),
    [
        (nn.mse_loss, [0.25, 9.0, 0.25]),
        (nn.l1_loss, [0.5, 3.0, 0.5]),
        (nn.huber_loss, [0.125, 2.5, 0.125]),
        (lambda *x, reduction="mean": nn.huber_loss(*x, reduction, delta=2.0), [0.125, 4.0, 0.125]),
        (lambda x, _, reduction="mean": nn.hinge_loss(x, [1, 1, -1], reduction), [0.5, 3.0, 4.0]),
    ],
)
def test_values_by_hand_in_every_reduction(loss, each):
    assert loss(values(OUTPUTS), TARGETS).data == pytest.approx(sum(each) / 3, rel=1e-15)
    assert loss(values(OUTPUTS), TARGETS, reduction="sum").data == pytest.approx(sum(each), rel=1e-15)
    assert [x.data for x in loss(values(OUTPUTS), TARGETS, reduction="none")] == pytest.approx(each, rel=1e-15)


def test_the_documents_example_binary_cross_entropy_of_0_9_against_1_is_0_105():
    assert nn.BCELoss()(Value(0.9), 1).data == pytest.approx(-math.log(0.9), rel=1e-15)
    assert round(nn.BCELoss()(Value(0.9), 1).data, 3) == 0.105
    assert nn.BCELoss()(Value(0.9), 0).data == pytest.approx(math.log(10), rel=1e-14)


def test_binary_cross_entropy_by_hand():
    p, y = [0.2, 0.7, 0.5], [0, 1, 0.25]
    expected = [-math.log(0.8), -math.log(0.7), math.log(2)]
    outputs = values(p)
    loss = nn.binary_cross_entropy(outputs, y, reduction="sum")
    loss.backward()
    assert loss.data == pytest.approx(sum(expected), rel=1e-15)
    assert gradients(outputs) == pytest.approx([(a - b) / (a * (1 - a)) for a, b in zip(p, y, strict=True)], rel=1e-14)


def test_binary_cross_entropy_at_exactly_0_and_1_is_0_or_100_with_a_finite_gradient():
    for p, y, expected in [(0.0, 0, 0.0), (1.0, 1, 0.0), (0.0, 1, 100.0), (1.0, 0, 100.0)]:
        output = Value(p)
        loss = nn.binary_cross_entropy(output, y)
        loss.backward()
        assert loss.data == pytest.approx(expected, abs=1e-40)
        assert math.isfinite(output.grad)
        assert output.grad < 0 if y > p else output.grad >= 0 or y == p


def test_binary_cross_entropy_with_logits_is_that_of_the_sigmoid():
    for z in (-5.0, -0.3, 0.0, 2.0, 30.0):
        for y in (0, 1, 0.3):
            logit = Value(z)
            loss = nn.binary_cross_entropy_with_logits(logit, y)
            loss.backward()
            p = 1 / (1 + math.exp(-z))
            assert loss.data == pytest.approx(
                y * math.log1p(math.exp(-z)) + (1 - y) * math.log1p(math.exp(z)), rel=1e-14, abs=0
            )
            assert logit.grad == pytest.approx(p - y, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("z", [745.0, 1e3, 1e300])
def test_binary_cross_entropy_with_logits_at_extremes(z):
    for logit, y, expected, slope in [(z, 1, 0.0, 0.0), (z, 0, z, 1.0), (-z, 0, 0.0, 0.0), (-z, 1, z, -1.0)]:
        output = Value(logit)
        loss = nn.binary_cross_entropy_with_logits(output, y)
        loss.backward()
        assert loss.data == pytest.approx(expected, rel=1e-15, abs=1e-300)
        assert output.grad == pytest.approx(slope, rel=1e-15, abs=1e-300)


def softmax(logits):
    exponentials = [math.exp(z - max(logits)) for z in logits]
    return [e / sum(exponentials) for e in exponentials]


@pytest.mark.parametrize("logits", [[0.0, 0.0], [1.0, -2.0, 0.5], [5.0, 4.0, 3.0, -20.0]])
def test_the_gradient_of_softmax_and_cross_entropy_is_p_minus_y(logits):
    for target in range(len(logits)):
        outputs = values(logits)
        loss = nn.cross_entropy(outputs, target)
        loss.backward()
        p = softmax(logits)
        assert loss.data == pytest.approx(-math.log(p[target]), rel=1e-14)
        expected = [p[i] - (i == target) for i in range(len(logits))]
        assert gradients(outputs) == pytest.approx(expected, rel=1e-13, abs=1e-16)


def test_cross_entropy_at_extremes():
    for big in (745.0, 1e4, 1e300):
        outputs = values([big, 0.0])
        loss = nn.cross_entropy([outputs, outputs], [0, 1], reduction="none")
        assert [x.data for x in loss] == [pytest.approx(math.exp(-big), abs=1e-300), big]
        sum(loss).backward()
        assert gradients(outputs) == pytest.approx([1.0, -1.0])
    # the small loss of a nearly certain prediction keeps all its digits
    assert nn.cross_entropy(values([1e4, 1e4 - 30]), 0).data == pytest.approx(
        math.log1p(math.exp(-30)), rel=1e-12, abs=0
    )


@pytest.mark.parametrize("target", [0, 1, 2])
@pytest.mark.parametrize("backend", ["straight", "array"])
def test_cross_entropy_compiled_with_the_class_as_an_input_loses_nothing_where_p_is_almost_1(backend, target):
    compiled = autograd.compile(nn.cross_entropy, backend=backend)
    logits, others = [0.0, -3.0], [math.exp(-40), math.exp(-43)]
    logits.insert(target, 40.0)
    loss, (slopes, by_target) = autograd.value_and_grad(compiled, (0, 1))(logits, target)
    assert loss == pytest.approx(sum(others), rel=1e-14, abs=0)
    assert slopes.pop(target) == pytest.approx(-sum(others), rel=1e-14, abs=0)
    assert slopes == pytest.approx(others, rel=1e-14, abs=0)
    assert by_target == 0.0


@pytest.mark.parametrize("backend", ["straight", "array"])
@pytest.mark.parametrize(
    "loss", [nn.mse_loss, nn.hinge_loss, nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits]
)
def test_targets_may_be_whole_numbers_in_a_compiled_function(loss, backend):
    compiled = autograd.compile(lambda xs: loss(xs, [1, 1]), backend=backend)
    assert compiled([0.25, 0.75]).data == pytest.approx(loss([0.25, 0.75], [1.0, 1.0]), rel=1e-15)


def test_cross_entropy_of_a_batch_is_the_mean_over_samples():
    batch, targets = [[1.0, 2.0, 3.0], [0.0, -1.0, 0.0]], [2, 1]
    each = [-math.log(softmax(row)[target]) for row, target in zip(batch, targets, strict=True)]
    assert nn.cross_entropy(values(batch), targets).data == pytest.approx(sum(each) / 2, rel=1e-14)
    assert nn.cross_entropy(values(batch), targets, reduction="sum").data == pytest.approx(sum(each), rel=1e-14)
    weighted = nn.cross_entropy(values(batch), targets, weight=[1, 3, 0.5])
    assert weighted.data == pytest.approx((0.5 * each[0] + 3 * each[1]) / 3.5, rel=1e-14)


def test_label_smoothing_spreads_the_target():
    logits, smoothing = [1.0, -0.5, 0.25, 2.0], 0.2
    logs = [math.log(p) for p in softmax(logits)]
    expected = -sum((0.8 * (i == 1) + 0.05) * log for i, log in enumerate(logs))
    outputs = values(logits)
    loss = nn.cross_entropy(outputs, 1, label_smoothing=smoothing)
    loss.backward()
    assert loss.data == pytest.approx(expected, rel=1e-14)
    smooth = [0.8 * (i == 1) + 0.05 for i in range(4)]
    assert gradients(outputs) == pytest.approx([p - y for p, y in zip(softmax(logits), smooth, strict=True)], rel=1e-13)


def test_negative_log_likelihood_after_log_softmax_is_cross_entropy():
    batch = [[1.0, 2.0, 3.0], [0.0, -1.0, 0.0]]
    logs = nn.LogSoftmax()(values(batch))
    for options in ({}, {"weight": [1.0, 2.0, 3.0]}, {"reduction": "sum"}):
        expected = nn.cross_entropy(values(batch), [0, 1], **options).data
        assert nn.nll_loss(logs, [0, 1], **options).data == pytest.approx(expected, rel=1e-14)


# --- how outputs and targets may be arranged ------------------------------------------------------------


@pytest.mark.parametrize(
    ("outputs", "targets"),
    [
        (2.0, 1.0),
        ([2.0], 1.0),
        (2.0, [1.0]),
        ([2.0, 0.0], [1.0, 1.0]),
        ([[2.0], [0.0]], [1.0, 1.0]),
        ([2.0, 0.0], [[1.0], [1.0]]),
        ([[2.0, 0.0]], [[1.0, 1.0]]),
        ([[2.0, 0.0], [2.0, 2.0]], [[1.0, 1.0], [1.0, 1.0]]),
    ],
)
def test_a_value_a_sample_or_a_batch(outputs, targets):
    arranged = values([outputs])[0]
    assert nn.mse_loss(arranged, targets).data == 1.0
    assert nn.MSELoss()(arranged, targets).data == 1.0


def test_without_reduction_losses_are_arranged_as_the_outputs():
    losses = nn.mse_loss(values([[1.0, 2.0], [3.0, 4.0]]), [[0.0, 0.0], [0.0, 0.0]], reduction="none")
    assert [[x.data for x in row] for row in losses] == [[1.0, 4.0], [9.0, 16.0]]
    assert nn.cross_entropy(values([0.0, 0.0]), 0, reduction="none").data == pytest.approx(math.log(2))


def test_numpy_arrays_as_targets():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    assert nn.mse_loss(values([1.0, 2.0]), numpy.array([1.0, 4.0])).data == 2.0
    assert nn.cross_entropy(values([[0.0, 0.0]] * 2), numpy.array([0, 1])).data == pytest.approx(math.log(2))


def test_plain_numbers_give_plain_numbers():
    assert nn.mse_loss([1.0, 2.0], [1.0, 4.0]) == 2.0
    assert nn.binary_cross_entropy(0.5, 1) == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.mse_loss(values([1.0, 2.0]), [1.0]), "mse_loss needs one target for each output.*2.*of targets"),
        (lambda: nn.mse_loss(values([[1.0, 2.0], [3.0, 4.0]]), [1.0, 2.0, 3.0, 4.0]), "a shape of 2 x 2 of outputs"),
        (lambda: nn.mse_loss([], []), "mse_loss: outputs is empty"),
        (lambda: nn.mse_loss(values([[1.0], [1.0, 2.0]]), [1.0]), "mse_loss: outputs has parts of different shapes"),
        (lambda: nn.mse_loss(values([1.0, 2.0]), [1.0, math.nan]), r"mse_loss: targets\[1\].*nan"),
        (lambda: nn.mse_loss(Value(1.0), 1.0, reduction="avg"), "reduction must be one of.*'avg'"),
        (lambda: nn.MSELoss("avg"), "reduction must be one of.*'avg'"),
        (lambda: nn.huber_loss(Value(1.0), 1.0, delta=0), "delta must be greater than 0; got 0"),
        (lambda: nn.HuberLoss(delta=-1.0), "delta must be greater than 0; got -1.0"),
        (lambda: nn.hinge_loss(values([1.0, 2.0]), [1, 0]), r"-1 or 1; turn classes.*target 1 is 0.0"),
        (lambda: nn.binary_cross_entropy(Value(0.5), 2), "targets are 0 or 1.*target 0 is 2.0"),
        (lambda: nn.binary_cross_entropy_with_logits(Value(0.5), -1), "targets are 0 or 1.*target 0 is -1.0"),
        (lambda: nn.cross_entropy(values([0.0, 1.0, 2.0]), 3), "there are 3 classes.*from 0 to 2; target 0 is 3"),
        (lambda: nn.cross_entropy(values([[0.0, 1.0]] * 2), [0, -1]), "from 0 to 1; target 1 is -1"),
        (lambda: nn.cross_entropy(values([[0.0, 1.0]] * 2), [0]), "2 x 2 of outputs and 1 target"),
        (lambda: nn.cross_entropy(Value(0.0), 0), "one output per class.*binary_cross_entropy_with_logits"),
        (lambda: nn.cross_entropy([], []), "batch is empty"),
        (lambda: nn.cross_entropy(values([0.0, 1.0]), 0, weight=[1.0]), "weight has one number per class; got 1 for 2"),
        (lambda: nn.cross_entropy(values([0.0, 1.0]), 0, weight=[1.0, -1.0]), r"weight\[1\] must be at least 0"),
        (lambda: nn.cross_entropy(values([0.0, 1.0]), 0, label_smoothing=1.5), "label_smoothing must be .*got 1.5"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=-1), "label_smoothing must be .*got -1"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(errors.ArgumentError, match=message):
        call()


@pytest.mark.parametrize("target", [0.5, "0", None])
@pytest.mark.parametrize("loss", [nn.cross_entropy, nn.nll_loss])
def test_a_class_is_an_int(loss, target):
    with pytest.raises(errors.NumberError, match=r"targets are class numbers, ints from 0 to 1; target 0 is"):
        loss(values([0.0, 1.0]), target)


@pytest.mark.parametrize("p", [-0.1, 1.1, 5.0])
def test_binary_cross_entropy_refuses_what_is_no_probability(p):
    with pytest.raises(errors.DomainError, match=r"be probabilities from 0 to 1.*binary_cross_entropy_with_logits"):
        nn.binary_cross_entropy(values([0.5, p]), [1, 1])


# --- PyTorch --------------------------------------------------------------------------------------------

RNG = random.Random(0)
REAL = [[RNG.gauss(0, 3) for _ in range(4)] for _ in range(5)]
MORE = [[RNG.gauss(0, 3) for _ in range(4)] for _ in range(5)]
PROBABILITIES = [[RNG.random() for _ in range(4)] for _ in range(5)]
ZEROS_AND_ONES = [[float(RNG.random() < 0.5) for _ in range(4)] for _ in range(5)]
CLASSES = [RNG.randrange(4) for _ in range(5)]
WEIGHTS = [0.5, 2.0, 0.0, 1.25]

PAIRS = [
    ("MSELoss", {}, REAL, MORE),
    ("L1Loss", {}, REAL, MORE),
    ("HuberLoss", {}, REAL, MORE),
    ("HuberLoss", {"delta": 2.5}, REAL, MORE),
    ("BCELoss", {}, PROBABILITIES, ZEROS_AND_ONES),
    ("BCELoss", {}, PROBABILITIES, [row[::-1] for row in PROBABILITIES]),
    ("BCEWithLogitsLoss", {}, REAL, ZEROS_AND_ONES),
    ("CrossEntropyLoss", {}, REAL, CLASSES),
    ("CrossEntropyLoss", {"weight": WEIGHTS}, REAL, CLASSES),
    ("CrossEntropyLoss", {"label_smoothing": 0.1}, REAL, CLASSES),
    ("CrossEntropyLoss", {"label_smoothing": 0.3, "weight": WEIGHTS}, REAL, CLASSES),
    ("NLLLoss", {}, REAL, CLASSES),
    ("NLLLoss", {"weight": WEIGHTS}, REAL, CLASSES),
]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("name", "options", "outputs", "targets"), PAIRS)
def test_values_and_gradients_agree_with_pytorch(name, options, outputs, targets, reduction):
    torch = torch_or_skip()
    their_options = {**options, **({"weight": tensor(WEIGHTS)} if "weight" in options else {})}
    ours, theirs = values(outputs), tensor(outputs, requires_grad=True)
    goals = torch.tensor(targets) if targets is CLASSES else tensor(targets)
    loss = getattr(nn, name)(**options, reduction=reduction)(ours, targets)
    their_loss = getattr(torch.nn, name)(**their_options, reduction=reduction)(theirs, goals)
    if reduction == "none":
        flat = [x for row in loss for x in row] if isinstance(loss[0], list) else loss
        assert [x.data for x in flat] == pytest.approx(their_loss.reshape(-1).tolist(), rel=1e-9)
        factors = [0.5 + i % 7 for i in range(len(flat))]
        loss = sum(factor * x for factor, x in zip(factors, flat, strict=True))
        their_loss = (tensor(factors) * their_loss.reshape(-1)).sum()
    assert loss.data == pytest.approx(their_loss.item(), rel=1e-9)
    loss.backward()
    their_loss.backward()
    assert [g for row in gradients(ours) for g in row] == pytest.approx(
        theirs.grad.reshape(-1).tolist(), rel=1e-9, abs=1e-15
    )


def test_the_hinge_loss_agrees_with_the_same_formula_in_pytorch():
    torch_or_skip()
    signs = [[2 * y - 1 for y in row] for row in ZEROS_AND_ONES]
    ours, theirs = values(REAL), tensor(REAL, requires_grad=True)
    loss, their_loss = nn.HingeLoss()(ours, signs), (1 - tensor(signs) * theirs).clamp(min=0).mean()
    loss.backward()
    their_loss.backward()
    assert loss.data == pytest.approx(their_loss.item(), rel=1e-12)
    assert [g for row in gradients(ours) for g in row] == pytest.approx(theirs.grad.reshape(-1).tolist(), rel=1e-12)


def test_binary_cross_entropy_at_0_and_1_has_pytorchs_values():
    torch = torch_or_skip()
    for p in (0.0, 1.0, 1e-30, 1 - 2**-53):
        for y in (0.0, 1.0):
            theirs = torch.nn.functional.binary_cross_entropy(tensor(p), tensor(y)).item()
            assert nn.binary_cross_entropy(Value(p), y).data == pytest.approx(theirs, rel=1e-12, abs=1e-15)


def test_the_gradient_of_an_almost_certain_class_does_not_cancel():
    logits = [Value(40.0), Value(0.0)]
    nn.cross_entropy(logits, 0).backward()
    p = math.exp(-40) / (1 + math.exp(-40))  # of the other class
    assert [x.grad for x in logits] == [pytest.approx(-p, rel=1e-15, abs=0), pytest.approx(p, rel=1e-15, abs=0)]


def test_defaults_of_the_functions():
    assert nn.smooth_l1_loss([0.5], [2.0]) == 1.0  # the distance 1.5 minus half of beta = 1
    logarithms = [math.log(0.5), math.log(0.5)]
    assert nn.kl_div(logarithms, [1.0, 0.0], reduction="batchmean") == math.log(2)  # one sample, not two
