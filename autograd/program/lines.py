"""Writes single lines of an array program: names for views, what an operand reads, and where a result goes."""

import ast
from collections.abc import Iterable

import numpy

from autograd.formulas.formula import constant
from autograd.formulas.numpy import IN_PLACE, REDUCERS, SPELLINGS, array_expression
from autograd.program.affine import Fixed, View
from autograd.program.layout import ArrayStep, Layout


class Written:
    """The text of an array program and the arrays it refers to.

    Attributes:
        source: the program.
        data: index arrays and constant arrays, by the names the program uses.
        lines: for each step, the lines of the forward and of the backward pass that carry it out.
    """

    def __init__(self) -> None:
        self.views: dict[str, str] = {}
        self.forward: list[str] = []
        self.backward: list[str] = []
        self.data: dict[str, object] = {}
        self.lines: list[tuple[list[str], list[str]]] = []

    @property
    def source(self) -> str:

        def body(lines: Iterable[str]) -> str:
            return "".join(f"        {line}\n" for line in lines) or "        pass\n"

        views = "".join(f"    {name} = {text}\n" for name, text in self.views.items())
        return (
            "def program(values, gradients, view, data):\n"
            f"{views}\n    def forward():\n{body(self.forward)}\n    def backward():\n{body(self.backward)}\n"
            "    return forward, backward\n"
        )


class LineWriter:
    """Writes the forward pass, and keeps what both passes need: names, and what has been gathered."""

    def __init__(self, layout: Layout, roles: dict[int, str]) -> None:
        self.layout, self.roles = layout, roles
        self.written = Written()
        self.names: dict[tuple[str, View], str] = {}
        self.leaf_names: dict[int, str] = {}
        self.step_names = [f"{step.group.operation.name}{i}" for i, step in enumerate(layout.steps, 1)]
        self.owner = numpy.full(layout.size, -1, dtype=numpy.int64)
        for position, step in enumerate(layout.steps):
            self.owner[step.region] = position
        self.taken: dict[tuple[int, int], str] = {}
        self.lines: list[str] = self.written.forward
        for position, step in enumerate(layout.steps):
            self.written.lines.append(([], []))
            self.lines = self.written.lines[position][0]
            self.forward(position, step)
            self.written.forward += self.lines

    # --- names --------------------------------------------------------------------------------------------

    def view(self, buffer: str, view: View) -> str:
        """Return the name of a view of one of the buffers, making it if it is new."""
        key = (buffer, view)
        if key not in self.names:
            owner = int(self.owner[view.start])
            base = self.step_names[owner] if owner >= 0 else self.leaf_name(view.start)
            prefix = "d_" if buffer == "gradients" else ""
            name = f"{prefix}{base}"
            if name in self.written.views:
                name += "_" + "x".join(map(str, view.shape))
            while name in self.written.views:
                name += "_"
            self.written.views[name] = f"view({buffer}, {view.start}, {view.shape}, {view.strides})"
            self.names[key] = name
        return self.names[key]

    def leaf_name(self, place: int) -> str:
        """Return the name of the row of leaves that starts at a place: ``w1``, ``w2``, ... in the order of use."""
        if place not in self.leaf_names:
            word = self.roles[place]
            count = sum(name.rstrip("0123456789") == word for name in self.leaf_names.values())
            self.leaf_names[place] = f"{word}{count + 1}"
        return self.leaf_names[place]

    def data(self, prefix: str, array: object) -> str:
        name = f"{prefix}{len(self.written.data)}"
        while name in self.written.views:
            name += "_"
        self.written.data[name] = array
        self.written.views[name] = f"data[{name!r}]"
        return name

    def read(self, position: int, number: int) -> str | float:
        """Return the expression for an operand; what has to be gathered is gathered once, in the forward pass."""
        source = self.layout.steps[position].operands[number]
        if isinstance(source, View):
            return self.view("values", source)
        if isinstance(source, Fixed):
            if isinstance(source.numbers, float):
                return source.numbers
            if (position, number) not in self.taken:
                self.taken[position, number] = self.data("constant", source.numbers)
            return self.taken[position, number]
        if (position, number) not in self.taken:
            index = self.data("index", source.index)
            name = f"taken{len(self.taken)}"
            while name in self.written.views:
                name += "_"
            self.written.views[name] = f"values.take({index})"
            self.lines.append(f"values.take({index}, out={name}, mode='clip')")
            self.taken[position, number] = name
        return self.taken[position, number]

    # --- forward ------------------------------------------------------------------------------------------

    def forward(self, position: int, step: ArrayStep) -> None:
        out = self.view("values", step.out)
        operands = [self.read(position, number) for number in range(len(step.operands))]
        if step.kind == "matmul":
            self.lines.append(f"np.matmul({operands[0]}, {transposed(str(operands[1]), step)}, out={out})")
            return
        if step.group.operation.sums_products:
            self.lines.append(f"np.vecdot({operands[0]}, {operands[1]}, out={out})")
            return
        self.assign(out, self.expression(step, step.group.operation.value, operands))

    def expression(self, step: ArrayStep, formula: str, operands: list[str | float], out: str = "") -> ast.expr:
        operation = step.group.operation
        named = dict(zip(operation.operands, operands, strict=True))
        return array_expression(operation, formula, named, step.lengths, out)

    def assign(self, out: str, expression: ast.expr, *, add: bool = False) -> None:
        """Write a line that puts an expression into a view, or adds it to one."""
        text = ast.unparse(expression)
        function = expression.func if isinstance(expression, ast.Call) else None
        called = function.attr if isinstance(function, ast.Attribute) else ""
        if add:
            self.lines.append(f"np.add({out}, {text}, out={out})")
        elif isinstance(expression, ast.BinOp) and type(expression.op) in IN_PLACE:
            sides = f"{ast.unparse(expression.left)}, {ast.unparse(expression.right)}"
            self.lines.append(f"np.{IN_PLACE[type(expression.op)]}({sides}, out={out})")
        elif isinstance(expression, ast.UnaryOp) and constant(expression) is None:
            self.lines.append(f"np.negative({ast.unparse(expression.operand)}, out={out})")
        elif called in REDUCERS:
            self.lines.append(f"np.{REDUCERS[called]}.reduce{text[text.index('(') : -1]}, out={out})")
        elif called in SPELLINGS.values():
            self.lines.append(f"{text[:-1]}, out={out})")
        else:
            self.lines.append(f"{out}[...] = {text}")


def transposed(name: str, step: ArrayStep) -> str:
    """Return the expression for a matrix, or each matrix of a stack, transposed."""
    return f"{name}.T" if len(step.out.shape) == 2 else f"{name}.swapaxes(-1, -2)"
