"""Walking a graph: what everything that looks at graphs (pictures, steps, programs) asks for."""

from autograd.engine import Value, sort

__all__ = ["Operand", "added_leaves", "consumers", "operands_of", "parents_of", "sort", "topological_order"]

Operand = Value | float
"""What operations take and derivatives consist of: a Value, or a plain number, which depends on nothing."""


def operands_of(node: Value) -> list[Operand]:
    """Return every operand of ``node`` in order, literals included; sequences are laid end to end."""
    operands: list[Operand] = []
    for operand in node.operands:
        operands += operand if isinstance(operand, tuple) else (operand,)
    return operands


def parents_of(node: Value) -> tuple[Value, ...]:
    """Return the operands of ``node`` that are Values, in order; one used twice is listed twice."""
    return node.parents


def added_leaves(total: Value) -> list[Value]:
    """Return the leaves that a sum adds, as a weighted sum adds its bias; none where ``total`` is no sum."""
    return [parent for parent in total.parents if parent.operation is None] if total.op == "+" else []


def topological_order(*outputs: Value) -> list[Value]:
    """Return every node that ``outputs`` depend on, leaves first and parents always before children."""
    leaves, interior = sort(*outputs)
    return leaves + interior


def consumers(*outputs: Value) -> dict[Value, list[Value]]:
    """Return for every node the nodes that use it, one entry per use, in topological order."""
    order = topological_order(*outputs)
    table: dict[Value, list[Value]] = {node: [] for node in order}
    for node in order:
        for parent in node.parents:
            table[parent].append(node)
    return table
