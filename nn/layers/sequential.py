"""``Sequential``: modules in a row."""

from collections.abc import Mapping
from typing import Any, overload

from nn.layers.containers import checked, free, parts_of
from nn.layers.module_list import ModuleList
from nn.module import Module


class Sequential(ModuleList):
    """Passes its input through each module in turn.

    Args:
        modules: any number of them, or one dictionary from names to modules. ``model[0]`` is the first, ``model[1:3]``
            a Sequential of some of them, and loops go through all.

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

    def __init__(self, *modules: "Module | Mapping[str, Module]") -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping) and not isinstance(modules[0], Module):
            for name, module in modules[0].items():
                setattr(self, free(self, name), checked(self, name, module))
        else:
            super().__init__(modules)  # type: ignore[arg-type]  # what is not a module is reported

    def forward(self, x: Any) -> Any:  # what goes in and comes out depends on the modules
        for module in self:
            x = module(x)
        return x

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> Module:
        return (
            Sequential(dict(list(parts_of(self).items())[index]))
            if isinstance(index, slice)
            else super().__getitem__(index)
        )
