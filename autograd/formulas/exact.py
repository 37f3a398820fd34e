"""Exact numbers: what the formulas of the table mean for fractions and for mpmath's numbers.

Each arithmetic is the meaning of every name that formulas use, and a rewriting of their notation. What an arithmetic
does not have, such as ``exp`` of a fraction, has no meaning in it.
"""

import ast
import math
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib import import_module
from types import ModuleType
from typing import Any

from autograd.formulas.floats import FLOATS
from autograd.formulas.formula import call, constant
from autograd.formulas.rewriting import Arithmetic
from autograd.formulas.summation import add_up

PYTHON: dict[str, object] = {name: FLOATS[name] for name in ("len", "zip", "range", "enumerate", "position")}
PYTHON |= {"sum": add_up, "prod": math.prod, "max": max, "min": min, "abs": abs}
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


LONGEST = 10_000_000
"""How many bits a power of a fraction may have: Python takes a second for it, and would take hours for more."""


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
        bits = max(x.numerator.bit_length(), x.denominator.bit_length())
        if y.denominator == 1 and bits > 1 and bits * abs(y) > LONGEST:
            raise ValueError(f"a power with the exponent {float(y):g} has too many digits to be written down")
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

    def erfc(x: Any) -> Any:
        """Return mpmath's own, which from 1e154 on meets a float: there the first term of its series is all of it."""
        try:
            return module.erfc(x)
        except OverflowError:
            return module.exp(-x * x) / (x * module.sqrt(module.pi)) if x > 0 else module.mpf(2)

    names = *ELEMENTARY, *MORE, "log1p", "expm1"
    own = {name: real(name) for name in names} | {"power": real("power"), "erfc": erfc}
    own |= {"number": module.mpf, "sign": module.sign, "pi": module.pi, "copysign": with_sign(abs)}
    own |= {f"log{base}": lambda x, base=base: own["log"](x) / module.log(base) for base in (2, 10)}
    own |= {name: getattr(module, name) for name in ("floor", "ceil")} | {"round": module.nint}
    own |= {"trunc": lambda x: module.sign(x) * module.floor(abs(x)), "lgamma": lambda x: module.re(module.loggamma(x))}
    own |= {"cbrt": lambda x: module.sign(x) * module.cbrt(abs(x)), "polygamma": lambda x, index: module.psi(index, x)}
    return {**PYTHON, **sequences(module.mpf), **exponentials(module), **own}


def exponentials(module: ModuleType) -> dict[str, object]:
    """Return what needs no care in a library of scalars without a limit on exponents."""

    def softmax(xs: Sequence[object]) -> list[object]:
        each = [module.exp(x) for x in xs]
        return [item / add_up(each) for item in each]

    return {
        **{"softmax": softmax, "logsumexp": lambda xs: module.log(add_up([module.exp(x) for x in xs]))},
        **{"log2": lambda x: module.log(x, 2), "log10": lambda x: module.log(x, 10), "exp2": lambda x: 2**x},
        **{"hypot": lambda x, y: module.sqrt(x * x + y * y)},
        **{"norm": lambda xs: module.sqrt(add_up([x * x for x in xs]))},
    }


FRACTIONS = Arithmetic(fractions, (Exact(only_ratios=False), Powers()), passing="lazy")
MPMATH = Arithmetic(mpmath, (Exact(only_ratios=True), Powers()), passing="lazy")
