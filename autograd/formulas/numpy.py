"""NumPy: what the formulas of the table mean for arrays, and how they are written as array expressions.

A sequence operand is an array whose last axis holds its elements, so a list comprehension over it becomes one array
expression. JAX and PyTorch write most of it alike; :class:`Library` says where they differ.
"""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy
from numpy.typing import NDArray

from autograd.formulas import floats, special
from autograd.formulas.formula import Rename, call, constant, formula, literal
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.rewriting import Simplify
from autograd.formulas.row import is_sequence

Array = NDArray[numpy.float64]

# --- functions along the last axis ------------------------------------------------------------------------


def softmax(xs: Array) -> Array:
    """Return ``exp(xs) / sum(exp(xs))`` along the last axis, shifted by the largest."""
    exponentials = numpy.exp(xs - xs.max(axis=-1, keepdims=True))
    return cast("Array", exponentials / exponentials.sum(axis=-1, keepdims=True))


def logsumexp(xs: Array) -> Array:
    """Return ``log(sum(exp(xs)))`` along the last axis, exact also where one term outweighs the others."""
    largest = xs.max(axis=-1, keepdims=True)
    exponentials = numpy.exp(xs - largest, order="C")
    rows = exponentials.reshape(-1, xs.shape[-1])  # a view; put_along_axis takes ten times as long
    rows[numpy.arange(len(rows)), xs.argmax(axis=-1).reshape(-1)] = 0.0
    return cast("Array", largest[..., 0] + numpy.log1p(exponentials.sum(axis=-1)))


def shares(xs: Array, out: Array) -> Array:
    """Return 1 for the terms equal to ``out``, split evenly where several are, and 0 for the rest."""
    equal = xs == out[..., None]
    if numpy.count_nonzero(equal) == out.size:  # no ties, as nearly always: what is true multiplies as 1
        return cast("Array", equal)
    return cast("Array", equal / equal.sum(axis=-1, keepdims=True))


def products_of_others(xs: Array) -> Array:
    """Return for each term the product of all the others."""
    ones = numpy.ones_like(xs[..., :1])
    before = numpy.concatenate([ones, numpy.cumprod(xs[..., :-1], axis=-1)], axis=-1)
    after = numpy.concatenate([numpy.cumprod(xs[..., :0:-1], axis=-1)[..., ::-1], ones], axis=-1)
    products: Array = before * after
    for row in vanished(numpy.minimum(abs(before), abs(after)).min(axis=-1), xs):
        products[row] = floats.products_of_others(xs[row].tolist())
    return products


def prod(xs: Array, axis: int = -1) -> Array:
    """Return the product along the last axis, also where an intermediate result is too small for a float."""
    product: Array = numpy.asarray(numpy.multiply.reduce(xs, axis=axis))
    for row in vanished(product, xs):
        product[row] = floats.prod(xs[row].tolist())
    return product


def vanished(products: Array, xs: Array) -> list[tuple[int, ...]]:
    """Return the positions of rows whose products have lost digits near 0 although no term is 0."""
    lost = abs(products) < numpy.finfo(products.dtype).tiny
    return list(map(tuple, numpy.argwhere(lost & (xs != 0.0).all(axis=-1)).tolist())) if lost.any() else []


def take_along(xs: Array, index: Array) -> Array:
    """Return the term at each row's position; raises FloatingPointError if there is no such position."""
    positions = numpy.asarray(index).astype(numpy.intp)
    if ((positions != index) | (positions < 0) | (positions >= xs.shape[-1])).any():
        raise FloatingPointError("an index is not a position")
    if xs.ndim == 2 and positions.ndim == 1:  # take_along_axis takes five times as long for small rows
        return xs[numpy.arange(len(xs)), positions]
    return numpy.take_along_axis(xs, positions[..., None], axis=-1)[..., 0]


def erf(x: Array) -> Array:
    """Return the error function of every element."""
    return elementwise(math.erf, x)


def erfc(x: Array) -> Array:
    """Return the complementary error function of every element."""
    return elementwise(math.erfc, x)


def lgamma(x: Array) -> Array:
    """Return the logarithm of the absolute value of the gamma function of every element."""
    return elementwise(special.lgamma, x)


def digamma(x: Array) -> Array:
    """Return the derivative of ``lgamma`` at every element."""
    return elementwise(special.digamma, x)


def polygamma(x: Array, index: Array) -> Array:
    """Return what ``digamma``, differentiated ``index`` times, is at every element."""
    array = as_floats(x)
    return cast("Array", numpy.vectorize(special.polygamma, otypes=[array.dtype])(array, index))


