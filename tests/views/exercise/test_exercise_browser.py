"""The exercise in a real browser, with the network blocked: answered from the keyboard, marked in place, handed in."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import checked_page, open_file

from autograd import Value, exercise, exercise_results
from autograd.views.exercise import Exercise

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser


def lesson(a: Value, b: Value, c: Value) -> Value:
    e = a * b
    f = e + c
    return f.tanh() * a


@cache
def handed_out() -> Exercise:
    """The exercise, whose picture takes a second to be laid out: not for those who only import this file."""
    return exercise(lesson, 2.0, -3.0, 6.0, seed=17)


@pytest.fixture
def page(browser: "Browser", tmp_path: Path) -> "Iterator[Page]":
    with checked_page(browser, viewport={"width": 1280, "height": 900}) as page:
        open_file(page, handed_out().save(tmp_path / "exercise.html"))
        yield page


def field(page: "Page") -> "Locator":
    return page.locator("li.current input")


def reply(page: "Page", line: int) -> str:
    return page.locator("li .reply").nth(line).inner_text()


def answers(page: "Page") -> list[str]:
    """Right answers, computed here from the given numbers."""
    given = page.locator(".sheet p", has_text="Given:").inner_text()
    numbers = [float(text.split("=")[1]) for text in given.removeprefix("Given: ").rstrip(".").split(", ")]
    a, b, c = leaves = [Value(number, name) for number, name in zip(numbers, "abc", strict=True)]
    e = a * b
    f = e + c
    g = f.tanh()
    loss = g * a
    loss.backward()
    nodes = [e, f, g, loss]
    return [f"{node.data:.4g}" for node in nodes] + [f"{node.grad:.4g}" for node in (g, f, e, *reversed(leaves))]


def test_answered_right_from_the_keyboard_alone(page: "Page") -> None:
    right = answers(page)
    field(page).focus()
    for text in right:
        page.keyboard.type(text)
        page.keyboard.press("Enter")  # and the next field has the focus
    page.keyboard.type("Ada  Lovelace")
    assert (
        page.locator(".score").inner_text() == "10 of 10 answered: 10 right at the first try, 0 after a hint, 0 shown."
    )
    assert page.locator("li .reply.right").count() == 10
    (result,) = exercise_results(page.locator(".code").inner_text(), handed_out())
    assert (result.name, result.first, result.score, result.problem) == ("Ada Lovelace", 10, 100.0, "")
    boxes = page.locator("svg .node text.number").all_text_contents()
    assert all(boxes)


def test_wrong_answers_get_the_hint_and_nothing_shows_the_right_one(page: "Page") -> None:
    right = answers(page)
    sign = str(-float(right[0]))
    field(page).fill("two")
    field(page).press("Enter")
    assert reply(page, 0) == "Type a number, such as -1.5 or 1/3."
    field(page).fill(sign)
    field(page).press("Enter")
    assert reply(page, 0) == "✗ The size is right, the sign is not."
    assert right[0] not in str(page.locator("svg").text_content())
    assert page.locator("svg .node.empty").count() == 4
    assert page.locator("svg .flowed").count() == 0
    field(page).fill(f"2*{right[0]}/2")
    field(page).press("Enter")
    assert reply(page, 0).startswith("✓ Right after a hint: e = a * b = ")
    page.get_by_role("button", name="Show me").click()
    assert reply(page, 1).startswith("Shown: f = e + c")
    (result,) = exercise_results(page.locator(".code").inner_text(), handed_out())
    assert (result.first, result.hinted, result.shown, result.misses, result.open) == (0, 1, 1, 1, 8)


def test_a_gradient_of_a_node_with_two_uses_is_the_sum(page: "Page") -> None:
    right = answers(page)
    for text in right[:-1]:
        field(page).fill(text)
        field(page).press("Enter")
    a, tanh = float(right[-1]), float(right[2])
    field(page).fill(str(a - tanh))  # what comes through e alone
    field(page).press("Enter")
    assert "add to it (+=), do not replace it" in reply(page, 9)


def test_a_page_that_was_closed_goes_on_and_can_be_started_again(page: "Page") -> None:
    field(page).fill(answers(page)[0])
    field(page).press("Enter")
    page.get_by_label("Your name").fill("Ada")
    code = page.locator(".code").inner_text()
    page.reload()
    assert page.locator(".code").inner_text() == code
    assert reply(page, 0).startswith("✓ Right")
    page.get_by_role("button", name="Start again").click()
    assert page.locator(".score").inner_text().startswith("0 of 10 answered")
    assert reply(page, 0) == ""


def test_on_paper_it_is_a_sheet_with_lines_to_write_on(page: "Page") -> None:
    page.emulate_media(media="print")
    assert page.get_by_role("button", name="Check").count() == 0
    assert page.locator("li input").count() == page.locator("li input:visible").count() == 10


def test_a_screen_reader_is_told_what_each_field_is_for(page: "Page") -> None:
    assert page.get_by_role("heading", level=1).inner_text().startswith("Exercise 17: ")
    assert page.get_by_role("heading", level=2).all_inner_texts() == [
        "Forward: the values", "Backward: the gradients", "Result",
    ]  # fmt: skip
    names = page.locator("li input").evaluate_all("inputs => inputs.map((input) => input.getAttribute('aria-label'))")
    assert names[0] == "e = a * b"
    assert names[-1] == "gradient of a, used by e, v2"
    assert page.locator("li[aria-current=step]").count() == 1
    assert page.locator("li .reply[role=status]").count() == 10
