"""``Interrupts`` and ``interrupts_held``: Ctrl-C waits until something is done that must never be half done."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Delay Ctrl-C until the block is done, so that an update or a loaded state is never left half made."""
    with Interrupts() as interrupts:
        interrupts.hold()
        yield
        interrupts.release()


class Interrupts:
    """Delays Ctrl-C, in the body of a ``with`` statement, until what is being done there is complete.

    Between :meth:`hold` and :meth:`release` it waits; whoever presses it once more after ``patience`` seconds is not
    kept waiting.
    """

    def __init__(self, patience: float = math.inf) -> None:
        self.patience = patience
        self.held = False
        self.waiting: tuple[int, FrameType | None] | None = None
        self.since = 0.0
        self.handler: Any = None

    def __enter__(self) -> "Interrupts":
        handler = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(handler):
            self.handler = handler
            signal.signal(signal.SIGINT, self.receive)
        return self

    def __exit__(self, *error: object) -> None:
        if self.handler is not None and signal.getsignal(signal.SIGINT) == self.receive:
            signal.signal(signal.SIGINT, self.handler)
        self.held, self.waiting = False, None  # the run is over, so there is nothing left to break off

    def hold(self) -> None:
        self.held = True

    def release(self) -> None:
        self.held = False
        if self.waiting is not None:
            arguments, self.waiting = self.waiting, None
            self.handler(*arguments)

    def receive(self, number: int, frame: FrameType | None) -> None:
        if not self.held or (self.waiting is not None and time.monotonic() - self.since > self.patience):
            self.waiting = None
            self.handler(number, frame)
        elif self.waiting is None:
            self.waiting, self.since = (number, frame), time.monotonic()
