"""Writes a laid-out program as NumPy: one line per group forward, one or two per operand backward.

The text has three parts: views of the two flat buffers (made once), ``forward`` and ``backward``. The chain rule
is in :meth:`_Writer.pass_back` for whole rows and in :meth:`_Writer.pass_back_matmul` for matrix products.
"""

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from autograd.operation import is_sequence
from autograd.program.affine import Fixed, Gather, Source, View, contiguous
from autograd.program.layout import Layout, Step
from autograd.program.notation import NUMPY_NAMES, array_expression, constant

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Places = NDArray[numpy.int64]

UFUNCS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
}  # fmt: skip
REDUCERS = {
    "np.sum": "np.add.reduce",
    "np.prod": "np.multiply.reduce",
    "np.max": "np.maximum.reduce",
    "np.min": "np.minimum.reduce",
}
WITH_OUT = frozenset(NUMPY_NAMES.values())
"""Array functions that can write into a given array."""


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
        """The whole program."""

        def body(lines: Iterable[str]) -> str:
            return "".join(f"        {line}\n" for line in lines) or "        pass\n"

        views = "".join(f"    {name} = {text}\n" for name, text in self.views.items())
        return (
            "def program(values, gradients, view, data):\n"
            f"{views}\n    def forward():\n{body(self.forward)}\n    def backward():\n{body(self.backward)}\n"
            "    return forward, backward\n"
        )


def write(layout: Layout, outputs: "Places", wanted: "NDArray[numpy.bool_]", roles: dict[int, str]) -> Written:
    """Write the program of a layout.

    Args:
        layout: the program with everything in its place.
        outputs: the places whose gradients the caller fills in before the backward pass.
        wanted: for each place of a leaf, whether its gradient is asked for.
        roles: for a leaf's place, the word that names views starting in its region (``parameter``, ``input``).
    """
    return _Writer(layout, outputs, wanted, roles).written


