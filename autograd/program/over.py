"""Runs a straight-line program over another arithmetic: batches in NumPy arrays, fractions, mpmath, SymPy."""

import ast
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal, cast

from autograd.errors import ArgumentError, AutogradError, DomainError, MissingPackageError
from autograd.formulas.arrays import SAME_NAMES, call, constant
from autograd.formulas.floats import FLOATS, define, names_in
from autograd.formulas.operation import OPERATIONS
from autograd.gradients.arguments import leaves, unflatten
from autograd.numbers import shown
from autograd.program.record import Recording
from autograd.program.straight import StraightWriter
from autograd.program.trace import Trace, trace

Library = Literal["numpy", "fractions", "mpmath", "sympy"]
SPELLINGS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
FUNCTIONS = (*SAME_NAMES, *SPELLINGS, "erf", "erfc")


class Over:
    """A compiled function over another arithmetic; what :meth:`Compiled.over` returns.

    Call it as the function itself, with numbers of that arithmetic in the place of floats: NumPy arrays (a whole
    batch at once), ``Fraction``, ``mpmath.mpf``, SymPy symbols. Parameters keep the numbers they have.

    Attributes:
        source: the text of the program.
    """

    def __init__(self, recording: Recording, library: str, name: str) -> None:
        if library not in {"numpy", "fractions", "mpmath", "sympy"}:
            raise ArgumentError(f"over() knows 'numpy', 'fractions', 'mpmath' and 'sympy'; got {library!r}.")
        try:
            module = import_module(library)
        except ImportError:
            raise MissingPackageError(f"over({library!r}) needs {library}: pip install {library}.") from None
        self.recording, self.name, self.library = recording, name, library
        self.trace: Trace = trace(recording)
        if recording.drawn:
            raise ArgumentError(f"{name} draws numbers at each call, which only floats and arrays of a batch can do.")
        wanted = [*self.trace.inputs, *self.trace.parameters]
        writer = StraightWriter(self.trace, wanted, checked=False, name=name, notation=notation_for(library))
        self.source = writer.source
        namespace = arithmetic_of(library, module)
        for operation in set(self.trace.operations):
            namespace.update(operation.functions)
        for row in OPERATIONS.values():  # rows that other rows call, such as sigmoid
            if not row.is_nary and row.name not in namespace and row.name not in names_in(row.value):
                self.add_row(namespace, row.name, library)
        define(self.source, namespace, f"{name} over {library}")
        self.forward = cast("Callable[..., tuple[list[object], ...]]", namespace[f"{name}_forward"])
        self.both = cast("Callable[..., tuple[list[object], ...]]", namespace[f"{name}_forward_backward"])
        self.number = cast("Callable[[float], object]", namespace["number"])

    @staticmethod
    def add_row(namespace: dict[str, object], name: str, library: str) -> None:
        """Define another row's formula in this arithmetic."""
        row = OPERATIONS[name]
        text = ast.unparse(notation_for(library)(ast.parse(row.value, mode="eval").body))
        define(f"def {name}({', '.join(row.operands)}):\n    return {text}\n", namespace, f"{name} over {library}")

    def leaves(self, arguments: Sequence[object]) -> list[object]:
        """Return the parameters and the numbers in the arguments, in order."""
        numbers = list(leaves(arguments))
        if len(numbers) != len(self.trace.inputs):
            raise ArgumentError(
                f"{self.name} was recorded with {len(self.trace.inputs)} numbers in its arguments; got {len(numbers)}."
            )
        return [*[self.number(value.data) for value in self.trace.parameter_values], *numbers]

    def __call__(self, *arguments: object) -> object:
        """Return what the function returns, in this arithmetic."""
        outputs, _ = self.run(self.forward, self.leaves(arguments))
        return unflatten(self.recording.shape, iter(outputs))

    def value_and_grad(self, *arguments: object) -> tuple[object, list[object]]:
        """Return the value of a function of one output, and its derivative by each number in the arguments."""
        if len(self.trace.outputs) != 1:
            raise ArgumentError(f"value_and_grad needs a function that returns one Value; {self.name} returns several.")
        outputs, _, gradients = self.run(self.both, self.leaves(arguments), [self.number(1.0)])
        return outputs[0], list(gradients[: len(self.trace.inputs)])

    def run(self, function: Callable[..., tuple[list[object], ...]], *given: object) -> tuple[list[object], ...]:
        """Run a generated function; an operation that this arithmetic lacks is named."""
        try:
            if self.library != "numpy":
                return function(*given)
            import numpy

            with numpy.errstate(all="ignore"):  # where a choice is made, the other side need not have a value
                results = function(*given)
        except NameError as error:
            raise DomainError(f"{self.library} has no {error.name}, which {self.name} needs.") from None
        except AutogradError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise DomainError(f"{self.name} is not defined over {self.library} here: {error}") from error
        if not all(numpy.isfinite(numpy.asarray(item, dtype=float)).all() for row in results for item in row):
            raise DomainError(f"{self.name} or a derivative of it has no finite value for some numbers of the batch.")
        return results

    def __repr__(self) -> str:
        return f"<{self.name} over {self.library}>"


