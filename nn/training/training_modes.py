"""``TrainingModes``: which modules of a model are trained, and which the user has put into evaluation."""

from typing import TypeAlias

from nn.module import Module

Modes: TypeAlias = dict[int, tuple[Module, bool]]
"""Modules with the mode of each, by identity: one that is a dataclass has no hash."""


class TrainingModes:
    """The modes of a model's modules from run to run.

    What the user put into evaluation stays there, unless it is the whole model, as after looking at its results.
    """

    def __init__(self, model: Module) -> None:
        self.model = model
        self.wanted: Modes = {}
        """The mode of each module in training: the one the user left it in."""
        self.left: Modes = {}
        """The modes in which the last run left the modules."""

    def enter(self) -> None:
        """Put every module into the mode in which it is trained."""
        now = self.now()
        if not self.model.training or now == self.left:
            self.wanted = {place: self.wanted.get(place, (module, True)) for place, (module, _) in now.items()}
        else:
            self.wanted = now
        for module, mode in self.wanted.values():
            module.training = mode

    def leave(self) -> None:
        """Remember the modes in which a run leaves the modules."""
        self.left = self.now()

    def forget_last_run(self) -> None:
        """Take whatever the modes are next for the user's choice, as after a callback."""
        self.left = {}

    def now(self) -> Modes:
        return {id(module): (module, module.training) for module in self.model.modules()}
