"""Prints the formulas of the table with names or numbers in place of the operands, in any notation.

The formulas are Python expressions, so printing is a walk over their syntax tree. Putting operands into
the tree rather than into the text keeps the meaning: -2 in ``x ** 2`` prints as ``(-2) ** 2``. Sequences
are written out, so ``sum([x * y for x, y in zip(xs, ys)])`` prints as ``a * c + b * d``.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import cast

from autograd.formulas.formula import formula
from autograd.formulas.notation import LiteralNumber, NoPrintedFormError, Notation, Operand, Piece, Printed, one

OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[float, float], bool]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
}


class Printer(ast.NodeVisitor):
    """Walks the formulas of one row with what stands for its operands.

    Args:
        notation: how it should look, such as :data:`autograd.formulas.text.TEXT`.
        operands: what stands for each operand, and for ``out``: a name, a number, or a sequence of both.
    """

    def __init__(self, notation: Notation, operands: Mapping[str, Operand]) -> None:
        self.notation = notation
        self.scope = {name: self.operand(operand) for name, operand in operands.items()}

    def operand(self, operand: Operand) -> "Printed":
        if isinstance(operand, str):
            return self.notation.name(operand)
        if isinstance(operand, int):
            return self.notation.position(operand)
        if isinstance(operand, LiteralNumber):
            return self.notation.literal(operand)
        if isinstance(operand, float):
            return self.notation.number(operand)
        return [self.operand(item) for item in operand]

    def printed(self, text: str) -> Printed:
        """Return the printed form of a formula: one piece, or a list of them where it gives a sequence."""
        return self.visit(formula(text).tree)

    def visit(self, node: ast.AST) -> Printed:
        return cast("Printed", super().visit(node))

    def generic_visit(self, node: ast.AST) -> Printed:
        raise NoPrintedFormError(type(node).__name__)

    def one(self, node: ast.AST) -> Piece:
        return one(self.visit(node))

    def many(self, node: ast.AST) -> list[Printed]:
        items = self.visit(node)
        if not isinstance(items, list):
            raise NoPrintedFormError("not a sequence")
        return items

    def visit_Name(self, node: ast.Name) -> Printed:
        """Print an operand, or a constant such as pi."""
        return self.scope[node.id] if node.id in self.scope else self.notation.call(node.id, [])

    def visit_Constant(self, node: ast.Constant) -> Printed:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise NoPrintedFormError(repr(node.value))
        return self.notation.literal(node.value)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Printed:
        if not isinstance(node.op, ast.USub):
            raise NoPrintedFormError(type(node.op).__name__)
        operand = self.one(node.operand)
        return self.notation.minus(operand) if operand.known is None else self.notation.literal(-operand.known)

    def visit_BinOp(self, node: ast.BinOp) -> Printed:
        """Print an operator; ``y - 1`` and ``x ** (y - 1)`` are worked out if y is a literal."""
        symbol = OPERATORS.get(type(node.op))
        if symbol is None:
            raise NoPrintedFormError(type(node.op).__name__)
        left, right = self.one(node.left), self.one(node.right)
        if left.known is not None and right.known is not None and symbol in "+-":
            known = left.known + (right.known if symbol == "+" else -right.known)
            return self.notation.literal(float(f"{known:.15g}"))  # 0.7 - 1 is -0.3, not -0.30000000000000004
        if symbol == "**" and right.known == 1 and isinstance(node.right, ast.BinOp):
            return left
        if symbol == "*" and left.known == 0 and isinstance(node.right, ast.BinOp):
            return left  # the derivative of x ** 0
        return self.notation.binary(symbol, left, right)

    def visit_Compare(self, node: ast.Compare) -> Printed:
        symbol = COMPARISONS.get(type(node.ops[0]))
        if symbol is None or len(node.ops) > 1:
            raise NoPrintedFormError("comparison")
        return self.notation.compare(symbol[0], self.one(node.left), self.one(node.comparators[0]))

    def visit_IfExp(self, node: ast.IfExp) -> Printed:
        """Print a choice; one that depends on literals and positions alone is made right here."""
        if isinstance(node.test, ast.Compare):
            left, right = self.one(node.test.left).known, self.one(node.test.comparators[0]).known
            decide = COMPARISONS.get(type(node.test.ops[0]))
            if left is not None and right is not None and decide is not None:
                return self.visit(node.body if decide[1](left, right) else node.orelse)
        return self.notation.choose(self.one(node.test), self.one(node.body), self.one(node.orelse))

    def visit_Subscript(self, node: ast.Subscript) -> Printed:
        return self.many(node.value)[position_in(self.one(node.slice))]

    def visit_List(self, node: ast.List) -> Printed:
        return [self.visit(item) for item in node.elts]

    def visit_ListComp(self, node: ast.ListComp) -> Printed:
        """Write out ``[formula for name in sequence]``."""
        generator = node.generators[0]
        if len(node.generators) > 1 or generator.ifs:
            raise NoPrintedFormError("comprehension")
        outer, printed = self.scope, []
        for item in self.many(generator.iter):
            self.scope = {**outer, **matched(generator.target, item)}
            printed.append(self.visit(node.elt))
        self.scope = outer
        return printed

    def visit_Call(self, node: ast.Call) -> Printed:
        """Print a call, or write out what it stands for."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise NoPrintedFormError("call")
        name, arguments = node.func.id, [self.visit(argument) for argument in node.args]
        sequences = [argument for argument in arguments if isinstance(argument, list)]
        match name, arguments:
            case "abs", [Piece(known=float(number))]:
                return self.notation.literal(abs(number))
            case "len", [list(xs)]:
                return self.notation.position(len(xs))
            case "range", [Piece() as length]:
                return [self.notation.position(i) for i in range(position_in(length))]
            case "enumerate", [list(xs)]:
                return [(self.notation.position(i), x) for i, x in enumerate(xs)]
            case "zip", _:
                return list(zip(*sequences, strict=True))
            case "sum", [list(xs)]:
                return self.notation.joined("+", xs, "0")
            case "prod", [list(xs)]:
                return self.notation.joined("*", xs, "1")
            case (("softmax" | "ordered"), [list(xs)]):
                probabilities = self.notation.call(name, arguments)
                return [self.notation.element(probabilities, i) for i in range(len(xs))]
            case (("softmax" | "log_softmax"), [list(xs), Piece() as place]):
                return self.notation.element(self.notation.call(name, [xs]), position_in(place))
            case "products_of_others", [list(xs)]:
                return [self.notation.joined("*", xs[:i] + xs[i + 1 :], "1") for i in range(len(xs))]
            case "shares", [list(xs), Piece() as out]:
                equal: list[Printed] = [self.notation.parentheses(self.notation.compare("==", one(x), out)) for x in xs]
                sharing = self.notation.joined("+", equal, "0")
                return [self.notation.binary("/", one(share), sharing) for share in equal]
        return self.notation.call(name, arguments)


