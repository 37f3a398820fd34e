"""``ReduceLROnPlateau``: lowers the learning rate when a metric stops improving."""

from collections.abc import Mapping
from typing import Any

from autograd import Value
from nn.argument_checks import one_of, saved_number, saved_state, within
from nn.choices import made_optimizer
from nn.interrupts import interrupts_held
from nn.optim.base import Optimizer


class ReduceLROnPlateau:
    """Multiplies the learning rate by ``factor`` when a metric has not improved for ``patience`` epochs.

    Args:
        optimizer: the optimiser whose learning rates are lowered.
        mode: ``"min"`` for a metric that should fall, such as a loss; ``"max"`` for one that should rise.
        factor: from above 0 to below 1.
        patience: how many epochs without improvement to wait.
        threshold: how much better counts as better.
        threshold_mode: ``"rel"`` for a fraction of the best metric so far, ``"abs"`` for a difference.
        cooldown: how many epochs to wait after a reduction before counting again.
        min_lr: the learning rate never falls below this.
        eps: a reduction by no more than this is left out.

    Raises:
        ArgumentError: an argument out of range, a metric that is nan or infinite.

    Example:
        >>> import nn
        >>> optimizer = nn.SGD([Value(0.0)], lr=1.0)
        >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        >>> for loss in [3.0, 3.0, 3.0]:
        ...     scheduler.step(loss)
        >>> scheduler.get_last_lr()
        [0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        *,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.optimizer = made_optimizer(optimizer)
        self.mode = one_of("mode", mode, ("min", "max"))
        self.threshold_mode = one_of("threshold_mode", threshold_mode, ("rel", "abs"))
        self.factor, self.min_lr = within("factor", factor, "(0, 1)"), within("min_lr", min_lr, "[0, inf)")
        self.eps = within("eps", eps, "[0, inf)")
        self.threshold = within("threshold", threshold, "[0, inf)")
        self.patience = within("patience", patience, "[0, inf)")
        self.cooldown = within("cooldown", cooldown, "[0, inf)")
        self.best: float | None = None
        self.bad_epochs = self.cooling = 0.0

    def step(self, metrics: "float | Value") -> None:
        """Take the metric of an epoch into account, and lower the learning rates if it is time."""
        metric = within("metrics", metrics.data if isinstance(metrics, Value) else metrics, "(-inf, inf)")
        with interrupts_held():
            if self.is_better(metric):
                self.best, self.bad_epochs = metric, 0
            else:
                self.bad_epochs += 1
            if self.cooling > 0:
                self.cooling, self.bad_epochs = self.cooling - 1, 0
            if self.bad_epochs > self.patience:
                self.bad_epochs, self.cooling = 0, self.cooldown
                for group in self.optimizer.param_groups:
                    lower = max(group["lr"] * self.factor, self.min_lr)
                    if group["lr"] - lower > self.eps:
                        group["lr"] = lower

    def is_better(self, metric: float) -> bool:
        """Whether a metric beats the best one so far by more than the threshold."""
        if self.best is None:
            return True
        rises = 1 if self.mode == "max" else -1
        if self.threshold_mode == "rel":
            return rises * metric > rises * self.best * (1 + rises * self.threshold)
        return rises * metric > rises * self.best + self.threshold

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the best metric and the counts of epochs, as plain numbers."""
        return {"best": self.best, "bad_epochs": self.bad_epochs, "cooling": self.cooling}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from where :meth:`state_dict` was taken.

        Raises:
            ArgumentError: it is not the state of such a scheduler. The scheduler is then unchanged.
        """
        counts = [saved_number(saved_state(state), name, "[0, inf)") for name in ("bad_epochs", "cooling")]
        best_known = "best" in state and state["best"] is None
        best = None if best_known else saved_number(state, "best", "(-inf, inf)")
        with interrupts_held():
            self.best = best
            self.bad_epochs, self.cooling = counts