class _Choices(ast.NodeTransformer):
    """Writes choices as calls, for numbers that are many at once or symbols."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Turn ``a if x > y else b`` into ``where(x > y, a, b)``."""
        self.generic_visit(node)
        return ast.Call(ast.Name("where", ast.Load()), [node.test, node.body, node.orelse], [])


class _Batches(ast.NodeTransformer):
    """Writes the choice of a term as a call: in a batch, each may have a position of its own."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Turn ``xs[index]`` into ``taken(xs, index)``."""
        self.generic_visit(node)
        return ast.Call(ast.Name("taken", ast.Load()), [node.value, node.slice], [])


class _Exact(ast.NodeTransformer):
    """Writes numbers as exact fractions."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Wrap a number."""
        if isinstance(node.value, int | float):
            return call("number", node)
        return node


class _Ratios(ast.NodeTransformer):
    """Makes a ratio of two plain numbers one of the library's numbers, which has more digits than a float."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Wrap the number that is divided."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and constant(node.left) is not None and constant(node.right) is not None:
            return ast.BinOp(call("number", node.left), node.op, node.right)
        return node


def notation_for(library: str) -> "Callable[[ast.expr], ast.expr]":
    """Return how a formula is rewritten for a library's numbers."""
    rewriters: list[ast.NodeTransformer] = [_Choices()] if library in {"numpy", "sympy"} else []
    if library == "numpy":
        rewriters.append(_Batches())
    if library == "fractions":
        rewriters.append(_Exact())
    if library in {"mpmath", "sympy"}:
        rewriters.append(_Ratios())

    def rewritten(tree: ast.expr) -> ast.expr:
        for rewriter in rewriters:
            tree = rewriter.visit(tree)
        return tree

    return rewritten


