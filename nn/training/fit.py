"""``fit`` and ``evaluate``: training in one call."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

from autograd import errors
from nn.argument_checks import positive, within
from nn.choices import check_positions, chosen_loss, chosen_optimizer, made_model
from nn.data.foreign import is_foreign_loader, loader_of
from nn.data.loading import DataLoader, TensorDataset
from nn.data.shapes import Samples
from nn.inspect.observation import modes_kept
from nn.losses.base import LossFunction, check_all_targets
from nn.module import Module
from nn.optim import Optimizer
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.checks import (
    check_alike,
    check_columns,
    check_history,
    check_lengths,
    check_optimizer,
    check_pair,
    check_scheduler,
    chosen_stopping,
    functions_in,
    targets_in,
)
from nn.training.early_stopping import EarlyStopping
from nn.training.history import History
from nn.training.own_code import is_library_object
from nn.training.run import Callback, Training
from nn.training.step import EagerStep, RecordedStep, TrainingStep, evaluate_batch
from nn.training.summary import Metric, Summary

Data: TypeAlias = DataLoader | TensorDataset | tuple[Samples, Samples] | Iterable[Any]
"""Samples with their targets: a loader, also of PyTorch; a dataset; ``(inputs, targets)``; pairs one by one."""
DEFAULT_BATCH_SIZE = 32


def fit(
    model: Module,
    data: Data,
    *others: object,
    loss: LossFunction | str | None = None,
    optimizer: Optimizer | str | None = None,
    epochs: int = 1,
    batch_size: int | None = None,
    scheduler: Scheduler | ReduceLROnPlateau | None = None,
    clip: float | None = None,
    validation: Data | None = None,
    early_stopping: "EarlyStopping | int | None" = None,
    metrics: Sequence[Metric] = (),
    callbacks: Sequence[Callback] = (),
    history: History | None = None,
    seed: int | None = None,
    progress: bool = True,
    compile: Literal["auto", "c"] | bool = "auto",  # PyTorch's name for it
    record: bool = False,
) -> History:
    """Train ``model`` on ``data`` and return the history of the run.

    Each epoch goes once through the batches: gradients to zero, loss, ``backward``, an update. Ctrl-C ends the
    run between two updates: what was learned so far stays in the model, and the history so far is returned
    with ``interrupted`` set. Gradients are zero afterwards, and every module is in the mode it was in before. A part
    that is in evaluation mode (``model.encoder.eval()``) stays in it; where the whole model is, all of it is trained.

    Args:
        model: what is trained, in place.
        data: a pair ``(inputs, targets)`` of lists, arrays, tensors or tables; a dataset, or a generator of pairs (one
            per sample, read once); a :class:`DataLoader`, also PyTorch's. ``inputs`` has one sample per entry,
            ``targets`` what the loss compares it with. Sequences of different lengths are grouped into batches of one
            length, not padded.
        loss: ``loss(outputs, targets)``, giving one Value for a batch, or the name of one: ``"mse"``, ``"l1"``,
            ``"huber"``, ``"smooth_l1"``, ``"hinge"``, ``"bce"``, ``"bce_with_logits"``, ``"cross_entropy"``, ``"nll"``,
            ``"kl_div"``.
        optimizer: made from ``model.parameters()``; or the name of one that is made so, with the options it has by
            default: ``"sgd"``, ``"rmsprop"``, ``"adagrad"``, ``"adam"``, ``"adamw"``, ``"lbfgs"``.
        epochs: how many times to go through the data.
        batch_size: how many samples one update uses, 32 by default; a DataLoader brings its own.
        scheduler: changes the learning rate; its ``step`` is called after each epoch, or after each batch if it says
            ``per_batch``, as OneCycleLR does. ReduceLROnPlateau is given the validation loss, or else the loss.
        clip: the largest norm that all gradients together may have; longer ones are scaled down.
        validation: data to measure the loss and the metrics on after each epoch, in evaluation mode.
        early_stopping: how many epochs may pass without a better validation loss, or an :class:`EarlyStopping`.
            When the run ends, for whatever reason, the model has its best parameters.
        metrics: functions ``metric(outputs, targets)`` of a whole epoch's plain numbers, such as :func:`nn.accuracy`
            or ``functools.partial(nn.accuracy, threshold=0)``.
        callbacks: functions called with the :class:`Training` after each epoch.
        history: the history of an earlier run to continue, as after loading a checkpoint: the order of the samples and
            the masks of Dropout go on where that run left them, also in the middle of an epoch.
        seed: makes the order of the samples repeat; a DataLoader brings its own.
        progress: whether to show a progress bar.
        compile: whether to run the step as a program of array operations (see :func:`autograd.compile`), with results
            equal up to rounding. ``"auto"`` does so where NumPy is installed and the step can be recorded, and makes
            machine code of the step where there are so many updates, with those before :meth:`History.resume`, that
            this pays back many times and there is a C compiler; products of large matrices stay NumPy's. Equal runs
            give equal numbers. ``history.computation`` says how it ran, and why not faster. True
            raises an error instead of going on eagerly, and so does ``"c"``, which runs every step as machine code,
            the optimiser's rule included, and needs a C compiler. What the model and
            the loss read besides numbers (attributes, lists, closures, globals) may change wherever your own code runs:
            the step is then recorded anew. A step that itself changes such things, or draws random numbers other than
            through :func:`autograd.fresh`, runs eagerly.
        record: whether to keep the parameters of up to a hundred moments of the run, from which
            ``history.player()`` makes a page that replays it. The training is the same to the last bit.

    Returns:
        The history, with one row per epoch. ``history.resume(epochs)`` goes on exactly where the run ended.

    Raises:
        ArgumentError: an argument cannot be used. All that can be seen without running the model is checked before the
            first step. What only turns up later, such as a class that does not exist, raises an error with a note that
            says how many updates had been made.
        NumberOverflowError: the numbers grew without bound, usually because of the learning rate.

    Example:
        >>> import nn
        >>> inputs, targets = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
        >>> model = nn.Linear(1, 1, seed=0)
        >>> optimizer = nn.SGD(model.parameters(), lr=0.1)
        >>> history = nn.fit(
        ...     model, (inputs, targets), loss=nn.mse_loss, optimizer=optimizer, epochs=100, seed=0, progress=False
        ... )
        >>> history["loss"][-1] < 1e-3
        True
        >>> round(model.weight[0][0].data, 1), round(model.bias[0].data, 1)
        (2.0, 1.0)
        >>> len(nn.fit(model, (inputs, targets), loss="mse", optimizer="adam", epochs=2, progress=False))
        2
    """
    check_positions(others)
    made_model(model)
    loss, optimizer = chosen_loss(loss), chosen_optimizer(optimizer, model)
    positive("epochs", epochs)
    if clip is not None and clip != math.inf:
        within("clip", clip, "(0, inf)")
    metrics, callbacks = functions_in("metrics", metrics), functions_in("callbacks", callbacks)
    check_scheduler(optimizer, scheduler)
    check_optimizer(model, optimizer)
    check_history(history)
    early_stopping = chosen_stopping(early_stopping)
    check_columns(metrics, early_stopping, validated=validation is not None)
    batches = loader(data, batch_size, seed, shuffle=True)
    held_out = None
    if validation is not None:  # in batches like those of the training, so that both run as the same program
        size = None if isinstance(validation, DataLoader) or is_foreign_loader(validation) else batch_size
        held_out = loader(validation, size, None, shuffle=False)
        check_alike(batches.dataset, held_out.dataset)
    for each in filter(None, (batches, held_out)):
        check_all_targets(loss, targets_in(each.dataset))
    continuation = None if history is None else history.continuation
    if history is not None and continuation is None and seed is not None:
        for _ in history.rows:
            next(iter(batches))  # draws the orders of the past epochs, so that the next ones differ
    history = History() if history is None else history
    step = step_for(compile, model, loss, optimizer, clip)
    if record:
        from nn.inspect.player.snapshots import Snapshots  # imported here so that ``import nn`` stays quick

        history._snapshots = Snapshots(model, optimizer, loss, batches, held_out, first_epoch=len(history))
        step = RecordedStep(step, history._snapshots)
    training = Training(
        step,
        model,
        optimizer,
        batches,
        history,
        scheduler=scheduler,
        validation=held_out,
        metrics=metrics,
        early_stopping=early_stopping,
        callbacks=callbacks,
        progress=progress,
        loss=loss,
    )
    if continuation is not None:
        training.go_on_from(continuation)
    history._training = training
    return training.run(epochs)


def evaluate(
    model: Module,
    data: Data,
    *,
    loss: LossFunction | str,
    metrics: Sequence[Metric] = (),
    batch_size: int | None = None,
) -> dict[str, float]:
    """Return the loss and the metrics of ``model`` on ``data``, in evaluation mode, without training.

    The loss is that of all samples together, whatever their batches: the sum over all of them where the loss is a sum,
    and their weighted mean where classes have weights. Sequences are put together by their lengths, each length
    counting as often as it occurs. (A model whose outputs are no list of one entry per sample, but a tuple, a
    dictionary or one Value for the batch, gets the mean of the losses of its batches, weighted by their sizes.)

    Args:
        model, data, loss, metrics, batch_size: as for :func:`fit`.

    Example:
        >>> import nn
        >>> model = nn.Linear(1, 1, seed=0)
        >>> model.weight[0][0].data, model.bias[0].data = 2.0, 1.0
        >>> nn.evaluate(model, ([[0.0], [1.0]], [1.0, 4.0]), loss=nn.mse_loss)
        {'loss': 0.5}
    """
    loss, summary, metrics = chosen_loss(loss), Summary(), functions_in("metrics", metrics)
    with modes_kept(model):
        model.eval()
        for inputs, targets in loader(data, batch_size, None, shuffle=False):
            summary.add(evaluate_batch(model, loss, inputs, targets), targets)
        return summary.row(metrics, loss)


def step_for(
    compile: Literal["auto", "c"] | bool,
    model: Module,
    loss: LossFunction,
    optimizer: Optimizer,
    clip: float | None,
) -> TrainingStep:
    """Return the step that the ``compile`` argument asks for."""
    if compile is False:
        return EagerStep(model, loss, optimizer, clip)
    if compile not in {"auto", "c", True}:
        raise errors.ArgumentError(f"compile is 'auto', 'c', True or False; got {compile!r}.")
    from nn.training.automatic_step import AutomaticStep  # imported here so that ``import nn`` stays quick

    backend: Literal["array", "c"] = "c" if compile == "c" else "array"
    return AutomaticStep(model, loss, optimizer, clip, insist=compile != "auto", backend=backend)


def loader(data: Data, batch_size: int | None, seed: int | None, *, shuffle: bool) -> DataLoader:
    """Return the data in batches."""
    if isinstance(data, DataLoader) or is_foreign_loader(data):
        if batch_size is not None or seed is not None:
            raise errors.ArgumentError("A DataLoader has its own batch_size and seed; give them there, not to fit.")
    else:
        check_lengths(data)
    batches = loader_of(data, DEFAULT_BATCH_SIZE if batch_size is None else batch_size, shuffle=shuffle, seed=seed)
    dataset = batches.dataset
    if is_library_object(dataset):  # of a user's own, every access may count; its batches are checked as they come
        check_pair(dataset[0])
    return batches
