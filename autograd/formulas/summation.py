"""``add_up``: the sum of floats, or of other numbers, with the same bits on every Python."""

import functools
import operator
import sys
from collections.abc import Callable, Iterable
from typing import Any


def in_turn(xs: Iterable[float]) -> float:
    """Return the sum of ``xs``, added one after the other: the same bits as ``+`` gives, on every Python."""
    return functools.reduce(operator.add, xs, 0)


add_up: Callable[[Iterable[Any]], float] = sum if sys.version_info < (3, 12) else in_turn  # a later sum compensates
