"""``StepLR`` and ``ExponentialLR``: a learning rate that shrinks by a factor."""

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
