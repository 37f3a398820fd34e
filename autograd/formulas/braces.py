"""What JavaScript and C write alike when they print a formula: operators, comparisons and choices."""

import ast
from collections.abc import Mapping
from typing import ClassVar, NoReturn

from autograd.errors import ExpressionError

OPERATORS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"},
    **{ast.USub: "-", ast.UAdd: "+", ast.Not: "!"},
}
COMPARISONS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class Braces(ast.NodeVisitor):
    """Turns the syntax tree of one formula into an expression of a language with braces.

    Args:
        text: the formula, to be named where it cannot be written.
    """

    refusal: str
    """What is said of a part of a formula that the language lacks."""
    equal = "=="
    calls: ClassVar[Mapping[type[ast.operator], str]]
    """The functions that are called for some operators."""

    def __init__(self, text: str) -> None:
        self.text = text

    def visit(self, node: ast.AST) -> str:
        return str(super().visit(node))

    def generic_visit(self, node: ast.AST) -> NoReturn:
        raise ExpressionError(f"{ast.unparse(node)!r} in the formula {self.text!r} cannot be {self.refusal}")

    def inner(self, node: ast.expr) -> str:
        """Return the text of an operand, in parentheses where it has parts of its own."""
        text = self.visit(node)
        simple = isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.Constant | ast.List | ast.ListComp)
        called = isinstance(node, ast.BinOp) and type(node.op) in self.calls
        return text if simple or called else f"({text})"

    def visit_BinOp(self, node: ast.BinOp) -> str:
        kind = type(node.op)
        if kind in self.calls:
            return f"{self.calls[kind]}({self.visit(node.left)}, {self.visit(node.right)})"
        if kind not in OPERATORS:
            return self.generic_visit(node)
        return f"{self.inner(node.left)} {OPERATORS[kind]} {self.inner(node.right)}"

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        if type(node.op) not in OPERATORS:
            return self.generic_visit(node)
        return OPERATORS[type(node.op)] + self.inner(node.operand)

    def visit_BoolOp(self, node: ast.BoolOp) -> str:
        return (" && " if isinstance(node.op, ast.And) else " || ").join(map(self.inner, node.values))

    def visit_Compare(self, node: ast.Compare) -> str:
        """Write out a chain of comparisons."""
        signs = {**COMPARISONS, ast.Eq: self.equal, ast.NotEq: self.equal.replace("=", "!", 1)}
        sides = [self.inner(side) for side in (node.left, *node.comparators)]
        if any(type(operator) not in signs for operator in node.ops):
            return self.generic_visit(node)
        return " && ".join(
            [f"{sides[i]} {signs[type(operator)]} {sides[i + 1]}" for i, operator in enumerate(node.ops)]
        )

    def visit_IfExp(self, node: ast.IfExp) -> str:
        return f"{self.inner(node.test)} ? {self.inner(node.body)} : {self.inner(node.orelse)}"
