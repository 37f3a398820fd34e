"""Gradient clipping: keeps one steep step from throwing a network out of its valley."""

import math
from collections.abc import Iterable
from typing import TypeAlias

import autograd
from autograd import Value, errors
from autograd.formulas.summation import add_up
from nn.argument_checks import within
from nn.interrupts import interrupts_held
from nn.module import Module

Clipped: TypeAlias = Iterable[Value] | Value | Module
"""Whose gradients are clipped: parameters, one of them, or all of a model's."""


def clip_grad_norm_(parameters: Clipped, max_norm: float, norm_type: float = 2.0) -> float:
    """Shrink all gradients by one factor so that their norm is at most ``max_norm``; return the norm before.

    Args:
        parameters: what the gradients belong to: Values, one Value, or a module.
        max_norm: the largest norm to leave, greater than 0; with ``math.inf``, nothing changes.
        norm_type: which norm, at least 1: 2 for the Euclidean one, ``math.inf`` for the largest absolute value.

    Raises:
        ArgumentError: an argument out of range, or gradients that are nan or infinite.

    Source: Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural networks (2013).

    Example:
        >>> x, y = Value(0.0), Value(0.0)
        >>> x.grad, y.grad = 30.0, 40.0
        >>> clip_grad_norm_([x, y], max_norm=1.0)
        50.0
        >>> round(x.grad, 6), round(y.grad, 6)
        (0.6, 0.8)
    """
    values = clipped_values(parameters)
    norm = total_norm([value.grad for value in values], norm_type)
    factor = clip_factor(norm, max_norm)
    with interrupts_held():
        for value in values:
            value.grad *= factor
    return norm


def clipped_values(parameters: Clipped) -> list[Value]:
    """Return the Values whose gradients are to be clipped."""
    if isinstance(parameters, Module):
        return parameters.parameters()
    values = [parameters] if isinstance(parameters, Value) else list(parameters)
    for value in values:
        if not isinstance(value, Value):
            raise errors.ArgumentError(
                f"Gradients are clipped of a model, or of Values such as model.parameters(); got {value!r} among them."
            )
    return values


def total_norm(gradients: "list[float]", norm_type: float = 2.0) -> float:
    """Return the norm of all gradients together.

    Example:
        >>> total_norm([3.0, -4.0]), total_norm([3.0, -4.0], math.inf)
        (5.0, 4.0)
    """
    if norm_type != math.inf:
        within("norm_type", norm_type, "[1, inf)")
    largest = max(map(abs, gradients), default=0.0)  # divided by below, so that no power overflows
    if norm_type == 2 or not all(map(math.isfinite, gradients)):
        norm = math.hypot(*gradients)
    elif norm_type == math.inf or largest == 0:
        norm = largest
    else:
        norm = largest * add_up([(abs(gradient) / largest) ** norm_type for gradient in gradients]) ** (1 / norm_type)
    if not math.isfinite(norm):
        raise errors.ArgumentError(f"The norm of the gradients is {norm}, so they cannot be clipped; nothing changed.")
    return norm


def clip_factor(norm: float, max_norm: float) -> float:
    """Return the factor, at most 1, by which gradients of this norm are multiplied; where it is recorded, a Value."""
    if max_norm == math.inf:
        return 1.0
    factor = within("max_norm", max_norm, "(0, inf)") / (norm + 1e-6)  # PyTorch's guard against 0
    return autograd.minimum(1.0, factor) if isinstance(factor, Value) else min(1.0, factor)


def clip_grad_value_(parameters: Clipped, clip_value: float) -> None:
    """Limit every gradient to lie between ``-clip_value`` and ``clip_value``.

    Args:
        parameters: what the gradients belong to: Values, one Value, or a module.
        clip_value: the largest absolute value to leave, greater than 0.

    Raises:
        ArgumentError: ``clip_value`` is out of range, or a gradient is nan or infinite.

    Example:
        >>> x = Value(0.0)
        >>> x.grad = -30.0
        >>> clip_grad_value_([x], 5.0)
        >>> x.grad
        -5.0
    """
    limit = within("clip_value", clip_value, "(0, inf)")
    values = clipped_values(parameters)
    total_norm([value.grad for value in values], math.inf)  # a nan cannot be clipped: this reports it
    with interrupts_held():
        for value in values:
            value.grad = max(-limit, min(limit, value.grad))
