"""Runs the notebooks and writes them as HTML pages: ``python notebooks/render.py``, or with some of their names.

The pages go to ``notebooks/html/``. The notebooks themselves stay as they are, without outputs. In a page the questions
are answered by a click, marked, and what was chosen is kept in the browser.
"""

import argparse
import hashlib
import importlib
import os
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

try:
    import nbformat
    from nbclient import NotebookClient
except ImportError as error:
    raise ImportError(f'{error}. The course is run with the extra: pip install -e ".[notebook]".') from None

FOLDER = Path(__file__).resolve().parent
PAGES = FOLDER / "html"
KEPT = FOLDER.parent / "build" / "notebooks"
"""Where notebooks are kept with their outputs, for the site; what no longer fits the sources is run again."""
SECONDS_PER_CELL = 300
STYLE = ".jp-OutputArea-output :is(img, svg) { max-width: 100%; height: auto; }"
"""Wide pictures are made to fit the page."""
QUESTION = re.compile(r"^checks\.(quiz_\d+)\(\.\.\.\)$")
"""A cell that asks a question."""
SCRIPTS = ("requirejs", "mathjax", "mermaidjs")
"""What nbconvert's pages would fetch from the network; no page of the course needs it."""
TEMPLATE = "{% extends 'lab/index.html.j2' %}" + "".join(
    f"{{% block html_head_js_{name} %}}{{% endblock %}}" for name in SCRIPTS
)


def notebooks(names: "list[str] | None" = None) -> list[Path]:
    """Return the notebooks in order; with ``names``, those whose names start with one of them."""
    every = sorted(FOLDER.glob("[0-9][0-9]_*.ipynb"))
    return [path for path in every if not names or any(path.name.startswith(Path(name).name) for name in names)]


def run(notebook: Any, folder: Path = FOLDER) -> Any:
    """Run every cell of a notebook in this Python environment, in its folder, and return it with its outputs.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised an error.
    """
    # The kernel is a process of its own; it has to find the same autograd and nn as this one.
    paths = [str(FOLDER.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # its warning about TCP is nothing a reader can do about
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=environment)
    return notebook


def run_or_kept(path: Path) -> Any:
    """Return a notebook with its outputs: those of an earlier run if nothing has changed that they depend on."""
    kept = KEPT / path.name
    if kept.exists():
        notebook = nbformat.read(kept, as_version=4)  # type: ignore[no-untyped-call]
        if notebook.metadata.get("made_from") == fingerprint(path):
            return notebook
    return keep(path, run(nbformat.read(path, as_version=4), path.parent))  # type: ignore[no-untyped-call]


def keep(path: Path, notebook: Any) -> Any:
    """Keep the outputs of a notebook that has been run, and return it."""
    notebook.metadata["made_from"] = fingerprint(path)
    KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = KEPT / f"{path.stem}.{os.getpid()}"
    nbformat.write(notebook, unfinished)  # type: ignore[no-untyped-call]
    unfinished.replace(KEPT / path.name)
    return notebook


def fingerprint(path: Path) -> str:
    """Return a hash of a notebook and of every file of the library and the course that its outputs depend on."""
    sources = [path, *FOLDER.glob("*.py"), *FOLDER.glob("*.mplstyle")]
    sources += [file for package in ("autograd", "nn") for file in (FOLDER.parent / package).rglob("*.*")]
    kept = [file for file in sorted(sources) if file.suffix != ".pyc" and file.is_file()]
    return hashlib.sha256(b"".join(file.read_bytes() for file in kept)).hexdigest()


def render(path: Path) -> Path:
    """Run one notebook and write its page, which can be read without a network."""
    page = page_of(run(nbformat.read(path, as_version=4)), path.stem)  # type: ignore[no-untyped-call]
    PAGES.mkdir(exist_ok=True)
    target = PAGES / f"{path.stem}.html"
    target.write_text(page, encoding="utf-8")
    return target


def page_of(notebook: Any, name: str) -> str:
    """Return a notebook with its outputs as a page, whose questions are to be clicked."""
    from jinja2 import pass_context  # noqa: PLC0415  # comes with nbconvert
    from nbconvert import HTMLExporter  # noqa: PLC0415  # the tests run notebooks without it

    class Exporter(HTMLExporter):
        @pass_context
        def markdown2html(self, context: Any, source: str) -> str:
            page: str = super().markdown2html(context, source)
            if source.startswith("<details>"):  # a solution, which nbconvert would close before it begins
                page = page.replace("</details>", "", 1) + "</details>"
            return page

    ask(notebook, name)
    exporter = Exporter(embed_images=True, raw_template=TEMPLATE)  # type: ignore[no-untyped-call]
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": name}})
    style, script = ((FOLDER / f"quiz.{ending}").read_text(encoding="utf-8") for ending in ("css", "js"))
    page = page.replace("</head>", f"<style>{STYLE}{style}</style></head>", 1)
    head, end, rest = page.rpartition("</body>")
    return f"{head}<script>{script}</script>{end}{rest}"


def ask(notebook: Any, name: str) -> None:
    """Make a form of every question of a notebook, and leave out formulas that only MathJax could show."""
    from nbformat.v4 import new_output  # noqa: PLC0415  # not needed to run notebooks

    sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]  # where the questions are, and what they import
    for cell in notebook.cells:
        question = QUESTION.match(cell.source)
        if question:
            cell.outputs = [new_output("display_data", {"text/html": question_form(name, question[1])})]  # type: ignore[no-untyped-call]
            cell.metadata["transient"] = {"remove_source": True}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("text/latex", None)  # then its plain text is shown, which needs no MathJax


def question_form(notebook: str, name: str) -> str:
    """Return a question of a notebook as a form, which `quiz.js` marks."""
    quiz = getattr(importlib.import_module(f"checks_{notebook[:2]}"), name)
    choices = "".join(
        f'<label><input type="radio" name="{name}" value="{escape(words)}" data-reply="{escape(quiz.reply(words))}"> '
        f"{escape(words)}</label>"
        for words in quiz.replies
    )
    legend = f"<legend>{escape(f'{quiz.name}. {quiz.question}')}</legend>"
    place = f'data-key="autograd course/{escape(notebook)}/{name}"'
    return f'<form class="quiz" {place}><fieldset>{legend}{choices}<output></output></fieldset></form>'


def main(arguments: "list[str] | None" = None) -> int:
    """Render the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python notebooks/render.py", description="Run notebooks and write HTML.")
    parser.add_argument("names", nargs="*", help="such as 01 or 05_classification.ipynb; all if none is given")
    chosen = notebooks(parser.parse_args(arguments).names)
    if not chosen:
        parser.error(f"no such notebook; there are {', '.join(path.stem for path in notebooks())}")
    for path in chosen:
        print(f"{path.name} ...", flush=True)
        print(f"  {render(path)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
