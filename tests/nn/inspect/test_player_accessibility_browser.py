"""axe-core on the player and the comparison: nothing to object to."""

from pathlib import Path

import pytest
from browser import checked_page, open_file, running_browser, violations

import nn

pytestmark = pytest.mark.browser


def test_nothing_to_object_to(tmp_path: Path) -> None:
    model = nn.MLP(2, [4, 1], seed=0)
    loss, optimizer = nn.binary_cross_entropy_with_logits, nn.SGD(model.parameters(), lr=0.5)
    run = nn.fit(model, nn.make_xor(20, seed=0), loss=loss, optimizer=optimizer, epochs=3, record=True, progress=False)
    with running_browser() as browser, checked_page(browser, viewport={"width": 1280, "height": 900}) as page:
        open_file(page, run.player().save(tmp_path / "run.html"))
        assert violations(page) == []
        page.locator(".stage").press("End")
        page.locator(".unit.can-open").first.click()
        assert violations(page) == []
        page.get_by_role("button", name="Train", exact=True).click()
        assert violations(page) == []
        open_file(page, nn.compare(run, run).save(tmp_path / "runs.html"))
        assert violations(page) == []


def test_drawings_stand_on_paper_where_colours_are_forced(tmp_path: Path) -> None:
    model = nn.MLP(2, [4, 1], seed=0)
    loss, optimizer = nn.binary_cross_entropy_with_logits, nn.SGD(model.parameters(), lr=0.5)
    run = nn.fit(model, nn.make_xor(20, seed=0), loss=loss, optimizer=optimizer, epochs=3, record=True, progress=False)
    paper = """drawings => drawings.map(drawing => [
        drawing.previousElementSibling?.localName === "canvas", getComputedStyle(drawing).backgroundColor])"""
    with running_browser() as browser, checked_page(browser, forced_colors="active", color_scheme="dark") as page:
        open_file(page, run.player().save(tmp_path / "run.html"))
        drawings = page.locator("svg").evaluate_all(paper)
    assert [True, "rgba(0, 0, 0, 0)"] in drawings  # the map's shades shine through the points on it
    assert len(drawings) > 5
    assert {colour for over_shades, colour in drawings if not over_shades} == {"rgb(255, 255, 255)"}
