"""``LinearLR`` warms up, and ``SequentialLR`` runs several schedules in sequence."""

from collections.abc import Sequence

from autograd import errors
from nn.argument_checks import positive, within
from nn.optim.base import Optimizer
from nn.schedulers.base import Scheduler


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


class SequentialLR(Scheduler):
    """One schedule after another: ``schedulers[i + 1]`` starts from its beginning at epoch ``milestones[i]``.

    Example:
        >>> import autograd, nn
        >>> optimizer = nn.SGD([autograd.Value(0.0)], lr=1.0)
        >>> warm_up = LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> scheduler = SequentialLR(optimizer, [warm_up, nn.ExponentialLR(optimizer, gamma=0.5)], milestones=[2])
        >>> [scheduler.rate(1.0, epoch) for epoch in range(5)]
        [0.5, 0.75, 1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[Scheduler], milestones: Sequence[int]) -> None:
        if len(milestones) != len(schedulers) - 1 or list(milestones) != sorted(set(milestones)):
            raise errors.ArgumentError(
                f"SequentialLR needs one milestone between each two schedulers, in ascending order; got "
                f"{len(schedulers)} schedulers and milestones {list(milestones)}."
            )
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        turn = sum(epoch >= milestone for milestone in self.milestones)
        return self.schedulers[turn].rate(base, epoch - (self.milestones[turn - 1] if turn else 0))
