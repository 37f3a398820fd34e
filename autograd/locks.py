"""``forkable``: a lock that a forked process finds free, whatever other threads were doing."""

import os
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakSet

L = TypeVar("L")

_locks: "WeakSet[object]" = WeakSet()


def forkable(lock: L) -> L:
    """Return the lock itself; from now on it is free after a fork.

    A fork copies the memory but only the thread that forks: a lock that another thread holds would stay locked for
    ever in the new process.

    Example:
        >>> from threading import Lock
        >>> with forkable(Lock()):
        ...     print("locked")
        locked
    """
    _locks.add(lock)
    return lock


def free_all() -> None:
    """Free every lock; there is no other thread in this process yet that could hold one."""
    for lock in _locks:
        reset: Callable[[], None] = getattr(lock, "_at_fork_reinit")  # noqa: B009  # what threading itself uses
        reset()


if hasattr(os, "register_at_fork"):  # not on Windows or in a browser, where nothing forks
    os.register_at_fork(after_in_child=free_all)
