"""``Unseen``: which parts of a run are not this library's own."""

import random
from collections.abc import Sequence

from nn.data.loading import DataLoader
from nn.losses.base import LossFunction
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.own_code import is_ours, ours
from nn.training.summary import Metric


class Unseen:
    """Which parts of a run are the user's own: they may look at anything and change it, without anybody seeing it."""

    def __init__(
        self,
        batches: DataLoader,
        validation: DataLoader | None,
        scheduler: Scheduler | ReduceLROnPlateau | None,
        metrics: Sequence[Metric],
        loss: LossFunction,
    ) -> None:
        schedulers = [scheduler] if scheduler is not None else []
        for each in schedulers:  # and then those that it consists of
            schedulers += getattr(each, "schedulers", ())
        factors = [function for each in schedulers for function in getattr(each, "lr_lambdas", ())]
        self.data, self.validation = is_own_data(batches), validation is not None and is_own_data(validation)
        self.scheduler = not all(map(ours, schedulers)) or not all(map(is_ours, factors))
        self.metrics, self.loss = not all(map(is_ours, metrics)), not is_ours(loss)


def is_own_data(loader: DataLoader) -> bool:
    """Whether anything about a loader is the user's own."""
    return not (ours(loader) and ours(loader.dataset) and type(loader.generator) is random.Random)
