"""Gives every number of a program its place in one flat buffer, so that rows of operands become array views.

Leaves come first (parameters in the order of their first use, then inputs and drawn numbers in the order of the
call), then one region per group. An operand of a group is then an array of places. Where the places are an
affine function of the group's coordinates, ``start + i * stride_i + j * stride_j``, the operand is a view of
the buffer; a stride of zero is a broadcast, whose gradient is a sum over that axis. What is not affine is
gathered by index.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from autograd.program.groups import Group, Rows
from autograd.program.trace import Leaf, Trace

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Places = NDArray[numpy.int64]

MOST_AXES = 4
SYMMETRIC = frozenset({"sum", "dot", "max", "min", "prod", "logsumexp"})
"""Operations on sequences that do not depend on the order of the terms."""


@dataclass(frozen=True)
class View:
    """Numbers at ``start + sum(index * stride)`` of the buffer."""

    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def broadcast_axes(self) -> tuple[int, ...]:
        """The axes along which the same number stands again."""
        pairs = enumerate(zip(self.shape, self.strides, strict=True))
        return tuple([axis for axis, (length, stride) in pairs if stride == 0 and length > 1])

    def reduced(self) -> "View":
        """Return the view with each broadcast axis cut to length 1."""
        shape = [1 if s == 0 else n for n, s in zip(self.shape, self.strides, strict=True)]
        return View(self.start, tuple(shape), self.strides)

    def places(self) -> "Places":
        """Return the place of every number, in the shape of the view."""
        import numpy

        total = numpy.full(self.shape, self.start, dtype=numpy.int64)
        for axis, (length, stride) in enumerate(zip(self.shape, self.strides, strict=True)):
            total += (numpy.arange(length) * stride).reshape([-1 if a == axis else 1 for a in range(len(self.shape))])
        return total


@dataclass(frozen=True, eq=False)
class Gather:
    """Numbers at scattered places of the buffer."""

    index: "Places"


@dataclass(frozen=True, eq=False)
class Fixed:
    """Numbers that never change: one float, or an array of them."""

    numbers: "float | NDArray[numpy.float64]"


Source = View | Gather | Fixed


@dataclass(eq=False)
class Step:
    """One group in its place: an array operation.

    Attributes:
        group: the group.
        kind: "elementwise", "rows" (along the last axis of a sequence operand), or "matmul".
        out: where the results go.
        operands: where the operands are, each in the shape that the array operation wants.
    """

    group: Group
    kind: str
    out: View
    operands: list[Source]


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

    place: "Places"
    parameters: list[int]
    inputs: tuple[int, int]
    drawn: list[tuple[int, int]]
    leaf_count: int
    size: int = 0
    constants: dict[int, float] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def lay_out(trace: Trace, groups: list[Group]) -> Layout:
    """Give every number its place and every group its operands."""
    return _Planner(trace, groups).layout


class _Planner:
    def __init__(self, trace: Trace, groups: list[Group]) -> None:
        import numpy

        self.numpy, self.trace = numpy, trace
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

    def region(self, group: Group) -> int:
        """Give the members of a group the next places, in their order, and return the first."""
        start = self.layout.size
        self.layout.size += len(group.members)
        self.layout.place[group.members] = self.numpy.arange(start, self.layout.size)
        return start

    def step(self, group: Group) -> Step:
        """Place the results of a group and find its operands."""
        if group.operation.name == "dot":
            step = self.matmul(group)
            if step is not None:
                return step
        operands = [operand.all() if isinstance(operand, Rows) else operand for operand in group.operands]
        operands = self.sort_terms(group, operands)
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
        return Step(group, "rows" if group.operation.is_nary else "elementwise", contiguous(start, shape), sources)

    def constant(self, operand: "Places") -> bool:
        """Whether an operand consists of constants alone."""
        return bool(self.is_constant[operand].all())

    def inner_stride(self, operand: "Places") -> int | None:
        """Return the stride along the terms of a sequence operand (0 for a single number), or None."""
        if operand.ndim == 1:
            return 0
        if operand.shape[1] == 1:
            return 1
        steps = self.numpy.diff(self.layout.place[operand], axis=1)
        return int(steps[0, 0]) if (steps == steps[0, 0]).all() else None

    def sort_terms(self, group: Group, operands: "list[Places]") -> "list[Places]":
        """Put the terms of sums, dots and maxima in the order of their places: their order changes nothing."""
        if group.operation.name in SYMMETRIC:
            for operand in operands:
                if not self.constant(operand) and self.inner_stride(operand) is None:
                    order = self.numpy.argsort(self.layout.place[operand[0]], kind="stable")
                    return [each[:, order] for each in operands]
        return operands

    def order(self, operands: "list[Places]", count: int) -> "Places":
        """Return the order of a group's members in which its main operand runs through its places."""
        numpy = self.numpy
        best: Places = numpy.arange(count)
        most = 0
        for operand in operands:
            places = self.layout.place[operand if operand.ndim == 1 else operand[:, 0]]
            distinct = 0 if self.constant(operand) else len(numpy.unique(places))
            if distinct > most:
                best, most = numpy.argsort(places, kind="stable"), distinct
        return best

    def source(
        self,
        operand: "Places",
        shape: tuple[int, ...],
        strides: tuple[int, ...] | None,
        inner: int | None,
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

    def matmul(self, group: Group) -> Step | None:
        """Return the step of dots that pair every left row with every right row, in blocks; None if they do not."""
        lefts, rights = cast("tuple[Rows, Rows]", tuple(group.operands))
        blocks = find_blocks(lefts.index, rights.index)
        if blocks is None:
            return None
        block_of, row_of, column_of, (count, rows, columns) = blocks
        rows_first = len(group.members) > 1 and row_of[0] == row_of[1]  # the order in which they were recorded
        keys = (column_of, row_of, block_of) if rows_first else (row_of, column_of, block_of)
        order = self.numpy.lexsort(keys)
        group.members = group.members[order]
        outer, inner = (rows, columns) if rows_first else (columns, rows)
        first, second = (lefts, rights) if rows_first else (rights, lefts)
        outer_rows = first.distinct[first.index[order].reshape(count, outer, inner)[:, :, 0]]
        inner_rows = second.distinct[second.index[order].reshape(count, outer, inner)[:, 0, :]]
        start = self.region(group)
        shape = (outer, inner) if count == 1 else (count, outer, inner)
        return Step(group, "matmul", contiguous(start, shape), [self.matrix(outer_rows), self.matrix(inner_rows)])

    def matrix(self, nodes: "Places") -> Source:
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


def parameters_by_use(trace: Trace, groups: list[Group]) -> list[int]:
    """Return the parameters in the order in which the groups first use them, so that a row lies in one piece."""
    seen: dict[int, None] = {}
    wanted = {node for node, leaf in enumerate(trace.leaves) if leaf is Leaf.PARAMETER}
    for group in sorted(groups, key=lambda group: -len(group.members)):  # large rows matter most
        for operand in group.operands:
            nodes = operand.distinct if isinstance(operand, Rows) else operand
            if len(seen) < len(wanted):
                seen.update(dict.fromkeys([node for node in nodes.reshape(-1).tolist() if node in wanted]))
    return [*seen, *[node for node in trace.parameters if node not in seen]]


def contiguous(start: int, shape: tuple[int, ...]) -> View:
    """Return the view of a region in one piece."""
    strides = [1] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * shape[axis + 1]
    return View(start, shape, tuple(strides))


def factor(operands: "Sequence[Places | None]", count: int) -> "tuple[tuple[int, ...], list[tuple[int, ...] | None]]":
    """Find axes along which the operands' places are affine.

    Args:
        operands: for each operand the places of its ``count`` members in order, or None to leave it out.
        count: the number of members.

    Returns:
        The lengths of the axes, and for each operand its strides along them; None where it does not fit.
    """
    kept: list[int] = []
    for position, places in enumerate(operands):
        if places is not None and _axes([cast("Places", operands[k]) for k in kept] + [places], count) is not None:
            kept.append(position)
    found = _axes([cast("Places", operands[k]) for k in kept], count)
    shape, strides = found if found is not None else ((count,), [])
    by_operand: list[tuple[int, ...] | None] = [None] * len(operands)
    for position, stride in zip(kept, strides, strict=True):
        by_operand[position] = stride
    return shape, by_operand


def _axes(operands: "list[Places]", count: int) -> "tuple[tuple[int, ...], list[tuple[int, ...]]] | None":
    """Return common axes of all operands, outermost first, or None if there are none."""
    import numpy

    lengths: list[int] = []
    strides: list[list[int]] = [[] for _ in operands]
    current = operands
    while count > 1:
        run = count
        for places in current:
            steps = numpy.diff(places)
            change = numpy.nonzero(steps != steps[0])[0]
            run = min(run, int(change[0]) + 1 if len(change) else count)
        length = next((n for n in range(run, 1, -1) if count % n == 0 and _repeats(current, n)), 1)
        if length == 1 or len(lengths) == MOST_AXES:
            return None
        lengths.append(length)
        for own, places in zip(strides, current, strict=True):
            own.append(int(places[1] - places[0]))
        current = [places[::length] for places in current]
        count //= length
    if not lengths:
        return (1,), [(0,) for _ in operands]
    return tuple(lengths[::-1]), [tuple(own[::-1]) for own in strides]


def _repeats(operands: "list[Places]", length: int) -> bool:
    """Whether every run of ``length`` places has the same constant step, in each operand."""
    import numpy

    for places in operands:
        rows = places.reshape(-1, length)
        step = rows[0, 1] - rows[0, 0]
        if not (rows - rows[:, :1] == numpy.arange(length) * step).all():
            return False
    return True


def fit(lengths: tuple[int, ...], strides: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the strides of the same numbers in another shape, or None if they do not fit it."""
    axes = list(zip(lengths, strides, strict=True))
    result: list[int] = []
    for wanted in reversed(shape):
        if wanted == 1:
            result.append(0)
            continue
        if not axes:
            return None
        length, stride = axes.pop()
        while length < wanted and axes and axes[-1][1] == stride * length:
            outer, _ = axes.pop()
            length *= outer
        if length % wanted:
            return None
        result.append(stride)
        if length > wanted:
            axes.append((length // wanted, stride * wanted))
    return tuple(result[::-1]) if not any(length > 1 for length, _ in axes) else None


def find_blocks(lefts: "Places", rights: "Places") -> "tuple[Places, Places, Places, tuple[int, int, int]] | None":
    """Split dots into equal blocks in which every left row meets every right row exactly once.

    Args:
        lefts: for each dot, which left row it has.
        rights: for each dot, which right row it has.

    Returns:
        For each dot its block, its row and its column in the block, and the numbers of blocks, rows and
        columns; None where the dots are not of that form, or no row is used twice.
    """
    import numpy

    left_of, right_of = by_first_use(lefts), by_first_use(rights)
    left_count, right_count, count = int(left_of.max()) + 1, int(right_of.max()) + 1, len(lefts)
    if count == 1 or count == left_count == right_count:
        return None  # each row is used once: nothing to share
    # Rows in one block meet the same columns, so the first column each row meets names its block.
    first_right = numpy.full(left_count, right_count)
    numpy.minimum.at(first_right, left_of, right_of)
    block_of = by_first_use(first_right[left_of])
    block_count = int(block_of.max()) + 1
    rows, columns = left_count // block_count, right_count // block_count
    if rows * columns * block_count != count or len(numpy.unique(left_of * right_count + right_of)) != count:
        return None
    row_in, column_in = numpy.empty_like(left_of), numpy.empty_like(right_of)
    for block in range(block_count):
        mine = block_of == block
        row_in[mine], column_in[mine] = by_first_use(left_of[mine]), by_first_use(right_of[mine])
        if row_in[mine].max() + 1 != rows or column_in[mine].max() + 1 != columns:
            return None
    return block_of, row_in, column_in, (block_count, rows, columns)


def by_first_use(labels: "Places") -> "Places":
    """Renumber labels in the order in which they first appear."""
    import numpy

    _, first, inverse = numpy.unique(labels, return_index=True, return_inverse=True)
    rank = numpy.empty(len(first), dtype=numpy.int64)
    rank[numpy.argsort(first)] = numpy.arange(len(first))
    return rank[inverse.reshape(-1)]
