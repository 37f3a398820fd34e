"""Keeps compiled libraries on disk, so that the same program is compiled once on a machine.

A library is found by its content: the text it is made of, the compiler and the processor. Nobody else may write where
they lie, each is put in its place whole and loaded only if it still is, and when they take too much room, those go
that nobody has used for longest.
"""

import atexit
import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from autograd.errors import RecordingError
from autograd.program import compiler

MOST_BYTES = 64 << 20
"""How much room libraries may take."""
ABANDONED = 3600.0
"""Seconds after which a folder in which a library was being made counts as left behind."""
SUFFIX = ".dll" if os.name == "nt" else ".so"


def load(text: str, level: str) -> ctypes.CDLL:
    """Return the library of a C file, made now if it is not there yet.

    Raises:
        MissingPackageError: it is not there, and there is no compiler.
        RecordingError: the compiler refuses the file, what it makes cannot be loaded, or there is no room for it.
    """
    key = hashlib.sha256("\n".join([*identity(), level, text]).encode()).hexdigest()
    place = folder()
    for path in place.iterdir():
        if path.name.startswith(key) and (library := loaded(path)) is not None:
            return library
    try:
        return make(text, level, place, key)
    except OSError as error:
        raise RecordingError(
            f"No C file can be compiled in {place}: {error}. Make room there, or name another folder in the "
            "environment variable XDG_CACHE_HOME."
        ) from None


def loaded(path: Path) -> ctypes.CDLL | None:
    """Return the library in a file; remove the file if it is damaged, something else, or not ours alone.

    The name holds a digest of the bytes: part of a library would end Python, and another one has other functions.
    """
    try:
        if is_ours(path) and path.stem.endswith(f"-{digest(path)}"):
            library = ctypes.CDLL(str(path))
            os.utime(path)
            return library
    except OSError:  # gone in this moment
        pass
    try:
        path.unlink()
    except OSError:  # a folder
        shutil.rmtree(path, ignore_errors=True)
    return None


def opened(path: Path) -> ctypes.CDLL:
    """Return the library that has just been made."""
    try:
        return ctypes.CDLL(str(path))
    except OSError as error:
        command = shlex.join(compiler.required())
        raise RecordingError(
            f"What the C compiler made cannot be loaded: {error}. Either the compiler ({command}) works for another "
            "machine: name one for this Python in the environment variable CC; or nothing may run that lies in that "
            "folder: name another one in the environment variable XDG_CACHE_HOME."
        ) from None


def digest(path: Path) -> str:
    """Return what tells the bytes of a file from all others."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def make(text: str, level: str, place: Path, key: str) -> ctypes.CDLL:
    """Make a library in a folder of its own, load it, and move it to its place among the others."""
    work = Path(tempfile.mkdtemp(prefix="new-", dir=place))  # for nobody else
    _unfinished.add(work)
    try:
        source, made = work / "program.c", work / f"program{SUFFIX}"
        source.write_text(text, encoding="utf-8")
        compiler.build(source, made, level)
        made.chmod(0o600)
        kept = place / f"{key}-{digest(made)}{SUFFIX}"
        library = opened(made)  # by a name that no other had before, which would be given once more
        with suppress(OSError):  # what cannot be replaced there, such as what Windows has loaded, stays
            made.replace(kept)
    finally:
        remove(work)
    trim(kept)
    return library


_unfinished: set[Path] = set()


@atexit.register
def remove_unfinished() -> None:
    """Remove the folders of libraries that nobody will finish, because Python ends."""
    compiler.stop_all()
    for work in list(_unfinished):
        remove(work)


def remove(work: Path) -> None:
    """Remove a folder in which a library has been made."""
    shutil.rmtree(work, ignore_errors=True)
    if not work.exists():  # else it is tried once more at the end
        _unfinished.discard(work)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unfinished.clear)  # they are the parent's


def identity() -> list[str]:
    """Return what a library depends on beside its text: the compiler, its options and the processor."""
    command = compiler.find() or [""]
    try:
        found = Path(command[0]).resolve().stat()
        version = f"{found.st_mtime_ns} {found.st_size}"
    except OSError:
        version = ""
    return [*command, version, *compiler.FLAGS, *compiler.OWN_MACHINE, processor()]


@cache
def processor() -> str:
    """Return a description of the processor that differs where a library for it would not run."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        told = {line for line in lines if line.startswith(("flags", "Features", "model name"))}
    except OSError:
        told = set()
    return " ".join([platform.machine(), platform.processor(), *sorted(told)])


def folder() -> Path:
    """Return the folder for libraries, made if it is missing; one for this process if it cannot be trusted."""
    root = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        place = (root if root.is_absolute() else Path.home() / ".cache") / "scalar-autograd" / "native"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_ours(place, folder=True) and os.access(place, os.W_OK | os.X_OK):
            return place
    except (OSError, RuntimeError):  # no home, no room, or a file in the way
        pass
    return Path(own_folder().name)


@cache
def own_folder() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder that goes with this process."""
    return tempfile.TemporaryDirectory(prefix="scalar-autograd-")


def is_ours(path: Path, *, folder: bool = False) -> bool:
    """Whether something is a file (or a folder), no link, that nobody but its owner, who we are, can write."""
    found = path.lstat()
    right_kind = stat.S_ISDIR(found.st_mode) if folder else stat.S_ISREG(found.st_mode)
    if os.name == "nt":
        return right_kind
    return right_kind and found.st_uid == os.getuid() and not found.st_mode & 0o022


def trim(newest: Path) -> None:
    """Remove the libraries that were used longest ago while all take too much room, and what was left behind."""
    try:
        entries = [(path.lstat().st_mtime, path.lstat().st_size, path) for path in newest.parent.iterdir()]
    except OSError:  # another process is tidying up
        return
    for used, _, path in entries:
        if path.name.startswith("new-") and time.time() - used > ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
    libraries = sorted(entry for entry in entries if entry[2].suffix == SUFFIX and entry[2] != newest)
    total = sum(size for _, size, _ in entries)
    for _, size, path in libraries:
        if total <= MOST_BYTES:
            break
        path.unlink(missing_ok=True)
        total -= size
