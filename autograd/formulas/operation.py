"""What a row of the formula table is: an operation's name, value and local derivatives, ready to be called."""

import ast
import inspect
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from numbers import Real
from typing import Any, NamedTuple, Protocol, TypeVar, cast, overload

from autograd.console import printed
from autograd.errors import (
    ArgumentError,
    AutogradError,
    CallError,
    DivisionByZeroError,
    DomainError,
    NumberError,
    NumberOverflowError,
)
from autograd.formulas.binding import bind
from autograd.formulas.floats import FLOATS, float_tree, mean, position, total
from autograd.formulas.formula import formula
from autograd.formulas.summation import add_up
from autograd.numbers import named, number_from, plain_number, shown
from autograd.source import SourceLine

Probe = tuple["float | list[float]", ...]
NOTHING = object()
"""Stands for an operand that is not given."""


class Operand(Protocol):
    """What an operation can be applied to besides plain numbers: something that says itself what comes of it.

    This is how a call of a row reaches :class:`autograd.Value`, as a call of a NumPy function reaches a class with
    ``__array_function__``.
    """

    @property
    def _apply(self) -> "Callable[[Operation, tuple[object, ...]], Operand]":
        """Returns an operation applied to operands of which at least one is of this class."""


V = TypeVar("V", bound=Operand)


class Convention(NamedTuple):
    """What is agreed upon where mathematics leaves it open."""

    says: str
    """In words, in which the operands are called by their names; a sequence is those elements that equal the result."""
    when: str = ""
    """The formula of whether it matters at given numbers, such as ``x == 0``; empty if it always does."""
    of: str = ""
    """The operand whose derivative it is about, if about one: it matters only if that is not a plain number."""


