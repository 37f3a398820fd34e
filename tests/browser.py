"""A headless Chromium for tests, driven by Playwright, that reaches no network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_NETWORK = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

AXE = Path(__file__).parent.parent / "docs" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def running_browser() -> "Iterator[Browser]":
    """Start Chromium, or skip the test and say what is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=NO_NETWORK)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def checked_page(browser: "Browser", allowed: str = "file://", **options: object) -> "Iterator[Page]":
    """Open an empty page whose test fails if a script fails or anything but ``allowed`` is asked for."""
    context = browser.new_context(**options)
    asked: list[str] = []
    errors: list[str] = []

    def decide(route: object) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url.startswith((allowed, "data:", "blob:")):
            route.continue_()  # type: ignore[attr-defined]
        else:
            asked.append(url)
            route.abort()  # type: ignore[attr-defined]

    context.route("**/*", decide)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    try:
        yield page
        assert asked == []
        assert errors == []
    finally:
        context.close()


def open_file(page: "Page", path: Path) -> None:
    """Open a page from the file system."""
    page.goto(path.resolve().as_uri())


def violations(page: "Page", *rules: str) -> list[str]:
    """What axe-core finds wrong with the page as it is, by all rules or by some; skip the test where it is missing."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm install in docs/")
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("(options) => axe.run(options)", options)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
