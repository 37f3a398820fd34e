"""Every notebook ships without outputs, runs from top to bottom, and accepts the solutions it shows."""

import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from answers import ANSWERS, Answer
from project_root import ROOT

pytestmark = pytest.mark.slow  # reading notebooks takes a package that takes seconds
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SOLUTION = re.compile(r"<details>.*?```python\n(.*?)```", re.DOTALL)
"""A solution stands in a markdown cell that opens on a click, right after the cell that checks the answer."""


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    import nbformat

    return nbformat.read(request.param, as_version=4)


def printed(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs if output.output_type == "stream")


def test_a_notebook_ships_clean(notebook: Any) -> None:
    import nbformat

    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_a_notebook_uses_public_names_only(notebook: Any) -> None:
    imports = re.findall(
        r"^ *(?:from|import) +([\w.]+)", "\n".join(c.source for c in code_cells(notebook)), re.MULTILINE
    )
    inside = [name for name in imports if name.startswith(("autograd.", "nn.")) and name != "autograd.errors"]
    assert inside == []


def test_a_notebook_asks_its_questions_in_order(notebook: Any, request: Any) -> None:
    number = request.node.callspec.params["notebook"].stem[:2]
    quizzes = re.findall(r"^quiz_(\d)", (FOLDER / f"checks_{number}.py").read_text(encoding="utf-8"), re.MULTILINE)
    asked = re.findall(
        r"^checks\.quiz_(\d)\(\.\.\.\)$", "\n".join(c.source for c in code_cells(notebook)), re.MULTILINE
    )
    assert asked == quizzes


def test_a_notebook_runs_and_marks_right_wrong_and_broken_answers(notebook: Any, request: Any) -> None:
    from nbformat.v4 import new_code_cell

    render = runpy.run_path(str(FOLDER / "render.py"))
    shipped = list(notebook.cells)
    # After each check come a wrong answer, a broken one and the solution, each with the check once more.
    answers = iter(ANSWERS[request.node.callspec.params["notebook"].stem[3:]])
    cells, tried = [], []
    for cell in notebook.cells:
        cells.append(cell)
        solution = SOLUTION.search(cell.source) if cell.cell_type == "markdown" else None
        if solution:
            check = code_cells(notebook, until=cell)[-1]
            attempts = [*next(answers), Answer(solution.group(1), "")]
            again = [new_code_cell(check.source) for _ in attempts]
            for attempt, checked in zip(attempts, again, strict=True):
                cells += [new_code_cell(attempt.code), checked]
            tried.append((check, attempts, again))
    notebook.cells = cells
    render["run"](notebook)
    assert len(tried) >= 2
    assert next(answers, None) is None, "answers are listed for an exercise that does not exist"
    for check, attempts, (wrong, broken, solved) in tried:
        assert printed(check).startswith(("…", "✗")), "the exercise is solved before the reader has begun"
        for attempt, checked in zip(attempts, (wrong, broken), strict=False):
            assert printed(checked).startswith("✗"), printed(checked)
            assert attempt.said in printed(checked)
        assert printed(solved).startswith("✓"), printed(solved)
        assert not re.search("[✗…]", printed(solved)), printed(solved)
    notebook.cells = shipped
    render["keep"](request.node.callspec.params["notebook"], notebook)  # the site shows these outputs


def code_cells(notebook: Any, until: Any = None) -> list[Any]:
    cells = notebook.cells if until is None else notebook.cells[: notebook.cells.index(until)]
    return [cell for cell in cells if cell.cell_type == "code"]


