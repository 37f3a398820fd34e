"""Losses for two classes: hinge on scores, binary cross-entropy on probabilities and on logits."""

import itertools
import math
from collections.abc import Sequence
from typing import TypeAlias

from autograd import errors, log, relu, softplus
from nn.argument_checks import within
from nn.data.shapes import Element, Nested, flatten, is_sequence, listed
from nn.losses.base import Loss, LossResult, TargetRule, check_targets, described, elementwise, takes

PositiveWeight: TypeAlias = "float | Sequence[float] | None"

TINY = math.exp(-100)
"""Is added to a probability before its logarithm is taken, so that ``-log 0`` counts as 100."""


PROBABILITIES = TargetRule(lambda target: 0 <= target <= 1, "targets are 0 or 1, or probabilities between")
SIGNS = TargetRule(lambda target: abs(target) == 1, "targets are -1 or 1; turn classes 0 and 1 into 2 * target - 1")


@takes(SIGNS)
def hinge_loss(outputs: Nested, targets: Nested, reduction: str = "mean") -> LossResult:
    """Return the hinge loss ``max(0, 1 - target * score)``, which asks for a margin between two classes.

    Args:
        outputs: scores, whose signs are the predicted classes: a Value, a sample or a batch.
        targets: as many classes, each -1 or 1.
        reduction: ``"mean"`` over all numbers, ``"sum"``, or ``"none"`` for the list of all losses.

    Raises:
        ArgumentError: a target other than -1 and 1, shapes that do not match, an empty batch.

    Source: Cortes & Vapnik, Support-vector networks (1995).

    Example:
        >>> from autograd import Value
        >>> hinge_loss([Value(0.5), Value(3.0)], [1, 1]).data
        0.25
    """
    check_targets(targets, SIGNS, "hinge_loss")
    return elementwise(lambda score, target: relu(1 - target * score), outputs, targets, reduction, name="hinge_loss")


@takes(PROBABILITIES)
def binary_cross_entropy(outputs: Nested, targets: Nested, reduction: str = "mean") -> LossResult:
    """Return ``-(y * log(p) + (1 - y) * log(1 - p))`` for probabilities p, the outputs of a sigmoid.

    At exactly 0 and 1 the loss stays finite: ``-log(0)`` counts as 100, as in PyTorch. (``exp(-100)`` is added
    before each logarithm, which changes no other double down to 1e-27; the gradient stays finite too.) A saturated
    sigmoid passes no gradient on all the same, which is why :func:`binary_cross_entropy_with_logits`, which takes
    the sigmoid's input, is the better choice for training.

    Args:
        outputs: probabilities from 0 to 1: a Value, a sample or a batch.
        targets: as many numbers, each 0 or 1 (or a probability).
        reduction: ``"mean"`` over all numbers, ``"sum"``, or ``"none"`` for the list of all losses.

    Raises:
        DomainError: an output is no probability.
        ArgumentError: a target outside 0 to 1, shapes that do not match, an empty batch.

    Source: Goodfellow, Bengio & Courville, Deep Learning (2016), section 6.2.2.

    Example:
        >>> from autograd import Value
        >>> round(binary_cross_entropy(Value(0.9), 1).data, 3)
        0.105
    """

    def entropy(p: Element, y: Element) -> Element:
        return -(y * log(p + TINY) + (1 - y) * log(1 - p + TINY))

    check_targets(targets, PROBABILITIES, "binary_cross_entropy")
    try:
        return elementwise(entropy, outputs, targets, reduction, name="binary_cross_entropy")
    except errors.DomainError as error:
        raise errors.DomainError(
            "binary_cross_entropy: outputs must be probabilities from 0 to 1, as a Sigmoid gives; for logits, which "
            f"may be any numbers, use binary_cross_entropy_with_logits. ({error})"
        ) from None


@takes(PROBABILITIES)
def binary_cross_entropy_with_logits(
    outputs: Nested, targets: Nested, reduction: str = "mean", *, pos_weight: PositiveWeight = None
) -> LossResult:
    """Return the binary cross-entropy of ``sigmoid(logit)``, stable for logits of any size.

    ``-log(sigmoid(z))`` is ``softplus(-z)``, so the loss is ``y * softplus(-z) + (1 - y) * softplus(z)``.

    Args:
        outputs: logits: a Value, a sample or a batch.
        targets: as many numbers, each 0 or 1 (or a probability).
        reduction: ``"mean"`` over all numbers, ``"sum"``, or ``"none"`` for the list of all losses.
        pos_weight: by how much the loss of a 1 is multiplied, at least 0: one number, or one for each output of a
            sample. Where only one in ten targets is 1, a 9 makes both kinds count the same.

    Raises:
        ArgumentError: a target outside 0 to 1, shapes that do not match, an empty batch, another number of weights.

    Example:
        >>> from autograd import Value
        >>> binary_cross_entropy_with_logits(Value(-1000.0), 1).data
        1000.0
        >>> binary_cross_entropy_with_logits(Value(-1000.0), 1, pos_weight=9.0).data
        9000.0
    """
    name = "binary_cross_entropy_with_logits"

    def entropy(z: Element, y: Element) -> Element:
        return y * softplus(-z) + (1 - y) * softplus(z)

    def weighted(z: Element, y: Element) -> Element:
        return next(weights) * y * softplus(-z) + (1 - y) * softplus(z)

    check_targets(targets, PROBABILITIES, name)
    if pos_weight is None:
        return elementwise(entropy, outputs, targets, reduction, name=name)
    weights = itertools.cycle(positive_weights(pos_weight, outputs))
    return elementwise(weighted, outputs, targets, reduction, name=name)


def positive_weights(pos_weight: PositiveWeight, outputs: Nested) -> list[float]:
    """Return the weights of one sample's outputs, or of them all, as floats of at least 0."""
    each = listed(pos_weight) if is_sequence(pos_weight) else [pos_weight]
    weights = [within(f"pos_weight[{i}]", weight, "[0, inf)") for i, weight in enumerate(each)]
    _, shape = flatten(outputs, "binary_cross_entropy_with_logits: outputs")
    if len(weights) not in {1, shape[-1] if shape else 1}:
        raise errors.ArgumentError(
            f"binary_cross_entropy_with_logits: pos_weight is one number, or one for each output of a sample; got "
            f"{len(weights)} for {described(shape)} of outputs."
        )
    return weights


@takes(SIGNS)
class HingeLoss(Loss):
    """:func:`hinge_loss` as a class.

    Example:
        >>> from autograd import Value
        >>> HingeLoss()(Value(0.5), -1).data
        1.5
    """

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return hinge_loss(outputs, targets, self.reduction)


@takes(PROBABILITIES)
class BCELoss(Loss):
    """:func:`binary_cross_entropy` as a class.

    Example:
        >>> from autograd import Value
        >>> round(BCELoss()([[Value(0.9)], [Value(0.1)]], [1, 0]).data, 3)
        0.105
    """

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return binary_cross_entropy(outputs, targets, self.reduction)


@takes(PROBABILITIES)
class BCEWithLogitsLoss(Loss):
    """:func:`binary_cross_entropy_with_logits` as a class.

    Example:
        >>> from autograd import Value
        >>> BCEWithLogitsLoss()(Value(0.0), 1).data
        0.6931471805599453
    """

    def __init__(self, reduction: str = "mean", *, pos_weight: PositiveWeight = None) -> None:
        super().__init__(reduction)
        self.pos_weight = pos_weight

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return binary_cross_entropy_with_logits(outputs, targets, self.reduction, pos_weight=self.pos_weight)
