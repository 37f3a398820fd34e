"""The logarithm of the gamma function and its derivatives, to the last digits of a float."""

import math
from functools import cache

from autograd.formulas.summation import add_up

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
"""The numbers B2, B4, ... of Bernoulli, for sums that are replaced by integrals."""
EULER = 0.5772156649015329
ROOT, ROOT_REST = 1.4616321449683622, 9.549995429965697e-17
"""Where digamma is 0, in twice the digits of a float."""
FAR = 12
"""From here on ten terms of the asymptotic series give every digit."""
MOST = 100
"""As many times digamma can be differentiated: the factorials go on to 170."""


def lgamma(x: float) -> float:
    """Return the logarithm of the absolute value of the gamma function.

    Around its zeros at 1 and 2, where Python's own loses digits, by its Taylor series (Abramowitz & Stegun, 6.1.33).

    Raises:
        ValueError: x is 0, -1, -2, ...
    """
    if not 0.5 < x < 2.5:
        return math.lgamma(x)
    beyond = x - (1 if x < 1.5 else 2)
    total = 0.0
    for coefficient in reversed(around_one()):
        total = (total + coefficient) * beyond
    return total if x < 1.5 else math.log1p(beyond) + total


@cache
def around_one() -> tuple[float, ...]:
    """Return the coefficients of the Taylor series of ``lgamma`` around 1."""
    return (-EULER, *[(-1) ** k * hurwitz_zeta(k, 1.0) / k for k in range(2, 56)])


def digamma(x: float) -> float:
    """Return the derivative of ``lgamma``.

    By the reflection formula left of 0, by the asymptotic series far out, and between them by steps of 1 from the
    Taylor series around the root (Abramowitz & Stegun 1964, 6.3.7, 6.3.18, 6.3.5 and 6.4.10).

    Raises:
        ValueError: x is 0, -1, -2, ...
    """
    if x <= 0:
        part = x - round(x)  # exact, and tan has the period pi
        if part == 0.0:
            raise ValueError("digamma has a pole here")
        return digamma(1 - x) - math.pi / math.tan(math.pi * part)
    if x >= FAR:
        series = add_up([b / (2 * k * x ** (2 * k)) for k, b in enumerate(BERNOULLI, 1)]) if x < 1e8 else 0.0
        return math.log(x) - 0.5 / x - series
    if x < 1:
        return digamma(x + 1) - 1 / x
    steps = int(x) - 1
    beyond = x - steps - ROOT - ROOT_REST  # from -0.47 to 0.54
    total = 0.0
    for coefficient in reversed(around_root()):
        total = (total + coefficient) * beyond
    return total + add_up([1 / (x - k) for k in range(1, steps + 1)])


@cache
def around_root() -> tuple[float, ...]:
    """Return the coefficients of the Taylor series of digamma around its positive root, the constant 0 left out."""
    return tuple([(-1) ** k * hurwitz_zeta(k, ROOT) for k in range(2, 42)])


def polygamma(x: float, index: float) -> float:
    """Return what ``digamma``, differentiated ``index`` times, is at x: a sum of powers, to either side of the poles.

    Source: Abramowitz & Stegun (1964), 6.4.10.

    Raises:
        ValueError: x is 0, -1, -2, ..., or index is not a whole number from 1 to 100.
    """
    n = int(index)
    if n != index or not 0 < n <= MOST:
        raise ValueError("polygamma has no value here")
    power = n + 1
    poles = max(math.ceil(-x), 0)  # as many of them lie to the right of x
    part = x + poles  # 0 at a pole, where no power of it has a value
    total = hurwitz_zeta(power, part)
    if poles:
        before = -(x + (poles - 1))  # 1 - part would lose the digits of a small x
        total += (-1) ** power * (hurwitz_zeta(power, before) - hurwitz_zeta(power, 1 - x))
    return math.copysign(math.factorial(n), (-1) ** power) * total


def hurwitz_zeta(s: int, a: float) -> float:
    """Return the sum of ``(a + k) ** -s`` over k = 0, 1, 2, ... for a > 0 and s > 1, by Euler and Maclaurin.

    Source: Johansson, Rigorous high-precision computation of the Hurwitz zeta function (2014), equation 4.
    """
    total = 0.0
    while a < FAR + s:
        total += math.pow(a, -s)
        a += 1
    total += math.pow(a, 1 - s) / (s - 1) + 0.5 * math.pow(a, -s)
    factor = s / 2 * math.pow(a, -s - 1)  # s (s + 1) ... (s + 2 k - 2) / (2 k)! a ** (1 - s - 2 k)
    for k, b in enumerate(BERNOULLI, 1):
        total += b * factor
        factor *= (s + 2 * k - 1) * (s + 2 * k) / ((2 * k + 1) * (2 * k + 2)) / a / a
    return total
