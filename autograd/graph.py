"""Walking a graph: the one place that knows how a node reaches its parents.

Everything that looks at a graph (backward, pictures, steps, programs) asks here. Nothing recurses, so
depth does not matter, and the order depends on nothing but the graph, so identical runs agree.

A node keeps its operands in two slots, ``_left`` and ``_right``, because one tuple less per node makes a
large graph several times faster for Python's garbage collector. A slot holds another node, a literal
(always exactly a ``float``), a tuple of both, or None; a leaf has None in both.
"""

from typing import Protocol, TypeVar


class Node(Protocol):
    """What the walk needs to know of a node."""

    _left: object
    _right: object


N = TypeVar("N", bound=Node)


def operands_of(node: N) -> "list[N | float]":
    """Return every operand of ``node`` in order, literals included; sequences are laid end to end."""
    operands: list[N | float] = []
    for slot in (node._left, node._right):
        if slot.__class__ is tuple:
            operands.extend(slot)
        elif slot is not None:
            operands.append(slot)  # type: ignore[arg-type]  # a slot holds a node or a float
    return operands


def parents_of(node: N) -> tuple[N, ...]:
    """Return the operands of ``node`` that are nodes, in order; one used twice is listed twice."""
    return tuple([operand for operand in operands_of(node) if operand.__class__ is not float])  # type: ignore[misc]


def sort(*outputs: N, seen: set[N] | None = None) -> tuple[list[N], list[N]]:
    """Return all leaves and all other nodes that ``outputs`` depend on, parents always before children.

    The order is that of a depth-first walk which takes operands from left to right. Nodes in ``seen`` are left
    out, with everything below them; those that are listed are added to it.
    """
    leaves: list[N] = []
    interior: list[N] = []
    seen = set() if seen is None else seen
    stack: list[object] = list(reversed(outputs))
    push, pop, see, all_seen = stack.append, stack.pop, seen.add, seen.issuperset
    while stack:
        node = pop()
        if node is None:  # everything below the node under this marker has been listed
            interior.append(pop())  # type: ignore[arg-type]  # only nodes are pushed under a marker
            continue
        while node not in seen:  # goes down the left side without a detour over the stack
            see(node)  # type: ignore[arg-type]  # floats and None never get here
            left, right = node._left, node._right  # type: ignore[attr-defined]
            if left is None:
                leaves.append(node)  # type: ignore[arg-type]
                break
            push(node)
            push(None)
            if right.__class__ is tuple:
                if not all_seen(right):
                    stack.extend([item for item in reversed(right) if item.__class__ is not float and item not in seen])
            elif right is not None and right.__class__ is not float and right not in seen:
                push(right)
            if left.__class__ is tuple:
                if not all_seen(left):
                    stack.extend([item for item in reversed(left) if item.__class__ is not float and item not in seen])
                break
            if left.__class__ is float:
                break
            node = left
    return leaves, interior


def topological_order(*outputs: N) -> list[N]:
    """Return every node that ``outputs`` depend on, leaves first and parents always before children."""
    leaves, interior = sort(*outputs)
    return leaves + interior


def consumers(*outputs: N) -> dict[N, list[N]]:
    """Return for every node the nodes that use it, one entry per use, in topological order."""
    order = topological_order(*outputs)
    table: dict[N, list[N]] = {node: [] for node in order}
    for node in order:
        for parent in parents_of(node):
            table[parent].append(node)
    return table
