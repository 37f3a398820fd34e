"""Writes out an operation with several related results in others, as its row's ``expansion`` says.

``softmax(xs)[0]`` and ``softmax(xs)[1]`` have nearly everything in common. Written out, the common parts are equal
operations on equal operands, which :mod:`~autograd.program.tracing` numbers once.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import cast

from autograd.formulas.formula import constant, formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.program.record import Recorded

Argument = int | tuple[int, ...]


class Expander:
    """Numbers the operations that an expansion consists of, whole rows of elements at a time.

    Args:
        add: numbers an operation on numbered operands.
        literal: numbers a constant.
    """

    def __init__(
        self, add: Callable[[Operation, Iterable[Argument], Recorded], int], literal: Callable[[float], int]
    ) -> None:
        self.add, self.literal = add, literal
        self.rows: dict[tuple[object, ...], tuple[int, ...]] = {}
        """Lists that have been written out before: softmax needs its exponentials once for all its results."""

    def expand(self, operation: Operation, operands: Mapping[str, Argument], node: Recorded) -> int:
        """Return the number of an operation's result.

        Args:
            operation: a row with an expansion.
            operands: the numbers of its operands; ``index`` is the position itself.
            node: what the operation was recorded as.
        """
        self.node = node
        return cast("int", self.number(formula(operation.expansion).tree, operands))

    def number(self, node: ast.expr, known: Mapping[str, Argument]) -> Argument:
        """Return the number of an expression; in a comprehension, the numbers it has for all elements."""
        if isinstance(node, ast.Name):
            return known[node.id]
        if isinstance(node, ast.Subscript):
            row = cast("tuple[int, ...]", self.number(node.value, known))
            return row[cast("int", self.number(node.slice, known))]
        if isinstance(node, ast.ListComp):
            return self.row(node, known)
        if isinstance(node, ast.BinOp):
            return self.each(operator_rows()[type(node.op)], [node.left, node.right], known)
        number = constant(node)
        if number is None and is_length(node):
            number = float(len(cast("tuple[int, ...]", self.number(cast("ast.Call", node).args[0], known))))
        if number is not None:
            return self.literal(number)
        call = cast("ast.Call", node)
        return self.each(OPERATIONS[cast("ast.Name", call.func).id], call.args, known)

    def each(self, operation: Operation, operands: list[ast.expr], known: Mapping[str, Argument]) -> Argument:
        """Apply an operation, to every element if an operand of an operation on single numbers has several."""
        arguments = [self.number(operand, known) for operand in operands]
        lengths = [len(argument) for argument in arguments if isinstance(argument, tuple)]
        if operation.is_nary or not lengths:
            return self.add(operation, arguments, self.node)
        columns = [item if isinstance(item, tuple) else (item,) * lengths[0] for item in arguments]
        return tuple([self.add(operation, each, self.node) for each in zip(*columns, strict=True)])

    def row(self, node: ast.ListComp, known: Mapping[str, Argument]) -> tuple[int, ...]:
        text, names = described(node)
        key = (text, *[known.get(name) for name in names])
        if key not in self.rows:
            generator = node.generators[0]
            elements = self.number(generator.iter, known)
            self.rows[key] = cast(
                "tuple[int, ...]", self.number(node.elt, {**known, cast("ast.Name", generator.target).id: elements})
            )
        return self.rows[key]


def literals(operation: Operation, lengths: Mapping[str, int]) -> Iterator[float]:
    """Yield the constants of an operation's expansion, for sequence operands of these lengths."""
    for node in ast.walk(formula(operation.expansion).tree):
        number = constant(node) if isinstance(node, ast.expr) else None
        if number is not None:
            yield number
        elif is_length(node):
            yield float(lengths[cast("ast.Name", cast("ast.Call", node).args[0]).id])


def is_length(node: ast.AST) -> bool:
    """Whether an expression is ``len(...)``."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "len"


@cache
def described(node: ast.ListComp) -> tuple[str, tuple[str, ...]]:
    """Return the text of a comprehension in a formula, and the names in it."""
    return ast.unparse(node), tuple(sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)}))


@cache
def operator_rows() -> dict[type[ast.operator], Operation]:
    """Return the rows that Python's operators stand for, such as that of ``x - y``."""
    found: dict[type[ast.operator], Operation] = {}
    for row in OPERATIONS.values():
        tree = formula(row.value).tree
        if isinstance(tree, ast.BinOp) and isinstance(tree.left, ast.Name) and isinstance(tree.right, ast.Name):
            found.setdefault(type(tree.op), row)
    return found
