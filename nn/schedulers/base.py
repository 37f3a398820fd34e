"""``Scheduler``: a learning rate that follows a formula, from step to step.

Every schedule but ``ReduceLROnPlateau`` is a formula for the learning rate after a number of steps, so it
can also be asked without training: ``scheduler.rate(base, epoch)``. Call ``scheduler.step()`` after each epoch, or
after each batch for the schedules that count batches.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from autograd import errors
from nn.argument_checks import saved_number, saved_state
from nn.choices import made_optimizer
from nn.interrupts import interrupts_held
from nn.optim.base import Optimizer


class Scheduler:
    """The base of schedulers that follow a formula.

    A subclass states :meth:`rate`, in which ``base`` is at most multiplied and added to. The formula starts from the
    learning rate that each group had when its first scheduler was made; a group that is added later goes on from the
    learning rate it was added with, in the proportions of the formula. So it does where somebody else has changed a
    learning rate since the last step: two schedulers that are stepped one after the other multiply, as in PyTorch.
    """

    per_batch: bool = False
    """Whether :func:`nn.fit` calls ``step`` after each batch rather than after each epoch; it may be assigned."""
    overwrites: bool = False
    """Whether each step sets the learning rate afresh, whatever others have made of it."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = made_optimizer(optimizer)
        self.last_epoch = -1
        self.base_lrs: list[float] = [group.setdefault("initial_lr", group["lr"]) for group in optimizer.param_groups]
        self.said = list(self.base_lrs)
        """What the formula has made of the learning rates; where there are others by now, somebody has changed them."""
        self.advance()

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate after ``epoch`` steps of the scheduler, for a group that started at ``base``."""
        raise NotImplementedError("A scheduler states its formula as rate(base, epoch).")

    def rate_of(self, number: int, base: float, epoch: int) -> float:
        """Return the same for the group of this number, where groups have formulas of their own."""
        return self.rate(base, epoch)

    def rate_after(self, number: int, rate: float, base: float, epoch: int) -> float:
        """Return what follows the learning rate that a group has after ``epoch`` steps, whoever has set it."""
        if self.overwrites or (epoch >= 0 and rate == self.rate_of(number, base, epoch)):
            return self.rate_of(number, base, epoch + 1)
        if epoch < 0:  # it starts from where others are
            return self.rate_of(number, rate, 0)
        implied = self.base_for(rate, epoch)
        if implied is None:
            return rate + self.rate_of(number, base, epoch + 1) - self.rate_of(number, base, epoch)
        return self.rate_of(number, implied, epoch + 1)

    def base_for(self, rate: float, epoch: int) -> float | None:
        """Return the base from which the formula gets to a rate in ``epoch`` steps; None where it does so from any."""
        added = self.rate(0.0, epoch)
        factor = self.rate(1.0, epoch) - added
        return (rate - added) / factor if factor else None

    def apply(self) -> None:
        """Set the learning rate of every group to what the formula says now."""
        for number, (group, base) in enumerate(zip(self.optimizer.param_groups, self.base_lrs, strict=True)):
            group["lr"] = self.rate_of(number, base, self.last_epoch)

    def step(self) -> None:
        """Go on to the next epoch (or batch) and set the learning rates."""
        with interrupts_held():
            self.advance()

    def advance(self) -> None:
        """Go one step on, from the learning rates that there are."""
        self.take_in_groups()
        changed = {
            number: self.rate_after(number, group["lr"], self.base_lrs[number], self.last_epoch)
            for number, group in enumerate(self.optimizer.param_groups)
            if group["lr"] != self.said[number]
        }
        self.go_to(self.last_epoch + 1)
        for number, rate in changed.items():
            self.optimizer.param_groups[number]["lr"] = rate

    def go_to(self, epoch: int) -> None:
        """Set the learning rates for an epoch (or batch), whatever they have been made since."""
        self.take_in_groups()
        self.last_epoch = epoch
        self.apply()  # which may set more than learning rates
        self.said = self.get_last_lr()

    def take_in_groups(self) -> None:
        """Let groups that are new since the last step start from the base for which the formula gives their rates."""
        for group in self.optimizer.param_groups[len(self.base_lrs) :]:
            implied = self.base_for(group["lr"], self.last_epoch)
            self.base_lrs.append(group.setdefault("initial_lr", group["lr"] if implied is None else implied))
            self.said.append(group["lr"])

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the position in the schedule and the learning rates, as plain numbers."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs), "last_lr": self.get_last_lr()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from where :meth:`state_dict` was taken.

        Raises:
            ArgumentError: it is not the state of such a scheduler. The scheduler is then unchanged.
        """
        last_epoch = int(saved_number(saved_state(state), "last_epoch", "[0, inf)", whole=True))
        bases, rates = self.numbers_in(state, "base_lrs", self.base_lrs), self.numbers_in(state, "last_lr", [])
        for base in bases:
            self.rate(base, last_epoch)  # which may refuse the epoch
        with interrupts_held():
            self.base_lrs = bases
            self.go_to(last_epoch)
            for group, rate in zip(self.optimizer.param_groups, rates, strict=False):
                group["lr"] = rate

    def numbers_in(self, state: Mapping[str, Any], name: str, otherwise: list[float]) -> list[float]:
        """Return a list of a saved state with one number for each group; earlier files have none."""
        if name not in state:
            return otherwise
        numbers, count = state[name], len(self.optimizer.param_groups)
        if not isinstance(numbers, list) or len(numbers) != count:
            raise errors.ArgumentError(
                f"The state needs {name}, one learning rate for each of the {count} groups of parameters; got "
                f"{numbers!r}."
            )
        return [saved_number(dict(enumerate(numbers)), i, "(-inf, inf)") for i in range(count)]


def check_parts(name: str, optimizer: Optimizer, schedulers: Sequence[object]) -> None:
    """Raise an error unless each of several schedulers follows a formula and was made for the optimiser."""
    for i, scheduler in enumerate(schedulers):
        if not isinstance(scheduler, Scheduler) or scheduler.optimizer is not optimizer:
            raise errors.ArgumentError(
                f"{name} takes schedulers that follow a formula, made for its own optimiser; number {i} is "
                f"{type(scheduler).__name__}."
            )


class Composed(Scheduler):
    """The base of schedulers that consist of others; ``schedulers`` lists them.

    Where one of them counts batches, as OneCycleLR does, all of them do.
    """

    schedulers: list[Scheduler]

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[Scheduler]) -> None:
        check_parts(type(self).__name__, optimizer, schedulers)
        self.schedulers = list(schedulers)
        self.per_batch = any(scheduler.per_batch for scheduler in schedulers)
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return self.rate_of(0, base, epoch)

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "schedulers": [scheduler.state_dict() for scheduler in self.schedulers]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        parts = saved_state(state).get("schedulers", [{"last_epoch": 0}] * len(self.schedulers))
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
