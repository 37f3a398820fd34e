"""Copying and pickling graphs of any depth, with sharing kept."""

import threading
from typing import TYPE_CHECKING

from autograd import eager
from autograd.graph import parents_of, sort
from autograd.operation import Operation

if TYPE_CHECKING:
    from autograd.value import Value


class _BeingStored(threading.local):
    """The nodes whose ancestors are already on their way into the current copy or pickle."""

    def __init__(self) -> None:
        self.nodes: set[object] = set()


_being_stored = _BeingStored()


class _Done:
    """Stands behind a list of ancestors: once it is stored itself, or given up, they all are."""

    def __init__(self, nodes: list[object]) -> None:
        self.nodes = nodes

    def __reduce__(self) -> tuple[object, ...]:
        _being_stored.nodes.difference_update(self.nodes)
        return str, ()

    def __del__(self) -> None:
        _being_stored.nodes.difference_update(self.nodes)


def describe(node: "Value") -> tuple[object, ...]:
    """Describe ``node`` for copy and pickle.

    A description that held the parents alone would make both recurse as deep as the graph. So the first
    node asked also lists all its ancestors, parents first: each is then stored before it is needed.
    """
    pending = _being_stored.nodes
    ancestors: tuple[object, ...] = ()
    if not all(parent in pending for parent in parents_of(node)):
        leaves, interior = sort(node)
        new: list[object] = [item for item in (*leaves, *interior[:-1]) if item not in pending]
        pending.update(new)
        ancestors = (*new, _Done(new))
    rule = node._backward
    kind = (rule.operation, rule.pattern) if rule else None
    slots = (node.data, node.grad, node.label, node._left, node._right)
    return rebuild, (ancestors, type(node), kind, *slots), node.__dict__ or None


def rebuild(  # noqa: PLR0917  # pickle passes what describe() lists by position
    ancestors: object,
    value_class: "type[Value]",
    kind: tuple[Operation, str] | None,
    data: float,
    grad: float,
    label: str,
    left: object,
    right: object,
) -> "Value":
    """Make a node from its description; the ancestors have been made by now."""
    node = value_class.__new__(value_class)
    node.data, node.grad, node.label, node._left, node._right = data, grad, label, left, right
    node._backward = eager.chain_rule(*kind) if kind else None
    return node


def shallow_copy(node: "Value") -> "Value":
    """Return a new node with the same parents and attributes."""
    rule = node._backward
    kind = (rule.operation, rule.pattern) if rule else None
    copied = rebuild((), type(node), kind, node.data, node.grad, node.label, node._left, node._right)
    copied.__dict__.update(node.__dict__)
    return copied
