"""One call of a compiled function, and the Values it returns: one big node each, as far as a graph can tell."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, cast

from autograd.errors import AutogradError
from autograd.modes import GENERATED, current_mode
from autograd.operation import Operation
from autograd.program.build import Program
from autograd.structure import unflatten
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.program.compiled import Compiled


class Result(Value):
    """A Value computed by a program; its parents are the parameters and the inputs given as Values."""

    __slots__ = ("call",)
    call: "Call"

    def backward(self, seed: float = 1.0) -> None:
        """Do as :meth:`autograd.Value.backward`, without sorting a graph of one node."""
        call = self.call
        if call.bundle is not None or not call.only_leaves:
            super().backward(seed)
            return
        self.grad = float(seed)
        call.pass_back(self.grad)

    def local_derivatives(self) -> tuple[float, ...]:
        """Return the derivative by each parent."""
        return tuple(self.call.gradients())


class PullBack:
    """The backward function of a node that a program computed."""

    pattern = "V"

    def __init__(self, call: "Call", position: int | None) -> None:
        self.call, self.position = call, position
        self.operation = program_operation(call.compiled.name)

    def __call__(self, node: Value) -> None:
        """Pass the gradient of ``node`` on to its parents."""
        if self.position is not None:
            self.call.seeds[self.position] += node.grad
        else:
            self.call.pass_back(node.grad)


class Bundle(Value):
    """Stands between a program's inputs and its several outputs, and collects the gradients of the outputs."""

    __slots__ = ("call",)
    call: "Call"

    @property
    def grad(self) -> float:
        """Always zero: the gradients are those of the outputs."""
        return 0.0

    @grad.setter
    def grad(self, grad: float) -> None:
        self.call.seeds = [0.0] * len(self.call.outputs)


@cache
def program_operation(name: str) -> Operation:
    """Return the operation that pictures show for a compiled function."""
    return Operation(name, ("xs",), f"{name}(xs)", {"xs": "slopes"}, {}, name, "", "", ())


class Call:
    """What one call of a compiled function computed, and what its backward pass needs."""

    def __init__(
        self,
        compiled: "Compiled",
        program: Program,
        chunks: "Sequence[Value | float | Sequence[float]]",
        arguments: Sequence[object],
        named: dict[str, object],
    ) -> None:
        self.compiled, self.program, self.arguments, self.named = compiled, program, arguments, named
        given = [chunk for chunk in chunks if isinstance(chunk, Value)]
        self.parents = (*program.parameters, *given)
        self.only_leaves = program.only_leaves and all(value._left is None for value in given)
        self.chunks = chunks
        self.bundle: Bundle | None = None
        self.seeds: list[float] = []
        self.outputs: list[float] = []
        self.known: Sequence[float] | None = None

    def result(self) -> object:
        """Run the program and return its outputs as Values in the structure that the function returned."""
        program = self.program
        self.leaves = program.gather(self.chunks)
        learning = bool(self.parents) and (not GENERATED["any_mode"] or current_mode().gradients)
        try:
            if learning and program.kind == "straight" and len(program.recording.outputs) == 1:
                self.outputs, self.known = program.both(self.leaves, (1.0,))
            else:
                self.outputs = program.forward(self.leaves)
        except (ArithmeticError, ValueError, IndexError):
            return self.compiled.function(*self.arguments, **self.named)  # the error of the operation itself
        return unflatten(program.recording.shape, iter(self.nodes(learning=learning)))

    def nodes(self, *, learning: bool) -> list[Value]:
        """Return the outputs as nodes."""
        if not learning:
            return [Value(number) for number in self.outputs]
        if len(self.outputs) == 1:
            return [self.node(Result, self.outputs[0], self.parents, None)]
        self.bundle = bundle = cast("Bundle", self.node(Bundle, 0.0, self.parents, None))
        return [self.node(Result, number, (bundle,), i) for i, number in enumerate(self.outputs)]

    def node(self, kind: type[Value], number: float, parents: tuple[Value, ...], position: int | None) -> Value:
        """Return one node."""
        node = kind.__new__(kind)
        cast("Result", node).call = self
        node.data, node.grad, node.label = number, 0.0, ""
        node._backward, node._left, node._right = PullBack(self, position), parents, None
        return node

    def gradients(self, seeds: Sequence[float] = (1.0,)) -> Sequence[float]:
        """Return the gradient by each parent."""
        if self.known is not None:
            return self.known if seeds == (1.0,) else [seeds[0] * slope for slope in self.known]
        return self.program.pull(self.leaves, seeds)

    def pass_back(self, incoming: float) -> None:
        """Add the gradient of every parent, for the gradients that the outputs received."""
        seeds: Sequence[float] = (incoming,) if self.bundle is None else self.seeds
        try:
            gradients = self.gradients(seeds)
        except (ArithmeticError, ValueError) as error:
            raise self.failure(seeds) from error
        numbers = cast("list[float]", gradients if isinstance(gradients, list) else gradients.tolist())  # type: ignore[attr-defined]
        total = sum(numbers)
        if total - total != 0.0:
            raise self.failure(seeds)
        for parent, gradient in zip(self.parents, numbers, strict=True):
            parent.grad += gradient

    def failure(self, seeds: Sequence[float]) -> AutogradError:
        """Return the error that the function itself meets in its backward pass."""
        from autograd.errors import NumberOverflowError

        grads = [parent.grad for parent in self.parents]
        outputs: list[object] = []
        try:
            from autograd.structure import flatten

            flatten(self.compiled.function(*self.arguments, **self.named), outputs)  # type: ignore[arg-type]
            total = sum(o * s for o, s in zip(outputs, seeds, strict=True) if isinstance(o, Value))
            cast("Value", total).backward()
        except AutogradError as error:
            return error
        finally:
            for parent, grad in zip(self.parents, grads, strict=True):
                parent.grad = grad
        return NumberOverflowError(f"A gradient of {self.compiled.name} is too large for a float.")
