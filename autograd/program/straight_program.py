"""Runs a straight-line program: floats in, floats out, nothing but the standard library."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from autograd.engine import Value
from autograd.formulas.binding import define
from autograd.formulas.floats import FLOATS
from autograd.gradients.taking_apart import Numbers
from autograd.program.record import Recording
from autograd.program.straight import StraightWriter, namespace_for
from autograd.program.trace import Trace

if TYPE_CHECKING:
    from autograd.program.promotion import Promotion

Leaves = Sequence[float]


class StraightProgram:
    """A recorded computation as two generated functions.

    Attributes:
        parameters: the Values read afresh at each call, in order.
        wanted_inputs: the positions of the inputs whose gradients are asked for, among all inputs.
        source: the text of the program.
    """

    kind = "straight"
    chosen = True
    """Whether this form was chosen because it promised to be faster, not asked for."""

    def __init__(self, recording: Recording, trace: Trace, wanted_inputs: Sequence[int], name: str) -> None:
        self.recording, self.trace, self.wanted_inputs = recording, trace, wanted_inputs
        self.promotion: Promotion | None = None
        """What may replace the program, if its form was left to be chosen."""
        self.parameters = trace.parameter_values
        self.parents = tuple(self.parameters)
        self.only_leaves = all(value._left is None for value in self.parameters)
        self.wanted = [*trace.parameters, *[trace.inputs[position] for position in wanted_inputs]]
        writer = StraightWriter(trace, self.wanted, name=name)
        self.source = writer.source
        namespace = namespace_for(FLOATS, trace)
        define(self.source, namespace, f"program of {name}")
        self.run = cast("Callable[[Leaves], tuple[list[float], list[float]]]", namespace[f"{name}_forward"])
        self.run_both = cast(
            "Callable[[Leaves, Sequence[float]], tuple[list[float], list[float], list[float]]]",
            namespace.get(f"{name}_forward_backward"),
        )

    def gather(self, chunks: Sequence[Numbers]) -> list[float]:
        """Return the numbers of all leaves for one call, drawing what is drawn."""
        leaves = [value.data for value in self.parameters]
        for chunk in chunks:
            if isinstance(chunk, Value):
                leaves.append(chunk.data)
            elif chunk.__class__ is float:
                leaves.append(chunk)
            else:
                leaves.extend(map(float, cast("Sequence[float]", chunk)))
        for draw, stand_ins in self.recording.drawn:
            leaves.extend(map(float, draw(len(stand_ins))))
        return leaves

    def outputs_of(self, leaves: Sequence[float]) -> list[float]:
        """Return the outputs and report nothing."""
        return self.run(leaves)[0]

    def forward(self, leaves: Leaves) -> list[float]:
        outputs, observed = self.run(leaves)
        self.report(observed)
        return outputs

    def both(self, leaves: Leaves, seeds: Sequence[float]) -> tuple[list[float], Sequence[float]]:
        """Return the outputs, and the gradients of the wanted leaves for these gradients of the outputs."""
        outputs, observed, gradients = self.run_both(leaves, seeds)
        self.report(observed)
        return outputs, gradients

    def pull(self, leaves: Leaves, seeds: Sequence[float]) -> Sequence[float]:
        """Return the gradients of the wanted leaves for these gradients of the outputs."""
        return self.run_both(leaves, seeds)[2]

    def report(self, observed: list[float]) -> None:
        start = 0
        for values, callback in self.recording.observed:
            callback(observed[start : start + len(values)])
            start += len(values)
