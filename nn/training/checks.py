"""What :func:`nn.fit` checks before the first step: all that can be seen without running the model."""

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any, TypeVar

from autograd import errors
from autograd.advice import closest
from nn.choices import written
from nn.data.loading import TensorDataset
from nn.data.shapes import flatten
from nn.losses.base import described, without_ones
from nn.module import Module
from nn.optim import Optimizer
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.early_stopping import EarlyStopping
from nn.training.history import History
from nn.training.own_code import is_library_object
from nn.training.summary import Metric, name_of

F = TypeVar("F")


def functions_in(name: str, functions: Iterable[F]) -> tuple[F, ...]:
    """Return the functions that an argument lists.

    Raises:
        ArgumentError: it lists something else, or is no list, as where one function is given alone.
    """
    if not isinstance(functions, Iterable) or isinstance(functions, str):
        raise errors.ArgumentError(
            f"{name} is a list of functions, also of a single one: {name}=[...]; got {functions!r}."
        )
    each = tuple(functions)
    for function in each:
        if isinstance(function, type):
            raise errors.ArgumentError(
                f"{name} lists {function.__name__}, which is a class; make one of them: "
                f"{name}=[{written(function)}(...)]."
            )
        if not callable(function):
            raise errors.ArgumentError(
                f"Metrics and callbacks are functions; got {function!r}. Write the function itself, as in "
                "metrics=[nn.accuracy] or callbacks=[nn.EarlyStopping()]."
            )
    return each


def chosen_stopping(early_stopping: "EarlyStopping | int | None") -> EarlyStopping | None:
    """Return the early stopping that an argument stands for: a whole number is its patience."""
    if isinstance(early_stopping, Integral):
        return EarlyStopping(patience=int(early_stopping))
    if early_stopping is not None and not isinstance(early_stopping, EarlyStopping):
        raise errors.ArgumentError(
            "early_stopping is a whole number of epochs that may pass without a better validation loss, or an "
            f"nn.EarlyStopping(...); got {early_stopping!r}."
        )
    return early_stopping


def check_history(history: object) -> None:
    """Raise an error unless the history of an earlier run is one."""
    if history is not None and not isinstance(history, History):
        raise errors.ArgumentError(f"history is the nn.History of an earlier run; got {history!r}.")


def check_scheduler(optimizer: Optimizer, scheduler: object) -> None:
    """Raise an error unless a scheduler is one, made for the optimiser."""
    if scheduler is None:
        return
    if isinstance(scheduler, type):
        raise errors.ArgumentError(
            f"scheduler={scheduler.__name__} is the class of such schedulers; make one of them: "
            f"scheduler={written(scheduler)}(optimizer, ...)."
        )
    if not callable(getattr(scheduler, "step", None)):
        raise errors.ArgumentError(f"scheduler is one of nn's, such as nn.StepLR(optimizer, 10); got {scheduler!r}.")
    if getattr(scheduler, "optimizer", optimizer) is not optimizer:
        raise errors.ArgumentError(
            f"This {type(scheduler).__name__} was made for another optimiser, so the learning rate would stay as it "
            f"is. Make it from the one you train with: nn.{type(scheduler).__name__}(optimizer, ...)."
        )


def check_optimizer(model: Module, optimizer: Optimizer) -> None:
    """Raise an error if the optimiser has none of the model's parameters, or all that it has are frozen."""
    updated = {id(value) for group in optimizer.param_groups for value in group["params"]}
    trained = [value for value in model.parameters() if id(value) in updated]
    if trained and not any(value.requires_grad for value in trained):
        raise errors.ArgumentError(
            f"Every parameter of the model that this {type(optimizer).__name__} has is frozen, so nothing would be "
            "learned. Set requires_grad = True for those to be trained: model.requires_grad_()."
        )
    if not trained:
        raise errors.ArgumentError(
            f"This {type(optimizer).__name__} updates none of the model's parameters, so nothing would be learned. "
            f"Make it from the model you train: nn.{type(optimizer).__name__}(model.parameters(), ...)."
        )


def check_columns(metrics: Sequence[Metric], early_stopping: EarlyStopping | None, *, validated: bool) -> None:
    """Raise an error if two columns of the history had one name, or if early stopping watches one that is missing."""
    measured = ["loss", *map(name_of, metrics)]
    columns = [*measured, *[f"validation_{name}" for name in measured if validated], "learning_rate", "seconds"]
    for name in columns:
        if columns.count(name) > 1:
            raise errors.ArgumentError(
                f"Two columns of the history would be called {name!r}. Give the metric another name, as a function "
                "of its own."
            )
    if early_stopping is None or early_stopping.monitor in columns:
        return
    if early_stopping.monitor.startswith("validation_") and not validated:
        raise errors.ArgumentError(
            f"early_stopping watches {early_stopping.monitor}, so it needs data to validate on: give "
            "validation=(inputs, targets)."
        )
    near = closest(early_stopping.monitor.replace("val_", "validation_"), columns)
    raise errors.ArgumentError(
        f"early_stopping watches {early_stopping.monitor!r}, but the history will have {', '.join(columns)}."
        + (f" Did you mean monitor={near!r}?" if near else "")
    )


def check_alike(training: Any, validation: Any) -> None:
    """Raise an error if samples or targets to validate on have another shape than those to train on."""
    both = training, validation
    if not all(isinstance(data, TensorDataset) and is_library_object(data) and not data.shapes for data in both):
        return  # only there do all entries have the shape of the first, and does nobody notice that one was looked at
    for name, entry, other in zip(("inputs", "targets"), training[0], validation[0], strict=True):
        shape, other_shape = flatten(entry, name)[1], flatten(other, name)[1]
        if without_ones(shape) != without_ones(other_shape):
            raise errors.ArgumentError(
                f"validation: its {name} have {described(other_shape)} each, those to train on {described(shape)}."
            )


def targets_in(data: Any) -> Sequence[Any]:
    """Return the targets of a data set; none of one of the user's own, where every access may count."""
    if type(data) is TensorDataset:
        return list(data.columns[1])
    if type(data) is list and all(isinstance(entry, list | tuple) and len(entry) == 2 for entry in data):
        return [target for _, target in data]
    return ()


def check_schedule(scheduler: Scheduler | ReduceLROnPlateau | None, epochs: int, updates: int) -> None:
    """Raise the error that a scheduler would raise in the course of so many more epochs with so many updates in all."""
    if isinstance(scheduler, Scheduler):
        steps = updates if scheduler.per_batch else epochs
        for step in range(scheduler.last_epoch + 1, scheduler.last_epoch + steps + 1):
            scheduler.rate(1.0, step)


def check_lengths(data: object) -> None:
    """Raise an error if a pair of inputs and targets has different numbers of them."""
    if not isinstance(data, tuple) or len(data) != 2:
        return
    inputs, targets = [len(part) if hasattr(part, "__len__") else None for part in data]
    if None not in {inputs, targets} and inputs != targets:
        raise errors.ArgumentError(
            f"There are {inputs} inputs and {targets} targets; both need the same length, one target for each sample."
        )


def check_pair(batch: Sequence[Any]) -> None:
    """Raise an error unless a batch, or a sample, is a pair."""
    if len(batch) != 2:
        raise errors.ArgumentError(
            f"Training needs pairs of inputs and targets; this data has {len(batch)} columns. Give all inputs and all "
            "targets as a tuple of two, (X, y); a list is taken for one of samples with their targets, [(x, y), ...]."
        )
