"""``ModuleDict``: modules by name."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping

from nn.layers.containers import checked, free, parts_of, shown_parts
from nn.module import Module


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

    def named_parts(self) -> Iterable[tuple[str, Module]]:
        return shown_parts(self)
