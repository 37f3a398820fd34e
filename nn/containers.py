"""``Sequential``: modules one after the other."""

from collections.abc import Iterator
from typing import Any

from nn.module import Module


class Sequential(Module):
    """Passes what it is given through each module in turn.

    Example:
        >>> import nn
        >>> model = Sequential(nn.Linear(3, 4, seed=1), nn.Linear(4, 1, seed=2))
        >>> len(model([1.0, 2.0, 3.0]))
        1
    """

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            setattr(self, str(i), module)

    def forward(self, x: Any) -> Any:  # what goes in and comes out depends on the modules
        """Return the output of the last module."""
        for module in self:
            x = module(x)
        return x

    def __iter__(self) -> Iterator[Module]:
        return (part for part in vars(self).values() if isinstance(part, Module))

    def __len__(self) -> int:
        return len(list(self))

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]
