"""``loaded``: a big optional package is loaded whole, whatever keys are pressed meanwhile."""

import signal
import sys
import threading
from importlib import import_module
from types import FrameType


def loaded(package: str) -> bool:
    """Load a package unless it is there already, and return whether there is one.

    Ctrl-C waits until it is complete: NumPy that was broken off halfway cannot be loaded again in the same process.

    Example:
        >>> loaded("math"), loaded("no_such_package")
        (True, False)
    """
    if sys.modules.get(package) is not None:
        return True
    pressed: list[FrameType | None] = []
    before = signal.getsignal(signal.SIGINT)
    holds = threading.current_thread() is threading.main_thread() and callable(before)
    if holds:
        signal.signal(signal.SIGINT, lambda number, frame: pressed.append(frame))
    try:
        import_module(package)
    except ImportError:
        return False
    finally:
        if holds:
            signal.signal(signal.SIGINT, before)
        if pressed and callable(before):
            before(signal.SIGINT, pressed[0])
    return True
