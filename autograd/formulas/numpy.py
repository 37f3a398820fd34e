"""NumPy: how the formulas of the table are written as array expressions.

A sequence operand is an array whose last axis holds its elements, so a list comprehension over it becomes one array
expression. JAX and PyTorch write most of it alike; :class:`Library` says where they differ.
"""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from autograd.formulas.formula import Rename, call, constant, formula, literal
from autograd.formulas.kernels import KERNELS
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.rewriting import Simplify
from autograd.formulas.row import is_sequence

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

    def visit_Call(self, node: ast.Call) -> ast.expr:
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
