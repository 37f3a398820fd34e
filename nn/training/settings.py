"""``Settings``: which computation a model performs, as far as its attributes and modes decide that."""

from nn.losses.base import LossFunction
from nn.module import Module

DECISIVE = frozenset({bool, int, float, str, tuple, type(None)})
"""The types of attributes of a module that decide what it does, such as the probability of a Dropout."""


class Settings:
    """The settings of a model and its loss: their modules and parameters, and the attributes of the modules.

    Settings are looked at once, and again after :meth:`forget`; modes (training or evaluation) at every batch.
    """

    def __init__(self, model: Module, loss: LossFunction) -> None:
        self.model, self.loss = model, loss
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
        parameters = self.model.parameters()
        self.seen.append((self.modules, parameters))
        attributes = [
            (id(module), name, item)
            for module in self.modules
            for name, item in vars(module).items()
            if item.__class__ in DECISIVE and name != "training"
        ]
        self.current = self.numbers.setdefault((*map(id, parameters), *attributes), len(self.numbers))
        return self.current
