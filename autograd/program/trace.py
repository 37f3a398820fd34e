"""``Trace``: a recorded computation in plain integers, from which all programs are made.

Numbers count from zero: first the leaves (constants, parameters, inputs, drawn numbers), then the operations,
each after its operands. :mod:`~autograd.program.tracing` gives them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from autograd.engine import Value
from autograd.formulas.operation import Operation
from autograd.program.expansion import Argument
from autograd.program.record import Recorded


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
        operands: its operands, by number; -1 stands for the first of the ``sequences``, -2 for the second.
        sequences: the sequence operands: each different one once, as numbers of nodes.
        recorded: what each operation was recorded as, or what it was written out from.
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
    operands: list[tuple[int, ...]] = field(default_factory=list)
    sequences: list[tuple[int, ...]] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
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
        """Return the operands of a node, a sequence as a tuple."""
        position = node - len(self.leaves)
        operands = self.operands[position] if position >= 0 else ()
        return tuple([item if item >= 0 else self.sequences[~item] for item in operands])

    def values_of(self, parameters: Iterable[int]) -> list[Value]:
        """Return the Values that some of the parameters stand for."""
        value_of = dict(zip(self.parameters, self.parameter_values, strict=True))
        return [value_of[node] for node in parameters]

    def __len__(self) -> int:
        return len(self.leaves) + len(self.operations)


def flat(arguments: Iterable[Argument]) -> Iterable[int]:
    """Yield every node number in a list of operands."""
    for argument in arguments:
        if isinstance(argument, tuple):
            yield from argument
        else:
            yield argument
