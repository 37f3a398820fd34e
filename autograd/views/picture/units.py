"""Which neuron and layer each parameter belongs to, by the paths of all, and each node, by the parameters it uses.

``layers.0.neurons.3.w.1`` belongs to the unit ``layers.0.neurons.3``, which stands in the layer ``layers.0``.
In a module that keeps a matrix, such as ``head.weight.2.0`` and ``head.bias.2``, each row is a unit: ``head.2``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograd.engine import Value
from autograd.graph import operands_of, parents_of

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


# --- nodes ----------------------------------------------------------------------------------------------

SEVERAL = Unit("", "", "several")
"""Stands for parameters of more than one unit."""


def members_of_units(order: Sequence[Value], units: Mapping[Value, Unit]) -> tuple[dict[Value, Unit], set[Value]]:
    """Return the unit of each node that belongs to one, and the nodes computed from parameters alone.

    A node belongs to the unit whose parameters it uses. So does a node without parameters of its own if all
    its computed parents belong to that unit and it stands between units (an activation, the sum of unfolded
    products, a dropout), or if it applies one function to the unit's result (the activation of the last
    layer). What is computed from parameters alone, such as the sum of their squares, belongs to a unit only
    if the unit goes on to use it.

    Args:
        order: the nodes of a graph, parents before children.
        units: the unit of each parameter.
    """
    sources = sources_of_parameters(order, units)
    members = {node: unit for node, unit in users_of_parameters(order, units, sources) if unit is not SEVERAL}
    join(members, order, units, sources)
    for node in reversed(order):
        unit = members.get(node)
        if unit is not None:
            for parent in parents_of(node):
                if parent not in members and sources.get(parent) == unit:
                    members[parent] = unit
    used = set(order)
    members.update((parameter, unit) for parameter, unit in units.items() if parameter in used)
    return members, sources.keys() - members.keys()


def sources_of_parameters(order: Iterable[Value], units: Mapping[Value, Unit]) -> dict[Value, Unit]:
    """Return every parameter, and every node computed from parameters alone, with the unit of the parameters."""
    sources = dict(units)
    for node in order:
        parents = parents_of(node)
        if parents and all(parent in sources for parent in parents) and not takes_data(node, units):
            sources[node] = common(sources[parent] for parent in parents)
    return sources


def takes_data(node: Value, units: Mapping[Value, Unit]) -> bool:
    """Whether the literals of a node are a sample's numbers rather than constants of a formula.

    In ``w * 2.0`` and ``dot(w, [2.0, 3.0])`` they are what the weights are applied to; in ``w ** 2`` and
    ``0.01 * total`` they are not.
    """
    operands, row = operands_of(node), node.operation
    if row is None or not any(operand.__class__ is float for operand in operands):
        return False
    return row.sums_products or (not row.exponents and any(operand in units for operand in operands))


def users_of_parameters(
    order: Iterable[Value], units: Mapping[Value, Unit], sources: Mapping[Value, Unit]
) -> Iterator[tuple[Value, Unit]]:
    """Yield the nodes that combine parameters with something else, each with its unit."""
    for node in order:
        if node not in sources or takes_data(node, units):
            own = [sources[parent] for parent in parents_of(node) if parent in sources]
            if own:
                yield node, common(own)


def common(units: Iterable[Unit]) -> Unit:
    """Return the one unit that all are, or SEVERAL."""
    first, *others = units
    return first if all(unit is first or unit == first for unit in others) else SEVERAL


def join(
    members: dict[Value, Unit], order: Sequence[Value], units: Mapping[Value, Unit], sources: Mapping[Value, Unit]
) -> None:
    """Add to ``members`` the nodes without parameters that nevertheless belong to a unit."""
    leads_on: set[Value] = set()
    for node in reversed(order):
        if node in members or node in leads_on:
            leads_on.update(parents_of(node))
    uses = Counter(parent for node in order for parent in set(parents_of(node)))
    weighted: dict[Value, frozenset[Value]] = {}
    responses: set[Value] = set()
    for node in order:
        if node in members:
            if node not in leads_on:
                weighted[node] = frozenset(parent for parent in parents_of(node) if parent in units)
            continue
        parents = parents_of(node)
        inner = [parent for parent in parents if parent.operation is not None]
        if node in sources or not inner or any(parent not in members for parent in inner):
            continue
        unit = common(members[parent] for parent in inner)
        if unit is SEVERAL:
            continue
        if node in leads_on:
            members[node] = unit
        elif node.op.isidentifier() and len(parents) == 1 and parents[0] not in responses and uses[parents[0]] == 1:
            members[node] = unit  # it applies a function, such as tanh, to a number that nothing else, a loss, uses
            responses.add(node)
        elif is_weighted_sum(node, parents, weighted):
            members[node] = unit
            weighted[node] = frozenset().union(*(weighted[parent] for parent in parents))


def is_weighted_sum(node: Value, parents: Sequence[Value], weighted: Mapping[Value, frozenset[Value]]) -> bool:
    """Whether a node adds up what different parameters weighed; outputs of two samples share their parameters."""
    if not (node.operation and node.operation.sum_of and not node.operation.sums_products) or len(parents) < 2:
        return False
    each = [weighted.get(parent, frozenset()) for parent in parents]
    return all(each) and len(frozenset().union(*each)) == sum(map(len, each))


def weighted_operands(node: Value, units: Mapping[Value, Unit]) -> Iterator[tuple[Value, "Value | float"]]:
    """Yield each parameter that a node multiplies with something, and that something."""
    if node.operation is None or (node.operation.term or node.operation).value != "x * y":
        return  # neither a product nor a sum of products
    xs, ys = (side if isinstance(side, tuple) else (side,) for side in node.operands[:2])
    for x, y in zip(xs, ys, strict=True):
        if isinstance(x, Value) and x in units and y not in units:
            yield x, y
        elif isinstance(y, Value) and y in units and x not in units:
            yield y, x
