"""Numbers the nodes of a recorded graph: from a recording to its :class:`~autograd.program.trace.Trace`.

Equal operations on equal operands get one number. Operations that give several related results, such as softmax, are
written out in operations that they share.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from threading import RLock
from typing import cast

from autograd.engine import Value
from autograd.formulas.operation import Operation
from autograd.graph import parents_of, sort
from autograd.locks import forkable
from autograd.program.expansion import Argument, Expander, literals
from autograd.program.record import Recorded, Recording, leaked
from autograd.program.trace import Leaf, Trace

Numberer = Callable[[tuple[int, ...], Recorded], int]
"""Gives a number to one operation on some operands, each a number itself."""


class Numberers(dict[Operation, Numberer]):
    """One function for each operation, made when it is first asked for."""

    def __init__(self, make: Callable[[Operation], Numberer]) -> None:
        self.make = make

    def __missing__(self, operation: Operation) -> Numberer:
        made = self[operation] = self.make(operation)
        return made


class Numbering:
    """Gives numbers to nodes; leaves come first because they are all known before the operations start."""

    def __init__(self, *, expand: bool) -> None:
        self.expand = expand
        self.trace = Trace()
        self.parameters: dict[Value, int] = {}
        self.literals: dict[float | str, int] = {}
        self.sequences: dict[tuple[int, ...], int] = {}
        self.looked_at: dict[int, tuple[int, ...]] = {}
        self.numberers = Numberers(self.numberer)

    def leaf(self, kind: Leaf) -> int:
        self.trace.leaves.append(kind)
        return len(self.trace.leaves) - 1

    def literal(self, number: float) -> int:
        """Return the number of a constant; equal constants are one."""
        key = number or str(number)  # 0.0 and -0.0 are equal but not the same
        if key not in self.literals:
            self.literals[key] = self.leaf(Leaf.CONSTANT)
            self.trace.constants[self.literals[key]] = number
        return self.literals[key]

    def literals_of(self, nodes: list[Recorded]) -> None:
        """Number the constants of nodes ahead of all operations."""
        known, looked_at = self.literals, set[int]()
        for node in nodes:
            left, right = node._left, node._right
            if left.__class__ is float and (left or str(left)) not in known:
                self.literal(left)
            if right.__class__ is float and (right or str(right)) not in known:
                self.literal(right)
            if left.__class__ is tuple or right.__class__ is tuple:
                operation, operands = node._rule.operation, node.operands  # type: ignore[union-attr]  # it has one
                sequences = [item for item in operands if item.__class__ is tuple and id(item) not in looked_at]
                looked_at.update(map(id, sequences))
                for item in chain(operands, *sequences):
                    if item.__class__ is float:
                        self.literal(item)
                if operation.expansion and self.expand:
                    pairs = zip(operation.operands, operands, strict=True)
                    lengths = {name: len(item) for name, item in pairs if isinstance(item, tuple)}
                    for number in literals(operation, lengths):
                        self.literal(number)

    def single(self, item: Value | float) -> int:
        """Return the number of a node or of a constant."""
        if item.__class__ is Recorded:
            return item.number
        return self.parameters[item] if isinstance(item, Value) else self.literals[float(item) or str(float(item))]

    def operand(self, item: "Value | float | tuple[Value | float, ...]") -> Argument:
        """Return the number of an operand, or those of a sequence."""
        if not isinstance(item, tuple):
            return self.single(item)
        if id(item) not in self.looked_at:
            self.looked_at[id(item)] = tuple(map(self.single, item))
        return self.looked_at[id(item)]

    def add(self, operation: Operation, arguments: Iterable[Argument], node: Recorded) -> int:
        """Number an operation on any operands."""
        operands = [self.sequence(item) if isinstance(item, tuple) else item for item in arguments]
        return self.numberers[operation](tuple(operands), node)

    def sequence(self, numbers: tuple[int, ...]) -> int:
        """Return what stands for a sequence operand; equal ones are one, so that later stages look at each once."""
        found = self.sequences.get(numbers)
        if found is None:
            found = self.sequences[numbers] = ~len(self.trace.sequences)
            self.trace.sequences.append(numbers)
        return found

    def numberer(self, operation: Operation) -> Numberer:
        """Return the function that numbers an operation on some operands.

        It gives the number that the operation has already, or that of an operand which it leaves as it is.
        """
        made, known = self.trace, dict[tuple[int, ...], int]()
        operations, first, commutative, neutral = made.operations, len(made.leaves), operation.commutative, None
        if operation.neutral is not None:
            neutral = self.literals.get(operation.neutral or str(operation.neutral))

        def number(operands: tuple[int, ...], node: Recorded) -> int:
            key = operands
            if commutative:
                x, y = operands
                if x == neutral:
                    return y
                if y == neutral:
                    return x
                if y < x:
                    key = y, x
            new = first + len(operations)
            found = known.setdefault(key, new)
            if found == new:
                operations.append(operation)
                made.operands.append(operands)
                made.recorded.append(node)
            return found

        return number

    def number_all(self, nodes: list[Recorded]) -> None:
        """Number interior nodes, written out in other operations where their rows say how."""
        parameters, literals_known, numberers = self.parameters, self.literals, self.numberers
        expander = Expander(self.add, self.literal)
        for node in nodes:
            operation = node._rule.operation  # type: ignore[union-attr]  # it has one
            left, right = node._left, node._right
            if left.__class__ is not tuple and right.__class__ is not tuple:
                if left.__class__ is Recorded:
                    x = left.number
                else:
                    x = literals_known[left or str(left)] if left.__class__ is float else parameters[left]
                if right is None:
                    node.number = numberers[operation]((x,), node)
                    continue
                if right.__class__ is Recorded:
                    y = right.number
                else:
                    y = literals_known[right or str(right)] if right.__class__ is float else parameters[right]
                node.number = numberers[operation]((x, y), node)
            elif operation.expansion and self.expand:
                pairs = zip(operation.operands, node.operands, strict=True)
                named = {n: int(cast("float", x)) if n == "index" else self.operand(x) for n, x in pairs}
                node.number = expander.expand(operation, named, node)
            else:
                node.number = self.add(operation, map(self.operand, node.operands), node)


one_at_a_time = forkable(RLock())
"""Held while numbers are given, as a stand-in keeps the one that it has in the trace that is being made."""


def trace(recording: Recording, *, expand: bool = True) -> Trace:
    """Number everything that the outputs and observed Values of a recording depend on.

    With ``expand=False``, operations are not written out in others, even where their rows say how.
    """
    with one_at_a_time:
        return traced(recording, Numbering(expand=expand))


def traced(recording: Recording, numbering: Numbering) -> Trace:
    """Return the trace of a recording."""
    made = numbering.trace
    observed = [values for values, _ in recording.observed]
    wanted = [*recording.outputs, *chain.from_iterable(observed)]
    roots = [item for item in wanted if isinstance(item, Value)]
    leaves, interior = sort(*roots)
    inside = [node for node in interior if isinstance(node, Recorded)]
    outside = [leaf for leaf in leaves if leaf.__class__ is not Recorded]
    stand_ins = chain(recording.inputs, *(each for _, each in recording.drawn))
    if not {leaf for leaf in leaves if leaf.__class__ is Recorded}.issubset(stand_ins):
        raise leaked()
    if len(inside) < len(interior):  # Values computed before the recording count as given, like parameters
        inside, outside = within(roots)
    numbering.literal(0.0)
    numbering.literals_of(inside)
    for item in wanted:
        if not isinstance(item, Value):
            numbering.literal(float(item))
    for value in outside:
        numbering.parameters[value] = number = numbering.leaf(Leaf.PARAMETER)
        made.parameters.append(number)
        made.parameter_values.append(value)
        made.labels[number] = str(value.label)
    for stand_in in recording.inputs:
        stand_in.number = numbering.leaf(Leaf.INPUT)
        made.inputs.append(stand_in.number)
        made.labels[stand_in.number] = stand_in.label
    for _, numbers in recording.drawn:
        for stand_in in numbers:
            stand_in.number = numbering.leaf(Leaf.DRAWN)
        made.drawn.append([stand_in.number for stand_in in numbers])
    numbering.number_all(inside)
    made.outputs = list(map(numbering.single, recording.outputs))
    made.observed = [list(map(numbering.single, values)) for values in observed]
    made.scalar_count = len(inside) + sum(_scalars(node) - 1 for node in inside if node._left.__class__ is tuple)
    return made


def within(roots: list[Value]) -> tuple[list[Recorded], list[Value]]:
    """Return the recorded operations in order, and the Values from outside that they use, in order of use."""
    interior: list[Recorded] = []
    outside: dict[Value, None] = {}
    seen: set[Value] = set()
    stack: list[tuple[Value, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, done = stack.pop()
        if done:
            interior.append(cast("Recorded", node))
        elif node not in seen:
            seen.add(node)
            if not isinstance(node, Recorded):
                outside[node] = None
            elif node.operation is not None:
                stack.append((node, True))
                stack.extend((parent, False) for parent in reversed(parents_of(node)))
    return interior, list(outside)


def _scalars(node: Value) -> int:
    """How many operations on two numbers a node stands for: a dot of n pairs is n products and n - 1 sums."""
    if not cast("Operation", node.operation).is_nary:
        return 1
    count = len(cast("tuple[object, ...]", node._left))
    return 2 * count - 1 if node._right.__class__ is tuple else max(count - 1, 1)