def norm(xs: Array) -> Array:
    """Return the root of the sum of squares along the last axis, also where squares leave the range of floats."""
    scale = numpy.clip(numpy.abs(xs).max(axis=-1), numpy.finfo(xs.dtype).tiny, numpy.finfo(xs.dtype).max / 1e8)
    return cast("Array", scale * numpy.sqrt(numpy.square(xs / scale[..., None]).sum(axis=-1)))


def ordered(xs: Array) -> Array:
    """Return the elements along the last axis in increasing order."""
    return numpy.sort(xs, axis=-1)


def elementwise(function: object, x: Array) -> Array:
    """Apply a function of floats to every element; NumPy has no such function of its own."""
    array = as_floats(x)
    return numpy.array([function(number) for number in array.ravel().tolist()], dtype=array.dtype).reshape(array.shape)  # type: ignore[operator]  # a function of one number


def as_floats(x: object) -> Array:
    """Return numbers as an array; whole numbers become floats, and floats keep their size."""
    array = numpy.asarray(x)
    return array if array.dtype.kind == "f" else array.astype(float)


def sech_squared(x: "Array") -> "Array":
    """Return ``1 / cosh(x) ** 2``, which every tanh asks for, with one exponential."""
    small = numpy.exp(-2 * numpy.abs(x))
    return cast("Array", 4 * small / (1 + small) ** 2)


KERNELS: dict[str, Callable[..., object]] = {
    f.__name__: f for f in (softmax, logsumexp, shares, prod, products_of_others, take_along, erf, erfc, sech_squared)
} | {f.__name__: f for f in (lgamma, digamma, polygamma, norm, ordered)}
"""The functions in formulas that NumPy lacks, by name."""

# --- formulas as array expressions --------------------------------------------------------------------------

SAME = ("abs", "exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign")
MORE = ("log2", "log10", "exp2", "cbrt", "floor", "ceil", "trunc", "hypot", "copysign", "remainder")
SPELLINGS = {
    **{name: name for name in (*SAME, *MORE, "maximum", "minimum")},
    **{f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "tan2")},
    "round": "rint",
}
"""Elementwise functions that NumPy, JAX and PyTorch have, and how they spell them."""
REDUCTIONS = ("sum", "max", "min", "prod")
"""Functions that make one number of the elements along the last axis."""
IN_PLACE: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
}  # fmt: skip
"""The functions behind operators, which can write into a given array."""
QUICKER = frozenset({"add", "subtract", "multiply", "divide", "maximum", "minimum"})
"""The functions whose constants are held as arrays; a power looks at its exponent itself."""
REDUCERS = {"sum": "add", "prod": "multiply", "max": "maximum", "min": "minimum"}
"""The functions whose ``reduce`` is a reduction, without NumPy's wrapper in Python around it."""


@dataclass(frozen=True)
class Library:
    """How a library of arrays writes formulas.

    Attributes:
        name: the name under which a program knows the library.
        own: the functions that the program finds under their own names instead.
        keep_choices: whether choices stay choices, because the library will differentiate the expression itself: at
            equal numbers the derivative of a choice differs from that of a maximum.
    """

    name: str
    own: frozenset[str]
    keep_choices: bool = False

    def call(self, function: str, *arguments: ast.expr) -> ast.Call:
        if function in self.own or function not in {*SPELLINGS, *REDUCTIONS, "where"}:
            return call(function, *arguments)
        spelled = SPELLINGS.get(function, function)
        return ast.Call(ast.Attribute(ast.Name(self.name, ast.Load()), spelled, ast.Load()), list(arguments), [])


NUMPY = Library("np", frozenset(KERNELS))


class HoldConstants(ast.NodeTransformer):
    """Puts names in the place of constants in elementwise calls and comparisons.

    NumPy takes a microsecond to make an array of a number, and more to make whole numbers floats.

    Attributes:
        held: the number for each name.
    """

    def __init__(self) -> None:
        self.held: dict[str, float] = {}

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in QUICKER:
            node.args = list(map(self.hold, node.args))
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        node.left, node.comparators = self.hold(node.left), list(map(self.hold, node.comparators))
        return node

    def hold(self, node: ast.expr) -> ast.expr:
        number = constant(node)
        if number is None:
            return node
        name = f"the number {number!r}"  # no name that a program could use
        self.held[name] = number
        return ast.copy_location(ast.Name(name, ast.Load()), node)


class WriteOut(Rename):
    """Puts expressions in the place of names, and the formulas of other elementwise rows in that of their calls."""

    def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802  # the name that ast looks for
        arguments = [self.visit(argument) for argument in node.args]
        name = cast("ast.Name", node.func).id
        if name in OPERATIONS and name not in SPELLINGS and name not in KERNELS and name not in REDUCTIONS:
            names = dict(zip(OPERATIONS[name].operands, arguments, strict=True))
            return cast("ast.expr", WriteOut(names).visit(formula(OPERATIONS[name].value).copy()))
        return ast.Call(node.func, arguments, [])


