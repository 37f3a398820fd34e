"""``Value``: a number that remembers how it was made, and ``backward``, which applies the chain rule."""

from typing import TYPE_CHECKING, NoReturn, cast

from autograd import copying, eager
from autograd.errors import AutogradError, NumberError
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.graph import parents_of, sort
from autograd.modes import GENERATED, current_mode
from autograd.numbers import Number, compared, failure, gradient_overflow, number_from
from autograd.source import SourceLine


class Value:
    """A real number that remembers the operation and the parents it was computed from.

    Args:
        data: any finite real number (int, float, Fraction, Decimal, NumPy scalar), kept as a float.
        label: a name to show in pictures and messages.

    Raises:
        NumberError: ``data`` is not a real number (also a ``TypeError``).
        ArgumentError: ``data`` is nan or infinite (also a ``ValueError``).

    Arithmetic on Values builds a graph; :meth:`backward` walks it and fills in every ``grad``. Comparisons
    ``< <= > >=`` look at the data; ``==`` and ``hash`` are those of the object itself, so that Values can be
    kept in sets and dictionaries.

    Example:
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> loss = (a * b + 10) ** 2
        >>> loss.backward()
        >>> loss.data, a.grad, b.grad
        (16.0, -24.0, 16.0)
    """

    __slots__ = ("__dict__", "__weakref__", "_backward", "_left", "_right", "data", "grad", "label")
    __array_ufunc__ = None  # NumPy then leaves `array * value` to Value.__rmul__

    data: float
    """The number itself. It may be assigned; nodes already computed from it keep their own numbers."""
    grad: float
    """The gradient that :meth:`backward` left here: of its output with respect to this Value."""
    label: str
    """The name to show in pictures and messages; it may be assigned."""
    _backward: "eager.ChainRule | None"
    _left: object
    _right: object

    def __init__(self, data: Number, label: str = "") -> None:
        self.data = data if data.__class__ is float and data - data == 0.0 else number_from(data)
        self.grad = 0.0
        self.label = label
        self._backward = self._left = self._right = None

    # --- what a node knows --------------------------------------------------------------------------

    @property
    def op(self) -> str:
        """The symbol of the operation that made this Value, such as ``"*"``; empty for a leaf."""
        return "" if self._backward is None else self._backward.operation.symbol

    @property
    def operation(self) -> Operation | None:
        """The row of the formula table that made this Value; None for a leaf."""
        return None if self._backward is None else self._backward.operation

    @property
    def parents(self) -> "tuple[Value, ...]":
        """The Values this one was computed from, in order; ``a * a`` lists ``a`` twice, literals are not listed."""
        return parents_of(self)

    @property
    def operands(self) -> "tuple[Value | float | tuple[Value | float, ...], ...]":
        """The arguments of the operation as it was called, literals included, one entry per operand of its row."""
        if self._backward is None:
            return ()
        slots = (self._left, self._right)
        row = self._backward.operation
        return cast("tuple[Value, ...]", self._left if len(row.operands) > 2 else slots[: len(row.operands)])

    @property
    def source_line(self) -> SourceLine | None:
        """The source line that made this Value, where :func:`autograd.remember_source_lines` was on."""
        return self.__dict__.get("_source_line")

    _prev = parents
    _op = op

    def local_derivatives(self) -> tuple[float, ...]:
        """Return the derivative of this Value by each of its ``parents``, in the same order.

        Raises:
            DomainError, DivisionByZeroError: one does not exist, as that of sqrt at 0.

        Example:
            >>> a, b = Value(2.0), Value(-3.0)
            >>> (a * b).local_derivatives()
            (-3.0, 2.0)
        """
        if self._backward is None:
            return ()
        operation, numbers = self._backward.operation, numbers_of(self)
        derivatives: list[float] = []
        for name, operand in zip(operation.operands, self.operands, strict=True):
            items = operand if isinstance(operand, tuple) else (operand,)
            if not any(isinstance(item, Value) for item in items):
                continue  # never for a literal: that of x ** 3 by the 3 needs log(x)
            try:
                slope = eager.float_slope(operation, name)(*numbers, self.data)
            except (ValueError, ArithmeticError) as error:
                raise failure(error, operation, self.operands, self) from None
            each = slope if isinstance(slope, list | tuple) else [slope] * len(items)
            derivatives.extend(s for s, item in zip(each, items, strict=True) if isinstance(item, Value))
        return tuple(map(float, derivatives))

    # --- backward -----------------------------------------------------------------------------------

    def backward(self, seed: Number = 1.0) -> None:
        """Compute the gradient of this Value with respect to everything it depends on.

        Sorts the graph topologically and visits it from this Value towards the leaves, each node adding
        *incoming gradient x local derivative* to its parents (reverse-mode differentiation; Linnainmaa
        1970, Griewank & Walther 2008, chapter 3). Gradients of leaves accumulate over calls until they are
        zeroed, as in PyTorch; those of intermediate Values start from zero each time and stay readable.

        Args:
            seed: the gradient to start with, 1 for the derivative of this Value itself.

        Raises:
            DomainError, DivisionByZeroError: a local derivative does not exist, as that of sqrt at 0.
            NumberOverflowError: a gradient is too large for a float. Leaf gradients are then as before.

        Example:
            >>> x = Value(3.0)
            >>> y = x * x
            >>> y.backward()
            >>> y.backward()
            >>> x.grad
            12.0
        """
        start = number_from(seed)
        if self._backward is None:
            self.grad = number_from(self.grad + start)
            return
        leaves, interior = sort(self)
        before = [leaf.grad for leaf in leaves]
        for node in interior:
            node.grad = 0.0
        self.grad = start
        try:
            for node in reversed(interior):
                node._backward(node)  # type: ignore[misc]  # interior nodes have one
            for leaf in leaves:
                if leaf.grad - leaf.grad != 0.0:
                    raise gradient_overflow(leaf)
        except BaseException as error:  # also Ctrl-C: half of a gradient must not stay behind
            for leaf, grad in zip(leaves, before, strict=True):
                leaf.grad = grad
            if isinstance(error, AutogradError) or not isinstance(error, (ValueError, ArithmeticError, TypeError)):
                raise
            raise failure(error, cast("Operation", node.operation), node.operands, node) from None

    def zero_grad(self) -> None:
        """Set the gradient of this Value and of everything it depends on to zero."""
        for nodes in sort(self):
            for node in nodes:
                node.grad = 0.0

    def detach(self) -> "Value":
        """Return a leaf with the same data, through which no gradient flows."""
        if GENERATED["any_mode"]:
            recorder = current_mode().recorder
            if recorder is not None:
                return recorder.record(OPERATIONS["detach"], (self,))
        return Value(self.data, self.label)

    # --- behaving like a number ---------------------------------------------------------------------

    def __lt__(self, other: "Value | Number") -> bool:
        return self.data < compared(other)

    def __le__(self, other: "Value | Number") -> bool:
        return self.data <= compared(other)

    def __gt__(self, other: "Value | Number") -> bool:
        return self.data > compared(other)

    def __ge__(self, other: "Value | Number") -> bool:
        return self.data >= compared(other)

    def __bool__(self) -> bool:
        return self.data != compared(0.0)

    def __float__(self) -> NoReturn:
        raise NumberError(
            f"{self!r} was used where only a plain number fits, such as math.exp(value), which would lose its "
            "gradient. Use autograd.exp(value) and the like, or value.data for the plain number."
        )

    __int__ = __index__ = __complex__ = __float__

    def __repr__(self) -> str:
        name = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data!r}, grad={self.grad!r}{name})"

    def __format__(self, specification: str) -> str:
        return format(self.data, specification) if specification else repr(self)

    # --- copying and pickling, at any depth: see autograd.copying --------------------------------------

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        return copying.describe(self)

    def __copy__(self) -> "Value":
        return copying.shallow_copy(self)

    def __deepcopy__(self, memo: dict[int, object]) -> "Value":
        return copying.deep_copy(self, memo)

    if TYPE_CHECKING:  # written by autograd.eager from the formula table; ruff: these are declarations

        def __add__(self, other: "Value | Number") -> "Value": ...
        def __radd__(self, other: "Value | Number") -> "Value": ...
        def __sub__(self, other: "Value | Number") -> "Value": ...
        def __rsub__(self, other: "Value | Number") -> "Value": ...
        def __mul__(self, other: "Value | Number") -> "Value": ...
        def __rmul__(self, other: "Value | Number") -> "Value": ...
        def __truediv__(self, other: "Value | Number") -> "Value": ...
        def __rtruediv__(self, other: "Value | Number") -> "Value": ...
        def __pow__(self, other: "Value | Number") -> "Value": ...
        def __rpow__(self, other: "Value | Number") -> "Value": ...
        def __neg__(self) -> "Value": ...
        def __pos__(self) -> "Value": ...
        def __abs__(self) -> "Value": ...
        def exp(self) -> "Value": ...
        def log(self) -> "Value": ...
        def log1p(self) -> "Value": ...
        def expm1(self) -> "Value": ...
        def sqrt(self) -> "Value": ...
        def sin(self) -> "Value": ...
        def cos(self) -> "Value": ...
        def tan(self) -> "Value": ...
        def asin(self) -> "Value": ...
        def acos(self) -> "Value": ...
        def atan(self) -> "Value": ...
        def sinh(self) -> "Value": ...
        def cosh(self) -> "Value": ...
        def tanh(self) -> "Value": ...
        def erf(self) -> "Value": ...
        def erfc(self) -> "Value": ...
        def sign(self) -> "Value": ...
        def sigmoid(self) -> "Value": ...
        def relu(self) -> "Value": ...
        def gelu(self) -> "Value": ...
        def silu(self) -> "Value": ...
        def softplus(self) -> "Value": ...


