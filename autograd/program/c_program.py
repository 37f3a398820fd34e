"""Runs a laid-out program as machine code: buffers and calls are those of an array program, the two passes are C.

Products of large matrices are NumPy's all the same, as nothing is faster than the library behind it.
"""

import ctypes
import re
from collections.abc import Callable, Sequence

import numpy
from numpy.typing import NDArray

from autograd.program import library_cache
from autograd.program.array_program import Array, ArrayProgram, raising
from autograd.program.c_file import passes, stage_name
from autograd.program.c_interpreter import Interpreter
from autograd.program.c_source import CWriter
from autograd.program.contraction import Product
from autograd.program.instructions import Instructions, is_irregular
from autograd.program.nests import Cells

MOST_LINES = 3000
"""Longer programs are compiled with less optimisation, for which a compiler needs less time."""

MOST_MULTIPLIED = 1 << 17
"""Products of matrices with more multiplications than this are NumPy's."""

COMMENT = re.compile(r"^ */\*.*\*/\n", re.MULTILINE)
"""What the same program may have different lines of."""


class CProgram(ArrayProgram):
    """An array program whose passes are compiled C; made, held and called like one."""

    kind = "c"

    def write(self, name: str, wanted: NDArray[numpy.bool_]) -> None:
        """Write and compile both passes, and prepare the calls of them."""
        outputs, dtype = numpy.unique(self.outputs), self.values.dtype.name
        room, numbers = len(outputs), [0.0]
        products: tuple[dict[int, list[Product]], ...] = ({}, {})
        if is_irregular(self.layout):
            instructions = Instructions(self.layout, outputs.tolist(), wanted.tolist())
            interpreter = Interpreter(instructions.cases, instructions.longest)
            self.source, code, table = interpreter.source(dtype), interpreter.code, instructions.table
            self.lines = []
        else:
            writer = CWriter(self.layout, outputs, wanted, MOST_MULTIPLIED)
            self.source = passes(writer, self.given, self.output_places, dtype)
            code, table, numbers, products = writer.code, writer.tables, writer.constants, writer.products
            self.lines = writer.lines
        level = "-O3" if self.source.count("\n") <= MOST_LINES else "-O1"
        self.library = library_cache.load(COMMENT.sub("", self.source), level)
        scratch = numpy.zeros(max(code.room, room))
        tables, constants = numpy.array(table or [0], dtype=numpy.intc), numpy.array(numbers or [0.0])
        self.kept = scratch, tables, constants
        self.arrays = {"values": self.values, "gradients": self.gradients, "constants": constants}
        self.in_stages = any(products)
        self.run_forward = self.run("forward", products[0], self.values, *self.kept)
        self.run_backward = self.run("backward", products[1], self.values, self.gradients, *self.kept)

    def run(self, name: str, products: dict[int, list[Product]], *arrays: NDArray[numpy.generic]) -> Callable[[], int]:
        """Return a call of a pass: that of its function, or of those for its stages, with products in between."""
        calls = [call(getattr(self.library, stage_name(name, i)), *arrays) for i in range(len(products) + 1)]
        between = [[self.matrices(product) for product in stage] for stage in products.values()]
        if not between:
            return calls[0]

        @raising()
        def run() -> int:
            for stage, then in zip(calls, [*between, []], strict=True):
                if stage():
                    return 1
                for left, right, target, add in then:
                    if add:
                        numpy.add(target, left @ right, out=target)
                    else:
                        numpy.matmul(left, right, out=target)
            return 0

        return run

    def matrices(self, product: Product) -> tuple[Array, Array, Array, bool]:
        """Return both factors of a product, where it goes, and whether it is added to what is there."""
        first, second = (axis for axis in (1, 2, 3) if axis != product.summed)

        def matrix(cells: Cells, *axes: int) -> Array:
            axes = axes if product.shape[0] == 1 else (0, *axes)
            shape, strides = ([each[axis] for axis in axes] for each in (product.shape, cells.strides))
            return self.view(self.arrays[cells.array], cells.start, tuple(shape), tuple(strides))

        left, right = matrix(product.left, first, product.summed), matrix(product.right, product.summed, second)
        return left, right, matrix(product.target, first, second), product.add

    def compute_within(self) -> None:
        if self.run_forward():
            raise FloatingPointError("a number that goes in, or comes out of an operation, is not finite")

    def compute_gradients_within(self, seeds: Sequence[float]) -> None:
        self.seed(seeds)
        if self.run_backward():
            raise FloatingPointError("a gradient is not finite")

    compute, compute_gradients = compute_within, compute_gradients_within  # C needs nothing around it


def call(function: Callable[..., int], *arrays: NDArray[numpy.generic]) -> Callable[[], int]:
    """Return a call of a C function with the addresses of arrays."""
    addresses = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    return lambda: function(*addresses)
