"""High-precision values of every operation, written with mpmath and independently of the formula table.

``value(name, operands)`` and ``derivative(name, operands, orders)`` are what the tests compare the table with.
A row that is not listed here is looked up in mpmath by its name; failing that, its own value formula is
evaluated at high precision, which still checks its local derivatives.
"""

from collections.abc import Callable, Sequence

import mpmath
from mpmath import mp, mpf

from autograd.formulas.operation import OPERATIONS
from autograd.formulas.row import is_sequence

DIGITS = 60
MANY_DIGITS = 800  # enough to tell 1e308 + 0.7 from 1e308, and 0.5 + 1e-340 from 0.5


def _normal_cdf(x: mpf) -> mpf:
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def _softmax(xs: Sequence[mpf], index: int) -> mpf:
    return 1 / mpmath.fsum(mpmath.exp(x - xs[index]) for x in xs)


def _logsumexp(xs: Sequence[mpf]) -> mpf:
    # by pairs, so that no exponential ever has to hold a number like exp(1e308)
    total = xs[0]
    for x in xs[1:]:
        low, high = sorted((total, x))
        total = high + (mpmath.log1p(mpmath.exp(low - high)) if high - low < 10**6 else 0)
    return total


def _exp(x: mpf) -> mpf:
    return mpmath.exp(x) if x > -(10**6) else mpf(0)


def _sigmoid(x: mpf) -> mpf:
    if x < 0:
        return _exp(x) / (1 + _exp(x))
    return 1 / (1 + _exp(-x))


def _tanh(x: mpf) -> mpf:
    return mpmath.tanh(x) if abs(x) < 10**6 else mpmath.sign(x)


def _erfc(x: mpf) -> mpf:
    return mpmath.erfc(x) if abs(x) < 10**6 else mpf(0 if x > 0 else 2)


ORACLES: dict[str, Callable[..., mpf]] = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "pow": mpmath.power,
    "neg": lambda x: -x,
    "identity": lambda x: x,
    "abs": mpmath.fabs,
    "sign": mpmath.sign,
    "exp": _exp,
    "tanh": _tanh,
    "erf": lambda x: 1 - _erfc(x),
    "erfc": _erfc,
    "sigmoid": _sigmoid,
    "relu": lambda x: (x + abs(x)) / 2,
    "leaky_relu": lambda x, slope: (x + abs(x)) / 2 + slope * (x - abs(x)) / 2,
    "elu": lambda x, alpha: x if x >= 0 else alpha * (_exp(x) - 1),
    "gelu": lambda x: x * _erfc(-x / mpmath.sqrt(2)) / 2,
    "silu": lambda x: x * _sigmoid(x),
    "softplus": lambda x: _logsumexp([x, mpf(0)]),
    "maximum": lambda x, y: (x + y + abs(x - y)) / 2,
    "minimum": lambda x, y: (x + y - abs(x - y)) / 2,
    "clamp": lambda x, low, high: sorted((low, x, high))[1],
    "where": lambda condition, x, y: x if condition > 0 else y,
    "sum": mpmath.fsum,
    "mean": lambda xs: mpmath.fsum(xs) / len(xs),
    "prod": mpmath.fprod,
    "dot": mpmath.fdot,
    "max": lambda xs: sorted(xs)[-1],
    "min": lambda xs: sorted(xs)[0],
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "log_softmax": lambda xs, index: xs[index] - _logsumexp(xs),
    "take": lambda xs, index: xs[index],
    "log2": lambda x: mpmath.log(x, 2),
    "exp2": lambda x: mpmath.power(2, x),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.root(abs(x), 3),
    "sinc": mpmath.sincpi,
    "lgamma": lambda x: mpmath.re(mpmath.loggamma(x)),
    "polygamma": lambda x, index: mpmath.psi(index, x),
    "logaddexp": lambda x, y: _logsumexp([x, y]),
    "remainder": lambda x, y: x - y * mpmath.floor(x / y),
    "copysign": lambda x, y: mpmath.sign(y) * abs(x),
    "trunc": lambda x: mpmath.sign(x) * mpmath.floor(abs(x)),
    "round": mpmath.nint,
    "norm": lambda xs: mpmath.sqrt(mpmath.fsum(x * x for x in xs)),
    "ordered": lambda xs, index: sorted(xs)[index],
}


def _from_formula(name: str) -> Callable[..., mpf]:
    row = OPERATIONS[name]
    names = {other: oracle(other) for other in OPERATIONS if other != name and other in row.value}
    code = compile(row.value, f"<value of {name}>", "eval")
    return lambda *operands: eval(code, {"pi": mp.pi, **names, **dict(zip(row.operands, operands, strict=True))})


def oracle(name: str) -> Callable[..., mpf]:
    """Return the function that computes operation ``name`` on mpmath numbers."""
    return ORACLES.get(name) or getattr(mpmath, name, None) or _from_formula(name)


def numbers_of(name: str, operands: Sequence[float | Sequence[float]]) -> list[float]:
    """Return the numbers among the operands of one call, in order; positions are not numbers."""
    numbers: list[float] = []
    for operand_name, operand in zip(OPERATIONS[name].operands, operands, strict=True):
        if operand_name != "index":
            numbers.extend(operand if is_sequence(operand_name) else [operand])
    return numbers


def with_numbers(name: str, operands: Sequence[float | Sequence[float]], numbers: Sequence[object]) -> list[object]:
    """Return ``operands`` with their numbers replaced, in order, by ``numbers``."""
    stream = iter(numbers)
    replaced: list[object] = []
    for operand_name, operand in zip(OPERATIONS[name].operands, operands, strict=True):
        if operand_name == "index":
            replaced.append(operand)
        elif is_sequence(operand_name):
            replaced.append([next(stream) for _ in operand])
        else:
            replaced.append(next(stream))
    return replaced


def derivative(name: str, operands: Sequence[float | Sequence[float]], *positions: int) -> float:
    """Return the partial derivative with respect to the numbers at ``positions``, or the value, correctly rounded."""
    function = oracle(name)
    numbers = [mpf(number) for number in numbers_of(name, operands)]

    def of_numbers(*moved: mpf) -> mpf:
        return function(*with_numbers(name, operands, moved))

    with mp.workdps(DIGITS if positions else MANY_DIGITS):
        if not positions:
            return float(of_numbers(*numbers))
        orders = tuple(positions.count(i) for i in range(len(numbers)))
        return float(mpmath.diff(of_numbers, tuple(numbers), orders))


def slope(name: str, x: float, *rest: float) -> float:
    """Return the derivative with respect to the first operand at any float at all, however large or small."""
    function = oracle(name)
    with mp.workdps(MANY_DIGITS):
        step = abs(mpf(x)) * mpf("1e-30") or mpf("1e-30")  # stays on its side of a kink at 0
        above, below = (function(mpf(x) + h, *map(mpf, rest)) for h in (step, -step))
        return float((above - below) / (2 * step))