class Arrays(ast.NodeTransformer):
    """Rewrites an expression on numbers and sequences as one on arrays."""

    def __init__(self, library: Library, sequences: Mapping[str, int]) -> None:
        self.library, self.sequences = library, sequences
        self.scopes: list[dict[str, ast.expr]] = []

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put in what a comprehension's variable stands for; inside one, a single number gets an axis more."""
        for scope in reversed(self.scopes):
            if node.id in scope:
                return scope[node.id]
        if node.id == "pi":
            return ast.Constant(math.pi)
        return with_axis(node) if self.scopes and node.id not in self.sequences else node

    def outside(self, node: ast.expr) -> ast.expr:
        """Visit what is not one of a comprehension's terms: single numbers in it get no axis more."""
        scopes, self.scopes = self.scopes, []
        visited = self.visit(node)
        self.scopes = scopes
        return cast("ast.expr", visited)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        taken = call("take_along", self.outside(node.value), self.outside(node.slice))
        return with_axis(taken) if self.scopes else taken

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return self.library.call("where", node.test, as_float(node.body), as_float(node.orelse))

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        generator = node.generators[0]
        targets = generator.target.elts if isinstance(generator.target, ast.Tuple) else [generator.target]
        names = [cast("ast.Name", target).id for target in targets]
        self.scopes.append(dict(zip(names, self.terms(generator.iter), strict=True)))
        element = self.visit(node.elt)
        self.scopes.pop()
        return cast("ast.expr", element)

    def terms(self, source: ast.expr) -> list[ast.expr]:
        """Return the arrays that a comprehension's variables run through."""
        if isinstance(source, ast.Call):
            name = cast("ast.Name", source.func).id
            if name == "zip":
                return [self.terms(argument)[0] for argument in source.args]
            if name == "enumerate":
                return [self.positions(), self.terms(source.args[0])[0]]
            if name == "range":
                return [self.positions()]
        return [self.outside(source)]

    def positions(self) -> ast.expr:
        count = next(iter(self.sequences.values()))
        return ast.parse(f"{self.library.name}.arange({count})", mode="eval").body

    def visit_Call(self, node: ast.Call) -> ast.expr:
        name = cast("ast.Name", node.func).id
        if name == "len":
            return ast.Constant(self.sequences[cast("ast.Name", node.args[0]).id])
        if name in {*REDUCTIONS, "logsumexp", "norm"} and len(node.args) == 1:
            reduced = self.library.call(name, self.outside(node.args[0]))
            if name in REDUCTIONS:
                reduced.keywords = [ast.keyword("axis", ast.UnaryOp(ast.USub(), ast.Constant(1)))]
            return with_axis(reduced) if self.scopes else reduced
        return self.library.call(name, *[self.visit(argument) for argument in node.args])


def with_axis(node: ast.expr) -> ast.expr:
    """Return an array with an axis more at the end."""
    return ast.Subscript(node, ast.Tuple([ast.Constant(...), ast.Constant(None)], ast.Load()), ast.Load())


def parsed(text: str) -> ast.expr:
    """Return the syntax tree of a part of a program; unlike a formula, it is not kept."""
    return ast.parse(text, mode="eval").body


def as_float(node: ast.expr) -> ast.expr:
    """Return a whole constant as a float, so that choices between constants are floats."""
    number = constant(node)
    return node if number is None or number < 0 else ast.Constant(number)


def array_expression(  # noqa: PLR0917  # the parts of a formula, in the order in which they are said
    operation: Operation,
    text: str,
    operands: Mapping[str, str | float],
    lengths: Mapping[str, int],
    out: str = "",
    library: Library = NUMPY,
) -> ast.expr:
    """Return a formula of ``operation`` as an expression on arrays.

    Args:
        operation: the row.
        text: its value or one of its local derivatives.
        operands: the expression or the constant that stands for each operand.
        lengths: how many elements each sequence operand has.
        out: the expression for the row's own value.
        library: how the arrays' library writes it.
    """
    names: dict[str, ast.expr] = {"pi": ast.Constant(math.pi)}
    names |= {
        name: literal(item) if isinstance(item, float) else ast.Name(f"operand_{name}", ast.Load())
        for name, item in operands.items()
        if not is_sequence(name) and name != "index"
    }
    tree: ast.expr = Simplify(keep_choices=library.keep_choices).visit(WriteOut(names).visit(formula(text).copy()))
    tree = Arrays(library, lengths).visit(tree)
    last = {name: parsed(str(item)) for name, item in operands.items() if is_sequence(name) or name == "index"}
    last |= {f"operand_{name}": parsed(item) for name, item in operands.items() if isinstance(item, str)}
    if out:
        last["out"] = parsed(out)
    return cast("ast.expr", Rename(last).visit(tree))