def position_in(piece: Piece) -> int:
    """Return the position or the length that a piece stands for."""
    if piece.known is None:
        raise NoPrintedFormError("a position that is not known")
    return int(piece.known)


def matched(target: ast.expr, item: Printed) -> dict[str, Printed]:
    """Return what each name of a comprehension's target stands for."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not (isinstance(target, ast.Tuple) and isinstance(item, tuple)):
        raise NoPrintedFormError("comprehension")
    pairs = zip(target.elts, item, strict=True)
    return {name: piece for part, value in pairs for name, piece in matched(part, value).items()}


def formula_text(notation: Notation, text: str, operands: Mapping[str, Operand]) -> "str | list[str]":
    """Print a formula with the given operands; a list of texts where the formula gives a sequence.

    Args:
        notation: :data:`autograd.formulas.text.TEXT` or :data:`autograd.formulas.latex.LATEX`.
        text: the value or a local derivative of a row.
        operands: what stands for each operand, and for ``out``: a name, a number, or a sequence of both.

    Returns:
        The text. A user's own formula in notation that has no printed form comes back as it was written.

    Example:
        >>> from autograd.formulas.text import TEXT
        >>> formula_text(TEXT, "x ** 2", {"x": -2.0})
        '(-2) ** 2'
        >>> formula_text(TEXT, "sum([x * y for x, y in zip(xs, ys)])", {"xs": ["a", "b"], "ys": [2.0, -1.0]})
        'a * 2 + b * (-1)'
    """
    try:
        printed = Printer(notation, operands).printed(text)
        return [one(item).text for item in printed] if isinstance(printed, list) else one(printed).text
    except (NoPrintedFormError, ValueError, IndexError):  # ValueError: sequences of different lengths
        return notation.verbatim(text)
