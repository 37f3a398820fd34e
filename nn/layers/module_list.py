"""``ModuleList``: a list of modules."""

import itertools
from collections.abc import Iterable, Iterator, MutableSequence
from typing import Any, overload

from nn.layers.containers import checked, parts_of, shown_parts
from nn.module import Module


class ModuleList(Module, MutableSequence[Module]):
    """A list of modules, whose parameters are called ``0.weight...``, ``1.weight...`` and so on.

    It has all that a list has: indices and slices (a slice is a ModuleList again), ``append``, ``insert``, ``pop``, ...

    Args:
        modules: any number of them.

    Raises:
        ArgumentError: something that is not a Module, such as a class without its parentheses.

    Example:
        >>> import nn
        >>> layers = ModuleList([nn.Linear(2, 2), nn.Tanh()])
        >>> len(layers.append(nn.Linear(2, 1))), layers[-1], len(layers[1:])
        (3, Linear(2, 1)  # 3 parameters, 2)
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> "ModuleList": ...
    def __getitem__(self, index: int | slice) -> Module:
        parts = list(self)
        return ModuleList(parts[index]) if isinstance(index, slice) else parts[index]

    def __setitem__(self, index: Any, module: Any) -> None:  # one module at one place
        setattr(self, list(parts_of(self))[index], checked(self, index, module))

    def __delitem__(self, index: int | slice) -> None:
        kept = list(self)
        del kept[index]
        self.renumber(kept)

    def __iter__(self) -> Iterator[Module]:
        return iter(parts_of(self).values())

    def __len__(self) -> int:
        return len(parts_of(self))

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at ``index``; those behind it get new numbers."""
        if index >= len(self):
            self.append(module)
        else:
            modules = list(self)
            modules.insert(index, checked(self, index, module))
            self.renumber(modules)

    def append(self, module: Module) -> "ModuleList":  # type: ignore[override]  # as in PyTorch
        """Add a module at the end and return this."""
        names = map(str, itertools.count(len(self)))  # in a slice, or among names of one's own, the first may be taken
        setattr(self, next(name for name in names if name not in parts_of(self)), checked(self, len(self), module))
        return self

    def renumber(self, modules: list[Module]) -> None:
        for name in parts_of(self):
            delattr(self, name)
        self.extend(modules)

    def named_parts(self) -> Iterable[tuple[str, Module]]:
        return shown_parts(self)
