"""Rewrites formulas in ways that several arithmetics need: constants worked out, choices as calls, long sums.

Everything is done in the syntax tree: putting the text of -2.0 into ``x ** 2`` would give ``-2.0 ** 2``, which is -4.
"""

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from autograd.formulas.formula import call, constant, copied, literal
from autograd.formulas.operation import Operation


def stated(operation: Operation, operand: str = "") -> str:
    """Return the formula of a row's value, or of its local derivative with respect to an operand."""
    return operation.slopes[operand] if operand else operation.value


@dataclass(frozen=True)
class Arithmetic:
    """What formulas mean for one kind of numbers.

    Attributes:
        meanings: returns what every name in formulas means; ``number`` makes a number of this kind.
        rewriters: change the notation to what these numbers can do, one after the other.
        passing: how nothing is passed on where nothing flows in: "lazy" for single numbers, which can be asked
            whether they are 0, and "call" for a function ``passed(incoming, slope)``.
        text: the formula of a row's value, or of its slope with respect to an operand, that this arithmetic works with.
        silent: whether numbers become infinite without an error; then a program also gives those out that a later
            operation could hide.
    """

    meanings: Callable[[], dict[str, object]]
    rewriters: tuple[ast.NodeTransformer, ...]
    passing: Literal["lazy", "call"]
    text: "Callable[..., str]" = stated
    silent: bool = False

    def passed(self, incoming: str, slope: ast.expr) -> ast.expr:
        """Return incoming gradient times local derivative, which is 0 wherever the first is, even at infinity."""
        name = ast.Name(incoming, ast.Load())
        if self.passing == "call":
            return call("passed", name, slope)
        if isinstance(slope, ast.Name):
            return ast.BinOp(name, ast.Mult(), slope)
        return ast.IfExp(name, ast.BinOp(name, ast.Mult(), slope), name)

    def notation(self, tree: ast.expr) -> ast.expr:
        for rewriter in self.rewriters:
            tree = rewriter.visit(tree)
        return tree


KNOWN: dict[str, Callable[[float], float]] = {"abs": abs, "sqrt": math.sqrt, "exp": math.exp}
COMPARISONS: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.Lt: "<", ast.Eq: "=="}


class Simplify(ast.NodeTransformer):
    """Works out what is known: constants, factors of 1, terms of 0, and choices between known numbers."""

    def __init__(self, *, keep_choices: bool = False, exact: bool = False) -> None:
        self.keep_choices, self.exact = keep_choices, exact

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, right = constant(node.left), constant(node.right)
        if left is not None and right is not None:
            folded = _fold(node.op, left, right)
            return node if folded is None else literal(folded)
        if isinstance(node.op, ast.Mult) and 1.0 in (left, right):
            return node.right if left == 1.0 else node.left
        if isinstance(node.op, ast.Mult) and 0.0 in (left, right) and not self.exact:  # else 0 * x shows what x lacks
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
        return ast.BinOp(node.left, ast.Mult(), copied(node.left))
    if exponent == 0.5:
        return call("sqrt", node.left)
    if exponent == -1.0:
        return ast.BinOp(ast.Constant(1), ast.Div(), node.left)
    return node


class Choices(ast.NodeTransformer):
    """Writes choices as calls, for numbers that are many at once or symbols."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Turn ``a if x > y else b`` into ``where(x > y, a, b)``."""
        self.generic_visit(node)
        return call("where", node.test, node.body, node.orelse)


def added(terms: list[ast.expr]) -> ast.expr:
    """Return the sum of many terms; built evenly where a chain would nest too deep for Python's parser."""
    if not terms:
        return literal(0.0)
    if len(terms) <= 50:
        total = terms[0]
        for term in terms[1:]:
            total = ast.BinOp(total, ast.Add(), term)
        return total
    return call("sum", ast.List(terms, ast.Load()))
