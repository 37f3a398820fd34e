"""``EarlyStopping``: the callback that ends a run which no longer improves."""

import math
from typing import Protocol

from autograd.console import printed
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

    The arguments are those of Keras's callback of this name.

    Each run of :func:`nn.fit` starts afresh, also where several use the same object; ``history.resume`` goes on.

    Args:
        patience: how many epochs in a row may fail to improve.
        min_delta: by how much a number must get better to count as an improvement.
        monitor: the column of the history to watch.
        mode: ``"min"`` if lower is better, ``"max"`` if higher is.
        baseline: a number to be beaten: until then, improvements do not start the count of ``patience`` again.
        restore_best_weights: False lets the model keep its last parameters.

    Attributes:
        best: the best number in that column so far in this run, as it stands there; infinite before the first epoch.
        best_epoch: the epoch it belongs to, counted from 1; 0 before the first.

    Source: Prechelt, Early stopping - but when? (1998).

    Example:
        >>> EarlyStopping(patience=5, monitor="validation_accuracy", mode="max")
        EarlyStopping(patience=5, min_delta=0.0, monitor='validation_accuracy', mode='max')
    """

    def __init__(
        self,
        patience: int = 10,
        min_delta: float = 0.0,
        monitor: str = "validation_loss",
        mode: str = "min",
        *,
        baseline: float | None = None,
        restore_best_weights: bool = True,
    ) -> None:
        self.patience = positive("patience", patience)
        self.min_delta = within("min_delta", min_delta, "[0, inf)")
        self.monitor, self.mode = monitor, one_of("mode", mode, ("min", "max"))
        self.baseline = None if baseline is None else within("baseline", baseline, "(-inf, inf)")
        self.restore_best_weights = restore_best_weights
        self._training: Watched | None = None
        self.start()

    def start(self) -> None:
        """Forget every epoch."""
        self.best, self.best_epoch = math.inf if self.mode == "min" else -math.inf, 0
        self._best_state: dict[str, float] = {}
        self._counted_from = 0

    def follow(self, training: Watched) -> None:
        """Start afresh unless ``training`` is the one that was watched last."""
        if training is not self._training:
            self._training = training
            self.start()

    def __call__(self, training: Watched) -> None:
        """Remember the newest epoch if it is the best; stop after ``patience`` epochs without a better one."""
        self.follow(training)
        epoch, newest = len(training.history), training.history[self.monitor][-1]
        if self.improves(newest, self.best):
            self.best, self.best_epoch = newest, epoch
            if self.baseline is None or self.improves(newest, self.baseline):
                self._counted_from = epoch
            if self.restore_best_weights:
                self._best_state = training.model.state_dict()
        elif epoch - self._counted_from >= self.patience:
            than = "" if self.baseline is None or self._counted_from else f" than {self.baseline}"
            training.stop(f"no better {self.monitor}{than} for {self.patience} epochs")

    def improves(self, number: float, best: float) -> bool:
        """Whether a number is better than another by more than ``min_delta``."""
        sign = 1 if self.mode == "min" else -1
        return sign * number < sign * best - self.min_delta

    def restore(self, model: Module) -> None:
        """Give ``model`` the parameters of the best epoch."""
        if self._best_state:
            model.load_state_dict(self._best_state)

    @printed
    def __repr__(self) -> str:
        baseline = "" if self.baseline is None else f", baseline={self.baseline}"
        kept = "" if self.restore_best_weights else ", restore_best_weights=False"
        return (
            f"EarlyStopping(patience={self.patience}, min_delta={self.min_delta}, "
            f"monitor={self.monitor!r}, mode={self.mode!r}{baseline}{kept})"
        )
