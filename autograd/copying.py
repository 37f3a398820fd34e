"""Copying and pickling graphs of any depth, with sharing kept.

A node described by its parents would make copy and pickle recurse as deep as the graph. So a deep copy makes
all the nodes itself, parents first, and a pickle holds each graph as one flat table that its nodes point into.
"""

import copy
import threading
import weakref
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import MemberDescriptorType
from typing import Self, TypeVar, cast

from autograd import modes
from autograd.formulas.operation import Operation
from autograd.methods import Methods
from autograd.scalar import Rule

N = TypeVar("N", bound="Copyable")


class Copyable(Methods):
    """A Value as far as copies and pickles are concerned."""

    __slots__ = ()

    def __copy__(self) -> Self:
        copied = build(type(self), self._rule, self.data, self.grad, self.label, self._left, self._right)
        give(copied, attributes_of(self))
        return copied

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return deep_copy(self, memo)

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        home = _homes.of.get(self)
        graph = (home() if home else None) or StoredGraph.of(self)
        return node_at, (graph, graph.places[self])


def build(  # noqa: PLR0917  # one argument per slot of a node
    value_class: type[N],
    rule: Rule | None,
    data: float,
    grad: float,
    label: str,
    left: object,
    right: object,
) -> N:
    """Make a node without computing anything."""
    node = value_class.__new__(value_class)
    node.data, node.grad, node.label = data, grad, label
    node._rule, node._left, node._right = rule, left, right
    if modes.leaves_noted:
        modes.note_leaf(node)
    return node


def attributes_of(node: Copyable) -> dict[str, object]:
    """Return the user's own attributes, without leaving an empty dictionary behind on each of a million nodes."""
    attributes = node.__dict__
    if not attributes:
        del node.__dict__
    filled = {name: slot.__get__(node) for name, slot in slots_of(type(node).__mro__).items() if hasattr(node, name)}
    return {**attributes, **filled} if filled else attributes


def give(node: Copyable, attributes: Mapping[str, object]) -> None:
    """Set the user's own attributes of a node, those in slots where they belong."""
    slots = slots_of(type(node).__mro__)
    for name, item in attributes.items():
        if name in slots:
            slots[name].__set__(node, item)
        else:
            node.__dict__[name] = item


@cache
def slots_of(bases: tuple[type, ...]) -> dict[str, MemberDescriptorType]:
    """Return the slots that a subclass adds to those of a node, by name; it is given by its classes in order."""
    found = [(n, s) for base in bases for n, s in vars(base).items() if isinstance(s, MemberDescriptorType)]
    return {name: slot for name, slot in found if name not in OF_A_NODE}


OF_A_NODE = frozenset({"data", "grad", "label", "_left", "_right", "_rule"})


_SEEN = object()
"""Marks, in the memo of a deep copy, the set of all Values that have been copied."""

# --- copying --------------------------------------------------------------------------------------------


def deep_copy(node: N, memo: dict[int, object]) -> N:
    """Return a copy of ``node`` and of everything it depends on; ``memo`` is that of :func:`copy.deepcopy`."""
    seen = cast("set[N]", memo.setdefault(id(_SEEN), set()))  # of all the Values in one call of deepcopy
    leaves, interior = node._order(seen=seen)
    for nodes in (leaves, interior):
        for item in nodes:
            left, right = copied(item._left, memo), copied(item._right, memo)
            memo[id(item)] = build(type(item), item._rule, item.data, item.grad, item.label, left, right)
    for nodes in (leaves, interior):  # now that there is a copy of every Value that an attribute may hold
        for item in nodes:
            if attributes := attributes_of(item):
                give(cast("N", memo[id(item)]), copy.deepcopy(attributes, memo))
    return cast("N", memo[id(node)])


def copied(slot: object, memo: dict[int, object]) -> object:
    """Return what stands in an operand slot with each Value replaced by its copy."""
    if slot is None or slot.__class__ is float:
        return slot
    if slot.__class__ is tuple:
        return tuple([copied(item, memo) for item in cast("tuple[object, ...]", slot)])
    return memo[id(slot)]


# --- pickling -------------------------------------------------------------------------------------------


Kind = tuple[type[Copyable], Operation | None, str]
"""The class of a node, the operation that made it, and the pattern of its operands."""


class _Homes(threading.local):
    """For each node on its way into a pickle, the table it is stored in.

    A pickler keeps what it has stored alive, so a table lives as long as the pickle is being written, and
    takes its entries with it. That is how Values stored one by one find the tables they share.
    """

    def __init__(self) -> None:
        self.nodes: set[Copyable] = set()
        self.of: dict[Copyable, weakref.ref[StoredGraph]] = {}


_homes = _Homes()

