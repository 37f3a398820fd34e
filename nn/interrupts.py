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
            self.install()
        return self

    def __exit__(self, *error: object) -> None:
        self.restore()
        self.held, self.waiting = False, None  # the run is over, so there is nothing left to break off

    def install(self) -> None:
        signal.signal(signal.SIGINT, self.receive)

    def restore(self) -> None:
        """Put back the handler that was there before."""
        if self.handler is not None and signal.getsignal(signal.SIGINT) == self.receive:
            signal.signal(signal.SIGINT, self.handler)

    def hold(self) -> None:
        self.held = True
        if self.handler is not None and signal.getsignal(signal.SIGINT) == self.handler:
            self.install()  # it was put back when an interrupt got through

    def release(self) -> None:
        self.held = False
        if self.waiting is not None:
            self.deliver(*self.waiting)

    def deliver(self, number: int, frame: FrameType | None) -> None:
        """Interrupt now; first the earlier handler is put back, because this may come before ``__exit__`` can."""
        self.waiting = None
        self.restore()
        self.handler(number, frame)

    def receive(self, number: int, frame: FrameType | None) -> None:
        if not self.held or (self.waiting is not None and time.monotonic() - self.since > self.patience):
            self.deliver(number, frame)
        elif self.waiting is None:
            self.waiting, self.since = (number, frame), time.monotonic()
