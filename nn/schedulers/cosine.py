"""Cosine annealing, once or with warm restarts."""

import math

from nn.argument_checks import positive, within
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
