"""What the names in the formula table mean for Python floats, and how a formula becomes a function.

Other number types have their meanings beside the code that needs them: Values in
:mod:`autograd.gradients.functions`, arrays in :mod:`autograd.program`. The names a formula may use are the same.
"""

import ast
import itertools
import math
from collections.abc import Callable, Sequence

from autograd.errors import ArgumentError
from autograd.formulas.formula import formula


def softmax(xs: Sequence[float]) -> list[float]:
    """Return ``exp(x) / sum(exp(xs))`` for each x, shifted by the largest so that nothing overflows."""
    largest = max(xs)
    exponentials = [math.exp(x - largest) for x in xs]
    total = sum(exponentials)
    return [exponential / total for exponential in exponentials]


def logsumexp(xs: Sequence[float]) -> float:
    """Return ``log(sum(exp(xs)))``, exact to rounding even where one term outweighs the others."""
    largest = max(xs)
    if math.isinf(largest):
        return largest
    position = xs.index(largest)
    return largest + math.log1p(sum([math.exp(x - largest) for i, x in enumerate(xs) if i != position]))


def products_of_others(xs: Sequence[float]) -> list[float]:
    """Return for each position the product of all the other elements, also where some are zero."""
    before = [1.0, *itertools.accumulate(xs[:-1], lambda a, b: a * b)]
    after = [1.0, *itertools.accumulate(xs[:0:-1], lambda a, b: a * b)][::-1]
    return [a * b for a, b in zip(before, after, strict=True)]


def shares(xs: Sequence[float], out: float) -> list[float]:
    """Return 1 for the element equal to ``out``, split evenly where several are, and 0 for the rest."""
    share = 1 / xs.count(out)
    return [share if x == out else 0.0 for x in xs]


def position(index: float, count: int) -> int:
    """Return ``index`` as a position among ``count`` elements; raises an ArgumentError if it is none."""
    if not 0 <= index < count or index != int(index):
        raise ArgumentError(f"A position must be a whole number from 0 to {count - 1}; got {index!r}.")
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


def checked(choose: Callable[[Sequence[float]], float]) -> Callable[[Sequence[float]], float]:
    """Return ``max`` or ``min`` with an error for a nan, which compares with nothing and would be passed over."""

    def chosen(xs: Sequence[float]) -> float:
        if math.isnan(sum(xs)):
            raise ValueError
        return choose(xs)

    return chosen


FLOATS: dict[str, object] = {
    **{name: getattr(math, name) for name in ("exp", "log", "log1p", "expm1", "sqrt", "erf", "erfc", "prod", "pi")},
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{f.__name__: f for f in (softmax, logsumexp, products_of_others, shares, position, sign, maximum, minimum)},
    **{f.__name__: f for f in (abs, sum, len, zip, range, enumerate)},
    "max": checked(max),
    "min": checked(min),
    "power": math.pow,
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


def float_text(text: str) -> str:
    """Return a formula as Python source over floats."""
    return ast.unparse(float_tree(text))
