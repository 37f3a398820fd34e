"""Equations that hold as printed: how many digits each side needs, and whether ``=`` or ``≈`` stands between them.

A number is shown with four significant digits, and with rounded numbers an equation can turn false: ``-1 + 1 =
0.0004``. So digits are added to what stands on the left until it gives what stands on the right, rounded as it is
shown there; where no digits help, the sign is ``≈``. ``views/explorer/numbers.js`` does the same in the page.
"""

import math
from collections.abc import Callable
from functools import cache, partial
from itertools import cycle
from typing import NamedTuple

from autograd.formulas.notation import DIGITS, LiteralNumber, number_text

MOST_DIGITS = 12
"""Beyond these a number shows the rounding of floats rather than itself."""

MOST_BARE = 2
"""A result that has no more digits than this after rounding looks exact; it gets more digits unless it is."""

CANCELLED, NUDGE = 1e-10, 1e-15
"""A result so much smaller than a number it came from is shown to be right by changing the numbers by so little."""

Rounding = Callable[[float], float]
"""Turns a number into the one that its printed form stands for."""


class Settled(NamedTuple):
    """How an equation is printed."""

    left: int
    """How many digits the numbers on the left have."""
    right: int
    """How many the result has."""
    sign: str
    """``=`` or ``≈``."""


@cache
def in_digits(digits: int) -> Callable[[float], str]:
    """Return the function that writes numbers in at most so many digits."""
    return partial(number_text, digits=digits)


@cache
def rounding(digits: int) -> Rounding:
    """Return the function that rounds numbers as they are printed in so many digits; literals are printed in full."""
    return lambda number: number if isinstance(number, LiteralNumber) else float(number_text(number, digits))


def result_digits(number: float) -> int:
    """Return how many digits a result is shown with: four, or more where rounding would make it look exact.

    Example:
        >>> [result_digits(x) for x in (0.70710678, 1.0004, 1.23004, 2.5, 0.1 + 0.2)]
        [4, 5, 4, 4, 4]
    """
    text = number_text(number)
    if not math.isfinite(number) or sum(map(str.isdigit, text.partition("e")[0].lstrip("-0."))) > MOST_BARE:
        return DIGITS
    return next((d for d in range(DIGITS + 1, MOST_DIGITS + 1) if number_text(number, d) != text), DIGITS)


def result_text(number: float) -> str:
    """Return a number as it stands alone on the right of an equation."""
    return number_text(number, result_digits(number))


def agrees(left: float, right: float, digits: int) -> bool:
    """Whether ``left`` is ``right`` when rounded to the digits that ``right`` is shown with."""
    shown = float(number_text(right, digits))
    if shown == 0.0 or not math.isfinite(shown) or not math.isfinite(left):
        return left == shown or (math.isnan(left) and math.isnan(shown))
    exponent = int(f"{shown:e}".partition("e")[2])
    unit = 10.0 ** (exponent + 1 - digits)
    if 1e4 <= abs(shown) < 1e6:
        unit = min(unit, 1.0)  # a whole part is never cut
    return abs(left - shown) <= 0.5000001 * unit


def settled(left: Callable[[Rounding], float], right: float, shown: int = DIGITS) -> Settled:
    """Return how to print an equation so that it holds.

    Args:
        left: what the left side gives when its numbers are rounded by the function it is called with.
        right: the result.
        shown: how many digits the result has at least, because it is used in another equation.

    Example:
        >>> settled(lambda rounded: rounded(-1.0) + rounded(1.0004), 0.0004)
        Settled(left=5, right=4, sign='=')
        >>> settled(lambda rounded: rounded(0.1) + rounded(0.2) - rounded(0.3), 0.1 + 0.2 - 0.3).sign
        '≈'
    """
    digits = max(result_digits(right), shown)
    for more in range(DIGITS, MOST_DIGITS + 1):
        try:
            if holds(left, right, rounding(more), digits):
                return Settled(more, digits, "=")
        except (ArithmeticError, ValueError, TypeError):  # rounded numbers may leave the domain
            continue
    return Settled(shown, shown, "≈")


def holds(left: Callable[[Rounding], float], right: float, rounded: Rounding, digits: int) -> bool:
    """Whether the left side gives the right one, and not only because floats round what cancels."""
    numbers: list[float] = []

    def noted(number: float) -> float:
        numbers.append(abs(rounded(number)))
        return rounded(number)

    if not agrees(left(noted), right, digits):
        return False
    if right == 0.0 or abs(right) > CANCELLED * max(numbers, default=0.0):
        return True
    turn = cycle((1.0 + NUDGE, 1.0 - NUDGE))
    return agrees(left(lambda x: rounded(x) if x == round(x) else rounded(x) * next(turn)), right, digits)
