"""``SequentialLR``: one scheduler after another; ``ChainedScheduler``: several at once."""

from collections.abc import Sequence

from autograd import errors
from nn.optim.base import Optimizer
from nn.schedulers.base import Composed, Scheduler


class SequentialLR(Composed):
    """One schedule after another: ``schedulers[i + 1]`` starts from its beginning at epoch ``milestones[i]``.

    Where one of them counts batches, as OneCycleLR does, all of them do, and so do the milestones. As in PyTorch, the
    last OneCycleLR to be made decides what the first schedule starts from.

    Raises:
        ArgumentError: milestones that do not fit, a ReduceLROnPlateau, or a scheduler of another optimiser.

    Example:
        >>> import autograd, nn
        >>> optimizer = nn.SGD([autograd.Value(0.0)], lr=1.0)
        >>> warm_up = nn.LinearLR(optimizer, start_factor=0.5, total_iters=2)
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
        self.milestones = list(milestones)
        super().__init__(optimizer, schedulers)

    def advance(self) -> None:
        if self.last_epoch < 0:
            self.schedulers[0].base_lrs = list(self.base_lrs)
        super().advance()

    def turn(self, epoch: int) -> tuple[Scheduler, int]:
        """Return the scheduler whose turn it is, and the epoch it is in."""
        number = sum(epoch >= milestone for milestone in self.milestones)
        return self.schedulers[number], epoch - (self.milestones[number - 1] if number else 0)

    def apply(self) -> None:
        scheduler, epoch = self.turn(self.last_epoch)
        scheduler.go_to(epoch)  # which may set more than the learning rate

    def rate_of(self, number: int, base: float, epoch: int) -> float:
        scheduler, own_epoch = self.turn(epoch)
        return scheduler.rate_of(number, base, own_epoch)

    def rate_after(self, number: int, rate: float, base: float, epoch: int) -> float:
        scheduler, own_epoch = self.turn(epoch + 1)
        base = scheduler.base_lrs[number] if number < len(scheduler.base_lrs) else base
        if own_epoch == 0:
            return scheduler.rate_of(number, base, 0)
        return scheduler.rate_after(number, rate, base, own_epoch - 1)


class ChainedScheduler(Composed):
    """Several schedules at once: each step is a step of every one of them, so that their factors multiply.

    Raises:
        ArgumentError: no schedulers, a ReduceLROnPlateau, or schedulers of different optimisers.

    Example:
        >>> import autograd, nn
        >>> optimizer = nn.SGD([autograd.Value(0.0)], lr=1.0)
        >>> warm_up = nn.LinearLR(optimizer, start_factor=0.5, total_iters=2)
        >>> scheduler = ChainedScheduler([warm_up, nn.ExponentialLR(optimizer, gamma=0.5)])
        >>> [scheduler.rate(1.0, epoch) for epoch in range(5)]
        [0.5, 0.375, 0.25, 0.125, 0.0625]
    """

    def __init__(self, schedulers: Sequence[Scheduler], optimizer: Optimizer | None = None) -> None:
        if not schedulers:
            raise errors.ArgumentError("ChainedScheduler needs at least one scheduler; the list is empty.")
        self.known: dict[tuple[int, float], tuple[int, float]] = {}
        """For each group's number and base, the epoch that was asked for last and its learning rate."""
        super().__init__(optimizer or schedulers[0].optimizer, schedulers)

    def advance(self) -> None:
        if self.last_epoch < 0:  # its schedulers have set the learning rates when they were made
            self.last_epoch = 0
        else:
            super().advance()

    def apply(self) -> None:
        for scheduler in self.schedulers:
            scheduler.go_to(self.last_epoch)  # which may set more than the learning rate
        for number, (group, base) in enumerate(zip(self.optimizer.param_groups, self.base_lrs, strict=True)):
            group["lr"] = self.rate_of(number, base, self.last_epoch)

    def rate_of(self, number: int, base: float, epoch: int) -> float:
        start, rate = self.known.get((number, base), (-1, base))
        if start > epoch:
            start, rate = -1, base
        for i in range(start, epoch):
            rate = self.rate_after(number, rate, base, i)
        self.known[number, base] = epoch, rate
        return rate

    def rate_after(self, number: int, rate: float, base: float, epoch: int) -> float:
        for scheduler in self.schedulers:
            rate = scheduler.rate_after(number, rate, base, epoch)
        return rate
