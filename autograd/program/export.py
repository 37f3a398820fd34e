"""Prints a recorded program as source for JAX or PyTorch, which differentiate and distribute it themselves.

Of the program only the forward pass is written; each group of nodes that do the same is one line, as in the array
program, but it makes a new array instead of writing into a buffer. Sums and products are the library's own; every
other row comes along as a function with the derivatives that the table states.
"""

import ast
import math
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import groupby
from typing import cast

import numpy

from autograd.advice import refuse_masked
from autograd.console import printed
from autograd.engine import Value
from autograd.errors import ArgumentError, NumberError
from autograd.formulas.binding import define
from autograd.formulas.foreign import Foreign, ForeignLibrary, Written, is_arithmetic
from autograd.formulas.formula import Rename, formula, literal
from autograd.formulas.jax import JAX
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence
from autograd.formulas.torch import TORCH
from autograd.gradients.arguments import in_order, leaves
from autograd.gradients.structures import Shape
from autograd.gradients.supplies import OneByOne
from autograd.numbers import shown
from autograd.program.affine import Fixed, Gather, Places, Source, View, contiguous
from autograd.program.groups import find_groups
from autograd.program.layout import ArrayStep, Layout, lay_out
from autograd.program.record import Recording
from autograd.program.sums import gather_sums
from autograd.program.trace import Trace
from autograd.program.tracing import trace

LIBRARIES: dict[str, ForeignLibrary] = {"jax": JAX, "torch": TORCH}


class Exported:
    """A program as a function of another library.

    Call it as ``exported(parameters, *arguments)`` with the arguments of the compiled function that are not static
    (numbers, arrays, or lists, tuples and dictionaries of them) and its parameters as one flat array. ``drawn=``
    gives the numbers that the program draws at each call, such as dropout masks, as one flat array.

    Derivatives of any order are those that the table states: at kinks and ties its conventions hold, and where nothing
    flows in, nothing is passed on, even by an infinite slope. Where autograd raises an error, a number that is not
    finite comes out, as usual there, unless the result does not depend on it. Forward mode (``jacfwd``, ``hessian``)
    takes 0 times infinity for 0; PyTorch cannot nest it, and says so.

    Attributes:
        source: the text of the function, complete in itself.
        values: the Values that are the parameters, in order.
        parameters: the numbers of the parameters now, as an array of the library.

    Raises:
        ArgumentError: a call gives more or fewer numbers than the program was recorded with, or other keys.
    """

    def __init__(  # noqa: PLR0917  # what an export consists of
        self, source: str, library: str, values: Sequence[Value], counts: tuple[int, int], name: str, recorded: Shape
    ) -> None:
        self.source, self.library, self.__name__, self.recorded = source, library, name, recorded
        self.values = list(values)
        self.count_inputs, self.count_drawn = counts
        namespace: dict[str, object] = {"__name__": f"{name}_{library}"}
        define(source, namespace, f"{name} for {library}")
        self.function = cast("Callable[..., object]", namespace[name])
        self.arrays = import_module(LIBRARIES[library].arrays)
        self.parameters = self.array([value.data for value in values])

    def array(self, numbers: object) -> object:
        """Return numbers as an array of the library; what is one of floats already stays as it is."""
        if hasattr(numbers, "dtype") and not type(numbers).__module__.startswith(("numpy", "pandas")):
            is_whole = any(kind in str(numbers.dtype) for kind in ("int", "bool"))
            return LIBRARIES[self.library].asarray(numbers) if is_whole else numbers
        refuse_masked(numbers)
        try:
            items = numbers if isinstance(numbers, list | tuple) else numpy.asarray(numbers, order="C")
            if isinstance(items, numpy.ndarray) and items.dtype.kind not in "fiub":
                items = [float(0.0 + item) for item in items.ravel().tolist()]  # no texts, and nothing complex
            return LIBRARIES[self.library].asarray(items)
        except NumberError:
            raise
        except (TypeError, ValueError, OverflowError):
            raise ArgumentError(
                f"{self.__name__} takes numbers, arrays of them, and nested lists of both; got {shown(numbers)}."
            ) from None

    def __call__(self, parameters: object, *arguments: object, drawn: object = None) -> object:
        pieces: list[object] = []
        numbers = leaves(in_order(arguments, self.recorded))
        for plain, items in groupby(numbers, lambda item: isinstance(item, int | float)):
            for item in [list(items)] if plain else items:  # plain numbers that follow each other are one array
                pieces.append(self.array(item).reshape(-1))  # type: ignore[attr-defined]  # an array of the library
        inputs = self.arrays.concatenate(pieces) if pieces else self.array([])
        given = self.array(parameters), inputs, self.array([] if drawn is None else drawn)
        counts = len(self.values), self.count_inputs, self.count_drawn
        wheres = "parameters", "the arguments", "drawn= (what it draws at each call)"
        for array, count, where in zip(given, counts, wheres, strict=True):
            shape = cast("numpy.ndarray", array).shape
            if tuple(shape) != (count,):
                raise ArgumentError(
                    f"{self.__name__} was recorded with {count} numbers in {where}, one flat array of them; got an "
                    f"array of shape {tuple(shape)}."
                )
        return self.function(*given)

    @printed
    def __repr__(self) -> str:
        return f"<{self.__name__} for {self.library}: {self.source.count(chr(10))} lines, see .source>"


