"""axe-core on every page and state of the explorer and the playground: nothing to object to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from browser import checked_page, open_file, violations

import nn
from autograd import Value, explore
from autograd.views.explorer.playground import playground

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def page(browser: "Browser", request: pytest.FixtureRequest) -> "Iterator[Page]":
    with checked_page(browser, viewport={"width": 1280, "height": 900}, color_scheme=request.param) as page:
        yield page


def check(page: "Page", *states: Callable[[], object]) -> None:
    for number, state in enumerate(states):
        state()
        assert violations(page) == [], number


def test_the_explorer_in_every_state(page: "Page", tmp_path: Path) -> None:
    loss = (Value(2.0, "a") * Value(-3.0, "b") + Value(6.5, "c")).tanh()
    stage, tabs, quiz = (
        page.locator(".stage"),
        page.locator("[role=tab]"),
        page.locator("#panel-predict > div > button"),
    )
    check(
        page,
        lambda: open_file(page, explore(loss).save(tmp_path / "lesson.html")),
        *(lambda key=key: stage.press(key) for key in ("ArrowRight", "End", "ArrowLeft")),
        lambda: tabs.nth(1).click(),
        lambda: page.locator("[type=number]").first.fill("5"),
        lambda: page.get_by_role("button", name="Pin this state").click(),
        lambda: tabs.nth(3).click(),
        lambda: page.locator("[value=assign]").check(),
        lambda: tabs.nth(2).click(),
        quiz.click,
        lambda: (page.locator("form [type=text]").fill("9"), page.locator("form [type=text]").press("Enter")),
        lambda: (quiz.click(), page.get_by_role("button", name="Handout").click()),
        lambda: (page.get_by_role("button", name="Back").click(), page.get_by_role("button", name="Present").click()),
    )


def test_a_network_in_parts_the_playground_and_a_page_inside_another(page: "Page", tmp_path: Path) -> None:
    model = nn.MLP(2, [9, 1], seed=0)
    network = explore((model([1.0, -2.0]) - 1) ** 2, model=model, language="de").save(tmp_path / "network.html")
    typed = playground("a*b + 1", a=2, b=3).save(tmp_path / "playground.html")
    field = page.locator(".entry input")
    check(
        page,
        lambda: open_file(page, network),
        page.locator("[data-part]").first.click,
        lambda: open_file(page, typed),
        lambda: field.fill("a*b + tan"),
        lambda: page.goto(f"{typed.as_uri()}?embed=1#e=a*b&step=3"),
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_tab_and_what_can_do_nothing_are_seen_in_forced_colours(
    browser: "Browser", tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    with checked_page(browser, forced_colors="active", color_scheme=scheme) as page:
        open_file(page, explore(Value(2.0, "a") * 3).save(tmp_path / "lesson.html"))
        style = "(elements, of) => elements.map((element) => getComputedStyle(element)[of])"
        background = page.locator(".card").evaluate("(card) => getComputedStyle(card).backgroundColor")
        lines = page.locator("[role=tab]").evaluate_all(style, "borderBottomColor")
        assert [line != background for line in lines] == [True, False, False, False]
        first, following = page.get_by_role("button", name="First"), page.get_by_role("button", name="Next")
        assert first.get_attribute("aria-disabled") == "true"
        assert first.evaluate_all(style, "color") != following.evaluate_all(style, "color")
