"""``KLDivLoss``: how far a predicted distribution is from the one it should be."""

from autograd import exp, log, where
from nn.argument_checks import one_of
from nn.data.shapes import Element, Nested, flatten
from nn.losses.base import REDUCTIONS, Loss, LossResult, TargetRule, check_targets, elementwise, takes

KL_REDUCTIONS = (*REDUCTIONS, "batchmean")
SHARES = TargetRule(
    lambda target: 0 <= target <= 1, "targets are probabilities from 0 to 1 (log_target=True is for their logarithms)"
)


@takes(SHARES)
def kl_div(outputs: Nested, targets: Nested, reduction: str = "mean", *, log_target: bool = False) -> LossResult:
    """Return the Kullback-Leibler divergence ``y * (log(y) - x)`` of log-probabilities ``x`` from probabilities ``y``.

    A probability of 0 adds nothing. The gradient with respect to ``x`` is ``-y``.

    Args:
        outputs: log-probabilities, as a ``LogSoftmax`` gives: a sample or a batch.
        targets: as many probabilities, or their logarithms.
        reduction: ``"batchmean"`` for the divergence as it is defined, a sum over the classes and a mean over the
            samples (of a single one, the sum, where PyTorch takes each of its numbers for a sample); ``"mean"`` over
            all numbers, ``"sum"``, or ``"none"`` for the list of all terms.
        log_target: whether targets are logarithms: the terms are then ``exp(y) * (y - x)``.

    Raises:
        ArgumentError: a probability outside 0 to 1, shapes that do not match, an empty batch.

    Source: Kullback & Leibler, On information and sufficiency (1951).

    Example:
        >>> import math
        >>> from autograd import Value
        >>> x = [Value(math.log(0.5)), Value(math.log(0.5))]
        >>> kl_div(x, [1.0, 0.0], reduction="sum").data == math.log(2)
        True
    """

    def term(x: Element, y: Element) -> Element:
        return y * (log(where(y, y, 1.0)) - x)  # at y = 0 it is 0, without a logarithm of 0

    def term_of_logarithm(x: Element, y: Element) -> Element:
        return exp(y) * (y - x)

    one_of("reduction", reduction, KL_REDUCTIONS)
    if not log_target:
        check_targets(targets, SHARES, "kl_div")
    formula, of_batch = term_of_logarithm if log_target else term, reduction == "batchmean"
    result = elementwise(formula, outputs, targets, "sum" if of_batch else reduction, name="kl_div")
    if not of_batch:
        return result
    _, shape = flatten(outputs, "kl_div: outputs")
    return result / (shape[0] if len(shape) > 1 else 1)


@takes(SHARES)
class KLDivLoss(Loss):
    """:func:`kl_div` as a class, with its arguments except for the outputs and the targets.

    Example:
        >>> from autograd import Value
        >>> KLDivLoss("batchmean")([[Value(-1.0), Value(-1.0)]], [[1.0, 0.0]]).data
        1.0
    """

    def __init__(self, reduction: str = "mean", *, log_target: bool = False) -> None:
        super().__init__("mean")
        self.reduction, self.log_target = one_of("reduction", reduction, KL_REDUCTIONS), log_target

    def forward(self, outputs: Nested, targets: Nested) -> LossResult:
        return kl_div(outputs, targets, self.reduction, log_target=self.log_target)
