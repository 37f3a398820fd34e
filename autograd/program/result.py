"""One call of a compiled function, and the Values it returns: one big node each, as far as a graph can tell."""

import math
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, cast

from autograd.engine import Value
from autograd.errors import AutogradError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.contract import Derivative
from autograd.gradients.nodes import Output, results
from autograd.gradients.plain import numbers_for_values
from autograd.gradients.reverse import as_values, pulled
from autograd.gradients.structures import Shape
from autograd.gradients.supplies import InBulk
from autograd.gradients.taking_apart import Numbers
from autograd.graph import Operand
from autograd.modes import current_mode, switched, with_gradients
from autograd.numbers import gradient_overflow, number_from
from autograd.program.build import Program
from autograd.program.programs import Programs
from autograd.program.reapply import reapply
from autograd.program.record import call
from autograd.scalar import number_of

if TYPE_CHECKING:
    from autograd.program.array_program import Array

NO_NUMBER = (ArithmeticError, ValueError, TypeError, IndexError)
"""What a program raises where it meets a number that is not finite, or none at all."""
HARMLESS = 1e290
"""A gradient smaller than this can be added to any float without leaving the range of floats."""


class Result(Output):
    """A Value computed by a program; its parents are the parameters and the inputs given as Values."""

    __slots__ = ()

    def backward(self, seed: float = 1.0) -> None:
        """Do as :meth:`autograd.Value.backward`, without sorting a graph of one node."""
        call = cast("Call", self.call)
        if not call.is_whole_graph:
            super().backward(seed)
            return
        self.grad = number_from(seed)
        leaves = cast("tuple[Value, ...]", self._left)
        slopes = call.gradients((self.grad,))
        if not harmless(slopes):
            slopes = call.made_finite(slopes, (self.grad,))
            for leaf, slope in zip(leaves, slopes, strict=True):
                if not isfinite(leaf.grad + slope) and leaf.requires_grad:
                    raise gradient_overflow(leaf, leaf.grad + slope)
        try:
            for leaf, slope in zip(leaves, slopes, strict=True):
                leaf.grad += slope
        except TypeError:  # something else than a number was assigned to a grad: the error for that is made there
            super().backward(seed)


