"""Reads an expression given as text, such as ``tanh(a*b + c)``, into Values. Text is never run as Python.

Only what is listed here is understood: names, numbers, ``+ - * / **``, and calls of the functions in the
formula table, whose sequences are written in brackets. Anything else is an error that points at the place.
"""

import ast
import difflib
import math
import re
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar, cast

from autograd.engine import Value
from autograd.errors import ArgumentError, ExpressionError
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence
from autograd.functions import log_softmax, softmax
from autograd.graph import Operand
from autograd.numbers import Number, number_from

T = TypeVar("T")
Result = Operand | list[Operand]

OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.Mod: "remainder"}
CHOICE = "For a choice write where(a - b, c, d), which is c if a > b, otherwise d."
INSTEAD: dict[type[ast.AST], str] = {
    ast.BitXor: "For a power write a ** 2.",
    ast.MatMult: "For a product of sequences write dot([a, b], [c, d]).",
    ast.FloorDiv: "Its derivative is 0 everywhere; write a / b, or floor(a / b).",
    ast.Compare: CHOICE,
    ast.IfExp: CHOICE,
    ast.BoolOp: CHOICE,
    ast.Attribute: "A function stands alone, as in sin(a).",
    ast.Call: "For a product write 2 * a.",
    ast.NamedExpr: "Give the numbers beside the expression: a=2.",
    ast.Tuple: "Write a sequence in brackets, as in sum([a, b]).",
}
"""What to write in place of the notation that people try most."""

LISTS = cast("Mapping[str, Callable[..., list[Operand]]]", {"softmax": softmax, "log_softmax": log_softmax})
"""Functions that give a sequence, of which an expression takes one element: ``softmax([a, b])[0]``."""

SOME_FUNCTIONS = "There are abs, exp, log, sqrt, sin, cos, tanh, sigmoid, relu and the others of autograd."

SPACE = re.compile(r"[^\S\r\n]")
"""Any space within a line: what is copied from a page or a chat has some that Python does not read."""
MOST_SHOWN = 100
"""How many characters of a long expression a message shows around the place it points at."""
MOST_LEVELS = 3000
"""In WebAssembly a sum of 6,000 terms ends Python itself while it is parsed; elsewhere Python refuses 500 levels."""
TOO_DEEP = "It has too many levels. Split it, or build it in Python."


def expression(text: str, /, **numbers: Number) -> Value:
    """Return the Value of an expression; each name in it stands for a leaf with the number given for it.

    Args:
        text: names, numbers, ``+ - * / % **`` and functions of the formula table, such as ``tanh(a*b + c)``
            or ``sum([a, b]) * softmax([a, b])[0]``.
        numbers: the number that each name stands for.

    Raises:
        ExpressionError: the text cannot be read, a name has no number, or a number has no name in the text
            (also a ``SyntaxError``).
        DomainError, DivisionByZeroError, NumberOverflowError: an operation has no value at these numbers.

    Example:
        >>> from autograd.expressions import expression
        >>> expression("tanh(a*b + c)", a=2, b=-3, c=6)
        Value(data=0.0, grad=0.0)
    """
    return Reader(text, numbers).result()


def names_in(text: str) -> list[str]:
    """Return the names in an expression that stand for numbers, in the order in which they are written.

    Example:
        >>> names_in("tanh(a*b + a)")
        ['a', 'b']
    """
    tree = Reader(text, {}).tree()
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called]
    return list(dict.fromkeys(node.id for node in sorted(names, key=lambda name: (name.lineno, name.col_offset))))


