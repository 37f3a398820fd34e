"""The explorer and the playground in every language: no text beside the table, none of another language."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import open_file
from expression_cases import REFUSED
from spoken import TEXTS, fragments

import nn
from autograd import Value, explore, maximum
from autograd.views.explorer.playground import playground
from autograd.views.page.language import FOLDER, sections, words

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def lesson(a: Value, b: Value) -> Value:
    t = maximum(a, b) * a
    return (t / b).log() + a * a


def network() -> Value:
    return (nn.MLP(2, [9, 1], seed=0)([1.0, -2.0]) - 1) ** 2


def all_texts(page: "Page") -> set[str]:
    """Go through every panel and answer of the page and return all that it ever showed or said."""
    found: set[str] = set()

    def look() -> None:
        found.update(page.evaluate(TEXTS))

    look()
    for visit in (visit_steps, visit_mistakes, visit_quiz, visit_what_if):
        visit(page, look)
    return {text.strip() for text in found if text.strip()}


def visit_steps(page: "Page", look: Callable[[], None]) -> None:
    for key in ("ArrowRight", "End", "ArrowLeft", "Home", "End"):
        page.locator(".stage").press(key)
        look()
    for thing in [*page.locator("[role=tab]").all(), *page.locator("tbody tr button").all()[:6]]:
        thing.click()
        look()


def visit_mistakes(page: "Page", look: Callable[[], None]) -> None:
    page.locator("#tab-mistakes").click()
    for choice in page.locator("[name=mistake]").all():
        choice.check()
        for key in ("Home", "End"):
            page.locator(".stage").press(key)
            look()


def visit_quiz(page: "Page", look: Callable[[], None]) -> None:
    page.locator("#tab-predict").click()
    panel = page.locator("#panel-predict")
    for box in panel.locator("[type=checkbox]").all():
        box.check()
    toggle, reveal = panel.locator("> div > button"), panel.locator("form .answer").last.locator("button").last
    choices, field = panel.locator("form [role=group] button"), panel.locator("form [type=text]")
    toggle.click()
    for answer in ("?", "1", "-1", "0.3", "2", "-0.5", "4", "0.7", "5"):
        look()
        if not reveal.is_visible():
            break
        for other in (answer, "0.123"):
            if choices.first.is_visible():
                choices.last.click()
            else:
                field.fill(other)
                field.press("Enter")
            look()
        if reveal.is_visible():
            reveal.click()
    toggle.click()
    look()


def visit_what_if(page: "Page", look: Callable[[], None]) -> None:
    page.locator("#tab-whatIf").click()
    for number in page.locator("#panel-whatIf [type=number]").all()[:2]:
        for text in ("0", "-3", "7"):
            number.fill(text)
            look()
    for part in page.locator("[data-part]").all()[:1]:
        part.click()
        look()


LIBRARY_NAMES = {
    "tanh", "log", "maximum", "log1p", "softmax", "sum", "max", "backward", "grad", "layers", "neurons", "autograd",
    "else", "explore", "relu", "ReLU", "dot", "loss", "lesson", "html", "save", "nan", "inf", "JupyterLab",
}  # fmt: skip


def test_every_text_comes_from_the_table(page: "Page", tmp_path: Path) -> None:
    """In a language without letters, no letters are left but those of names, functions and numbers."""
    for name, made in (("lesson", explore(lesson, 2.0, 2.0)), ("network", explore(network()))):
        file = tmp_path / f"{name}.html"
        file.write_text(re.sub(r"^const LANGUAGES = (.*);$", without_letters, made.html, flags=re.MULTILINE), "utf-8")
        open_file(page, file)
        for text in all_texts(page):
            left = set(re.findall(r"[A-Za-zÀ-ž]{3,}(?!\w*…)", text)) - LIBRARY_NAMES
            assert not left, text


def without_letters(match: re.Match[str]) -> str:
    table = json.loads(match[1])["en"]
    strip = lambda text: re.sub(r"\{\w+\}|[A-Za-z]", lambda found: found[0] if "{" in found[0] else "·", text)  # noqa: E731
    bare = {
        key: strip(text) if isinstance(text, str) else {form: strip(each) for form, each in text.items()}
        for key, text in table.items()
    }
    library = {text: strip(text) for text in sections(FOLDER, "de")["library"]}
    return f"const LANGUAGES = {json.dumps({'en': {**bare, 'library': library}})};"


@pytest.mark.parametrize(
    ("language", "other", "value"), [("de", "en", lesson), ("de", "en", network), ("en", "de", lesson)]
)
def test_no_text_of_one_language_shows_in_another(
    page: "Page", tmp_path: Path, language: str, other: str, value: Callable[..., Value]
) -> None:
    foreign = fragments(words(other, "page", "explorer"), words(language, "page", "explorer"))
    assert len(foreign) > 100
    made = explore(value, *([2.0, 2.0] if value is lesson else []), language=language)
    open_file(page, made.save(tmp_path / "page.html"))
    assert page.evaluate("document.documentElement.lang") == language
    shown = all_texts(page)
    assert len(shown) > 50
    for piece in foreign:
        assert not [text for text in shown if re.search(rf"\b{re.escape(piece)}", text)], piece


def test_the_playground_speaks_the_language_of_its_address(page: "Page", tmp_path: Path) -> None:
    file = playground("tanh(a*b + c)", a=2, b=-3, c=6.5).save(tmp_path / "playground.html")
    page.goto(f"{file.as_uri()}#e=log(a)*a&a=2&step=1&lang=de")
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.locator("[data-autograd-explorer]").get_attribute("lang") == "de"
    assert page.get_by_role("button", name="Weiter", exact=True).is_visible()
    foreign = fragments(words("en", "page", "explorer", "playground"), words("de", "page", "explorer", "playground"))
    shown = set(page.evaluate(TEXTS))
    for text, _, _ in REFUSED:
        page.locator(".entry input").fill(text)
        shown.add(page.locator(".entry .hint").inner_text())
    page.locator(".entry input").fill("a*b + 1")
    assert page.evaluate("document.title") == "Backpropagation Schritt für Schritt: a*b + 1"
    for piece in foreign:
        assert not [text for text in shown if re.search(rf"\b{re.escape(piece)}", text)], piece
    page.wait_for_function("location.hash.includes('lang=de')")
