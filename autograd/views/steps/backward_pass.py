"""The backward pass written down instead of carried out: every use of every node, and no gradient changed.

``Value.backward`` adds gradients up as fast as it can and keeps no record. The views need the record: what
came in, the local derivative, what was passed on, and what was there before. Nodes and uses are visited in
the same order, so the numbers agree to the last bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError
from autograd.gradients.nodes import Bundle
from autograd.graph import sort
from autograd.numbers import gradient_overflow

MOST_NODES = 100_000
"""A record of more nodes takes longer than ten seconds and a gigabyte, and nobody reads it."""


@dataclass(frozen=True, eq=False, repr=False)
class Deposit:
    """What one use of a parent adds to the parent's gradient: *incoming x local derivative*."""

    parent: Value
    operand: str
    """The operand of the operation that the parent stands for, such as ``x``; empty for the seed."""
    position: int | None
    """Where the parent stands in a sequence operand; None for an operand that is one number."""
    local: float
    """The local derivative."""
    incoming: float
    """The gradient that came in at the node."""
    amount: float
    """incoming x local, which is added to the parent's gradient."""
    before: float
    """The parent's gradient before."""
    after: float
    """The parent's gradient after: before + amount."""


class Visit(NamedTuple):
    """A node in the backward pass: its gradient is complete and is passed on."""

    node: Value
    incoming: float
    deposits: list[Deposit]


def uses_of(node: Value) -> Iterator[tuple[Value, str, int | None]]:
    """Yield each use of a parent with its operand and its position, in the order of the node's ``parents``."""
    for name, operand in zip(node.operation.operands if node.operation else (), node.operands, strict=True):
        if isinstance(operand, Value):
            yield operand, name, None
        elif isinstance(operand, tuple):
            yield from ((item, name, i) for i, item in enumerate(operand) if isinstance(item, Value))


class BackwardPass:
    """A backward pass from ``loss`` that writes to no gradient.

    Args:
        loss: the Value to start from.
        seed: its gradient.
        accumulate: whether leaves start from the gradients they have, as in ``backward()``, or from zero.
        strict: whether to raise what ``backward()`` raises where it cannot go on; otherwise a local
            derivative that does not exist counts as nan.

    Raises:
        ArgumentError: the graph has more than 100,000 nodes, or a compiled function in it returned several Values.
    """

    def __init__(self, loss: Value, seed: float = 1.0, *, accumulate: bool = False, strict: bool = True) -> None:
        self.leaves, self.interior = sort(loss)
        count = len(self.leaves) + len(self.interior)
        if count > MOST_NODES:
            raise ArgumentError(
                f"This graph has {count:,} nodes; views that look at every step of a backward pass take at most "
                f"{MOST_NODES:,}, because more would take minutes and gigabytes. Look at the loss of a single sample, "
                "or at a value further back; backward() itself has no limit."
            )
        for node in self.interior:
            if isinstance(node, Bundle):
                raise ArgumentError(
                    f"The compiled function {node.call.name!r} returned several Values at once, so what "
                    "happens inside it cannot be told apart. Look at the function before autograd.compile, or let "
                    "it return one Value."
                )
        self.strict = strict
        self.failures: dict[Value, AutogradError] = {}
        """Why local derivatives do not exist, by node, unless ``strict``."""
        self.start: dict[Value, float] = {leaf: leaf.grad if accumulate else 0.0 for leaf in self.leaves}
        before = self.start.get(loss, 0.0)
        self.seed = Visit(loss, seed, [Deposit(loss, "", None, 1.0, seed, seed, before, before + seed)])
        self.gradients = {**dict.fromkeys(self.interior, 0.0), **self.start, loss: before + seed}
        self.visits = list(self.walk())
        for leaf in self.leaves:
            if strict and self.interior and self.gradients[leaf] - self.gradients[leaf] != 0.0:
                raise gradient_overflow(leaf, self.gradients[leaf])

    def walk(self) -> Iterator[Visit]:
        gradients = self.gradients
        for node in reversed(self.interior):
            incoming, deposits = gradients[node], []
            slopes = node.operation.slopes if node.operation else {}
            for (parent, operand, position), slope in zip(uses_of(node), self.local_derivatives(node), strict=True):
                local = slope if parent.requires_grad else 0.0  # a frozen leaf is a constant
                # where nothing flows in, nothing is passed on; a row that states the derivative 0 adds nothing either
                amount = 0.0 if incoming == 0.0 or slopes.get(operand, "0") == "0" else incoming * local
                before = gradients[parent]
                gradients[parent] = after = before + amount
                deposits.append(Deposit(parent, operand, position, local, incoming, amount, before, after))
            yield Visit(node, incoming, deposits)

    def local_derivatives(self, node: Value) -> tuple[float, ...]:
        try:
            return node.local_derivatives()
        except AutogradError as error:
            if self.gradients[node] != 0.0:  # where nothing flows in, no derivative is asked for
                if self.strict:
                    raise
                self.failures[node] = error
            return (float("nan"),) * len(node.parents)
