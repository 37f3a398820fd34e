"""A learning rate times a factor, which decays or warms up: steps, an exponential, a line, a constant."""

from bisect import bisect_right
from collections.abc import Iterable

from nn.argument_checks import positive, within
from nn.optim.base import Optimizer
from nn.schedulers.base import Scheduler


class StepLR(Scheduler):
    """Multiplies the learning rate by ``gamma`` every ``step_size`` epochs.

    Example:
        >>> import autograd, nn
        >>> scheduler = StepLR(nn.SGD([autograd.Value(0.0)], lr=1.0), step_size=2, gamma=0.5)
        >>> [scheduler.rate(1.0, epoch) for epoch in range(5)]
        [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size, self.gamma = positive("step_size", step_size), within("gamma", gamma, "(0, inf)")
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return float(base * self.gamma ** (epoch // self.step_size))


class MultiStepLR(Scheduler):
    """Multiplies the learning rate by ``gamma`` at each of the epochs in ``milestones``; twice at one given twice.

    Example:
        >>> import autograd, nn
        >>> scheduler = MultiStepLR(nn.SGD([autograd.Value(0.0)], lr=1.0), milestones=[1, 3], gamma=0.5)
        >>> [scheduler.rate(1.0, epoch) for epoch in range(5)]
        [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1) -> None:
        self.milestones = sorted([positive("milestones", epoch, 0) for epoch in milestones])
        self.gamma = within("gamma", gamma, "(0, inf)")
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return float(base * self.gamma ** bisect_right(self.milestones, epoch))


class ExponentialLR(Scheduler):
    """Multiplies the learning rate by ``gamma`` every epoch.

    Example:
        >>> import autograd, nn
        >>> scheduler = ExponentialLR(nn.SGD([autograd.Value(0.0)], lr=1.0), gamma=0.5)
        >>> [scheduler.rate(1.0, epoch) for epoch in range(3)]
        [1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = within("gamma", gamma, "(0, inf)")
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return float(base * self.gamma**epoch)


class LinearLR(Scheduler):
    """Warms up: moves a factor in a straight line from ``start_factor`` to ``end_factor`` in ``total_iters`` epochs.

    Source: Goyal et al., Accurate, large minibatch SGD (2017).

    Example:
        >>> import autograd, nn
        >>> scheduler = LinearLR(nn.SGD([autograd.Value(0.0)], lr=1.0), start_factor=0.5, total_iters=2)
        >>> [scheduler.rate(1.0, epoch) for epoch in range(4)]
        [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5
    ) -> None:
        self.start_factor = within("start_factor", start_factor, "(0, 1]")
        self.end_factor = within("end_factor", end_factor, "[0, 1]")
        self.total_iters = positive("total_iters", total_iters)
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        part = min(epoch, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * part)


class ConstantLR(Scheduler):
    """Multiplies the learning rate by ``factor`` for the first ``total_iters`` epochs.

    Example:
        >>> import autograd, nn
        >>> scheduler = ConstantLR(nn.SGD([autograd.Value(0.0)], lr=1.0), factor=0.5, total_iters=2)
        >>> [scheduler.rate(1.0, epoch) for epoch in range(4)]
        [0.5, 0.5, 1.0, 1.0]
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5) -> None:
        self.factor, self.total_iters = within("factor", factor, "[0, 1]"), positive("total_iters", total_iters)
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return base * self.factor if epoch < self.total_iters else base
