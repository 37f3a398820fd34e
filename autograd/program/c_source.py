"""Writes a laid-out program as C: a nest of loops per group forward, one per operand backward.

The chain rule stands here once more, in :meth:`CWriter.pass_back`: each number that an operand stands for gets
*incoming gradient x local derivative* added to its gradient. Places to gather from, and rows of constants, are data
beside the text.
"""

import ast
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import cast

import numpy
from numpy.typing import NDArray

from autograd.formulas import c
from autograd.formulas.c_names import c_name
from autograd.formulas.c_statements import Elements, Statements, free_order
from autograd.formulas.formula import constant, formula
from autograd.formulas.row import is_sequence
from autograd.program.affine import Fixed, Gather, Places, Source, View, contiguous, injective
from autograd.program.contraction import Product, contraction
from autograd.program.layout import ArrayStep, Layout, find_needed
from autograd.program.nests import LANES, UNROLLED, VARIABLES, Axes, Cells, loop, nest


class CWriter:
    """Writes both passes of a program.

    Args:
        layout: the program with everything in its place.
        outputs: the places whose gradients the caller fills in before the backward pass.
        wanted: for each place of a leaf, whether its gradient is asked for.
        most_multiplied: products of matrices with more multiplications are left to whoever runs the program.

    Attributes:
        lines: for each step, the lines of the forward and of the backward pass that carry it out.
        products: for the forward and for the backward pass, what is left out, by the step after whose lines it belongs.
        tables: the places that numbers are gathered from, one table after the other.
        constants: the numbers that never change, as far as they do not stand in the text.
        code: the functions that are called, and how much room numbers in between need.
        filled: for each place, whether the backward pass sets a gradient there.
    """

    def __init__(
        self, layout: Layout, outputs: Places, wanted: NDArray[numpy.bool_], most_multiplied: float = math.inf
    ) -> None:
        self.layout, self.code, self.most_multiplied = layout, Statements(), most_multiplied
        self.products: tuple[dict[int, list[Product]], dict[int, list[Product]]] = ({}, {})
        self.trees: dict[tuple[str, ...], ast.expr] = {}
        self.tables: list[int] = []
        self.constants: list[float] = []
        self.read = [[self.operand(source) for source in step.operands] for step in layout.steps]
        self.needed = find_needed(layout, wanted)
        self.filled = numpy.zeros(layout.size, dtype=bool)
        self.filled[outputs] = True
        steps = list(enumerate(layout.steps))
        forward = [self.step_forward(i, step) for i, step in steps]
        backward = [self.step_backward(i, step) for i, step in reversed(steps)][::-1]
        self.lines = list(zip(forward, backward, strict=True))

    # --- operands -----------------------------------------------------------------------------------------

    def operand(self, source: Source) -> Cells | float:
        """Return where an operand is: cells of the values, of the constants, or at the places in a table."""
        if isinstance(source, View):
            return Cells("values", source.start, source.strides)
        if isinstance(source, Gather):
            return self.by_table("values", source.index)
        if isinstance(source.numbers, float):
            return source.numbers
        start = len(self.constants)
        self.constants += source.numbers.reshape(-1).tolist()
        return Cells("constants", start, contiguous(0, source.numbers.shape).strides, known=self.constants)

    def by_table(self, array: str, places: Places) -> Cells:
        start = len(self.tables)
        self.tables += places.reshape(-1).tolist()
        return Cells(array, start, contiguous(0, places.shape).strides, by_table=True, known=self.tables)

    def names(
        self, step: ArrayStep, tree: ast.expr, cells: Sequence[Cells | float], indices: tuple[str, ...]
    ) -> tuple[dict[str, str | Elements], list[str]]:
        """Return what stands for the operands and for ``out`` in a formula, and the lines that read them."""
        names: dict[str, str | Elements] = {}
        lines: list[str] = []
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for name, cell in zip([*step.group.operation.operands, "out"], cells, strict=True):
            if isinstance(cell, float) or name not in used:
                continue
            if is_sequence(name):
                names[name] = Elements(step.lengths[name], partial(cell.at, *indices))
            elif all(index.isdigit() for index in indices):
                names[name] = cell.at(*indices)
            else:
                names[name] = c_name(name)
                lines.append(f"const double {c_name(name)} = {cell.at(*indices)};")
        return names, lines

    def formula(self, step: ArrayStep, text: str, cells: Sequence[Cells | float]) -> ast.expr:
        """Return a formula of a step's row, in which constants are worked out; the same one is the same object."""
        operands = zip(step.group.operation.operands, cells, strict=False)
        constants = {name: cell for name, cell in operands if isinstance(cell, float)}
        key = text, *constants, *map(repr, constants.values())  # 0.0 and -0.0 are different
        if key not in self.trees:
            self.trees[key] = c.simplified(text, constants)
        return self.trees[key]

    # --- forward ------------------------------------------------------------------------------------------

    def step_forward(self, position: int, step: ArrayStep) -> list[str]:
        operation, out = step.group.operation, Cells("values", step.out.start, step.out.strides)
        if step.kind == "matmul":
            target, left, right, shape = self.matrices(position, out)
            return self.multiplied(position, 0, Product(target, left, right, shape, 3, add=False))
        shape, cells = step.out.shape, [*self.read[position], out]
        tree = self.formula(step, operation.value, cells)

        def body(indices: tuple[str, ...]) -> list[str]:
            self.code.start()
            names, lines = self.names(step, tree, cells, indices)
            result = c.Translator(operation.value, names, self.code).visit(tree)
            return [*lines, *self.code.lines, f"{cast('Cells', cells[-1]).at(*indices)} = {result};"]

        return nest(shape, body, mark=LANES)

    def matrices(self, position: int, out: Cells) -> tuple[Cells, Cells, Cells, Axes]:
        """Return the cells of a product of matrices along the axes (block, row, column, term), and their lengths."""
        left, right = cast("list[Cells]", self.read[position])
        *blocks, rows, columns = self.layout.steps[position].out.shape
        terms = self.layout.steps[position].operands[0].shape[-1]
        block, first = ([0], 1) if blocks else ([None], 0)
        return (
            out.along([*block, first, first + 1, None]),
            left.along([*block, first, None, first + 1]),
            right.along([*block, None, first, first + 1]),
            (blocks[0] if blocks else 1, rows, columns, terms),
        )

    def multiplied(self, position: int, which: int, product: Product) -> list[str]:
        """Return the lines for a product of a step in one of the passes, unless it is to be left out."""
        step = self.layout.steps[position]
        if not (is_large(step, self.most_multiplied) and is_plain(step)):
            return contraction(product, self.code)
        self.products[which].setdefault(position, []).append(product)
        return []

    # --- backward -----------------------------------------------------------------------------------------

    def step_backward(self, position: int, step: ArrayStep) -> list[str]:
        mine = numpy.arange(step.region.start, step.region.stop)
        if not self.filled[mine].any() or step.group.operation.detached:
            return []
        lines = self.fill(mine)
        for number, (name, source) in enumerate(zip(step.group.operation.operands, step.operands, strict=True)):
            if isinstance(source, Fixed) or step.group.operation.slopes.get(name, "0") == "0":
                continue
            if not self.needed[source.places()].any():
                continue
            target = replace(cast("Cells", self.read[position][number]), array="gradients")
            if step.kind == "matmul":
                lines += self.pass_back_product(position, step, number, target)
            else:
                lines += self.pass_back(position, step, number, target)
        return lines

    def fill(self, places: Places) -> list[str]:
        """Set gradients to zero that nothing has been written to yet."""
        empty = numpy.unique(places[~self.filled[places]])
        self.filled[empty] = True
        if not len(empty):
            return []
        start = int(empty[0])
        whole = len(empty) == int(empty[-1]) - start + 1
        if whole or len(empty) <= UNROLLED:
            runs = [(start, len(empty))] if whole else [(place, 1) for place in empty.tolist()]
            return [line for run in runs for line in zeros(*run)]
        cells = self.by_table("gradients", empty)
        return nest((len(empty),), lambda indices: [f"{cells.at(*indices)} = 0;"])

    def pass_back(self, position: int, step: ArrayStep, number: int, target: Cells) -> list[str]:
        """Add *incoming gradient x local derivative* to the gradient of one operand of a step."""
        operation, source = step.group.operation, step.operands[number]
        name = operation.operands[number]
        text, many = operation.slopes[name], is_sequence(name)
        out = Cells("values", step.out.start, step.out.strides)
        incoming = replace(out, array="gradients")
        shape, cells = step.out.shape, [*self.read[position], out]
        tree = self.formula(step, text, cells)
        summed = 0
        if not many and not target.by_table and math.prod(shape) > UNROLLED:
            summed = next((k for k, stride in enumerate(reversed(target.strides)) if stride), len(shape))
        rest = len(shape) - summed
        places = cast("View | Gather", source).places()
        places = target_places(target, shape[:rest]) if summed else places
        fresh = injective(places) and not self.filled[places].any()
        before = [] if fresh else self.fill(places)
        self.filled[places] = True
        sign = "=" if fresh else "+="

        def deposit(indices: tuple[str, ...], sign: str, to: str) -> list[str]:
            self.code.start()
            names, lines = self.names(step, tree, cells, indices)
            translator = c.Translator(text, names, self.code)
            gradient = incoming.at(*indices)
            if many and formula(text).gives_list(operation.operands):
                part = f"{gradient} * {translator.elements(tree).at('t')}"
            else:
                part = passed(gradient, tree, translator)
            if not many:
                return [*lines, *self.code.lines, f"{to} {sign} {part};"]
            line = f"{target.at(*indices, 't')} {sign} {part};"
            return [*lines, *self.code.lines, *loop("t", step.lengths[name], [line])]

        def body(indices: tuple[str, ...]) -> list[str]:
            if not summed:
                return deposit(indices, sign, target.at(*indices) if not many else "")
            inner = nest(
                shape[rest:],
                lambda last: deposit((*indices, *last), "+=", "total"),
                VARIABLES[rest:],
                "".join(free_order("total", math.prod(shape[rest:]))),
            )
            first = ["0"] * summed
            return ["double total = 0;", *inner, f"{target.at(*indices, *first)} {sign} total;"]

        apart = not (summed or many or target.by_table)
        return [*before, *nest(shape[:rest], body, mark=LANES if apart else "")]

    def pass_back_product(self, position: int, step: ArrayStep, number: int, target: Cells) -> list[str]:
        """Pass the gradient of ``first @ second.T`` back: ``G @ second`` or ``G.T @ first``."""
        places = cast("View | Gather", step.operands[number]).places()
        fresh = injective(places) and not self.filled[places].any()
        before = [] if fresh else self.fill(places)
        self.filled[places] = True
        out, left, right, shape = self.matrices(position, Cells("gradients", step.out.start, step.out.strides))
        own, other = (left, right) if number == 0 else (right, left)
        own = replace(own, array="gradients")
        product = Product(own, out, other, shape, 2 if number == 0 else 1, add=not fresh)
        return [*before, *self.multiplied(position, 1, product)]


