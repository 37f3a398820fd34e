"""The playground in a real browser, with the network blocked: typing lays the graph out again."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file, running_browser

from autograd.views.explorer.playground import playground

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("playground")
    return playground("tanh(a*b + c)", a=2, b=-3, c=6.5).save(folder / "playground.html")


@pytest.fixture(scope="module")
def page(file: Path) -> "Iterator[Page]":
    with running_browser() as browser, checked_page(browser, viewport={"width": 1280, "height": 900}) as page:
        yield page


def gradients(page: "Page") -> dict[str, str]:
    rows = page.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [row.querySelector('th').textContent, row.querySelector('.gradient').textContent])"
    )
    return dict(rows)


def test_typing_lays_the_graph_out_again_and_everything_works_on_it(page: "Page", file: Path) -> None:
    open_file(page, file)
    assert page.locator("h2").inner_text() == "tanh(a*b + c)"
    assert gradients(page)["a"] == "-2.359"
    field = page.get_by_label("Expression", exact=True)
    field.fill("a*a + b/")
    assert "✗" in page.locator(".entry .hint").inner_text()
    assert page.locator("h2").inner_text() == "tanh(a*b + c)"  # the last graph stays
    field.fill("a*a + b/n")
    assert gradients(page) == {"a": "4", "b": "1", "n": "3", "v1": "1", "v2": "1", "v3": "1"}
    page.get_by_role("tab", name="What if").click()
    page.get_by_label("a, number").fill("5")
    field.fill("a*a + b*n")
    assert gradients(page)["a"] == "10"  # the number that was chosen is kept
    assert page.get_by_label("n, slider").is_visible()  # and so is the panel
    page.locator(".stage").press("Home")
    page.locator(".stage").press("ArrowRight")
    assert page.locator(".narration").inner_text() == "v1 = a * a = 5 * 5 = 25."
    page.get_by_role("tab", name="Predict").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_label("Your prediction").fill("1")
    page.get_by_role("button", name="Check").click()
    assert "✓ Right" in page.locator(".reply").inner_text()
    field.fill("log(a - 5)")
    assert "log(v1) has no finite value at v1 = 0" in page.locator(".narration").inner_text()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.ariaLabel") == "Expression"


def test_a_link_opens_the_same_moment(page: "Page", file: Path) -> None:
    open_file(page, file)
    page.get_by_label("Expression", exact=True).fill("e * a + e")
    page.get_by_role("tab", name="What if").click()
    page.get_by_label("e, number").fill("0.5")
    page.locator(".stage").press("Home")
    page.locator(".stage").press("ArrowRight")
    page.wait_for_function("() => location.hash.includes('step=1')")
    link = page.url
    assert link.endswith("#e=e+*+a+%2B+e&leaf.e=0.5&a=2&step=1&tab=what-if")
    page.goto("about:blank")
    page.goto(link)
    assert page.locator("h2").inner_text() == "e * a + e"
    assert page.locator(".count").inner_text() == "Step 1 of 5"
    assert page.locator(".narration").inner_text() == "v1 = e * a = 0.5 * 2 = 1."
    assert page.get_by_role("tab", name="What if").get_attribute("aria-selected") == "true"
    page.goto(file.as_uri() + "?embed=1#step=2&tab=nonsense&a=x")
    assert page.locator(".count").inner_text() == "Step 2 of 7"
    assert not page.get_by_label("Expression", exact=True).is_visible()


def test_presenting_fills_the_screen_and_hears_the_clicker(page: "Page", file: Path) -> None:
    page.goto("about:blank")
    page.goto(file.as_uri() + "#step=0")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.get_by_role("button", name="A+: larger text").click()
    page.get_by_role("button", name="Present", exact=True).click()
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.wait_for_timeout(200)
    for _ in range(3):
        page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert page.locator(".count").text_content() == "Step 3 of 7"
    assert not page.get_by_role("table").is_visible()
    svg, stage = page.locator(".stage svg").bounding_box(), page.locator(".stage").bounding_box()
    assert svg is not None
    assert stage is not None
    assert max(svg["width"] / stage["width"], svg["height"] / stage["height"]) > 0.97
    assert stage["height"] > 700
    page.get_by_role("button", name="Exit").click()
    assert page.get_by_role("table").is_visible()
    page.reload()
    assert page.evaluate("localStorage.getItem('autograd.text')") == "1"


def test_on_paper_there_is_the_whole_graph_and_no_button(page: "Page", file: Path) -> None:
    page.goto("about:blank")
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert [
        each for each in page.get_by_role("button").all() if each.is_visible() and each.inner_text() == "Next"
    ] == []
    assert page.locator(".stage").evaluate(
        "at => at.scrollWidth <= at.clientWidth && at.scrollHeight <= at.clientHeight"
    )
    page.emulate_media(media="screen")


def test_dark_follows_the_system_and_the_notebook(page: "Page", file: Path) -> None:
    page.goto("about:blank")
    page.emulate_media(color_scheme="dark")
    page.goto(file.as_uri())
    paper = "at => getComputedStyle(at).backgroundColor"
    card = page.get_by_role("region", name="Backpropagation")
    assert card.evaluate(paper) == "rgb(17, 22, 28)"
    page.evaluate("() => { document.body.dataset.jpThemeLight = 'true'; }")
    page.wait_for_timeout(50)
    assert card.evaluate(paper) == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="light")


def test_a_name_of_thousands_of_letters_is_cut_without_trying_every_length(page: "Page", file: Path) -> None:
    open_file(page, file)
    page.evaluate("""() => {
        globalThis.measured = 0;
        const measureText = CanvasRenderingContext2D.prototype.measureText;
        CanvasRenderingContext2D.prototype.measureText = function (text) {
            globalThis.measured += text.length;
            return measureText.call(this, text);
        };
    }""")
    page.get_by_label("Expression", exact=True).fill("x" * 5_000 + " * b")
    shown = page.locator(".stage .name").first.text_content()
    assert shown is not None
    assert re.fullmatch("x{8,20}…", shown)
    assert page.evaluate("measured") < 1_000_000  # 5,000 letters in every length are 12 million
    page.reload()
