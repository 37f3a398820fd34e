"""Runs a laid-out program as machine code: buffers and calls are those of an array program, the two passes are C."""

import ctypes
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy
from numpy.typing import NDArray

from autograd.program import library_cache
from autograd.program.array_program import ArrayProgram
from autograd.program.c_file import passes
from autograd.program.c_interpreter import Interpreter
from autograd.program.c_source import CWriter
from autograd.program.instructions import Instructions, is_irregular

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_LINES = 3000
"""Longer programs are compiled with less optimisation, for which a compiler needs less time."""

COMMENT = re.compile(r"^ */\*.*\*/\n", re.MULTILINE)
"""What the same program may have different lines of."""


class CProgram(ArrayProgram):
    """An array program whose passes are compiled C; made, held and called like one."""

    kind = "c"

    def write(self, name: str, wanted: NDArray[numpy.bool_]) -> None:
        """Write and compile both passes, and prepare the calls of them."""
        outputs, dtype = numpy.unique(self.outputs), self.values.dtype.name
        room, numbers = len(outputs), [0.0]
        if is_irregular(self.layout):
            instructions = Instructions(self.layout, outputs.tolist(), wanted.tolist())
            interpreter = Interpreter(instructions.cases, instructions.longest)
            self.source, code, table = interpreter.source(dtype), interpreter.code, instructions.table
        else:
            writer = CWriter(self.layout, outputs, wanted)
            self.source = passes(writer, self.given, self.output_places, dtype)
            code, table, numbers = writer.code, writer.tables, writer.constants
        level = "-O3" if self.source.count("\n") <= MOST_LINES else "-O1"
        self.library = library = library_cache.load(COMMENT.sub("", self.source), level)
        scratch = numpy.zeros(max(code.room, room))
        tables, constants = numpy.array(table or [0], dtype=numpy.intc), numpy.array(numbers or [0.0])
        self.kept = scratch, tables, constants
        self.run_forward = call(library.forward, self.values, scratch, tables, constants)
        self.run_backward = call(library.backward, self.values, self.gradients, scratch, tables, constants)

    def compute(self) -> None:
        if self.run_forward():
            raise FloatingPointError("a number that goes in, or comes out of an operation, is not finite")

    def compute_gradients(self, seeds: Sequence[float]) -> None:
        self.seed(seeds)
        if self.run_backward():
            raise FloatingPointError("a gradient is not finite")


def call(function: "Callable[..., int]", *arrays: NDArray[numpy.generic]) -> "Callable[[], int]":
    """Return a call of a C function with the addresses of arrays."""
    addresses = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    return lambda: function(*addresses)
