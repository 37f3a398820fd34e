"""``EarlyStopping``: ends training when it no longer helps, and keeps the best parameters."""

import math
from typing import Protocol

from nn.argument_checks import one_of, positive, within
from nn.module import Module
from nn.training.history import History


class RunningTraining(Protocol):
    """What early stopping needs of a :class:`nn.Training`."""

    model: Module
    history: History

    def stop(self, reason: str) -> None:
        """End the run after this epoch."""


class EarlyStopping:
    """Stops after ``patience`` epochs without improvement; the model ends with its best parameters.

    Args:
        patience: how many epochs in a row may fail to improve.
        min_delta: by how much a number must get better to count as an improvement.
        monitor: the column of the history to watch.
        mode: ``"min"`` if lower is better, ``"max"`` if higher is.

    Source: Prechelt, Early stopping - but when? (1998).

    Example:
        >>> EarlyStopping(patience=5, monitor="validation_accuracy", mode="max")
        EarlyStopping(patience=5, min_delta=0.0, monitor='validation_accuracy', mode='max')
    """

    def __init__(
        self, patience: int = 10, min_delta: float = 0.0, monitor: str = "validation_loss", mode: str = "min"
    ) -> None:
        self.patience = positive("patience", patience)
        self.min_delta = within("min_delta", min_delta, "[0, inf)")
        self.monitor, self.mode = monitor, one_of("mode", mode, ("min", "max"))
        self.best, self.best_epoch = math.inf, 0
        self._best_state: dict[str, float] = {}

    def __call__(self, training: RunningTraining) -> None:
        """Remember the newest epoch if it is the best; stop after ``patience`` epochs without a better one."""
        epoch, newest = len(training.history), training.history[self.monitor][-1]
        score = newest if self.mode == "min" else -newest
        if score < self.best - self.min_delta:
            self.best, self.best_epoch = score, epoch
            self._best_state = training.model.state_dict()
        elif epoch - self.best_epoch >= self.patience:
            training.stop(f"no better {self.monitor} for {self.patience} epochs")

    def restore(self, model: Module) -> None:
        """Give ``model`` the parameters of the best epoch."""
        if self._best_state:
            model.load_state_dict(self._best_state)

    def __repr__(self) -> str:
        return (
            f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta}, "
            f"monitor={self.monitor!r}, mode={self.mode!r})"
        )
