"""``Scheduler``: a learning rate that follows a formula.

Every schedule but ``ReduceLROnPlateau`` is a formula for the learning rate after a number of steps, so it
can also be asked without training: ``scheduler.rate(base, epoch)``. Call ``scheduler.step()`` after each epoch, or
after each batch for the schedules that count batches.
"""

from typing import Any

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