class _Writer:
    def __init__(
        self, layout: Layout, outputs: "Places", wanted: "NDArray[numpy.bool_]", roles: dict[int, str]
    ) -> None:
        import numpy

        self.numpy, self.layout, self.roles = numpy, layout, roles
        self.written = Written()
        self.names: dict[tuple[str, View], str] = {}
        self.leaf_names: dict[int, str] = {}
        self.step_names = [f"{step.group.operation.name}{i}" for i, step in enumerate(layout.steps, 1)]
        self.owner = numpy.full(layout.size, -1, dtype=numpy.int64)
        for position, step in enumerate(layout.steps):
            self.owner[step.out.start : step.out.start + len(step.group.members)] = position
        self.taken: dict[tuple[int, int], str] = {}
        self.lines: list[str] = self.written.forward
        for position, step in enumerate(layout.steps):
            self.written.lines.append(([], []))
            self.lines = self.written.lines[position][0]
            self.forward(position, step)
            self.written.forward += self.lines
        self.outputs = outputs
        self.needed = self.find_needed(wanted)
        self.shares_with: dict[int, int] = {}
        self.gradient_of = self.share_gradients()
        self.filled = numpy.zeros(layout.size, dtype=bool)
        self.filled[outputs] = True
        for position in range(len(layout.steps) - 1, -1, -1):
            self.lines = self.written.lines[position][1]
            self.backward(position, layout.steps[position])
            self.written.backward += self.lines

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
        """Return the name of an array that goes with the program."""
        name = f"{prefix}{len(self.written.data)}"
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
            self.written.views[name] = f"values.take({index})"
            self.lines.append(f"values.take({index}, out={name}, mode='clip')")
            self.taken[position, number] = name
        return self.taken[position, number]

    # --- forward ------------------------------------------------------------------------------------------

    def forward(self, position: int, step: Step) -> None:
        """Write the lines that compute one step."""
        out = self.view("values", step.out)
        operands = [self.read(position, number) for number in range(len(step.operands))]
        if step.kind == "matmul":
            self.lines.append(f"np.matmul({operands[0]}, {transposed(str(operands[1]), step)}, out={out})")
            return
        if step.group.operation.name == "dot":
            self.lines.append(f"np.vecdot({operands[0]}, {operands[1]}, out={out})")
            return
        self.assign(out, self.expression(step, step.group.operation.value, operands))

    def expression(self, step: Step, formula: str, operands: "list[str | float]", out: str = "") -> ast.expr:
        """Return a formula of a step's operation over its operands."""
        operation = step.group.operation
        named = dict(zip(operation.operands, operands, strict=True))
        nodes = zip(operation.operands, step.operands, strict=True)
        terms = {name: self.length(source) for name, source in nodes if is_sequence(name)}
        return array_expression(operation, formula, named, terms, out)

    def length(self, source: Source) -> int:
        """Return how many terms a sequence operand has."""
        if isinstance(source, View):
            return source.shape[-1]
        return int(cast("numpy.ndarray", source.index if isinstance(source, Gather) else source.numbers).shape[-1])

    def assign(self, out: str, expression: ast.expr, *, add: bool = False) -> None:
        """Write a line that puts an expression into a view, or adds it to one."""
        text = ast.unparse(expression)
        if add:
            self.lines.append(f"np.add({out}, {text}, out={out})")
        elif isinstance(expression, ast.BinOp) and type(expression.op) in UFUNCS:
            sides = f"{ast.unparse(expression.left)}, {ast.unparse(expression.right)}"
            self.lines.append(f"np.{UFUNCS[type(expression.op)]}({sides}, out={out})")
        elif isinstance(expression, ast.Call) and ast.unparse(expression.func) in REDUCERS:
            reducer = REDUCERS[ast.unparse(expression.func)]  # the same without NumPy's wrapper in Python
            self.lines.append(f"{reducer}{text[text.index('(') : -1]}, out={out})")
        elif isinstance(expression, ast.UnaryOp) and constant(expression) is None:
            self.lines.append(f"np.negative({ast.unparse(expression.operand)}, out={out})")
        elif (
            isinstance(expression, ast.Call)
            and isinstance(expression.func, ast.Attribute)
            and expression.func.attr in WITH_OUT
        ):
            self.lines.append(f"{text[:-1]}, out={out})")
        else:
            self.lines.append(f"{out}[...] = {text}")

    # --- backward -----------------------------------------------------------------------------------------

    def find_needed(self, wanted: "NDArray[numpy.bool_]") -> "NDArray[numpy.bool_]":
        """Return for each place whether a wanted gradient passes through it."""
        needed = self.numpy.zeros(self.layout.size, dtype=bool)
        needed[: len(wanted)] = wanted
        for step in self.layout.steps:
            total = self.numpy.zeros(len(step.group.members), dtype=bool)
            for source in step.operands:
                if isinstance(source, Fixed):
                    continue
                passing = needed[source.places() if isinstance(source, View) else source.index]
                total |= passing.any() if step.kind == "matmul" else passing.reshape(len(total), -1).any(axis=1)
            start = step.out.start
            needed[start : start + len(total)] = total if step.group.operation.name not in DETACHED else False
        return needed

    def share_gradients(self) -> dict[int, View]:
        """Let a step whose results only go, unchanged in gradient, into one other step use that step's gradient.

        In ``z = y + b`` the gradients of y and z are the same numbers; there is no need to copy them.
        """
        uses = self.numpy.zeros(self.layout.size, dtype=self.numpy.int64)
        uses[self.outputs] += 2
        for step in self.layout.steps:
            for source in step.operands:
                if not isinstance(source, Fixed):
                    places = source.places() if isinstance(source, View) else source.index
                    self.numpy.add.at(uses, places.reshape(-1), 1)
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
                count = len(self.layout.steps[producer].group.members)
                if whole and count == len(step.group.members) and (uses[out.start : out.start + count] == 1).all():
                    shared[producer] = contiguous(own.start, out.shape)
                    self.shares_with[producer] = position
        return shared

    def gradient_view(self, source: View) -> View:
        """Return where the gradient of a view of values is."""
        owner = int(self.owner[source.start])
        if owner in self.gradient_of:
            moved = self.gradient_of[owner].start - self.layout.steps[owner].out.start
            return View(source.start + moved, source.shape, source.strides)
        return source

    def gradient_places(self, source: "View | Gather") -> "Places":
        """Return the places of the gradients of an operand."""
        places = source.places() if isinstance(source, View) else source.index.copy()
        for owner, view in self.gradient_of.items():
            out = self.layout.steps[owner].out
            inside = (places >= out.start) & (places < out.start + len(self.layout.steps[owner].group.members))
            places[inside] += view.start - out.start
        return places

    def backward(self, position: int, step: Step) -> None:
        """Write the lines that pass a step's gradient to its operands."""
        gradient = self.gradient_of.get(position, step.out)
        mine = slice(gradient.start, gradient.start + len(step.group.members))
        if not self.filled[mine].any() or step.group.operation.name in DETACHED:
            return
        if position not in self.gradient_of:
            self.fill(self.numpy.arange(mine.start, mine.stop))
        incoming = self.view("gradients", gradient)
        if step.kind == "matmul":
            self.pass_back_matmul(position, step, incoming)
        else:
            self.pass_back(position, step, incoming)

    def pass_back(self, position: int, step: Step, incoming: str) -> None:
        """Add *incoming gradient x local derivative* to the gradient of each operand of a step."""
        operation = step.group.operation
        operands = [self.read(position, number) for number in range(len(step.operands))]
        for name, source in zip(operation.operands, step.operands, strict=True):
            if isinstance(source, Fixed) or operation.slopes.get(name, "0") == "0" or not self.wants(source):
                continue
            if isinstance(source, View) and self.shares_with.get(int(self.owner[source.start])) == position:
                continue  # it has this very gradient already
            square = operation.name == "dot" and step.operands[0] == step.operands[1]
            if square and name == "ys":
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

    def pass_back_matmul(self, position: int, step: Step, incoming: str) -> None:
        """Pass the gradient of ``first @ second.T`` back: ``G @ second`` and ``G.T @ first``."""
        first, second = step.operands
        names = [str(self.read(position, number)) for number in range(2)]
        if not isinstance(first, Fixed) and self.wants(first):
            self.deposit_product(first, incoming, names[1])
        if not isinstance(second, Fixed) and self.wants(second):
            self.deposit_product(second, transposed(incoming, step), names[0])

    def wants(self, source: "View | Gather") -> bool:
        """Whether any number of an operand passes a gradient on."""
        places = source.places() if isinstance(source, View) else source.index
        return bool(self.needed[places].any())

    def deposit_product(self, source: "View | Gather", left: str, right: str) -> None:
        """Add a matrix product to the gradient of an operand."""
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

    def deposit(self, source: "View | Gather", gradient: ast.expr) -> None:
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
                    text = f"np.sum({ast.unparse(gradient)}, axis={axes}, keepdims=True)"
                    text = self.full_shape(text, gradient, source)
                    gradient = ast.parse(text, mode="eval").body
                if fresh:
                    self.filled[inner] = True
                else:
                    self.fill(inner)
                self.assign(view, gradient, add=not fresh)
                return
        self.scatter(places, ast.unparse(gradient))

    def full_shape(self, text: str, gradient: ast.expr, source: View) -> str:
        """Make sure that a sum over a broadcast axis counts every place of it."""
        if source.broadcast_axes and "[..., None]" in ast.unparse(gradient):
            inner = ast.unparse(gradient)
            return f"np.sum(np.broadcast_to({inner}, {source.shape}), axis={source.broadcast_axes}, keepdims=True)"
        return text

    def scatter(self, places: "Places", text: str) -> None:
        """Add an expression to gradients at scattered places, some of which may repeat."""
        index = self.data("index", places)
        if injective(places) and not self.filled[places].any():
            self.filled[places] = True
            self.lines.append(f"gradients[{index}] = {text}")
        elif injective(places):
            self.fill(places)
            self.lines.append(f"gradients[{index}] += {text}")
        else:
            low, high = int(places.min()), int(places.max()) + 1
            self.fill(self.numpy.arange(low, high))
            flat = self.data("index", (places - low).reshape(-1))
            weights = f"np.broadcast_to({text}, {places.shape}).ravel()"
            self.lines.append(f"gradients[{low}:{high}] += np.bincount({flat}, {weights}, {high - low})")

    def fill(self, places: "Places") -> None:
        """Set gradients to zero that nothing has been written to yet."""
        empty = self.numpy.unique(places[~self.filled[places]])
        if not len(empty):
            return
        self.filled[empty] = True
        if len(empty) == empty[-1] - empty[0] + 1:
            self.lines.append(f"gradients[{empty[0]}:{empty[-1] + 1}] = 0")
        else:
            self.lines.append(f"gradients[{self.data('index', empty)}] = 0")


DETACHED = frozenset({"detach", "sign"})
"""Operations that no gradient passes through."""


def transposed(name: str, step: Step) -> str:
    """Return the expression for a matrix, or each matrix of a stack, transposed."""
    return f"{name}.T" if len(step.out.shape) == 2 else f"{name}.swapaxes(-1, -2)"


def injective(places: "Places") -> bool:
    """Whether no place occurs twice."""
    import numpy

    return len(numpy.unique(places)) == places.size


def masked(slope: ast.expr) -> ast.expr:
    """Write a choice between 1 and 0 as the condition alone, which multiplies the same."""
    if isinstance(slope, ast.Call) and ast.unparse(slope.func) == "np.where":
        condition, then, otherwise = slope.args
        if constant(then) == 1.0 and constant(otherwise) == 0.0:
            return condition
    return slope
