"""Writes the formulas of the table as array expressions, with operands put in and constants worked out.

Everything is done in the syntax tree: putting the text of -2.0 into ``x ** 2`` would give ``-2.0 ** 2``, which
is -4. A sequence operand becomes an array whose last axis holds its terms, so a list comprehension over it
becomes one array expression.
"""

import ast
import copy
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import cast

from autograd.formulas.operation import OPERATIONS, Operation, is_sequence

SAME_NAMES = ("abs", "exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign")
NUMPY_NAMES = {
    **{name: name for name in (*SAME_NAMES, "maximum", "minimum")},
    **{"asin": "arcsin", "acos": "arccos", "atan": "arctan"},
}
"""Elementwise functions that NumPy, JAX and PyTorch have under these names."""
KERNELS = frozenset({"softmax", "logsumexp", "shares", "products_of_others", "erf", "erfc", "take_along"})
"""Functions that :mod:`autograd.formulas.array_functions` provides."""
REDUCTIONS = {"sum": "sum", "max": "max", "min": "min", "prod": "prod"}
KNOWN: dict[str, Callable[[float], float]] = {"abs": abs, "sqrt": math.sqrt, "exp": math.exp}
COMPARISONS: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.Lt: "<", ast.Eq: "=="}


def parse(text: str) -> ast.expr:
    """Return the syntax tree of an expression."""
    return ast.parse(text, mode="eval").body


def constant(node: ast.expr) -> float | None:
    """Return the number an expression stands for, if it is a plain number."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = constant(node.operand)
        return None if number is None else -number
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    return None


def literal(number: float) -> ast.expr:
    """Return the expression of a number; whole numbers without a point."""
    whole = number.is_integer() and abs(number) < 1e15 and not (number == 0 and math.copysign(1, number) < 0)
    node = ast.Constant(abs(int(number)) if whole else abs(number))
    return ast.UnaryOp(ast.USub(), node) if math.copysign(1, number) < 0 and number != 0 else node


def bound_names(operation: Operation) -> set[str]:
    """Return the variables that comprehensions in a row's formulas bind; nothing else may have these names there."""
    trees = [parse(text) for text in (operation.value, *operation.slopes.values())]
    targets = [node.target for tree in trees for node in ast.walk(tree) if isinstance(node, ast.comprehension)]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


class Simplify(ast.NodeTransformer):
    """Works out what is known: constants, factors of 1, terms of 0, and choices between known numbers."""

    def __init__(self, *, keep_choices: bool = False, exact: bool = False) -> None:
        self.keep_choices, self.exact = keep_choices, exact

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Fold arithmetic on constants and drop neutral operands."""
        self.generic_visit(node)
        left, right = constant(node.left), constant(node.right)
        if left is not None and right is not None:
            folded = _fold(node.op, left, right)
            return node if folded is None else literal(folded)
        if isinstance(node.op, ast.Mult) and 1.0 in (left, right):
            return node.right if left == 1.0 else node.left
        if isinstance(node.op, ast.Mult) and 0.0 in (left, right):
            return literal(0.0)
        if isinstance(node.op, ast.Add) and 0.0 in (left, right):
            return node.right if left == 0.0 else node.left
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow) and right == (0.0 if isinstance(node.op, ast.Sub) else 1.0):
            return node.left
        if isinstance(node.op, ast.Pow):
            return _power(node, right)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Decide a choice whose condition is known, and recognise maximum and minimum."""
        self.generic_visit(node)
        test = cast("ast.Compare", node.test)
        left, right = constant(test.left), constant(test.comparators[0])
        symbol = COMPARISONS[type(test.ops[0])]
        if left is not None and right is not None:
            return node.body if {">": left > right, "<": left < right, "==": left == right}[symbol] else node.orelse
        sides = (ast.dump(test.left), ast.dump(test.comparators[0]))
        if (ast.dump(node.body), ast.dump(node.orelse)) == sides and symbol != "==" and not self.keep_choices:
            return call("maximum" if symbol == ">" else "minimum", node.body, node.orelse)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Work out functions of constants."""
        self.generic_visit(node)
        numbers = [constant(argument) for argument in node.args]
        name = cast("ast.Name", node.func).id
        if name in KNOWN and numbers[0] is not None and not self.exact:
            return literal(KNOWN[name](numbers[0]))
        if name in {"maximum", "minimum"} and None not in numbers:
            return literal((max if name == "maximum" else min)(cast("list[float]", numbers)))
        return node


def _fold(operator: ast.operator, left: float, right: float) -> float | None:
    try:
        if isinstance(operator, ast.Add):
            return left + right
        if isinstance(operator, ast.Sub):
            return left - right
        if isinstance(operator, ast.Mult):
            return left * right
        if isinstance(operator, ast.Div):
            exact = Fraction(left) / Fraction(right) == Fraction(left / right)
            return left / right if exact else None  # 1 / 3 stays what it is for numbers more exact than floats
        return math.pow(left, right)
    except (ArithmeticError, ValueError):
        return None  # left as it is: running it gives the error its proper place


def _power(node: ast.BinOp, exponent: float | None) -> ast.expr:
    """Write small whole powers as products, which are quicker and exact."""
    if exponent == 2.0:
        return ast.BinOp(node.left, ast.Mult(), copy.deepcopy(node.left))
    if exponent == 0.5:
        return call("sqrt", node.left)
    if exponent == -1.0:
        return ast.BinOp(ast.Constant(1), ast.Div(), node.left)
    return node


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """Return the expression ``name(*arguments)``."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


