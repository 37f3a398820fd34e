"""What a row of the formula table says of an operation: its name, value and local derivatives, and what follows."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, cast

from autograd.console import printed
from autograd.formulas.formula import formula

Probe = tuple["float | list[float]", ...]


class Convention(NamedTuple):
    """What is agreed upon where mathematics leaves it open."""

    says: str
    """In words, in which the operands are called by their names; a sequence is those elements that equal the result."""
    when: str = ""
    """The formula of whether it matters at given numbers, such as ``x == 0``; empty if it always does."""
    of: str = ""
    """The operand whose derivative it is about, if about one: it matters only if that is not a plain number."""


@dataclass(frozen=True, eq=False, repr=False)
class Row:
    """One row of the table: formulas in Python's notation, and what is known of the operation beside them."""

    name: str
    operands: tuple[str, ...]
    value: str
    """The formula of the result."""
    slopes: Mapping[str, str]
    """The formula of each local derivative, by operand; ``out`` in it is the result."""
    defaults: Mapping[str, float]
    """What an operand is when a call leaves it out."""
    symbol: str
    """What pictures show for the operation."""
    conventions: Sequence[Convention]
    """What holds at a kink or at the edge of the domain."""
    domain: str
    """Which operands are allowed, and what to write instead, for error messages."""
    probes: Sequence[Probe]
    """Points at which the operation is smooth, for the tests."""
    shown: str = ""
    """The value as a textbook writes it, for the views, where ``value`` is written for floats; otherwise empty."""
    shown_slopes: Mapping[str, str] = field(default_factory=dict)
    """The same of local derivatives, by operand, where ``slopes`` are written so that floats lose no digit."""
    functions: Mapping[str, object] = field(default_factory=dict)
    """Functions beyond the table that a user's own formulas call, by name."""
    commutative: bool = False
    """Whether the two operands, single numbers, may change places."""
    neutral: float | None = None
    """The number that, as either operand, leaves the other one as it is."""
    symmetric: bool = False
    """Whether the elements may be in any order, in all sequence operands alike."""
    sum_of: str = ""
    """The row whose results this row adds up: over its operands, or over the elements of its sequences. JAX and PyTorch
    add in an order of their own: in an export a partial sum beyond 1.8e308 may be infinite where the sum is not.
    """
    expansion: str = ""
    """The same written with other rows, for programs: several results then share what they have in common."""
    keeps_infinity: bool = False
    """Whether an operand that is not finite never gives a finite number: then nobody has to look for one before."""

    @cached_property
    def sequences(self) -> tuple[bool, ...]:
        """Whether each operand is a sequence of numbers."""
        return tuple(map(is_sequence, self.operands))

    @cached_property
    def is_nary(self) -> bool:
        """Whether any operand is a sequence of numbers."""
        return any(self.sequences)

    @cached_property
    def detached(self) -> bool:
        """Whether no gradient passes through the row."""
        return all(formula(slope).number == 0.0 for slope in self.slopes.values())

    @cached_property
    def choices(self) -> frozenset[str]:
        """The operands between which the row chooses without looking at them."""
        tree = formula(self.value).tree
        if not isinstance(tree, ast.IfExp):
            return frozenset()
        seen = {node.id for node in ast.walk(tree.test) if isinstance(node, ast.Name)}
        sides = {side.id for side in (tree.body, tree.orelse) if isinstance(side, ast.Name)}
        return frozenset(sides - seen)

    @cached_property
    def exponents(self) -> frozenset[str]:
        """The operands that stand as exponents; with a constant one such as 2 or 0.5, the row is another function."""
        powers = [node for node in ast.walk(formula(self.value).tree) if isinstance(node, ast.BinOp)]
        powers = [node for node in powers if isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Name)]
        return frozenset(cast("ast.Name", node.right).id for node in powers).intersection(self.operands)

    @property
    def convention(self) -> str:
        """All the conventions in words."""
        return "; ".join(each.says for each in self.conventions)

    def textbook(self, operand: str = "") -> str:
        """Return the formula of the value, or of the derivative with respect to ``operand``, as views show it."""
        if operand:
            return self.shown_slopes.get(operand) or self.slopes.get(operand, "0")
        return self.shown or self.value

    @property
    def call(self) -> str:
        """How a call of the operation reads: ``x * y`` for an operator, ``tanh(x)`` for a function."""
        name = f"{self.name}({', '.join(self.operands)})"
        return name if self.symbol.isidentifier() or self.symbol == "=" else self.value

    @printed
    def __repr__(self) -> str:
        slopes = "".join(f", d/d{operand} = {self.textbook(operand)}" for operand in self.slopes)
        return f"<operation {self.name}({', '.join(self.operands)}) = {self.textbook()}{slopes}>"


def is_sequence(operand: str) -> bool:
    """Whether an operand of this name is a sequence of numbers."""
    return operand.endswith("s")
