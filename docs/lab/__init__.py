"""The lab: a page in which Python runs, with this project in it; ``build`` writes it into a folder."""

import base64
import json
import shutil
import zlib
from pathlib import Path

from docs.lab.bundle import NEEDED, ROOT, copy_pyodide, write_packages

FOLDER = Path(__file__).parent


def build(folder: Path) -> None:
    """Write the complete lab into a folder: the page, Python, the project and its examples. Nothing is fetched.

    Raises:
        MissingError: what has to be bundled is not on this machine; the message says how to get it.
    """
    copy_pyodide(folder / "pyodide")
    for file in (FOLDER / "page").iterdir():
        shutil.copyfile(file, folder / file.name)
    write_packages(folder / "packages.zip", NEEDED, own=[ROOT / "autograd", ROOT / "nn", FOLDER / "lab_in_page.py"])
    counted = (folder / "packages.zip", *(folder / "pyodide").glob("*.wasm"), *(folder / "pyodide").glob("*.zip"))
    contents = {
        "examples": {file.stem: example(file) for file in sorted((FOLDER / "examples").glob("*.py"))},
        "size": sum(file.stat().st_size for file in counted),
    }
    lines = [f"export const {name} = {json.dumps(content)};\n" for name, content in contents.items()]
    (folder / "contents.js").write_text("".join(lines), encoding="utf-8")


def example(file: Path) -> dict[str, str]:
    """Return the title of an example, which is the comment in its first line, and its code."""
    code = file.read_text(encoding="utf-8")
    return {"title": code.partition("\n")[0].removeprefix("# "), "code": code.rstrip()}


def address(*cells: str) -> str:
    """Return what follows the lab's address in a link that opens it with code in its cells.

    Example:
        >>> address("1 + 1")
        '#code=i1YyVNBWMFSKBQA'
    """
    packed = zlib.compress(json.dumps(cells).encode(), 9, -zlib.MAX_WBITS)
    return "#code=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
