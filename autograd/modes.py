"""The switches that change what an operation does: no gradients, remembering source lines, recording.

Ordinary code pays one test of a module-wide counter per operation. Only while some switch is on anywhere
does an operation look up what holds in its own thread or task.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from autograd.operation import Operation
    from autograd.value import Value

P = ParamSpec("P")
R = TypeVar("R")


class Recorder(Protocol):
    """Makes the nodes of a computation that is being recorded."""

    def record(self, operation: "Operation", operands: "tuple[object, ...]") -> "Value":
        """Return the node for ``operation`` applied to ``operands``."""

    def fresh(self, draw: "Callable[[int], Sequence[float]]", count: int) -> "list[Value]":
        """Return inputs that every call of the program draws anew."""

    def observe(self, values: "Sequence[Value | float]", callback: "Callable[[Sequence[float]], None]") -> None:
        """Let every call of the program pass the numbers of ``values`` to ``callback``."""


@dataclass(frozen=True)
class Mode:
    """What holds for the operations of one thread or task."""

    gradients: bool = True
    source_lines: bool = False
    recorder: Recorder | None = None


_mode: ContextVar[Mode] = ContextVar("autograd_mode", default=Mode())  # noqa: B039  # a Mode cannot be changed
_lock = threading.Lock()

GENERATED: dict[str, object] = {"__name__": "autograd.generated", "any_mode": 0}
"""The namespace of the generated operations; ``any_mode`` counts the switches that are on anywhere."""


def current_mode() -> Mode:
    """Return what holds here."""
    return _mode.get()


@contextmanager
def switched(**changes: object) -> Iterator[None]:
    """Change the mode for the body of a ``with`` statement."""
    token = _mode.set(replace(_mode.get(), **changes))  # type: ignore[arg-type]  # callers name Mode's fields
    _count(+1)
    try:
        yield
    finally:
        _count(-1)
        _mode.reset(token)


def _count(change: int) -> None:
    with _lock:
        GENERATED["any_mode"] += change  # type: ignore[operator]  # always an int


@overload
def no_grad() -> "AbstractContextManager[None]": ...
@overload
def no_grad(function: Callable[P, R]) -> Callable[P, R]: ...
def no_grad(function: Callable[P, R] | None = None) -> "AbstractContextManager[None] | Callable[P, R]":
    """Compute without building a graph: results are leaves that remember no parents.

    Use it as ``with no_grad():`` or as a decorator, ``@no_grad`` or ``@no_grad()``. It ends with its block,
    also when an exception leaves it, and holds only for the thread or task that entered it.

    Example:
        >>> from autograd import Value, no_grad
        >>> x = Value(3.0)
        >>> with no_grad():
        ...     y = x * x
        >>> y.data, y.parents
        (9.0, ())
    """
    switch = switched(gradients=False)
    return switch if function is None else switch(function)


def remember_source_lines() -> "AbstractContextManager[None]":
    """Let every operation in the body of a ``with`` statement remember the source line that made it.

    Example:
        >>> from autograd import Value, remember_source_lines
        >>> with remember_source_lines():
        ...     y = Value(3.0) * 2
        >>> y.source_line.text
        'y = Value(3.0) * 2'
    """
    return switched(source_lines=True)
