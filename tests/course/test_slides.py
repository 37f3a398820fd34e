"""Slides of the course: what becomes one, and that a clicker turns them wherever the focus is."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from browser import checked_page, open_file, running_browser
from project_root import ROOT

from autograd import Value, explore

pytestmark = pytest.mark.slow
NAME = "01_a_number_that_remembers"


@pytest.fixture(scope="module")
def made() -> Any:
    pytest.importorskip("nbconvert")
    return runpy.run_path(str(ROOT / "notebooks" / "slides.py"))


@pytest.fixture(scope="module")
def notebook() -> Any:
    """A notebook as it is after it was run."""
    v4 = pytest.importorskip("nbformat.v4")

    def cell(source: str, **data: str) -> Any:
        outputs = [v4.new_output("display_data", {kind.replace("_", "/"): text for kind, text in data.items()})]
        return v4.new_code_cell(source, outputs=outputs if data else [])

    live = explore((Value(2.0, "a") * Value(-3.0, "b")).tanh())._repr_html_()
    picture = {"image_svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"></svg>'}
    return v4.new_notebook(
        cells=[
            v4.new_markdown_cell("# 1. A `number`\n\nAfter this you can\n\n- add <b>."),
            cell("import autograd"),
            v4.new_markdown_cell("## Two roads\n\nFirst **this**.\n\nThen look:"),
            cell("draw(loss) < 3", **picture),
            v4.new_markdown_cell("Now step."),
            cell("explore(loss)", text_html=live),
            cell("3", text_plain="3"),
            cell("checks.quiz_1(...)"),
        ]
    )


def test_figures_explorers_and_questions_become_slides(made: Any, notebook: Any) -> None:
    slides = list(made["slides_of"](notebook, NAME))
    assert [(slide.kind, slide.title) for slide in slides] == [
        ("title", "1. A `number`"),
        ("figure", "Two roads"),
        ("live", "Two roads"),
        ("question", "Two roads"),
    ]
    assert "Then look:" in slides[1].sentence
    assert "First" not in slides[1].sentence
    assert "<strong>this</strong>" in slides[1].notes
    assert "Now step." in slides[2].notes
    assert "First" not in slides[2].notes


def test_a_deck_is_one_file_that_loads_nothing(made: Any, notebook: Any) -> None:
    page = made["deck"](list(made["slides_of"](notebook, NAME)), "Course")
    assert not re.search(r"""(?:src|href)=["']https?:|@import|url\(""", page)
    assert "draw(loss) &lt; 3" in page
    assert page.count('<section class="slide') == 4


@pytest.mark.browser
def test_a_clicker_turns_slides_and_the_explorer_is_live(made: Any, notebook: Any, tmp_path: Path) -> None:
    target = tmp_path / "slides.html"
    target.write_text(made["deck"](list(made["slides_of"](notebook, NAME)), "Course"), encoding="utf-8")
    with running_browser() as browser, checked_page(browser, viewport={"width": 1920, "height": 1080}) as page:
        open_file(page, target)
        shown = page.locator(".slide:visible")
        assert shown.locator("h1").inner_text() == "1. A number"
        page.keyboard.press("PageDown")
        page.keyboard.press("ArrowRight")
        assert page.url.endswith("#3")
        page.get_by_role("button", name="Next", exact=True).click()
        page.keyboard.press("ArrowRight")  # the explorer's now
        assert page.locator(".count").inner_text() == "Step 2 of 5"
        assert page.locator(".columns").is_hidden()
        text = page.locator("svg .node text.number").first
        assert text.evaluate("text => text.getBoundingClientRect().height") >= 18  # pixels, for the last row
        page.keyboard.press("PageDown")  # but a clicker turns slides
        assert page.url.endswith("#4")
        assert shown.locator("form.quiz").count() == 1
        page.keyboard.press("n")
        page.emulate_media(media="print")
        assert page.locator(".slide:visible").count() == 4


@pytest.mark.parametrize("package", ["nbformat", "nbclient"])
@pytest.mark.parametrize("script", ["slides", "render"])
def test_what_is_missing_for_the_course_is_said_with_how_to_get_it(
    script: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "render", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf'{package}.*extra: pip install -e "\.\[notebook\]"'):
        runpy.run_path(str(ROOT / "notebooks" / f"{script}.py"))
