"""Takes the screenshots of the player that the documentation shows: ``python docs/make_player_screenshots.py``.

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

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))  # the pictures are of the code beside this script

import nn  # noqa: E402

SCREENSHOTS = PROJECT / "docs" / "screenshots"
COLOURS = 256  # enough for text, lines and soft colours, and makes a small file


def moons() -> nn.History:
    """Record the two-moons network."""
    inputs, targets = nn.make_moons(200, noise=0.15, seed=0)
    model = nn.MLP(2, [16, 16, 1], seed=0)
    return nn.fit(
        model,
        (inputs, targets),
        loss=nn.binary_cross_entropy_with_logits,
        optimizer=nn.Adam(model.parameters(), lr=0.01),
        epochs=40,
        validation=nn.make_moons(100, noise=0.15, seed=1),
        seed=0,
        record=True,
        progress=False,
    )


def flowers() -> nn.History:
    """Record a network for the petals of three kinds of iris."""
    iris = nn.load_iris()
    (petals,) = nn.standardize([flower[2:] for flower in iris.data])
    model = nn.MLP(2, [8, 3], activation="tanh", seed=0)
    return nn.fit(
        model,
        (petals, iris.target),
        loss=nn.cross_entropy,
        optimizer=nn.SGD(model.parameters(), lr=0.1, momentum=0.9),
        epochs=40,
        seed=0,
        record=True,
        progress=False,
    )


def middle(page: Page) -> None:
    """Stop where the boundary begins to bend."""
    page.get_by_label("Step", exact=True).fill("30")


def unit(page: Page) -> None:
    """Look at the weights of one unit at the end of the run."""
    page.get_by_role("button", name="Last", exact=True).click()
    page.get_by_label("Rows").select_option("2 1")


def shoot(page: Page, name: str) -> None:
    """Write what the page shows as a small picture."""
    page.wait_for_timeout(300)
    page.mouse.move(0, 0)
    page.evaluate("document.querySelector('[data-nn-player]').shadowRoot.activeElement?.blur()")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    target = SCREENSHOTS / f"{name}.png"
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)
    print(f"{target.relative_to(PROJECT)}: {target.stat().st_size // 1024} kB, {picture.width} x {picture.height}")


def main() -> None:
    """Take all screenshots."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    SCREENSHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        moons().player(feature_names=["x", "y"], class_names=["upper moon", "lower moon"]).save(f"{folder}/moons.html")
        names = nn.load_iris().target_names
        flowers().player(feature_names=["petal length", "petal width"], class_names=names).save(f"{folder}/iris.html")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        shots: list[tuple[str, str, Callable[[Page], None]]] = [
            ("player", "moons", middle),
            ("player_unit", "iris", unit),
        ]
        for width, suffix in ((1280, ""), (390, "_narrow")):
            for name, file, action in shots:
                page = browser.new_page(viewport={"width": width, "height": 400})
                page.goto((Path(folder) / f"{file}.html").as_uri())
                action(page)
                shoot(page, name + suffix)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
