"""Which nodes of a graph belong to which neuron, inferred from the parameters they use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograd.engine import Value
from autograd.graph import operands_of, parents_of
from autograd.views.picture.units import Unit

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
    operands = operands_of(node)
    if not any(operand.__class__ is float for operand in operands) or node.operation is None:
        return False
    name = node.operation.name
    return name == "dot" or (name != "pow" and any(operand in units for operand in operands))


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
        elif is_function(node) and len(parents) == 1 and parents[0] not in responses:
            members[node] = unit
            responses.add(node)
        elif is_weighted_sum(node, parents, weighted):
            members[node] = unit
            weighted[node] = frozenset().union(*(weighted[parent] for parent in parents))


def is_function(node: Value) -> bool:
    """Whether a node applies a function, such as tanh, rather than an operator."""
    return node.op.isidentifier()


def is_weighted_sum(node: Value, parents: Sequence[Value], weighted: Mapping[Value, frozenset[Value]]) -> bool:
    """Whether a node adds up what different parameters weighed; outputs of two samples share their parameters."""
    if node.op not in {"+", "sum"} or len(parents) < 2 or not all(weighted.get(parent) for parent in parents):
        return False
    return len(frozenset().union(*(weighted[parent] for parent in parents))) == sum(
        len(weighted[parent]) for parent in parents
    )


def weighted_operands(node: Value, units: Mapping[Value, Unit]) -> Iterator[tuple[Value, "Value | float"]]:
    """Yield each parameter that a node multiplies with something, and that something."""
    if node.operation is None or node.operation.name not in {"dot", "mul"}:
        return
    left, right = node.operands
    xs, ys = (side if isinstance(side, tuple) else (side,) for side in (left, right))
    for x, y in zip(xs, ys, strict=True):
        if isinstance(x, Value) and x in units and y not in units:
            yield x, y
        elif isinstance(y, Value) and y in units and x not in units:
            yield y, x
