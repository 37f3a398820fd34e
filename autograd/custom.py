"""A user's own operation: a row of the formula table like any other, checked before it may be used."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from autograd.checking import check_gradient
from autograd.errors import ArgumentError
from autograd.formulas.floats import FLOATS
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import Probe, is_sequence
from autograd.formulas.table import names_used, parsed, row


def define_operation(
    signature: str,
    value: str,
    *,
    probes: Sequence[Probe],
    symbol: str = "",
    convention: str = "",
    domain: str = "",
    functions: Mapping[str, Callable[..., object]] | None = None,
    **slopes: str,
) -> Operation:
    """Define an operation from its value and its local derivatives, and check them against each other.

    The formulas are text, as in the table of :mod:`autograd.ops`, so the operation is drawn, stepped through,
    differentiated any number of times, compiled and printed like the built-in ones.

    Args:
        signature: the name, the operands and any defaults, as in ``"scaled_tanh(x, scale=1.0)"``.
        value: the formula of the result in terms of the operands.
        probes: points at which to check the derivatives; one tuple of operands each, away from kinks.
        symbol: what pictures show; the name unless given.
        convention: what holds at a kink, in words.
        domain: which operands are allowed, for error messages.
        functions: further functions the formulas call, by name; they take and return what the operands are,
            so functions of floats alone (from ``scipy``, say) give first derivatives only.
        slopes: the local derivative with respect to each operand, under the operand's name; ``out`` is the result.

    Returns:
        The operation, to be called with Values or numbers.

    Raises:
        GradientMismatchError: a local derivative does not fit the value; nothing is defined then.
        ArgumentError: the name is that of a built-in operation, or of one that the formulas of others use; an operand
            has no derivative; or there are no probes.

    A name that you have used yourself is given the new meaning, so that a cell can be corrected and run again; Values
    that were made before keep the old one.

    Example:
        >>> from autograd import Value, define_operation
        >>> cube = define_operation("cube(x)", "x * x * x", x="3 * x * x", probes=[(2.0,), (-1.5,)])
        >>> x = Value(2.0)
        >>> cube(x).backward()
        >>> x.grad
        12.0
    """
    name, operands, _ = parsed(signature)
    known = OPERATIONS.get(name)
    if name in BUILT_IN:
        raise ArgumentError(f"There already is an operation called {name!r}: {known!r}. Choose another name.")
    users = [other.name for other in OPERATIONS.values() if other is not known and name in names_used(other)]
    if known is not None and users and (known.value, dict(known.slopes)) != (value, slopes):
        raise ArgumentError(
            f"The operation {name!r} is used in the formulas of {', '.join(users)}, so its meaning cannot change. "
            "Choose another name."
        )
    for formula in (value, *slopes.values()):
        check_formula(formula, operands, {*(functions or ()), *({"out"} if formula is not value else ())})
    check_probes(signature, operands, probes)
    details = {"symbol": symbol, "convention": convention or (), "domain": domain}
    operation = row(signature, value, probes=probes, functions=functions, **details, **slopes)  # type: ignore[arg-type]  # all text
    try:
        for probe in probes:
            check_at(operation, probe, order=1 if functions else 2)
    except BaseException:
        del OPERATIONS[name]
        if known is not None:
            OPERATIONS[name] = known
        raise
    return operation


BUILT_IN = frozenset(OPERATIONS)
"""The names of the table, which keep their meaning."""

NOTATION = (
    *(ast.Expression, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop),
    *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Constant),
    *(ast.ListComp, ast.comprehension, ast.List, ast.Tuple, ast.Subscript),
)
"""What a formula may be written with; every kind of number and every printed form can follow it."""

COMPARISONS = (ast.Gt, ast.Lt, ast.Eq)


def check_formula(formula: str, operands: Sequence[str], names: set[str]) -> None:
    """Raise an error unless ``formula`` can be read by everything that gives formulas a meaning.

    ``names`` are those that it may mention beside the operands and the table.
    """
    if not isinstance(formula, str):
        raise ArgumentError(
            f"A formula is text, such as 'x ** 3', so that it can be printed and differentiated; got {formula!r}. "
            "Write what it computes as text, or pass it by name: 'f(x)' with functions={'f': f}."
        )
    try:
        nodes = list(ast.walk(ast.parse(formula, mode="eval")))
    except SyntaxError as error:
        raise ArgumentError(f"The formula {formula!r} cannot be read: {error.msg}.") from None
    for node in nodes:
        if isinstance(node, ast.BitXor):
            raise ArgumentError(f"The formula {formula!r} uses ^, which is no power in Python; write x ** 3.")
        if not isinstance(node, NOTATION):
            raise ArgumentError(
                f"The formula {formula!r} uses {type(node).__name__}; formulas are made of + - * / **, calls of "
                "functions and 'a if x > y else b'. Put anything else in a function: functions={'f': f}."
            )
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Name):
            raise ArgumentError(
                f"The formula {formula!r} takes {ast.unparse(node)}, but it holds for sequences of any length. Make "
                "each number an operand of its own, as in f(x, y), or the position: f(xs, index) with xs[index]."
            )
        if isinstance(node, ast.Compare) and not (len(node.ops) == 1 and isinstance(node.ops[0], COMPARISONS)):
            raise ArgumentError(f"The formula {formula!r} may compare only with x > y, x < y or x == y, one at a time.")
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    mentioned = {node.id for node in nodes if isinstance(node, ast.Name)}
    unknown = mentioned - {*operands} - names - bound - FLOATS.keys() - OPERATIONS.keys()
    if unknown:
        raise ArgumentError(
            f"The formula {formula!r} mentions {', '.join(sorted(unknown))}, which is neither an operand nor a "
            "function of the table. Pass functions of your own by name: functions={'f': f}."
        )
    hidden = {*operands}.intersection(map(called, nodes))
    if hidden:
        raise ArgumentError(
            f"The formula {formula!r} calls {', '.join(sorted(hidden))}, which is the name of an operand, too "
            "(x ** y calls power, and 'a if x > y else b' calls choose). Rename the operand."
        )


def called(node: ast.AST) -> str:
    """Return the name of the function that a part of a formula calls, also where it is written as an operator."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case ast.BinOp(op=ast.Pow()):
            return "power"
        case ast.IfExp():
            return "choose"
    return ""


