"""One step of training: from a batch to updated parameters. The seam behind which a faster step can stand."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeAlias

from autograd import Value, errors, no_grad
from nn.module import Module
from nn.optim import Optimizer
from nn.training.clipping import clip_grad_norm_

Loss: TypeAlias = Callable[[Any, Any], Value]
"""A loss as ``loss(outputs, targets)``; outputs are as nested as the model makes them, which no type can say."""
Numbers: TypeAlias = "float | list[Numbers]"
"""Outputs without their history: a number, or lists of any depth."""


class BatchResult(NamedTuple):
    """What a step tells about its batch."""

    loss: float
    outputs: list[Numbers]
    """One entry per sample, computed before the update."""


class TrainingStep(Protocol):
    """Trains on one batch at a time, holding the parameters and the optimiser's state in whatever form is fastest."""

    def train(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss and its gradients, clip them, and update the parameters."""

    def evaluate(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss with the parameters as they are now; nothing changes."""

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back to the model and the optimiser."""

    @property
    def description(self) -> str:
        """How the step runs, in a few words."""


class EagerStep:
    """Computes each batch on Values, one operation at a time, straight on the model and the optimiser.

    Args:
        model, loss, optimizer: what is trained.
        clip: the largest norm that all gradients together may have; None does not clip.
    """

    def __init__(self, model: Module, loss: Loss, optimizer: Optimizer, clip: float | None) -> None:
        self.model, self.loss, self.optimizer, self.clip = model, loss, optimizer, clip

    def train(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Run the four lines that every training loop consists of: zero_grad, loss, backward, step."""
        self.optimizer.zero_grad()
        outputs = self.model(inputs)
        loss = one_number(self.loss(outputs, targets))
        loss.backward()
        if self.clip is not None:
            clip_grad_norm_([value for group in self.optimizer.param_groups for value in group["params"]], self.clip)
        with interrupts_held():
            self.optimizer.step()
        return BatchResult(loss.data, without_history(outputs))

    def evaluate(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the outputs and the loss without building a graph."""
        return evaluate_batch(self.model, self.loss, inputs, targets)

    description = "eager"

    def synchronise(self) -> None:
        """Do nothing: the model and the optimiser are what this step works on."""


def evaluate_batch(model: Module, loss: Loss, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
    """Return the loss and the outputs for one batch without building a graph."""
    with no_grad():
        outputs = model(inputs)
        return BatchResult(one_number(loss(outputs, targets)).data, without_history(outputs))


def one_number(loss: object) -> Value:
    """Return the loss if it is a single Value.

    Raises:
        NumberError: it is something else.
    """
    if isinstance(loss, Value):
        return loss
    what = f"a list of {len(loss)}" if isinstance(loss, list | tuple) else f"{loss!r}"
    raise errors.NumberError(
        f"Training needs a loss that returns one Value for a batch; this one returned {what}. Use "
        "reduction='mean' or 'sum', and compute it from the model's outputs with autograd's functions."
    )


def without_history(outputs: Any) -> Any:  # lists come in and go out as nested as they were
    """Return outputs as plain numbers in the same lists."""
    if isinstance(outputs, Value):
        return outputs.data
    return [without_history(item) for item in outputs] if isinstance(outputs, list | tuple) else outputs


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let Ctrl-C wait until the block is done, so that an update is never left half made."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    pending: list[tuple[int, Any]] = []
    signal.signal(signal.SIGINT, lambda number, frame: pending.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if pending:
        handler(*pending[0])
