"""``Settings``: what a recorded step depends on besides numbers, as a number that tells one program from another."""

import random

from nn.losses.base import LossFunction
from nn.module import Module
from nn.training.surroundings import Surroundings


class Settings:
    """The settings of a model and its loss: their :class:`~nn.training.surroundings.Surroundings`, numbered.

    Settings are looked at once, and again after :meth:`forget`; modes (training or evaluation) at every batch.
    """

    def __init__(self, model: Module, loss: LossFunction) -> None:
        self.model, self.loss = model, loss
        self.generators: list[random.Random] = []
        """Those of the model and the loss."""
        self.modules: list[Module] = []
        self.numbers: dict[tuple[object, ...], int] = {}
        """The number of each setting that has occurred."""
        self.seen: list[object] = []  # so that nothing new can get the identity of what is in the settings
        self.current: int | None = None

    def forget(self) -> None:
        """Look at the settings again for the next batch: they may have changed."""
        self.current = None

    def key(self) -> tuple[int, ...]:
        """Return the number of the setting that holds now, and the mode of each module."""
        setting = self.look() if self.current is None else self.current
        return (setting, *[module.training for module in self.modules])

    def look(self) -> int:
        self.modules = [*self.model.modules(), *(self.loss.modules() if isinstance(self.loss, Module) else ())]
        surroundings = Surroundings(self.model, self.loss)
        owners = [part.owner for part in surroundings.generators.values()]
        self.generators = [owner for owner in owners if isinstance(owner, random.Random)]
        if surroundings.key not in self.numbers:
            self.seen.append(surroundings)
        self.current = self.numbers.setdefault(surroundings.key, len(self.numbers))
        return self.current
