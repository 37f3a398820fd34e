"""Exact numbers: what the formulas of the table mean for fractions, mpmath's numbers and SymPy's symbols.

Each arithmetic is the meaning of every name that formulas use, and a rewriting of their notation. What an arithmetic
does not have, such as ``exp`` of a fraction, has no meaning in it.
"""

import ast
import math
from collections.abc import Sequence
from fractions import Fraction
from importlib import import_module
from types import ModuleType
from typing import Any

from autograd.formulas.floats import FLOATS
from autograd.formulas.formula import call, constant
from autograd.formulas.rewriting import Arithmetic, Choices

PYTHON = {name: FLOATS[name] for name in ("sum", "len", "zip", "range", "enumerate", "position")} | {"prod": math.prod}
COMPARING = {name: FLOATS[name] for name in ("maximum", "minimum", "max", "min", "shares")}
PRODUCTS = {"products_of_others": FLOATS["products_of_others"]}
"""What Python's own functions do to numbers of any kind."""
ELEMENTARY = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf", "erfc")


class Exact(ast.NodeTransformer):
    """Makes plain numbers the arithmetic's own, all of them or only those that are divided.

    A ratio of two plain numbers would be a float, which has fewer digits than a number of mpmath or SymPy.
    """

    def __init__(self, *, only_ratios: bool) -> None:
        self.only_ratios = only_ratios

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return node if self.only_ratios or constant(node) is None else call("number", node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and constant(node.left) is not None and constant(node.right) is not None:
            return ast.BinOp(call("number", node.left), node.op, node.right)
        return node


def fractions() -> dict[str, object]:
    """Return the arithmetic of fractions: the four operations, powers and comparisons."""
    own = {"number": Fraction, "abs": abs, "sign": lambda x: (x > 0) - (x < 0)}
    return {**PYTHON, **COMPARING, **PRODUCTS, **own}


def mpmath() -> dict[str, object]:
    """Return the arithmetic of mpmath's floating-point numbers, of as many digits as it is set to."""
    module = import_module("mpmath")  # it comes without types
    own = {name: getattr(module, name) for name in (*ELEMENTARY, "log1p", "expm1", "sign", "pi")}
    return {**PYTHON, **COMPARING, **PRODUCTS, **own, **exponentials(module), "number": module.mpf, "abs": abs}


def sympy() -> dict[str, object]:
    """Return the arithmetic of SymPy's symbols."""
    import sympy

    def where(condition: object, then: object, otherwise: object) -> Any:  # a symbolic expression
        return sympy.Piecewise((then, condition), (otherwise, True))

    def shares(xs: Sequence[object], out: object) -> list[object]:
        equal = [where(sympy.Ge(x, out), 1, 0) for x in xs]
        total = sympy.Add(*equal)
        return [item / total for item in equal]

    return {
        **PYTHON,
        **PRODUCTS,
        **{name: getattr(sympy, name) for name in (*ELEMENTARY, "sign", "pi")},
        **{"where": where, "maximum": sympy.Max, "minimum": sympy.Min, "abs": sympy.Abs, "shares": shares},
        **{"max": lambda xs: sympy.Max(*xs), "min": lambda xs: sympy.Min(*xs), "number": sympy.sympify},
        **{"log1p": lambda x: sympy.log(1 + x), "expm1": lambda x: sympy.exp(x) - 1, **exponentials(sympy)},
    }


def exponentials(module: ModuleType) -> dict[str, object]:
    """Return softmax and logsumexp in a library of scalars without a limit on exponents."""

    def softmax(xs: Sequence[object]) -> list[object]:
        each = [module.exp(x) for x in xs]
        return [item / sum(each) for item in each]

    return {"softmax": softmax, "logsumexp": lambda xs: module.log(sum([module.exp(x) for x in xs]))}


FRACTIONS = Arithmetic(fractions, (Exact(only_ratios=False),))
MPMATH = Arithmetic(mpmath, (Exact(only_ratios=True),))
SYMPY = Arithmetic(sympy, (Choices(), Exact(only_ratios=True)))
