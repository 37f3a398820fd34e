"""``Formula``: the text of a value or of a local derivative, parsed once.

A formula is written in Python's notation. It says nothing about what its numbers are: the arithmetics beside this
file (:mod:`~autograd.formulas.floats`, :mod:`~autograd.formulas.values`, ...) give it a meaning, and the notations
(:mod:`~autograd.formulas.text`, :mod:`~autograd.formulas.latex`, ...) print it.
"""

import ast
import math
from collections.abc import Mapping
from functools import cache, cached_property
from typing import TypeVar

from autograd.console import printed

Tree = TypeVar("Tree", bound=ast.AST)

LISTS = frozenset({"softmax", "shares", "products_of_others", "ordered"})
"""Functions in formulas that return one number per element of a sequence."""


class Formula:
    """One formula of the table. Ask :func:`formula` for it, so that each text is parsed once.

    Attributes:
        text: the formula as the row states it.
        tree: its syntax tree, which nobody changes; rewrite a :meth:`copy`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text, mode="eval").body

    def copy(self) -> ast.expr:
        """Return a syntax tree of one's own."""
        return copied(self.tree)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that stands in the formula, except for the variables of its comprehensions."""
        return frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)) - self.bound_names

    @cached_property
    def bound_names(self) -> frozenset[str]:
        """The variables of the comprehensions in the formula; nothing else may have these names there."""
        targets = [node.target for node in ast.walk(self.tree) if isinstance(node, ast.comprehension)]
        return frozenset(node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))

    @cached_property
    def number(self) -> float | None:
        """The number that the formula is, such as -1.0 for ``-1``; None if it has to be worked out."""
        return constant(self.tree)

    @cached_property
    def name(self) -> str | None:
        """The one name that the formula consists of, such as ``y`` in the derivative of ``x * y``; otherwise None."""
        return self.tree.id if isinstance(self.tree, ast.Name) else None

    def gives_list(self, operands: tuple[str, ...]) -> bool:
        """Whether the formula, in a row with these operands, gives one number per element of a sequence."""
        tree = self.tree
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            return tree.func.id in LISTS
        return isinstance(tree, ast.ListComp) or (self.name in operands and str(self.name).endswith("s"))

    @printed
    def __repr__(self) -> str:
        return f"<formula {self.text}>"


formula = cache(Formula)
"""Return the formula of a text; the same text is always the same formula."""


# --- small tools for rewriting syntax trees ----------------------------------------------------------------


def copied(tree: Tree) -> Tree:
    """Return a syntax tree of one's own; programs copy thousands, for which ``copy.deepcopy`` is too thorough.

    Only what belongs to the tree is copied. Python shares the parts that say how a name is used between all trees of a
    process, and IPython leaves a parent on them when it shows a traceback, through which one tree leads to another.
    """
    fields: dict[str, object] = {}
    given = vars(tree)
    for name in (*tree._fields, *tree._attributes):
        if name not in given:
            continue
        field = given[name]
        if isinstance(field, list):
            fields[name] = [copied(item) if isinstance(item, ast.AST) else item for item in field]
        else:
            fields[name] = copied(field) if isinstance(field, ast.AST) else field
    return tree.__class__(**fields)


def constant(node: ast.expr) -> float | None:
    """Return the number that an expression is, if it is a plain number with or without a sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = constant(node.operand)
        return None if number is None else -number
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    return None


def literal(number: float) -> ast.expr:
    """Return the expression of a number; whole numbers are written without a point."""
    is_negative = math.copysign(1, number) < 0
    whole = number.is_integer() and abs(number) < 1e15 and not (number == 0 and is_negative)
    node = ast.Constant(abs(int(number)) if whole else abs(number))
    return ast.UnaryOp(ast.USub(), node) if is_negative else node


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """Return the expression ``name(*arguments)``."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


class Rename(ast.NodeTransformer):
    """Puts expressions in the place of names; in the tree, because ``-2`` put into the text ``x ** 2`` gives -4."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name."""
        return copied(self.names[node.id]) if node.id in self.names else node