def check_probes(signature: str, operands: tuple[str, ...], probes: Sequence[Probe]) -> None:
    """Raise an error unless there are probes that fit the operands."""
    if not probes:
        raise ArgumentError(f"{signature}: give at least one point in probes=, to check the derivatives at.")
    for probe in probes:
        if not isinstance(probe, tuple | list) or len(probe) != len(operands):
            raise ArgumentError(
                f"{signature}: a probe is a tuple of {len(operands)}, one per operand, such as "
                f"({', '.join('[0.5, 2.0]' if is_sequence(name) else '0.5' for name in operands)},); got {probe!r}."
            )
        for name, operand in zip(operands, probe, strict=True):
            if is_sequence(name) != isinstance(operand, list | tuple):
                raise ArgumentError(
                    f"{signature}: the probe of {name!r} is {operand!r}, but an operand is a sequence if and only if "
                    "its name ends in s. Rename the operand, or give a list of numbers."
                )


def check_at(operation: Operation, probe: Probe, order: int = 2) -> None:
    """Check the local derivatives of ``operation`` at one point, against finite differences."""
    numbers: list[float] = []
    for name, operand in zip(operation.operands, probe, strict=True):
        if name != "index":
            numbers += operand if isinstance(operand, list | tuple) else [operand]

    def applied(*point: float) -> object:
        remaining = list(point)
        operands: list[object] = []
        for name, operand in zip(operation.operands, probe, strict=True):
            if name == "index":
                operands.append(operand)
            elif is_sequence(name):
                count = len(operand) if isinstance(operand, list | tuple) else 0
                operands.append([remaining.pop(0) for _ in range(count)])
            else:
                operands.append(remaining.pop(0))
        return cast("Callable[..., object]", operation)(*operands)

    check_gradient(applied, *numbers, order=order)
