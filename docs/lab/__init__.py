"""The lab: a page in which Python runs, with this project and its course; ``build`` writes it into a folder."""

import base64
import json
import re
import shutil
import zlib
from pathlib import Path

from docs.lab.bundle import NEEDED, ROOT, copy_pyodide, write_packages

FOLDER = Path(__file__).parent
COURSE = ROOT / "notebooks"


def build(folder: Path) -> None:
    """Write the complete lab into a folder: the page, Python, the project and its examples. Nothing is fetched.

    Raises:
        MissingError: what has to be bundled is not on this machine; the message says how to get it.
    """
    copy_pyodide(folder / "pyodide")
    for file in (FOLDER / "page").iterdir():
        shutil.copyfile(file, folder / file.name)
    write_packages(folder / "packages.zip", NEEDED, own=[ROOT / "autograd", ROOT / "nn", FOLDER / "lab_in_page.py"])
    course = [path for pattern in ("checks*.py", "*.mplstyle", "data") for path in sorted(COURSE.glob(pattern))]
    write_packages(folder / "course.zip", (), own=course)
    notebooks = {path.name: notebook(path) for path in sorted(COURSE.glob("*.ipynb"))}
    (folder / "notebooks").mkdir(exist_ok=True)
    for name, cells in notebooks.items():
        (folder / "notebooks" / f"{name}.json").write_text(json.dumps(cells), encoding="utf-8")
    counted = (*folder.glob("*.zip"), *(folder / "pyodide").glob("*.wasm"), *(folder / "pyodide").glob("*.zip"))
    contents = {
        "notebooks": {
            name: re.sub("<[^>]*>", "", cells[0]["text"].partition("</h1>")[0]) for name, cells in notebooks.items()
        },
        "examples": {file.stem: example(file) for file in sorted((FOLDER / "examples").glob("*.py"))},
        "size": sum(file.stat().st_size for file in counted),
    }
    lines = [f"export const {name} = {json.dumps(content)};\n" for name, content in contents.items()]
    (folder / "contents.js").write_text("".join(lines), encoding="utf-8")


def example(file: Path) -> dict[str, str]:
    """Return the title of an example, which is the comment in its first line, and its code."""
    code = file.read_text(encoding="utf-8")
    return {"title": code.partition("\n")[0].removeprefix("# "), "code": code.rstrip()}


def notebook(path: Path) -> list[dict[str, str]]:
    """Return the cells of a notebook: HTML as ``text``, or ``code``."""
    cells = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and cell["id"] != "setup":  # that one looks for what is here already
            cells.append({"code": source})
        elif cell["cell_type"] == "markdown":
            cells.append({"text": rendered(source)})
    return cells


def rendered(markdown: str) -> str:
    """Return Markdown as HTML."""
    from nbconvert.filters import markdown2html  # noqa: PLC0415  # links to the lab need none

    html: str = re.sub(r'<a class="anchor-link".*?</a>', "", markdown2html(markdown))
    if markdown.startswith("<details>"):  # a solution, which would be closed before it begins
        html = html.replace("</details>", "", 1) + "</details>"
    return html


def address(*cells: str) -> str:
    """Return what follows the lab's address in a link that opens it with code in its cells.

    Example:
        >>> address("1 + 1")
        '#code=i1YyVNBWMFSKBQA'
    """
    packed = zlib.compress(json.dumps(cells).encode(), 9, -zlib.MAX_WBITS)
    return "#code=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
