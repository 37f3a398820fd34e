"""Finds a C compiler and makes libraries with it, in the background or at once."""

import atexit
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from autograd.errors import MissingPackageError, RecordingError, install
from autograd.locks import forkable

FLAGS = ("-std=c99", "-ffp-contract=off", "-fno-math-errno", "-fopenmp-simd", "-DSIMD", "-fPIC", "-shared")
"""Nothing that changes what a number is: no product is fused with a sum, nan and infinity mean what they mean."""
OWN_MACHINE = ("-march=native",)
"""For the processor that is here; left out where a compiler does not know it."""
LONGEST_WAIT = 300.0
"""Seconds after which a compiler is stopped."""

_running: set["subprocess.Popen[bytes]"] = set()
_closing = threading.Event()
_starting = forkable(threading.Lock())
"""Held while a compiler starts, so that none starts that nobody would end."""


def candidates() -> Iterator[list[str]]:
    """Yield the commands that may be C compilers, in the order in which they are tried."""
    try:
        named = shlex.split(os.environ.get("CC", ""))
    except ValueError:  # a quotation that does not end names no command
        named = []
    for command in (named, ["cc"], ["gcc"], ["clang"]):
        path = shutil.which(command[0]) if command else None
        if path:
            yield [path, *command[1:]]
    if find_spec("ziglang") is not None:
        yield [sys.executable, "-m", "ziglang", "cc"]


def find() -> list[str] | None:
    """Return the command of the first C compiler there is: ``CC``, cc, gcc, clang, then the package ziglang."""
    return next(candidates(), None)


def required() -> list[str]:
    """Return the command of a C compiler.

    Raises:
        MissingPackageError: there is none.
    """
    command = find()
    if command is None:
        raise MissingPackageError(
            "A C program needs a C compiler, and none was found (CC, cc, gcc, clang, ziglang). Install your system's "
            f"(such as the package gcc, or Xcode's command line tools), or one as a package: {install('native')}."
        )
    return command


def build(source: Path, library: Path, level: str) -> None:
    """Make a library of a C file.

    Args:
        source: the C file.
        library: where the library goes.
        level: how much work goes into it, such as ``"-O3"``.

    Raises:
        MissingPackageError: there is no compiler.
        RecordingError: the compiler refuses the file, or takes too long.
    """
    command = required()
    message = ""
    for machine in (OWN_MACHINE, ()):
        arguments = [*command, *FLAGS, level, *machine, "-o", str(library), str(source), "-lm"]
        done, message = run(arguments, library.parent)
        if done and library.exists():
            return
    raise RecordingError(f"The C compiler made no library ({shlex.join(command)}): {message.strip()[:500]}")


def run(arguments: list[str], folder: Path) -> tuple[bool, str]:
    """Run a compiler, and return whether it succeeds and what it says; whatever interrupts it leaves no process.

    Its temporary files are made in a folder that is the caller's to remove: stopped, it leaves them there.
    """
    with _starting:
        if _closing.is_set():
            raise RecordingError("Python is about to end.")
        process = subprocess.Popen(
            arguments,
            env={**os.environ, **dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            process_group=None if os.name == "nt" else 0,  # so that it can be ended with what it starts
        )
        _running.add(process)
    try:
        _, said = process.communicate(timeout=LONGEST_WAIT)
        return process.returncode == 0, said.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return False, f"no end after {LONGEST_WAIT:.0f} seconds"
    finally:
        stop(process)
        _running.discard(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a compiler and what it has started, if it is still running."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def stop_all() -> None:
    """End every compiler, because Python ends: nobody waits for them any more."""
    with _starting:
        _closing.set()
    for process in list(_running):
        stop(process)


atexit.register(stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_running.clear)  # they are the parent's
