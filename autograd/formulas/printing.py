"""Prints the formulas of the table with names or numbers in place of the operands: the walk that all notations share.

The formulas are Python expressions, so a notation is a walk over their syntax tree. Putting operands into
the tree rather than into the text keeps the meaning: -2 in ``x ** 2`` prints as ``(-2) ** 2``. Sequences
are written out, so ``sum([x * y for x, y in zip(xs, ys)])`` prints as ``a * c + b * d``.
"""

import ast
import math
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

Operand = str | float | Sequence["str | float"]
"""What stands for an operand: a name (str), a number (float), a position (int), or a sequence of names and numbers."""


class LiteralNumber(float):
    """A number that the user wrote into the computation, such as the 2 in ``x ** 2``.

    Formulas are worked out as far as literals allow, so the derivative of ``x ** 2`` prints as ``2 * x``.
    """


MOST_TERMS = 6
"""Longer sums and sequences show their first three terms and the last."""

MOST_LETTERS = 40
"""Longer names are cut."""

CHOICE, COMPARISON, SUM, PRODUCT, SIGN, POWER, CALL, ATOM = range(8)
"""How tightly a piece holds together, loosest first; what is looser than its place needs goes into parentheses."""

Printed: TypeAlias = "Piece | list[Printed] | tuple[Printed, ...]"


@dataclass(frozen=True)
class Piece:
    """A printed part of a formula."""

    text: str
    strength: int = ATOM
    known: float | None = None
    """The number it stands for whatever the operands are: that of a literal, a position or a length."""


class NoPrintedFormError(Exception):
    """A user's own formula uses notation that has no printed form here."""


def number_text(number: float) -> str:
    """Return a number in at most four significant digits, as it is shown everywhere.

    Example:
        >>> [number_text(x) for x in (-6.0, 0.70710678, 12345.678, 1e-7, -0.0)]
        ['-6', '0.7071', '12346', '1e-07', '0']
    """
    if not math.isfinite(number):
        return str(number)
    if number == int(number) and abs(number) < 1e6:
        return str(int(number))
    return f"{number:.0f}" if 1e4 <= abs(number) < 1e6 else f"{number:.4g}"