def export(recording: Recording, library: str, name: str) -> Exported:
    """Return the program of a recording as a function of ``"jax"`` or ``"torch"``."""
    traced = gather_sums(trace(recording, expand=False))
    for operation in set(traced.operations):
        if operation.functions:
            raise ArgumentError(
                f"{operation.name} calls a function of its own ({', '.join(operation.functions)}), of which {library} "
                "knows nothing. Write its formulas with the operations of the table to export them."
            )
    layout = lay_out(traced, find_groups(traced))
    header = LIBRARIES[library].header
    if name in OPERATIONS or re.search(rf"\b{name}\b", header) or re.fullmatch(r"array\d+|constants|[a-z]+_", name):
        name += "_program"  # the rest of the source uses this name
    printer = _Printer(recording, traced, layout, name, LIBRARIES[library])
    source = header.replace("{title}", name) + "\n\n" + printer.text()
    counts = len(traced.inputs), sum(high - low for low, high in layout.drawn)
    return Exported(source, library, traced.values_of(layout.parameters), counts, name, recording.arguments)


class _Printer:
    def __init__(  # what a program is made of
        self, recording: Recording, traced: Trace, layout: Layout, name: str, library: ForeignLibrary
    ) -> None:
        self.recording, self.trace, self.layout, self.name, self.library = recording, traced, layout, name, library
        self.rows: dict[str, None] = {}
        """The rows whose functions the program calls, in order."""
        self.arrays: list[str] = []
        self.known: dict[str, str] = {}
        self.with_constants: set[str] = set()
        """The results that have a constant among their operands."""
        # Every region of places that one variable holds: where it starts, how long it is, its name and its shape.
        count = len(layout.parameters)
        drawn = layout.inputs[1]
        constants = drawn + sum(high - low for low, high in layout.drawn)
        self.regions: list[tuple[int, int, str, tuple[int, ...]]] = [
            (0, count, "parameters", (count,)),
            (count, drawn, "inputs", (drawn - count,)),
            (drawn, constants, "drawn", (constants - drawn,)),
            (constants, layout.leaf_count, "constants", (layout.leaf_count - constants,)),
        ]
        for number, step in enumerate(layout.steps, 1):
            start, stop = step.region.start, step.region.stop
            self.regions.append((start, stop, f"{step.group.operation.name}{number}", step.out.shape))

    def text(self) -> str:
        steps = enumerate(self.layout.steps, 1)
        lines = []
        for number, step in steps:
            line = self.line(step)
            name = f"{step.group.operation.name}{number}"
            if any(isinstance(source, Fixed) for source in step.operands):
                self.with_constants.add(name)
            lines.append(f"{name} = {line}")
        outputs = [self.single(int(self.layout.place[node])) for node in self.trace.outputs]
        result = ast.unparse(ast.parse(repr(self.recording.shape.build(OneByOne(map(_Text, outputs)))), mode="eval"))
        if any("constants" in line for line in [*lines, result]):
            self.arrays.append(f"constants = fixed({list(self.layout.constants.values())})")
        body = "".join(f"    {line}\n" for line in [*lines, f"return {result}"])
        head = "".join(f"{line}\n" for line in self.arrays) + ("\n\n" if self.arrays else "")
        rules = self.library.rules(self.rows)
        return f"{rules}{chr(10) * 2 if rules else ''}{head}def {self.name}(parameters, inputs, drawn):\n{body}"

    def line(self, step: ArrayStep) -> str:
        """Return the expression that computes one step, in the shape of its result."""
        text = self.expression(step)
        if all(isinstance(source, Fixed) and isinstance(source.numbers, float) for source in step.operands):
            text = f"array([{text}])"
        return text if self.has_full_shape(step) else f"xp.broadcast_to({text}, {step.out.shape})"

    def expression(self, step: ArrayStep) -> str:
        """Return the same in a shape that broadcasts to that of the result."""
        operation = step.group.operation
        if step.kind == "matmul":
            first, second = (self.operand(source, kept=2) for source in step.operands)
            return f"xp.matmul({first}, {second}.{'T' if len(step.out.shape) == 2 else 'swapaxes(-1, -2)'})"
        operands: dict[str, str | float] = {}
        for name, source in zip(operation.operands, step.operands, strict=True):
            operands[name] = self.operand(source, kept=1 if is_sequence(name) else 0)
        if operation.sums_products and operation.is_nary:
            return f"xp.einsum('...i,...i->...', {', '.join(map(str, operands.values()))})"
        if is_arithmetic(operation):
            return self.arithmetic(operation, operands)
        self.rows[operation.name] = None
        if isinstance(operands.get("index"), float):
            operands["index"] = self.constant_array([operands["index"]])
        return f"{self.library.rule_name(operation.name)}({', '.join(map(str, operands.values()))})"

    def arithmetic(self, operation: Operation, operands: dict[str, str | float]) -> str:
        """Return the expression of a row whose formula is the library's own arithmetic, or an operator's row."""
        numbers = {name: literal(item) for name, item in operands.items() if isinstance(item, float)}
        texts = {
            name: ast.parse(self.kept_apart(item) if numbers else item, mode="eval").body
            for name, item in operands.items()
            if isinstance(item, str)
        }
        tree = Rename(numbers).visit(formula(operation.value).copy())
        written = Foreign(self.library, operation, tree, Written.PROGRAM)
        self.rows.update(dict.fromkeys(sorted(written.needed)))
        return ast.unparse(Rename(texts).visit(written.tree))

    def kept_apart(self, text: str) -> str:
        """Return an operand that stands beside a constant so that no other constant in it is added to that one."""
        names = set(re.findall(r"\w+", text))
        return f"{self.library.barrier}({text})" if names & self.with_constants else text

    def has_full_shape(self, step: ArrayStep) -> bool:
        """Whether some operand already has the shape of the result, so that broadcasting gives it."""
        if step.kind == "matmul":
            return True
        shapes = [cut(source, 0).shape if isinstance(source, View) else source.shape for source in step.operands]
        pairs = zip(step.group.operation.operands, shapes, strict=True)
        return any((own[:-1] if is_sequence(name) else own) == step.out.shape for name, own in pairs)

    def operand(self, source: Source, kept: int) -> str | float:
        """Return the expression for an operand; all axes but the last ``kept`` may be left to broadcasting."""
        if isinstance(source, Fixed):
            if isinstance(source.numbers, float):
                return source.numbers
            return self.constant_array(source.numbers.tolist())
        if isinstance(source, Gather):
            return self.taken(source.index)
        view = cut(source, kept)
        start, stop, name, shape = self.region_of(view.start)
        size, flat = math.prod(view.shape), contiguous(view.start, view.shape)
        same_order = all(n == 1 or s == t for n, s, t in zip(view.shape, view.strides, flat.strides, strict=True))
        if same_order and view.start + size <= stop:
            low = view.start - start
            whole = size == stop - start
            text = name if whole else f"{self.flat(name, shape)}[{low}:{low + size}]"
            return text if view.shape == (shape if whole else (size,)) else f"{text}.reshape{view.shape}"
        return self.taken(view.places())

    def region_of(self, place: int) -> tuple[int, int, str, tuple[int, ...]]:
        return next(region for region in self.regions if region[0] <= place < region[1])

    def flat(self, name: str, shape: tuple[int, ...]) -> str:
        return name if len(shape) == 1 else f"{name}.reshape(-1)"

    def taken(self, places: Places) -> str:
        low, high = int(places.min()), int(places.max())
        regions = [region for region in self.regions if region[0] <= high and region[1] > low and region[1] > region[0]]
        flats = [self.flat(name, shape) for _, _, name, shape in regions]
        whole = flats[0] if len(flats) == 1 else f"xp.concatenate([{', '.join(flats)}])"
        return f"{whole}[{self.constant_array((places - regions[0][0]).tolist())}]"

    def single(self, place: int) -> str:
        start, _, name, shape = self.region_of(place)
        return f"{self.flat(name, shape)}[{place - start}]"

    def constant_array(self, numbers: object) -> str:
        text = repr(numbers)
        if text not in self.known:
            self.known[text] = f"array{len(self.known)}"
            flat = numpy.array(numbers)
            self.arrays.append(f"{self.known[text]} = fixed({flat.reshape(-1).tolist()}).reshape({flat.shape})")
        return self.known[text]


def cut(view: View, kept: int) -> View:
    """Return a view with each broadcast axis cut to length 1, except for the last ``kept`` axes."""
    reduced = view.reduced().shape
    axes = len(reduced) - kept
    return View(view.start, reduced[:axes] + view.shape[axes:], view.strides)


class _Text(str):
    """An expression that is shown as it is, so that a structure of expressions shows as the text of one."""

    __slots__ = ()
    __repr__ = str.__str__
