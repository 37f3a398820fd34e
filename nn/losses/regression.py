"""Losses for regression: how far outputs are from the numbers they should be."""

from autograd import abs as absolute
from autograd import minimum
from nn.argument_checks import within
from nn.data.shapes import Element, Nested
from nn.losses.base import Loss, LossResult, elementwise


def mse_loss(outputs: Nested, targets: Nested, reduction: str = "mean") -> LossResult:
    """Return the mean squared error, ``(output - target)²``.

    Args:
        outputs: a Value, one sample's outputs, or a batch of these.
        targets: as many numbers; for a batch with one output each, a plain list will do.
        reduction: ``"mean"`` over all numbers, ``"sum"``, or ``"none"`` for the list of all losses.

    Raises:
        ArgumentError: shapes that do not match, an empty batch, nan in the targets, an unknown reduction.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), section 3.1.

    Example:
        >>> from autograd import Value
        >>> mse_loss([Value(1.0), Value(5.0)], [2.0, 3.0]).data
        2.5
    """

    def squared(output: Element, target: Element) -> Element:
        error = output - target
        return error * error

    return elementwise(squared, outputs, targets, reduction, name="mse_loss")


def l1_loss(outputs: Nested, targets: Nested, reduction: str = "mean") -> LossResult:
    """Return the mean absolute error, ``|output - target|``; its derivative at 0 is 0.

    The arguments and errors are those of :func:`mse_loss`.

    Example:
        >>> from autograd import Value
        >>> l1_loss([Value(1.0), Value(5.0)], [2.0, 3.0]).data
        1.5
    """
    return elementwise(lambda output, target: absolute(output - target), outputs, targets, reduction, name="l1_loss")


def huber_loss(outputs: Nested, targets: Nested, reduction: str = "mean", delta: float = 1.0) -> LossResult:
    """Return Huber's loss: half the square of errors up to ``delta``, and linear beyond, so that outliers count less.

    The other arguments and errors are those of :func:`mse_loss`.

    Args:
        delta: the size of error, greater than 0, at which the square turns into ``delta * (|error| - delta / 2)``.

    Source: Huber, Robust estimation of a location parameter (1964).

    Example:
        >>> from autograd import Value
        >>> huber_loss([Value(0.5), Value(5.0)], [0.0, 3.0], reduction="sum").data
        1.625
    """
    limit = within("delta", delta, "(0, inf)")

    def huber(output: Element, target: Element) -> Element:
        size = absolute(output - target)
        inner = minimum(size, limit)  # the part of the error that counts as a square
        return 0.5 * inner * inner + limit * (size - inner)

    return elementwise(huber, outputs, targets, reduction, name="huber_loss")


def smooth_l1_loss(outputs: Nested, targets: Nested, reduction: str = "mean", beta: float = 1.0) -> LossResult:
    """Return Huber's loss divided by its limit: ``error² / (2 * beta)`` up to ``beta``, ``|error| - beta / 2`` beyond.

    Its slope beyond is 1 whatever ``beta`` is; with 0 it is :func:`l1_loss`. The other arguments and errors are those
    of :func:`mse_loss`.

    Args:
        beta: the size of error, at least 0, at which the square turns into a line.

    Source: Girshick, Fast R-CNN (2015), section 2.3.

    Example:
        >>> from autograd import Value
        >>> smooth_l1_loss([Value(0.5), Value(5.0)], [0.0, 3.0], reduction="sum", beta=2.0).data
        1.0625
    """
    limit = within("beta", beta, "[0, inf)")
    if limit == 0:
        return l1_loss(outputs, targets, reduction)

    def smooth(output: Element, target: Element) -> Element:
        size = absolute(output - target)
        inner = minimum(size, limit)  # the part of the error that counts as a square
        return 0.5 * inner * inner / limit + (size - inner)

    return elementwise(smooth, outputs, targets, reduction, name="smooth_l1_loss")


class MSELoss(Loss):
    """:func:`mse_loss` as a class.

    Example:
        >>> from autograd import Value
        >>> MSELoss()(Value(1.0), 3.0).data
        4.0
    """

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return mse_loss(outputs, targets, self.reduction)


class L1Loss(Loss):
    """:func:`l1_loss` as a class.

    Example:
        >>> from autograd import Value
        >>> L1Loss()(Value(1.0), 3.0).data
        2.0
    """

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return l1_loss(outputs, targets, self.reduction)


class HuberLoss(Loss):
    """:func:`huber_loss` as a class.

    Example:
        >>> from autograd import Value
        >>> HuberLoss(delta=1.0)(Value(1.0), 3.0).data
        1.5
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = within("delta", delta, "(0, inf)")

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return huber_loss(outputs, targets, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """:func:`smooth_l1_loss` as a class.

    Example:
        >>> from autograd import Value
        >>> SmoothL1Loss(beta=2.0)(Value(1.0), 2.0).data
        0.25
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = within("beta", beta, "[0, inf)")

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return smooth_l1_loss(outputs, targets, self.reduction, self.beta)