def is_large(step: ArrayStep, most_multiplied: float) -> bool:
    """Whether a step is a product of matrices with more multiplications than so many."""
    return step.kind == "matmul" and step.count * step.operands[0].shape[-1] > most_multiplied


def is_plain(step: ArrayStep) -> bool:
    """Whether no number stands twice in an operand of a step, so that NumPy can read it and fill its gradient."""
    return all(
        isinstance(source, Fixed) or (isinstance(source, View) and injective(source.places()))
        for source in step.operands
    )


def zeros(start: int, count: int) -> list[str]:
    """Return the lines that set a run of gradients to zero."""
    cells = Cells("gradients", start, (1,))
    return nest((count,), lambda indices: [f"{cells.at(*indices)} = 0;"])


def target_places(target: Cells, shape: Axes) -> Places:
    """Return the places of cells along the first axes only."""
    return View(target.start, shape, target.strides[: len(shape)]).places()


def passed(gradient: str, slope: ast.expr, translator: c.Translator) -> str:
    """Return incoming gradient times local derivative; of a choice, the gradient is multiplied on either side."""
    if isinstance(slope, ast.IfExp):
        then, otherwise = (passed(gradient, side, translator) for side in (slope.body, slope.orelse))
        return f"{translator.visit(slope.test)} ? {then} : {otherwise}"
    known = constant(slope)
    if known in {1.0, -1.0, 0.0}:
        return {1.0: gradient, -1.0: f"-{gradient}", 0.0: "0.0"}[known]
    return f"{gradient} * {translator.inner(slope)}"
