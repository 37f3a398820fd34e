"""What all losses share: pairing outputs with targets, and reductions to one number.

A loss never looks at the numbers inside Values, so that it can be recorded and compiled.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

import autograd
from autograd import Value, errors
from nn.argument_checks import one_of
from nn.data.shapes import Element, Nested, flatten, nested
from nn.module import Module

LossResult: TypeAlias = Any
"""A Value; with ``reduction="none"`` Values in lists like the outputs'; a float where nothing is a Value."""
LossFunction: TypeAlias = Callable[[Any, Any], Value]
"""A loss as ``loss(outputs, targets)``; outputs are as nested as the model makes them, which no type can say."""
REDUCTIONS = ("mean", "sum", "none")
L = TypeVar("L", bound="Callable[..., LossResult]")


class Loss(Module):
    """The base of loss classes: ``loss(outputs, targets)``.

    Args:
        reduction: ``"mean"`` over all losses, their ``"sum"``, or ``"none"`` for each of them.
    """

    def __init__(self, reduction: str = "mean") -> None:
        if not isinstance(reduction, str):
            name = type(self).__name__
            raise errors.ArgumentError(
                f"{name} is made first and takes outputs and targets then: nn.{name}()(outputs, targets). Its "
                f"reduction is one of {', '.join(map(repr, REDUCTIONS))}; got {reduction!r}."
            )
        self.reduction = one_of("reduction", reduction, REDUCTIONS)

    def extra_repr(self) -> str:
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


def elementwise(
    formula: Callable[[Element, Element], Element], outputs: Nested, targets: Nested, reduction: str, *, name: str
) -> LossResult:
    """Return the loss that compares outputs and targets number by number; messages call it ``name``.

    There are as many targets as outputs; a batch of samples of one number also goes with a plain list of numbers.
    """
    one_of("reduction", reduction, REDUCTIONS)
    numbers, shape = flatten(outputs, f"{name}: outputs")
    goals, goal_shape = flatten(targets, f"{name}: targets")
    check_order(numbers, goals, name)
    if without_ones(shape) != without_ones(goal_shape):
        raise errors.ArgumentError(
            f"{name} needs one target for each output; got {described(shape)} of outputs and {described(goal_shape)} "
            "of targets."
        )
    losses = [formula(number, goal) for number, goal in zip(numbers, goals, strict=True)]
    return reduced(losses, shape, reduction)


def check_order(outputs: Iterable[object], targets: Iterable[object], name: str) -> None:
    """Raise an error if the targets are Values and the outputs are not: they were given the other way round."""
    if any(isinstance(goal, Value) for goal in targets) and not any(isinstance(item, Value) for item in outputs):
        raise errors.ArgumentError(
            f"{name} got plain numbers as outputs and Values as targets, the wrong way round: write "
            f"{name}(outputs, targets), the model's outputs first."
        )


def scalar_loss(loss: object) -> Value:
    """Return the loss if it is a single Value.

    Raises:
        NumberError: it is something else.
    """
    if isinstance(loss, Value):
        return loss
    what = f"a list of {len(loss)}" if isinstance(loss, list | tuple) else f"{loss!r}"
    raise errors.NumberError(
        f"Training needs a loss that returns one Value for a batch; this one returned {what}. Use "
        "reduction='mean' or 'sum', and compute it from the model's outputs with autograd's functions."
    )


def is_plain_mean(loss: LossFunction) -> bool:
    """Whether a loss is one of this library's that is a mean over numbers which all count the same.

    Example:
        >>> import nn
        >>> is_plain_mean(nn.mse_loss), is_plain_mean(nn.CrossEntropyLoss(weight=[1.0, 3.0]))
        (True, False)
    """
    own = getattr(loss, "__module__", "").startswith("nn.losses.")
    every_one = getattr(loss, "weight", None) is None and getattr(loss, "ignore_index", None) is None
    return own and every_one and reduction_of(loss) in {"mean", "batchmean"}


def reduction_of(loss: LossFunction) -> object:
    """Return the reduction that a loss was made with; of a user's own, which need not say, ``"mean"``.

    Example:
        >>> import functools, nn
        >>> reduction_of(nn.MSELoss("sum")), reduction_of(functools.partial(nn.mse_loss, reduction="sum"))
        ('sum', 'sum')
    """
    return getattr(loss, "keywords", {}).get("reduction", getattr(loss, "reduction", "mean"))


class TargetRule(NamedTuple):
    """Which numbers a loss takes as targets."""

    allowed: Callable[[float], bool]
    meaning: str
    """The same in words."""


RULES: dict[str, TargetRule] = {}
"""The rules for targets that can be looked at without the outputs, by the name of the loss."""


def takes(rule: TargetRule) -> Callable[[L], L]:
    """Return a decorator that notes which targets a loss takes, for :func:`check_all_targets`."""

    def note(loss: L) -> L:
        RULES[loss.__name__] = rule
        return loss

    return note


def check_targets(targets: Nested, rule: TargetRule, name: str) -> None:
    """Raise an error unless every target is an allowed number; Values (while recording) pass."""
    for i, target in enumerate(flatten(targets, f"{name}: targets")[0]):
        if not isinstance(target, Value) and not rule.allowed(target):
            raise errors.ArgumentError(f"{name}: {rule.meaning}; target {i} is {target!r}.")


def check_all_targets(loss: LossFunction, targets: Iterable[Any]) -> None:
    """Raise an error if a loss of this library does not take the target of one of many samples.

    A recorded step cannot see it: its targets are Values.

    Example:
        >>> import nn
        >>> check_all_targets(nn.BCELoss(), [0, 1, 2])
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: BCELoss: targets are 0 or 1, or probabilities between; sample 2 has 2.0.
    """
    function, options = getattr(loss, "func", loss), getattr(loss, "keywords", getattr(loss, "__dict__", {}))
    name = getattr(function, "__name__", type(function).__name__)
    rule = RULES.get(name) if getattr(function, "__module__", "").startswith("nn.losses.") else None
    if rule is None or options.get("log_target"):
        return
    for i, target in enumerate(targets):
        for number in flatten(target, f"{name}: the target of sample {i}")[0]:
            if not isinstance(number, Value) and not rule.allowed(number):
                raise errors.ArgumentError(f"{name}: {rule.meaning}; sample {i} has {number!r}.")


def reduced(losses: Sequence[Element], shape: tuple[int, ...], reduction: str) -> LossResult:
    """Return the mean of losses, their sum, or the losses themselves in lists of the given shape."""
    if reduction == "none":
        return nested(losses, shape)
    return autograd.mean(losses) if reduction == "mean" else autograd.sum(losses)


def without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without the dimensions of length 1: a column of outputs goes with a row of targets."""
    return tuple(length for length in shape if length != 1)


def described(shape: tuple[int, ...]) -> str:
    """Return a shape in words for a message."""
    return f"a shape of {' x '.join(map(str, shape))}" if shape else "a single number"
