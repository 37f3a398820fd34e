"""A user's own operation: a row of the formula table like any other, checked before it may be used."""

from collections.abc import Callable, Mapping, Sequence

from autograd.checking import check_gradient
from autograd.errors import ArgumentError
from autograd.operation import OPERATIONS, Operation, Probe, is_sequence, row


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
        slopes: the local derivative by each operand, by the operand's name; ``out`` is the result.

    Returns:
        The operation, to be called with Values or numbers.

    Raises:
        GradientMismatchError: a local derivative does not fit the value; nothing is defined then.
        ArgumentError: the name is taken, an operand has no derivative, or there are no probes.

    Example:
        >>> from autograd import Value, define_operation
        >>> cube = define_operation("cube(x)", "x * x * x", x="3 * x * x", probes=[(2.0,), (-1.5,)])
        >>> x = Value(2.0)
        >>> cube(x).backward()
        >>> x.grad
        12.0
    """
    name = signature.partition("(")[0].strip()
    known = OPERATIONS.get(name)
    if known is not None and (known.value, dict(known.slopes)) != (value, slopes):
        raise ArgumentError(f"There already is an operation called {name!r}: {known!r}. Choose another name.")
    if not probes:
        raise ArgumentError(f"{signature}: give at least one point in probes=, to check the derivatives at.")
    details = {"symbol": symbol, "convention": convention, "domain": domain}
    operation = row(signature, value, probes=probes, functions=functions, **details, **slopes)
    try:
        for probe in probes:
            check_at(operation, probe, order=1 if functions else 2)
    except BaseException:
        del OPERATIONS[name]
        raise
    return operation


def check_at(operation: Operation, probe: Probe, order: int = 2) -> None:
    """Check the local derivatives of ``operation`` at one point, against finite differences."""
    numbers: list[float] = []
    for name, operand in zip(operation.operands, probe, strict=True):
        if name != "index":
            numbers += operand if isinstance(operand, list) else [operand]

    def applied(*point: float) -> object:
        remaining = list(point)
        operands: list[object] = []
        for name, operand in zip(operation.operands, probe, strict=True):
            if name == "index":
                operands.append(operand)
            elif is_sequence(name):
                count = len(operand) if isinstance(operand, list) else 0
                operands.append([remaining.pop(0) for _ in range(count)])
            else:
                operands.append(remaining.pop(0))
        return Operation.apply(operation, tuple(operands))

    check_gradient(applied, *numbers, order=order)
