"""Finds the rows of nodes that do the same thing at the same stage: each row becomes one array operation."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from autograd.operation import Operation
from autograd.program.trace import Argument, Trace, flat

if TYPE_CHECKING:
    import numpy

CONSTANT = -1
"""The source of an operand that is a constant."""


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
    sources: tuple[object, ...] = field(default=())


def find_groups(trace: Trace) -> list[Group]:
    """Return the groups of a trace in an order in which they can be computed."""
    import numpy

    leaf_count = len(trace.leaves)
    levels = [0] * len(trace)
    by_level: dict[int, list[int]] = {}
    for position, arguments in enumerate(trace.arguments):
        level = 1 + max((levels[number] for number in flat(arguments)), default=0)
        levels[leaf_count + position] = level
        by_level.setdefault(level, []).append(leaf_count + position)
    sources: list[object] = [leaf if leaf.value != "constant" else CONSTANT for leaf in trace.leaves]
    sources += [None] * len(trace.operations)
    groups: list[Group] = []
    for level in sorted(by_level):
        rows: dict[tuple[object, ...], list[tuple[int, tuple[Argument, ...]]]] = {}
        for node in by_level[level]:
            operation = cast("Operation", trace.operation_of(node))
            arguments = oriented(operation, trace.arguments_of(node), sources)
            key = (operation.name, *[kind_of(operation, argument, sources, trace) for argument in arguments])
            rows.setdefault(key, []).append((node, arguments))
        for key, members in rows.items():
            for node, _ in members:
                sources[node] = len(groups)
            first = members[0][0]
            groups.append(
                Group(
                    cast("Operation", trace.operation_of(first)),
                    numpy.array([node for node, _ in members]),
                    [numpy.array(column) for column in zip(*[arguments for _, arguments in members], strict=True)],
                    trace.lines[first - leaf_count],
                    key,
                )
            )
    return groups


def rank(source: object) -> tuple[int, int]:
    """Order sources, so that operands that may change places always stand the same way round."""
    if isinstance(source, int):
        return (0, 0) if source == CONSTANT else (2, source)
    return (1, 0 if getattr(source, "value", "") == "parameter" else 1)


def oriented(
    operation: Operation, arguments: tuple[Argument, ...], sources: list[object]
) -> tuple[Argument, ...]:
    """Return the operands of a commutative operation with the earlier source first."""
    if operation.name in {"add", "mul"}:
        left, right = cast("tuple[int, int]", arguments)
        return (right, left) if rank(sources[left]) > rank(sources[right]) else arguments
    if operation.name == "dot":
        lefts, rights = cast("tuple[tuple[int, ...], tuple[int, ...]]", arguments)
        swap = [rank(sources[left]) > rank(sources[right]) for left, right in zip(lefts, rights, strict=True)]
        if any(swap):
            pairs = [(r, le) if s else (le, r) for le, r, s in zip(lefts, rights, swap, strict=True)]
            return tuple([pair[0] for pair in pairs]), tuple([pair[1] for pair in pairs])
    return arguments


def kind_of(operation: Operation, argument: Argument, sources: list[object], trace: Trace) -> object:
    """Describe an operand by where it comes from; only nodes whose operands match become one group."""
    if isinstance(argument, tuple):
        return (len(argument), sources[argument[0]] if argument else None)
    if sources[argument] == CONSTANT and operation.name == "pow":
        return ("constant", trace.constants[argument])
    return sources[argument]
