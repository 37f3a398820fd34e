"""``Training``: one run, epoch by epoch, around a step."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from autograd import errors, modes
from nn.argument_checks import positive
from nn.data.loading import DataLoader
from nn.inspect.observation import modes_kept
from nn.interrupts import Interrupts
from nn.losses.base import LossFunction
from nn.module import Module
from nn.optim import Optimizer
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.at_once import AtOnce
from nn.training.checks import check_pair, check_schedule
from nn.training.continuation import Progress, Saved, begun, generator_states, resumed, set_generator_states
from nn.training.early_stopping import EarlyStopping
from nn.training.error_notes import DIVERGED, updates_noted
from nn.training.history import History
from nn.training.progress_bar import ProgressBar
from nn.training.step import TrainingStep
from nn.training.summary import Metric, Summary
from nn.training.training_modes import TrainingModes
from nn.training.unseen import Unseen

Callback: TypeAlias = Callable[["Training"], None]
"""Called with the training at the end of each epoch."""


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
    early_stopping: EarlyStopping | None
    callbacks: Sequence[Callback]
    progress: bool
    loss: LossFunction

    def __post_init__(self) -> None:
        self.callbacks = [*([self.early_stopping] if self.early_stopping else []), *self.callbacks]
        self._stop_reason = ""
        self.progress_made: Progress | None = None
        """How far the epoch has come that was begun and is not complete."""
        self.pending: list[Callback] = []
        """The callbacks that have not been called after the newest epoch."""
        self.modes = TrainingModes(self.model)
        self.newest: tuple[dict[str, float], dict[str, float]] | None = None
        """The model's state when the last run ended, and the best one, which it was given then."""
        self.interrupts = Interrupts(patience=1.0)
        self.unseen = self.find_unseen()
        self.at_once = AtOnce(self.step, self.batches, self.optimizer)

    @property
    def schedule(self) -> Scheduler | None:
        """What changes the learning rate after each batch, if anything does."""
        return self.scheduler if isinstance(self.scheduler, Scheduler) and self.scheduler.per_batch else None

    @property
    def epoch(self) -> int:
        return len(self.history)

    def stop(self, reason: str) -> None:
        """End the run after this epoch; ``reason`` becomes part of ``history.ending``."""
        self._stop_reason = reason

    def run(self, epochs: int) -> History:
        """Train for ``epochs`` more epochs; one that was broken off is gone on with and counts as the first."""
        done = self.progress_made.done if self.progress_made else 0
        updates = positive("epochs", epochs) * len(self.batches) - done
        if not self.unseen.scheduler:  # of a user's own, every call may count
            check_schedule(self.scheduler, epochs, updates)
        self.step.expect(updates)
        last, self._stop_reason, self.history.interrupted = self.epoch + epochs, "", False
        if self.early_stopping is not None:
            self.early_stopping.follow(self)
        bar = ProgressBar(updates, self.progress)
        # gradients are kept also where no_grad holds, as in a generator that was suspended in it
        with modes.with_gradients(), updates_noted(self.optimizer), self.interrupts:
            try:
                self.take_up_newest()
                with modes_kept(self.model):
                    self.begin()
                    self.call_back()
                    while self.epoch < last and not self._stop_reason:
                        if self.train_epochs(last, bar):
                            continue
                        self.train_one_epoch(f"epoch {self.epoch + 1}/{last}", bar)
                        self.call_back()
            except KeyboardInterrupt:
                self.history.interrupted = True
            finally:
                self.interrupts.hold()
                bar.close()
                self.step.synchronise()
                if self.early_stopping is not None:
                    newest = self.model.state_dict()
                    self.early_stopping.restore(self.model)
                    self.newest = newest, self.model.state_dict()
                self.optimizer.zero_grad()
                self.modes.leave()
        self.history.ending, self.history.computation = self.ending(), self.step.description
        return self.history

    def take_up_newest(self) -> None:
        """Go on from where the last run ended rather than from its best state, unless the user has changed that."""
        if self.newest is not None and self.model.state_dict() == self.newest[1]:
            self.model.load_state_dict(self.newest[0])
        self.newest = None

    def begin(self) -> None:
        """Put every module into the mode in which it is trained, and see which parts of the run are the user's own."""
        self.modes.enter()
        self.unseen = self.find_unseen()

    def find_unseen(self) -> Unseen:
        """Look at which parts of the run are the user's own; callbacks may put others in their places."""
        return Unseen(self.batches, self.validation, self.scheduler, self.metrics, self.loss)

    def call_back(self) -> None:
        """Call every callback that has not been called after the newest epoch."""
        if not self.pending:
            return
        self.modes.forget_last_run()
        while self.pending:
            callback = self.pending.pop(0)
            self.step.synchronise()
            callback(self)
        self.step.synchronise()
        self.begin()

    def train_epochs(self, last: int, bar: ProgressBar) -> bool:
        """Train on whole epochs at once, if nothing has to happen in Python after each; return whether it could."""
        schedule = self.scheduler if isinstance(self.scheduler, Scheduler) else None
        unknown = self.scheduler is not schedule or self.unseen.scheduler
        if unknown or self.validation or self.metrics or self.callbacks or self.progress_made:
            return False
        if not self.can_go_ahead():
            return False
        self.interrupts.hold()
        title = f"epoch {self.epoch + 1}/{last}"
        made = self.at_once.epochs(last - self.epoch, schedule)
        batches = len(self.batches)
        for progress in made:
            if progress.done < batches:
                self.progress_made = progress
            else:
                numbers = {"learning_rate": progress.learning_rate, "seconds": progress.seconds}
                self.history.rows.append({"loss": progress.mean_loss(), **numbers})
        self.interrupts.release()
        if made:
            bar.show(title, {"loss": made[-1].mean_loss()})
            bar.advance(sum(progress.done for progress in made))
        return bool(made)

    def can_go_ahead(self) -> bool:
        """Whether batches can be known before those in front of them have been trained on."""
        watching = self.unseen.data or (self.schedule and self.unseen.scheduler)
        return self.at_once.possible and not watching and type(self.batches) is DataLoader

    def train_one_epoch(self, title: str, bar: ProgressBar) -> None:
        """Go through the batches (those that are left, if the epoch was broken off), validate, and add a row."""
        started, before = time.perf_counter(), self.history.rows[-1] if self.history.rows else {}
        if self.progress_made is None:
            self.interrupts.hold()
            if self.unseen.data:
                self.step.synchronise()
            self.progress_made = begun(self.batches, self.optimizer.param_groups[0]["lr"])
            self.interrupts.release()
        progress = self.progress_made
        try:
            self.train_on(progress, title, bar, before)
            row = self.measured(progress)
        finally:
            progress.seconds += time.perf_counter() - started
        bar.show(title, row)
        self.interrupts.hold()
        self.step_scheduler(row.get("validation_loss", row["loss"]))
        self.history.rows.append(row | {"learning_rate": progress.learning_rate, "seconds": progress.seconds})
        self.progress_made, self.pending = None, [*self.callbacks]
        self.interrupts.release()

    def train_on(self, progress: Progress, title: str, bar: ProgressBar, before: dict[str, float]) -> None:
        """Train on the batches that are left of an epoch, many at once where that is possible."""
        rest: Iterator[tuple[Any, ...]] | None = None
        while True:
            ahead = 0
            if self.can_go_ahead():
                self.interrupts.hold()
                ahead = self.at_once.go_on(progress, self.schedule)
                self.interrupts.release()
            if ahead:
                rest = None
            else:
                rest = self.watched(progress.batches(self.batches), self.unseen.data) if rest is None else rest
                batch = next(rest, None)
                if batch is None:
                    return
                self.train_on_one(batch, progress, title)
            bar.show(title, {**before, "loss": progress.mean_loss()})
            bar.advance(ahead or 1)

    def train_on_one(self, batch: tuple[Any, ...], progress: Progress, title: str) -> None:
        """Train on one batch."""
        inputs, targets = batch
        try:
            self.step.prepare(inputs, targets)
            self.interrupts.hold()
            progress.add(self.step.train(inputs, targets), targets)
        except (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError) as error:
            cause = f" {DIVERGED}" if isinstance(error, errors.NumberOverflowError) else ""
            error.add_note(f"This happened in {title}, batch {progress.done + 1}.{cause}")
            raise
        if self.schedule:
            self.step_scheduler(None)
        self.interrupts.release()

    def watched(self, batches: Iterator[tuple[Any, ...]], unseen: bool) -> Iterator[tuple[Any, ...]]:
        """Yield batches; where the data are the user's own, let them look at the model before each, and change it."""
        while True:
            if unseen:
                self.step.synchronise()
            batch = next(batches, None)
            if batch is None:
                return
            if unseen:
                check_pair(batch)
            yield batch

    def step_scheduler(self, metric: float | None) -> None:
        """Let the scheduler go on after an epoch with this loss, or after a batch, without one."""
        if self.scheduler is None:
            return
        if self.unseen.scheduler:
            self.step.synchronise()
        if not isinstance(self.scheduler, Scheduler):
            self.scheduler.step(cast("float", metric))
        elif self.scheduler.per_batch == (metric is None):
            self.scheduler.step()

    def measured(self, progress: Progress) -> dict[str, float]:
        """Return the loss and the metrics of an epoch, and those of the validation data."""
        if self.unseen.metrics:
            self.step.synchronise()
        row = progress.row(self.metrics)
        if self.validation is not None:
            held_out = Summary()
            with modes_kept(self.model):
                self.model.eval()
                for inputs, targets in self.watched(iter(self.validation), self.unseen.validation):
                    held_out.add(self.step.evaluate(inputs, targets), targets)
                if self.unseen.metrics or self.unseen.loss:
                    self.step.synchronise()
                measured = held_out.row(self.metrics, self.loss)
            row |= {f"validation_{name}": number for name, number in measured.items()}
        return row

    def drawing(self) -> dict[str, object]:
        """Return the parts of the run that may draw random numbers, by name."""
        return {"model": self.model, "loss": self.loss, "batches": self.batches, "validation": self.validation}

    def continuation(self) -> Saved:
        """Return what is needed to go on where the run is now, besides the states of model, optimiser and scheduler."""
        return {
            "generators": generator_states(self.drawing()),
            "progress": None if self.progress_made is None else self.progress_made.saved(),
        }

    def go_on_from(self, saved: Saved) -> None:
        """Take over what :meth:`continuation` returned for an earlier run."""
        set_generator_states(self.drawing(), saved["generators"])
        if saved["progress"] is not None:
            self.progress_made = resumed(saved["progress"], self.batches)

    def ending(self) -> str:
        epochs = f"{self.epoch} epoch{'s' * (self.epoch != 1)}"
        if self.history.interrupted:
            text = f"Interrupted after {epochs}; what was learned so far is kept."
        elif self._stop_reason:
            text = f"Stopped after {epochs}: {self._stop_reason}."
        else:
            text = f"Finished {epochs}."
        stopping = self.early_stopping
        if stopping is not None and stopping.best_epoch and stopping.restore_best_weights:
            text += f" The model has the parameters of epoch {stopping.best_epoch}, the best one."
        return text