def arithmetic_of(library: str, module: object) -> dict[str, object]:
    """Return what the names in formulas mean for a library's numbers."""
    plain = {name: FLOATS[name] for name in ("sum", "len", "zip", "range", "enumerate", "position")}
    if library == "fractions":
        comparisons = {name: FLOATS[name] for name in ("maximum", "minimum", "max", "min", "abs", "products_of_others")}
        exact: dict[str, object] = {**plain, **comparisons, "number": Fraction, "prod": math.prod}
        return {**exact, "sign": lambda x: (x > 0) - (x < 0), "shares": FLOATS["shares"]}
    names = {name: getattr(module, spelled(name, library), None) for name in FUNCTIONS}
    found: dict[str, object] = {**plain, **{name: item for name, item in names.items() if item is not None}}
    found |= {"abs": abs, "prod": math.prod, "pi": getattr(module, "pi", math.pi)}
    found["number"] = getattr(module, "mpf", None) or getattr(module, "sympify", float)
    if library == "numpy":
        import numpy

        from autograd.formulas import array_functions as kernels

        stacked = {name: _stacked(getattr(kernels, name)) for name in ("softmax", "shares", "products_of_others")}
        found |= {"where": numpy.where, "maximum": numpy.maximum, "minimum": numpy.minimum, **stacked}
        found |= {"erf": kernels.erf, "erfc": kernels.erfc, "logsumexp": lambda xs: kernels.logsumexp(_columns(xs))}
        found |= {"max": lambda xs: _columns(xs).max(-1), "min": lambda xs: _columns(xs).min(-1)}
        found |= {"position": lambda index, count: index, "taken": _taken}
    elif library == "sympy":
        import sympy

        def where(condition: object, then: object, otherwise: object) -> Any:  # a symbolic expression
            return sympy.Piecewise((then, condition), (otherwise, True))

        def shares(xs: Sequence[object], out: object) -> list[object]:
            equal = [where(sympy.Ge(x, out), 1, 0) for x in xs]
            total = sympy.Add(*equal)
            return [item / total for item in equal]

        found |= {"where": where, "maximum": sympy.Max, "minimum": sympy.Min, "sign": sympy.sign, "abs": sympy.Abs}
        found |= {"max": lambda xs: sympy.Max(*xs), "min": lambda xs: sympy.Min(*xs)}
        found |= {"products_of_others": FLOATS["products_of_others"], "shares": shares}
        found |= {"log1p": lambda x: sympy.log(1 + x), "expm1": lambda x: sympy.exp(x) - 1, **_sequences(sympy)}
    else:
        found |= {name: FLOATS[name] for name in ("maximum", "minimum", "max", "min", "products_of_others", "shares")}
        found |= _sequences(module)
    return found


def _sequences(module: object) -> dict[str, object]:
    """Return softmax and logsumexp in a library of scalars without a limit on exponents."""
    exp, log = getattr(module, "exp"), getattr(module, "log")  # noqa: B009  # the module is not known to have them

    def softmax(xs: Sequence[object]) -> list[object]:
        exponentials = [exp(x) for x in xs]
        return [item / sum(exponentials) for item in exponentials]

    return {"softmax": softmax, "logsumexp": lambda xs: log(sum([exp(x) for x in xs]))}


def _taken(xs: "Sequence[Any]", index: Any) -> Any:  # arrays or numbers in, one of them out
    """Return the term at a position, which may be another in each element of the batch."""
    import numpy

    columns, positions = _columns(xs), numpy.asarray(index)
    whole = positions.astype(int)
    if (whole != positions).any() or (whole < 0).any() or (whole >= len(xs)).any():
        raise ArgumentError(f"A position must be a whole number from 0 to {len(xs) - 1}; got {shown(index)}.")
    columns = numpy.broadcast_to(columns, (*numpy.broadcast_shapes(columns.shape[:-1], whole.shape), len(xs)))
    return numpy.take_along_axis(columns, numpy.broadcast_to(whole, columns.shape[:-1])[..., None], axis=-1)[..., 0]


def _columns(xs: "Sequence[Any]") -> Any:  # arrays or numbers in, one array out
    """Put the terms of a sequence, each a batch, side by side along a last axis."""
    import numpy

    return numpy.stack(numpy.broadcast_arrays(*xs), axis=-1).astype(float)


def _stacked(kernel: Callable[..., object]) -> Callable[..., list[object]]:
    """Let a function of rows work on a list of batches."""

    def on_batches(xs: Sequence[object], *rest: object) -> list[object]:
        columns: Any = kernel(_columns(xs), *rest)
        return [columns[..., i] for i in range(len(xs))]

    return on_batches


def spelled(name: str, library: str) -> str:
    """Return how a library spells a function."""
    return SPELLINGS.get(name, name) if library == "numpy" else name
