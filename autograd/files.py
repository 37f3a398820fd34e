"""Writing a file so that it appears whole or not at all."""

import errno
import os
from pathlib import Path


def write(path: "str | os.PathLike[str]", content: str | bytes) -> Path:
    """Write a file in one move, in the place of an earlier one; return its path.

    The content goes to a temporary file beside the target, which takes the target's place once everything is on the
    disk. Whatever goes wrong on the way, the earlier file stays as it was and nothing else is left behind. A symbolic
    link stays one (the file it points to is replaced), and a file that is replaced keeps its permissions.

    Args:
        path: the file to write.
        content: text, which is written as UTF-8 with ``\\n`` at the end of each line, or bytes.

    Raises:
        FileNotFoundError: there is no folder to write in.
        IsADirectoryError: ``path`` is a folder.
        OSError: ``path`` is neither a file nor free for one, such as a device, or the file cannot be written.
    """
    target = Path(path).resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "There is no folder to write the file in", str(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "This is a folder, not a file to write", str(target))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "This is no regular file, so no file may take its place", str(target))
    temporary = target.with_name(f".{os.urandom(8).hex()}.tmp")  # of this writer alone, and never too long
    try:
        with temporary.open("xb") as file:
            if target.exists():
                temporary.chmod(target.stat().st_mode & 0o7777)
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return target
