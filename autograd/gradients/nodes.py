"""Nodes that stand for a whole function: its results collect their gradients, which pass back through it together."""

from collections.abc import Mapping, Sequence
from functools import cache
from keyword import iskeyword
from numbers import Real
from typing import Protocol, cast

from autograd import modes
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.formulas.operation import Operation
from autograd.graph import Operand
from autograd.scalar import Rule


class Whole(Protocol):
    """One call of a function that is a single node to the graph."""

    @property
    def name(self) -> str:
        """What pictures and messages call the function."""

    @property
    def count(self) -> int:
        """How many results it has."""

    def pulled_numbers(self, seeds: Sequence[float]) -> Sequence[float]:
        """Return the gradient of each parent, for these gradients of the results."""

    def pulled(self, seeds: Sequence[Operand]) -> Sequence[Operand]:
        """Return the same as Values that can be differentiated again."""


class PullBack(Rule):
    """How such a node passes its gradient on: through the function."""

    __slots__ = ("call", "position")

    def __init__(self, call: Whole, position: int) -> None:
        self.operation, self.pattern = operation_called(call.name), "V"
        self.call, self.position = call, position

    def pass_back(self, node: Value) -> None:
        if isinstance(node, Bundle):
            seeds: Sequence[float] = [node.seeds.get(i, 0.0) for i in range(self.call.count)]
        elif cast("Output", node).bundle is None:
            seeds = (node.grad,)
        else:
            collected = cast("Bundle", node._left[0]).seeds
            collected[self.position] = collected.get(self.position, 0.0) + node.grad
            return
        for parent, slope in zip(node._left, self.call.pulled_numbers(seeds), strict=True):
            parent.grad += slope


class OfFunction(Value):
    """A node that passes its gradient back through a function."""

    __slots__ = ()

    @property
    def call(self) -> Whole:
        return cast("PullBack", self._rule).call

    def _failure(self, error: Exception) -> Exception:
        """Return the error for a backward pass that failed: a mistake in it as it is, no value with its reason."""
        if isinstance(error, TypeError) and all(isinstance(parent.grad, Real) for parent in self.parents):
            return error
        instead = super()._failure(error)
        instead.add_note(f"{self.call.name} raised {type(error).__name__}: {error}")
        return instead


class Output(OfFunction):
    """A result of the function; its parents are those of the function, or the bundle of several results."""

    __slots__ = ()

    @property
    def position(self) -> int:
        """Which of the results it is."""
        return cast("PullBack", self._rule).position

    @property
    def bundle(self) -> "Bundle | None":
        """What collects the gradients of several results."""
        first = self._left[0] if self._left else None
        return first if isinstance(first, Bundle) else None

    @property
    def origins(self) -> tuple[Value, ...]:
        """What the function was called with, and what it reads beside that."""
        return self.parents if self.bundle is None else self.bundle.parents

    def slopes(self) -> Sequence[Operand]:
        """Return the derivative with respect to each of ``origins``, as Values."""
        return self.call.pulled([float(i == self.position) for i in range(self.call.count)])

    def local_derivatives(self) -> tuple[float, ...]:
        return tuple(self.call.pulled_numbers((1.0,))) if self.bundle is None else (1.0,)


class Bundle(OfFunction):
    """Stands between what a function was called with and its several results, and collects their gradients."""

    __slots__ = ("seeds",)
    seeds: dict[int, float]
    """The gradients of the results in the pass that is going on, by position."""

    @property
    def grad(self) -> float:  # setting it, at the start of each pass, clears what it collected
        """Whether anything has flowed in: 1 or 0. The gradients are those of the results."""
        return float(any(self.seeds.values()))

    @grad.setter
    def grad(self, grad: float) -> None:
        self.seeds = {}

    def pulled(self, seeds: Mapping[int, Operand]) -> Sequence[Operand]:
        """Return what flows to each parent for these gradients of the results, by position, as Values."""
        if not seeds:
            return [0.0] * len(self._left)
        return self.call.pulled([seeds.get(i, 0.0) for i in range(self.call.count)])

    def local_derivatives(self) -> tuple[float, ...]:
        """Raise an ArgumentError: what stands for several numbers has no derivative."""
        raise ArgumentError(
            f"This node stands for all the results of {self.call.name!r}, so it has no derivative of its own. "
            "Ask for the gradient of one result: autograd.gradient(result, inputs)."
        )


def results(
    call: Whole, numbers: Sequence[float], parents: tuple[Value, ...], kind: type[Output] = Output
) -> list[Value]:
    """Return the results of a call as nodes."""
    if len(numbers) == 1:
        return [node(kind, call, numbers[0], parents, 0)]
    bundle = cast("Bundle", node(Bundle, call, 0.0, parents, 0))
    return [node(kind, call, number, (bundle,), i) for i, number in enumerate(numbers)]


def node(kind: type[Value], call: Whole, number: float, parents: tuple[Value, ...], position: int) -> Value:
    """Make one node without computing anything."""
    made = kind.__new__(kind)
    made._rule, made._left, made._right = PullBack(call, position), parents, None
    made.data, made.grad, made.label = number, 0.0, ""
    if modes.leaves_noted:
        modes.note_leaf(made)
    return made


@cache
def operation_called(name: str) -> Operation:
    """Return the operation that pictures show for a function; a lambda, whose name is no word, is called a function."""
    name = name if name.isidentifier() and not iskeyword(name) else "function"
    return Operation(name, ("xs",), f"{name}(xs)", {"xs": "slopes"}, {}, name, (), "", ())
