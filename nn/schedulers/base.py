"""``Scheduler``: a learning rate that follows a formula, and ``SequentialLR``: one scheduler after another.

Every schedule but ``ReduceLROnPlateau`` is a formula for the learning rate after a number of steps, so it
can also be asked without training: ``scheduler.rate(base, epoch)``. Call ``scheduler.step()`` after each epoch, or
after each batch for the schedules that count batches.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from autograd import errors
from nn.argument_checks import saved_number
from nn.optim.base import Optimizer


class Scheduler:
    """The base of schedulers that follow a formula.

    A subclass states :meth:`rate`, in which ``base`` is at most multiplied and added to. The formula starts from the
    learning rate that each group had when its first scheduler was made; a group that is added later goes on from the
    learning rate it was added with, in the proportions of the formula. Two schedulers on one optimiser would overwrite
    each other, so combine them with :class:`SequentialLR`.
    """

    per_batch: bool = False
    """Whether :func:`nn.fit` calls ``step`` after each batch rather than after each epoch; it may be assigned."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.last_epoch = 0
        self.base_lrs: list[float] = [group.setdefault("initial_lr", group["lr"]) for group in optimizer.param_groups]
        self.apply()

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate after ``epoch`` steps of the scheduler, for a group that started at ``base``."""
        raise NotImplementedError("A scheduler states its formula as rate(base, epoch).")

    def apply(self) -> None:
        """Set the learning rate of every group to what the formula says now."""
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = self.rate(base, self.last_epoch)

    def step(self) -> None:
        """Go on to the next epoch (or batch) and set the learning rates."""
        self.go_to(self.last_epoch + 1)

    def go_to(self, epoch: int) -> None:
        """Set the learning rates for an epoch (or batch), also those of groups that are new since the last one."""
        for group in self.optimizer.param_groups[len(self.base_lrs) :]:
            self.base_lrs.append(group.setdefault("initial_lr", self.base_for(group["lr"])))
        self.last_epoch = epoch
        self.apply()

    def base_for(self, rate: float) -> float:
        """Return the base for which the formula gives a learning rate now; the rate where no base decides it."""
        added = self.rate(0.0, self.last_epoch)
        factor = self.rate(1.0, self.last_epoch) - added
        return (rate - added) / factor if factor else rate

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the position in the schedule, as plain numbers."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from where :meth:`state_dict` was taken.

        Raises:
            ArgumentError: it is not the state of such a scheduler. The scheduler is then unchanged.
        """
        last_epoch = saved_number(state, "last_epoch", "[0, inf)", whole=True)
        bases = state.get("base_lrs", self.base_lrs)  # earlier files have none
        if not isinstance(bases, list) or len(bases) != len(self.optimizer.param_groups):
            raise errors.ArgumentError(
                f"The state needs base_lrs, one learning rate for each of the {len(self.optimizer.param_groups)} "
                f"groups of parameters; got {bases!r}."
            )
        numbers = [saved_number(dict(enumerate(bases)), i, "(-inf, inf)") for i in range(len(bases))]
        for base in numbers:
            self.rate(base, int(last_epoch))  # which may refuse the epoch
        self.base_lrs = numbers
        self.go_to(int(last_epoch))


class SequentialLR(Scheduler):
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
        for i, scheduler in enumerate(schedulers):
            if not isinstance(scheduler, Scheduler) or scheduler.optimizer is not optimizer:
                raise errors.ArgumentError(
                    f"SequentialLR takes schedulers that follow a formula, made for its own optimiser; number {i} is "
                    f"{type(scheduler).__name__}."
                )
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        self.per_batch = any(scheduler.per_batch for scheduler in schedulers)
        self.schedulers[0].base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        super().__init__(optimizer)

    def turn(self, epoch: int) -> tuple[Scheduler, int]:
        """Return the scheduler whose turn it is, and the epoch it is in."""
        number = sum(epoch >= milestone for milestone in self.milestones)
        return self.schedulers[number], epoch - (self.milestones[number - 1] if number else 0)

    def apply(self) -> None:
        scheduler, epoch = self.turn(self.last_epoch)
        scheduler.go_to(epoch)  # which may set more than the learning rate

    def rate(self, base: float, epoch: int) -> float:
        scheduler, own_epoch = self.turn(epoch)
        return scheduler.rate(base, own_epoch)

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "schedulers": [scheduler.state_dict() for scheduler in self.schedulers]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        parts = state.get("schedulers", [{"last_epoch": 0}] * len(self.schedulers))
        if not isinstance(parts, list) or len(parts) != len(self.schedulers):
            raise errors.ArgumentError(f"The state needs one state for each of the {len(self.schedulers)} schedulers.")
        before = self.state_dict()
        try:
            for scheduler, part in zip(self.schedulers, parts, strict=True):
                scheduler.load_state_dict(part)
            super().load_state_dict(state)
        except BaseException:
            if state is not before:
                self.load_state_dict(before)
            raise
