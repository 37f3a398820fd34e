"""``Training``: one run, epoch by epoch, around a step; its progress bar; and ``EarlyStopping``, which ends it."""

import functools
import math
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd import Value, errors, no_grad
from nn.argument_checks import one_of, positive, within
from nn.data.loading import DataLoader
from nn.data.shapes import Samples, leaves, nested_like
from nn.inspect.observation import modes_kept
from nn.losses.base import LossFunction, is_plain_mean, scalar_loss
from nn.module import Module
from nn.optim import Optimizer
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.history import History
from nn.training.step import BatchResult, NestedFloats, TrainingStep

Metric: TypeAlias = Callable[[Any, Any], float]
"""A measure of how good outputs are, as ``metric(outputs, targets)``, such as :func:`nn.accuracy`."""
Callback: TypeAlias = Callable[["Training"], None]
"""Called with the training at the end of each epoch."""

SHOWN = ("loss", "accuracy", "validation_loss", "validation_accuracy")
"""The numbers behind the bar, where there is room for a few only."""
DIVERGED = (
    "Numbers that grow without bound are usually due to the learning rate: make it ten times smaller, or limit "
    "the gradients with clip=1.0. nn.diagnose(model, (inputs, targets), loss) shows where they grow."
)


@dataclass(eq=False, repr=False)
class Training:
    """A training run: :func:`nn.fit` builds it, callbacks receive it, and :meth:`nn.History.resume` continues it.

    Callbacks read ``model``, ``optimizer``, ``history`` and ``epoch`` (the number of complete ones), may change
    the model or the learning rate, and end the run with :meth:`stop`.
    """

    step: TrainingStep
    model: Module
    optimizer: Optimizer
    batches: DataLoader
    history: History
    scheduler: Scheduler | ReduceLROnPlateau | None
    validation: DataLoader | None
    metrics: Sequence[Metric]
    early_stopping: "EarlyStopping | None"
    callbacks: Sequence[Callback]
    progress: bool
    loss: LossFunction

    def __post_init__(self) -> None:
        self.callbacks = [*([self.early_stopping] if self.early_stopping else []), *self.callbacks]
        self.modules: list[Module] = []
        self._stop_reason = ""

    @property
    def epoch(self) -> int:
        return len(self.history)

    def stop(self, reason: str) -> None:
        """End the run after this epoch; ``reason`` becomes part of ``history.ending``."""
        self._stop_reason = reason

    def run(self, epochs: int) -> History:
        """Train for ``epochs`` more epochs."""
        positive("epochs", epochs)
        last, self._stop_reason, self.history.interrupted = self.epoch + epochs, "", False
        if self.early_stopping is not None:
            self.early_stopping.follow(self)
        bar = ProgressBar(epochs * len(self.batches), self.progress)
        try:
            with modes_kept(self.model):
                self.modules = list(self.model.modules())
                while self.epoch < last and not self._stop_reason:
                    self.history.rows.append(self.train_one_epoch(f"epoch {self.epoch + 1}/{last}", bar))
                    for callback in self.callbacks:
                        self.step.synchronise()
                        callback(self)
                        self.modules = list(self.model.modules())  # a callback may change the model
        except KeyboardInterrupt:
            self.history.interrupted = True
        finally:
            bar.close()
            self.step.synchronise()
            if self.early_stopping is not None:
                self.early_stopping.restore(self.model)
            self.optimizer.zero_grad()
        self.history.ending, self.history.computation = self.ending(), self.step.description
        return self.history

    def train_one_epoch(self, title: str, bar: "ProgressBar") -> dict[str, float]:
        started, learning_rate = time.perf_counter(), self.optimizer.param_groups[0]["lr"]
        before = self.history.rows[-1] if self.history.rows else {}
        if not all(module.training for module in self.modules):  # reading is quicker than setting
            self.model.train()
        summary = Summary()
        for number, (inputs, targets) in enumerate(self.batches, start=1):
            try:
                summary.add(self.step.train(inputs, targets), targets)
            except (errors.NumberOverflowError, errors.DomainError) as error:
                error.add_note(f"This happened in {title}, batch {number}. {DIVERGED}")
                raise
            if isinstance(self.scheduler, Scheduler) and self.scheduler.per_batch:
                self.scheduler.step()
            bar.show(title, {**before, "loss": summary.loss()})
            bar.advance()
        row = summary.row(self.metrics)
        if self.validation is not None:
            self.model.eval()
            held_out = Summary(self.loss)
            for inputs, targets in self.validation:
                held_out.add(self.step.evaluate(inputs, targets), targets)
            row |= {f"validation_{name}": number for name, number in held_out.row(self.metrics).items()}
        bar.show(title, row)
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step(row.get("validation_loss", row["loss"]))
        elif self.scheduler is not None and not self.scheduler.per_batch:
            self.scheduler.step()
        return row | {"learning_rate": learning_rate, "seconds": time.perf_counter() - started}

    def ending(self) -> str:
        epochs = f"{self.epoch} epoch{'s' * (self.epoch != 1)}"
        if self.history.interrupted:
            text = f"Interrupted after {epochs}; what was learned so far is kept."
        elif self._stop_reason:
            text = f"Stopped after {epochs}: {self._stop_reason}."
        else:
            text = f"Finished {epochs}."
        if self.early_stopping is not None and self.early_stopping.best_epoch:
            text += f" The model has the parameters of epoch {self.early_stopping.best_epoch}, the best one."
        return text


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
        self._training: Training | None = None
        self.start()

    def start(self) -> None:
        """Forget every epoch."""
        self.best, self.best_epoch = math.inf if self.mode == "min" else -math.inf, 0
        self._best_state: dict[str, float] = {}

    def follow(self, training: Training) -> None:
        """Start afresh unless ``training`` is the one that was watched last."""
        if training is not self._training:
            self._training = training
            self.start()

    def __call__(self, training: Training) -> None:
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