@dataclass(frozen=True, eq=False, repr=False)
class Operation:
    """One row of the table. Calling it applies the operation to Values or plain numbers.

    With a Value among its operands the result is a Value; of plain numbers it is a float.

    Example:
        >>> from autograd import Value, tanh
        >>> tanh(0.0)
        0.0
        >>> tanh(Value(0.0))
        Value(data=0.0, grad=0.0)
        >>> tanh
        <operation tanh(x) = tanh(x), d/dx = 1 - out * out>
    """

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
    lanes: "dict[type, Callable[..., Operand]]" = field(default_factory=dict)
    """Quick ways to apply a row of one operand, by the class of the operand; that class adds its own."""
    pair_lanes: "dict[type, Callable[..., Operand]]" = field(default_factory=dict)
    """The same for a row of two operands, by the class of the first."""

    # --- calling --------------------------------------------------------------------------------------

    @overload
    def __call__(  # type: ignore[overload-overlap]  # floats only
        self, *operands: float | Sequence[float], **named: float
    ) -> float: ...
    @overload
    def __call__(self, *operands: V | float | Sequence[V | float], **named: V | float) -> V: ...
    def __call__(self, first: object = NOTHING, /, *others: object, **named: object) -> object:  # type: ignore[misc]  # calls with *operands fit, too
        """Apply the operation; operands may also be given by name."""
        if not named:
            if not others and (lane := self.lanes.get(first.__class__)) is not None:
                return lane(first)
            if len(others) == 1 and (lane := self.pair_lanes.get(first.__class__)) is not None:
                return lane(first, others[0])
        operands = () if first is NOTHING else (first, *others)
        if named or len(operands) != len(self.operands):
            operands = self.arranged(operands, named)
        return self.of_any(operands)

    def of_any(self, operands: tuple[Any, ...]) -> object:
        """Apply the operation to operands in the row's order: a Value among them, or a class of its kind, does it."""
        first = operands[0]
        if first.__class__ in SEQUENCES and first:
            first = first[0]
        apply = getattr(first, "_apply", None)
        if apply is not None:
            return apply(self, operands)
        if self.is_nary:
            operands = self.with_sequences(operands)
        for operand in operands:
            for kind in set(map(type, operand)) if isinstance(operand, tuple) else (operand.__class__,):
                if hasattr(kind, "_apply"):
                    return kind._apply(self, operands)
        return self.of_numbers(operands)

    def arranged(self, operands: tuple[object, ...], named: Mapping[str, object]) -> tuple[object, ...]:
        """Return the operands in the row's order, with defaults filled in and names resolved."""
        try:
            bound = self.__signature__.bind(*operands, **named)
        except TypeError as error:
            example = f" It takes a sequence: {self.name}([a, b])." if self.sequences == (True,) else ""
            raise CallError(f"{self.name}{self.__signature__}: {error}.{example}") from None
        bound.apply_defaults()
        return bound.args

    @property
    def __signature__(self) -> inspect.Signature:
        empty = inspect.Parameter.empty
        return inspect.Signature(
            [
                inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=self.defaults.get(name, empty))
                for name in self.operands
            ]
        )

    def with_sequences(self, operands: tuple[object, ...]) -> tuple[object, ...]:
        """Return the operands with every sequence as a tuple; a tuple is not copied."""
        made = []
        for operand, many in zip(operands, self.sequences):  # noqa: B905  # a call has checked their number
            items = tuple(operand) if operand.__class__ is list else operand
            made.append(self.items(items) if many and (items.__class__ is not tuple or not items) else items)
        operands = tuple(made)
        if self.sequences == (True, True):
            xs, ys = cast("tuple[tuple[object, ...], tuple[object, ...]]", operands)
            if len(xs) != len(ys):
                raise ArgumentError(
                    f"{self.name} takes two sequences of the same length; got {len(xs)} and {len(ys)} numbers."
                )
        return operands

    def items(self, sequence: object) -> tuple[object, ...]:
        """Return a sequence operand as a tuple."""
        if sequence.__class__ is not tuple:
            try:
                sequence = tuple(sequence)  # type: ignore[arg-type]  # what is not iterable is reported here
            except TypeError:
                raise NumberError(
                    f"{self.name} takes a sequence, such as {self.name}([a, b]); got {shown(sequence)}."
                ) from None
        if not sequence and self.name != "sum":
            raise ArgumentError(f"{self.name} of an empty sequence is not defined; give at least one number.")
        return cast("tuple[object, ...]", sequence)

    # --- over plain numbers ---------------------------------------------------------------------------

    def of_numbers(self, operands: tuple[object, ...]) -> float:
        """Return the finite value at plain numbers of any kind, and tuples of them."""
        numbers = [
            tuple(map(number_from, cast("tuple[object, ...]", item))) if item.__class__ is tuple else number_from(item)
            for item in operands
        ]
        return self.finite(self.with_position(numbers, operands), operands)

    def with_position(self, numbers: Sequence[object], operands: tuple[object, ...]) -> Sequence[object]:
        """Return the numbers behind operands with the index, if there is one, as a position.

        Raises:
            ArgumentError: it is no position; or it is a Value, but not for a choice among elements.
        """
        if self.operands[-1] != "index":
            return numbers
        *others, index = numbers
        if hasattr(operands[-1], "_apply") and not self.is_nary:
            raise ArgumentError(f"The index of {self.name} is a whole number, not a Value; got {shown(operands[-1])}.")
        count = len(cast("tuple[object, ...]", others[0])) if self.is_nary else math.inf
        return [*others, position(cast("float", index), count)]

    def finite(self, arguments: Sequence[Any], operands: tuple[object, ...]) -> float:
        """Return the finite value at floats and sequences of floats; ``operands`` are named if there is none."""
        try:
            if not all(isfinite(x) if isinstance(x, float | int) else all(map(isfinite, x)) for x in arguments):
                raise ValueError
            out = self.on_floats(*arguments)
            if out - out == 0.0:
                return float(out)
            raise OverflowError
        except NO_VALUE as error:
            raise failure(error, self, operands) from None

    @cached_property
    def on_floats(self) -> Callable[..., float]:
        """The value as a function of floats (and sequences of floats), without any check of the result."""
        known = PYTHON_FUNCTIONS.get(self.value)
        return known or cast("Callable[..., float]", self.bound(self.value, self.operands))

    def slope_on_floats(self, operand: str) -> Callable[..., Any]:  # a float, or one for each element
        """Return the local derivative by one operand as a function of the operands and ``out``, over floats."""
        if operand not in self._slopes_on_floats:
            function = self.bound(self.slopes.get(operand, "0"), (*self.operands, "out"))
            self._slopes_on_floats[operand] = function
        return self._slopes_on_floats[operand]

    @cached_property
    def _slopes_on_floats(self) -> dict[str, Callable[..., Any]]:
        return {}

    def bound(self, text: str, parameters: Sequence[str]) -> Callable[..., object]:
        """Return one of the row's formulas as a function of floats."""
        return bind(self.name, parameters, float_tree(text), self.meanings(text))

    def meanings(self, text: str) -> dict[str, object]:
        """Return what the names in one of the row's formulas mean over floats."""
        others = {
            name: OPERATIONS[name].on_floats
            for name in formula(text).names & (OPERATIONS.keys() - FLOATS.keys())
            if name != self.name or text != self.value
        }
        return {**FLOATS, **others, **self.functions}

    # --- what a row tells about itself ----------------------------------------------------------------

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
    def term(self) -> "Operation | None":
        """The row on single numbers whose results this row adds up, if it is a sum."""
        return OPERATIONS[self.sum_of] if self.sum_of else None

    @property
    def sums_products(self) -> bool:
        """Whether the row is a sum of products, so that many of them may be a product of matrices."""
        return self.term is not None and self.term.value == "x * y"

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

    def __reduce__(self) -> tuple[object, ...]:
        if OPERATIONS.get(self.name) is not self:
            raise ArgumentError(
                f"A Value that {self.name!r} computed cannot be pickled: this is a function that is one node of the "
                "graph (compiled, checkpointed, or with a gradient of its own), or an operation that has been defined "
                "again since. Pickle its number, value.data, or what you gave to the function."
            )
        return find, (self.name,)


