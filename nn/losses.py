"""Losses."""

from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Value
from nn.shapes import is_batch, listed


def cross_entropy(outputs: Any, targets: Any) -> Value:
    """Return the mean of ``-log softmax(logits)[target]``."""
    if not is_batch(outputs):
        outputs, targets = [outputs], [targets]
    return autograd.mean([one(row, target) for row, target in zip(listed(outputs), listed(targets), strict=True)])


def one(logits: Sequence[Value], target: int) -> Value:
    """Return the loss of one sample."""
    chosen = autograd.take(logits, target)
    return autograd.logsumexp([logit - chosen for logit in logits])  # type: ignore[arg-type]
