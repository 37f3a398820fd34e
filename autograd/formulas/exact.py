"""Exact numbers: what the formulas of the table mean for fractions, mpmath's numbers and SymPy's symbols.

Each arithmetic is the meaning of every name that formulas use, and a rewriting of their notation. What an arithmetic
does not have, such as ``exp`` of a fraction, has no meaning in it.
"""

import ast
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib import import_module
from types import ModuleType
from typing import Any

from autograd.formulas.floats import FLOATS
from autograd.formulas.formula import call, constant, formula
from autograd.formulas.operation import Operation
from autograd.formulas.rewriting import Arithmetic, Choices, Simplify

PYTHON: dict[str, object] = {name: FLOATS[name] for name in ("len", "zip", "range", "enumerate", "position")}
PYTHON |= {"sum": sum, "prod": math.prod, "max": max, "min": min, "abs": abs}
PYTHON |= {name: FLOATS[name] for name in ("maximum", "minimum")}
PYTHON |= {"ordered": sorted, "remainder": operator.mod}
"""What Python's own functions do to numbers of any kind."""
ELEMENTARY = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf", "erfc")
MORE = ("asinh", "acosh", "atanh", "atan2", "digamma")


class Exact(ast.NodeTransformer):
    """Makes plain numbers the arithmetic's own, all of them or only those that are divided.

    A ratio of two plain numbers would be a float, which has fewer digits than a number of mpmath or SymPy.
    """

    def __init__(self, *, only_ratios: bool) -> None:
        self.only_ratios = only_ratios

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return node if self.only_ratios or constant(node) is None else call("number", node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return ast.Subscript(self.visit(node.value), node.slice, node.ctx)  # a position stays one

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and constant(node.left) is not None and constant(node.right) is not None:
            return ast.BinOp(call("number", node.left), node.op, node.right)
        return node


class Powers(ast.NodeTransformer):
    """Writes powers as calls, where ``**`` would leave the arithmetic: for a complex number, or for a float."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return call("power", node.left, node.right) if isinstance(node.op, ast.Pow) else node


def sequences(number: Callable[[float], Any]) -> dict[str, object]:
    """Return what formulas call to get one number for each element of a sequence."""

    def shares(xs: Sequence[object], out: object) -> list[object]:
        share = number(1) / xs.count(out)
        return [share if x == out else number(0) for x in xs]

    def products_of_others(xs: Sequence[Any]) -> list[Any]:
        return [math.prod([*xs[:i], *xs[i + 1 :]], start=number(1)) for i in range(len(xs))]

    return {"shares": shares, "products_of_others": products_of_others}


def fractions() -> dict[str, object]:
    """Return the arithmetic of fractions: the four operations, powers and comparisons."""

    def power(x: Fraction, y: Fraction) -> Fraction:
        result = x**y
        if not isinstance(result, Fraction):  # a float or a complex number
            raise ValueError(f"({x}) ** ({y}) has no exact value")
        return result

    own = {"number": Fraction, "power": power, "sign": lambda x: Fraction((x > 0) - (x < 0))}
    own |= {f.__name__: whole(f, Fraction) for f in (math.floor, math.ceil, math.trunc, round)}
    return {**PYTHON, **sequences(Fraction), **own, "copysign": with_sign(abs)}


def whole(function: Callable[[Any], int], number: Callable[[int], Any]) -> Callable[[Any], Any]:
    """Return ``floor`` and the like as a function that gives a number of the arithmetic's own."""
    return lambda x: number(function(x))


def with_sign(size: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """Return ``copysign`` for numbers whose zero has no sign."""
    return lambda x, y: -size(x) if y < 0 else size(x)


def mpmath() -> dict[str, object]:
    """Return the arithmetic of mpmath's floating-point numbers, of as many digits as it is set to."""
    module = import_module("mpmath")  # it comes without types

    def real(name: str) -> Callable[..., Any]:
        """Return a function that has a value only where a real and finite one exists."""
        function = getattr(module, name)

        def checked(*numbers: Any) -> Any:
            result = function(*numbers)
            if isinstance(result, module.mpc) or not module.isfinite(result):
                raise ValueError(f"{name}({', '.join(map(str, numbers))}) has no real value")
            return result

        return checked

    names = *ELEMENTARY, *MORE, "log1p", "expm1"
    own = {name: real(name) for name in names} | {"power": real("power")}
    own |= {"number": module.mpf, "sign": module.sign, "pi": module.pi, "copysign": with_sign(abs)}
    own |= {f"log{base}": lambda x, base=base: own["log"](x) / module.log(base) for base in (2, 10)}
    own |= {name: getattr(module, name) for name in ("floor", "ceil")} | {"round": module.nint}
    own |= {"trunc": lambda x: module.sign(x) * module.floor(abs(x)), "lgamma": lambda x: module.re(module.loggamma(x))}
    own |= {"cbrt": lambda x: module.sign(x) * module.cbrt(abs(x)), "polygamma": lambda x, index: module.psi(index, x)}
    return {**PYTHON, **sequences(module.mpf), **exponentials(module), **own}


def sympy() -> dict[str, object]:
    """Return the arithmetic of SymPy's symbols."""
    import sympy

    def where(condition: object, then: object, otherwise: object) -> Any:  # a symbolic expression
        return sympy.Piecewise((then, condition), (otherwise, True))

    def passed(incoming: Any, slope: Any) -> Any:  # symbolic expressions
        """Return their product; in the branches in which nothing flows in, nothing is passed on."""
        choices = [factor for factor in sympy.Mul.make_args(incoming) if isinstance(factor, sympy.Piecewise)]
        if not choices:
            return incoming * slope
        slope = slope * incoming.xreplace({choices[0]: sympy.Integer(1)})
        return sympy.Piecewise(*[(passed(branch, slope), condition) for branch, condition in choices[0].args])

    def shares(xs: Sequence[object], out: object) -> list[object]:
        equal = [where(sympy.Eq(x, out), 1, 0) for x in xs]
        total = sympy.Add(*equal)
        return [item / total for item in equal]

    def ordered(xs: Sequence[object]) -> list[object]:
        """Return the elements in increasing order: the k-th is the least that is largest among k others."""
        groups = [itertools.combinations(xs, count) for count in range(1, len(xs) + 1)]
        return [sympy.Min(*[sympy.Max(*group) for group in each]) for each in groups]

    def rounded(x: Any) -> Any:  # a symbolic expression
        """Return the nearest whole number; a half that went up to an odd one goes down again."""
        up = sympy.floor(x + sympy.Rational(1, 2))
        return up - where(sympy.And(sympy.Eq(up - x, sympy.Rational(1, 2)), sympy.Eq(sympy.Mod(up, 2), 1)), 1, 0)

    return {
        **PYTHON,
        **sequences(sympy.sympify),
        **{name: getattr(sympy, name) for name in (*ELEMENTARY, *MORE, "sign", "pi")},
        **{"where": where, "maximum": sympy.Max, "minimum": sympy.Min, "abs": sympy.Abs, "shares": shares},
        **{"passed": passed, "equal": sympy.Eq},
        **{"max": lambda xs: sympy.Max(*xs), "min": lambda xs: sympy.Min(*xs), "number": sympy.sympify},
        **{"floor": sympy.floor, "ceil": sympy.ceiling, "trunc": lambda x: sympy.sign(x) * sympy.floor(sympy.Abs(x))},
        **{"copysign": lambda x, y: where(sympy.Lt(y, 0), -sympy.Abs(x), sympy.Abs(x)), "ordered": ordered},
        **{"round": rounded, "remainder": lambda x, y: x - y * sympy.floor(x / y), "lgamma": sympy.loggamma},
        **{"cbrt": lambda x: sympy.sign(x) * sympy.cbrt(sympy.Abs(x))},
        **{"polygamma": lambda x, index: sympy.polygamma(index, x)},
        **{"log1p": lambda x: sympy.log(1 + x), "expm1": lambda x: sympy.exp(x) - 1, **exponentials(sympy)},
    }


def exponentials(module: ModuleType) -> dict[str, object]:
    """Return what needs no care in a library of scalars without a limit on exponents."""

    def softmax(xs: Sequence[object]) -> list[object]:
        each = [module.exp(x) for x in xs]
        return [item / sum(each) for item in each]

    return {
        **{"softmax": softmax, "logsumexp": lambda xs: module.log(sum([module.exp(x) for x in xs]))},
        **{"log2": lambda x: module.log(x, 2), "log10": lambda x: module.log(x, 10), "exp2": lambda x: 2**x},
        **{"hypot": lambda x, y: module.sqrt(x * x + y * y), "norm": lambda xs: module.sqrt(sum([x * x for x in xs]))},
    }


class Symbols(Choices):
    """Writes choices as calls, and their conditions too: ``==`` would ask whether two expressions read alike."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:  # noqa: N802  # the name that ast looks for
        self.generic_visit(node)
        return call("equal", node.left, node.comparators[0]) if isinstance(node.ops[0], ast.Eq) else node


KINKED = frozenset({"maximum", "minimum", "abs"})


def symbolic(operation: Operation, operand: str = "") -> str:
    """Return the formula of a row, or of a slope, that SymPy differentiates rightly.

    That is the textbook's, which needs no kinked pieces to keep floats from overflowing; and a maximum is one.
    """
    stated = operation.slopes[operand] if operand else operation.value
    tree = Simplify().visit(formula(stated).copy())
    if isinstance(tree, ast.Call) and not operand and all(isinstance(argument, ast.Name) for argument in tree.args):
        return ast.unparse(tree)
    textbook = operation.textbook(operand)
    return stated if formula(textbook).names & KINKED else textbook


FRACTIONS = Arithmetic(fractions, (Exact(only_ratios=False), Powers()), passing="lazy")
MPMATH = Arithmetic(mpmath, (Exact(only_ratios=True), Powers()), passing="lazy")
SYMPY = Arithmetic(sympy, (Symbols(), Exact(only_ratios=True)), passing="call", text=symbolic)
