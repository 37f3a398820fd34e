"""Runs the notebooks and writes them as HTML pages: ``python notebooks/render.py``, or with some of their names.

The pages go to ``notebooks/html/``. The notebooks themselves stay as they are, without outputs.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent
PAGES = FOLDER / "html"
SECONDS_PER_CELL = 300
STYLE = ".jp-OutputArea-output :is(img, svg) { max-width: 100%; height: auto; }"
"""Wide pictures are made to fit the page."""
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


def render(path: Path) -> Path:
    """Run one notebook and write its page, which can be read without a network."""
    from jinja2 import pass_context  # noqa: PLC0415  # comes with nbconvert
    from nbconvert import HTMLExporter  # noqa: PLC0415  # the tests run notebooks without it

    class Exporter(HTMLExporter):
        @pass_context
        def markdown2html(self, context: Any, source: str) -> str:
            page: str = super().markdown2html(context, source)
            if source.startswith("<details>"):  # a solution, which nbconvert would close before it begins
                page = page.replace("</details>", "", 1) + "</details>"
            return page

    notebook = run(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("text/latex", None)  # then its plain text is shown, which needs no MathJax
    exporter = Exporter(embed_images=True, raw_template=TEMPLATE)  # type: ignore[no-untyped-call]
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})
    page = page.replace("</head>", f"<style>{STYLE}</style></head>", 1)
    PAGES.mkdir(exist_ok=True)
    target = PAGES / f"{path.stem}.html"
    target.write_text(page, encoding="utf-8")
    return target


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
