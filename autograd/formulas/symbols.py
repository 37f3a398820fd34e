"""Symbols: what the formulas of the table mean where each number is an expression of SymPy."""

import ast
import itertools
from collections.abc import Sequence
from typing import Any

import sympy

from autograd.formulas.exact import ELEMENTARY, MORE, PYTHON, Exact, exponentials, sequences
from autograd.formulas.formula import call, formula
from autograd.formulas.operation import Operation
from autograd.formulas.rewriting import Arithmetic, Choices, Simplify, stated

Expression = Any
"""A symbolic expression: SymPy comes without types."""


def symbols() -> dict[str, object]:
    """Return what the names in formulas mean."""
    return {
        **PYTHON,
        **sequences(sympy.sympify),
        **{name: getattr(sympy, name) for name in (*ELEMENTARY, *MORE, "sign", "pi")},
        **{"where": where, "maximum": sympy.Max, "minimum": sympy.Min, "abs": sympy.Abs, "shares": shares},
        **{"passed": passed, "equal": sympy.Eq, "detach": detach},
        **{"max": lambda xs: sympy.Max(*xs), "min": lambda xs: sympy.Min(*xs), "number": sympy.sympify},
        **{"floor": sympy.floor, "ceil": sympy.ceiling, "trunc": lambda x: sympy.sign(x) * sympy.floor(sympy.Abs(x))},
        **{"copysign": lambda x, y: where(sympy.Lt(y, 0), -sympy.Abs(x), sympy.Abs(x)), "ordered": ordered},
        **{
            "round": rounded,
            "remainder": lambda x, y: x - y * sympy.floor(x / y) if y != 0 else sympy.nan,
            "lgamma": lambda x: sympy.re(sympy.loggamma(x)),
        },
        **{"cbrt": lambda x: sympy.sign(x) * sympy.cbrt(sympy.Abs(x))},
        **{"polygamma": lambda x, index: sympy.polygamma(index, x)},
        **{"log1p": lambda x: sympy.log(1 + x), "expm1": lambda x: sympy.exp(x) - 1, **exponentials(sympy)},
    }


def where(condition: object, then: object, otherwise: object) -> Expression:
    """Return a choice that SymPy differentiates branch by branch."""
    return then if then == otherwise else sympy.Piecewise((then, condition), (otherwise, True))


def shares(xs: Sequence[object], out: object) -> list[Expression]:
    """Return 1 over the number of elements that equal ``out`` for each of these, and 0 for the others."""
    equal = [where(sympy.Eq(x, out), 1, 0) for x in xs]
    total = sympy.Add(*equal)
    return [item / total for item in equal]


def ordered(xs: Sequence[object]) -> list[Expression]:
    """Return the elements in increasing order: the k-th is the least of what is the largest among k of them."""
    groups = [itertools.combinations(xs, count) for count in range(1, len(xs) + 1)]
    return [sympy.Min(*[sympy.Max(*group) for group in each]) for each in groups]


def rounded(x: Expression) -> Expression:
    """Return the nearest whole number; a half that went up to an odd one goes down again."""
    up = sympy.floor(x + sympy.Rational(1, 2))
    return up - where(sympy.And(sympy.Eq(up - x, sympy.Rational(1, 2)), sympy.Eq(sympy.Mod(up, 2), 1)), 1, 0)


class detach(sympy.Function):  # type: ignore[misc]  # noqa: N801  # SymPy is untyped; formulas print this name
    """A number that does not take part in derivatives: SymPy's own ``diff`` gives 0, ``lambdify`` the number."""

    @classmethod
    def eval(cls, x: Expression) -> Expression | None:
        return x if x.is_number else None

    def fdiff(self, argindex: int = 1) -> Expression:
        return sympy.Integer(0)

    @staticmethod
    def _imp_(x: Any) -> Any:  # where lambdify looks for a number's function
        return x


def passed(incoming: Expression, slope: Expression) -> Expression:
    """Return their product; where nothing flows in, nothing is passed on, however steep the slope."""
    if incoming == 0:
        return incoming
    choices = [factor for factor in sympy.Mul.make_args(incoming) if isinstance(factor, sympy.Piecewise)]
    if choices:
        slope = slope * incoming.xreplace({choices[0]: sympy.Integer(1)})
        return sympy.Piecewise(*[(passed(branch, slope), condition) for branch, condition in choices[0].args])
    steep = [power for power in sympy.sympify(slope).atoms(sympy.Pow) if may_be_infinite(power)]
    if steep and incoming.is_Add and incoming.has(sympy.Piecewise):
        return sympy.Add(*[passed(term, slope) for term in incoming.args])
    roots = [sympy.Eq(power.base, 0) for power in steep if power.exp.is_integer is not True]
    if incoming.is_zero is False or not roots:
        return incoming * slope  # where a quotient divides by 0, the operation has no value either; a root has one
    return sympy.Piecewise((0, sympy.And(sympy.Eq(incoming, 0), sympy.Or(*roots))), (incoming * slope, True))


def may_be_infinite(power: Expression) -> bool:
    """Whether a power may stand for an infinite number: a quotient by what may be 0, or a root's slope at 0."""
    return power.exp.is_nonnegative is not True and power.base.is_zero is not False


class Symbols(Choices):
    """Writes choices as calls, and their conditions too: ``==`` would ask whether two expressions read alike."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return call("equal", node.left, node.comparators[0]) if isinstance(node.ops[0], ast.Eq) else node


KINKED = frozenset({"maximum", "minimum", "max", "min", "abs"})


def symbolic(operation: Operation, operand: str = "") -> str:
    """Return the formula of a row, or of a slope, that SymPy differentiates rightly.

    That is the textbook's, which needs no kinked pieces to keep floats from overflowing, unless a convention says where
    the textbook's does not hold; and a maximum is one.
    """
    text = stated(operation, operand)
    if operation.detached and formula(text).name:
        return f"detach({text})"
    tree = Simplify().visit(formula(text).copy())
    if isinstance(tree, ast.Call) and not operand and all(isinstance(argument, ast.Name) for argument in tree.args):
        return ast.unparse(tree)
    textbook = operation.textbook(operand)
    unsaid = operand and any(convention.of in {"", operand} for convention in operation.conventions)
    return text if unsaid or formula(textbook).names & KINKED else textbook


SYMPY = Arithmetic(symbols, (Symbols(), Exact(only_ratios=True)), passing="call", text=symbolic)
