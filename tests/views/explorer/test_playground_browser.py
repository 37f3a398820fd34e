"""The playground in a real browser, with the network blocked: typing lays the graph out again."""

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
