"""``RecordedStep``: does what another training step does, and takes snapshots of the run on the way."""

from nn.data.shapes import Samples
from nn.inspect.player.snapshots import Snapshots
from nn.training.step import BatchResult, TrainingStep


class RecordedStep:
    """Trains through another step, whose numbers stay the same to the last bit, and takes snapshots.

    Args:
        step: what trains.
        snapshots: where the states of the run are kept.
    """

    def __init__(self, step: TrainingStep, snapshots: Snapshots) -> None:
        self.step, self.snapshots = step, snapshots

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
