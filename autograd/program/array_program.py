"""Runs an array program: two flat NumPy buffers, views into them, and the generated forward and backward."""

import ast
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy
from numpy.typing import NDArray

from autograd.engine import Value
from autograd.formulas.binding import define
from autograd.formulas.kernels import KERNELS
from autograd.formulas.numpy import HoldConstants
from autograd.gradients.taking_apart import Numbers
from autograd.program.arrays import ArrayWriter
from autograd.program.layout import Layout
from autograd.program.naming import stem
from autograd.program.record import Recording
from autograd.program.rehearsal import compare
from autograd.program.trace import Trace

if TYPE_CHECKING:
    from autograd.program.promotion import Promotion

__all__ = ["ArrayProgram", "Numbers"]

Array = NDArray[numpy.floating]
raising = partial(numpy.errstate, over="raise", divide="raise", invalid="raise", under="ignore")
"""Within it, an operation on arrays raises an error where a number is not finite."""


class ArrayProgram:
    """A recorded computation whose numbers lie in flat arrays; one call can be written out step by step.

    ``compile(function, backend="array").array_program(*arguments)`` gives one. Calling the compiled function is simpler
    and does all of this by itself; this is for whoever keeps the parameters in arrays between the calls, because
    reading thousands of Values before each of them and writing them afterwards would take longer than the computation.

    For one call, in this order: :meth:`load_parameters` (if they have changed), :meth:`load_inputs`, :meth:`compute`,
    then :meth:`results`, :meth:`report`, and :meth:`compute_gradients` with ``parameter_gradients``. The program
    keeps the numbers of one call at a time, and nothing here takes a lock.

    Attributes:
        parameters: the n Values that the function closes over, in the order of their places in the buffers.
        only_leaves: whether no parameter was itself computed from other Values.
        scalar_count: how many operations on single numbers the recorded function performed.
        array_count: how many array operations they became, counting the forward pass.
        parameter_gradients: the gradients of the n parameters, as the last :meth:`compute_gradients` left them; copy
            what you keep.
        values: the buffer of all numbers; the parameters come first, then the inputs.
        gradients: the buffer of all gradients, laid out alike.
        wanted_inputs: the positions of the inputs whose gradients are asked for, among all inputs.
        source: the text of the program.

    Example:
        >>> import numpy
        >>> from autograd import Value, compile
        >>> w = Value(3.0)
        >>> loss = compile(lambda x: (w * x - 1.0) ** 2, backend="array")
        >>> program, inputs = loss.array_program(2.0)
        >>> program.load_parameters(numpy.array([0.5]))
        >>> program.load_inputs(inputs)
        >>> program.compute()
        >>> program.compute_gradients([1.0])
        >>> program.results(), program.parameter_gradients.tolist(), w
        ([0.0], [0.0], Value(data=3.0, grad=0.0))
    """

    kind = "array"

    def __init__(  # noqa: PLR0917  # what the stages before have found, in their order
        self, recording: Recording, trace: Trace, layout: Layout, wanted_inputs: Sequence[int], name: str, dtype: str
    ) -> None:
        self.recording, self.trace, self.layout, self.wanted_inputs = recording, trace, layout, wanted_inputs
        self.promotion: Promotion | None = None
        """What may replace the program, if its form was left to be chosen."""
        self.parameters = trace.values_of(layout.parameters)
        self.only_leaves = all(value._left is None for value in self.parameters)
        self.parents = tuple(self.parameters)
        first_input = layout.inputs[0]
        self.wanted = numpy.array(
            [*range(len(self.parameters)), *[first_input + position for position in wanted_inputs]], dtype=numpy.int64
        )
        self.count = len(self.wanted)
        self.apart = not numpy.array_equal(self.wanted, numpy.arange(self.count))
        self.given = layout.given
        wanted = numpy.zeros(layout.leaf_count, dtype=bool)
        wanted[self.wanted] = True
        self.outputs = layout.place[trace.outputs]
        self.output_places: list[int] = self.outputs.tolist()
        self.observed = [layout.place[numbers] for numbers in trace.observed]
        self.values = numpy.zeros(layout.size, dtype=dtype)
        self.gradients = numpy.zeros(layout.size, dtype=dtype)
        self.pack = struct.Struct(f"{len(self.parameters)}{self.values.dtype.char}").pack_into
        self.memory = memoryview(self.values)  # type: ignore[arg-type]  # arrays are buffers
        self.parameter_gradients = self.gradients[: len(self.parameters)]
        self.scalar_count, self.array_count = trace.scalar_count, len(layout.steps)
        for place, number in layout.constants.items():
            self.values[place] = number
        self.write(name, wanted)
        self.generation = 0

    def write(self, name: str, wanted: NDArray[numpy.bool_]) -> None:
        """Write the program and define its two functions.

        Args:
            name: what the program is called.
            wanted: for each place of a leaf, whether its gradient is asked for.
        """
        written = ArrayWriter(self.layout, numpy.unique(self.outputs), wanted, self.roles()).written
        self.lines: Sequence[tuple[list[str], list[str]]] = written.lines
        """For each step, the lines of the forward and of the backward pass; empty where steps have no own ones."""
        self.source = written.source
        dtype = self.values.dtype
        data = {
            key: array.astype(dtype) if key.startswith(("constant", "share")) else array
            for key, array in cast(dict[str, NDArray[numpy.float64]], written.data).items()
        }
        own = {name: item for operation in set(self.trace.operations) for name, item in operation.functions.items()}
        at_once = {
            name: numpy.vectorize(cast("Callable[..., float]", item), otypes=[float]) for name, item in own.items()
        }  # a loop, but correct
        namespace: dict[str, object] = {"np": numpy, **KERNELS, **at_once}
        holder, tree = HoldConstants(), ast.parse(self.source)
        holder.visit(tree)
        namespace |= {key: numpy.array(number, dtype=dtype) for key, number in holder.held.items()}
        define(self.source, namespace, f"array program of {name}", tree)
        program = cast("Callable[..., tuple[Callable[[], object], Callable[[], object]]]", namespace["program"])
        with numpy.errstate(all="ignore"):
            self.run_forward, self.run_backward = program(self.values, self.gradients, self.view, data)

    def roles(self) -> dict[int, str]:
        """Return the word that names the views starting at each leaf."""
        layout = self.layout
        labels = self.trace.labels
        words = {place: stem(labels[node], "parameter") for place, node in enumerate(layout.parameters)}
        first = layout.inputs[0]
        words.update({first + i: stem(labels[node], "input") for i, node in enumerate(self.trace.inputs)})
        for start, stop in layout.drawn:
            words.update(dict.fromkeys(range(start, stop), "drawn"))
        words.update(dict.fromkeys(layout.constants, "constant"))
        return words

    def view(self, buffer: Array, start: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
        """Return the numbers at ``start + sum(index * stride)`` of a buffer, without copying them."""
        size = buffer.itemsize
        return numpy.lib.stride_tricks.as_strided(buffer[start:], shape, [stride * size for stride in strides])

    def in_c(self, calls: int) -> "ArrayProgram":
        """Return this program as machine code, made now, if so many calls pay that back many times; else as it is.

        Where there is no compiler, it stays as it is too. It does not depend on how long anything takes, so that equal
        runs give equal numbers.
        """
        from autograd.program.promotion import in_c

        return in_c(self, calls)

    # --- one call -----------------------------------------------------------------------------------------

    def gather(self, chunks: Sequence[Numbers]) -> Sequence[float]:
        """Return the numbers of all leaves for one call, drawing what is drawn."""
        if self.values.itemsize < 8:
            with numpy.errstate(over="ignore"):  # what is too large for float32 is noticed before it is used
                self.load(chunks)
        else:
            self.load(chunks)
        self.generation += 1
        return cast("Sequence[float]", self.values[: self.given].copy())

    def load(self, chunks: Sequence[Numbers]) -> None:
        """Put in the numbers of the parameters as they are, and of a call's arguments."""
        numbers = [value.data for value in self.parameters]
        try:
            self.pack(self.memory, 0, *numbers)
        except (struct.error, OverflowError):  # one that is no such number: an array says what it is instead
            self.values[: len(numbers)] = numpy.array(numbers, dtype=float)
        self.load_inputs(chunks)

    def load_parameters(self, numbers: Array) -> None:
        """Put n numbers in the place of the parameters; the Values themselves stay as they are."""
        self.values[: len(self.parameters)] = numbers

    def load_inputs(self, inputs: Sequence[Numbers]) -> None:
        """Put in the numbers of a call's arguments, piece by piece in order, and draw what is drawn at each call."""
        start = self.layout.inputs[0]
        for chunk in inputs:
            if isinstance(chunk, Value | float):
                self.values[start] = chunk.data if isinstance(chunk, Value) else chunk
                start += 1
            else:
                numbers = cast("Sequence[float]", chunk)
                self.values[start : start + len(numbers)] = numbers
                start += len(numbers)
        if self.layout.drawn:
            for (draw, stand_ins), (low, high) in zip(self.recording.drawn, self.layout.drawn, strict=True):
                self.values[low:high] = draw(len(stand_ins))

    def compute(self) -> None:
        """Run the forward pass.

        Raises:
            FloatingPointError: a number that goes in, or comes out of an operation, is not finite.
        """
        with raising():
            self.compute_within()

    def compute_within(self) -> None:
        """Run the forward pass within :func:`raising`, which takes a while to begin and end."""
        total = numpy.add.reduce(self.values[: self.given])
        if total - total != 0.0:
            raise FloatingPointError("a number that goes in is not finite")
        self.run_forward()
        for place in self.output_places:
            output = self.values.item(place)
            if output - output != 0.0:
                raise FloatingPointError("an output is not finite")

    def compute_gradients(self, seeds: Sequence[float]) -> None:
        """Run the backward pass, for these gradients of the outputs.

        Raises:
            FloatingPointError: a gradient is not finite.
        """
        with raising():
            self.compute_gradients_within(seeds)

    def compute_gradients_within(self, seeds: Sequence[float]) -> None:
        """Run the backward pass within :func:`raising`."""
        self.seed(seeds)
        self.run_backward()

    def seed(self, seeds: Sequence[float]) -> None:
        """Put in the gradients of the outputs."""
        if len(self.output_places) == 1:
            self.gradients[self.output_places[0]] = seeds[0]
        else:
            self.gradients[self.outputs] = 0.0
            numpy.add.at(self.gradients, self.outputs, seeds)

    def report(self) -> None:
        """Pass the numbers that :func:`autograd.observe` asked for to their callbacks."""
        for (_, callback), places in zip(self.recording.observed, self.observed, strict=True):
            callback(cast("Sequence[float]", self.values[places]))

    def outputs_of(self, leaves: Sequence[float]) -> list[float]:
        """Return the outputs for the leaves that are in the buffer, and report nothing."""
        self.compute()
        self.held = (self.generation, id(leaves))
        return self.results()

    def results(self) -> list[float]:
        """Return the outputs of the last forward pass."""
        return [self.values.item(place) for place in self.output_places]

    def check(self, name: str, run: Callable[[], object]) -> None:
        """Compare the last forward pass with the function itself.

        Args:
            name: what to call the function in the error.
            run: calls the function on plain numbers, with the Values of the parameters as they are.

        Raises:
            RecordingError: the results differ by more than rounding.
        """
        drawn = cast("Sequence[float]", self.values[self.layout.inputs[1] : self.given])
        compare(name, self.results(), run, drawn, self.values.dtype.name)

    def forward(self, leaves: Sequence[float]) -> list[float]:
        """Return the outputs for the leaves that are in the buffer."""
        outputs = self.outputs_of(leaves)
        if self.observed:
            self.report()  # a callback may call the function again
        return outputs

    def both(self, leaves: Sequence[float], seeds: Sequence[float]) -> tuple[list[float], Sequence[float]]:
        """Return the outputs, and the gradients of the wanted leaves for these gradients of the outputs."""
        outputs = self.forward(leaves)
        return outputs, self.pull(leaves, seeds)

    def pull(self, leaves: Sequence[float], seeds: Sequence[float]) -> Sequence[float]:
        """Return the gradients of the wanted leaves; runs forward again if another call came in between."""
        if self.held != (self.generation, id(leaves)):
            self.values[: self.given] = leaves
            self.generation += 1
            self.compute()
            self.held = (self.generation, id(leaves))
        self.compute_gradients(seeds)
        return cast(
            "Sequence[float]", self.gradients[self.wanted] if self.apart else self.gradients[: self.count].copy()
        )
