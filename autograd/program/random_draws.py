"""Tells whether a function drew random numbers itself, or a second thread did at the same time."""

import random
import sys
from types import FrameType

RANDOM_MODULE = random.Random.choice.__code__.co_filename
"""The module's file as its code names it, which is not where it lies in a frozen program."""


class NoticingDraws:
    """Looks, in the body of a ``with`` statement, at every call that this thread makes, for those of :mod:`random`.

    Looking makes everything several times slower, so it is only done where the state of a generator has changed and
    it is not clear who changed it.

    Attributes:
        drew: whether this thread used one of them.
    """

    drew = False

    def __enter__(self) -> "NoticingDraws":
        self.before = sys.getprofile()
        sys.setprofile(self.look)
        return self

    def __exit__(self, *error: object) -> None:
        sys.setprofile(self.before)

    def look(self, frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and isinstance(getattr(called, "__self__", None), random.Random):
            self.drew |= getattr(called, "__name__", "") != "getstate"
        elif event == "call" and frame.f_code.co_filename == RANDOM_MODULE:
            self.drew |= frame.f_code.co_name != "getstate"
