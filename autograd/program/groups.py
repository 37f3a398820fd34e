"""Finds the rows of nodes that do the same thing at the same stage: each row becomes one array operation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy

from autograd.formulas.operation import Operation
from autograd.program.affine import Places
from autograd.program.trace import Argument, Leaf, Trace


@dataclass(frozen=True, eq=False)
class Sequences:
    """The sequence operands of a group: each different row once, and which of them each member has."""

    distinct: Places
    index: Places

    @classmethod
    def of(cls, tuples: Sequence[object]) -> "Sequences":
        """Collect rows from tuples of node numbers, of which equal ones mostly are one object."""
        numbers: dict[object, int] = {}
        by_id: dict[int, int] = {}
        index = []
        for row in tuples:
            if id(row) not in by_id:
                by_id[id(row)] = numbers.setdefault(row, len(numbers))
            index.append(by_id[id(row)])
        return cls(numpy.array(list(numbers)), numpy.array(index))

    def all(self) -> Places:
        return self.distinct[self.index]


@dataclass(eq=False)
class NodeGroup:
    """Nodes that apply the same operation to operands from the same sources.

    Attributes:
        operation: what all members do.
        members: their node numbers.
        operands: for each operand the node numbers of all members; rows of them for a sequence.
        line: the source line at which the first member was recorded.
    """

    operation: Operation
    members: Places
    operands: list[Places | Sequences]
    line: tuple[str, int] | None = None


def find_groups(trace: Trace) -> list[NodeGroup]:
    """Return the groups of a trace in an order in which they can be computed."""
    leaf_count = len(trace.leaves)
    levels = find_levels(trace)
    by_level: dict[int, list[int]] = {}
    for node in range(leaf_count, len(trace)):
        by_level.setdefault(levels[node], []).append(node)
    origins: list[Origin] = [(0, "") if leaf is Leaf.CONSTANT else (1, leaf.value) for leaf in trace.leaves]
    interior = zip(levels[leaf_count:], trace.operations, strict=True)
    origins += [(1 + level, operation.name) for level, operation in interior]
    orientation = _Orientation(origins)
    groups: list[NodeGroup] = []
    for level in sorted(by_level):
        rows: dict[tuple[object, ...], list[tuple[int, tuple[Argument, ...]]]] = {}
        for node in by_level[level]:
            operation = cast("Operation", trace.operation_of(node))
            arguments = orientation.of(operation, trace.arguments_of(node))
            key = (operation.name, *[kind_of(operation, argument, origins, trace) for argument in arguments])
            rows.setdefault(key, []).append((node, arguments))
        for members in rows.values():
            first = members[0][0]
            columns = zip(*[arguments for _, arguments in members], strict=True)
            groups.append(
                NodeGroup(
                    cast("Operation", trace.operation_of(first)),
                    numpy.array([node for node, _ in members]),
                    [
                        Sequences.of(column) if isinstance(column[0], tuple) else numpy.array(column)
                        for column in columns
                    ],
                    trace.lines[first - leaf_count],
                )
            )
    return groups


def find_levels(trace: Trace) -> list[int]:
    """Return the stage at which each node is computed: after its operands, and together with others of the same kind.

    A node could be computed as soon as its operands are there, or as late as its users need it. Of the two it
    takes the stage at which there can be more of its kind: the first position of a sequence, which has fewer terms to
    add up, then still goes with the others; and what is read from each state of a recurrence, such as its part of the
    loss, waits for the last state and is computed for all of them at once.
    """
    first = len(trace.leaves)
    soonest = [0] * len(trace)
    kinds: list[tuple[object, ...]] = [()] * first
    highest = _Highest(soonest)
    for node in range(first, len(trace)):
        arguments = trace.arguments_of(node)
        soonest[node] = 1 + highest.of(arguments)
        lengths = [len(argument) for argument in arguments if isinstance(argument, tuple)]
        kinds.append((cast("Operation", trace.operation_of(node)).name, *lengths))
    latest = find_latest(trace, max(soonest))
    population = Counter(zip(kinds, soonest, strict=True))
    waiting = Counter(zip(kinds, latest, strict=True))
    levels = [0] * len(trace)
    highest = _Highest(levels)
    for node in range(first, len(trace)):
        kind, soon, late = kinds[node], 1 + highest.of(trace.arguments_of(node)), latest[node]
        levels[node] = late if max(population[kind, late], waiting[kind, late]) > population[kind, soon] else soon
    return levels


class _Highest:
    """Finds the highest level among operands, looking at each shared tuple once."""

    def __init__(self, levels: list[int]) -> None:
        self.levels = levels
        self.of_tuple: dict[int, int] = {}

    def of(self, arguments: tuple[Argument, ...]) -> int:
        highest = 0
        for argument in arguments:
            if not isinstance(argument, tuple):
                level = self.levels[argument]
            elif id(argument) in self.of_tuple:
                level = self.of_tuple[id(argument)]
            else:
                level = self.of_tuple[id(argument)] = max([self.levels[number] for number in argument], default=0)
            highest = max(highest, level)
        return highest


def find_latest(trace: Trace, last: int) -> list[int]:
    """Return for each node the latest stage that still comes before all stages that use it."""
    first = len(trace.leaves)
    latest = [last] * len(trace)
    of_tuple: dict[int, int] = {}
    tuples_with: dict[int, list[int]] = {}
    for node in range(len(trace) - 1, first - 1, -1):
        for key in tuples_with.get(node, ()):
            latest[node] = min(latest[node], of_tuple[key])
        for argument in trace.arguments_of(node):
            if not isinstance(argument, tuple):
                latest[argument] = min(latest[argument], latest[node] - 1)
                continue
            if id(argument) not in of_tuple:
                of_tuple[id(argument)] = last
                for number in argument:
                    tuples_with.setdefault(number, []).append(id(argument))
            of_tuple[id(argument)] = min(of_tuple[id(argument)], latest[node] - 1)
    return latest


Origin = tuple[int, str]
"""What an operand is: (0, "") a constant, (1, ...) another leaf, then the operations by stage and name."""


class _Orientation:
    """Puts the operands of commutative operations so that they always stand the same way round."""

    def __init__(self, origins: list[Origin]) -> None:
        self.origins = origins
        self.of_tuple: dict[int, Origin | None] = {}

    def common(self, numbers: tuple[int, ...]) -> Origin | None:
        """Return the origin that all elements of a tuple have in common, or None."""
        key = id(numbers)
        if key not in self.of_tuple:
            found = {self.origins[number] for number in numbers}
            self.of_tuple[key] = found.pop() if len(found) == 1 else None
        return self.of_tuple[key]

    def of(self, operation: Operation, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
        """Return operands that may change places, or in whose elements they may, with the earlier origin first."""
        if operation.commutative:
            left, right = cast("tuple[int, int]", arguments)
            return (right, left) if self.origins[left] > self.origins[right] else arguments
        if operation.term is None or not operation.term.commutative or not operation.is_nary:
            return arguments
        lefts, rights = cast("tuple[tuple[int, ...], tuple[int, ...]]", arguments)
        first, second = self.common(lefts), self.common(rights)
        if first is not None and second is not None:
            return (rights, lefts) if first > second else arguments
        pairs = [
            (right, left) if self.origins[left] > self.origins[right] else (left, right)
            for left, right in zip(lefts, rights, strict=True)
        ]
        return tuple([pair[0] for pair in pairs]), tuple([pair[1] for pair in pairs])


def kind_of(operation: Operation, argument: Argument, origins: list[Origin], trace: Trace) -> object:
    """Describe an operand by where it comes from; only nodes whose operands match become one group."""
    if isinstance(argument, tuple):
        return (len(argument), origins[argument[0]] if argument else None)
    if origins[argument] == (0, "") and operation.exponents:
        return ("constant", trace.constants[argument])
    return origins[argument]
