"""How fast the machine is just now, so that what was measured while others used it can be measured again."""

import math
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TRIES = 12
"""How often something is measured at most, until the machine is left alone."""
MUCH_SLOWER = 1.1
"""A machine that takes this much longer for the same work is in use by somebody else."""


def pace() -> float:
    """Return the seconds that a small, fixed piece of work takes just now."""
    start = time.perf_counter()
    total = 0
    for number in range(20_000):
        total += number * number
    return time.perf_counter() - start


class Quiet:
    """Measures again what was measured at a slower pace than the fastest that has been seen."""

    fastest = math.inf

    def measured(self, measure: Callable[[], tuple[T, float]], tries: int = TRIES) -> T:
        """Return what was measured at the fastest pace.

        Args:
            measure: measures once; returns that, and the pace of the machine, before or after, whichever was slower.
            tries: how often it may be measured.
        """
        found: list[tuple[T, float]] = []
        while len(found) < tries:
            found.append(measure())
            self.fastest = min(self.fastest, found[-1][1])
            if found[-1][1] <= MUCH_SLOWER * self.fastest:
                break
        return min(found, key=lambda each: each[1])[0]


QUIET = Quiet()
"""One for all measurements, as the machine is the same."""
