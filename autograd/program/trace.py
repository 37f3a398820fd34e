"""Numbers the nodes of a recorded graph, so that programs can be made from plain integers.

Numbers count from zero: first the leaves (constants, parameters, inputs, drawn numbers), then the operations,
each after its operands. Equal operations on equal operands get one number. Operations that give several related
results, such as softmax, are written out in operations that they share.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import cast

from autograd.engine import Value
from autograd.formulas.operation import Operation
from autograd.graph import parents_of, sort
from autograd.program.expansion import Expander, literals
from autograd.program.record import Recorded, Recording, leaked

Argument = int | tuple[int, ...]


class Leaf(Enum):
    """Where the number of a leaf comes from."""

    CONSTANT = "constant"
    PARAMETER = "parameter"
    INPUT = "input"
    DRAWN = "drawn"


@dataclass
class Trace:
    """A recorded computation in numbers.

    Attributes:
        leaves: where each leaf's number comes from.
        constants: the number of each constant, by its node number.
        parameters: node numbers of the Values the function closes over, and those Values.
        inputs: node numbers of the inputs in flat order; one that is never used has none.
        drawn: for each drawing function, the node numbers that receive what it draws.
        operations: the operation of each node after the leaves.
        arguments: its operands, by number; a sequence operand is a tuple of numbers, and equal tuples are one object.
        lines: the source line at which each operation was recorded.
        outputs: node numbers of the outputs in flat order.
        observed: node numbers of the Values each callback receives.
    """

    leaves: list[Leaf] = field(default_factory=list)
    constants: dict[int, float] = field(default_factory=dict)
    parameters: list[int] = field(default_factory=list)
    parameter_values: list[Value] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    drawn: list[list[int]] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    arguments: list[tuple[Argument, ...]] = field(default_factory=list)
    lines: list[tuple[str, int] | None] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    observed: list[list[int]] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)
    """What the user calls each parameter and input."""
    scalar_count: int = 0
    """How many operations on single numbers the recorded function performed."""

    def operation_of(self, node: int) -> Operation | None:
        position = node - len(self.leaves)
        return self.operations[position] if position >= 0 else None

    def arguments_of(self, node: int) -> tuple[Argument, ...]:
        position = node - len(self.leaves)
        return self.arguments[position] if position >= 0 else ()

    def __len__(self) -> int:
        return len(self.leaves) + len(self.operations)


def flat(arguments: Iterable[Argument]) -> Iterable[int]:
    """Yield every node number in a list of operands."""
    for argument in arguments:
        if isinstance(argument, tuple):
            yield from argument
        else:
            yield argument


class _Numbering:
    """Gives numbers to nodes; leaves come first because they are all known before the operations start."""

    def __init__(self, *, expand: bool) -> None:
        self.expand = expand
        self.trace = Trace()
        self.numbers: dict[Value, int] = {}
        self.literals: dict[tuple[float, str], int] = {}
        self.known: dict[object, int] = {}
        self.tuples: dict[int, tuple[object, tuple[int, ...]]] = {}
        self.looked_at: set[int] = set()
        self.interned: dict[tuple[int, ...], tuple[int, ...]] = {}

    def leaf(self, kind: Leaf) -> int:
        self.trace.leaves.append(kind)
        return len(self.trace.leaves) - 1

    def literal(self, number: float) -> int:
        """Return the number of a constant; equal constants are one."""
        key = (number, str(number))  # 0.0 and -0.0 are equal but not the same
        if key not in self.literals:
            self.literals[key] = self.leaf(Leaf.CONSTANT)
            self.trace.constants[self.literals[key]] = number
        return self.literals[key]

    def operand(self, item: object) -> Argument:
        if item.__class__ is tuple:
            held = self.tuples.get(id(item))
            if held is None:
                numbers = self.shared(tuple([self.operand(part) for part in cast("tuple[object, ...]", item)]))  # type: ignore[misc]  # tuples in tuples do not occur
                held = self.tuples[id(item)] = (item, numbers)
            return held[1]
        if item.__class__ is float:
            return self.literal(item)
        number = self.numbers.get(cast("Value", item))
        if number is None:
            raise leaked()
        return number

    def shared(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Return one and the same tuple for equal tuples, so that later stages look at each once."""
        return self.interned.setdefault(numbers, numbers)

    def add(self, operation: Operation, *arguments: Argument, line: tuple[str, int] | None = None) -> int:
        """Number an operation, or return the number it has already."""
        key = (operation, frozenset(arguments) if operation.commutative else arguments)
        number = self.known.get(key)
        if number is None:
            number = self.known[key] = len(self.trace)
            self.trace.operations.append(operation)
            self.trace.arguments.append(arguments)
            self.trace.lines.append(line)
        return number

    def number(self, node: Value, expander: Expander) -> int:
        """Number an interior node, written out in other operations where its row says how."""
        operation = cast("Operation", node.operation)
        line = cast("tuple[str, int] | None", node.__dict__.get("_line"))
        if operation.expansion and self.expand:
            pairs = zip(operation.operands, node.operands, strict=True)
            named = {name: int(cast("float", item)) if name == "index" else self.operand(item) for name, item in pairs}
            return expander.expand(operation, named, line)
        arguments = [self.operand(item) for item in node.operands]
        if operation.neutral is not None:  # adding 0 and multiplying by 1 change nothing
            neutral = self.literals.get((operation.neutral, str(operation.neutral)))
            if neutral in arguments:
                return cast("int", arguments[1] if arguments[0] == neutral else arguments[0])
        return self.add(operation, *arguments, line=line)


