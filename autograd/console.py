"""Text for whatever console there is: a terminal, a pipe whose reader has left, a narrow encoding, or none at all."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TextIO, TypeVar

T = TypeVar("T")

PLAIN = str.maketrans({"×": "*", "·": ".", "…": "...", "≈": "~", "∂": "d", "–": "-", "±": "+-", "²": "^2"})
"""What stands for the signs that views use where the console lacks them."""


def say(text: str) -> bool:
    """Print text, and return whether somebody may read it: there is a console, and no pipe that its reader has left."""
    with suppress(AttributeError, ValueError):  # no console, as in a window of its own; a closed one
        try:
            print(printable(text), flush=hasattr(sys.stdout, "flush"))
            return sys.stdout is not None
        except BrokenPipeError:
            nobody_reads()
    return False


def run(main: Callable[[], int]) -> int:
    """Run a command line and return its exit status; where the reader of its pipe leaves, as ``head`` does, it ends."""
    try:
        try:
            return main()
        finally:
            with suppress(AttributeError, ValueError):  # no console, or a closed one
                sys.stdout.flush()
    except BrokenPipeError:
        nobody_reads()
        return 0


def printable(text: str) -> str:
    """Return text as the console can show it: signs that its encoding lacks are replaced.

    What the stepper prints goes through here, so that printing never raises.

    Example:
        >>> printable("2 × 3")
        '2 × 3'
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:  # a stream of the user's whose encoding is no name of one
        pass
    return text


def printed(text_of: Callable[[T], str]) -> Callable[[T], str]:
    """Make a ``__repr__`` or ``__str__`` give text that the console can show, so that ``print`` never raises."""

    @wraps(text_of)
    def text(self: T) -> str:
        return printable(text_of(self))

    return text


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; one that is missing, closed or unable to tell is none."""
    try:
        return stream is not None and stream.isatty()
    except (AttributeError, ValueError):
        return False


def nobody_reads() -> None:
    """Write to nowhere from now on: the reader of a pipe has left, as ``head`` does, and Python would complain."""
    with suppress(AttributeError, OSError, ValueError):  # no real file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
