"""``Sequential``: modules one after the other."""

from collections.abc import Iterator
from typing import Any

from autograd import errors
from nn.module import Module


class Sequential(Module):
    """Passes its input through each module in turn.

    Args:
        modules: any number of them; ``model[0]`` is the first, and loops go through all.

    Raises:
        ArgumentError: something that is not a Module, such as a class without its parentheses.

    Example:
        >>> import nn
        >>> model = nn.Sequential(nn.Linear(3, 4, seed=1), nn.ReLU(), nn.Linear(4, 1, seed=2), nn.Sigmoid())
        >>> len(model([1.0, 2.0, 3.0]))
        1
        >>> model
        Sequential(
          (0): Linear(3, 4)  # 16 parameters
          (1): ReLU()
          (2): Linear(4, 1)  # 5 parameters
          (3): Sigmoid()
        )  # 21 parameters
    """

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                hint = " Write it with parentheses: nn.ReLU()." if isinstance(module, type) else ""
                raise errors.ArgumentError(f"Sequential takes modules; number {i} is {module!r}.{hint}")
            setattr(self, str(i), module)  # so that parameters are called 0.weight..., as in PyTorch

    def forward(self, x: Any) -> Any:  # what goes in and comes out depends on the modules
        for module in self:
            x = module(x)
        return x

    def __iter__(self) -> Iterator[Module]:
        return (part for name, part in vars(self).items() if name.isdigit())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]
