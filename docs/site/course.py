"""Makes the course's pages: notebooks with their outputs, questions as forms, and links to take them along."""

import re
import zipfile
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from docs.site.places import PROJECT, Places
from notebooks.render import QUESTION, ask, notebooks, run_or_kept
from notebooks.slides import deck, slides_of

COLAB = "https://colab.research.google.com"
HIDDEN = {"setup"}
"""Cells that only matter to a notebook that is opened alone."""
BUILT = re.compile(r"(\]\([^)#:\s]+)\.(?:ipynb|md)(?=[)#])")
"""A link to a page's source, which on the site is a page."""
BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def write(source: Path, places: Places, repository: str, *, lab: bool) -> None:
    """Write the pages of all notebooks, and each as it is for downloading.

    Args:
        source: the folder of the site's sources.
        places: turns links to files into links to pages.
        repository: where GitHub has the project, as ``owner/name``; empty if nowhere.
        lab: whether the site has a lab.
    """
    for path in notebooks():
        notebook = run_or_kept(path)
        ask(notebook, path.stem)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = places.rewritten(cell.source, f"notebooks/{path.name}", f"course/{path.name}")
            elif QUESTION.match(cell.source):
                cell.metadata["tags"] = ["remove-input"]
            elif cell.get("id") in HIDDEN:
                cell.metadata["tags"] = ["remove-cell"]
        for cell in notebook.cells[1:]:
            if cell.cell_type == "markdown":
                cell.source = re.sub(r"\A# ", "## ", cell.source)  # a page has one title
        title, *rest = notebook.cells[0].source.split("\n", 1)
        notebook.cells[0].source = "\n".join([title, "", links(path.name, repository, lab=lab), *rest])
        target = source / "course" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)  # type: ignore[no-untyped-call]


def links(name: str, repository: str, *, lab: bool) -> str:
    """Return the line under a notebook's title: where else it can be read and run."""
    colab, upload = (
        (f"{COLAB}/github/{repository}/blob/main/notebooks/{name}", "") if repository else (COLAB, " (upload it)")
    )
    found = [
        f'<a href="../lab/index.html?notebook={name}">Open in the lab</a>' if lab else "",
        f'<a href="../notebooks/{name}" download>Download</a>',
        '<a href="../notebooks/project.zip" download>Project as a zip</a>',
        f'<a href="{colab}" rel="noreferrer">Colab{upload}</a>',
    ]
    return f'<p class="take-along">{" ".join(filter(None, found))}</p>\n'


def write_slides(target: Path) -> None:
    """Write the slides of all notebooks."""
    places, slides = Places(), []
    for path in notebooks():
        notebook = run_or_kept(path)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                text = places.rewritten(cell.source, f"notebooks/{path.name}", target.name)
                cell.source = BUILT.sub(r"\1.html", text)
        slides += slides_of(notebook, path.stem)
    target.write_text(deck(slides, "From one number to a small GPT"), encoding="utf-8")


def downloads(folder: Path) -> None:
    """Copy the notebooks without outputs, and the project that they import, beside the site's pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in notebooks():
        (folder / path.name).write_bytes(path.read_bytes())
    with zipfile.ZipFile(folder / "project.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("autograd", "nn", "notebooks", "docs/pictures", "pyproject.toml", "README.md", "LICENSE"):
            path = PROJECT / name
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and "__pycache__" not in file.parts and "html" not in file.parts:
                    archive.write(file, Path("scalar-autograd") / file.relative_to(PROJECT))


def with_outputs(page: Path) -> Any:
    """Return a page of Markdown as a notebook that has been run: its blocks of Python are the cells."""
    cells = []
    for i, part in enumerate(BLOCK.split(page.read_text(encoding="utf-8"))):
        cells.append(new_code_cell(part.rstrip()) if i % 2 else new_markdown_cell(part.strip()))  # type: ignore[no-untyped-call]
    return new_notebook(cells=[cell for cell in cells if cell.source])  # type: ignore[no-untyped-call]
