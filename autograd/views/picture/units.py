"""Which neuron and which layer a parameter belongs to, inferred from the paths of all parameters.

``layers.0.neurons.3.w.1`` belongs to the unit ``layers.0.neurons.3``, which stands in the layer ``layers.0``.
In a module that keeps a matrix, such as ``head.weight.2.0`` and ``head.bias.2``, each row is a unit: ``head.2``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Module: TypeAlias = tuple[str, ...]
"""A module's path in its parts."""


@dataclass(frozen=True, order=True)
class Unit:
    """A neuron, a row of a matrix, or a module with parameters of its own."""

    path: str
    """Such as ``layers.0.neurons.3``; empty for parameters of the model itself."""
    layer: str
    """The path of what holds it and others of the same kind, such as ``layers.0``."""
    name: str
    """What to call it inside its layer, such as ``neuron 3``."""


@dataclass(frozen=True)
class ParameterPath:
    """A parameter's path in its three parts: ``layers.0.neurons.3`` + ``w`` + ``(1,)``."""

    module: Module
    attribute: str
    indices: tuple[int, ...]

    @classmethod
    def of(cls, path: str) -> "ParameterPath":
        """Split a path: trailing numbers are indices, the word before them is the attribute."""
        parts = path.split(".")
        end = len(parts)
        while end and parts[end - 1].isdecimal():
            end -= 1
        return cls(tuple(parts[: max(end - 1, 0)]), parts[end - 1] if end else "", tuple(map(int, parts[end:])))


def units_of(paths: Iterable[str]) -> dict[str, Unit]:
    """Return the unit of each parameter.

    Example:
        >>> units = units_of(["layers.0.neurons.3.w.1", "layers.0.neurons.3.b", "head.weight.2.0", "head.bias.2"])
        >>> units["layers.0.neurons.3.b"]
        Unit(path='layers.0.neurons.3', layer='layers.0', name='neuron 3')
        >>> units["head.bias.2"]
        Unit(path='head.2', layer='head', name='unit 2')
    """
    split = {path: ParameterPath.of(path) for path in paths}
    modules: dict[Module, list[ParameterPath]] = defaultdict(list)
    for parts in split.values():
        modules[parts.module].append(parts)
    by_row = {module for module, members in modules.items() if has_rows(members)}
    inside: dict[Module, set[str]] = defaultdict(set)
    for module in modules:
        for depth, name in enumerate((*module, "")):
            inside[module[:depth]].add(name)
    return {path: unit_of(parts, parts.module in by_row, inside) for path, parts in split.items()}


def has_rows(members: Iterable[ParameterPath]) -> bool:
    """Whether each first index in a module is a unit of its own.

    So it is where the module keeps a matrix, and where it keeps several vectors of one length, as a
    normalisation does. A single vector is a neuron's weights.
    """
    sizes: dict[str, int] = {}
    for member in members:
        if len(member.indices) > 1:
            return True
        sizes[member.attribute] = max(sizes.get(member.attribute, 0), member.indices[0] + 1 if member.indices else 0)
    return len(sizes) > 1 and len(set(sizes.values())) == 1 and 0 not in sizes.values()


def unit_of(parts: ParameterPath, by_row: bool, inside: Mapping[Module, set[str]]) -> Unit:
    """Return the unit that one parameter belongs to; ``inside`` lists what each module holds."""
    module = parts.module
    if by_row and parts.indices:
        row = str(parts.indices[0])
        return Unit(".".join((*module, row)), ".".join(module), f"unit {row}")
    if len(module) > 1 and module[-1].isdecimal():
        kind, number = module[-2:]
        holder = module[:-2]
        layer = holder if holder and inside[holder] == {kind} else module[:-1]
        return Unit(".".join(module), ".".join(layer), f"{kind.removesuffix('s')} {number}")
    return Unit(".".join(module), ".".join(module), module[-1] if module else "")
