"""What formulas mean for Values: a derivative made of the same operations, which can be differentiated again."""

import ast
import functools
import math
import operator
from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol, cast

from autograd.errors import NumberOverflowError
from autograd.formulas.binding import bind
from autograd.formulas.formula import call, formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.modes import current_mode


class Term(Protocol):
    """A Value or a number, as far as formulas see it."""

    def __add__(self, other: "Term | float") -> "Term": ...
    def __sub__(self, other: "Term | float") -> "Term": ...
    def __truediv__(self, other: "Term | float") -> "Term": ...
    def __lt__(self, other: "Term | float") -> bool: ...
    def __gt__(self, other: "Term | float") -> bool: ...


def apply(name: str, *operands: object) -> Term:
    """Return a row of the table applied to Values and numbers."""
    return cast("Callable[..., Term]", OPERATIONS[name])(*operands)


def softmax(xs: Sequence[Term]) -> list[Term]:
    """Return ``exp(x) / sum(exp(xs))`` for each x."""
    return [apply("softmax", xs, index) for index in range(len(xs))]


def products_of_others(xs: Sequence[Term]) -> list[Term]:
    """Return for each position the product of all the other Values; infinite where it is too large for a float."""
    products: list[Term] = []
    for i in range(len(xs)):
        try:
            products.append(apply("prod", [*xs[:i], *xs[i + 1 :]]) if len(xs) > 1 else cast("Term", 1.0))
        except NumberOverflowError:  # maybe nobody asks for this one
            products.append(cast("Term", math.inf))
    return products


def shares(xs: Sequence[Term], out: Term) -> list[Term]:
    """Return 1 for the element equal to ``out``, split evenly where several are, and 0 for the rest."""
    one, zero = cast("Term", 1.0), cast("Term", 0.0)
    equal = [choose(x, "==", out, lambda: one, lambda: zero) for x in xs]
    count = functools.reduce(operator.add, equal, zero)
    return [share / count for share in equal]


def choose(left: Term, comparison: str, right: Term, then: Callable[[], Term], otherwise: Callable[[], Term]) -> Term:
    """Return ``then()`` or ``otherwise()``; in a recorded program the choice is made at every call."""
    are_known = left.__class__ in NUMBERS and right.__class__ in NUMBERS
    if current_mode().recorder is not None and not are_known:
        difference = right - left if comparison == "<" else left - right
        if comparison == "==":
            return apply("where", apply("abs", difference), otherwise(), then())
        return apply("where", difference, then(), otherwise())
    less, greater = left < right, left > right
    chosen = {"<": less, ">": greater, "==": not (less or greater)}[comparison]
    return then() if chosen else otherwise()


NUMBERS = frozenset({float, int})

VALUES: dict[str, object] = {
    **{f.__name__: f for f in (softmax, products_of_others, shares, choose, len, zip, range, enumerate)},
    "pi": math.pi,
}
"""The arithmetic of Values by the names that formulas use. All rows of the table belong to it as well."""


class ValueNotation(ast.NodeTransformer):
    """Rewrites ``a if x > y else b`` so that the comparison looks at numbers, or is recorded."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Turn a conditional into a call of :func:`choose`."""
        self.generic_visit(node)
        test = cast("ast.Compare", node.test)
        symbol = {ast.Gt: ">", ast.Lt: "<", ast.Eq: "=="}[type(test.ops[0])]
        nothing = ast.arguments([], [], None, [], [], None, [])
        then, otherwise = ast.Lambda(nothing, node.body), ast.Lambda(nothing, node.orelse)
        return call("choose", test.left, ast.Constant(symbol), test.comparators[0], then, otherwise)


@cache
def value_slope(operation: Operation, operand: str) -> Callable[..., object]:
    """Return a local derivative of ``operation`` as a function of its operands and ``out``, over Values or numbers."""
    tree = ValueNotation().visit(formula(operation.slopes.get(operand, "0")).copy())
    meanings = {**OPERATIONS, **VALUES, **operation.functions}
    return bind(operation.name, (*operation.operands, "out"), tree, meanings)
