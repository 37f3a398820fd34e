"""``Snapshots``: the states that a training run went through, kept now and then so that it can be replayed."""

from array import array
from dataclasses import dataclass
from math import nan

from nn.data.loading import DataLoader
from nn.losses.base import LossFunction
from nn.module import Module
from nn.optim import Optimizer

MOST_SNAPSHOTS = 100
"""When there are more, every second one is dropped, and from then on half as many are taken."""
MOST_NUMBERS = 4_000_000
"""How many numbers all snapshots together may hold (32 MB); very large models get fewer snapshots."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a training run at one moment: all that is needed to compute everything else later."""

    update: int
    """How many updates had been made."""
    epoch: float
    """How many epochs had passed, with a fraction in the middle of one."""
    loss: float
    """The loss of the newest batch, from before its update; nan at the start."""
    learning_rate: float
    parameters: "array[float]"
    state: "dict[str, array[float]]"
    """For each name of the optimiser's state a number per parameter; nan for one that it does not train."""
    buffers: list[list[float]]


class Snapshots:
    """The snapshots of one training run; taking one copies numbers and changes none.

    However long a run is, at most about :data:`MOST_SNAPSHOTS` are kept, evenly spread over it, and the first and
    the newest are always among them. ``held_out`` is what the run is validated on, and ``first_epoch`` the number of
    epochs that were complete before.
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        loss: LossFunction,
        batches: DataLoader,
        held_out: DataLoader | None = None,
        *,
        first_epoch: int,
    ) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.batches, self.held_out = batches, held_out
        self.first_epoch, self.updates, self.every, self.batch_loss = first_epoch, 0, 1, nan
        self.paths, self.values = (list(column) for column in zip(*model.named_parameters(), strict=True))
        self.buffers = [numbers for _, numbers in model.named_buffers()]
        place = {value: i for i, value in enumerate(self.values)}
        self.places = [[place.get(value) for value in group["params"]] for group in optimizer.param_groups]
        self.state_names = list(dict.fromkeys([name for columns in optimizer.state for name in columns]))
        size = len(self.values) * (1 + len(self.state_names))
        self.most = min(MOST_SNAPSHOTS, max(MOST_NUMBERS // size, 8))
        self.newest = self.current()
        self.kept = [self.newest]

    @property
    def all(self) -> list[Snapshot]:
        """The snapshots that were kept, and the newest."""
        return self.kept if self.kept[-1].update == self.newest.update else [*self.kept, self.newest]

    def count_update(self, loss: float) -> bool:
        """Count one update, made from a batch with this loss; return whether its snapshot is one to keep."""
        self.updates, self.batch_loss = self.updates + 1, loss
        return self.updates % self.every == 0

    def take(self) -> None:
        """Make the state of the model and the optimiser the newest snapshot."""
        self.newest = self.current()

    def keep(self) -> None:
        """Keep the newest snapshot; where that makes too many, drop every second one."""
        self.kept.append(self.newest)
        if len(self.kept) > self.most:
            self.every *= 2
            self.kept = [snapshot for snapshot in self.kept if snapshot.update % self.every == 0]

    def current(self) -> Snapshot:
        """Return a copy of what the model and the optimiser are now."""
        state = {name: array("d", [nan]) * len(self.values) for name in self.state_names}
        for columns, places in zip(self.optimizer.state, self.places, strict=True):
            for name, numbers in columns.items():
                for place, number in zip(places, numbers, strict=True):
                    if place is not None:
                        state[name][place] = number
        return Snapshot(
            update=self.updates,
            epoch=self.first_epoch + self.updates / len(self.batches),
            loss=self.batch_loss,
            learning_rate=self.optimizer.param_groups[0]["lr"],
            parameters=array("d", [value.data for value in self.values]),
            state=state,
            buffers=[list(numbers) for numbers in self.buffers],
        )

    def restore(self, snapshot: Snapshot) -> None:
        for value, number in zip(self.values, snapshot.parameters, strict=True):
            value.data = number
        for numbers, earlier in zip(self.buffers, snapshot.buffers, strict=True):
            numbers[:] = earlier
