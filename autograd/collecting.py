"""``without_collecting``: Python's garbage collector pauses while a graph is built."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from gc import disable, enable, isenabled
from threading import get_ident
from typing import ParamSpec, TypeVar

from autograd import modes

P = ParamSpec("P")
R = TypeVar("R")

is_paused = False
"""Whether the collector is off because a block or a graph here keeps it off."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Pause Python's garbage collector inside a ``with`` block; afterwards it is as it was.

    The collector looks at every object that is alive again and again while new ones are made. A graph has no cycles,
    so there is nothing to find in it: it is freed by reference counting, and a graph of a million Values is built
    several times faster without. Blocks may be nested. Where they overlap in several threads, the collector runs again
    as soon as the one that paused it ends; in a forked process it always runs. ``grad`` and its relatives do this
    themselves as soon as the collector comes to a large graph, and so does ``compile`` while it records; ``backward``
    makes no objects that stay, and needs no pause.

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
    pause()
    try:
        yield
    finally:
        resume()


def pause() -> None:
    """Switch the collector off."""
    global is_paused  # noqa: PLW0603  # as the collector, it is one for the whole process
    is_paused = True
    disable()


def resume() -> None:
    """Switch the collector on again, if it is off because of a pause here."""
    global is_paused  # noqa: PLW0603  # the same
    if is_paused:
        is_paused = False
        enable()


paused_in = 0
"""The thread whose graph the collector waits for, by its number; 0 while it waits for none."""


def wait_for_graph(phase: str, _: object) -> None:
    """Pause Python's collector, which is about to begin, if it found a function at work that is being differentiated.

    A small graph is complete before the collector comes, and pays nothing. What it has begun, it still does.
    """
    global paused_in  # noqa: PLW0603  # the same
    if phase == "start" and get_ident() in modes.leaves_noted and isenabled():
        paused_in = get_ident()
        pause()


def graph_is_done() -> None:
    """End the pause, if it was for a graph of this thread, and the thread is not at work on another around it.

    To be called when the graph has been freed: otherwise the collector would look at all of it first.
    """
    global paused_in  # noqa: PLW0603  # the same
    if paused_in == get_ident() and paused_in not in modes.leaves_noted:
        paused_in = 0
        resume()


def until_done(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function after whose calls :func:`graph_is_done`."""

    @wraps(function)
    def calling(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            graph_is_done()

    return calling


gc.callbacks.append(wait_for_graph)


if hasattr(os, "register_at_fork"):  # not on Windows or in a browser, where nothing forks
    os.register_at_fork(after_in_child=resume)  # who paused it may never come to an end here
