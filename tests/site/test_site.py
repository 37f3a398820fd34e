"""The site: built without a warning or a dead link, it loads nothing from elsewhere and is accessible."""

import gzip
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from browser import checked_page, open_file, running_browser, violations
from mistakes import mistakes
from project_root import ROOT

import autograd
import nn

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.browser]
for needed in ("sphinx", "myst_nb", "furo", "nbclient"):
    pytest.importorskip(needed, reason=f"{needed} is not installed: pip install -e '.[docs]'")

KINDS = {
    "home": "index.html",
    "playground": "playground.html",
    "course": "course/01_a_number_that_remembers.html",
    "contents": "course/index.html",
    "reference": "reference/derivatives.html",
    "operations": "reference/operations_choosing.html",
    "messages": "reference/messages.html",
    "gallery": "gallery.html",
    "glossary": "glossary.html",
    "faq": "faq.html",
    "idea": "how/chain_rule.html",
    "source": "source/autograd/engine.py.html",
    "benchmarks": "benchmarks/index.html",
    "lab": "lab.html",
    "teaching": "teaching/guide.html",
    "slides": "slides.html",
    "search": "search.html",
}
"""A page of each kind."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from docs.site.build import build

    folder = tmp_path_factory.mktemp("site") / "below a path"
    assert build(folder) == []  # no warning, no dead link
    return folder


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with running_browser() as started:
        yield started


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    from docs.site.build import build

    kept = tmp_path / "thesis.txt"
    kept.write_text("years of work", encoding="utf-8")
    for folder in (tmp_path, kept):
        with pytest.raises(autograd.errors.ArgumentError, match="name a"):
            build(folder)
    assert kept.read_text(encoding="utf-8") == "years of work"


def text(site: Path, pattern: str) -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(site.glob(pattern)))


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages = text(site, "**/*.html")
    loaded = re.findall(r"<(?!a\b|code\b)\w+[^<>]*\b(?:src|href|srcset|data)=[\"'](?:https?:)?//[^>]*>", pages)
    assert [tag for tag in loaded if 'rel="canonical"' not in tag] == []
    styles = text(site, "_static/**/*.css")
    assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']+", styles) == []


def test_every_public_name_is_on_a_page_of_the_reference(site: Path) -> None:
    reference = text(site, "reference/*.html")
    names = [f"autograd.{name}" for name in autograd.PUBLIC] + [f"nn.{name}" for name in nn.__all__]
    modules = {"autograd.errors": "autograd.errors", "nn.init": "nn.init", "nn.datasets": "nn.data.datasets"}
    places = [f"module-{modules[name]}" if name in modules else name for name in names]
    assert [place for place in places if f'id="{place}"' not in reference] == []
    errors = [name for name, thing in vars(autograd.errors).items() if isinstance(thing, type)]
    assert [name for name in errors if f'id="autograd.errors.{name}"' not in reference] == []


def test_every_operation_has_its_formula_its_derivatives_and_a_plot(site: Path) -> None:
    from docs.site.operations import sections

    pages = re.split(r'<dt class="sig', text(site, "reference/operations_*.html"))
    entries = {match[1]: page for page in pages if (match := re.search(r'id="autograd\.(\w+)"', page))}
    rows = [row for rows in sections().values() for row in rows]
    assert {row.name for row in rows} == set(entries)
    for row in rows:
        assert entries[row.name].count("<math") == 1 + len(row.slopes)
        assert entries[row.name].count('<svg class="curves"') == 1
        assert entries[row.name].count("<polyline") >= 1
        assert all(each.says in html.unescape(entries[row.name]) for each in row.conventions)


def test_a_smooth_curve_keeps_its_points_and_a_straight_one_its_ends() -> None:
    from docs.site.curves import plot

    sigmoid, neg = (re.search(r'class="value" points="([^"]*)"', plot(row)) for row in (autograd.sigmoid, autograd.neg))
    assert sigmoid is not None
    assert neg is not None
    assert len(sigmoid[1].split()) > 100
    assert len(neg[1].split()) == 2


def test_every_message_is_listed_with_its_cause_and_cure(site: Path) -> None:
    from docs.site.messages import messages

    page = html.unescape(text(site, "reference/messages.html"))
    assert [mistake.code for mistake in mistakes() if f"<code>{mistake.code}</code>" not in page] == []
    assert len(messages()) > 250
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.escape(page).replace("&lt;", "<").replace("&gt;", ">")))
    assert [m for m in messages() if normal(m.text.partition("‹")[0])[:60] not in normal(words)] == []


def normal(words: str) -> str:
    return re.sub(r"\s+", "", html.unescape(words))


def test_every_notebook_is_a_page_with_outputs_questions_and_a_file_to_take_along(site: Path) -> None:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        page = text(site, f"course/{path.stem}.html")
        assert "cell_output" in page
        assert f'href="../notebooks/{path.name}"' in page
        assert (site / "notebooks" / path.name).read_bytes() == path.read_bytes()
    assert 'class="quiz"' in text(site, "course/01_*.html")
    assert "data-autograd-explorer" in text(site, "course/02_*.html")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_fits_a_telephone_and_asks_for_nothing_from_elsewhere(
    site: Path, browser: "Browser", kind: str
) -> None:
    with checked_page(browser, color_scheme="light", viewport={"width": 1280, "height": 900}) as page:
        open_file(page, site / KINDS[kind])
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, "color-contrast") == []  # all that a theme may change


def test_home_computes_the_first_gradient_and_is_small(site: Path, browser: "Browser") -> None:
    loaded: list[Path] = []
    with checked_page(browser) as page:
        page.on("request", lambda request: loaded.append(Path(unquote(urlsplit(request.url).path))))
        open_file(page, site / "index.html")
        page.get_by_label("Expression").fill("w * x")
        page.locator("table").get_by_text("w * x").first.wait_for()
        page.wait_for_load_state("load")
    sent = [len(gzip.compress(path.read_bytes())) for path in loaded]  # as servers send it
    assert len(sent) > 10
    assert sum(sent) < 300_000


def test_the_address_of_the_playground_opens_the_same_moment(site: Path, browser: "Browser") -> None:
    with checked_page(browser) as page:
        page.goto((site / "playground.html").as_uri() + "#e=a*b&a=2&b=5&step=3")
        assert page.get_by_label("Expression").input_value() == "a*b"
        page.get_by_role("button", name="First").click()
        page.wait_for_function("location.hash.includes('step=0')")
