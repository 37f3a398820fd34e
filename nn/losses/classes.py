"""Losses for many classes: cross-entropy on logits, negative log-likelihood on log-probabilities."""

import operator
from collections.abc import Callable, Sequence
from typing import TypeAlias

import autograd
from autograd import Value, errors
from nn.argument_checks import one_of, within
from nn.data.shapes import Element, Input, flatten, is_batch, is_sequence, leaves, listed
from nn.losses.base import REDUCTIONS, Loss, LossResult, check_order, described, reduced

Targets: TypeAlias = "int | Value | Sequence[int | Value]"
Weights: TypeAlias = Sequence[float] | None
SampleLoss: TypeAlias = "Callable[[list[Element], int | Value, Sequence[float] | None], Element]"


def cross_entropy(
    outputs: Input, targets: Targets, weight: Weights = None, reduction: str = "mean", label_smoothing: float = 0.0
) -> LossResult:
    """Return ``-log(softmax(logits)[target])``, whose gradient with respect to the logits is ``p - y``.

    It is computed as ``logsumexp(logit - logits[target])``, which is stable and exact for logits of any size; so is the
    gradient, down to the ``1 - p`` of a class that is almost certain.

    Args:
        outputs: one sample's logits, one per class, or a batch of these.
        targets: the class of the sample, an int from 0, or a list of one class per sample.
        weight: one number of at least 0 per class, by which its losses are multiplied; the mean is weighted too.
        reduction: ``"mean"`` over the samples, ``"sum"``, or ``"none"`` for the list of all losses.
        label_smoothing: from 0 to 1, how much of the target is spread evenly over all classes.

    Raises:
        ArgumentError: a target outside the classes, numbers of samples that differ, an empty batch.
        NumberError: a target that is not an int.

    Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.2.2; label smoothing: Szegedy, Vanhoucke,
    Ioffe, Shlens & Wojna, Rethinking the Inception architecture (2015).

    Example:
        >>> from autograd import Value
        >>> logits = [Value(0.0), Value(0.0)]
        >>> loss = cross_entropy(logits, 1)
        >>> loss.backward()
        >>> round(loss.data, 6), logits[0].grad, logits[1].grad
        (0.693147, 0.5, -0.5)
    """
    smoothing = within("label_smoothing", label_smoothing, "[0, 1]")

    def loss(logits: list[Element], target: "int | Value", weights: Sequence[float] | None) -> Element:
        if smoothing == 0:
            chosen = autograd.take(logits, target)
            own = autograd.logsumexp([difference(logit, i, chosen, target) for i, logit in enumerate(logits)])
            return own if weights is None else own * autograd.take(weights, target)
        largest = autograd.max(logits)  # the one shift by which the losses of all classes lose no digits
        shifted = [logit - largest for logit in logits]
        total = autograd.logsumexp(shifted)
        own = total - autograd.take(shifted, target)
        weighted = own if weights is None else own * autograd.take(weights, target)
        every = [total - item for item in shifted]
        spread = autograd.mean(every) if weights is None else autograd.dot(weights, every) / len(every)
        return (1 - smoothing) * weighted + smoothing * spread

    return over_samples(loss, outputs, targets, weight, reduction, name="cross_entropy")


def difference(logit: Element, index: int, chosen: Element, target: "int | Value") -> Element:
    """Return a logit minus the target's, and for the target itself 0 times it.

    A difference from itself would pass p - 1 back to the target, which cancels where p is almost 1.
    """
    if isinstance(target, Value):  # known only when the recorded program runs
        return autograd.sign(abs(target - index)) * (logit - chosen)
    return 0.0 * chosen if index == target else logit - chosen


def nll_loss(outputs: Input, targets: Targets, weight: Weights = None, reduction: str = "mean") -> LossResult:
    """Return the negative log-likelihood ``-log_probabilities[target]``; after a ``LogSoftmax`` it is cross-entropy.

    Args:
        outputs: one sample's log-probabilities, one per class, or a batch of these.
        targets, weight, reduction: as for :func:`cross_entropy`, with the same errors.

    Example:
        >>> import math
        >>> from autograd import Value
        >>> nll_loss([Value(math.log(0.25)), Value(math.log(0.75))], 0).data == math.log(4)
        True
    """

    def loss(logs: list[Element], target: "int | Value", weights: Sequence[float] | None) -> Element:
        own = -autograd.take(logs, target)
        return own if weights is None else own * autograd.take(weights, target)

    return over_samples(loss, outputs, targets, weight, reduction, name="nll_loss")


