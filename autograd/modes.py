"""The switches that change what an operation does: no gradients, remembering source lines, recording.

Ordinary code pays one test of a module-wide counter per operation. Only while some switch is on anywhere
does an operation look up what holds in its own thread or task.
"""

import inspect
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from threading import get_ident
from typing import ParamSpec, Protocol, TypeVar, cast, overload

from autograd.errors import ArgumentError
from autograd.formulas.operation import Operation, SupportsApply
from autograd.locks import forkable

P = ParamSpec("P")
R = TypeVar("R")


class Recorder(Protocol):
    """Makes the nodes of a computation that is being recorded."""

    def record(self, operation: Operation, operands: tuple[object, ...]) -> SupportsApply:
        """Return the node for ``operation`` applied to ``operands``."""

    def fresh(self, draw: Callable[[int], Sequence[float]], count: int) -> Sequence[SupportsApply]:
        """Return inputs that every call of the program draws anew."""

    def observe(self, values: Sequence[object], callback: Callable[[Sequence[float]], None]) -> None:
        """Let every call of the program pass the numbers of ``values`` to ``callback``."""


@dataclass(frozen=True)
class Mode:
    """What holds for the operations of one thread or task."""

    gradients: bool = True
    source_lines: bool = False
    keeps_comparisons: bool = False
    recorder: Recorder | None = None


@dataclass(eq=False)
class Block:
    """One entered ``with`` statement, within another or none."""

    mode: Mode
    outer: "Block | None"
    is_open: bool = True


_innermost: ContextVar[Block | None] = ContextVar("autograd_block", default=None)
innermost = _innermost.get
"""Returns the innermost block that has been entered here, or None."""
_lock = forkable(threading.Lock())
_DEFAULT = Mode()

blocks_open = 0
"""How many blocks are open anywhere. While it is 0, an operation need not ask what holds here."""


def current_mode() -> Mode:
    """Return what holds here."""
    if not blocks_open:
        return _DEFAULT
    block = _innermost.get()
    while block is not None and not block.is_open:  # this task was started in a block that has ended since
        block = block.outer
    return _DEFAULT if block is None else block.mode


class switched:  # noqa: N801  # reads like the function it stands for: with switched(gradients=False)
    """Changes the mode for the body of a ``with`` statement, or within a function it decorates."""

    def __init__(self, **changes: object) -> None:
        self.changes = changes
        self.blocks: list[Block] = []

    def __enter__(self) -> None:
        mode = replace(current_mode(), **self.changes)  # type: ignore[arg-type]  # callers name Mode's fields
        block = Block(mode, _innermost.get())
        self.blocks.append(block)
        _innermost.set(block)
        _count(+1)

    def __exit__(self, *error: object) -> None:
        _count(-1)
        innermost = _innermost.get()
        if innermost in self.blocks:
            _innermost.set(innermost.outer)
        else:  # a generator that is finished off elsewhere, where the block never held
            innermost = self.blocks[-1]
        innermost.is_open = False
        self.blocks.remove(innermost)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return ``function`` with the change made in each call of it, also while it awaits or yields."""
        return cast("Callable[P, R]", decorated(function, self.changes))


def decorated(function: Callable[..., object], changes: dict[str, object]) -> Callable[..., object]:
    """Return a function, coroutine function or generator function that runs with a changed mode."""
    if inspect.isasyncgenfunction(function):
        raise ArgumentError(
            f"{function.__name__} is an asynchronous generator, which cannot be decorated; "
            "write the with statement inside it, around the code that needs it."
        )
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def awaiting(*args: object, **kwargs: object) -> object:
            with switched(**changes):
                return await function(*args, **kwargs)

        return awaiting
    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def stepping(*args: object, **kwargs: object) -> Generator[object, object, object]:
            generator = function(*args, **kwargs)
            step, sent = generator.send, None
            while True:  # the caller's own mode holds between two steps
                try:
                    with switched(**changes):
                        item = step(sent)
                except StopIteration as stop:
                    return stop.value
                try:
                    step, sent = generator.send, (yield item)
                except BaseException as error:  # thrown in, or GeneratorExit: the generator's own business
                    step, sent = generator.throw, error

        return stepping

    @wraps(function)
    def calling(*args: object, **kwargs: object) -> object:
        with switched(**changes):
            return function(*args, **kwargs)

    return calling


def _count(change: int) -> None:
    global blocks_open  # noqa: PLW0603  # one number for the whole process, read by every operation
    with _lock:
        blocks_open += change


Noted = tuple[list[object], ...]
leaves_noted: dict[int, Noted] = {}
"""Where new leaves are written down: by thread, a list for each open block of :func:`noting_leaves`."""


@contextmanager
def noting_leaves() -> Generator[list[object]]:
    """Note every leaf that is made in the body of a ``with`` statement: the others existed before it.

    Where a mode is switched, what is computed from them is noted, too.
    """
    made: list[object] = []
    thread = get_ident()
    outer = leaves_noted.get(thread)
    leaves_noted[thread] = (made,) if outer is None else (*outer, made)
    try:
        yield made
    finally:
        if outer is None:
            del leaves_noted[thread]
        else:
            leaves_noted[thread] = outer


def note_leaf(leaf: object) -> None:
    """Write a new leaf down wherever leaves are noted in this thread."""
    for made in leaves_noted.get(get_ident(), ()):
        made.append(leaf)


def with_gradients() -> AbstractContextManager[None]:
    """Build graphs in the body of a ``with`` statement even inside :func:`no_grad`: a derivative is being taken."""
    return nullcontext() if current_mode().gradients else switched(gradients=True)


@overload
def no_grad() -> switched: ...
@overload
def no_grad(function: Callable[P, R]) -> Callable[P, R]: ...
def no_grad(function: Callable[P, R] | None = None) -> switched | Callable[P, R]:
    """Compute without building a graph: results are leaves that remember no parents.

    Use it as ``with no_grad():`` or as a decorator, ``@no_grad`` or ``@no_grad()``, of a function, coroutine
    function or generator function. It ends with its block, also when an exception leaves it, and holds only for
    the thread or task that entered it.

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


def remember_source_lines() -> switched:
    """Let every operation in the body of a ``with`` statement remember the source line that made it.

    Example:
        >>> from autograd import Value, remember_source_lines
        >>> with remember_source_lines():
        ...     y = Value(3.0) * 2
        >>> y.source_line.text
        'y = Value(3.0) * 2'
    """
    return switched(source_lines=True)
