"""What a Value is as a Python object: what it tells about itself, how it compares, what operations find in it.

What makes it differentiable is in :mod:`autograd.engine`.
"""

import sys
from collections.abc import Callable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, cast

from autograd.advice import OF_A_VALUE, UnknownNameError
from autograd.console import printed
from autograd.errors import ArgumentError, NumberError
from autograd.formulas.failure import failure
from autograd.formulas.operation import NO_VALUE, Operation
from autograd.modes import current_mode
from autograd.numbers import JUST_FLOATS, gradient_lost, number_from, number_needed
from autograd.numpy_functions import elementwise
from autograd.source import SourceLine


class Rule:
    """How all nodes of one kind were made, and how they pass their gradient on.

    Attributes:
        operation: the row of the formula table.
        pattern: what its operands are, a letter each: V a Value, L a literal, M a sequence that mixes both.
        pass_back: the closure of the local derivatives: it adds *gradient times local derivative* to the gradient of
            each parent of a node.
    """

    __slots__ = ("operation", "pass_back", "pattern")

    def __init__(self, operation: Operation, pattern: str, pass_back: Callable[[Any], None]) -> None:
        self.operation, self.pattern = operation, pattern
        self.pass_back = pass_back  # takes a Value, the class that is derived from the one below


class Scalar:
    """The manners of a Value. What makes it differentiable is in :mod:`autograd.engine`.

    ``==`` and ``hash`` are those of the object itself, so that Values can be kept in sets and dictionaries; the other
    comparisons are in :mod:`autograd.conditions`.
    """

    __slots__ = ()

    data: float
    """The number itself. It may be assigned; nodes already computed from it keep their own numbers."""
    grad: float
    """The gradient that ``backward`` left here: of its output with respect to this Value."""
    label: str
    """The name to show in pictures and messages; it may be assigned."""
    requires_grad: bool
    """Whether gradients are left here; see :mod:`autograd.frozen`."""
    _rule: Rule | None
    """How it was made; None for a leaf."""
    _left: Any  # a Value, a literal (always a float), a tuple of both, or None
    _right: Any  # the same for a second operand

    # --- what a node tells about itself ---------------------------------------------------------------

    @property
    def operation(self) -> Operation | None:
        """The row of the formula table that made this Value; None for a leaf."""
        return None if self._rule is None else self._rule.operation

    @property
    def op(self) -> str:
        """The symbol of the operation that made this Value, such as ``"*"``; empty for a leaf."""
        return "" if self._rule is None else self._rule.operation.symbol

    @property
    def operands(self) -> "tuple[Self | float | tuple[Self | float, ...], ...]":
        """The arguments of the operation as it was called, literals included, one entry per operand of its row."""
        if self._rule is None:
            return ()
        count = len(self._rule.operation.operands)
        return cast("tuple[Self, ...]", self._left if count > 2 else (self._left, self._right)[:count])

    @property
    def parents(self) -> tuple[Self, ...]:
        """The Values this one was computed from, in order; ``a * a`` lists ``a`` twice, literals are not listed."""
        left, right = self._left, self._right
        xs, ys = left if left.__class__ is tuple else (left,), right if right.__class__ is tuple else (right,)
        return tuple([item for item in (*xs, *ys) if item is not None and item.__class__ is not float])

    @property
    def source_line(self) -> SourceLine | None:
        """The source line that made this Value, where :func:`autograd.remember_source_lines` was on."""
        return self.__dict__.get("_source_line")

    def local_derivatives(self) -> tuple[float, ...]:
        """Return the derivative of this Value with respect to each of its ``parents``, in the same order.

        Raises:
            DomainError, DivisionByZeroError: one does not exist, as that of sqrt at 0.

        Example:
            >>> from autograd import Value
            >>> a, b = Value(2.0), Value(-3.0)
            >>> (a * b).local_derivatives()
            (-3.0, 2.0)
        """
        if self._rule is None:
            return ()
        operation = self._rule.operation
        derivatives: list[float] = []
        _, numbers = numbers_behind(operation, self.operands)
        for name, operand in zip(operation.operands, self.operands, strict=True):
            items = operand if isinstance(operand, tuple) else (operand,)
            if not any(isinstance(item, Scalar) for item in items):
                continue  # never with respect to a literal: that of x ** 3 by the 3 needs log(x)
            try:
                slope = operation.slope_on_floats(name)(*numbers, self.data)
            except NO_VALUE as error:
                raise self._failure(error) from None
            each = slope if isinstance(slope, list | tuple) else [slope] * len(items)
            if len(each) != len(items):
                raise ArgumentError(
                    f"The derivative of {operation.call} with respect to {name} is a list of {len(each)} numbers, for "
                    f"{len(items)} in {name}: write one formula for all, or [... for x in {name}]."
                )
            derivatives += [float(s) for s, item in zip(each, items, strict=True) if isinstance(item, Scalar)]
        return tuple(derivatives)

    def _failure(self, error: Exception) -> Exception:
        """Return the error for a local derivative of this node that does not exist."""
        return failure(error, cast("Operation", self.operation), self.operands, self.source_line, slope=True)

    _prev, _op = parents, op

    # --- what the engine does for it ------------------------------------------------------------------

    def zero_grad(self) -> None:
        """Set the gradient of this Value and of everything it depends on to zero."""
        for nodes in self._order():
            for node in nodes:
                node.grad = 0.0  # type: ignore[misc]  # the slot is declared in Value

    _order: Callable[..., tuple[list[Self], list[Self]]]
    """Returns the leaves and the other nodes that this depends on, parents first, without those in ``seen``."""
    _made_by: Callable[[Operation, str], Rule]
    """Returns the rule for an operation on such operands."""

    # --- printing, refusing ---------------------------------------------------------------------------

    def __bool__(self) -> bool:
        if current_mode().recorder is not None:
            raise number_needed()
        return self.data != 0.0

    def __float__(self) -> float:
        if current_mode().gradients:
            raise gradient_lost(self)
        return self.data  # within no_grad() there is no gradient to lose

    def __int__(self) -> int:
        return int(float(self))

    def __complex__(self) -> complex:
        return complex(float(self))

    def __round__(self, digits: int | None = None) -> float:
        return round(float(self), digits)

    __trunc__ = __int__

    def __index__(self) -> NoReturn:
        raise gradient_lost(self)

    def item(self) -> float:
        """Return the plain number, ``value.data``: it has no part in any gradient."""
        return self.data

    def _unknown_name(self, name: str) -> UnknownNameError:
        """Return the error for a name that a Value does not have."""
        return UnknownNameError(repr(type(self).__name__), name, type(self), OF_A_VALUE)

    if not TYPE_CHECKING and sys.version_info >= (3, 12):  # before, it slows down every attribute

        def __getattr__(self, name: str) -> NoReturn:
            raise self._unknown_name(name)

    @printed
    def __repr__(self) -> str:
        name = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{name})"

    def __format__(self, specification: str) -> str:
        return format(self.data, specification) if specification else repr(self)


