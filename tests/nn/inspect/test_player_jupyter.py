"""The player in a real JupyterLab: interactive where the notebook is trusted, a picture where it is not."""

from pathlib import Path

import pytest
from browser import running_browser
from lab import jupyter, notebook, opened

import nn

pytestmark = pytest.mark.browser

CODE = """import nn
model = nn.MLP(2, [4, 1], seed=0)
history = nn.fit(
    model, nn.make_moons(40, seed=0), loss=nn.binary_cross_entropy_with_logits,
    optimizer=nn.Adam(model.parameters(), lr=0.05), epochs=5, seed=0, progress=False, record=True,
)
history.player()"""


def test_in_jupyterlab(tmp_path: Path) -> None:
    model = nn.Linear(1, 1, seed=0)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    history = nn.fit(
        model, ([[0.0], [1.0]], [1.0, 3.0]), loss=nn.mse_loss, optimizer=optimizer, record=True, progress=False
    )
    html = history.player()._repr_html_()
    untrusted = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    (tmp_path / "untrusted.ipynb").write_text(notebook("", [untrusted]), encoding="utf-8")
    (tmp_path / "lesson.ipynb").write_text(notebook(CODE, []), encoding="utf-8")
    with jupyter(tmp_path) as address, running_browser() as browser:
        with opened(browser, address, "untrusted.ipynb") as page:
            picture = page.locator(".jp-OutputArea-output img")
            picture.wait_for()
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
            assert page.get_by_text("To replay the run, trust the notebook").is_visible()
            assert page.locator(".card").count() == 0
        with opened(browser, address, "lesson.ipynb") as page:
            page.get_by_text("| Idle").wait_for()  # a kernel that is not ready would ignore what follows
            page.locator(".jp-Cell").first.click()
            page.keyboard.press("Shift+Enter")
            page.locator(".stage").focus()
            for _ in range(3):
                page.keyboard.press("ArrowRight")
            assert page.locator(".count").inner_text() == "Epoch 1.5, update 3"
            cells = page.locator(".jp-Cell").count()
            for key in ("d", "d", "a", "b", "x", "m"):  # JupyterLab's commands to delete, insert and change cells
                page.keyboard.press(key)
            assert page.locator(".jp-Cell").count() == cells
