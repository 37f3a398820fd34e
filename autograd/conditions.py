"""How Values compare: with an answer, or, where a function is compiled or looked at, with a condition in its graph."""

from typing import cast

from autograd import more_ops
from autograd.errors import NumberError
from autograd.formulas.operation import Operation
from autograd.modes import current_mode
from autograd.numbers import Number, number_from
from autograd.ops import maximum, minimum
from autograd.scalar import Scalar, mixed

CONDITIONS = {more_ops.greater, more_ops.greater_equal}
"""The rows whose result is 1 where something holds and 0 elsewhere."""


class Comparable(Scalar):
    """What a Value answers to ``< <= > >=``, which compare the data.

    While a function is compiled nobody knows the data: a comparison is a Value then, 1 where it holds and 0 elsewhere,
    for ``where``; ``&`` and ``|`` join two of them; ``if``, ``and`` and ``or`` say that they cannot decide. Views that
    run a function keep its comparisons in the same way, so that ``where`` follows them; there ``if`` can decide.

    Example:
        >>> import autograd
        >>> inside = autograd.compile(lambda x: autograd.where((x > -1) & (x < 1), x * x, 1.0))
        >>> inside(0.5).data, inside(3.0).data
        (0.25, 1.0)
    """

    __slots__ = ()

    def __lt__(self, other: "Scalar | Number") -> bool:
        return self.data < compared(other) if is_known() else condition(more_ops.greater, other, self)

    def __le__(self, other: "Scalar | Number") -> bool:
        return self.data <= compared(other) if is_known() else condition(more_ops.greater_equal, other, self)

    def __gt__(self, other: "Scalar | Number") -> bool:
        return self.data > compared(other) if is_known() else condition(more_ops.greater, self, other)

    def __ge__(self, other: "Scalar | Number") -> bool:
        return self.data >= compared(other) if is_known() else condition(more_ops.greater_equal, self, other)

    def __and__(self, other: object) -> bool:
        return joined(minimum, self, other, "&")

    def __or__(self, other: object) -> bool:
        return joined(maximum, self, other, "|")

    def __invert__(self) -> bool:
        raise NumberError(
            "~ has no meaning here: Python makes -1 of ~False, which where() takes for false. Write the opposite "
            "comparison, x <= 0 for ~(x > 0), or swap the results: where(condition, b, a) for where(~condition, a, b)."
        )

    def __xor__(self, other: object) -> bool:
        raise NumberError(
            "^ has no meaning here. Conditions combine with & and |, and for one or the other but not both write "
            "where(first, where(second, b, a), where(second, a, b)). A power is x ** 2."
        )

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__


def is_known() -> bool:
    """Whether a comparison is answered at once, since nobody compiles a function here or looks at its graph."""
    mode = current_mode()
    return mode.recorder is None and not mode.keeps_comparisons


def compared(other: object) -> float:
    """Return the number that stands on the other side of a comparison; an array compares each of its elements."""
    data = other.data if isinstance(other, Scalar) else other
    is_array = bool(getattr(data, "ndim", False))
    return cast("float", data) if data.__class__ is float or is_array else number_from(data)


def condition(row: Operation, left: object, right: object) -> bool:
    """Return a Value that is 1 where a comparison holds: what Python calls a bool, as long as nobody asks for it."""
    return cast("bool", mixed(row, left, right))


def joined(row: Operation, left: Scalar, right: object, sign: str) -> bool:
    """Return the condition that two conditions make.

    Raises:
        NumberError: one of them is a number.
    """
    if not all(isinstance(item, bool) or getattr(item, "operation", None) in CONDITIONS for item in (left, right)):
        raise NumberError(
            f"{sign} joins comparisons, as in where((x > 0) {sign} (y > 0), x, y), in a function that is compiled; got "
            f"{left!r} {sign} {right!r}. A comparison with {sign} beside it stands in parentheses."
        )
    return condition(more_ops.greater, mixed(row, left, right), 0.0)