# --- the numbers behind operands ----------------------------------------------------------------------


def numbers_of(node: Value) -> list[object]:
    """Return the operands of ``node`` as plain numbers and lists of numbers, ready for its formulas."""
    row = node.operation
    names = row.operands if row else ()
    return [kind_and_numbers(name, operand)[1] for name, operand in zip(names, node.operands, strict=True)]


def number_of(item: "Value | float") -> float:
    """Return the plain number that a Value or a number stands for."""
    return item.data if isinstance(item, Value) else item


def kind_and_numbers(name: str, operand: object) -> tuple[str, object]:
    """Return what an operand is (V a Value, L a literal, M a sequence mixing both) and its plain numbers."""
    if operand.__class__ is float:
        return "L", int(operand) if name == "index" else operand
    if operand.__class__ is not tuple:
        if not isinstance(operand, Value):
            raise NumberError("not a Value or a float")
        return "V", operand.data
    items = cast("tuple[Value, ...]", operand)
    if not items:
        return "L", items
    try:
        return "V", [item.data for item in items]
    except AttributeError:  # there are literals among them
        kinds = set(map(type, items))
        if kinds <= ONLY_FLOATS:
            return "L", items
        if not all(kind is float or issubclass(kind, Value) for kind in kinds):
            raise NumberError("not every element is a Value or a float") from None
        return "M", [item.data if isinstance(item, Value) else item for item in items]


ONLY_FLOATS = frozenset({float})
"""What is among the kinds of a sequence that holds nothing but literals."""
