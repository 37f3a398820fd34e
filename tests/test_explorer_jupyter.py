"""The explorer in a real JupyterLab: interactive where the notebook is trusted, a picture where it is not."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from browser import checked_page, running_browser

import autograd
from autograd import explore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PROJECT = Path(autograd.__file__).parent.parent
CODE = """from autograd import explore

def lesson(a, b):
    return (a * b + a).tanh()

explore(lesson, 0.5, -3.0)"""


def notebook(outputs: list[dict[str, object]]) -> str:
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "one",
        "metadata": {},
        "source": CODE,
        "outputs": outputs,
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


@contextmanager
def jupyter(folder: Path) -> Iterator[str]:
    """Run JupyterLab on ``folder`` and yield its address."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed: pip install jupyterlab")
    token, port = secrets.token_hex(8), 20_000 + secrets.randbelow(20_000)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    homes = {f"JUPYTER_{kind}_DIR": str(folder / ".jupyter" / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    paths = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
        env={**os.environ, **homes, "PYTHONPATH": paths},
    )  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        for _ in range(240):
            try:
                urlopen(f"{address}/api?token={token}", timeout=5).close()
                break
            except (URLError, OSError):
                assert server.poll() is None, "JupyterLab did not start"
                time.sleep(0.25)
        yield f"{address}/lab/tree/NAME?token={token}&reset"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


@contextmanager
def opened(browser: "Browser", address: str, name: str) -> "Iterator[Page]":
    """Open a notebook, and nothing from outside JupyterLab."""
    with checked_page(browser, address.partition("/lab")[0], viewport={"width": 1300, "height": 1000}) as page:
        page.set_default_timeout(60_000)
        page.goto(address.replace("NAME", name))
        yield page


def test_in_jupyterlab(tmp_path: Path) -> None:
    html = explore(lambda x: x * x, 3.0)._repr_html_()
    untrusted = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    (tmp_path / "untrusted.ipynb").write_text(notebook([untrusted]), encoding="utf-8")
    (tmp_path / "lesson.ipynb").write_text(notebook([]), encoding="utf-8")
    with jupyter(tmp_path) as address, running_browser() as browser:
        with opened(browser, address, "untrusted.ipynb") as page:
            see_a_picture(page)
        with opened(browser, address, "lesson.ipynb") as page:
            page.get_by_text("| Idle").wait_for()  # a kernel that is not ready would ignore what follows
            page.locator(".jp-Cell").first.click()
            page.keyboard.press("Shift+Enter")
            use_the_explorer(page)


def see_a_picture(page: "Page") -> None:
    picture = page.locator(".jp-OutputArea-output img")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    assert page.get_by_text("This is a picture. To step through it, trust the notebook").is_visible()
    assert page.locator(".card").count() == 0


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
