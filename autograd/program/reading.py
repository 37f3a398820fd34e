"""Notices when a function that is being recorded reads or assigns the number behind a Value, whichever Value it is.

A program would keep a number that was read for ever, and not assign again what was assigned once.
"""

import sys
from threading import Lock
from typing import cast

from autograd.engine import Value
from autograd.errors import RecordingError
from autograd.locks import forkable
from autograd.modes import current_mode
from autograd.numbers import number_needed
from autograd.source import PACKAGE

DATA, GRAD = Value.__dict__["data"], Value.__dict__["grad"]
"""The slots themselves."""


class NoticingReads:
    """Refuses, in the body of a ``with`` statement, to read or assign the number or the gradient of any Value.

    Only while some thread records are the two slots of the class replaced by properties, so nothing is slower at any
    other time; other threads read and write what they always do, and so does the library itself.
    """

    entered = 0
    lock = forkable(Lock())

    def __enter__(self) -> None:
        with self.lock:
            NoticingReads.entered += 1
            if NoticingReads.entered == 1:
                Value.data, Value.grad = property(read_data, assign_data), property(read_grad, assign_grad)  # type: ignore[assignment]  # properties in the place of slots

    def __exit__(self, *error: object) -> None:
        with self.lock:
            NoticingReads.entered -= 1
            if NoticingReads.entered == 0:
                Value.data, Value.grad = DATA, GRAD


def is_users() -> bool:
    """Whether the user's code, while it is recorded here, reads or assigns what a property stands before."""
    code = sys._getframe(2).f_code
    looks = code.co_filename in ON_BEHALF and code.co_name not in {"__repr__", "build"}  # which show or make a node
    if code.co_filename.startswith(PACKAGE) and not looks:
        return False
    return bool(getattr(current_mode().recorder, "notices_reads", False))


ON_BEHALF = {Value.__format__.__code__.co_filename, Value.__copy__.__code__.co_filename}
"""The files of what formats, compares and copies Values on behalf of whoever asks."""


def read_data(node: Value) -> float:
    """Return the number of a Value, unless a recorded function asks for it."""
    if is_users():
        raise number_needed()
    return cast("float", DATA.__get__(node))


def read_grad(node: Value) -> float:
    """Return the gradient of a Value, unless a recorded function asks for it."""
    if is_users():
        raise gradient_needed()
    return cast("float", GRAD.__get__(node))


def gradient_needed() -> RecordingError:
    """Return the error for reading a gradient in a function that is being compiled."""
    return RecordingError(
        "A function that is being compiled read .grad of a Value, which would be the same forever in its program. "
        "Read it outside and pass it as an argument, or use autograd.gradient(output, inputs)."
    )


def assign_data(node: Value, number: float) -> None:
    """Put in the number of a Value, unless a recorded function does."""
    if is_users():
        raise assigned("data")
    DATA.__set__(node, number)


def assign_grad(node: Value, number: float) -> None:
    """Put in the gradient of a Value, unless a recorded function does."""
    if is_users():
        raise assigned("grad")
    GRAD.__set__(node, number)


def assigned(name: str) -> RecordingError:
    """Return the error for assigning to an attribute of a Value in a function that is being compiled."""
    return RecordingError(
        f"A function that is being compiled assigned to .{name} of a Value. A program would not do that again: "
        "return what is computed, and assign it outside."
    )
