"""Writing files so that they appear whole or not at all."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from autograd.errors import ArgumentError


def write(path: "str | os.PathLike[str]", content: str | bytes) -> Path:
    """Write a file in one move, in the place of an earlier one; return its path.

    The content goes to a temporary file beside the target, of this writer alone, which takes the target's place once
    everything is on the disk. Whatever goes wrong on the way, the earlier file stays as it was and nothing else is left
    behind. A symbolic link stays one: the file it points to is replaced, or made if there is none. A file that is
    replaced keeps its permissions. Nothing but a regular file is ever replaced.

    Args:
        path: the file to write.
        content: text, which is written as UTF-8 with ``\\n`` at the end of each line, or bytes.

    Raises:
        FileNotFoundError: there is no folder to write in.
        IsADirectoryError: ``path`` is a folder.
        ArgumentError: ``path`` is no path.
        OSError: ``path`` is neither a file nor free for one, such as a device, a pipe, a socket or a link in a circle,
            or the file cannot be written.
    """
    return write_together([(path, content)])[0]


def write_together(contents: "Sequence[tuple[str | os.PathLike[str], str | bytes]]") -> list[Path]:
    """Write several files as :func:`write` does, all of them or none; return their paths."""
    targets = [target_of(path) for path, _ in contents]
    temporaries: list[Path] = []
    replaced: list[tuple[Path, Path | None]] = []
    try:
        for target, (_, content) in zip(targets, contents, strict=True):
            prepare(target, content.encode() if isinstance(content, str) else content, temporaries)
        new = temporaries.copy()
        for target in targets[:-1]:  # the last one is moved when nothing can go wrong any more
            kept = prepare(target, target.read_bytes(), temporaries) if target.exists() else None
            replaced.append((target, kept))
        for temporary, target in zip(new, targets, strict=True):
            temporary.replace(target)
    except BaseException:
        for target, kept in replaced:
            if kept is not None:
                kept.replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
    finally:
        for temporary in temporaries:
            temporary.unlink(missing_ok=True)
    return targets


def path_from(path: object) -> Path:
    """Return a path that was given as a text or as a path.

    Raises:
        ArgumentError: it is something else, or holds a zero, which no path may.

    Example:
        >>> path_from(3)
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: A path is a text or a pathlib.Path, such as 'result.html'; got 3.
    """
    text = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(text, str) or "\0" in text:
        raise ArgumentError(f"A path is a text or a pathlib.Path, such as 'result.html'; got {path!r}.")
    return Path(text)


def target_of(path: "str | os.PathLike[str]") -> Path:
    """Return where a file is to be written, through all links, if one may be written there."""
    given = path_from(path)
    try:
        target = given.resolve()
        circle = target.is_symlink()
    except RuntimeError:  # what Python raises for links in a circle, up to 3.12
        target, circle = given, True
    if circle:
        raise OSError(errno.ELOOP, "These symbolic links lead in a circle", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no folder to write the file in", str(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "This is a folder, not a file to write", str(target))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "This is no regular file, so no file may take its place", str(target))
    return target


def prepare(target: Path, content: bytes, temporaries: list[Path]) -> Path:
    """Write content to a new file beside the target, with the target's permissions, and add it to ``temporaries``."""
    temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")  # of this writer alone, and never too long
    temporaries.append(temporary)
    with temporary.open("xb") as file:
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def shipped(package: str, name: str) -> str:
    """Return the text of a file that a package ships, wherever it lies: in a folder, a zip or a frozen program.

    Example:
        >>> shipped("autograd.formulas", "arithmetic.js")[:2]
        '//'
    """
    from importlib.resources import files  # only where a file is asked for

    return files(package).joinpath(name).read_text(encoding="utf-8")


def pyinstaller_hooks() -> list[str]:
    """Return the folder of the files that tell PyInstaller what a packed program needs; pyproject.toml names this.

    Example:
        >>> [Path(folder).name for folder in pyinstaller_hooks()]
        ['pyinstaller_hooks']
    """
    from importlib.resources import files

    return [str(files("autograd").joinpath("pyinstaller_hooks"))]
