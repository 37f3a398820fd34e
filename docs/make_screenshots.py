"""Takes the screenshots of the explorer that the documentation shows: ``python docs/make_screenshots.py``.

Needs Chromium, and ``pip install playwright pillow``. The pictures go to ``docs/screenshots``.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

import nn  # noqa: E402  # the project of this very file, wherever Python is started
from autograd import Value, explore  # noqa: E402

SCREENSHOTS = PROJECT / "docs" / "screenshots"
COLOURS = 128  # so many are enough for a page of text and lines, and make a small file


def lesson(a: Value, b: Value, c: Value) -> Value:
    """Return a small expression in which two nodes are used twice."""
    e = a * b
    d = e + c
    f = d * a
    loss = (f / 10).tanh() + 0.1 * e
    return loss  # noqa: RET504  # the page shows the name


def network() -> Value:
    """Return the loss of a small network for one sample."""
    model = nn.MLP(2, [4, 4, 1], seed=3, activation="tanh")
    x, y = Value(0.5), Value(-1.0)
    loss = (model([x, y]) - 1.0) ** 2
    return loss  # noqa: RET504  # the page shows the name


def press(page: Page, name: str, times: int = 1) -> None:
    """Press a button."""
    for _ in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def stepping(page: Page) -> None:
    """Stop where a node hands its gradient to two others."""
    press(page, "Last")
    press(page, "Previous")


def node(page: Page) -> None:
    """Derive one gradient."""
    press(page, "Last")
    press(page, "a")


def what_if(page: Page) -> None:
    """Change two leaves, and pin the state between."""
    press(page, "Last")
    page.get_by_role("tab", name="What if").click()
    page.get_by_label("b, number").fill("-4.5")
    press(page, "Pin this state")
    page.get_by_label("a, number").fill("1.2")


def predict(page: Page) -> None:
    """Give one right answer and one with a usual mistake."""
    page.get_by_role("tab", name="Predict").click()
    press(page, "Start")
    for text in ("1", "1", "0.1", "0.8556", "0.0856", "2"):
        page.get_by_label("Your prediction").fill(text)
        press(page, "Check")


def wrong(page: Page) -> None:
    """Run with = instead of +=."""
    page.get_by_role("tab", name="Wrong on purpose").click()
    page.get_by_label("= instead of +=").check()
    press(page, "Last")


def parts(page: Page) -> None:
    """Open one neuron of a network."""
    page.get_by_label("Open a part").select_option("layers.1.neurons.2")
    press(page, "Last")
    for _ in range(60):
        if page.locator("svg .node.active", has_text="dot").count():
            return
        press(page, "Previous")


def shoot(page: Page, name: str) -> None:
    """Write what the page shows as a small picture."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    target = SCREENSHOTS / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(PROJECT)}: {target.stat().st_size // 1024} kB, {picture.width} x {picture.height}")


def main() -> None:
    """Take all screenshots."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    SCREENSHOTS.mkdir(exist_ok=True)
    wide: list[tuple[str, str, Callable[[Page], None]]] = [
        ("explorer", "lesson", stepping), ("explorer_node", "lesson", node), ("explorer_what_if", "lesson", what_if),
        ("explorer_predict", "lesson", predict), ("explorer_wrong", "lesson", wrong),
        ("explorer_network", "network", parts),
    ]  # fmt: skip
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        explore(lesson, 2.0, -3.0, 8.0).save(Path(folder) / "lesson.html")
        explore(network).save(Path(folder) / "network.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width, suffix, wanted in ((1280, "", wide), (390, "_narrow", [wide[0], wide[3], wide[4], wide[5]])):
            for name, file, action in wanted:
                page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
                page.goto((Path(folder) / f"{file}.html").as_uri())
                action(page)
                height = page.evaluate(
                    "Math.ceil(document.querySelector('main').offsetHeight) + (innerWidth > 560 ? 32 : 0)"
                )
                page.set_viewport_size({"width": width, "height": height})
                shoot(page, name + suffix)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
