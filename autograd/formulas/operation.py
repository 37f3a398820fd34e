"""``Operation``: a row of the formula table that can be called; and the table itself."""

import inspect
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, Protocol, TypeVar, cast, overload

from autograd.errors import ArgumentError, CallError, NumberError
from autograd.formulas.binding import bind
from autograd.formulas.failure import failure
from autograd.formulas.floats import FLOATS, float_tree, mean, position, total
from autograd.formulas.formula import formula
from autograd.formulas.row import Row
from autograd.formulas.summation import add_up
from autograd.numbers import number_from, shown

NOTHING = object()
"""Stands for an operand that is not given."""


class SupportsApply(Protocol):
    """What an operation can be applied to besides plain numbers: something that says itself what comes of it.

    This is how a call of a row reaches :class:`autograd.Value`, as a call of a NumPy function reaches a class with
    ``__array_function__``.
    """

    @property
    def _apply(self) -> "Callable[[Operation, tuple[object, ...]], SupportsApply]":
        """Returns an operation applied to operands of which at least one is of this class."""


V = TypeVar("V", bound=SupportsApply)


@dataclass(frozen=True, eq=False, repr=False)
class Operation(Row):
    """A row of the table that can be called. Calling it applies the operation to Values or plain numbers.

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

    lanes: "dict[type, Callable[..., SupportsApply]]" = field(default_factory=dict)
    """Quick ways to apply a row of one operand, by the class of the operand; that class adds its own."""
    pair_lanes: "dict[type, Callable[..., SupportsApply]]" = field(default_factory=dict)
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
            for x, many in zip(arguments, self.sequences, strict=True):
                if not (all(map(isfinite, x)) if many else isfinite(x)):
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
        """Return the local derivative with respect to an operand, over floats: of the operands and ``out``."""
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

    @cached_property
    def term(self) -> "Operation | None":
        """The row on single numbers whose results this row adds up, if it is a sum."""
        return OPERATIONS[self.sum_of] if self.sum_of else None

    @property
    def sums_products(self) -> bool:
        """Whether the row is a sum of products, so that many of them may be a product of matrices."""
        return self.term is not None and self.term.value == "x * y"

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