class Reader:
    """Walks the syntax tree of one expression and builds its Values."""

    def __init__(self, text: str, numbers: Mapping[str, Number]) -> None:
        self.text = SPACE.sub(" ", text).strip()
        self.leaves = {name: Value(number, name) for name, number in numbers.items()}
        self.used: set[str] = set()

    def result(self) -> Value:
        try:
            result = self.one(self.tree())
        except (RecursionError, MemoryError):
            self.fail(TOO_DEEP, 0)
        for name in self.leaves:
            if name not in self.used:
                self.fail(f"A number for {name!r} was given, which is not in it.", 0)
        return result if isinstance(result, Value) else Value(result)

    def tree(self) -> ast.expr:
        if not self.text:
            self.fail("It is empty. Write something like tanh(a*b + c).", 0)
        if levels(self.text) > MOST_LEVELS:
            self.fail(TOO_DEEP, 0)
        try:
            return ast.parse(self.text, mode="eval").body
        except SyntaxError as error:
            before = self.text.splitlines(keepends=True)[: (error.lineno or 1) - 1]
            place = sum(map(len, before)) + (error.offset or 1) - 1
            message = str(error.msg)
            if "digits" in message:
                message = "A number has too many digits"
            self.fail(f"{message[0].upper()}{message[1:]}. {self.hint(message, place)}", place)
        except ValueError as error:
            self.fail(f"{error}.", 0)

    def hint(self, message: str, place: int) -> str:
        """Return what to write instead of what Python does not read at a place."""
        *_, before = ["", *self.text[:place].split()]
        if self.text[place : place + 1] == "=":
            return INSTEAD[ast.NamedExpr]
        if "decimal literal" in message:
            return INSTEAD[ast.Call]
        return f"To call the function write {before}(...)." if before in OPERATIONS else ""

    def visit(self, node: ast.expr) -> Result:
        match node:
            case ast.Constant(value=number) if type(number) in (int, float):
                return self.literal(node, cast("float", number))
            case ast.Name(id=name):
                return self.leaf(node, name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.one(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.one(operand)
            case ast.BinOp(left=left, op=symbol, right=right):
                if type(symbol) not in OPERATORS:
                    self.fail(f"There is no such operator here. {INSTEAD.get(type(symbol), '')}", self.end(left))
                return OPERATIONS[OPERATORS[type(symbol)]](self.one(left), self.one(right))
            case ast.List(elts=items):
                return [self.one(item) for item in items]
            case ast.Subscript(value=sequence, slice=position):
                return self.element(sequence, position)
            case ast.Call(func=ast.Name(id=name)):
                return self.call(node, name)
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node
        return self.fail(f"This is not part of an expression here. {INSTEAD.get(type(called), '')}", node)

    def one(self, node: ast.expr) -> Operand:
        """Return the Value or number that a part stands for; a sequence is an error."""
        result = self.visit(node)
        if isinstance(result, list):
            self.fail("A sequence stands where one number belongs; take one element, as in softmax([a, b])[0].", node)
        return result

    def literal(self, node: ast.expr, number: float) -> float:
        try:
            return number_from(number)
        except (ArithmeticError, ValueError):
            self.fail("This number is too large.", node)

    def leaf(self, node: ast.expr, name: str) -> Value:
        if name not in self.leaves:
            function = f" To call the function write {name}(...)." if name in OPERATIONS else ""
            self.fail(f"{name!r} has no number; give one: {name}=1.{function}", node)
        self.used.add(name)
        return self.leaves[name]

    def element(self, sequence: ast.expr, position: ast.expr) -> Operand:
        items = self.visit(sequence)
        if not isinstance(items, list):
            self.fail("This is one number, not a sequence.", sequence)
        return items[self.position(position, len(items))]

    def position(self, node: ast.expr, count: float) -> int:
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value < count:
            return node.value
        limits = f" from 0 to {count - 1}" if count < math.inf else ""
        return self.fail(f"A position is a whole number{limits}." if count else "The sequence is empty.", node)

    def call(self, node: ast.Call, name: str) -> Result:
        operation = OPERATIONS.get(name)
        if operation is None:
            close = difflib.get_close_matches(name, OPERATIONS, n=1)
            hint = f"Did you mean {close[0]}?" if close else SOME_FUNCTIONS
            if name in self.leaves:
                hint = f"For a product write {name} * (...)."
            self.fail(f"There is no function called {name!r}. {hint}", node)
        for keyword in node.keywords:
            if keyword.arg is None:
                self.fail("Write the operands one by one.", keyword.value)
        sequence = [*node.args, *(each.value for each in node.keywords if each.arg == "xs")]
        if name in LISTS and len(sequence) == len(node.args) + len(node.keywords) == 1:
            return self.apply(node, LISTS[name], [self.operand(operation, "xs", *sequence)])
        try:
            parts = operation.arranged(tuple(node.args), {str(keyword.arg): keyword.value for keyword in node.keywords})
        except TypeError as error:
            reason = str(error).partition(": ")[2]  # without the call, which stands here already
            self.fail(f"{operation_text(operation)} is not called like this: {reason}", node)
        operands: list[object] = []
        for operand, part in zip(operation.operands, parts, strict=True):
            if operand == "index":
                count = len(operands[0]) if isinstance(operands[0], list) else math.inf
                operands.append(self.position(cast("ast.expr", part), count))
            else:
                operands.append(self.operand(operation, operand, part) if isinstance(part, ast.expr) else part)
        return self.apply(node, cast("Callable[..., Value]", operation), operands)

    def operand(self, operation: Operation, name: str, node: ast.expr) -> Result:
        if not is_sequence(name):
            return self.one(node)
        items = self.visit(node)
        if not isinstance(items, list):
            self.fail(f"{operation_text(operation)} takes a sequence in brackets for {name}.", node)
        return items

    def apply(self, node: ast.expr, function: Callable[..., T], operands: list[object]) -> T:
        """Call a function, and point at the call if its operands do not fit."""
        try:
            return function(*operands)
        except ArgumentError as error:
            self.fail(str(error), node)

    # --- errors ---------------------------------------------------------------------------------------

    def end(self, node: ast.expr) -> int:
        """Return where what follows a part begins."""
        place = self.offset(node.end_lineno or 1, node.end_col_offset or 0)
        return place + len(self.text[place:]) - len(self.text[place:].lstrip(" \t\n)"))

    def offset(self, line: int, column: int) -> int:
        """Return a position in the text; ``column`` counts bytes, as the syntax tree does."""
        lines = self.text.splitlines(keepends=True)
        return sum(map(len, lines[: line - 1])) + len(lines[line - 1].encode()[:column].decode(errors="replace"))

    def fail(self, what: str, place: ast.expr | int) -> NoReturn:
        """Raise the error that shows the expression with a mark under ``place``."""
        mark = place if isinstance(place, int) else self.offset(place.lineno, place.col_offset)
        mark = max(0, min(mark, len(self.text)))
        first = max(0, mark - MOST_SHOWN // 2)
        shown = "".join(c if c.isprintable() else " " for c in self.text[first : first + MOST_SHOWN])
        message = f"This expression cannot be read. {what.strip()}"
        raise ExpressionError(f"{message}\n    {shown}\n    {' ' * (mark - first)}^" if shown else message)


def operation_text(operation: Operation) -> str:
    """Return how an operation is called: ``clamp(x, low, high)``."""
    return f"{operation.name}({', '.join(operation.operands)})"


def levels(text: str) -> int:
    """Return about how many levels the syntax tree of an expression has, without parsing it.

    Example:
        >>> levels("a + b*c"), levels("(a + b) * c"), levels("tanh(a + sum([b, c, d])) * 2")
        (2, 3, 5)
    """
    deepest = [[0, 0, 0]]  # for each open bracket: operators and levels in this item, and the levels of the others
    for sign in text:
        if sign in "([":
            deepest.append([0, 0, 0])
        elif sign in "+-*/%":
            deepest[-1][0] += 1
        elif sign == ",":
            operators, inner, others = deepest[-1]
            deepest[-1] = [0, 0, max(operators + inner, others)]
        elif sign in ")]" and len(deepest) > 1:
            operators, inner, others = deepest.pop()
            deepest[-1][1] = max(deepest[-1][1], 1 + operators + inner, 1 + others)
    return sum(max(operators + inner, others) for operators, inner, others in deepest) + len(deepest) - 1