def name_text(name: str) -> str:
    """Return a name so that it can stand on one line of text: control characters escaped, long ones cut."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name[: MOST_LETTERS + 1])
    return shown if len(shown) <= MOST_LETTERS else shown[: MOST_LETTERS - 1] + "…"


class Notation(ABC):
    """One way to print a formula. Subclasses say how a number, a sum, a call look; this class reads the tree."""

    def __init__(self, operands: Mapping[str, Operand], number: Callable[[float], str] = number_text) -> None:
        self.format = number
        self.scope = {name: self.operand(operand) for name, operand in operands.items()}

    def operand(self, operand: Operand) -> "Printed":
        """Return the printed form of what stands for an operand."""
        if isinstance(operand, str):
            return self.name(operand)
        if isinstance(operand, int):
            return self.position(operand)
        if isinstance(operand, LiteralNumber):
            return self.literal(operand)
        if isinstance(operand, float):
            return self.number(operand)
        return [self.operand(item) for item in operand]

    def position(self, number: int) -> Piece:
        """Return the printed form of a position or a length."""
        return Piece(str(number), known=number)

    def literal(self, number: float) -> Piece:
        """Return the printed form of a number that is the same whatever the operands are."""
        return replace(self.number(number), known=float(number))

    # --- what a notation decides ----------------------------------------------------------------------

    @abstractmethod
    def name(self, name: str) -> Piece:
        """Print the name of a node."""

    @staticmethod
    @abstractmethod
    def verbatim(formula: str) -> str:
        """Return a formula as it was written."""

    @abstractmethod
    def number(self, number: float) -> Piece:
        """Print a number."""

    @abstractmethod
    def binary(self, symbol: str, left: Piece, right: Piece) -> Piece:
        """Print ``left symbol right`` for one of + - * / **."""

    @abstractmethod
    def parentheses(self, piece: Piece) -> Piece:
        """Print a piece in parentheses."""

    @abstractmethod
    def derivative(self, of: str, by: str) -> Piece:
        """Print the derivative of one named quantity by another."""

    @abstractmethod
    def compare(self, symbol: str, left: Piece, right: Piece) -> Piece:
        """Print a comparison."""

    @abstractmethod
    def choose(self, condition: Piece, then: Piece, otherwise: Piece) -> Piece:
        """Print ``then if condition else otherwise``."""

    @abstractmethod
    def call(self, function: str, arguments: "list[Printed]") -> Piece:
        """Print the call of a function."""

    @abstractmethod
    def element(self, sequence: Piece, position: int) -> Piece:
        """Print one element of a sequence that has no written-out form."""

    dots: str

    # --- what all notations share ---------------------------------------------------------------------

    def at_least(self, strength: int, piece: Piece) -> Piece:
        """Return the piece, in parentheses if it is looser than ``strength``."""
        return piece if piece.strength >= strength else self.parentheses(piece)

    def right_of(self, strength: int, piece: Piece) -> Piece:
        """Return the piece as it stands to the right of an operator: ``2 * (-3)``."""
        return self.parentheses(piece) if piece.text.startswith("-") else self.at_least(strength, piece)

    def minus(self, piece: Piece) -> Piece:
        """Print ``-piece``."""
        return Piece(f"-{self.right_of(POWER, piece).text}", SIGN)

    def shortened(self, items: "Sequence[Printed]") -> "list[Printed]":
        """Return the items, with dots in place of those in the middle if there are many."""
        return [*items] if len(items) <= MOST_TERMS else [*items[:3], Piece(self.dots), items[-1]]

    def joined(self, symbol: str, items: "Sequence[Printed]", empty: str) -> Piece:
        """Print ``a + b + c`` or ``a * b * c``."""
        if not items:
            return Piece(empty)
        first, *rest = [one(item) for item in self.shortened(items)]
        for item in rest:
            first = self.binary(symbol, first, item)
        return first

    def printed(self, formula: str) -> "Printed":
        """Return the printed form of a formula: one piece, or a list of them where it gives a sequence."""
        return self.visit(parsed(formula))

    def visit(self, node: ast.AST) -> "Printed":
        """Print one node of the syntax tree."""
        method = getattr(self, f"visit_{type(node).__name__}", None)
        if method is None:
            raise NoPrintedFormError(type(node).__name__)
        return method(node)  # type: ignore[no-any-return]  # every visit_ method below returns Printed

    def one(self, node: ast.AST) -> Piece:
        """Print a node that stands for one number."""
        return one(self.visit(node))

    def many(self, node: ast.AST) -> "list[Printed]":
        """Print a node that stands for a sequence."""
        items = self.visit(node)
        if not isinstance(items, list):
            raise NoPrintedFormError("not a sequence")
        return items

    def visit_Name(self, node: ast.Name) -> "Printed":  # noqa: N802  # named after the node, as in ast.NodeVisitor
        """Print an operand, or a constant such as pi."""
        return self.scope[node.id] if node.id in self.scope else self.call(node.id, [])

    def visit_Constant(self, node: ast.Constant) -> "Printed":  # noqa: N802
        """Print a number that stands in the formula."""
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise NoPrintedFormError(repr(node.value))
        return self.literal(node.value)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> "Printed":  # noqa: N802
        """Print a sign."""
        if not isinstance(node.op, ast.USub):
            raise NoPrintedFormError(type(node.op).__name__)
        operand = self.one(node.operand)
        return self.minus(operand) if operand.known is None else self.literal(-operand.known)

    def visit_BinOp(self, node: ast.BinOp) -> "Printed":  # noqa: N802
        """Print an operator; ``y - 1`` and ``x ** (y - 1)`` are worked out if y is a literal."""
        symbol = OPERATORS.get(type(node.op))
        if symbol is None:
            raise NoPrintedFormError(type(node.op).__name__)
        left, right = self.one(node.left), self.one(node.right)
        if left.known is not None and right.known is not None and symbol in "+-":
            return self.literal(left.known + (right.known if symbol == "+" else -right.known))
        if symbol == "**" and right.known == 1 and isinstance(node.right, ast.BinOp):
            return left
        return self.binary(symbol, left, right)

    def visit_Compare(self, node: ast.Compare) -> "Printed":  # noqa: N802
        """Print a comparison of two numbers."""
        symbol = COMPARISONS.get(type(node.ops[0]))
        if symbol is None or len(node.ops) > 1:
            raise NoPrintedFormError("comparison")
        return self.compare(symbol[0], self.one(node.left), self.one(node.comparators[0]))

    def visit_IfExp(self, node: ast.IfExp) -> "Printed":  # noqa: N802
        """Print a choice; one that depends on literals and positions alone is made right here."""
        if isinstance(node.test, ast.Compare):
            left, right = self.one(node.test.left).known, self.one(node.test.comparators[0]).known
            decide = COMPARISONS.get(type(node.test.ops[0]))
            if left is not None and right is not None and decide is not None:
                return self.visit(node.body if decide[1](left, right) else node.orelse)
        return self.choose(self.one(node.test), self.one(node.body), self.one(node.orelse))

    def visit_Subscript(self, node: ast.Subscript) -> "Printed":  # noqa: N802
        """Print the element at a position."""
        return self.many(node.value)[whole(self.one(node.slice))]

    def visit_List(self, node: ast.List) -> "Printed":  # noqa: N802
        """Print a list that is written out."""
        return [self.visit(item) for item in node.elts]

    def visit_ListComp(self, node: ast.ListComp) -> "Printed":  # noqa: N802
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

    def visit_Call(self, node: ast.Call) -> "Printed":  # noqa: N802
        """Print a call, or write out what it stands for."""
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise NoPrintedFormError("call")
        name, arguments = node.func.id, [self.visit(argument) for argument in node.args]
        sequences = [argument for argument in arguments if isinstance(argument, list)]
        match name, arguments:
            case "abs", [Piece(known=float(number))]:
                return self.literal(abs(number))
            case "len", [list(xs)]:
                return self.position(len(xs))
            case "range", [Piece() as length]:
                return [self.position(i) for i in range(whole(length))]
            case "enumerate", [list(xs)]:
                return [(self.position(i), x) for i, x in enumerate(xs)]
            case "zip", _:
                return list(zip(*sequences, strict=True))
            case "sum", [list(xs)]:
                return self.joined("+", xs, "0")
            case "prod", [list(xs)]:
                return self.joined("*", xs, "1")
            case "softmax", [list(xs)]:
                probabilities = self.call(name, arguments)
                return [self.element(probabilities, i) for i in range(len(xs))]
            case (("softmax" | "log_softmax"), [list(xs), Piece() as place]):
                return self.element(self.call(name, [xs]), whole(place))
            case "products_of_others", [list(xs)]:
                return [self.joined("*", xs[:i] + xs[i + 1 :], "1") for i in range(len(xs))]
            case "shares", [list(xs), Piece() as out]:
                equal: list[Printed] = [self.parentheses(self.compare("==", one(x), out)) for x in xs]
                sharing = self.joined("+", equal, "0")
                return [self.binary("/", one(share), sharing) for share in equal]
        return self.call(name, arguments)


OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[float, float], bool]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
}


@cache
def parsed(formula: str) -> ast.expr:
    """Return the syntax tree of a formula."""
    return ast.parse(formula, mode="eval").body


def one(item: "Printed") -> Piece:
    """Return what must be a single piece."""
    if not isinstance(item, Piece):
        raise NoPrintedFormError("a sequence where one number belongs")
    return item


def whole(piece: Piece) -> int:
    """Return the position or the length that a piece stands for."""
    if piece.known is None:
        raise NoPrintedFormError("a position that is not known")
    return int(piece.known)


def matched(target: ast.expr, item: "Printed") -> dict[str, "Printed"]:
    """Return what each name of a comprehension's target stands for."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    if not (isinstance(target, ast.Tuple) and isinstance(item, tuple)):
        raise NoPrintedFormError("comprehension")
    pairs = zip(target.elts, item, strict=True)
    return {name: piece for part, value in pairs for name, piece in matched(part, value).items()}


def formula_text(notation: type[Notation], formula: str, operands: Mapping[str, Operand]) -> "str | list[str]":
    """Print a formula with the given operands; a list of texts where the formula gives a sequence.

    Args:
        notation: :class:`autograd.formulas.text.Text` or :class:`autograd.formulas.latex.Latex`.
        formula: the value or a local derivative of a row.
        operands: what stands for each operand, and for ``out``: a name, a number, or a sequence of both.

    Returns:
        The text. A user's own formula in notation that has no printed form comes back as it was written.

    Example:
        >>> from autograd.formulas.text import Text
        >>> formula_text(Text, "x ** 2", {"x": -2.0})
        '(-2) ** 2'
        >>> formula_text(Text, "sum([x * y for x, y in zip(xs, ys)])", {"xs": ["a", "b"], "ys": [2.0, -1.0]})
        'a * 2 + b * (-1)'
    """
    try:
        printed = notation(operands).printed(formula)
        return [one(item).text for item in printed] if isinstance(printed, list) else one(printed).text
    except (NoPrintedFormError, ValueError, IndexError):  # ValueError: sequences of different lengths
        return notation.verbatim(formula)
