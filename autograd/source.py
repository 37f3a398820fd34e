"""Where in the user's program something happened: the innermost line outside this library."""

import linecache
import os
import sys
from collections.abc import Iterator
from functools import cache
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import NamedTuple


def folder_of(file: str) -> str:
    """Return how the names of the files in a file's folder begin; without pathlib, whose import takes a while."""
    folder, separator, _ = file.rpartition(os.sep)
    return f"{folder if separator else '.'}{os.sep}"


PACKAGE = tuple(map(folder_of, (__file__, sys._getframe().f_code.co_filename)))
"""How the files of this package begin: as they lie there, and as they were compiled, perhaps somewhere else.

In a frozen program, and where a package was installed without its source, the two differ.
"""
_ENGINE = (*PACKAGE, "<autograd ")
_LIBRARY = (
    *_ENGINE,
    *[f"{start.removesuffix(f'autograd{os.sep}')}nn{os.sep}" for start in PACKAGE],
    "<frozen ",  # Python's own start of `python -m autograd`
)
_INSTALLED = (
    folder_of(os.__file__),
    folder_of(linecache.getline.__code__.co_filename),  # where Python itself was frozen
    "<frozen ",
)
_MOST_FRAMES = 20

Instruction = tuple[CodeType, int]
"""A place in a program that is quickly noted: a piece of code, and which instruction in it is being executed."""


def user_frame() -> FrameType | None:
    """Return the innermost frame of the user's own program, or None.

    A function of NumPy or of the standard library that computes with Values is not meant, but what called it. Where
    nothing but installed code is running, as in a package that uses this one, it is the innermost outside this library.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_of_library(frame.f_code.co_filename):
        frame = frame.f_back
    outside = frame
    while frame is not None and is_installed(frame.f_code.co_filename):
        frame = frame.f_back
    return frame or outside


def user_frames(frame: FrameType | None = None) -> Iterator[FrameType]:
    """Yield the frames of the user's own program, innermost first.

    Starts at ``frame``, by default at :func:`user_frame`, and leaves out what is installed: Jupyter, a test
    runner and the standard library have variables of their own that name nothing of the user's.
    """
    frame = frame or user_frame()
    for depth in range(_MOST_FRAMES):
        if frame is None:
            return
        name = frame.f_code.co_filename
        if depth == 0 or not is_installed(name):
            yield frame
        frame = frame.f_back


def is_of_library(file: str) -> bool:
    """Whether a file belongs to this library."""
    return file.startswith(_LIBRARY)


def is_installed(file: str) -> bool:
    """Whether a file belongs to this library, to Python, or to what is installed: not to the user's program."""
    return file.startswith((*_LIBRARY, *_INSTALLED)) or "-packages" in file


@cache
def is_of_engine(file: str) -> bool:
    """Whether a file belongs to the engine: to this library, but not to ``nn``."""
    return file.startswith(_ENGINE)


class SourceLine(NamedTuple):
    """One line of a program."""

    file: str
    line: int
    text: str

    @classmethod
    def at(cls, instruction: Instruction) -> "SourceLine":
        """Return the line of a program that has been loaded from a file."""
        code, offset = instruction
        line = next(islice(code.co_positions(), offset // 2, None), (None,))[0] or code.co_firstlineno
        return cls(code.co_filename, line, linecache.getline(code.co_filename, line).strip())

    @classmethod
    def of_caller(cls) -> "SourceLine | None":
        """Return the line of the user's program that is being executed, or None outside of any."""
        frame = user_frame()
        if frame is None:
            return None
        name, line = frame.f_code.co_filename, frame.f_lineno
        return cls(name, line, linecache.getline(name, line, frame.f_globals).strip())

    def __str__(self) -> str:
        return f"{short_name(self.file)}:{self.line}: {self.text}"


def short_name(file: str) -> str:
    """Return what to call a file: its name without the folder; of a notebook cell ``In[3]`` rather than a number."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython else None
    cell = shell.compile.format_code_name(file) if shell else None
    if cell:
        return str(cell[1])
    from pathlib import Path  # only where a message is written

    return Path(file).name


def shown_traceback(error: BaseException) -> list[str]:
    """Return the traceback of an error for IPython, without the frames of this library and of IPython itself.

    A terminal shows all of them, as pdb and a report of a bug need them; the message names the user's line there too.
    """
    shell = sys.modules["IPython"].get_ipython()
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        if not is_of_library(traceback.tb_frame.f_code.co_filename):
            frames.append(traceback)
        traceback = traceback.tb_next
    trimmed = None
    for frame in reversed(frames[1:] or frames):  # the first is IPython's own
        trimmed = TracebackType(trimmed, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    lines: list[str] = shell.InteractiveTB.structured_traceback(type(error), error, trimmed)
    return lines