def trace(recording: Recording, *, expand: bool = True) -> Trace:
    """Number everything that the outputs and observed Values of a recording depend on.

    With ``expand=False``, operations are not written out in others, even where their rows say how.
    """
    numbering = _Numbering(expand=expand)
    made = numbering.trace
    observed = [values for values, _ in recording.observed]
    wanted = [*recording.outputs, *chain.from_iterable(observed)]
    roots = [item for item in wanted if isinstance(item, Value)]
    leaves, interior = sort(*roots)
    inside: list[Value] = [node for node in interior if isinstance(node, Recorded)]
    outside = [leaf for leaf in leaves if not isinstance(leaf, Recorded)]
    if len(inside) < len(interior):  # Values computed before the recording count as given, like parameters
        inside, outside = within(roots)
    numbering.literal(0.0)
    for node in inside:
        _number_literals(numbering, node)
    for item in wanted:
        if not isinstance(item, Value):
            numbering.literal(float(item))
    for value in outside:
        numbering.numbers[value] = numbering.leaf(Leaf.PARAMETER)
        made.parameters.append(numbering.numbers[value])
        made.parameter_values.append(value)
        made.labels[numbering.numbers[value]] = str(value.label)
    for stand_in in recording.inputs:
        numbering.numbers[stand_in] = numbering.leaf(Leaf.INPUT)
        made.inputs.append(numbering.numbers[stand_in])
        made.labels[numbering.numbers[stand_in]] = stand_in.label
    for _, stand_ins in recording.drawn:
        for stand_in in stand_ins:
            numbering.numbers[stand_in] = numbering.leaf(Leaf.DRAWN)
        made.drawn.append([numbering.numbers[stand_in] for stand_in in stand_ins])
    expander = Expander(numbering.add, numbering.literal, numbering.shared)
    for node in inside:
        numbering.numbers[node] = numbering.number(node, expander)
    made.outputs = [cast("int", numbering.operand(_plain(item))) for item in recording.outputs]
    made.observed = [[cast("int", numbering.operand(_plain(item))) for item in values] for values in observed]
    made.scalar_count = sum(_scalars(node) for node in inside)
    return made


def _plain(item: Value | float) -> Value | float:
    return item if isinstance(item, Value) else float(item)


def within(roots: list[Value]) -> tuple[list[Value], list[Value]]:
    """Return the recorded operations in order, and the Values from outside that they use, in order of use."""
    interior: list[Value] = []
    outside: dict[Value, None] = {}
    seen: set[Value] = set()
    stack: list[tuple[Value, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, done = stack.pop()
        if done:
            interior.append(node)
        elif node not in seen:
            seen.add(node)
            if not isinstance(node, Recorded):
                outside[node] = None
            elif node.operation is not None:
                stack.append((node, True))
                stack.extend((parent, False) for parent in reversed(parents_of(node)))
    return interior, list(outside)


def _number_literals(numbering: _Numbering, node: Value) -> None:
    """Number the constants of a node ahead of all operations."""
    for slot in (node._left, node._right):
        if slot.__class__ is float:
            numbering.literal(slot)
        elif slot.__class__ is tuple and id(slot) not in numbering.looked_at:
            numbering.looked_at.add(id(slot))
            for item in cast("tuple[object, ...]", slot):
                if item.__class__ is float:
                    numbering.literal(item)
    operation = cast("Operation", node.operation)
    if operation.expansion and numbering.expand:
        pairs = zip(operation.operands, node.operands, strict=True)
        lengths = {name: len(item) for name, item in pairs if isinstance(item, tuple)}
        for number in literals(operation, lengths):
            numbering.literal(number)


def _scalars(node: Value) -> int:
    """How many operations on two numbers a node stands for: a dot of n pairs is n products and n - 1 sums."""
    if not cast("Operation", node.operation).is_nary:
        return 1
    count = len(cast("tuple[object, ...]", node._left))
    return 2 * count - 1 if node._right.__class__ is tuple else max(count - 1, 1)
