"""Gives every number of a program its place in one flat buffer, so that rows of operands become array views.

Leaves come first (parameters in the order of their first use, then inputs and drawn numbers in the order of the
call), then one region per group. An operand of a group is then an array of places. Where the places are an
affine function of the group's coordinates, ``start + i * stride_i + j * stride_j``, the operand is a view of
the buffer; a stride of zero is a broadcast, whose gradient is a sum over that axis. What is not affine is
gathered by index.
"""

from dataclasses import dataclass, field
from typing import cast

import numpy
from numpy.typing import NDArray

from autograd.formulas.row import is_sequence
from autograd.program.affine import Fixed, Gather, Places, Source, View, contiguous, factor, fit
from autograd.program.blocks import find_blocks
from autograd.program.groups import NodeGroup, Sequences
from autograd.program.trace import Leaf, Trace
from autograd.source import SourceLine, short_name


@dataclass(eq=False)
class ArrayStep:
    """One group in its place: an array operation.

    Attributes:
        group: the group.
        kind: elementwise, "rows" (along the last axis of a sequence operand), or "matmul".
        out: where the results go.
        operands: where the operands are, each in the shape that the array operation wants.
    """

    group: NodeGroup
    kind: str
    out: View
    operands: list[Source]

    @property
    def count(self) -> int:
        """How many numbers it computes."""
        return len(self.group.members)

    @property
    def region(self) -> slice:
        """The places of these numbers, in one piece."""
        return slice(self.out.start, self.out.start + self.count)

    @property
    def lengths(self) -> dict[str, int]:
        """How many terms each sequence operand has."""
        if not self.group.operation.is_nary:
            return {}
        pairs = zip(self.group.operation.operands, self.operands, strict=True)
        return {name: source.shape[-1] for name, source in pairs if is_sequence(name)}

    @property
    def scalar_line(self) -> str:
        """The line of the user's program that the step came from."""
        line = SourceLine.at(self.group.instruction)
        return line.text or f"{short_name(line.file)}:{line.line}"


@dataclass(eq=False)
class Layout:
    """The places of all numbers, and the steps of the program.

    Attributes:
        place: the place of each node, by node number; -1 for a constant that is only ever used in bulk.
        parameters: node numbers of the parameters in the order of their places, from place 0 on.
        leaf_count: how many places the leaves take.
        size: how many places there are.
        constants: the places of the constants that lie in the buffer, and their numbers.
        steps: the array operations in order.
    """

    place: Places
    parameters: list[int]
    inputs: tuple[int, int]
    drawn: list[tuple[int, int]]
    leaf_count: int
    size: int = 0
    constants: dict[int, float] = field(default_factory=dict)
    steps: list[ArrayStep] = field(default_factory=list)

    @property
    def given(self) -> int:
        """How many numbers go in at each call: those of all leaves that are not constants, which come after them."""
        return self.leaf_count - len(self.constants)


def lay_out(trace: Trace, groups: list[NodeGroup]) -> Layout:
    """Give every number its place and every group its operands."""
    return _Planner(trace, groups).layout


def find_needed(layout: Layout, wanted: NDArray[numpy.bool_]) -> NDArray[numpy.bool_]:
    """Return for each place whether a gradient that is asked for passes through it.

    Args:
        layout: the program.
        wanted: for each place of a leaf, whether its gradient is asked for.
    """
    needed: NDArray[numpy.bool_] = numpy.zeros(layout.size, dtype=bool)
    needed[: len(wanted)] = wanted
    for step in layout.steps:
        total = numpy.zeros(step.count, dtype=bool)
        for source in step.operands:
            if isinstance(source, Fixed):
                continue
            passing = needed[source.places()]
            total |= passing.any() if step.kind == "matmul" else passing.reshape(len(total), -1).any(axis=1)
        needed[step.region] = False if step.group.operation.detached else total
    return needed


