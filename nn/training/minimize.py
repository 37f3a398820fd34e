"""``minimize``: an optimiser on a loss that is no sum over data."""

from collections.abc import Callable
from typing import Literal

import autograd
from autograd import Value, errors, modes
from nn.argument_checks import positive
from nn.choices import made_optimizer
from nn.interrupts import Interrupts
from nn.losses.base import scalar_loss
from nn.optim import Optimizer
from nn.training.history import History
from nn.training.progress_bar import ProgressBar


def minimize(
    loss: Callable[[], Value],
    optimizer: Optimizer,
    *,
    steps: int,
    progress: bool = True,
    compile: Literal["auto"] | bool = "auto",  # as in fit
) -> History:
    """Minimise ``loss`` over the parameters of an optimiser, and return the history of the run.

    Each step sets the gradients to zero, computes the loss, calls ``backward`` and updates. Ctrl-C ends the run between
    two updates, and the history so far is returned with ``interrupted`` set. Gradients are zero afterwards.

    Args:
        loss: a function of no arguments that returns one Value, computed from the optimiser's parameters.
        optimizer: made from the Values to be found.
        steps: how many updates to make.
        progress: whether to show a progress bar.
        compile: whether ``loss`` runs as a program, see :func:`autograd.compile`; ``"auto"`` does so where it can be
            recorded, ``history.computation`` says why not, and True raises the error instead.

    Returns:
        The history, with one row per update: the ``loss`` before it, and the ``learning_rate``.

    Raises:
        NumberError: ``loss`` returns something other than one Value.
        NumberOverflowError: the numbers grew without bound; lower the learning rate.

    Source: Bottou, Curtis & Nocedal, Optimization methods for large-scale machine learning (2018).

    Example:
        >>> import nn
        >>> from autograd import Value
        >>> x, y = Value(-1.0), Value(1.0)
        >>> valley = lambda: (1 - x) ** 2 + 5 * (y - x**2) ** 2
        >>> history = nn.minimize(valley, nn.Adam([x, y], lr=0.05), steps=1000, progress=False)
        >>> round(x.data, 4), round(y.data, 4), history["loss"][-1] < 1e-8
        (1.0, 1.0, True)
    """
    positive("steps", steps)
    made_optimizer(optimizer)
    if not callable(loss):
        raise errors.ArgumentError(f"loss is a function of no arguments that returns one Value; got {loss!r}.")
    history, bar = History(), ProgressBar(steps, progress)
    compute, history.computation = computation(loss, compile)
    try:
        with modes.with_gradients(), Interrupts(patience=1.0) as interrupts:
            for step in range(1, steps + 1):
                interrupts.hold()
                row = {"loss": updated(compute, optimizer), "learning_rate": float(optimizer.param_groups[0]["lr"])}
                history.rows.append(row)
                interrupts.release()
                bar.show(f"step {step}", row)
                bar.advance()
        history.ending = f"all {steps} steps"
    except KeyboardInterrupt:
        history.interrupted, history.ending = True, f"interrupted after {len(history)} of {steps} steps"
    finally:
        bar.close()
        optimizer.zero_grad()
    return history


def updated(compute: Callable[[], object], optimizer: Optimizer) -> float:
    """Make one update and return the loss before it."""
    optimizer.zero_grad()
    loss = scalar_loss(compute())
    loss.backward()
    optimizer.step()
    return loss.data


def computation(loss: Callable[[], Value], compile: Literal["auto"] | bool) -> tuple[Callable[[], object], str]:
    """Return the loss as it is to be computed, and in a few words how that is."""
    if compile is False:
        return loss, "eager"
    program = autograd.compile(loss)
    try:
        program()
    except errors.RecordingError as error:
        if compile is True:
            raise
        return loss, f"eager: the loss cannot be recorded: {error}"
    return program, "a program"