class Substitute(ast.NodeTransformer):
    """Puts expressions in the place of names, and the formulas of other elementwise rows in that of their calls."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name."""
        return copy.deepcopy(self.names[node.id]) if node.id in self.names else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Write out a call of another row."""
        arguments = [self.visit(argument) for argument in node.args]
        name = cast("ast.Name", node.func).id
        if name in OPERATIONS and name not in NUMPY_NAMES and name not in KERNELS and name not in REDUCTIONS:
            row = OPERATIONS[name]
            return cast("ast.expr", Substitute(dict(zip(row.operands, arguments, strict=True))).visit(parse(row.value)))
        return ast.Call(node.func, arguments, [])


class Arrays(ast.NodeTransformer):
    """Rewrites an expression on numbers and sequences as one on arrays."""

    def __init__(self, library: str, sequences: Mapping[str, int]) -> None:
        self.library = library
        self.sequences = sequences
        self.scopes: list[dict[str, ast.expr]] = []

    def library_call(self, name: str, *arguments: ast.expr) -> ast.Call:
        """Return a call of the array library."""
        return ast.Call(ast.Attribute(ast.Name(self.library, ast.Load()), name, ast.Load()), list(arguments), [])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put in what a comprehension's variable stands for; inside one, a single number gets an axis more."""
        for scope in reversed(self.scopes):
            if node.id in scope:
                return scope[node.id]
        if self.scopes and node.id not in self.sequences and node.id != "pi":
            return parse(f"{node.id}[..., None]")
        return ast.Constant(math.pi) if node.id == "pi" else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Take the term at a position."""
        scopes, self.scopes = self.scopes, []
        taken = call("take_along", self.visit(node.value), self.visit(node.slice))
        self.scopes = scopes
        if self.scopes:
            return ast.Subscript(taken, cast("ast.Tuple", parse("(..., None)")), ast.Load())
        return taken

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Choose element by element."""
        self.generic_visit(node)
        return self.library_call("where", node.test, as_float(node.body), as_float(node.orelse))

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        """Turn a comprehension over terms into one expression on the whole axis."""
        generator = node.generators[0]
        source = generator.iter
        targets = generator.target.elts if isinstance(generator.target, ast.Tuple) else [generator.target]
        names = [cast("ast.Name", target).id for target in targets]
        self.scopes.append(dict(zip(names, self.terms(source), strict=True)))
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
                inner = self.terms(source.args[0])[0]
                return [self.positions(), inner]
            if name == "range":
                return [self.positions()]
        scopes, self.scopes = self.scopes, []
        visited = self.visit(source)
        self.scopes = scopes
        return [cast("ast.expr", visited)]

    def positions(self) -> ast.expr:
        """Return the positions along the axis of terms."""
        return self.library_call("arange", ast.Constant(next(iter(self.sequences.values()))))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Write a function call for arrays."""
        name = cast("ast.Name", node.func).id
        if name == "len":
            return ast.Constant(self.sequences[cast("ast.Name", node.args[0]).id])
        if name in REDUCTIONS and len(node.args) == 1:
            scopes, self.scopes = self.scopes, []
            reduced = self.library_call(REDUCTIONS[name], self.visit(node.args[0]))
            reduced.keywords = [ast.keyword("axis", ast.UnaryOp(ast.USub(), ast.Constant(1)))]
            self.scopes = scopes
            return reduced if not scopes else cast("ast.expr", ast.Subscript(reduced, parse("(..., None)"), ast.Load()))
        arguments = [self.visit(argument) for argument in node.args]
        if name in NUMPY_NAMES:
            return self.library_call(NUMPY_NAMES[name], *arguments)
        return call(name, *arguments)


def as_float(node: ast.expr) -> ast.expr:
    """Return a whole constant as a float, so that choices between constants are floats."""
    number = constant(node)
    return node if number is None or number < 0 else ast.Constant(number)


def array_expression(  # noqa: PLR0917  # the parts of a formula, in the order in which they are said
    operation: Operation,
    formula: str,
    operands: Mapping[str, str | float],
    terms: Mapping[str, int],
    out: str = "",
    library: str = "np",
    *,
    for_export: bool = False,
) -> ast.expr:
    """Return a formula of ``operation`` as an expression on arrays.

    Args:
        operation: the row.
        formula: its value or one of its local derivatives.
        operands: the expression or the constant that stands for each operand.
        terms: how many terms each sequence operand has.
        out: the expression for the row's own value.
        library: the name under which the array library is known.
        for_export: whether another library will differentiate the expression: choices then stay choices, because
            at equal numbers their derivative differs from that of a maximum.
    """
    names: dict[str, ast.expr] = {"pi": ast.Constant(math.pi)}
    names |= {
        name: literal(item) if isinstance(item, float) else ast.Name(f"operand_{name}", ast.Load())
        for name, item in operands.items()
        if not is_sequence(name) and name != "index"
    }
    if out:
        names["out"] = ast.Name("out", ast.Load())
    tree: ast.expr = Simplify(keep_choices=for_export).visit(Substitute(names).visit(parse(formula)))
    tree = Arrays(library, terms).visit(tree)
    last = {name: parse(str(item)) for name, item in operands.items() if is_sequence(name) or name == "index"}
    last |= {f"operand_{name}": parse(item) for name, item in operands.items() if isinstance(item, str)}
    if out:
        last["out"] = parse(out)
    return cast("ast.expr", _Rename(last).visit(tree))


class _Rename(ast.NodeTransformer):
    """Puts expressions in the place of names and touches nothing else."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name."""
        return copy.deepcopy(self.names[node.id]) if node.id in self.names else node
