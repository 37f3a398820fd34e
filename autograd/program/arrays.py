"""Writes a laid-out program as NumPy: one line per group forward, one or two per operand backward.

The forward pass is written in :mod:`autograd.program.lines`, the backward pass here. The chain rule is in
:meth:`ArrayWriter.pass_back` for whole rows and in :meth:`ArrayWriter.pass_back_matmul` for matrix products.
"""

import ast

import numpy
from numpy.typing import NDArray

from autograd.formulas.formula import constant
from autograd.formulas.row import is_sequence
from autograd.program.affine import Fixed, Gather, Places, View, contiguous, injective
from autograd.program.layout import ArrayStep, Layout, find_needed
from autograd.program.lines import LineWriter, transposed


class ArrayWriter(LineWriter):
    """Writes both passes of an array program.

    Args:
        layout: the program with everything in its place.
        outputs: the places whose gradients the caller fills in before the backward pass.
        wanted: for each place of a leaf, whether its gradient is asked for.
        roles: for a leaf's place, the word that names views starting in its region (``parameter``, ``input``).
    """

    def __init__(self, layout: Layout, outputs: Places, wanted: NDArray[numpy.bool_], roles: dict[int, str]) -> None:
        super().__init__(layout, roles)
        self.outputs = outputs
        self.needed = find_needed(layout, wanted)
        self.shares_with: dict[int, int] = {}
        self.gradient_of = self.share_gradients()
        self.filled = numpy.zeros(layout.size, dtype=bool)
        self.filled[outputs] = True
        for position in range(len(layout.steps) - 1, -1, -1):
            self.lines = self.written.lines[position][1]
            self.backward(position, layout.steps[position])
            self.written.backward += self.lines

    # --- backward -----------------------------------------------------------------------------------------

    def share_gradients(self) -> dict[int, View]:
        """Let a step whose results only go, unchanged in gradient, into one other step use that step's gradient.

        In ``z = y + b`` the gradients of y and z are the same numbers; there is no need to copy them.
        """
        uses = numpy.zeros(self.layout.size, dtype=numpy.int64)
        uses[self.outputs] += 2
        for step in self.layout.steps:
            for source in step.operands:
                if not isinstance(source, Fixed):
                    places = source.places()
                    numpy.add.at(uses, places.reshape(-1), 1)
        shared: dict[int, View] = {}
        for position in range(len(self.layout.steps) - 1, -1, -1):
            step = self.layout.steps[position]
            own = shared.get(position, step.out)
            for name, source in zip(step.group.operation.operands, step.operands, strict=True):
                if (
                    step.kind != "elementwise"
                    or not isinstance(source, View)
                    or step.group.operation.slopes[name] != "1"
                ):
                    continue
                producer = int(self.owner[source.start])
                if producer < 0 or producer in shared or uses[source.start] != 1:
                    continue
                out = self.layout.steps[producer].out
                whole = contiguous(source.start, source.shape) == source and out.start == source.start
                count = self.layout.steps[producer].count
                if whole and count == step.count and (uses[out.start : out.start + count] == 1).all():
                    shared[producer] = contiguous(own.start, out.shape)
                    self.shares_with[producer] = position
        return shared

    def gradient_view(self, source: View) -> View:
        owner = int(self.owner[source.start])
        if owner in self.gradient_of:
            moved = self.gradient_of[owner].start - self.layout.steps[owner].out.start
            return View(source.start + moved, source.shape, source.strides)
        return source

    def gradient_places(self, source: View | Gather) -> Places:
        places = numpy.array(source.places())
        for owner, view in self.gradient_of.items():
            out = self.layout.steps[owner].out
            inside = (places >= out.start) & (places < out.start + self.layout.steps[owner].count)
            places[inside] += view.start - out.start
        return places

    def backward(self, position: int, step: ArrayStep) -> None:
        gradient = self.gradient_of.get(position, step.out)
        mine = slice(gradient.start, gradient.start + step.count)
        if not self.filled[mine].any() or step.group.operation.detached:
            return
        if position not in self.gradient_of:
            self.fill(numpy.arange(mine.start, mine.stop))
        incoming = self.view("gradients", gradient)
        if step.kind == "matmul":
            self.pass_back_matmul(position, step, incoming)
        else:
            self.pass_back(position, step, incoming)

    def pass_back(self, position: int, step: ArrayStep, incoming: str) -> None:
        """Add *incoming gradient x local derivative* to the gradient of each operand of a step."""
        operation = step.group.operation
        operands = [self.read(position, number) for number in range(len(step.operands))]
        for name, source in zip(operation.operands, step.operands, strict=True):
            if isinstance(source, Fixed) or operation.slopes.get(name, "0") == "0" or not self.wants(source):
                continue
            if isinstance(source, View) and self.shares_with.get(int(self.owner[source.start])) == position:
                continue  # it has this very gradient already
            square = operation.sums_products and step.operands[0] == step.operands[1]
            if square and name == operation.operands[1]:
                continue  # the gradient of x * x is written once, as 2 * x
            slope = self.expression(step, operation.slopes[name], operands, self.view("values", step.out))
            sequence = is_sequence(name)
            gradient: ast.expr = ast.Name(f"{incoming}[..., None]" if sequence else incoming)
            if constant(slope) == -1.0:
                gradient = ast.UnaryOp(ast.USub(), gradient)
            elif constant(slope) != 1.0:
                gradient = ast.BinOp(gradient, ast.Mult(), masked(slope))
            if square:
                gradient = ast.BinOp(ast.Constant(2), ast.Mult(), gradient)
            self.deposit(source, gradient)

    def pass_back_matmul(self, position: int, step: ArrayStep, incoming: str) -> None:
        """Pass the gradient of ``first @ second.T`` back: ``G @ second`` and ``G.T @ first``."""
        first, second = step.operands
        names = [str(self.read(position, number)) for number in range(2)]
        if not isinstance(first, Fixed) and self.wants(first):
            self.deposit_product(first, incoming, names[1])
        if not isinstance(second, Fixed) and self.wants(second):
            self.deposit_product(second, transposed(incoming, step), names[0])

    def wants(self, source: View | Gather) -> bool:
        """Whether any number of an operand passes a gradient on."""
        places = source.places()
        return bool(self.needed[places].any())

    def deposit_product(self, source: View | Gather, left: str, right: str) -> None:
        places = self.gradient_places(source)
        if isinstance(source, View) and injective(places):
            view = self.view("gradients", self.gradient_view(source))
            if not self.filled[places].any():
                self.filled[places] = True
                self.lines.append(f"np.matmul({left}, {right}, out={view})")
                return
            self.fill(places)
            self.lines.append(f"np.add({view}, {left} @ {right}, out={view})")
        else:
            self.scatter(places, f"{left} @ {right}")

    def deposit(self, source: View | Gather, gradient: ast.expr) -> None:
        """Add an expression in the shape of the step to the gradient of an operand."""
        places = self.gradient_places(source)
        if isinstance(source, View):
            target = self.gradient_view(source)
            axes = source.broadcast_axes
            reduced = target.reduced()
            inner = reduced.places() if axes else places
            if injective(inner):
                view = self.view("gradients", reduced if axes else target)
                fresh = not self.filled[inner].any()
                if axes:
                    text = ast.unparse(gradient)
                    if "[..., None]" in text:  # the sum has to count every place of the axis
                        text = f"np.broadcast_to({text}, {source.shape})"
                    gradient = ast.parse(f"np.sum({text}, axis={axes}, keepdims=True)", mode="eval").body
                if fresh:
                    self.filled[inner] = True
                else:
                    self.fill(inner)
                self.assign(view, gradient, add=not fresh)
                return
        self.scatter(places, ast.unparse(gradient))

    def scatter(self, places: Places, text: str) -> None:
        """Add an expression to gradients at scattered places, some of which may repeat."""
        if injective(places) and not self.filled[places].any():
            self.filled[places] = True
            self.lines.append(f"gradients[{self.data('index', places)}] = {text}")
        elif injective(places):
            self.fill(places)
            self.lines.append(f"gradients[{self.data('index', places)}] += {text}")
        else:
            low, high = int(places.min()), int(places.max()) + 1
            self.fill(numpy.arange(low, high))
            flat = self.data("index", (places - low).reshape(-1))
            share = self.data("share", numpy.zeros(places.shape))  # the expression in its full shape
            self.written.views[f"{share}_flat"] = f"{share}.reshape(-1)"
            self.assign(share, ast.parse(text, mode="eval").body)
            self.lines.append(f"gradients[{low}:{high}] += np.bincount({flat}, {share}_flat, {high - low})")

    def fill(self, places: Places) -> None:
        """Set gradients to zero that nothing has been written to yet."""
        empty = numpy.unique(places[~self.filled[places]])
        if not len(empty):
            return
        self.filled[empty] = True
        if len(empty) == empty[-1] - empty[0] + 1:
            self.lines.append(f"gradients[{empty[0]}:{empty[-1] + 1}] = 0")
        else:
            self.lines.append(f"gradients[{self.data('index', empty)}] = 0")


def masked(slope: ast.expr) -> ast.expr:
    """Write a choice between 1 and 0 as the condition alone, which multiplies the same."""
    if isinstance(slope, ast.Call) and ast.unparse(slope.func) == "np.where":
        condition, then, otherwise = slope.args
        if constant(then) == 1.0 and constant(otherwise) == 0.0:
            return condition
    return slope