class _Planner:
    def __init__(self, trace: Trace, groups: list[NodeGroup]) -> None:
        self.trace = trace
        self.constant_of = numpy.full(len(trace), numpy.nan)
        for node, number in trace.constants.items():
            self.constant_of[node] = number
        self.is_constant = numpy.zeros(len(trace), dtype=bool)
        self.is_constant[list(trace.constants)] = True
        place = numpy.full(len(trace), -1, dtype=numpy.int64)
        parameters = parameters_by_use(trace, groups)
        for position, node in enumerate(parameters):
            place[node] = position
        start = len(parameters)
        place[trace.inputs] = numpy.arange(start, start + len(trace.inputs))
        inputs = (start, start + len(trace.inputs))
        start = inputs[1]
        drawn = []
        for numbers in trace.drawn:
            place[numbers] = numpy.arange(start, start + len(numbers))
            drawn.append((start, start + len(numbers)))
            start += len(numbers)
        self.layout = Layout(place, parameters, inputs, drawn, start)
        for position, node in enumerate(sorted(trace.constants)):
            place[node] = start + position
            self.layout.constants[start + position] = trace.constants[node]
        self.layout.leaf_count = self.layout.size = start + len(trace.constants)
        for group in groups:
            self.layout.steps.append(self.step(group))

    def region(self, group: NodeGroup) -> int:
        """Give the members of a group the next places, in their order, and return the first."""
        start = self.layout.size
        self.layout.size += len(group.members)
        self.layout.place[group.members] = numpy.arange(start, self.layout.size)
        return start

    def step(self, group: NodeGroup) -> ArrayStep:
        if len(group.members) == 1 and not group.operation.is_nary:
            return self.single(group)
        if group.operation.sums_products:
            step = self.matmul(group)
            if step is not None:
                return step
        operands = [operand.all() if isinstance(operand, Sequences) else operand for operand in group.operands]
        operands = self.sort_terms(group, operands)
        if len(group.members) > 1:
            order = self.order(operands, len(group.members))
            group.members = group.members[order]
            operands = [operand[order] for operand in operands]
        firsts = [operand if operand.ndim == 1 else operand[:, 0] for operand in operands]
        places = [None if self.constant(o) else self.layout.place[f] for o, f in zip(operands, firsts, strict=True)]
        inner = [self.inner_stride(operand) for operand in operands]
        usable = [p if p is not None and s is not None else None for p, s in zip(places, inner, strict=True)]
        shape, strides = factor(usable, len(group.members))
        start = self.region(group)
        sources = [
            self.source(operand, shape, stride, inner_stride)
            for operand, stride, inner_stride in zip(operands, strides, inner, strict=True)
        ]
        return ArrayStep(group, "rows" if group.operation.is_nary else "elementwise", contiguous(start, shape), sources)

    def single(self, group: NodeGroup) -> ArrayStep:
        """Return the step of one node that takes single numbers: irregular programs have thousands of them."""
        nodes = [cast("Places", operand).item(0) for operand in group.operands]
        known, place = self.trace.constants, self.layout.place
        sources = [Fixed(known[node]) if node in known else View(place.item(node), (1,), (0,)) for node in nodes]
        return ArrayStep(group, "elementwise", contiguous(self.region(group), (1,)), [*sources])

    def constant(self, operand: Places) -> bool:
        return bool(self.is_constant[operand.item(0)]) and bool(self.is_constant[operand].all())

    def inner_stride(self, operand: Places) -> int | None:
        """Return the stride along the terms of a sequence operand (0 for a single number), or None."""
        if operand.ndim == 1:
            return 0
        if operand.shape[1] == 1:
            return 1
        steps = numpy.diff(self.layout.place[operand], axis=1)
        return int(steps[0, 0]) if (steps == steps[0, 0]).all() else None

    def sort_terms(self, group: NodeGroup, operands: list[Places]) -> list[Places]:
        """Put the elements of sequences in the order of their places where their order changes nothing."""
        if group.operation.symmetric:
            for operand in operands:
                if not self.constant(operand) and self.inner_stride(operand) is None:
                    order = numpy.argsort(self.layout.place[operand[0]], kind="stable")
                    return [each[:, order] if each.ndim > 1 else each for each in operands]
        return operands

    def order(self, operands: list[Places], count: int) -> Places:
        """Return the order of a group's members in which its main operand runs through its places."""
        best: Places = numpy.arange(count)
        most = 0
        for operand in operands:
            places = self.layout.place[operand if operand.ndim == 1 else operand[:, 0]]
            distinct = 0 if self.constant(operand) else len(set(places.tolist()))
            if distinct > most:
                best, most = numpy.argsort(places, kind="stable"), distinct
        return best

    def source(
        self, operand: Places, shape: tuple[int, ...], strides: tuple[int, ...] | None, inner: int | None
    ) -> Source:
        """Return where an operand's numbers are, in the coordinates of its group."""
        full = (*shape, operand.shape[1]) if operand.ndim == 2 else shape
        if self.constant(operand):
            numbers = self.constant_of[operand].reshape(full)
            first = float(numbers.flat[0])
            return Fixed(first if operand.ndim == 1 and (numbers == first).all() else numbers)
        places = self.layout.place[operand]
        if strides is None:
            return Gather(places.reshape(full))
        return View(int(places.flat[0]), full, (*strides, cast("int", inner)) if operand.ndim == 2 else strides)

    def matmul(self, group: NodeGroup) -> ArrayStep | None:
        """Return the step of dots that pair every left row with every right row, in blocks; None if they do not."""
        lefts, rights = cast("tuple[Sequences, Sequences]", tuple(group.operands))
        blocks = find_blocks(lefts.index, rights.index)
        if blocks is None:
            return None
        block_of, row_of, column_of, (count, rows, columns) = blocks
        rows_first = len(group.members) > 1 and row_of[0] == row_of[1]  # the order in which they were recorded
        keys = (column_of, row_of, block_of) if rows_first else (row_of, column_of, block_of)
        order = numpy.lexsort(keys)
        group.members = group.members[order]
        outer, inner = (rows, columns) if rows_first else (columns, rows)
        first, second = (lefts, rights) if rows_first else (rights, lefts)
        outer_rows = first.distinct[first.index[order].reshape(count, outer, inner)[:, :, 0]]
        inner_rows = second.distinct[second.index[order].reshape(count, outer, inner)[:, 0, :]]
        start = self.region(group)
        shape = (outer, inner) if count == 1 else (count, outer, inner)
        return ArrayStep(group, "matmul", contiguous(start, shape), [self.matrix(outer_rows), self.matrix(inner_rows)])

    def matrix(self, nodes: Places) -> Source:
        """Return where a stack of matrices (blocks, rows, terms) is; a single block has no block axis."""
        if self.constant(nodes):
            return Fixed(self.constant_of[nodes[0] if len(nodes) == 1 else nodes])
        places = self.layout.place[nodes]
        places = places[0] if len(places) == 1 else places
        flat_shape, strides = factor([places.reshape(-1)], places.size)
        if strides[0] is not None:
            fitted = fit(flat_shape, strides[0], places.shape)
            if fitted is not None:
                return View(int(places.flat[0]), places.shape, fitted)
        return Gather(places)


def parameters_by_use(trace: Trace, groups: list[NodeGroup]) -> list[int]:
    """Return the parameters in the order in which the groups first use them, so that a row lies in one piece."""
    seen: dict[int, None] = {}
    wanted = {node for node, leaf in enumerate(trace.leaves) if leaf is Leaf.PARAMETER}
    for group in sorted(groups, key=lambda group: -len(group.members)):  # large rows matter most
        for operand in group.operands:
            nodes = operand.distinct if isinstance(operand, Sequences) else operand
            if len(seen) < len(wanted):
                seen.update(dict.fromkeys([node for node in nodes.reshape(-1).tolist() if node in wanted]))
    return [*seen, *[node for node in trace.parameters if node not in seen]]
