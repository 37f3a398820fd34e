"""``EarlyStopping``: the callback that ends a run which no longer improves."""

import math
from typing import Protocol

from nn.argument_checks import one_of, positive, within
from nn.module import Module
from nn.training.history import History


class Watched(Protocol):
    """What early stopping needs of the training that it watches."""

    model: Module
    history: History

    def stop(self, reason: str) -> None: ...


class EarlyStopping:
    """Stops after ``patience`` epochs without improvement; the model ends with its best parameters.

    Each run of :func:`nn.fit` starts afresh, also where several use the same object; ``history.resume`` goes on.

    Args:
        patience: how many epochs in a row may fail to improve.
        min_delta: by how much a number must get better to count as an improvement.
        monitor: the column of the history to watch.
        mode: ``"min"`` if lower is better, ``"max"`` if higher is.

    Attributes:
        best: the best number in that column so far in this run, as it stands there; infinite before the first epoch.
        best_epoch: the epoch it belongs to, counted from 1; 0 before the first.

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
        self._training: Watched | None = None
        self.start()

    def start(self) -> None:
        """Forget every epoch."""
        self.best, self.best_epoch = math.inf if self.mode == "min" else -math.inf, 0
        self._best_state: dict[str, float] = {}

    def follow(self, training: Watched) -> None:
        """Start afresh unless ``training`` is the one that was watched last."""
        if training is not self._training:
            self._training = training
            self.start()

    def __call__(self, training: Watched) -> None:
        """Remember the newest epoch if it is the best; stop after ``patience`` epochs without a better one."""
        self.follow(training)
        epoch, newest = len(training.history), training.history[self.monitor][-1]
        sign = 1 if self.mode == "min" else -1
        if sign * newest < sign * self.best - self.min_delta:
            self.best, self.best_epoch = newest, epoch
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