def over_samples(
    loss: SampleLoss, outputs: Input, targets: Targets, weight: Weights, reduction: str, *, name: str
) -> LossResult:
    """Return the reduced ``loss(outputs, target, weights)`` of one sample or of a batch."""
    one_of("reduction", reduction, REDUCTIONS)
    check_order(leaves(outputs), leaves(targets), name)
    if not is_sequence(outputs):
        raise errors.ArgumentError(
            f"{name} takes one output per class, such as those of MLP(2, [16, 3]); got a single {outputs!r}. "
            "For two classes and one output use binary_cross_entropy_with_logits."
        )
    rows = listed(outputs)
    batch = is_batch(rows)
    numbers, shape = flatten(rows if batch else [rows], f"{name}: outputs")
    goals = listed(targets) if batch else [targets]
    if len(shape) != 2 or shape[0] != len(goals):
        raise errors.ArgumentError(
            f"{name} needs samples of one output per class and one target per sample; got {described(shape)} of "
            f"outputs and {len(goals)} target{'s' * (len(goals) != 1)}."
        )
    classes = shape[1]
    weights = None if weight is None else class_weights(weight, classes, name)
    labels = [class_index(target, i, classes, name) for i, target in enumerate(goals)]
    losses = [loss(numbers[i * classes : (i + 1) * classes], target, weights) for i, target in enumerate(labels)]
    if reduction == "mean" and weights is not None:
        return autograd.sum(losses) / autograd.sum([autograd.take(weights, target) for target in labels])
    return reduced(losses, (len(losses),) if batch else (), reduction)


def class_index(target: object, position: int, classes: int, name: str) -> "int | Value":
    """Return a target as an int that is one of the classes; a Value (while recording) as it is."""
    if isinstance(target, Value):
        return target
    try:
        index = operator.index(target)  # type: ignore[arg-type]  # what is not an int is reported
    except TypeError:
        raise errors.NumberError(
            f"{name}: targets are class numbers, ints from 0 to {classes - 1}; target {position} is {target!r}."
        ) from None
    if not 0 <= index < classes:
        raise errors.ArgumentError(
            f"{name}: there are {classes} classes, so targets go from 0 to {classes - 1}; target {position} is {index}."
        )
    return index


def class_weights(weight: Sequence[float], classes: int, name: str) -> list[float]:
    """Return the weights of the classes as floats of at least 0."""
    weights = [within(f"{name}: weight[{i}]", number, "[0, inf)") for i, number in enumerate(listed(weight))]
    if len(weights) != classes:
        raise errors.ArgumentError(
            f"{name}: weight has one number per class; got {len(weights)} for {classes} classes."
        )
    return weights


class CrossEntropyLoss(Loss):
    """:func:`cross_entropy` as a class, with its arguments except for the outputs and the targets.

    Example:
        >>> from autograd import Value
        >>> round(CrossEntropyLoss()([[Value(0.0), Value(0.0)], [Value(1.0), Value(1.0)]], [1, 0]).data, 6)
        0.693147
    """

    def __init__(self, weight: Weights = None, reduction: str = "mean", label_smoothing: float = 0.0) -> None:
        super().__init__(reduction)
        self.weight, self.label_smoothing = weight, within("label_smoothing", label_smoothing, "[0, 1]")

    def forward(self, outputs: Input, targets: Targets) -> LossResult:
        return cross_entropy(outputs, targets, self.weight, self.reduction, self.label_smoothing)


class NLLLoss(Loss):
    """:func:`nll_loss` as a class, with its arguments except for the outputs and the targets.

    Example:
        >>> from autograd import Value
        >>> NLLLoss(reduction="sum")([[Value(-1.5), Value(-0.25)]], [0]).data
        1.5
    """

    def __init__(self, weight: Weights = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = weight

    def forward(self, outputs: Input, targets: Targets) -> LossResult:
        return nll_loss(outputs, targets, self.weight, self.reduction)
