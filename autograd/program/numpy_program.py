"""Runs an array program: two flat NumPy buffers, views into them, and the generated forward and backward."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from autograd.engine import Value
from autograd.formulas.floats import define
from autograd.formulas.numpy import KERNELS
from autograd.gradients.arguments import Numbers, Shape
from autograd.program.arrays import write
from autograd.program.layout import Layout
from autograd.program.lines import Written
from autograd.program.naming import stem
from autograd.program.record import Recording, Static
from autograd.program.rehearsal import compare
from autograd.program.trace import Trace

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.floating]


class NumPyProgram:
    """A recorded computation as array operations.

    Attributes:
        parameters: the Values read afresh at each call, in the order of their places in the buffers.
        values: the buffer of all numbers; the parameters come first, then the inputs.
        gradients: the buffer of all gradients, laid out alike.
        source: the text of the program.
    """

    kind = "array"
    shape: Shape
    """The structure of the arguments."""
    static: Static
    """The static arguments."""
    wanted_inputs: Sequence[int]
    """The positions of the inputs whose gradients are asked for, among all inputs."""

    def __init__(  # noqa: PLR0917  # what the stages before have found, in their order
        self, recording: Recording, trace: Trace, layout: Layout, wanted_inputs: Sequence[int], name: str, dtype: str
    ) -> None:
        import numpy

        self.numpy, self.recording, self.trace, self.layout = numpy, recording, trace, layout
        value_of = dict(zip(trace.parameters, trace.parameter_values, strict=True))
        self.parameters: list[Value] = [value_of[node] for node in layout.parameters]
        self.only_leaves = all(value._left is None for value in self.parameters)
        first_input = layout.inputs[0]
        self.wanted = numpy.array(
            [*range(len(self.parameters)), *[first_input + position for position in wanted_inputs]], dtype=numpy.int64
        )
        self.given = layout.leaf_count - len(layout.constants)
        wanted = numpy.zeros(layout.leaf_count, dtype=bool)
        wanted[self.wanted] = True
        self.outputs = layout.place[trace.outputs]
        self.output_places: list[int] = self.outputs.tolist()
        self.observed = [layout.place[numbers] for numbers in trace.observed]
        self.written: Written = write(layout, numpy.unique(self.outputs), wanted, self.roles())
        self.source = self.written.source
        self.values = numpy.zeros(layout.size, dtype=dtype)
        self.gradients = numpy.zeros(layout.size, dtype=dtype)
        self.parameter_gradients = self.gradients[: len(self.parameters)]
        self.scalar_count, self.array_count = trace.scalar_count, len(layout.steps)
        for place, number in layout.constants.items():
            self.values[place] = number
        data = {
            key: array.astype(dtype) if key.startswith(("constant", "share")) else array
            for key, array in cast("dict[str, NDArray[numpy.float64]]", self.written.data).items()
        }
        own = {name: item for operation in set(trace.operations) for name, item in operation.functions.items()}
        at_once = {
            name: numpy.vectorize(cast("Callable[..., float]", item), otypes=[float]) for name, item in own.items()
        }  # a loop, but correct
        namespace: dict[str, object] = {"np": numpy, **KERNELS, **at_once}
        define(self.source, namespace, f"array program of {name}")
        program = cast("Callable[..., tuple[Callable[[], None], Callable[[], None]]]", namespace["program"])
        with numpy.errstate(all="ignore"):
            self.run_forward, self.run_backward = program(self.values, self.gradients, self.view, data)
        self.generation = 0

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

    def view(self, buffer: "Array", start: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> "Array":
        """Return the numbers at ``start + sum(index * stride)`` of a buffer, without copying them."""
        size = buffer.itemsize
        return self.numpy.lib.stride_tricks.as_strided(buffer[start:], shape, [stride * size for stride in strides])

    # --- one call -----------------------------------------------------------------------------------------

    def gather(self, chunks: Sequence[Numbers]) -> Sequence[float]:
        """Return the numbers of all leaves for one call, drawing what is drawn."""
        values = self.values
        count = len(self.parameters)
        with self.numpy.errstate(over="ignore"):  # what is too large for float32 is noticed before it is used
            values[:count] = self.numpy.fromiter([value.data for value in self.parameters], dtype=float, count=count)
            self.load_inputs(chunks)
        self.generation += 1
        return cast("Sequence[float]", values[: self.given].copy())

    def load_parameters(self, numbers: "Array") -> None:
        """Put other numbers in the places of the parameters than those of their Values."""
        self.values[: len(self.parameters)] = numbers

    def load_inputs(self, inputs: Sequence[Numbers]) -> None:
        """Put the numbers of a call's arguments, and newly drawn ones, in their places."""
        start = self.layout.inputs[0]
        for chunk in inputs:
            if isinstance(chunk, Value):
                self.values[start] = chunk.data
                start += 1
            elif chunk.__class__ is float:
                self.values[start] = chunk
                start += 1
            else:
                numbers = cast("Sequence[float]", chunk)
                self.values[start : start + len(numbers)] = numbers
                start += len(numbers)
        for (draw, stand_ins), (low, high) in zip(self.recording.drawn, self.layout.drawn, strict=True):
            self.values[low:high] = draw(len(stand_ins))

    def compute(self) -> None:
        """Run the forward pass on what is in the buffer; raise FloatingPointError where a number breaks."""
        with self.numpy.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            total = self.numpy.add.reduce(self.values[: self.given])
            if total - total != 0.0:
                raise FloatingPointError("a number that goes in is not finite")
            self.run_forward()
        for place in self.output_places:
            output = self.values.item(place)
            if output - output != 0.0:
                raise FloatingPointError("an output is not finite")

    def compute_gradients(self, seeds: Sequence[float]) -> None:
        """Run the backward pass for these gradients of the outputs."""
        if len(self.output_places) == 1:
            self.gradients[self.output_places[0]] = seeds[0]
        else:
            self.gradients[self.outputs] = 0.0
            self.numpy.add.at(self.gradients, self.outputs, seeds)
        with self.numpy.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            self.run_backward()

    def report(self) -> None:
        """Pass observed numbers to their callbacks."""
        for (_, callback), places in zip(self.recording.observed, self.observed, strict=True):
            callback(cast("Sequence[float]", self.values[places]))

    def outputs_of(self, leaves: Sequence[float]) -> list[float]:
        """Return the outputs for the leaves that are in the buffer, and report nothing."""
        self.compute()
        self.held = (self.generation, id(leaves))
        return self.results()

    def results(self) -> list[float]:
        """Return the outputs as they stand in the buffer."""
        return [self.values.item(place) for place in self.output_places]

    def check(self, name: str, run: Callable[[], object]) -> None:
        """Raise a RecordingError unless ``run()`` gives what the program has just computed."""
        drawn = cast("Sequence[float]", self.values[self.layout.inputs[1] : self.given])
        compare(name, self.results(), run, drawn, self.values.dtype.name)

    def forward(self, leaves: Sequence[float]) -> list[float]:
        """Return the outputs for the leaves that are in the buffer."""
        outputs = self.outputs_of(leaves)
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
        return cast("Sequence[float]", self.gradients[self.wanted])
