"""Finds the rows of nodes that do the same thing at the same stage: each row becomes one array operation."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy

from autograd.formulas.operation import Operation
from autograd.program.affine import Places
from autograd.program.blocks import by_first_use
from autograd.program.sums import integers, runs, starts
from autograd.program.trace import Leaf, Trace
from autograd.source import Instruction


@dataclass(frozen=True, eq=False)
class Sequences:
    """The sequence operands of a group: each different row once, and which of them each member has."""

    distinct: Places
    index: Places

    @classmethod
    def of(cls, operands: Places, sequences: Sequence[tuple[int, ...]]) -> "Sequences":
        """Collect the rows of node numbers that operands stand for, as in :class:`Trace`."""
        index = by_first_use(operands)
        _, first = numpy.unique(index, return_index=True)
        return cls(numpy.array([sequences[~each] for each in operands[first].tolist()]), index)

    def all(self) -> Places:
        return self.distinct[self.index]


@dataclass(eq=False)
class NodeGroup:
    """Nodes that apply the same operation to operands from the same sources.

    Attributes:
        operation: what all members do.
        members: their node numbers.
        operands: for each operand the node numbers of all members; rows of them for a sequence.
        instruction: where in the user's program the first member was recorded.
    """

    operation: Operation
    members: Places
    operands: list[Places | Sequences]
    instruction: Instruction


def find_groups(trace: Trace) -> list[NodeGroup]:
    """Return the groups of a trace in an order in which they can be computed."""
    first = len(trace.leaves)
    levels = numpy.array(find_levels(trace)[: len(trace)])
    origins = _Origins(trace, levels)
    nodes_of: defaultdict[Operation, list[int]] = defaultdict(list)
    for node, operation in enumerate(trace.operations, first):
        nodes_of[operation].append(node)
    groups: list[NodeGroup] = []
    for operation, numbers in nodes_of.items():
        nodes = numpy.array(numbers)
        operands = numpy.array([trace.operands[node - first] for node in numbers]).T
        origins.put_round(operation, operands)
        keys = [levels[nodes]]
        for name, operand in zip(operation.operands, operands, strict=True):
            keys += origins.kind_of(operand, is_exponent=name in operation.exponents)
        order = numpy.lexsort(keys[::-1])
        nodes, operands = nodes[order], operands[:, order]
        _, size = runs(*[key[order] for key in keys])
        ends = numpy.cumsum(size).tolist()
        for start, end in zip([0, *ends], ends, strict=False):
            columns = [
                Sequences.of(operand[start:end], origins.sequences) if operand[start] < 0 else operand[start:end]
                for operand in operands
            ]
            instruction = trace.recorded[nodes[start] - first].instruction
            groups.append(NodeGroup(operation, nodes[start:end], columns, instruction))
    return sorted(groups, key=lambda group: (levels[group.members[0]], group.members[0]))


def find_levels(trace: Trace) -> list[int]:
    """Return the stage at which each node is computed: after its operands, and together with others of the same kind.

    A node could be computed as soon as its operands are there, or as late as its users need it. Of the two it
    takes the stage at which there can be more of its kind: the first position of a sequence, which has fewer terms to
    add up, then still goes with the others; and what is read from each state of a recurrence, such as its part of the
    loss, waits for the last state and is computed for all of them at once.

    At the end of the list, in reverse order, there are the highest stages in each sequence, where numbers of operands
    lead to them.
    """
    first = len(trace.leaves)
    kinds: dict[object, int] = {}
    kind = [
        kinds.setdefault(
            (each, *[len(trace.sequences[~i]) for i in operands if i < 0]) if each.is_nary else each, len(kinds)
        )
        for each, operands in zip(trace.operations, trace.operands, strict=True)
    ]
    soonest = unknown(trace)
    for node, operands in enumerate(trace.operands, first):
        soonest[node] = 1 + highest(operands, soonest, trace)
    last = max(soonest)
    latest = find_latest(trace, last)
    base = numpy.array(kind, numpy.int64) * (last + 1)
    soon = (base + soonest[first : len(trace)]).tolist()
    late = (base + latest[first : len(trace)]).tolist()
    population, waiting = Counter(soon), Counter(late)
    levels = unknown(trace)
    for node, (operands, start, later) in enumerate(zip(trace.operands, base.tolist(), late, strict=True), first):
        level = 1 + highest(operands, levels, trace)
        waits = max(population[later], waiting[later]) > population[start + level]
        levels[node] = latest[node] if waits else level
    return levels


def unknown(trace: Trace) -> list[int]:
    """Return a stage for each node, 0 for a leaf, and none yet for each sequence."""
    return [0] * len(trace) + [-1] * len(trace.sequences)


def highest(operands: tuple[int, ...], levels: list[int], trace: Trace) -> int:
    """Return the highest stage among operands, looking at each sequence once."""
    result = 0
    for item in operands:
        level = levels[item]
        if level < 0:
            level = levels[item] = max(map(levels.__getitem__, trace.sequences[~item]), default=0)
        if level > result:  # noqa: PLR1730  # calling max() would take as long as all the rest
            result = level
    return result


def find_latest(trace: Trace, last: int) -> list[int]:
    """Return for each node the latest stage that still comes before all stages that use it."""
    first = len(trace.leaves)
    latest = [last] * (len(trace) + len(trace.sequences))
    ending_with: defaultdict[int, list[int]] = defaultdict(list)
    for place, items in enumerate(trace.sequences):
        ending_with[max(items, default=0)].append(~place)  # when its turn comes, all that use it have had theirs
    for node in range(len(trace) - 1, first - 1, -1):
        for sequence in ending_with.get(node, ()):
            before = latest[sequence]
            for item in trace.sequences[~sequence]:
                if latest[item] > before:  # noqa: PLR1730  # nor is min() called here
                    latest[item] = before
        before = latest[node] - 1
        for item in trace.operands[node - first]:
            if latest[item] > before:  # noqa: PLR1730  # nor here
                latest[item] = before
    return latest


class _Origins:
    """What operands are, as numbers in order: a constant, another leaf, then operations by stage and name.

    Attributes:
        origin: that of each node, and at the end, where its number leads, that of the first node in each sequence.
        common: for each sequence the origin that all its nodes have in common, or -1.
    """

    def __init__(self, trace: Trace, levels: Places) -> None:
        self.trace, self.sequences = trace, [*trace.sequences]
        names = ["" if leaf is Leaf.CONSTANT else leaf.value for leaf in trace.leaves]
        names += [operation.name for operation in trace.operations]
        rank = {name: position for position, name in enumerate(sorted({"", *names}))}
        stage = levels + 1
        stage[list(trace.constants)] = 0
        self.node_origin = stage * len(rank) + integers(map(rank.__getitem__, names))
        self.look_at_sequences()

    def look_at_sequences(self) -> None:
        self.length = integers(map(len, self.sequences))
        origins = self.node_origin[integers(chain.from_iterable(self.sequences))]
        begin = starts(self.length)
        low = numpy.minimum.reduceat(origins, begin) if len(begin) else begin
        high = numpy.maximum.reduceat(origins, begin) if len(begin) else begin
        self.common = numpy.where(low == high, low, -1)
        self.origin = numpy.concatenate([self.node_origin, origins[begin][::-1]])

    def put_round(self, operation: Operation, operands: Places) -> None:
        """Put operands that may change places, or whose elements may, so that the earlier origin comes first."""
        if operation.commutative:
            swapped = self.origin[operands[0]] > self.origin[operands[1]]
        elif operation.term is not None and operation.term.commutative and operation.is_nary:
            first, second = self.common[~operands[0]], self.common[~operands[1]]
            swapped = (first > second) & (second >= 0)
            mixed = numpy.flatnonzero((first < 0) | (second < 0))
            if len(mixed):
                operands[:, mixed] = self.elements_round(*operands[:, mixed].tolist())
        else:
            return
        operands[:, swapped] = operands[::-1, swapped]

    def elements_round(self, lefts: list[int], rights: list[int]) -> Places:
        """Return sequences of the same pairs of elements, each of which stands that way round."""
        known = {sequence: ~place for place, sequence in enumerate(self.sequences)}
        found = []
        for left, right in zip(lefts, rights, strict=True):
            pairs = zip(self.sequences[~left], self.sequences[~right], strict=True)
            turned = [(y, x) if self.node_origin[x] > self.node_origin[y] else (x, y) for x, y in pairs]
            found.append([known.setdefault(side, ~len(known)) for side in zip(*turned, strict=True)])
        self.sequences = [*known]
        self.look_at_sequences()
        return numpy.array(found).T

    def kind_of(self, operand: Places, *, is_exponent: bool) -> list[Places]:
        """Describe an operand by where it comes from; only nodes whose operands match become one group."""
        if operand[0] < 0:
            return [self.length[~operand], self.origin[operand]]
        origin = self.origin[operand]
        return [numpy.where(origin == 0, ~operand, origin) if is_exponent else origin]
