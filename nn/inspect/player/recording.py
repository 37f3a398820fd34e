"""``Recording``: takes a frame of a training run now and then, around any step, without changing a number."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from nn.data.loading import DataLoader
from nn.module import Module
from nn.optim import Optimizer
from nn.training.step import BatchResult, Loss, TrainingStep

MOST_FRAMES = 100
"""When there are more frames, every second one goes, and from then on half as many are taken."""
MOST_NUMBERS = 4_000_000
"""How many numbers all frames together may hold (32 MB); of very large models fewer frames are kept."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a training run was at one moment: all that is needed to compute everything else later."""

    update: int
    """How many updates had been made."""
    epoch: float
    """How many epochs had passed, with a fraction in the middle of one."""
    loss: float
    """That of the newest batch, from before its update; nan at the start."""
    learning_rate: float
    parameters: "array[float]"
    state: "dict[str, array[float]]"
    """For each name of the optimiser's state a number per parameter; nan for one that it does not train."""
    buffers: list[list[float]]


class Recording:
    """A training step that does what another one does, and keeps frames on the way.

    However long a run is, at most about :data:`MOST_FRAMES` frames are kept, evenly spread over it, and the first
    and the newest are always among them. Taking one copies the parameters and the optimiser's state; what the
    page shows beyond these is computed when it is made.

    Args:
        step: what trains; its updates are the same to the last bit as without a recording.
        model, optimizer, loss, batches: what it trains, how, and on what.
        first_epoch: how many epochs were complete before.
    """

    def __init__(
        self,
        step: TrainingStep,
        *,
        model: Module,
        optimizer: Optimizer,
        loss: Loss,
        batches: DataLoader,
        first_epoch: int,
    ) -> None:
        self.step, self.model, self.optimizer, self.loss, self.batches = step, model, optimizer, loss, batches
        self.first_epoch, self.updates, self.every, self.batch_loss = first_epoch, 0, 1, nan
        self.paths, self.values = (list(column) for column in zip(*model.named_parameters(), strict=True))
        self.buffers = [numbers for _, numbers in model.named_buffers()]
        place = {value: i for i, value in enumerate(self.values)}
        self.places = [[place.get(value) for value in group["params"]] for group in optimizer.param_groups]
        size = len(self.values) * (1 + len(optimizer.state_names))
        self.most = min(MOST_FRAMES, max(MOST_NUMBERS // size, 8))
        self.newest = self.frame()
        self.kept = [self.newest]

    @property
    def frames(self) -> list[Frame]:
        """The frames that were kept, and the newest."""
        return self.kept if self.kept[-1].update == self.newest.update else [*self.kept, self.newest]

    # --- being a step -------------------------------------------------------------------------------------

    def train(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Train on one batch."""
        result = self.step.train(inputs, targets)
        self.updates, self.batch_loss = self.updates + 1, result.loss
        if self.updates % self.every == 0:
            self.synchronise()
            self.kept.append(self.newest)
            if len(self.kept) > self.most:
                self.every *= 2
                self.kept = [frame for frame in self.kept if frame.update % self.every == 0]
        return result

    def evaluate(self, inputs: Sequence[Any], targets: Sequence[Any]) -> BatchResult:
        """Compute the loss of one batch."""
        return self.step.evaluate(inputs, targets)

    def synchronise(self) -> None:
        """Write the parameters and the optimiser's state back, and take the newest frame."""
        self.step.synchronise()
        self.newest = self.frame()

    @property
    def description(self) -> str:
        """How the step runs."""
        return self.step.description

    # --- frames -------------------------------------------------------------------------------------------

    def frame(self) -> Frame:
        """Copy what the model and the optimiser are now."""
        state = {name: array("d", [nan]) * len(self.values) for name in self.optimizer.state_names}
        for columns, places in zip(self.optimizer.state, self.places, strict=True):
            for name, numbers in columns.items():
                for place, number in zip(places, numbers, strict=True):
                    if place is not None:
                        state[name][place] = number
        return Frame(
            update=self.updates,
            epoch=self.first_epoch + self.updates / len(self.batches),
            loss=self.batch_loss,
            learning_rate=self.optimizer.param_groups[0]["lr"],
            parameters=array("d", [value.data for value in self.values]),
            state=state,
            buffers=[list(numbers) for numbers in self.buffers],
        )

    def restore(self, frame: Frame) -> None:
        """Give the model the parameters and the buffers of a frame."""
        for value, number in zip(self.values, frame.parameters, strict=True):
            value.data = number
        for numbers, earlier in zip(self.buffers, frame.buffers, strict=True):
            numbers[:] = earlier
