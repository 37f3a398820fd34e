"""The explorer in a real JupyterLab: interactive where the notebook is trusted, a picture where it is not."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import running_browser
from lab import jupyter, notebook, opened

import autograd
from autograd import Value, draw, explore

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PROJECT = Path(autograd.__file__).parent.parent
CODE = """from autograd import explore

def lesson(a, b):
    return (a * b + a).tanh()

explore(lesson, 0.5, -3.0)"""


def test_in_jupyterlab(tmp_path: Path) -> None:
    html = explore(lambda x: x * x, 3.0)._repr_html_()
    untrusted = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    x = Value(0.5, "x")
    wide = draw(((x * 3 + 2).tanh() * 5 + 1).exp() * x + 4, direction="LR")._repr_mimebundle_()
    drawn = {"output_type": "display_data", "metadata": {}, "data": wide}
    (tmp_path / "untrusted.ipynb").write_text(notebook(CODE, [untrusted, drawn]), encoding="utf-8")
    (tmp_path / "lesson.ipynb").write_text(notebook(CODE, []), encoding="utf-8")
    with jupyter(tmp_path) as address, running_browser() as browser:
        with opened(browser, address, "untrusted.ipynb") as page:
            see_a_picture(page)
            see_a_drawing_that_is_not_cut_off(page)
        with opened(browser, address, "lesson.ipynb") as page:
            page.get_by_text("| Idle").wait_for()  # a kernel that is not ready would ignore what follows
            page.locator(".jp-Cell").first.click()
            page.keyboard.press("Shift+Enter")
            use_the_explorer(page)


def see_a_picture(page: "Page") -> None:
    picture = page.locator(".jp-OutputArea-output img").first
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    assert page.get_by_text("This is a picture. To step through it, trust the notebook").is_visible()
    assert page.locator(".card").count() == 0


def see_a_drawing_that_is_not_cut_off(page: "Page") -> None:
    picture = page.locator(".jp-OutputArea-output img").last
    natural, shown, room = picture.evaluate(
        "async image => (await image.decode(), [image.naturalWidth, image.width, image.parentElement.clientWidth])"
    )
    assert shown <= room < natural


def use_the_explorer(page: "Page") -> None:
    count = page.locator(".count")
    page.locator(".stage").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert count.inner_text() == "Step 3 of 7"
    page.keyboard.press("End")
    assert page.get_by_text("Every gradient is complete.").is_visible()
    page.get_by_role("tab", name="What if").click()
    page.get_by_label("a, number").fill("")
    page.keyboard.type("1")
    assert page.locator(".outcome").inner_text().startswith("v3 = -0.964")
    page.locator(".stage").focus()
    cells = page.locator(".jp-Cell").count()
    for key in ("d", "d", "a", "b", "x", "1", "m"):  # JupyterLab's commands to delete, insert and change cells
        page.keyboard.press(key)
    assert page.locator(".jp-Cell").count() == cells
    assert page.locator(".card").is_visible()
