"""What a schedule changes from batch to batch: the learning rate of each group of parameters, and its momentum."""

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

from autograd import errors
from nn.optim import Optimizer
from nn.schedulers import Scheduler

Rates: TypeAlias = tuple[float, ...]
"""The learning rate of a group; after it the momentum (Adam's first beta) where that changes."""


def rates_of(group: dict[str, Any]) -> Rates:
    """Return the learning rate of a group, and its momentum if it has one."""
    momentum = [group["momentum"]] if "momentum" in group else [group["betas"][0]] if "betas" in group else []
    return (group["lr"], *momentum)


def as_options(group: dict[str, Any], rates: Sequence[Any]) -> dict[str, Any]:
    """Return what a group's hyperparameters are called that have these rates."""
    options = {"lr": rates[0]}
    if len(rates) > 1:
        options |= {"betas": (rates[1], group["betas"][1])} if "betas" in group else {"momentum": rates[1]}
    return options


def rates_in(optimizer: Optimizer) -> list[Rates]:
    """Return the rates of each group."""
    return [rates_of(group) for group in optimizer.param_groups]


def put_into(optimizer: Optimizer, rates: Sequence[Rates]) -> None:
    """Set the rates of each group."""
    for group, own in zip(optimizer.param_groups, rates, strict=True):
        group.update(as_options(group, own))


def constants(optimizer: Optimizer, count: int) -> list[list[object]]:
    """Return all hyperparameters of each group but its first ``count`` rates."""
    return [
        [{**group, **as_options(group, [None] * min(count, len(rates_of(group))))}[name] for name in optimizer.defaults]
        for group in optimizer.param_groups
    ]


def coming(optimizer: Optimizer, schedule: Scheduler | None, count: int, every: int) -> list[list[Rates]]:
    """Return the rates of each group for the next batches; the schedule, a step of which follows ``every`` so many of
    them, has then gone past them.

    There are none where one of them is not allowed: batches are then to be trained on alone.
    """
    groups = optimizer.param_groups
    if schedule is None or not count:
        return [[(group["lr"],) for group in groups]] * count
    rates: list[list[Rates]] = []
    try:
        for batch in range(1, count + 1):
            rates.append(rates_in(optimizer))
            if batch % every == 0:
                schedule.step()
        for group, own in zip(groups, zip(*rates, strict=True), strict=True):
            columns = list(zip(*own, strict=True))
            if not all(math.isfinite(number) for column in columns for number in column):
                return []
            for extremes in (map(min, columns), map(max, columns)):
                optimizer.check({**group, **as_options(group, list(extremes))})
    except errors.AutogradError:  # told by whoever trains on it alone
        return []
    if all(own[1:] == first[1:] for row in rates for own, first in zip(row, rates[0], strict=True)):
        return [[own[:1] for own in row] for row in rates]
    return rates
