"""``row``: adds an operation to the table, from its signature and its formulas."""

import ast
from collections.abc import Mapping, Sequence

import autograd.formulas.documentation  # noqa: F401  # gives every row its docstring
from autograd.errors import ArgumentError
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import Convention, Probe, is_sequence


def row(
    signature: str,
    value: str,
    *,
    symbol: str = "",
    convention: str | Sequence[Convention] = (),
    domain: str = "",
    probes: Sequence[Probe] = (),
    functions: Mapping[str, object] | None = None,
    shown: str = "",
    shown_slopes: Mapping[str, str] | None = None,
    commutative: bool = False,
    neutral: float | None = None,
    symmetric: bool = False,
    sum_of: str = "",
    expansion: str = "",
    keeps_infinity: bool = False,
    **slopes: str,
) -> Operation:
    """Add a row to the table and return it. ``signature`` reads like ``"elu(x, alpha=1.0)"``."""
    name, operands, defaults = parsed(signature)
    differentiable = {operand for operand in operands if operand != "index"}
    if set(slopes) != differentiable:
        raise ArgumentError(
            f"{signature}: give one local derivative for each of {', '.join(sorted(differentiable))}; "
            f"got {', '.join(sorted(slopes)) or 'none'}."
        )
    conventions = [Convention(convention)] if isinstance(convention, str) else convention
    operation = Operation(
        name, operands, value, slopes, defaults, symbol or name, conventions, domain, tuple(probes), shown,
        shown_slopes or {}, functions or {}, commutative, neutral, symmetric, sum_of, expansion, keeps_infinity,
    )  # fmt: skip
    OPERATIONS[name] = operation
    return operation


RESERVED = frozenset({"out", "pi", "signature", "value", *(row.__kwdefaults__ or ())})
"""Names that formulas, or the arguments of :func:`row`, use themselves."""


def parsed(signature: str) -> tuple[str, tuple[str, ...], dict[str, float]]:
    """Return the name, the operands and their defaults from text like ``"elu(x, alpha=1.0)"``."""
    try:
        call = ast.parse(signature, mode="eval").body
    except SyntaxError:
        call = ast.Constant(None)
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        raise ArgumentError(f"An operation's signature looks like 'name(x, y)', not {signature!r}.")
    try:
        defaults = {keyword.arg: float(ast.literal_eval(keyword.value)) for keyword in call.keywords if keyword.arg}
    except (ValueError, TypeError):
        raise ArgumentError(f"{signature}: a default is a plain number, as in 'elu(x, alpha=1.0)'.") from None
    names = [argument.id for argument in call.args if isinstance(argument, ast.Name)] + list(defaults)
    if not names or len({*names}) != len(call.args) + len(call.keywords) or RESERVED.intersection(names):
        raise ArgumentError(
            f"{signature}: an operation needs at least one operand, and each is a name of its own other than "
            f"{', '.join(sorted(RESERVED))}."
        )
    if len(names) > 2 and any(map(is_sequence, names)):
        raise ArgumentError(
            f"{signature}: an operation on a sequence takes at most two operands (a name that ends in s is a sequence)."
        )
    return call.func.id, tuple(names), defaults


def names_used(row: Operation) -> set[str]:
    """Return every name in the formulas of a row."""
    return set().union(*(formula(text).names for text in (row.value, *row.slopes.values())))
