"""The truth that every route is compared with: each row's value, slopes and second derivatives, by hand, in mpmath.

Nothing here reads the formula table. At a kink a row is the branch that its convention names, to every order: relu is
0 at 0 with all its derivatives, elu is ``alpha * expm1(x)`` there, and where equal operands share a derivative the
shares are constants. A derivative that is infinite or does not exist is :data:`NONE`; who asks for it gets an error,
who does not is not bothered: the derivative of an operand that is a literal is never looked at, and what a gradient of
zero meets is not looked at either.

:class:`Node` runs any function that is written with autograd's rows and operators over this truth, forwards for values
and backwards for derivatives, so that whole programs have a truth as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import mpmath
from mpmath import mp, mpf

DIGITS = 60
NONE = mpf("nan")
"""A derivative that is infinite, or that does not exist."""
ZERO, ONE = mpf(0), mpf(1)

Truth = tuple[mpf, list[mpf], list[list[mpf]]]
"""The value, the derivative by each number among the operands, and all second derivatives."""


MANY_DIGITS = 700
"""Enough to tell 1e308 + 1e-324 from 1e308."""


class NoValueError(Exception):
    """The value, or a derivative that is asked for, does not exist or is no float."""


# --- functions of one number ----------------------------------------------------------------------------


def exp(x: mpf) -> mpf:
    """Return e**x, also for numbers of which no exponential could be written down."""
    if x < -(10**7) and Node.rounds:
        return ZERO
    if x > 10**7 and Node.rounds:
        raise NoValueError("overflow")
    return mpmath.exp(x)


def sigmoid(x: mpf) -> mpf:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def one(f: Callable[[mpf], tuple[mpf, mpf, mpf]]) -> Callable[[mpf], Truth]:
    """Return the row of a function that gives value, first and second derivative."""

    def row(x: mpf) -> Truth:
        value, first, second = f(x)
        return value, [first], [[second]]

    return row


def log_like(value: Callable[[mpf], mpf], shift: int) -> Callable[[mpf], tuple[mpf, mpf, mpf]]:
    def f(x: mpf) -> tuple[mpf, mpf, mpf]:
        if x + shift <= 0:
            raise NoValueError("domain")
        return value(x), 1 / (x + shift), -1 / (x + shift) ** 2

    return f


def sqrt(x: mpf) -> tuple[mpf, mpf, mpf]:
    if x < 0:
        raise NoValueError("domain")
    if x == 0:
        return ZERO, NONE, NONE
    root = mpmath.sqrt(x)
    return root, 1 / (2 * root), -1 / (4 * root * x)


def arc(value: Callable[[mpf], mpf], side: int) -> Callable[[mpf], tuple[mpf, mpf, mpf]]:
    def f(x: mpf) -> tuple[mpf, mpf, mpf]:
        if abs(x) > 1:
            raise NoValueError("domain")
        rest = (1 - x) * (1 + x)
        if rest == 0:
            return value(x), NONE, NONE
        return value(x), side / mpmath.sqrt(rest), side * x / (rest * mpmath.sqrt(rest))

    return f


def tan(x: mpf) -> tuple[mpf, mpf, mpf]:
    t = mpmath.tan(x)
    return t, 1 + t * t, 2 * t * (1 + t * t)


def hyperbolic(sign: int) -> Callable[[mpf], tuple[mpf, mpf, mpf]]:
    def f(x: mpf) -> tuple[mpf, mpf, mpf]:
        if abs(x) > 10**7:
            raise NoValueError("overflow")
        pair = mpmath.sinh(x), mpmath.cosh(x)
        return (pair[0], pair[1], pair[0]) if sign < 0 else (pair[1], pair[0], pair[1])

    return f


def tanh(x: mpf) -> tuple[mpf, mpf, mpf]:
    if abs(x) > 10**7:
        return mpmath.sign(x), ZERO, ZERO
    t, slope = mpmath.tanh(x), 1 / mpmath.cosh(x) ** 2
    return t, slope, -2 * t * slope


def sech_squared(x: mpf) -> tuple[mpf, mpf, mpf]:
    """Return the slope of tanh, with its own two derivatives."""
    value, first, second = tanh(x)
    return first, second, first * (6 * value * value - 2)


def erfc(x: mpf) -> mpf:
    return mpmath.erfc(x) if abs(x) < 10**4 else mpf(0 if x > 0 else 2)


def bell(x: mpf) -> mpf:
    """Return the slope of erf."""
    return 2 / mpmath.sqrt(mp.pi) * exp(-x * x)


def erf(x: mpf) -> tuple[mpf, mpf, mpf]:
    return mpmath.erf(x) if abs(x) < 10**4 else mpmath.sign(x), bell(x), -2 * x * bell(x)


def logistic(x: mpf) -> tuple[mpf, mpf, mpf]:
    s, rest = sigmoid(x), sigmoid(-x)
    return s, s * rest, s * rest * (rest - s)


def silu(x: mpf) -> tuple[mpf, mpf, mpf]:
    s, rest = sigmoid(x), sigmoid(-x)
    return x * s, s + x * s * rest, s * rest * (2 + x * (rest - s))


def gelu(x: mpf) -> tuple[mpf, mpf, mpf]:
    cumulative, density = erfc(-x / mpmath.sqrt(2)) / 2, exp(-x * x / 2) / mpmath.sqrt(2 * mp.pi)
    return x * cumulative, cumulative + x * density, density * (2 - x * x)


def softplus(x: mpf) -> tuple[mpf, mpf, mpf]:
    value = mpmath.log1p(exp(x)) if x < 0 else x + mpmath.log1p(exp(-x))
    return value, sigmoid(x), sigmoid(x) * sigmoid(-x)


def cbrt(x: mpf) -> tuple[mpf, mpf, mpf]:
    if x == 0:
        return ZERO, NONE, NONE
    root = mpmath.sign(x) * mpmath.root(abs(x), 3)
    return root, root / (3 * x), -2 * root / (9 * x * x)


def exp2(x: mpf) -> tuple[mpf, mpf, mpf]:
    value, log = exp(x * mpmath.log(2)), mpmath.log(2)
    return value, value * log, value * log**2


def asinh(x: mpf) -> tuple[mpf, mpf, mpf]:
    root = mpmath.sqrt(1 + x * x)
    return mpmath.sign(x) * mpmath.log1p(abs(x) + x * x / (1 + root)), 1 / root, -x / root**3


def acosh(x: mpf) -> tuple[mpf, mpf, mpf]:
    if x < 1:
        raise NoValueError("domain")
    if x == 1:
        return ZERO, NONE, NONE
    root = mpmath.sqrt(x * x - 1)
    return mpmath.log(x + root), 1 / root, -x / root**3


def atanh(x: mpf) -> tuple[mpf, mpf, mpf]:
    if abs(x) >= 1:
        raise NoValueError("domain")
    return mpmath.atanh(x), 1 / (1 - x * x), 2 * x / (1 - x * x) ** 2


def half_turns(x: mpf) -> tuple[mpf, mpf]:
    """Return the sine and the cosine of pi x, of which only the part beyond the last whole turn matters."""
    part = mp.pi * (x - 2 * mpmath.nint(x / 2))
    cosine = ZERO if 2 * x == mpmath.nint(2 * x) != 2 * mpmath.nint(x) else mpmath.cos(part)
    return mpmath.sin(part) if x != mpmath.nint(x) else ZERO, cosine


def sinc(x: mpf) -> tuple[mpf, mpf, mpf]:
    z = mp.pi * x
    if abs(z) < mpf("1e-20"):
        return ONE, -mp.pi * z / 3, -(mp.pi**2) / 3
    sine, cosine = half_turns(x)
    value = sine / z
    first = (cosine - value) / x
    return value, first, -(mp.pi**2) * value - 2 * first / x


def log_of(base: int) -> Callable[[mpf], tuple[mpf, mpf, mpf]]:
    def f(x: mpf) -> tuple[mpf, mpf, mpf]:
        if x <= 0:
            raise NoValueError("domain")
        scale = mpmath.log(base)
        return mpmath.log(x) / scale, 1 / x / scale, -1 / x**2 / scale

    return f


def one_of_order(x: mpf, order: int) -> Truth:
    if x <= 0 and x == mpmath.nint(x):
        raise NoValueError("domain")
    return mpmath.psi(order, x), [mpmath.psi(order + 1, x)], [[mpmath.psi(order + 2, x)]]


def lgamma(x: mpf) -> tuple[mpf, mpf, mpf]:
    if x <= 0 and x == mpmath.nint(x):
        raise NoValueError("domain")
    return mpmath.re(mpmath.loggamma(x)), mpmath.digamma(x), mpmath.psi(1, x)


def digamma(x: mpf) -> tuple[mpf, mpf, mpf]:
    if x <= 0 and x == mpmath.nint(x):
        raise NoValueError("domain")
    return mpmath.digamma(x), mpmath.psi(1, x), mpmath.psi(2, x)


# --- functions of two and three numbers -------------------------------------------------------------------


def div(x: mpf, y: mpf) -> Truth:
    if y == 0:
        raise NoValueError("division by zero")
    return x / y, [1 / y, -x / y**2], [[ZERO, -1 / y**2], [-1 / y**2, 2 * x / y**3]]


def power(x: mpf, y: mpf) -> mpf:
    if x == 0:
        return ONE if y == 0 else ZERO
    if abs(y * mpmath.log(abs(x))) > 10**6:
        if (y > 0) == (abs(x) > 1):
            raise NoValueError("overflow")
        return ZERO
    return x ** int(y) if x < 0 else x**y


def pow(x: mpf, y: mpf) -> Truth:
    whole = y == int(y)
    if (x < 0 and not whole) or (x == 0 and y < 0):
        raise NoValueError("domain")
    value = power(x, y)
    if x == 0:
        # 0 ** 0 is 1, and by convention the derivative by the exponent is 0, to every order
        by_x = ZERO if y == 0 or y > 1 else ONE if y == 1 else NONE
        twice = ZERO if y in {0, 1} or y > 2 else mpf(2) if y == 2 else NONE  # noqa: PLR2004, RUF100
        mixed = ZERO if y > 1 else NONE
        return value, [by_x, ZERO], [[twice, mixed], [mixed, ZERO]]
    by_x = ZERO if y == 0 else y * power(x, y - 1)
    twice = ZERO if y == 0 else y * (y - 1) * power(x, y - 2) if y != 1 else ZERO
    if x < 0:
        return value, [by_x, NONE], [[twice, NONE], [NONE, NONE]]
    log = mpmath.log(x)
    mixed = power(x, y - 1) * (1 + y * log)
    return value, [by_x, value * log], [[twice, mixed], [mixed, value * log**2]]


def leaky_relu(x: mpf, slope: mpf) -> Truth:
    if x > 0:
        return x, [ONE, ZERO], [[ZERO, ZERO], [ZERO, ZERO]]
    return slope * x, [slope, x], [[ZERO, ONE], [ONE, ZERO]]


def elu(x: mpf, alpha: mpf) -> Truth:
    if x > 0:
        return x, [ONE, ZERO], [[ZERO, ZERO], [ZERO, ZERO]]
    e = exp(x)
    value = mpmath.expm1(x) if x > -(10**7) else -ONE
    return alpha * value, [alpha * e, value], [[alpha * e, e], [e, ZERO]]


def zeros(count: int) -> list[list[mpf]]:
    return [[ZERO] * count for _ in range(count)]


def linear(value: mpf, *slopes: mpf) -> Truth:
    """Return what has no second derivatives."""
    return value, [mpf(slope) for slope in slopes], zeros(len(slopes))


def half(first: bool, tie: bool) -> mpf:
    return mpf("0.5") if tie else mpf(int(first))


def clamp(x: mpf, low: mpf, high: mpf) -> Truth:
    if x < low:
        return linear(low, 0, 1, 0)
    return linear(high, 0, 0, 1) if x > high else linear(x, 1, 0, 0)


def atan2(y: mpf, x: mpf) -> Truth:
    square = x * x + y * y
    if square == 0:
        return ZERO, [NONE, NONE], [[NONE, NONE], [NONE, NONE]]
    mixed = (y - x) * (y + x) / square**2
    twice = 2 * x * y / square**2
    return mpmath.atan2(y, x), [x / square, -y / square], [[-twice, mixed], [mixed, twice]]


def atan2_slope(x: mpf, y: mpf) -> Truth:
    square = x * x + y * y
    if square == 0:
        raise NoValueError("division by zero")
    twice = 2 * x * (x * x - 3 * y * y) / square**3
    mixed = 2 * y * (3 * x * x - y * y) / square**3
    return x / square, [(y - x) * (y + x) / square**2, -2 * x * y / square**2], [[twice, mixed], [mixed, -twice]]


def hypot(x: mpf, y: mpf) -> Truth:
    """Return the distance; at (0, 0) it is the constant 0 by convention."""
    far = mpmath.sqrt(x * x + y * y)
    if far == 0:
        return linear(ZERO, 0, 0)
    return far, [x / far, y / far], [[y * y / far**3, -x * y / far**3], [-x * y / far**3, x * x / far**3]]


def hypot_slope(x: mpf, y: mpf) -> Truth:
    far = mpmath.sqrt(x * x + y * y)
    if far == 0:
        return linear(ZERO, 0, 0)
    twice, mixed = -3 * x * y * y / far**5, y * (2 * x * x - y * y) / far**5
    return x / far, [y * y / far**3, -x * y / far**3], [[twice, mixed], [mixed, x * (2 * y * y - x * x) / far**5]]


def logaddexp(x: mpf, y: mpf) -> Truth:
    value = max(x, y) + mpmath.log1p(exp(-abs(x - y)))
    p, rest = sigmoid(x - y), sigmoid(y - x)
    return value, [p, rest], [[p * rest, -p * rest], [-p * rest, p * rest]]


def remainder(x: mpf, y: mpf) -> Truth:
    if y == 0:
        raise NoValueError("division by zero")
    with mp.workdps(2 * MANY_DIGITS):  # enough for every whole number of times that a float goes into another
        turns = mpmath.floor(x / y)
        return linear(x - turns * y, 1, -turns)


def copysign(x: mpf, y: mpf) -> Truth:
    """Return the size of x with the sign of y; a zero counts as positive, -0.0 is not looked at here."""
    side = -1 if y < 0 else 1
    return linear(side * abs(x), side * mpmath.sign(x), 0)


# --- functions of sequences -----------------------------------------------------------------------------


def extreme(choose: Callable[[Sequence[mpf]], mpf]) -> Callable[[Sequence[mpf]], Truth]:
    def f(xs: Sequence[mpf]) -> Truth:
        value = choose(xs)
        count = sum(x == value for x in xs)
        return linear(value, *[ONE / count if x == value else ZERO for x in xs])

    return f


def product(xs: Sequence[mpf]) -> mpf:
    total = ONE
    for x in xs:
        total *= x
    return total


def prod(xs: Sequence[mpf]) -> Truth:
    def others(*left_out: int) -> mpf:
        return product([x for k, x in enumerate(xs) if k not in left_out])

    n = range(len(xs))
    return product(xs), [others(i) for i in n], [[ZERO if i == j else others(i, j) for j in n] for i in n]


def dot(xs: Sequence[mpf], ys: Sequence[mpf]) -> Truth:
    n = len(xs)
    hessian = [[ONE if abs(i - j) == n else ZERO for j in range(2 * n)] for i in range(2 * n)]
    return mpmath.fsum(x * y for x, y in zip(xs, ys, strict=True)), [*ys, *xs], hessian


def shares(xs: Sequence[mpf]) -> tuple[list[mpf], list[mpf]]:
    """Return softmax and, accurate to the last digit, one minus it."""
    each = [exp(x - max(xs)) for x in xs]
    total = mpmath.fsum(each)
    return [e / total for e in each], [mpmath.fsum(each[:i] + each[i + 1 :]) / total for i in range(len(xs))]


def covariance(p: Sequence[mpf], rest: Sequence[mpf], i: int, j: int) -> mpf:
    return p[i] * rest[i] if i == j else -p[i] * p[j]


def logsumexp(xs: Sequence[mpf]) -> Truth:
    p, rest = shares(xs)
    top = list(xs).index(max(xs))
    value = xs[top] + mpmath.log1p(mpmath.fsum(exp(x - xs[top]) for i, x in enumerate(xs) if i != top))
    n = range(len(xs))
    return value, p, [[covariance(p, rest, i, j) for j in n] for i in n]


def softmax(xs: Sequence[mpf], index: int) -> Truth:
    p, rest = shares(xs)
    n = range(len(xs))
    away = [rest[i] if i == index else -p[i] for i in n]
    second = [[p[index] * (away[i] * away[j] - covariance(p, rest, i, j)) for j in n] for i in n]
    return p[index], [p[index] * a for a in away], second


def log_softmax(xs: Sequence[mpf], index: int) -> Truth:
    p, rest = shares(xs)
    n = range(len(xs))
    value, _, covariances = logsumexp([x - xs[index] for x in xs])
    return -value, [rest[i] if i == index else -p[i] for i in n], [[-c for c in row] for row in covariances]


def norm(xs: Sequence[mpf]) -> Truth:
    """Return the length; where all are 0 it is the constant 0 by convention."""
    length = mpmath.sqrt(mpmath.fsum(x * x for x in xs))
    if length == 0:
        return linear(ZERO, *[0] * len(xs))
    n = range(len(xs))
    others = [mpmath.fsum(x * x for j, x in enumerate(xs) if j != i) for i in n]
    second = [[others[i] if i == j else -xs[i] * xs[j] for j in n] for i in n]
    return length, [x / length for x in xs], [[s / length**3 for s in row] for row in second]


def ordered(xs: Sequence[mpf], index: int) -> Truth:
    value = sorted(xs)[index]
    count = sum(x == value for x in xs)
    return linear(value, *[ONE / count if x == value else ZERO for x in xs])


TRUTH: dict[str, Callable[..., Truth]] = {
    "add": lambda x, y: linear(x + y, 1, 1),
    "sub": lambda x, y: linear(x - y, 1, -1),
    "mul": lambda x, y: (x * y, [y, x], [[ZERO, ONE], [ONE, ZERO]]),
    "div": div,
    "pow": pow,
    "neg": lambda x: linear(-x, -1),
    "identity": lambda x: linear(x, 1),
    "detach": lambda x: linear(x, 0),
    "with_slope": lambda y, x, given: (y, [1, given, 0], [[0, 0, 0], [0, 0, 0], [0, 1, 0]]),
    "abs": lambda x: linear(abs(x), mpmath.sign(x)),
    "sign": lambda x: linear(mpmath.sign(x), 0),
    "exp": one(lambda x: (exp(x),) * 3),
    "log": one(log_like(mpmath.log, 0)),
    "log1p": one(log_like(mpmath.log1p, 1)),
    "expm1": one(lambda x: (mpmath.expm1(x) if abs(x) < 10**7 else exp(x) - 1, exp(x), exp(x))),
    "sqrt": one(sqrt),
    "sin": one(lambda x: (mpmath.sin(x), mpmath.cos(x), -mpmath.sin(x))),
    "cos": one(lambda x: (mpmath.cos(x), -mpmath.sin(x), -mpmath.cos(x))),
    "tan": one(tan),
    "asin": one(arc(mpmath.asin, 1)),
    "acos": one(arc(mpmath.acos, -1)),
    "atan": one(lambda x: (mpmath.atan(x), 1 / (1 + x * x), -2 * x / (1 + x * x) ** 2)),
    "sinh": one(hyperbolic(-1)),
    "cosh": one(hyperbolic(1)),
    "tanh": one(tanh),
    "sech_squared": one(sech_squared),
    "erf": one(erf),
    "erfc": one(lambda x: (erfc(x), -bell(x), 2 * x * bell(x))),
    "sigmoid": one(logistic),
    "relu": lambda x: linear(max(x, ZERO), int(x > 0)),
    "leaky_relu": leaky_relu,
    "elu": elu,
    "gelu": one(gelu),
    "silu": one(silu),
    "softplus": one(softplus),
    "maximum": lambda x, y: linear(max(x, y), half(x > y, x == y), half(y > x, x == y)),
    "minimum": lambda x, y: linear(min(x, y), half(x < y, x == y), half(y < x, x == y)),
    "clamp": clamp,
    "where": lambda c, x, y: linear(x if c > 0 else y, 0, int(c > 0), int(not c > 0)),
    "sum": lambda xs: linear(mpmath.fsum(xs), *[1] * len(xs)),
    "mean": lambda xs: linear(mpmath.fsum(xs) / len(xs), *[ONE / len(xs)] * len(xs)),
    "prod": prod,
    "dot": dot,
    "max": extreme(max),
    "min": extreme(min),
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "take": lambda xs, index: linear(xs[index], *[int(i == index) for i in range(len(xs))]),
    "log2": one(log_of(2)),
    "log10": one(log_of(10)),
    "exp2": one(exp2),
    "cbrt": one(cbrt),
    "asinh": one(asinh),
    "acosh": one(acosh),
    "atanh": one(atanh),
    "sinc": one(sinc),
    "sinpi": one(lambda x: (half_turns(x)[0], mp.pi * half_turns(x)[1], -(mp.pi**2) * half_turns(x)[0])),
    "cospi": one(lambda x: (half_turns(x)[1], -mp.pi * half_turns(x)[0], -(mp.pi**2) * half_turns(x)[1])),
    "lgamma": one(lgamma),
    "digamma": one(digamma),
    "polygamma": one_of_order,
    "atan2": atan2,
    "atan2_slope": atan2_slope,
    "hypot": hypot,
    "hypot_slope": hypot_slope,
    "greater": lambda x, y: linear(int(x > y), 0, 0),
    "greater_equal": lambda x, y: linear(int(x >= y), 0, 0),
    "logaddexp": logaddexp,
    "remainder": remainder,
    "copysign": copysign,
    "floor": lambda x: linear(mpmath.floor(x), 0),
    "ceil": lambda x: linear(mpmath.ceil(x), 0),
    "trunc": lambda x: linear(mpmath.sign(x) * mpmath.floor(abs(x)), 0),
    "round": lambda x: linear(mpmath.nint(x), 0),
    "norm": norm,
    "ordered": ordered,
}
"""The truth about each row."""
NEEDED: dict[str, Callable[..., Sequence[object]]] = {
    "where": lambda condition, x, y: (condition, x if condition > 0 else y),
    "take": lambda xs, index: (xs[index],),
    "leaky_relu": lambda x, negative_slope: (x,) if x > 0 else (x, negative_slope),
    "elu": lambda x, alpha: (x,) if x > 0 else (x, alpha),
    "clamp": lambda x, low, high: (x, low) if x < low else (x, low, high),
}
"""The operands that a choice depends on, of rows that make one."""
DETACHED = {"detach", "sign"}
"""Rows that pass no gradient on: nobody needs one that arrives there."""


# --- whole functions --------------------------------------------------------------------------------------


class Node:
    """A number of the truth that remembers how it was made: a row's call reaches it as it reaches a Value.

    A program of floats rounds once for each operation, and so does the truth about it; with many digits it does not.
    What has no value is an error at once, or, where Node is lenient, only if it is needed for the result.
    """

    rounds = True
    lenient = False
    nudge = 0.0
    """By how much a result that had to be rounded is moved, to find out what depends on the last digit."""
    largest_term = ZERO
    """The largest number that any derivative is a sum of, since this was last set."""

    def __init__(self, value: mpf, parents: Sequence[tuple[Node, int]] = (), truth: Truth | None = None) -> None:
        self.value = value
        if Node.rounds:
            self.value = mpf(rounded(value))
            if Node.nudge and self.value != value:
                self.value = mpf(rounded(value * (1 + (1 if crc32(repr(value).encode()) % 2 else -1) * Node.nudge)))
        self.parents, self.truth = parents, truth

    @staticmethod
    def _apply(operation: Any, operands: tuple[object, ...]) -> Node:
        parents: list[tuple[Node, int]] = []
        arguments: list[object] = []
        place = 0

        def number(item: Any) -> mpf:
            nonlocal place
            if isinstance(item, Node):
                parents.append((item, place))
            place += 1
            return item.value if isinstance(item, Node) else mpf(item)

        for name, operand in zip(operation.operands, operands, strict=True):
            if name == "index":
                arguments.append(int(operand))  # type: ignore[call-overload]  # a position
            elif name.endswith("s"):
                arguments.append([number(item) for item in operand])  # type: ignore[attr-defined]  # a sequence
            else:
                arguments.append(number(operand))
        needed = NEEDED[operation.name](*arguments) if operation.name in NEEDED else arguments
        try:
            if Node.lenient and any(
                mpmath.isnan(x) for item in needed for x in (item if isinstance(item, list) else [item])
            ):
                raise NoValueError("needed")
            truth = TRUTH[operation.name](*arguments)
            return Node(truth[0], [] if Node.lenient and operation.name in DETACHED else parents, truth)
        except NoValueError:
            if not Node.lenient:
                raise
        nothing = Node(ZERO, parents, (NONE, [NONE] * place, [[NONE] * place] * place))
        nothing.value = NONE
        return nothing

    def detach(self) -> Node:
        return Node(self.value)


def operator_method(name: str, *, reflected: bool = False) -> Callable[..., Node]:
    from autograd.formulas.operation import OPERATIONS

    def method(self: Node, *others: object) -> Node:
        return Node._apply(OPERATIONS[name], (*others, self) if reflected else (self, *others))

    return method


for _name, _python in {"add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "pow": "pow"}.items():
    setattr(Node, f"__{_python}__", operator_method(_name))
    setattr(Node, f"__r{_python}__", operator_method(_name, reflected=True))
for _name, _python in {"neg": "neg", "abs": "abs", "identity": "pos"}.items():
    setattr(Node, f"__{_python}__", operator_method(_name))


def ordered(output: Node) -> list[Node]:
    """Return every node below ``output``, parents first."""
    order: list[Node] = []
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(output, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack += [(parent, False) for parent, _ in node.parents]
    return order


def times(factor: mpf, slope: mpf) -> mpf:
    """Return a product in which an infinite slope is never multiplied by 0, and an infinite result is an error."""
    if factor == 0:
        return ZERO
    if not mpmath.isfinite(factor * slope):
        raise NoValueError("no slope")
    Node.largest_term = max(Node.largest_term, abs(factor * slope))
    return factor * slope


def derivatives(output: object, inputs: Sequence[Node], along: int | None = None) -> list[mpf]:
    """Return the gradient, or the row of the Hessian along one input: the chain rule over numbers with a tangent."""
    if not isinstance(output, Node):
        return [ZERO] * len(inputs)
    order = ordered(output)
    reached = {id(node) for node in inputs}
    for node in order:
        if any(id(parent) in reached for parent, _ in node.parents):
            reached.add(id(node))
    tangent: dict[int, mpf] = {id(node): ZERO for node in (*order, *inputs)}
    if along is not None:
        tangent[id(inputs[along])] = ONE
        for node in order:
            for parent, place in node.parents:
                moves, slope = tangent[id(parent)], node.truth[1][place]  # type: ignore[index]
                tangent[id(node)] += ZERO if moves == 0 or slope == 0 else moves * slope  # NONE until it is used
    incoming: dict[int, list[mpf]] = {id(node): [ZERO, ZERO] for node in (*order, *inputs)}
    incoming[id(output)][0] = ONE
    for node in reversed(order):
        gradient, moved = incoming[id(node)]
        for parent, place in node.parents:
            if id(parent) not in reached:
                continue
            assert node.truth is not None
            total = incoming[id(parent)]
            total[0] += times(gradient, node.truth[1][place])
            if along is not None:
                total[1] += times(moved, node.truth[1][place])
                for other, position in node.parents:
                    if gradient != 0 and tangent[id(other)] != 0 and node.truth[2][place][position] != 0:
                        total[1] += times(gradient * tangent[id(other)], node.truth[2][place][position])
    return [incoming[id(node)][0 if along is None else 1] for node in inputs]


def rounded(number: mpf) -> float:
    """Return the nearest float; raises if it is too large for one."""
    result = float(number)
    if mpmath.isnan(number):
        raise NoValueError("needed")
    if not mpmath.isfinite(number) or result - result != 0.0:
        raise NoValueError("overflow")
    return result


def attempt(function: Callable[[], Any]) -> Any:
    """Return what a function gives, or the error that it has none."""
    try:
        return function()
    except NoValueError as error:
        return error


def truth(
    function: Callable[..., Any],
    point: Sequence[float],
    *,
    many_digits: bool = False,
    lenient: bool = False,
    nudge: float = 0.0,
) -> tuple[Any, Any, Any]:
    """Return value, gradient and Hessian of any function of n numbers; each of them, or a :class:`NoValueError`.

    With ``many_digits`` nothing is rounded on the way, as in fractions, mpmath and SymPy. If it is ``lenient``, what
    has no value is an error only where it is needed: not in the branch that ``where`` does not take, nor in what is
    not used. A ``nudge`` moves every number that had to be rounded by that much, this way or that.
    """
    Node.rounds, Node.lenient, Node.nudge = not many_digits, lenient, nudge
    with mp.workdps(MANY_DIGITS if many_digits else DIGITS):
        inputs = [Node(mpf(x)) for x in point]
        output = attempt(lambda: function(*inputs))
        if isinstance(output, NoValueError):
            return output, output, output
        value = attempt(lambda: rounded(output.value if isinstance(output, Node) else mpf(output)))
        gradient = attempt(lambda: [rounded(x) for x in derivatives(output, inputs)])
        if isinstance(gradient, NoValueError):
            return value, gradient, gradient
        rows = range(len(inputs))
        hessian = attempt(lambda: [[rounded(x) for x in derivatives(output, inputs, i)] for i in rows])
        return value, gradient, hessian


def largest_term(function: Callable[..., Any], point: Sequence[float]) -> float:
    """Return the largest number that a derivative of a function is a sum of: its rounding is in the result."""
    Node.largest_term = ZERO
    truth(function, point)
    return rounded(Node.largest_term)
