"""``Sequential``, ``ModuleList`` and ``ModuleDict``: modules that hold modules."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from typing import Any, overload

from autograd import errors
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
        setattr(self, str(len(self)), checked(self, len(self), module))
        return self

    def renumber(self, modules: list[Module]) -> None:
        for name in parts_of(self):
            delattr(self, name)
        self.extend(modules)


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


class ModuleDict(Module, MutableMapping[str, Module]):
    """A dictionary of modules, whose parameters are called by the keys: ``encoder.weight...``.

    Args:
        modules: a dictionary, or pairs of a name and a module.

    Raises:
        ArgumentError: something that is not a Module, or a name that modules need for themselves, such as ``training``.

    Example:
        >>> import nn
        >>> choices = ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})
        >>> list(choices), choices["tanh"]
        (['relu', 'tanh'], Tanh())
    """

    __eq__, __hash__ = Module.__eq__, Module.__hash__  # a module is itself, not its content

    def __init__(self, modules: "Mapping[str, Module] | Iterable[tuple[str, Module]]" = ()) -> None:
        self.update(modules)

    def __getitem__(self, name: str) -> Module:
        return parts_of(self)[name]

    def __setitem__(self, name: str, module: Module) -> None:
        setattr(self, name if name in self else free(self, name), checked(self, name, module))

    def __delitem__(self, name: str) -> None:
        del parts_of(self)[name]  # an unknown name is an error
        delattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(parts_of(self))

    def __len__(self) -> int:
        return len(parts_of(self))


def parts_of(module: Module) -> dict[str, Module]:
    """Return the modules directly in a module's attributes, by name and in their order."""
    return {name: part for name, part in vars(module).items() if isinstance(part, Module)}


def checked(holder: Module, place: object, module: object) -> Module:
    """Return what is a module, and raise an error for anything else."""
    if not isinstance(module, Module):
        hint = " Write it with parentheses: nn.ReLU()." if isinstance(module, type) else ""
        raise errors.ArgumentError(f"{type(holder).__name__} takes modules; number {place} is {module!r}.{hint}")
    return module


def free(holder: Module, name: str) -> str:
    """Return a name that a holder has not got for something else."""
    if not isinstance(name, str) or not name or "." in name or hasattr(holder, name):
        raise errors.ArgumentError(
            f"{type(holder).__name__} cannot call a module {name!r}: a name is a text without a dot that modules have "
            "no other use for, as they have for 'training'."
        )
    return name