NOTHING, SINGLE = -2, -1
"""What stands for an empty slot, and for a slot with one operand, where a tuple is given by its length."""


class StoredGraph:
    """The nodes of a graph as one flat table; those that are in another table already come first."""

    def __init__(self, nodes: Sequence[Copyable], count_elsewhere: int) -> None:
        self.nodes = nodes
        self.count_elsewhere = count_elsewhere
        self.places: dict[Copyable, int] = {}

    @classmethod
    def of(cls, node: Copyable) -> "StoredGraph":
        """Return the table of ``node`` and everything it depends on, as far as there is none yet."""
        shared = bool(_homes.nodes)
        leaves, interior = node._order(seen=_homes.nodes)
        new = leaves + interior
        own = set(new) if shared else set()
        elsewhere = {parent: None for item in new for parent in item.parents if parent not in own} if shared else {}
        graph = cls([*elsewhere, *new], len(elsewhere))
        graph.places = {item: place for place, item in enumerate(graph.nodes)}
        _homes.of.update(dict.fromkeys(new, weakref.ref(graph)))
        weakref.finalize(graph, forget, new, _homes.nodes, _homes.of).atexit = False
        return graph

    def __reduce__(self) -> tuple[object, ...]:
        elsewhere, nodes = self.nodes[: self.count_elsewhere], self.nodes[self.count_elsewhere :]
        kinds: dict[tuple[type[Copyable], Rule | None], int] = {}
        kind_numbers = array("I", [kinds.setdefault((type(n), n._rule), len(kinds)) for n in nodes])
        lengths, operands, literals = array("q"), array("q"), array("d")
        place_of = self.places

        def place(item: object) -> int:
            if item.__class__ is not float:
                return place_of[cast(Copyable, item)]
            literals.append(item)
            return -len(literals)

        for node in nodes:
            for slot in (node._left, node._right):
                if slot is None:
                    lengths.append(NOTHING)
                elif slot.__class__ is tuple:
                    items = cast("tuple[object, ...]", slot)
                    lengths.append(len(items))
                    operands.extend(map(place, items))
                else:
                    lengths.append(SINGLE)
                    operands.append(place(slot))
        named = [(kind, made.operation, made.pattern) if made else (kind, None, "") for kind, made in kinds]
        numbers = (packed([node.data for node in nodes]), packed([node.grad for node in nodes]))
        labels = {position: node.label for position, node in enumerate(nodes) if node.label}
        attributes = {position: found for position, node in enumerate(nodes) if (found := attributes_of(node))}
        arguments = (elsewhere, named, kind_numbers, *numbers, labels, lengths, operands, literals)
        return restore, arguments, attributes or None

    def __setstate__(self, attributes: Mapping[int, dict[str, object]]) -> None:
        for position, found in attributes.items():
            give(self.nodes[self.count_elsewhere + position], found)


def forget(nodes: list[Copyable], seen: "set[Copyable]", homes: "dict[Copyable, weakref.ref[StoredGraph]]") -> None:
    """Take nodes out of their thread's homes: their table is gone."""
    seen.difference_update(nodes)
    for node in nodes:
        del homes[node]


def packed(numbers: list[float]) -> Sequence[float]:
    """Return numbers as an array, or as they are where something else was assigned, such as None to ``grad``."""
    try:
        return array("d", numbers)
    except TypeError:
        return numbers


def restore(  # noqa: PLR0917  # pickle passes what __reduce__ lists by position
    elsewhere: Sequence[Copyable],
    kinds: Sequence[Kind],
    kind_numbers: Sequence[int],
    data: Sequence[float],
    grads: Sequence[float],
    labels: Mapping[int, str],
    lengths: Iterable[int],
    operands: Iterable[int],
    literals: Sequence[float],
) -> StoredGraph:
    """Make the nodes of a table again, as :meth:`StoredGraph.__reduce__` lists them."""
    nodes = list(elsewhere)
    rules = [(kind, kind._made_by(operation, pattern) if operation else None) for kind, operation, pattern in kinds]
    next_operand: Callable[[], int] = iter(operands).__next__
    next_length: Callable[[], int] = iter(lengths).__next__

    def operand() -> object:
        place = next_operand()
        return nodes[place] if place >= 0 else literals[-place - 1]

    def slot() -> object:
        length = next_length()
        if length == NOTHING:
            return None
        return operand() if length == SINGLE else tuple([operand() for _ in range(length)])

    for position, (kind, number, grad) in enumerate(zip(kind_numbers, data, grads, strict=True)):
        nodes.append(build(*rules[kind], number, grad, labels.get(position, ""), slot(), slot()))
    return StoredGraph(nodes, len(elsewhere))


def node_at(graph: StoredGraph, place: int) -> Copyable:
    """Return the node at a place of a table that was loaded."""
    return graph.nodes[place]
