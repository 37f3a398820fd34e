"""In a page of the course, questions are marked on a click, and what was chosen is there at the next visit."""

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file, running_browser
from project_root import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
NAME = "01_a_number_that_remembers"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first notebook as a page; its questions need nothing to be run."""
    pytest.importorskip("nbconvert")
    import nbformat

    page_of = runpy.run_path(str(ROOT / "notebooks" / "render.py"))["page_of"]
    notebook = nbformat.read(ROOT / "notebooks" / f"{NAME}.ipynb", as_version=4)
    target = tmp_path_factory.mktemp("course") / "page.html"
    target.write_text(page_of(notebook, NAME), encoding="utf-8")
    return target


def answer(page: "Page", question: int, mark: str) -> str:
    """Choose the first choice of a question whose reply begins with a mark, and return what is said then."""
    form = page.locator("form.quiz").nth(question - 1)
    form.locator(f"input[data-reply^='{mark}']").first.check()
    said: str = form.locator("output").inner_text()
    return said


def progress(page: "Page") -> str:
    text: str = page.locator(".quiz-progress output").inner_text()
    return text


def test_questions_are_marked_and_the_choices_are_there_at_the_next_visit(page_file: Path) -> None:
    with running_browser() as browser, checked_page(browser) as page:
        open_file(page, page_file)
        assert page.locator("form.quiz").count() == 5
        assert "checks.quiz_" not in page.locator("body").inner_text()
        assert progress(page) == "0 of 5 questions answered right"
        assert re.match("✗ Question 1: .+", answer(page, 1, "✗"))
        assert re.match("✓ Question 2: right. .+", answer(page, 2, "✓"))
        assert progress(page) == "1 of 5 questions answered right"
        page.reload()
        assert progress(page) == "1 of 5 questions answered right"
        assert page.locator("form.quiz output").nth(0).inner_text().startswith("✗")
        assert answer(page, 1, "✓").startswith("✓")
        assert progress(page) == "2 of 5 questions answered right"
        page.get_by_role("button", name="Start again").click()
        assert progress(page) == "0 of 5 questions answered right"
        page.reload()
        assert page.locator("form.quiz input:checked").count() == 0


def test_where_the_browser_keeps_nothing_the_questions_work_all_the_same(page_file: Path) -> None:
    with running_browser() as browser, checked_page(browser) as page:
        page.add_init_script(BLOCKED)
        open_file(page, page_file)
        assert answer(page, 3, "✓").startswith("✓ Question 3: right.")
        assert progress(page) == "1 of 5 questions answered right"
        page.get_by_role("button", name="Start again").click()
        page.reload()
        assert progress(page) == "0 of 5 questions answered right"
