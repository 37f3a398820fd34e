"""``Unseen``: which parts of a run are not this library's own."""

import random
from collections.abc import Sequence

from nn.data.loading import DataLoader
from nn.losses.base import LossFunction
from nn.schedulers import ReduceLROnPlateau, Scheduler
from nn.training.own_code import is_library_function, is_library_object
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
        self.data, self.validation = is_users_data(batches), validation is not None and is_users_data(validation)
        self.scheduler = not all(map(is_library_object, schedulers)) or not all(map(is_library_function, factors))
        self.metrics, self.loss = not all(map(is_library_function, metrics)), not is_library_function(loss)


def is_users_data(loader: DataLoader) -> bool:
    """Whether anything about a loader is the user's own."""
    return not (
        is_library_object(loader) and is_library_object(loader.dataset) and type(loader.generator) is random.Random
    )