def number_of(item: "Scalar | float") -> float:
    """Return the plain number that a Value or a number stands for."""
    return item.data if isinstance(item, Scalar) else item


# --- what an operation finds among its operands --------------------------------------------------------

S = TypeVar("S")
MOST_BITS = 1024
"""A whole number of fewer bits fits into a float."""


def numbers_behind(operation: Operation, operands: tuple[object, ...]) -> tuple[str, Sequence[object]]:
    """Return the pattern of operands, and the floats and sequences of floats that formulas take.

    The pattern has a letter for each: V a Value, L a literal, M a sequence that mixes both.

    Raises:
        NumberError: something among them has to be converted first, or is no number at all.
    """
    pattern = ""
    numbers: list[object] = []
    for operand in operands:
        if operand.__class__ is float:
            pattern += "L"
            numbers.append(operand)
        elif operand.__class__ is tuple and operation.is_nary:
            letter, elements = numbers_in(cast("tuple[Scalar, ...]", operand))
            if not JUST_FLOATS.issuperset(map(type, elements)):  # something else was assigned to data
                letter, elements = numbers_in(tuple(map(with_float, cast("tuple[Scalar, ...]", operand))))
            pattern += letter
            numbers.append(elements)
        elif isinstance(operand, Scalar):
            pattern += "V"
            numbers.append(with_float(operand).data)
        else:
            raise NumberError("neither a Value nor a float")
    return pattern, operation.with_position(numbers, operands)


def with_float(item: "S") -> "S":
    """Return a Value with the number that was assigned to its data made a float; anything else as it is."""
    if isinstance(item, Scalar) and item.data.__class__ is not float and isinstance(item.data, Real):
        try:
            item.data = float(item.data)
        except OverflowError:  # an integer or a fraction
            item.data = number_from(item.data)  # which says so
    return item


def numbers_in(items: "Sequence[Scalar | float]") -> tuple[str, Sequence[float]]:
    """Return the letter for one sequence, and its numbers."""
    if not items or (items[0].__class__ is float and JUST_FLOATS.issuperset(map(type, items))):
        return "L", cast("Sequence[float]", items)
    try:
        return "V", [item.data for item in items]  # type: ignore[union-attr]  # most are Values, all through
    except AttributeError:  # there are literals among them
        if not all(kind is float or issubclass(kind, Scalar) for kind in set(map(type, items))):
            raise NumberError("not every element is a Value or a float") from None
        return "M", [item.data if isinstance(item, Scalar) else item for item in items]


def as_operands(operation: Operation, operands: tuple[object, ...]) -> tuple[object, ...]:
    """Return operands with every number in them made a float."""
    pairs = zip(operands, operation.sequences, strict=True)
    converted = tuple([as_elements(cast("tuple[object, ...]", x)) if many else as_operand(x) for x, many in pairs])
    if converted[-1].__class__ is float or not operation.is_nary:  # a position, if it is one, is known already
        operation.with_position(converted, operands)
    return converted


def as_operand(item: object) -> "Scalar | float":
    """Return a Value as it is, and a number as a float."""
    is_operand = isinstance(item, Scalar) or (item.__class__ is float and item - item == 0.0)
    return cast("Scalar | float", item) if is_operand else number_from(item)


def as_elements(items: tuple[object, ...]) -> tuple[object, ...]:
    """Return a tuple of Values and floats; one that is that already is not copied."""
    if all(kind is float or issubclass(kind, Scalar) for kind in set(map(type, items))):
        return items
    return tuple(map(as_operand, items))


def mixed(operation: Operation, left: object, right: object) -> object:
    """Apply a binary operation where one side is neither a plain Value nor a float.

    Returns NotImplemented for types that may know better, such as a user's own matrix class.
    """
    other = right if isinstance(left, Scalar) else left
    if not isinstance(other, Scalar) and bool(getattr(other, "ndim", 0)):
        return elementwise(cast("Callable[..., object]", operation), left, right)
    try:
        operands = as_operand(left), as_operand(right)
    except NumberError:
        known = isinstance(other, str | bytes | list | tuple | dict | set | complex) or hasattr(other, "ndim")
        if other is None or known:
            raise
        return NotImplemented
    return cast("Callable[..., object]", operation)(*operands)


def remember_source_line(node: Scalar) -> None:
    """Keep the line of the user's program that made a node, if that is asked for."""
    if current_mode().source_lines:
        node.__dict__["_source_line"] = SourceLine.of_caller()
