"""One step of training, from a batch to updated parameters: the interface, the plain step on Values, a recorded one."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from autograd import Value, no_grad, without_collecting
from nn.data.loading import DataLoader
from nn.data.shapes import Entries, Samples, plain
from nn.losses.base import LossFunction, scalar_loss
from nn.module import Module
from nn.optim import Optimizer
from nn.training.clipping import clip_grad_norm_

if TYPE_CHECKING:
    from nn.inspect.player.snapshots import Snapshots
    from nn.training.rates import Rates

NestedFloats: TypeAlias = "float | list[NestedFloats]"
"""Outputs without their history: a number, or numbers in lists of any depth."""


class BatchResult(NamedTuple):
    """What a step returns about its batch."""

    loss: float
    outputs: Entries
    """A list of one entry per sample, computed before the update; see :func:`nn.data.shapes.entries`."""


class Ahead(NamedTuple):
    """What training on many batches at once gave: their losses, and a function that gives the outputs of each."""

    losses: list[float]
    outputs: Callable[[int], Entries]


class TrainsAhead(Protocol):
    """Trains on many batches in one go."""

    def train_ahead(
        self, loader: DataLoader, batches: Sequence[list[int]], rates: "Sequence[Sequence[Rates]]"
    ) -> Ahead | None:
        """Train on batches as far as that is possible: on all, on the first of them, or on none.

        Args:
            loader: the data.
            batches: the positions of the samples in each batch.
            rates: for each batch, those of each group of parameters.
        """


class TrainingStep(Protocol):
    """Trains on one batch at a time, holding the parameters and the optimiser's state in whatever form is fastest."""

    @property
    def ahead(self) -> TrainsAhead | None:
        """What trains on many batches in one go, where that is possible at all."""

    def expect(self, updates: int) -> None:
        """Be told that so many more updates are to come: with many, more work before them pays back."""

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        """Do what a batch needs to have done once before it is trained on, and what Ctrl-C may break off."""

    def train(self, inputs: Samples, targets: Samples) -> BatchResult:
        """Compute the loss and its gradients, clip them, and update the parameters."""

    def evaluate(self, inputs: Samples, targets: Samples) -> BatchResult:
        """Compute the loss with the parameters as they are now; nothing changes."""

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back to the model and the optimiser."""

    @property
    def description(self) -> str:
        """How the step runs, in a few words, for ``history.computation``."""


class EagerStep:
    """Computes each batch on Values, one operation at a time, straight on the model and the optimiser.

    ``clip`` is the largest norm that all gradients together may have; None does not clip.
    """

    def __init__(self, model: Module, loss: LossFunction, optimizer: Optimizer, clip: float | None) -> None:
        self.model, self.loss, self.optimizer, self.clip = model, loss, optimizer, clip

    def expect(self, updates: int) -> None:
        """Do nothing: nothing is compiled."""

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        """Do nothing: nothing is recorded."""

    def train(self, inputs: Samples, targets: Samples) -> BatchResult:
        """Run the four lines that every training loop consists of: zero_grad, loss, backward, step."""
        return step_with(self.optimizer, lambda: self.compute(inputs, targets))

    @without_collecting()
    def compute(self, inputs: Samples, targets: Samples) -> BatchResult:
        """Compute the loss and its gradients, and clip them: all but the step.

        Python's garbage collector pauses meanwhile: it would look at a large graph again and again.
        """
        self.optimizer.zero_grad()
        outputs = self.model(inputs)
        loss = scalar_loss(self.loss(outputs, targets))
        loss.backward()
        if self.clip is not None:
            clip_grad_norm_([value for group in self.optimizer.param_groups for value in group["params"]], self.clip)
        return BatchResult(loss.data, plain(outputs))

    def evaluate(self, inputs: Samples, targets: Samples) -> BatchResult:
        return evaluate_batch(self.model, self.loss, inputs, targets)

    description, ahead = "eager", None

    def synchronise(self) -> None:
        """Do nothing: this step works on the model and the optimiser themselves."""


def step_with(optimizer: Optimizer, compute: Callable[[], BatchResult]) -> BatchResult:
    """Let an optimiser make a step and return the first result of ``compute``, which leaves gradients each time."""
    if not optimizer.needs_closure:  # the step may be a user's own, which takes no arguments
        result = compute()
        optimizer.step()
        return result
    results: list[BatchResult] = []

    def closure() -> Value:
        results.append(compute())
        return Value(results[-1].loss)

    optimizer.step(closure)
    return results[0]


class RecordedStep:
    """Trains through another step, whose numbers stay the same to the last bit, and takes snapshots."""

    ahead = None  # snapshots are taken between two batches

    def __init__(self, step: TrainingStep, snapshots: "Snapshots") -> None:
        self.step, self.snapshots = step, snapshots

    def expect(self, updates: int) -> None:
        self.step.expect(updates)

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        self.step.prepare(inputs, targets)

    def train(self, inputs: Samples, targets: Samples) -> BatchResult:
        result = self.step.train(inputs, targets)
        if self.snapshots.count_update(result.loss):
            self.synchronise()
            self.snapshots.keep()
        return result

    def evaluate(self, inputs: Samples, targets: Samples) -> BatchResult:
        return self.step.evaluate(inputs, targets)

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back, and take the newest snapshot."""
        self.step.synchronise()
        self.snapshots.take()

    @property
    def description(self) -> str:
        return self.step.description


def evaluate_batch(model: Module, loss: LossFunction, inputs: Samples, targets: Samples) -> BatchResult:
    """Return the loss and the outputs for one batch without building a graph."""
    with no_grad():
        outputs = model(inputs)
        return BatchResult(scalar_loss(loss(outputs, targets)).data, plain(outputs))