class Call:
    """What one call of a compiled function computed, and what its backward pass needs."""

    leaves: Sequence[float] = ()
    """The numbers of the program's leaves in this call; none where something among them was no number."""

    def __init__(self, compiled: Programs, program: Program, chunks: Sequence[Numbers]) -> None:
        self.compiled, self.program, self.chunks = compiled, program, chunks
        given = [chunk for chunk in chunks if isinstance(chunk, Value)]
        self.parents = (*program.parameters, *given) if given else program.parents
        self.is_whole_graph = program.only_leaves and len(program.recording.outputs) == 1
        if given and self.is_whole_graph:
            leaves = {value for value in self.parents if value._left is None}
            self.is_whole_graph = len(leaves) == len(self.parents)
        self.outputs: list[float] = []
        self.known: Sequence[float] | None = None

    def result(self) -> object:
        """Run the program and return its outputs as Values in the structure that the function returned."""
        program = self.program
        learning = bool(self.parents) and current_mode().gradients
        if isinstance(self.compiled.function, Derivative) and not self.is_given_finite():
            return self.rerun()
        try:
            self.leaves = program.gather(self.chunks)
            if learning and program.kind == "straight" and len(program.recording.outputs) == 1:
                self.outputs, self.known = program.both(self.leaves, (1.0,))
            else:
                self.outputs = program.forward(self.leaves)
        except NO_NUMBER:
            return self.from_engine()
        return unflatten(program.recording.shape, iter(self.nodes(learning=learning)))

    def is_given_finite(self) -> bool:
        """Whether no plain number among the arguments is infinite or nan, also none that the result does not need."""
        return are_finite(chunk for chunk in self.chunks if not isinstance(chunk, Value))

    def from_engine(self) -> object:
        """Return what the engine makes of the recorded operations, where the program has met a number that is none.

        Where that has no value either, the function itself says which operation fails, and where.
        """
        try:
            if len(self.leaves) == 0:
                return self.rerun()
            outputs, observed = self.reapplied(self.parents)
        except AutogradError:
            return self.rerun()
        for (_, callback), values in zip(self.program.recording.observed, observed, strict=True):
            callback(list(map(number_of, values)))
        each = [item if isinstance(item, Value) else Value(item) for item in outputs]
        return unflatten(self.program.recording.shape, iter(each))

    def rerun(self) -> object:
        """Call the function itself on Values, where the operation that fails says which it is, and where."""
        shape, outputs, _ = self.on_values()
        return unflatten(shape, iter(outputs))

    def on_values(self) -> tuple[Shape, list[Value], list[Value]]:
        """Return the structure and the numbers of what the function itself gives, and the Values it was given.

        A program of a derivative computes both sides of each choice that a formula makes, the function one of them.
        """
        numbers: list[Value] = []
        for chunk in self.chunks:
            if isinstance(chunk, Value):
                numbers.append(chunk)
            else:
                numbers += map(Value, (chunk,) if isinstance(chunk, float) else chunk)
        outputs: list[Operand] = []
        recording = self.program.recording
        shape = flatten(call(self.compiled.function, recording.arguments, numbers, recording.static), outputs)
        return shape, as_values(outputs), numbers

    def nodes(self, *, learning: bool) -> list[Value]:
        return results(self, self.outputs, self.parents, Result) if learning else list(map(Value, self.outputs))

    def gradients(self, seeds: Sequence[float]) -> Sequence[float]:
        """Return the gradient with respect to each parent, for these gradients of the outputs."""
        if self.known is not None:
            return self.known if seeds == (1.0,) else [seeds[0] * slope for slope in self.known]
        try:
            with self.compiled.lock:
                slopes = self.program.pull(self.leaves, seeds)
        except (ArithmeticError, ValueError):
            return self.gradients_one_by_one(seeds)
        return slopes if isinstance(slopes, list) else cast("Sequence[float]", memoryview(slopes))  # type: ignore[arg-type]  # an array

    @property
    def name(self) -> str:
        return self.compiled.name

    @property
    def count(self) -> int:
        return len(self.outputs)

    def pulled_numbers(self, seeds: Sequence[float]) -> Sequence[float]:
        return self.made_finite(self.gradients(seeds), seeds)

    def pulled(self, seeds: Sequence[Operand]) -> Sequence[Operand]:
        with with_gradients():
            copies = [+value for value in self.parents]  # so that no derivative passes from one input through another
            pairs = zip(self.reapplied(copies)[0], seeds, strict=True)
            outputs = [(output, seed) for output, seed in pairs if isinstance(output, Value)]
            return pulled([output for output, _ in outputs], [seed for _, seed in outputs], copies)

    def made_finite(self, slopes: Sequence[float], seeds: Sequence[float]) -> Sequence[float]:
        """Return gradients as they are if all of them are finite, and otherwise those that the engine computes.

        Where nothing flows in, nothing is passed on: a program multiplies an infinite slope by 0, the engine does not.
        """
        return slopes if all(map(isfinite, slopes)) else self.gradients_one_by_one(seeds)

    def numbers(self) -> object:
        """Run the program and return plain numbers in the structure that the function returned.

        Return NotImplemented where a number that goes in is not finite: a derivative may not depend on it, as the
        second of a square does not, and yet there is none at nan.
        """
        try:
            self.leaves = self.program.gather(self.chunks)
            if not self.is_given_finite() or not finite(self.leaves):
                return NotImplemented
            outputs = self.program.forward(self.leaves)
        except NO_NUMBER:
            return numbers_for_values(self.from_engine())
        return self.program.recording.shape.build(InBulk(outputs))

    def values_and_slopes(self) -> tuple[list[float], Sequence[float]]:
        """Run a program and return its outputs, and the derivatives of the first with respect to every wanted input."""
        program, count = self.program, len(self.program.parameters)
        seeds = (1.0, *[0.0] * (len(program.recording.outputs) - 1))
        try:
            self.leaves = program.gather(self.chunks)
            outputs, slopes = program.both(self.leaves, seeds)
            if program.kind == "c" or finite(slopes):  # C has told already
                return outputs, slopes[count:]
        except NO_NUMBER:
            if len(self.leaves) == 0:
                self.rerun()  # raises the error of what is no number
        with switched(gradients=True, recorder=None):
            parameters = list(map(leaf_like, program.parameters))
            inputs = [Value(float(number)) for number in self.leaves[count : count + len(program.trace.inputs)]]
            try:
                results, _ = self.reapplied(parameters, dict(enumerate(inputs)))
            except AutogradError:
                _, made, given = self.on_values()  # may raise the same with the line of the operation
                by_inputs = pulled(made[:1], [1.0], given)
                return list(map(number_of, made)), [number_of(by_inputs[place]) for place in program.wanted_inputs]
            if isinstance(results[0], Value):
                results[0].backward()
        return list(map(number_of, results)), [inputs[place].grad for place in program.wanted_inputs]

    def gradients_one_by_one(self, seeds: Sequence[float]) -> Sequence[float]:
        """Return the same, or raise the error of the operation that has no derivative."""
        copies = list(map(leaf_like, self.parents))
        with switched(gradients=True, recorder=None):
            for output, seed in zip(self.reapplied(copies)[0], seeds, strict=True):
                if isinstance(output, Value):
                    output.backward(seed)
        return [value.grad for value in copies]

    def reapplied(
        self, parents: Sequence[Value], inputs: Mapping[int, Value] | None = None
    ) -> tuple[list[Operand], list[list[Operand]]]:
        """Return the outputs as a graph of single operations, with other Values in the place of the parents.

        Beside them, what callbacks observe.

        Args:
            parents: what stands for the parameters and for the inputs that were given as Values.
            inputs: what else stands for an input, by its position.
        """
        program, recording = self.program, self.program.recording
        count = len(program.parameters)
        leaves: dict[Value, Operand] = dict(zip(program.parameters, parents[:count], strict=True))
        numbers: list[Operand] = [float(number) for number in self.leaves[count:]]
        given = dict(zip(program.wanted_inputs, parents[count:], strict=True)) if inputs is None else inputs
        for place, value in given.items():
            numbers[place] = value
        drawn = [stand_in for _, stand_ins in recording.drawn for stand_in in stand_ins]
        leaves.update(zip([*recording.inputs, *drawn], numbers, strict=True))
        return reapply(recording, leaves)


def harmless(slopes: Sequence[float]) -> bool:
    """Whether gradients, in a list or in the memory of an array, can be added to any float."""
    if isinstance(slopes, list) or len(slopes) < 100:  # NumPy takes longer to begin than to go through so few
        return math.hypot(*slopes) < HARMLESS
    numbers = cast("Array", cast("memoryview", slopes).obj)  # the array whose memory it is
    return float(abs(numbers).max()) < HARMLESS  # their squares might overflow, of which NumPy warns


def leaf_like(value: Value) -> Value:
    """Return a leaf with the same number, frozen where the other is."""
    leaf = Value(value.data, value.label)
    leaf.requires_grad = value.requires_grad
    return leaf


def are_finite(columns: Iterable[object]) -> bool:
    """Whether no number among numbers, lists and arrays of them is infinite or nan."""
    return all(finite([column] if isinstance(column, float) else cast("Sequence[float]", column)) for column in columns)


def finite(numbers: Sequence[float]) -> bool:
    """Whether no number in a list or an array is infinite or nan."""
    if isinstance(numbers, list):
        return all(map(isfinite, numbers))
    import numpy

    return bool(numpy.isfinite(numbers).all())