class ProgressBar:
    """Counts batches and shows the newest numbers behind the bar, unless it is not ``enabled``."""

    def __init__(self, total: int, enabled: bool) -> None:
        self.bar = None
        if enabled:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # without ipywidgets tqdm warns and shows its text bar, which is enough
                from tqdm.auto import tqdm
            self.bar = tqdm(total=total, unit="batch", dynamic_ncols=True)

    def show(self, title: str, numbers: Mapping[str, float]) -> None:
        """Set the text on both sides of the bar; it appears when the bar is drawn next, every tenth of a second."""
        if self.bar is not None:
            text = ", ".join(f"{name.replace('_', ' ')} {numbers[name]:.4f}" for name in SHOWN if name in numbers)
            self.bar.set_description_str(title, refresh=False)
            self.bar.set_postfix_str(text, refresh=False)

    def advance(self) -> None:
        if self.bar is not None:
            self.bar.update()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


class Summary:
    """Accumulates the results of the steps of one epoch.

    Given the loss, it is that of all samples together, whatever the batches were; otherwise the mean of theirs.
    """

    def __init__(self, of_all: LossFunction | None = None) -> None:
        self.of_all = None if of_all is None or is_plain_mean(of_all) else of_all
        self.total, self.count = 0.0, 0
        self.outputs: list[NestedFloats] = []
        self.targets: list[Any] = []

    def add(self, result: BatchResult, targets: Samples) -> None:
        self.total += result.loss * len(targets)
        self.count += len(targets)
        if len(result.outputs) != len(targets):
            self.of_all = None  # outputs that are no list of one entry per sample cannot be put together
        self.outputs += result.outputs
        self.targets += targets

    def loss(self) -> float:
        if self.of_all is None:
            return self.total / self.count
        with no_grad():
            outputs = nested_like(self.outputs, map(Value, leaves(self.outputs)))
            return scalar_loss(self.of_all(outputs, self.targets)).data

    def row(self, metrics: Sequence[Metric]) -> dict[str, float]:
        named = {name_of(metric): float(metric(self.outputs, self.targets)) for metric in metrics}
        return {"loss": self.loss(), **named}


def name_of(metric: Metric) -> str:
    """Return the name of a metric's column: the function's, also inside a ``functools.partial``."""
    function = metric.func if isinstance(metric, functools.partial) else metric
    return str(getattr(function, "__name__", type(function).__name__))