def test_every_section_that_the_tables_of_sources_name_exists() -> None:
    import nbformat

    headings: dict[str, list[str]] = {}
    for path in NOTEBOOKS:
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
        headings[str(int(path.name[:2]))] = re.findall(r"^## (?:\d+\. )?(.*)", "\n".join(cells), re.MULTILINE)
    covered = (ROOT / "docs/sources.md").read_text(encoding="utf-8").partition("## What is covered where")[2]
    rows = re.findall(r"^\|[^|]*\|([^|]*)\|", covered, re.MULTILINE)
    named = [
        (part.split()[0].rstrip(","), section)
        for row in rows
        for part in row.split(";")
        for section in re.findall(r"\*([^*]+)\*", part)
    ]
    assert len(named) > 40
    assert [(number, name) for number, name in named if not any(h.startswith(name) for h in headings[number])] == []


def test_a_notebook_links_to_files_that_exist(notebook: Any) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown"))
    assert [link for link in links if not (FOLDER / link).exists()] == []


def test_a_notebook_opened_alone_unpacks_the_project_or_says_what_is_missing(tmp_path: Any) -> None:
    import nbformat

    first = [code_cells(nbformat.read(path, as_version=4))[0] for path in NOTEBOOKS]
    setups = [cell.source for cell in first if cell.id == "setup"]
    assert len(setups) >= 10
    assert len(set(setups)) == 1
    opened = tmp_path / "opened"
    opened.mkdir()
    script = setups[0] + "\nimport checks, autograd\nprint(checks.__file__, autograd.__file__)"

    def alone() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-I", "-c", script], cwd=opened, capture_output=True, text=True, check=False
        )

    assert "upload it beside this notebook" in alone().stderr
    with zipfile.ZipFile(opened / "anything.zip", "w") as archive:
        for path in (FOLDER / "checks.py", *(ROOT / "autograd").rglob("*")):
            archive.write(path, Path("some folder") / path.relative_to(ROOT))
    result = alone()
    assert result.returncode == 0, result.stderr
    assert result.stdout.count(str(opened / "project" / "some folder")) == 2


def test_a_page_can_be_read_without_a_network(tmp_path: Any) -> None:
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    render = runpy.run_path(str(FOLDER / "render.py"))["render"]
    render.__globals__["PAGES"] = tmp_path
    asked = "from autograd import Value, derivation, explore\nderivation(lambda x: x * x, 3.0)"
    nbformat.write(
        new_notebook(cells=[new_code_cell(asked), new_code_cell("explore(lambda x: x * x, 3.0)")]), tmp_path / "a.ipynb"
    )
    page = render(tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["']https?:|import\b[^;]*https?:""", page)
    assert "mathjax" not in page.replace("mathjax_ignore", "").lower()
    assert "$$" not in page
    assert "x * x" in page


@pytest.mark.parametrize(
    ("number", "ids", "again"),
    [
        (4, "04-02 04-04 04-06 04-08 04-10 04-12 04-14 04-20", "04-20"),
        (5, "05-02 05-24 05-28", "05-28"),
        (5, "05-02 05-32c 05-32e", "05-32e"),
        (10, "imports fit-data fit-newton fit-errors fit-trust fit-band", "fit-errors"),
    ],
)
def test_a_cell_that_is_run_again_still_says_what_the_text_says(
    number: int, ids: str, again: str, monkeypatch: Any, capsys: Any
) -> None:
    import matplotlib
    import nbformat

    matplotlib.use("agg")
    monkeypatch.chdir(FOLDER)
    monkeypatch.syspath_prepend(str(FOLDER))
    cells = {  # shorter than they are: steps of training, repeated experiments
        cell.id: cell.source.replace("1000", "20").replace("range(60)", "range(3)")
        for cell in nbformat.read(NOTEBOOKS[number - 1], as_version=4).cells
    }
    names: dict[str, Any] = {}
    said = {}
    for cell in ids.split():
        exec(cells[cell], names)
        said[cell] = capsys.readouterr().out
    exec(cells[again], names)
    heard = capsys.readouterr().out
    if again == "05-32e":  # a further step begins where the first one ended
        at_the_logits, wanted, _ = heard.splitlines()
        assert at_the_logits.partition("[")[2] == wanted.partition("[")[2]
    else:
        assert heard == said[again] != ""
