"""``without_collecting``: Python's garbage collector pauses while a graph is built."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from gc import disable, enable, isenabled
from threading import get_ident

from autograd import modes


@contextmanager
def without_collecting() -> Iterator[None]:
    """Pause Python's garbage collector inside a ``with`` block; afterwards it is as it was.

    The collector looks at every object that is alive again and again while new ones are made. A graph has no cycles,
    so there is nothing to find in it: it is freed by reference counting, and a graph of a million Values is built
    several times faster without. Blocks may be nested. Where they overlap in several threads, the collector runs again
    as soon as the one that paused it ends. ``grad`` and its relatives do this themselves as soon as the collector comes
    to a large graph, and so does ``compile`` while it records; ``backward`` makes no objects that stay, and needs no
    pause.

    Example:
        >>> import gc
        >>> with without_collecting():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    if not isenabled():  # who pauses nothing ends no pause, so that no order of threads leaves the collector off
        yield
        return
    disable()
    try:
        yield
    finally:
        enable()


paused_in = 0
"""The thread whose graph the collector waits for, by its number; 0 while it waits for none."""


def wait_for_graph(phase: str, _: object) -> None:
    """Pause Python's collector, which is about to begin, if it found a function at work that is being differentiated.

    A small graph is complete before the collector comes, and pays nothing. What it has begun, it still does.
    """
    global paused_in  # noqa: PLW0603  # as the collector, it is one for the whole process
    if phase == "start" and get_ident() in modes.leaves_noted and isenabled():
        paused_in = get_ident()
        disable()


def graph_is_built() -> None:
    """End the pause, if it was for a graph that this thread has now built."""
    global paused_in  # noqa: PLW0603  # the same
    if paused_in == get_ident():
        paused_in = 0
        enable()


gc.callbacks.append(wait_for_graph)
