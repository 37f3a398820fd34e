"""Losses for many classes: cross-entropy on logits, negative log-likelihood on log-probabilities."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import autograd
from autograd import Value, errors
from nn.argument_checks import within
from nn.data.shapes import Element, Nested, flatten, is_sequence
from nn.losses.base import Loss, LossResult, TargetRule, check_targets, described, reduced
from nn.losses.class_targets import (
    Targets,
    check_one_sample,
    class_index,
    class_weights,
    counted,
    depth,
    rows_of_classes,
)

Weights: TypeAlias = Sequence[float] | None
SampleLoss: TypeAlias = "Callable[[list[Element], int | Value, Sequence[float] | None], Element]"


def cross_entropy(
    outputs: Nested,
    targets: Targets,
    weight: Weights = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    ignore_index: int | None = None,
) -> LossResult:
    """Return ``-log(softmax(logits)[target])``, whose gradient with respect to the logits is ``p - y``.

    It is computed as ``logsumexp(logit - logits[target])``, which is stable and exact for logits of any size; so is the
    gradient, down to the ``1 - p`` of a class that is almost certain.

    Args:
        outputs: one sample's logits, one per class, or a batch of these, or a batch of sequences of these (batch x time
            x classes: here the classes always come last, where PyTorch puts them second).
        targets: the class of each sample or step, an int from 0, in lists like the outputs' without the last level; or
            in lists like the outputs', a probability from 0 to 1 for each class (of a single sample they must add up
            to 1): the loss is then ``-sum(y * log(softmax(logits)))``.
        weight: one number of at least 0 per class, by which its losses are multiplied; the mean over classes (not over
            probabilities) is weighted too.
        reduction: ``"mean"`` over the samples and steps, ``"sum"``, or ``"none"`` for the list of all losses.
        label_smoothing: from 0 to 1, how much of the target is spread evenly over all classes.
        ignore_index: a number that marks targets to leave out, such as -100 where sequences were padded: their loss
            and its gradient are 0, and the mean is over the others.

    Raises:
        ArgumentError: a target outside the classes, probabilities of a single sample that do not add up to 1, numbers
            of samples that differ, an empty batch, a mean where every target is to be ignored.
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
        >>> round(cross_entropy([[logits, logits]], [[0, -100]], ignore_index=-100).data, 6)
        0.693147
        >>> round(cross_entropy(logits, [0.25, 0.75]).data, 6)
        0.693147
    """
    smoothing = within("label_smoothing", label_smoothing, "[0, 1]")
    if is_sequence(targets) and depth(targets) == depth(outputs):
        return of_probabilities(outputs, targets, weight, reduction, smoothing)

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

    name = "cross_entropy"
    return over_samples(loss, outputs, targets, weight, reduction=reduction, ignore_index=ignore_index, name=name)


def difference(logit: Element, index: int, chosen: Element, target: "int | Value") -> Element:
    """Return a logit minus the target's, and for the target itself 0 times it.

    A difference from itself would pass p - 1 back to the target, which cancels where p is almost 1.
    """
    if isinstance(target, Value):  # known only when the recorded program runs
        return autograd.sign(abs(target - index)) * (logit - chosen)
    return 0.0 * chosen if index == target else logit - chosen


def nll_loss(
    outputs: Nested,
    targets: Targets,
    weight: Weights = None,
    reduction: str = "mean",
    *,
    ignore_index: int | None = None,
) -> LossResult:
    """Return the negative log-likelihood ``-log_probabilities[target]``; after a ``LogSoftmax`` it is cross-entropy.

    Args:
        outputs: one sample's log-probabilities, one per class, a batch of these, or batch x time x classes.
        targets: classes, as for :func:`cross_entropy`.
        weight, reduction, ignore_index: as for :func:`cross_entropy`, with the same errors.

    Example:
        >>> import math
        >>> from autograd import Value
        >>> nll_loss([Value(math.log(0.25)), Value(math.log(0.75))], 0).data == math.log(4)
        True
    """

    def loss(logs: list[Element], target: "int | Value", weights: Sequence[float] | None) -> Element:
        own = -autograd.take(logs, target)
        return own if weights is None else own * autograd.take(weights, target)

    name = "nll_loss"
    return over_samples(loss, outputs, targets, weight, reduction=reduction, ignore_index=ignore_index, name=name)


def over_samples(
    loss: SampleLoss,
    outputs: Nested,
    targets: Targets,
    weight: Weights,
    *,
    reduction: str,
    ignore_index: int | None,
    name: str,
) -> LossResult:
    """Return the reduced ``loss(outputs, target, weights)`` of one sample, of a batch, or of one of sequences."""
    rows, shape = rows_of_classes(outputs, targets, reduction, name)
    goals, goal_shape = flatten(targets, f"{name}: targets", lambda target, _: target)
    if goal_shape != shape[:-1]:
        several = f"{len(goals)} target{'s' * (len(goals) != 1)}"
        raise errors.ArgumentError(
            f"{name} needs samples of one output per class and one target per sample; got {described(shape)} of "
            f"outputs and {several if len(goal_shape) < 2 else f'{described(goal_shape)} of targets'}."
        )
    weights = None if weight is None else class_weights(weight, shape[-1], name)
    labels = [class_index(target, i, shape[-1], name, ignore_index) for i, target in enumerate(goals)]
    if ignore_index is None:
        losses = [loss(row, target, weights) for row, target in zip(rows, labels, strict=True)]
        if reduction != "mean" or weights is None:
            return reduced(losses, goal_shape, reduction)
        return autograd.sum(losses) / autograd.sum([autograd.take(weights, target) for target in labels])
    losses, shares = [], []
    for row, target in zip(rows, labels, strict=True):
        counts, known = counted(target, ignore_index)
        losses.append(counts * loss(row, known, weights))
        shares.append(counts if weights is None else counts * autograd.take(weights, known))
    if reduction != "mean":
        return reduced(losses, goal_shape, reduction)
    total = autograd.sum(shares)
    if not isinstance(total, Value) and total == 0:
        raise errors.ArgumentError(
            f"{name}: no target counts (ignore_index={ignore_index}, or classes of weight 0), so there is no mean."
        )
    return autograd.sum(losses) / total


def of_probabilities(outputs: Nested, targets: Nested, weight: Weights, reduction: str, smoothing: float) -> LossResult:
    """Return the reduced cross-entropy with targets that give a probability for each class."""
    rows, shape = rows_of_classes(outputs, targets, reduction, "cross_entropy")
    goals, goal_shape = flatten(targets, "cross_entropy: targets")
    if goal_shape != shape:
        raise errors.ArgumentError(
            f"cross_entropy needs a probability for each output, or one class for all of a sample's; got "
            f"{described(shape)} of outputs and {described(goal_shape)} of targets."
        )
    meaning = "targets are classes, one for each sample, or a probability for each output"
    if len(shape) == 1:
        check_one_sample(goals)
    check_targets(goals, TargetRule(lambda target: 0 <= target <= 1, meaning), "cross_entropy")
    classes = shape[-1]
    weights = None if weight is None else class_weights(weight, classes, "cross_entropy")
    losses: list[Element] = []
    for i, row in enumerate(rows):
        spread = goals[i * classes : (i + 1) * classes]
        if smoothing:
            spread = [(1 - smoothing) * goal + smoothing / classes for goal in spread]
        if weights is not None:
            spread = [weight * goal for weight, goal in zip(weights, spread, strict=True)]
        losses.append(-autograd.dot(spread, autograd.log_softmax(row)))
    return reduced(losses, shape[:-1], reduction)


class CrossEntropyLoss(Loss):
    """:func:`cross_entropy` as a class, with its arguments except for the outputs and the targets.

    Example:
        >>> from autograd import Value
        >>> round(CrossEntropyLoss()([[Value(0.0), Value(0.0)], [Value(1.0), Value(1.0)]], [1, 0]).data, 6)
        0.693147
    """

    def __init__(
        self,
        weight: Weights = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
        *,
        ignore_index: int | None = None,
    ) -> None:
        super().__init__(reduction)
        self.weight, self.label_smoothing = weight, within("label_smoothing", label_smoothing, "[0, 1]")
        self.ignore_index = ignore_index

    def forward(self, outputs: Nested, targets: Targets) -> LossResult:
        return cross_entropy(
            outputs, targets, self.weight, self.reduction, self.label_smoothing, ignore_index=self.ignore_index
        )


class NLLLoss(Loss):
    """:func:`nll_loss` as a class, with its arguments except for the outputs and the targets.

    Example:
        >>> from autograd import Value
        >>> NLLLoss(reduction="sum")([[Value(-1.5), Value(-0.25)]], [0]).data
        1.5
    """

    def __init__(self, weight: Weights = None, reduction: str = "mean", *, ignore_index: int | None = None) -> None:
        super().__init__(reduction)
        self.weight, self.ignore_index = weight, ignore_index

    def forward(self, outputs: Nested, targets: Targets) -> LossResult:
        return nll_loss(outputs, targets, self.weight, self.reduction, ignore_index=self.ignore_index)
