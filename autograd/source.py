"""Where in the user's program something happened: the innermost line outside this library."""

import linecache
import sys
from pathlib import Path
from typing import NamedTuple

_LIBRARY = (str(Path(__file__).parent), str(Path(__file__).parent.parent / "nn"), "<autograd ")


class SourceLine(NamedTuple):
    """One line of a program."""

    file: str
    line: int
    text: str

    @classmethod
    def of_caller(cls) -> "SourceLine | None":
        """Return the line of the user's program that is being executed, or None outside of any."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename.startswith(_LIBRARY):
            frame = frame.f_back  # type: ignore[assignment]  # the outermost frame has None behind it
        if frame is None:
            return None
        name, line = frame.f_code.co_filename, frame.f_lineno
        return cls(name, line, linecache.getline(name, line, frame.f_globals).strip())

    def __str__(self) -> str:
        return f"{Path(self.file).name}:{self.line}: {self.text}"
