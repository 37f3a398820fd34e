"""Builds the site: gathers its sources, lets Sphinx make the pages, and puts beside them what Sphinx does not make."""

import os
import shutil
import tempfile
from pathlib import Path

import nbformat
from sphinx.cmd.build import build_main

from autograd.errors import ArgumentError
from autograd.views.explorer.playground import playground
from docs.site import course, reference
from docs.site.links import dead_links
from docs.site.places import FOLDERS, PROJECT, RENAMED, Places
from notebooks.render import run_or_kept

DOCS = PROJECT / "docs"
WITH_OUTPUTS = ("gallery.md",)
"""Pages whose blocks of Python are run, and their results shown."""


DOOR = '<p class="take-along"><a href="lab/index.html">Open the lab</a></p>'
MARK = ".buildinfo"
"""The file that Sphinx leaves in every site."""
HOME = '<p><a href="../index.html">scalar-autograd</a></p>'
INDEXES = ("course/index.md", "how/decisions/index.md")
"""Pages that list, in words of their own, the pages beside them."""
BESIDE = "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"
SHOWN = (
    "autograd/engine.py",
    "autograd/ops.py",
    "autograd/more_ops.py",
    "docs/two_moons.c",
    "tests/conformance/test_matrix.py",
)
"""Files that pages refer to by their place on the site."""


def build(target: Path, repository: str = "") -> list[str]:
    """Build the site in a folder, and return what is wrong with it.

    Args:
        target: the folder; an earlier site in it is replaced.
        repository: where GitHub has the project, as ``owner/name``; empty if nowhere.

    Raises:
        ArgumentError: the folder holds something else than a site, which would be lost.
    """
    if target.exists() and not target.is_dir():
        raise ArgumentError(f"{target} is a file; name a folder for the site.")
    if target.exists() and any(target.iterdir()) and not (target / MARK).exists():
        raise ArgumentError(f"{target} holds something else than a site; name a new folder, or one of an earlier site.")
    with tempfile.TemporaryDirectory() as folder:
        source, doctrees, lab, site = (Path(folder) / name for name in ("source", "doctrees", "lab", "out/site"))
        write_sources(source, repository, without_lab=build_lab(lab))
        options = ["-q", "-W", "--keep-going", "-j", "auto", "-b", "html", "-c", str(DOCS), "-d", str(doctrees)]
        os.environ["PYTHONPATH"] = str(PROJECT)
        if build_main([*options, str(source), str(site)]):
            return ["Sphinx warned, see above."]
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(site, target)
        if (lab / "index.html").exists():
            shutil.copytree(lab, target / "lab")
            page = target / "lab" / "index.html"
            write(page, page.read_text(encoding="utf-8").replace("<header>", f"<header>{HOME}", 1))
    course.downloads(target / "notebooks")
    course.write_slides(target / "slides.html")
    playground().save(target / "embed.html")
    return dead_links(target)


def build_lab(folder: Path) -> str:
    """Build the lab, in which Python runs, and return why it is not there if it is not."""
    try:
        from docs.lab import build as built  # noqa: PLC0415  # not everybody has what it needs

        built(folder)
    except (ImportError, RuntimeError) as missing:
        shutil.rmtree(folder, ignore_errors=True)
        return f"This copy of the site was built without the lab. {missing}"
    return ""


def write_sources(source: Path, repository: str, without_lab: str) -> None:
    """Write everything that Sphinx makes pages of into a folder; ``without_lab`` says why there is no lab."""
    places = Places()
    course.write(source, places, repository, lab=not without_lab)
    for path, page in pages():
        target = source / page
        text = (PROJECT / path).read_text(encoding="utf-8").replace("<!-- lab -->", without_lab or DOOR)
        write(target, places.rewritten(text, path, page) + (BESIDE if page in INDEXES else ""))
        if page in WITH_OUTPUTS:
            write_notebook(target)
    write(source / "playground.fragment.html", playground()._repr_html_())
    for name, text in reference.pages().items():
        write(source / "reference" / name, text)
    for path in SHOWN:
        places.page(path)
    for page, text in places.source_pages():
        write(source / page, text)
    for path in places.included:
        write(source / "included" / path, (PROJECT / path).read_text(encoding="utf-8"))
    for path in places.pictures:
        (source / "pictures").mkdir(exist_ok=True)
        shutil.copy(PROJECT / path, source / "pictures")


def pages() -> "list[tuple[str, str]]":
    """Return each page of Markdown in the project that is one of the site, with its path there."""
    found = {path: page for path, page in RENAMED.items() if path != "README.md"}
    for folder, renamed in FOLDERS.items():
        for file in sorted((PROJECT / folder).rglob("*.md")):
            path = file.relative_to(PROJECT).as_posix()
            found.setdefault(path, renamed + path.removeprefix(folder))
    return list(found.items())


def write_notebook(page: Path) -> None:
    """Make of a page of Markdown a notebook with outputs."""
    notebook = course.with_outputs(page)
    page.unlink()
    unrun = page.with_suffix(".ipynb")
    nbformat.write(notebook, unrun)  # type: ignore[no-untyped-call]
    nbformat.write(run_or_kept(unrun), unrun)  # type: ignore[no-untyped-call]


def write(target: Path, text: str) -> None:
    """Write a text, into folders that need not be there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
