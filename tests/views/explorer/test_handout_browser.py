"""The handout in a real browser: every step as a picture with its sentence and its numbers, and on paper in pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file, running_browser

from autograd import Value, explore, steps

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page() -> "Iterator[Page]":
    with running_browser() as browser, checked_page(browser, viewport={"width": 1100, "height": 900}) as page:
        yield page


def test_the_handout_shows_every_step_as_the_record_says_it(page: "Page", tmp_path: Path) -> None:
    loss = (Value(2.0, "a") * Value(-3.0, "b") + Value(6.5, "c")).tanh()
    file = explore(loss).save(tmp_path / "lesson.html")
    open_file(page, file)
    page.locator(".stage").press("ArrowRight")
    page.get_by_role("button", name="Handout").click()
    moments = page.locator(".moment")
    told = moments.locator(".narration").all_inner_texts()
    expected = [step.narration for step in steps(loss)]
    assert len(told) == len(expected) + 1  # the start, before anything is computed
    assert told[1:-1] == expected[:-1]
    assert told[-1] == f"{expected[-1]} Every gradient is complete."
    for number, step in enumerate(steps(loss), start=1):
        picture, table = moments.nth(number).locator("svg"), moments.nth(number).locator("table")
        assert picture.locator(".node.active").get_attribute("data-node") is not None
        assert table.locator("td.now").count() == 2
        assert step.name in table.locator("thead").inner_text()
    assert not page.locator(".controls").is_visible()
    page.wait_for_function("location.hash.includes('view=handout')")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="Print").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert moments.first.evaluate("element => getComputedStyle(element).breakInside") == "avoid"
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Back").click()
    assert page.locator(".count").inner_text() == f"Step 1 of {len(expected)}"
    assert page.locator(".stage svg").is_visible()


def test_a_link_opens_the_handout(page: "Page", tmp_path: Path) -> None:
    file = explore(Value(2.0, "a") * 3, language="de").save(tmp_path / "lesson.html")
    page.goto(f"{file.as_uri()}#step=1&view=handout")
    assert page.locator(".moment").count() == 4
    assert page.get_by_role("button", name="Zurück zum Graphen").is_visible()
