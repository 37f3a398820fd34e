"""``checkpoint``: a function that is computed once more in the backward pass, rather than remembered."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import cast

from autograd.collecting import without_collecting
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.nodes import results
from autograd.gradients.reverse import pulled
from autograd.graph import Operand
from autograd.modes import current_mode, noting_leaves, switched, with_gradients
from autograd.scalar import number_of

Arguments = tuple[tuple[object, ...], dict[str, object]]
"""Those by position, and those by name."""


def checkpoint(f: Callable[..., object]) -> Callable[..., object]:
    """Return the same function, of whose graph nothing is kept but its results: the backward pass computes it anew.

    A chain of n steps then needs the memory of one step and of the results between them, for the price of a second
    forward pass. A program keeps what it needs as it is: inside :func:`autograd.compile` this changes nothing.

    Args:
        f: a function of Values, numbers, or structures of these, that returns such. It may use Values from outside.
            It must give the same numbers again, so it draws none at random.

    Raises:
        ArgumentError: in the backward pass, if it gave other numbers there.

    Source: Griewank & Walther, Evaluating Derivatives (2008), chapter 12; Chen et al., Training deep nets with
    sublinear memory cost (2016).

    Example:
        >>> from autograd import Value, checkpoint, sin
        >>> x = Value(0.5)
        >>> y = checkpoint(lambda x: sin(sin(sin(x))))(x)
        >>> len(y.parents)
        1
        >>> y.backward()
        >>> round(x.grad, 6)
        0.697266
    """

    @wraps(f)
    def function(*arguments: object, **named: object) -> object:
        mode = current_mode()
        if mode.recorder is not None or not mode.gradients:
            return f(*arguments, **named)
        call = Call(f, arguments, named)
        if not call.parents:
            return f(*arguments, **named)
        return unflatten(call.shape, iter(results(call, call.numbers, call.parents)))

    return function


class Call:
    """One call of a function that is computed again when its derivatives are asked for.

    Attributes:
        parents: the Values among its arguments, and then those from outside that it uses.
        numbers: what it gave, in the structure ``shape``.
    """

    def __init__(self, f: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]) -> None:
        self.f, self.name = f, getattr(f, "__name__", "function")
        self.given: list[Operand] = []
        self.arguments = flatten((arguments, named), self.given)
        own = [item for item in self.given if isinstance(item, Value)]
        with without_collecting(), noting_leaves() as made, switched(gradients=True):  # in a block, nodes are noted too
            inputs, outputs = self.computed(own)
        self.numbers, self.count = list(map(number_of, outputs)), len(outputs)
        self.parents = (*own, *from_outside(outputs, inputs, set(made)))

    def computed(self, own: Sequence[Value]) -> tuple[list[Value], list[Operand]]:
        """Return copies of the arguments, and the results computed from them."""
        copies = [+value for value in own]
        stream = iter(copies)
        items = [next(stream) if isinstance(item, Value) else item for item in self.given]
        outputs: list[Operand] = []
        with without_collecting(), with_gradients():
            arguments, named = cast("Arguments", unflatten(self.arguments, iter(items)))
            result = self.f(*arguments, **named)
            self.shape = flatten(result, outputs)
        return copies, outputs

    def pulled_numbers(self, seeds: Sequence[float]) -> Sequence[float]:
        return list(map(number_of, self.pulled(seeds)))

    def pulled(self, seeds: Sequence[Operand]) -> Sequence[Operand]:
        count = sum(isinstance(item, Value) for item in self.given)
        copies, outputs = self.computed(self.parents[:count])
        if list(map(number_of, outputs)) != self.numbers and current_mode().recorder is None:
            raise ArgumentError(
                f"The checkpointed function {self.name} gave other numbers when it was computed again. It must not "
                "depend on what changes in between: random numbers, or .data that is assigned."
            )
        pairs = [(out, seed) for out, seed in zip(outputs, seeds, strict=True) if isinstance(out, Value)]
        with with_gradients():
            return pulled([out for out, _ in pairs], [seed for _, seed in pairs], [*copies, *self.parents[count:]])


def from_outside(outputs: Sequence[Operand], inputs: Sequence[Value], made: set[object]) -> list[Value]:
    """Return the Values that results were computed from, beside the inputs, and that were there before."""
    found: list[Value] = []
    seen = set(inputs)
    stack: list[Value] = [item for item in reversed(outputs) if isinstance(item, Value)]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in made:
            stack += reversed(node.parents)
        else:
            found.append(node)
    return found
