"""What the names in the formula table mean for Python floats, and how a formula becomes a function.

The other kinds of numbers have theirs in files of their own: Values in :mod:`~autograd.formulas.values`, arrays in
:mod:`~autograd.formulas.numpy`, fractions in :mod:`~autograd.formulas.exact`. The names a formula may use are the same.
"""

import ast
import itertools
import math
import operator
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from autograd.errors import ArgumentError
from autograd.formulas.formula import formula
from autograd.formulas.special import digamma, lgamma, polygamma
from autograd.formulas.summation import add_up

T = TypeVar("T")


def total(xs: Sequence[float]) -> float:
    """Return ``sum(xs)``, also where an intermediate sum is too large for a float but the result is not."""
    added = add_up(xs)
    if math.isfinite(added):
        return added
    return math.ldexp(math.fsum([math.ldexp(x, -64) for x in xs]), 64)


def mean(xs: Sequence[float]) -> float:
    """Return ``sum(xs) / len(xs)``, also where the sum is too large for a float but the mean is not."""
    added = add_up(xs)
    return added / len(xs) if math.isfinite(added) else math.fsum([x / len(xs) for x in xs])


def prod(xs: Iterable[float]) -> float:
    """Return the product of ``xs``, also where an intermediate result is too large or too small for a float."""
    xs = tuple(xs)
    product = math.prod(xs)
    if math.isfinite(product) and (abs(product) >= sys.float_info.min or 0.0 in xs):
        return product
    parts = [math.frexp(x) for x in xs]
    fraction, exponent = 1.0, 0
    for mantissa, power in parts:
        fraction, shift = math.frexp(fraction * mantissa)
        exponent += power + shift
    try:
        return math.ldexp(fraction, exponent)
    except OverflowError:
        return math.copysign(math.inf, fraction)


def softmax(xs: Sequence[float]) -> list[float]:
    """Return ``exp(x) / sum(exp(xs))`` for each x, shifted by the largest so that nothing overflows."""
    largest = max(xs)
    exponentials = [math.exp(x - largest) for x in xs]
    whole = add_up(exponentials)
    return [exponential / whole for exponential in exponentials]


def logsumexp(xs: Sequence[float]) -> float:
    """Return ``log(sum(exp(xs)))``, exact to rounding even where one term outweighs the others."""
    largest = max(xs)
    if math.isinf(largest):
        return largest
    position = xs.index(largest)
    return largest + math.log1p(add_up([math.exp(x - largest) for i, x in enumerate(xs) if i != position]))


def products_of_others(xs: Sequence[float]) -> list[float]:
    """Return for each position the product of all the other elements, also where some are zero."""
    before = [1.0, *itertools.accumulate(xs[:-1], operator.mul)]
    after = [1.0, *itertools.accumulate(xs[:0:-1], operator.mul)][::-1]
    if all(map(math.isfinite, (*before, *after))) and (0.0 not in (*before, *after) or 0.0 in xs):
        return [a * b for a, b in zip(before, after, strict=True)]
    return [prod([*xs[:i], *xs[i + 1 :]]) for i in range(len(xs))]  # something in between leaves the range of floats


def shares(xs: Sequence[float], out: float) -> list[float]:
    """Return 1 for the element equal to ``out``, split evenly where several are, and 0 for the rest."""
    share = 1 / xs.count(out)
    return [share if x == out else 0.0 for x in xs]


def position(index: float, count: float = math.inf) -> int:
    """Return ``index`` as a position among ``count`` elements; raises an ArgumentError if it is none."""
    if not 0 <= index < count or index != int(index):
        limits = f"from 0 to {count - 1}" if count < math.inf else "and not negative"
        raise ArgumentError(f"A position must be a whole number {limits}; got {index!r}.")
    return int(index)


def sign(x: float) -> float:
    """Return -1, 0 or 1."""
    return math.copysign(1.0, x) if x else 0.0


def maximum(x: float, y: float) -> float:
    """Return the larger of two numbers."""
    return x if x > y else y


def minimum(x: float, y: float) -> float:
    """Return the smaller of two numbers."""
    return x if x < y else y


def whole(function: Callable[[float], int]) -> Callable[[float], float]:
    """Return ``floor`` and the like as a function that gives a float, and keeps the sign of a zero."""
    return lambda x: math.copysign(function(x), x)


def norm(xs: Sequence[float]) -> float:
    """Return the square root of the sum of squares, also where a square is too large or too small for a float."""
    return math.hypot(*xs)


def checked(choose: Callable[[Sequence[float]], T]) -> Callable[[Sequence[float]], T]:
    """Return ``max`` and the like with an error for a nan, which compares with nothing and would be passed over."""

    def chosen(xs: Sequence[float]) -> T:
        if math.isnan(add_up(xs)):
            raise ValueError
        return choose(xs)

    return chosen


FLOATS: dict[str, object] = {
    **{name: getattr(math, name) for name in ("exp", "log", "log1p", "expm1", "sqrt", "erf", "erfc", "pi")},
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: getattr(math, name) for name in ("log2", "log10", "exp2", "cbrt", "asinh", "acosh", "atanh")},
    **{name: getattr(math, name) for name in ("atan2", "hypot", "copysign")},
    **{f.__name__: f for f in (prod, softmax, logsumexp, products_of_others, shares, position, sign, maximum, minimum)},
    **{f.__name__: f for f in (abs, len, zip, range, enumerate, norm, lgamma, digamma, polygamma)},
    **{f.__name__: whole(f) for f in (math.floor, math.ceil, math.trunc, round)},
    "sum": add_up,
    "max": checked(max),
    "min": checked(min),
    "ordered": checked(sorted),
    "power": math.pow,
    "remainder": operator.mod,
}
"""The arithmetic of Python floats. Formulas may also call the other rows of the table."""


class FloatNotation(ast.NodeTransformer):
    """Rewrites a formula for floats: every number is one, and ``x ** y`` must never give a complex number."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Turn ``0`` into ``0.0``, so that ``x if x > 0 else 0`` is a float on both sides."""
        return ast.Constant(float(node.value)) if type(node.value) is int else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Turn ``x ** y`` into ``power(x, y)``."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow):
            return ast.Call(ast.Name("power", ast.Load()), [node.left, node.right], [])
        return node


def float_tree(text: str) -> ast.expr:
    """Return a formula as an expression over floats, in the names of :data:`FLOATS`."""
    tree: ast.expr = FloatNotation().visit(formula(text).copy())
    return tree
