"""``Scheduler``: a learning rate that follows a formula, and ``SequentialLR``: one scheduler after another.

Every schedule but ``ReduceLROnPlateau`` is a formula for the learning rate after a number of steps, so it
can also be asked without training: ``scheduler.rate(base, epoch)``. Call ``scheduler.step()`` after each epoch, or
after each batch for the schedules that count batches.
"""

from collections.abc import Sequence
from typing import Any

from autograd import errors
from nn.optim.base import Optimizer


class Scheduler:
    """The base of schedulers that follow a formula.

    A subclass states :meth:`rate`. The formula starts from the learning rate that each group had when its first
    scheduler was made; two schedulers on one optimiser would overwrite each other, so combine them with
    :class:`SequentialLR`.
    """

    per_batch: bool = False
    """Whether :func:`nn.fit` calls ``step`` after each batch rather than after each epoch; it may be assigned."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.last_epoch = 0
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.apply()

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate after ``epoch`` steps of the scheduler, for a group that started at ``base``."""
        raise NotImplementedError("A scheduler states its formula as rate(base, epoch).")

    def apply(self) -> None:
        """Set the learning rate of every group to what the formula says now."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(group["initial_lr"], self.last_epoch)

    def step(self) -> None:
        """Go on to the next epoch (or batch) and set the learning rates."""
        self.last_epoch += 1
        self.apply()

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the position in the schedule, as plain numbers."""
        return {"last_epoch": self.last_epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from where :meth:`state_dict` was taken."""
        self.last_epoch = state["last_epoch"]
        self.apply()


class SequentialLR(Scheduler):
    """One schedule after another: ``schedulers[i + 1]`` starts from its beginning at epoch ``milestones[i]``.

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
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        turn = sum(epoch >= milestone for milestone in self.milestones)
        return self.schedulers[turn].rate(base, epoch - (self.milestones[turn - 1] if turn else 0))
