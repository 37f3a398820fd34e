"""``AutomaticStep``: trains through a compiled program where it can, and on Values where it cannot."""

from typing import Literal

from autograd import errors
from nn.data.shapes import Samples
from nn.losses.base import LossFunction
from nn.module import Module
from nn.optim import Optimizer
from nn.training.compiled_run import CompiledRun
from nn.training.step import BatchResult, EagerStep, TrainingStep, TrainsAhead


class AutomaticStep:
    """Trains through a compiled program where the step can be recorded, and eagerly where it cannot.

    With ``insist`` it raises the error that says why the step cannot be recorded, rather than go on eagerly.
    """

    def __init__(
        self,
        model: Module,
        loss: LossFunction,
        optimizer: Optimizer,
        clip: float | None,
        *,
        insist: bool,
        backend: Literal["array", "c"] = "array",
    ) -> None:
        self.eager = EagerStep(model, loss, optimizer, clip)
        self.insist = insist
        self.step: TrainingStep = self.eager
        self.reason = ""
        try:
            self.step = CompiledRun(model, loss, optimizer, clip, backend=backend)
        except ImportError:
            self.reason = f"NumPy is not installed ({errors.install('fast')})"
            if insist:
                raise errors.MissingPackageError(f"compile=True is not possible: {self.reason}.") from None

    def expect(self, updates: int) -> None:
        self.step.expect(updates)

    def prepare(self, inputs: Samples, targets: Samples) -> None:
        try:
            self.step.prepare(inputs, targets)
        except errors.RecordingError as error:
            self.eager_instead(error)

    def train(self, inputs: Samples, targets: Samples) -> BatchResult:
        try:
            return self.step.train(inputs, targets)
        except errors.RecordingError as error:
            return self.eager_instead(error).train(inputs, targets)

    @property
    def ahead(self) -> TrainsAhead | None:
        return self.step.ahead

    def evaluate(self, inputs: Samples, targets: Samples) -> BatchResult:
        try:
            return self.step.evaluate(inputs, targets)
        except errors.RecordingError as error:
            return self.eager_instead(error).evaluate(inputs, targets)

    def eager_instead(self, error: errors.RecordingError) -> EagerStep:
        """Go on eagerly because the step cannot be recorded, unless the caller insists; return the eager step."""
        if self.insist or self.step is self.eager:
            raise error.__cause__ or error
        self.step.synchronise()
        self.step, self.reason = self.eager, f"the step cannot be recorded: {error}"
        return self.eager

    def synchronise(self) -> None:
        self.step.synchronise()

    @property
    def description(self) -> str:
        return self.step.description + (f", because {self.reason}" if self.reason else "")
