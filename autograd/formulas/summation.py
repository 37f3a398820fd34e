"""``add_up``: the sum of floats, or of other numbers, with the same bits on every Python."""

import functools
import operator
import sys
from collections.abc import Iterable

if sys.version_info < (3, 12):
    add_up = sum
else:  # there the built-in sum compensates for rounding, which no other route does

    def add_up(xs: Iterable[float]) -> float:
        """Return the sum of ``xs``, added one after the other: the same bits as ``+`` gives, on every Python."""
        return functools.reduce(operator.add, xs, 0)
