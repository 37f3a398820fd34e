"""``find_learning_rate``: tries ever larger learning rates on a few batches and finds where the loss falls fastest."""

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograd import errors, modes
from autograd.console import printed
from autograd.formulas.notation import number_text
from nn.argument_checks import positive, within
from nn.choices import chosen_loss, chosen_optimizer, made_model
from nn.display import plotted_html
from nn.inspect.observation import without_trace
from nn.inspect.plots.curves import plot_learning_rates
from nn.losses.base import LossFunction
from nn.module import Module
from nn.optim import Optimizer
from nn.training.fit import Data, loader, step_for

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DIVERGED = 4.0
"""The search ends when the mean loss of the last few batches is this many times its lowest."""
FEW = 5


@dataclass
class LearningRateSearch:
    """The result of :func:`find_learning_rate`: a loss for each learning rate, from the smallest to the largest."""

    learning_rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    """The loss of the batch on which each was tried."""

    @property
    def smoothed(self) -> list[float]:
        """The mean of each loss and its neighbours: a window of about a seventh of all."""
        windows = [self.losses[max(0, i - self.reach) : i + self.reach + 1] for i in range(len(self.losses))]
        return [math.fsum(window) / len(window) for window in windows]

    @property
    def reach(self) -> int:
        """How many neighbours to each side count in smoothing."""
        return max(1, len(self.losses) // 14)

    @property
    def suggestion(self) -> float:
        """The learning rate at which the smoothed loss fell fastest, before its lowest point."""
        smoothed, reach = self.smoothed, self.reach
        lowest = smoothed.index(min(smoothed))
        falls = [smoothed[i - reach] - smoothed[i + reach] for i in range(reach, lowest - reach + 1)]
        return self.learning_rates[falls.index(max(falls)) + reach if falls else lowest]

    def plot(self) -> "Figure":
        """Draw the loss against the learning rate; see :func:`nn.plot_learning_rates`."""
        return plot_learning_rates(self)

    def _repr_html_(self) -> str:
        return plotted_html(self, repr(self))

    @printed
    def __repr__(self) -> str:
        smallest, largest = (number_text(self.learning_rates[i]) for i in (0, -1))
        tried = f"{len(self.losses)} learning rates from {smallest} to {largest}"
        return f"Tried {tried}; the loss fell fastest at {number_text(self.suggestion)}."


def find_learning_rate(
    model: Module,
    data: Data,
    *,
    loss: LossFunction | str,
    optimizer: Optimizer | str,
    smallest: float = 1e-5,
    largest: float = 10.0,
    steps: int = 100,
    batch_size: int | None = None,
    seed: int | None = None,
) -> LearningRateSearch:
    """Train for a few steps, raising the learning rate from each to the next, and return the losses.

    The search ends early when the loss explodes. Afterwards the model and the optimiser are as they were.

    Args:
        model, data, loss, optimizer, batch_size, seed: as for :func:`nn.fit`.
        smallest, largest: the learning rates of the first and the last step, with equal ratios in between.
        steps: how many learning rates to try, 2 at least.

    Returns:
        The search: it prints the suggested learning rate (``suggestion``) and draws the curve (``plot()``).

    Source: Smith, Cyclical learning rates for training neural networks (2017).

    Example:
        >>> import nn
        >>> model = nn.Linear(1, 1, seed=0)
        >>> optimizer = nn.SGD(model.parameters(), lr=0.1)
        >>> data = [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0]
        >>> search = find_learning_rate(model, data, loss=nn.mse_loss, optimizer=optimizer, seed=0)
        >>> 0.001 < search.suggestion < 1.0
        True
        >>> optimizer.param_groups[0]["lr"]
        0.1
    """
    within("smallest", smallest, "(0, inf)")
    if not largest > smallest:
        raise errors.ArgumentError(f"largest must be greater than smallest, {smallest!r}; got {largest!r}.")
    if positive("steps", steps) < 2:
        raise errors.ArgumentError("steps must be at least 2.")
    optimizer = chosen_optimizer(optimizer, made_model(model))
    search = LearningRateSearch()
    recent: list[float] = []
    step = step_for("auto", model, chosen_loss(loss), optimizer, None)
    batches = itertools.chain.from_iterable(itertools.repeat(loader(data, batch_size, seed, shuffle=True)))
    with without_trace(model, optimizer), modes.with_gradients():
        model.train()
        for i, (inputs, targets) in zip(range(steps), batches, strict=False):
            rate = smallest * (largest / smallest) ** (i / (steps - 1))
            for group in optimizer.param_groups:
                group["lr"] = rate
            try:
                loss_of_batch = step.train(inputs, targets).loss
            except (errors.NumberOverflowError, errors.DomainError):
                break
            search.learning_rates.append(rate)
            search.losses.append(loss_of_batch)
            recent.append(math.fsum(search.losses[-FEW:]) / len(search.losses[-FEW:]))
            if len(recent) > 2 * FEW and recent[-1] > DIVERGED * min(recent):
                break
    if not search.losses:
        raise errors.ArgumentError(f"The numbers overflow even with learning rate {smallest:g}; see nn.diagnose.")
    return search
