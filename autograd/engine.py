"""The engine: the chain rule, the topological sort, ``Value`` and ``backward``. Read this and :mod:`autograd.ops`.

A Value remembers how it was made: by which row of the formula table, from which parents. ``backward`` visits the graph
from the result to the leaves; every node adds *its gradient times the local derivative* to that of each parent.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, cast

from autograd import modes, ops
from autograd.copying import Copyable
from autograd.errors import AutogradError, NumberError
from autograd.formulas.formula import formula
from autograd.formulas.operation import NO_VALUE, OPERATIONS, Operation
from autograd.numbers import Number, gradient_overflow, number_from
from autograd.scalar import MOST_BITS, Rule, as_operands, mixed, numbers_behind, remember_source_line

new = object.__new__

# --- the chain rule -----------------------------------------------------------------------------------------


def chain_rule(node: "Value") -> None:
    """Add to the gradient of each parent the gradient of the node times the local derivative: all there is to it."""
    for parent, slope in zip(node.parents, node.local_derivatives(), strict=True):
        parent.grad += node.grad * slope


@cache
def rule(operation: Operation, pattern: str) -> Rule:
    """Return the rule of an operation on such operands: ``chain_rule``, or a closure that needs no list for it."""
    slopes = [formula(operation.slopes.get(name, "0")) for name in operation.operands]
    left, right = pattern[0] == "V", pattern[1:] == "V"  # which operands are Values
    by_left, by_right = [*(slope.number for slope in slopes), 0.0][:2]
    by_x, by_y = [operation.slope_on_floats(name) for name in (*operation.operands, "")][:2]

    def numbers(node: "Value") -> None:  # as in x + y
        if left and by_left:
            node._left.grad += node.grad * by_left
        if right and by_right:
            node._right.grad += node.grad * by_right

    def each_other(node: "Value") -> None:  # as in x * y
        x, y = node._left, node._right
        if left:
            x.grad += node.grad * (y.data if right else y)
        if right:
            y.grad += node.grad * (x.data if left else x)

    def each_others_elements(node: "Value") -> None:  # as in dot(xs, ys)
        incoming, xs, ys = node.grad, node._left, node._right
        if left and right:
            for x, y in zip(xs, ys):  # noqa: B905  # they are of one length, and strict= takes as long as two of them
                x.grad += incoming * y.data
            for x, y in zip(xs, ys):  # noqa: B905  # the same
                y.grad += incoming * x.data
        else:
            for parent, slope in zip(*((xs, ys) if left else (ys, xs)), strict=True):
                parent.grad += incoming * slope

    def one_formula(node: "Value") -> None:  # as in tanh(x)
        node._left.grad += node.grad * by_x(node._left.data, node.data)

    def two_formulas(node: "Value") -> None:  # as in x / y
        x, y = node._left, node._right
        known = x.data if left else x, y.data if right else y, node.data
        if left:
            x.grad += node.grad * by_x(*known)
        if right:
            y.grad += node.grad * by_y(*known)

    are_each_other = len(slopes) == 2 and (slopes[1].name, slopes[0].name) == operation.operands
    if "M" in pattern or len(pattern) > 2 or (operation.is_nary and not are_each_other):
        return Rule(operation, pattern, chain_rule)
    if are_each_other:
        return Rule(operation, pattern, each_others_elements if operation.is_nary else each_other)
    from_formulas = one_formula if len(pattern) == 1 else two_formulas
    return Rule(operation, pattern, from_formulas if None in (by_left, by_right) else numbers)


# --- the order of the nodes --------------------------------------------------------------------------------


def sort(*outputs: "Value", seen: "set[Value] | None" = None) -> "tuple[list[Value], list[Value]]":
    """Return all leaves and all other nodes that ``outputs`` depend on, parents always before children.

    The order is that of a depth-first walk from left to right, without recursion, so graphs may be of any depth.
    Nodes in ``seen`` are left out, with everything below them; those that are listed are added to it.
    """
    leaves: list[Value] = []  # list[Value]() would cost as much as ten nodes
    interior: list[Value] = []
    stack: list[Any] = []
    seen = set() if seen is None else seen
    push_unseen(outputs, stack, seen)
    push, see, all_seen = stack.append, seen.add, seen.issuperset
    while stack:
        node = stack.pop()
        if node is not None:  # everything below it has been listed
            interior.append(node)
            continue
        node = stack.pop()  # the one under a None is still to be looked at
        while node not in seen:  # goes down the left side without a detour over the stack
            see(node)
            left, right = node._left, node._right
            if left is None:
                leaves.append(node)
                break
            push(node)
            if right.__class__ is tuple:
                if not all_seen(right):
                    push_unseen(right, stack, seen)
            elif right is not None and right.__class__ is not float and right not in seen:
                push(right)
                push(None)
            node = left
            if left.__class__ is tuple:
                if not all_seen(left):
                    push_unseen(left, stack, seen)
                break
            if left.__class__ is float:
                break
    return leaves, interior


def push_unseen(operands: "tuple[Value | float, ...]", stack: list[Any], seen: "set[Value]") -> None:
    """Leave operands that have not been seen on the stack of ``sort``, the first on top."""
    for item in reversed(operands):
        if item.__class__ is not float and item not in seen:
            stack += item, None


# --- making nodes -------------------------------------------------------------------------------------------


def unary(operation: Operation) -> "Callable[[Value], Value]":
    """Return the method of ``Value`` that applies an operation on one number."""
    compute, made_by = operation.on_floats, rule(operation, "V")

    def method(self: "Value") -> "Value":
        if modes.blocks_open:
            return apply(operation, (self,))
        try:
            out = compute(x := self.data)
            if out.__class__ is not float or x.__class__ is not float or x - x != out - out:
                raise ValueError
        except NO_VALUE:  # there is no finite value, or something else than a finite float was assigned to data
            return carry_out(operation, (self,))
        node = new(Value)
        node.data, node.grad, node.label = out, 0.0, ""
        node._rule, node._left, node._right = made_by, self, None
        return node

    return method


def binary(
    operation: Operation, *, reflected: bool = False, otherwise: Callable[..., object] = mixed
) -> "Callable[[Value, Value | Number], Value]":
    """Return the method of ``Value`` that carries out an operator, or its reflection for a number on the left."""
    compute, of_values = operation.on_floats, rule(operation, "VV")
    with_literal, hides = rule(operation, "LV" if reflected else "VL"), not operation.keeps_infinity

    def method(self: "Value", other: "Value | Number") -> "Value":
        if other.__class__ is Value:
            number, made_by = other.data, of_values
        elif other.__class__ is float:
            number, made_by = other, with_literal
        elif other.__class__ is int and other.bit_length() < MOST_BITS:
            number, made_by = (other := float(other)), with_literal
        else:
            return cast("Value", otherwise(operation, *((other, self) if reflected else (self, other))))
        if modes.blocks_open:
            return apply(operation, (other, self) if reflected else (self, other))
        try:
            out = compute(number, self.data) if reflected else compute(self.data, number)
            if out.__class__ is not float or out - out != 0.0 or (hides and self.data - self.data != number - number):
                raise ValueError
        except NO_VALUE:
            return carry_out(operation, (other, self) if reflected else (self, other))
        node = new(Value)
        node.data, node.grad, node.label = out, 0.0, ""
        if reflected:
            node._rule, node._left, node._right = made_by, other, self
        else:
            node._rule, node._left, node._right = made_by, self, other
        return node

    return method


def apply(operation: Operation, operands: tuple[object, ...]) -> "Value":
    """Return the Value of an operation applied to Values, numbers, and sequences of both: what calling a row does."""
    if not modes.blocks_open and (function := Value._quick(operation)) is not None:
        try:
            return function(*operands)
        except (AttributeError, LookupError, *NO_VALUE):
            pass  # something has to be looked at more closely
    if operation.is_nary:
        operands = operation.with_sequences(operands)
    if (recorder := modes.current_mode().recorder) is not None:
        return cast("Value", recorder.record(operation, as_operands(operation, operands)))
    return carry_out(operation, operands)


def carry_out(operation: Operation, operands: tuple[object, ...]) -> "Value":
    """Return the Value of an operation, even while something is being recorded."""
    try:
        pattern, numbers = numbers_behind(operation, operands)
        node = Value(operation.finite(numbers, operands))
    except NumberError:  # something has to be converted first, or is no number at all
        operands = as_operands(operation, operands)
        pattern, numbers = numbers_behind(operation, operands)
        node = Value(operation.finite(numbers, operands))
    if modes.current_mode().gradients:
        node._rule = rule(operation, pattern)
        node._left, node._right = (operands, None) if len(operands) > 2 else (*operands, None)[:2]
        remember_source_line(node)
    return node


class Value(Copyable):
    """A real number that remembers the operation and the parents it was computed from.

    Args:
        data: any finite real number (int, float, Fraction, Decimal, NumPy scalar), kept as a float.
        label: a name to show in pictures and messages.

    Raises:
        NumberError, ArgumentError: ``data`` is not a real number, or not finite (also ``TypeError``, ``ValueError``).

    Example:
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> loss = (a * b + 10) ** 2
        >>> loss.backward()
        >>> loss.data, a.grad, b.grad
        (16.0, -24.0, 16.0)
    """

    # Two slots for the operands, because one tuple less per node is much less work for Python's garbage collector.
    __slots__ = ("__dict__", "__weakref__", "_left", "_right", "_rule", "data", "grad", "label")

    def __init__(self, data: Number, label: str = "") -> None:
        self.data = data if data.__class__ is float and data - data == 0.0 else number_from(data)
        self.grad, self.label = 0.0, label
        self._rule = None  # how it was made: by no operation,
        self._left = self._right = None  # from no operands; else each is a Value, a float, or a tuple of both
        if modes.leaves_noted:
            modes.note_leaf(self)

    __add__, __radd__ = binary(ops.add), binary(ops.add, reflected=True)
    __sub__, __rsub__ = binary(ops.sub), binary(ops.sub, reflected=True)
    __mul__, __rmul__ = binary(ops.mul), binary(ops.mul, reflected=True)
    __truediv__, __rtruediv__ = binary(ops.div), binary(ops.div, reflected=True)
    __pow__, __rpow__ = binary(ops.pow), binary(ops.pow, reflected=True)
    __neg__, __abs__, __pos__ = unary(ops.neg), unary(ops.abs), unary(OPERATIONS["identity"])
    _quick: ClassVar[Callable[[Operation], "Callable[..., Value] | None"]]  # what autograd.lanes knows
    _apply, _order, _made_by = staticmethod(apply), sort, staticmethod(rule)

    def _backward(self) -> None:
        """Pass the gradient of this node on to its parents: the one step that ``backward`` repeats."""
        try:
            if self._rule is not None and self.grad:
                self._rule.pass_back(self)
        except NO_VALUE as error:
            raise self._failure(error) from None

    def backward(self, seed: Number = 1.0) -> None:
        """Compute the gradient of this Value with respect to everything it depends on.

        Gradients of leaves accumulate over calls until they are zeroed, as in PyTorch; those of intermediate Values
        start from zero (reverse-mode differentiation: Linnainmaa 1970; Griewank & Walther 2008, chapter 3).

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
        if self._rule is None:
            self.grad = number_from(number_from(self.grad) + start)
            return
        leaves, interior = sort(self)
        before = [leaf.grad for leaf in leaves]
        for node in interior:
            node.grad = 0.0
        self.grad = start
        try:
            for node in reversed(interior):
                if node.grad:  # where nothing flows in, nothing is passed on: no infinite slope is multiplied by 0
                    node._rule.pass_back(node)  # type: ignore[union-attr]  # interior nodes have one
            for leaf in leaves:
                if leaf.grad - leaf.grad != 0.0:
                    raise gradient_overflow(leaf, leaf.grad)
        except BaseException as error:  # also Ctrl-C: half of a gradient must not stay behind
            for leaf, grad in zip(leaves, before, strict=True):
                leaf.grad = grad
            if isinstance(error, AutogradError) or not isinstance(error, NO_VALUE):
                raise
            raise node._failure(error) from None

    def detach(self) -> "Value":
        """Return a leaf with the same data, through which no gradient flows."""
        if (recorder := modes.current_mode().recorder) is not None:
            return cast("Value", recorder.record(OPERATIONS["detach"], (self,)))
        return Value(self.data, self.label)