PYTHON_FUNCTIONS: dict[str, Callable[..., float]] = {
    "x + y": operator.add,
    "x - y": operator.sub,
    "x * y": operator.mul,
    "x / y": operator.truediv,
    "x ** y": math.pow,
    "-x": operator.neg,
    "sum([x * y for x, y in zip(xs, ys)])": lambda xs, ys: add_up(map(operator.mul, xs, ys)),
    "sum(xs)": total,
    "sum(xs) / len(xs)": mean,
}
"""Formulas that Python has a function for: quicker than one of our own around an operator."""


def is_sequence(operand: str) -> bool:
    """Whether an operand of this name is a sequence of numbers."""
    return operand.endswith("s")


def failure(
    error: Exception,
    operation: Operation,
    operands: tuple[object, ...],
    at: SourceLine | None = None,
    *,
    slope: bool = False,
) -> AutogradError:
    """Return the error for an operation that has no finite value, or whose local derivative has none.

    Args:
        error: what Python raised; an ``OverflowError`` also when the result came out infinite.
        operation: the row of the table.
        operands: the Values, floats and tuples it was applied to.
        at: where the operation was carried out; by default the line of the user's program that is being executed.
        slope: whether its local derivative failed, rather than its value.
    """
    where = at if slope else SourceLine.of_caller()
    values = ", ".join(named(n, o) for n, o in zip(operation.operands, operands, strict=True))
    what = f"The derivative of {operation.call}" if slope else operation.call
    hint = f" Here {operation.domain}." if operation.domain else ""
    line = f" At {where}" if where else ""
    numbers = [plain_number(item) for slot in operands for item in (slot if isinstance(slot, tuple) else (slot,))]
    if isinstance(error, TypeError) or not all(isinstance(number, Real) for number in numbers):
        return NumberError(
            f"{what} met something that is not a number: {values}. Assign only numbers to .data and .grad; "
            f"to forget a gradient write value.grad = 0.0.{line}"
        )
    if not all(math.isfinite(cast("float", number)) for number in numbers):
        return ArgumentError(
            f"{what} met a number that is not finite: {values}. Check where it comes from: a nan usually marks "
            f"missing data, and for a very large number 1e300 will do.{line}"
        )
    if isinstance(error, ZeroDivisionError):
        return DivisionByZeroError(f"{what} divides by zero at {values}.{hint}{line}")
    if isinstance(error, OverflowError):
        hint += " Scale the operands down, or work with logarithms (log_softmax, logsumexp)."
        return NumberOverflowError(f"{what} is too large for a float at {values}.{hint}{line}")
    return DomainError(f"{what} is not defined at {values}.{hint}{line}")


SEQUENCES = frozenset({list, tuple})
NO_VALUE = (ValueError, ArithmeticError, TypeError)
"""What Python raises where an operation, or one of its derivatives, has no value."""
OPERATIONS: dict[str, Operation] = {}
"""The table, by name."""


def find(name: str) -> Operation:
    """Return the row called ``name``; pickled graphs name their operations this way."""
    try:
        return OPERATIONS[name]
    except KeyError:
        raise LookupError(
            f"There is no operation called {name!r}. If it is one of your own, define it with "
            "autograd.define_operation(...) before you load what uses it."
        ) from None
