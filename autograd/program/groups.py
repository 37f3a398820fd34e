"""Finds the rows of nodes that do the same thing at the same stage: each row becomes one array operation."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from autograd.operation import Operation
from autograd.program.trace import Argument, Leaf, Trace, flat

if TYPE_CHECKING:
    import numpy

@dataclass(eq=False)
class Group:
    """Nodes that apply the same operation to operands from the same sources.

    Attributes:
        operation: what all members do.
        members: their node numbers.
        operands: for each operand, an array of node numbers: (members,) or (members, terms) for a sequence.
        line: the source line at which the first member was recorded.
    """

    operation: Operation
    members: "numpy.ndarray"
    operands: "list[numpy.ndarray]"
    line: tuple[str, int] | None = None


def find_groups(trace: Trace) -> list[Group]:
    """Return the groups of a trace in an order in which they can be computed."""
    import numpy

    leaf_count = len(trace.leaves)
    levels = find_levels(trace)
    by_level: dict[int, list[int]] = {}
    for node in range(leaf_count, len(trace)):
        by_level.setdefault(levels[node], []).append(node)
    sources: list[Origin] = [(0, "") if leaf is Leaf.CONSTANT else (1, leaf.value) for leaf in trace.leaves]
    sources += [(1 + level, operation.name) for level, operation in zip(levels[leaf_count:], trace.operations, strict=True)]
    groups: list[Group] = []
    for level in sorted(by_level):
        rows: dict[tuple[object, ...], list[tuple[int, tuple[Argument, ...]]]] = {}
        for node in by_level[level]:
            operation = cast("Operation", trace.operation_of(node))
            arguments = oriented(operation, trace.arguments_of(node), sources)
            key = (operation.name, *[kind_of(operation, argument, sources, trace) for argument in arguments])
            rows.setdefault(key, []).append((node, arguments))
        for members in rows.values():
            first = members[0][0]
            columns = zip(*[arguments for _, arguments in members], strict=True)
            groups.append(
                Group(
                    cast("Operation", trace.operation_of(first)),
                    numpy.array([node for node, _ in members]),
                    [numpy.array(column) for column in columns],
                    trace.lines[first - leaf_count],
                )
            )
    return groups


def find_levels(trace: Trace) -> list[int]:
    """Return the stage at which each node is computed: after its operands, and along with its like.

    A node could be computed as soon as its operands are there, or as late as its users need it. Of the two it
    takes the stage at which more of its kind are computed as soon as possible: the first position of a
    sequence, which has fewer terms to add up, then still goes with the others.
    """
    first = len(trace.leaves)
    soonest = [0] * len(trace)
    kinds: list[tuple[object, ...]] = [()] * first
    for node in range(first, len(trace)):
        arguments = trace.arguments_of(node)
        soonest[node] = 1 + max((soonest[number] for number in flat(arguments)), default=0)
        lengths = [len(argument) for argument in arguments if isinstance(argument, tuple)]
        kinds.append((cast("Operation", trace.operation_of(node)).name, *lengths))
    latest = [max(soonest)] * len(trace)
    for node in range(len(trace) - 1, first - 1, -1):
        for number in flat(trace.arguments_of(node)):
            latest[number] = min(latest[number], latest[node] - 1)
    population = Counter(zip(kinds, soonest, strict=True))
    levels = [0] * len(trace)
    for node in range(first, len(trace)):
        soon = 1 + max((levels[number] for number in flat(trace.arguments_of(node))), default=0)
        late = latest[node]
        levels[node] = late if population[kinds[node], late] > population[kinds[node], soon] else soon
    return levels


Origin = tuple[int, str]
"""What an operand is: (0, "") a constant, (1, ...) another leaf, then the operations by stage and name."""


def oriented(operation: Operation, arguments: tuple[Argument, ...], sources: list[Origin]) -> tuple[Argument, ...]:
    """Return the operands of a commutative operation with the earlier source first."""
    if operation.name in {"add", "mul"}:
        left, right = cast("tuple[int, int]", arguments)
        return (right, left) if sources[left] > sources[right] else arguments
    if operation.name == "dot":
        lefts, rights = cast("tuple[tuple[int, ...], tuple[int, ...]]", arguments)
        swap = [sources[left] > sources[right] for left, right in zip(lefts, rights, strict=True)]
        if any(swap):
            pairs = [(r, le) if s else (le, r) for le, r, s in zip(lefts, rights, swap, strict=True)]
            return tuple([pair[0] for pair in pairs]), tuple([pair[1] for pair in pairs])
    return arguments


def kind_of(operation: Operation, argument: Argument, sources: list[Origin], trace: Trace) -> object:
    """Describe an operand by where it comes from; only nodes whose operands match become one group."""
    if isinstance(argument, tuple):
        return (len(argument), sources[argument[0]] if argument else None)
    if sources[argument] == (0, "") and operation.name == "pow":
        return ("constant", trace.constants[argument])
    return sources[argument]
