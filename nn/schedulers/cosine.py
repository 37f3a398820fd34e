"""Cosine annealing, once or with warm restarts, and ``OneCycleLR``: one rise and a long fall."""

import math
from collections.abc import Sequence

from autograd import errors
from nn.argument_checks import one_of, positive, within
from nn.optim.base import Optimizer
from nn.schedulers.base import Scheduler


def cosine(start: float, end: float, part: float) -> float:
    """Return the number that lies ``part`` of the way along half a cosine wave from ``start`` to ``end``.

    Example:
        >>> cosine(1.0, 0.0, 0.5)
        0.5
    """
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


class CosineAnnealingLR(Scheduler):
    """Lowers the learning rate along half a cosine wave, to ``eta_min`` after ``T_max`` epochs (and up again after).

    Source: Loshchilov & Hutter, SGDR: stochastic gradient descent with warm restarts (2017).

    Example:
        >>> import autograd, nn
        >>> scheduler = CosineAnnealingLR(nn.SGD([autograd.Value(0.0)], lr=1.0), T_max=4)
        >>> [round(scheduler.rate(1.0, epoch), 3) for epoch in range(5)]
        [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:  # noqa: N803  # PyTorch's name
        self.T_max, self.eta_min = positive("T_max", T_max), within("eta_min", eta_min, "[0, inf)")
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return cosine(base, self.eta_min, epoch / self.T_max)


class CosineAnnealingWarmRestarts(Scheduler):
    """Cosine annealing that restarts after ``T_0`` epochs, each round ``T_mult`` times as long as the one before.

    Source: Loshchilov & Hutter, SGDR: stochastic gradient descent with warm restarts (2017).

    Example:
        >>> import autograd, nn
        >>> scheduler = CosineAnnealingWarmRestarts(nn.SGD([autograd.Value(0.0)], lr=1.0), T_0=2, T_mult=2)
        >>> [round(scheduler.rate(1.0, epoch), 3) for epoch in range(7)]
        [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    overwrites = True

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,  # noqa: N803  # PyTorch's name
        T_mult: int = 1,  # noqa: N803  # PyTorch's name
        eta_min: float = 0.0,
    ) -> None:
        self.T_0, self.T_mult = positive("T_0", T_0), positive("T_mult", T_mult)
        self.eta_min = within("eta_min", eta_min, "[0, inf)")
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        length = self.T_0
        if self.T_mult == 1:
            epoch %= length
        while epoch >= length:
            epoch, length = epoch - length, length * self.T_mult
        return cosine(base, self.eta_min, epoch / length)


class OneCycleLR(Scheduler):
    """One rise of the learning rate to ``max_lr`` and a long fall, while the momentum moves in the opposite direction.

    Args:
        optimizer: its learning rate is replaced by ``max_lr / div_factor`` for the start.
        max_lr: the highest learning rate, or a list with one for each group of parameters.
        total_steps: how many steps (batches) the whole training has; in its place may be given
        epochs, steps_per_epoch: how many epochs it has, and how many batches each of them.
        pct_start: the fraction of them that the rise takes, from 0 to 1.
        anneal_strategy: ``"cos"`` or ``"linear"``.
        cycle_momentum: whether momentum (or Adam's first beta) falls to ``base_momentum`` and rises again.
        base_momentum: the momentum at the highest learning rate.
        max_momentum: the momentum at the start and at the end.
        div_factor: how many times smaller than ``max_lr`` the learning rate is at the start.
        final_div_factor: how many times smaller than at the start it is at the end.

    Raises:
        ArgumentError: an argument out of range, no number of steps, a step beyond it, nothing to cycle as momentum.

    Source: Smith & Topin, Super-convergence (2019).

    Example:
        >>> import autograd, nn
        >>> optimizer = nn.SGD([autograd.Value(0.0)], lr=1.0, momentum=0.9)
        >>> scheduler = OneCycleLR(optimizer, max_lr=1.0, total_steps=6, pct_start=0.5)
        >>> [round(scheduler.rate(1.0, epoch), 3) for epoch in range(6)]
        [0.04, 0.52, 1.0, 0.75, 0.25, 0.0]
    """

    per_batch = True
    overwrites = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        *,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ) -> None:
        groups = len(optimizer.param_groups)
        highest = [*max_lr] if isinstance(max_lr, Sequence) else [max_lr] * groups
        if len(highest) != groups:
            raise errors.ArgumentError(
                f"max_lr is one learning rate, or one for each of the {groups} groups of parameters; got {max_lr!r}."
            )
        self.max_lrs = [within("max_lr", rate, "(0, inf)") for rate in highest]
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise errors.ArgumentError("OneCycleLR needs total_steps, or both epochs and steps_per_epoch.")
            total_steps = positive("epochs", epochs) * positive("steps_per_epoch", steps_per_epoch)
        self.total_steps = positive("total_steps", total_steps)
        self.pct_start = within("pct_start", pct_start, "[0, 1]")
        self.anneal_strategy = one_of("anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.base_momentum = within("base_momentum", base_momentum, "[0, 1)")
        self.max_momentum = within("max_momentum", max_momentum, "[0, 1)")
        self.cycle_momentum = cycle_momentum
        self.div_factor = within("div_factor", div_factor, "(0, inf)")
        self.final_div_factor = within("final_div_factor", final_div_factor, "(0, inf)")
        if cycle_momentum and not {"momentum", "betas"} & optimizer.defaults.keys():
            raise errors.ArgumentError(
                f"OneCycleLR cannot cycle the momentum of {type(optimizer).__name__}, which has none; "
                "pass cycle_momentum=False."
            )
        for group, rate in zip(optimizer.param_groups, self.max_lrs, strict=True):
            group["initial_lr"] = rate / self.div_factor  # PyTorch's rule, which others of a SequentialLR meet
        super().__init__(optimizer)

    def cycle(self, start: float, middle: float, end: float, epoch: int) -> float:
        """Return a number between ``start`` and ``middle`` during the rise, and on to ``end`` during the fall."""
        if epoch > self.total_steps:
            raise errors.ArgumentError(
                f"OneCycleLR was made for {self.total_steps} steps; number {epoch} is one too many."
            )
        top, last = self.pct_start * self.total_steps - 1, self.total_steps - 1
        before, after, part = start, middle, epoch / top if top else 1.0
        if epoch > top:
            before, after, part = middle, end, (epoch - top) / (last - top) if last > top else 1.0
        return cosine(before, after, part) if self.anneal_strategy == "cos" else before + (after - before) * part

    def rate(self, base: float, epoch: int) -> float:
        return self.rate_of(0, base, epoch)

    def rate_of(self, number: int, base: float, epoch: int) -> float:
        highest = self.max_lrs[min(number, len(self.max_lrs) - 1)]  # a group that is added later goes with the last
        start = highest / self.div_factor
        return self.cycle(start, highest, start / self.final_div_factor, epoch)

    def apply(self) -> None:
        super().apply()
        if self.cycle_momentum:
            momentum = self.cycle(self.max_momentum, self.base_momentum, self.max_momentum, self.last_epoch)
            for group in self.optimizer.param_groups:
                if "betas" in group:
                    group["betas"] = (momentum, group["betas"][1])
                else:
                    group["momentum"] = momentum
