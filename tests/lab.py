"""JupyterLab for tests: a server of their own, a notebook of one cell, and a browser that looks at it."""

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
from browser import checked_page
from project_root import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def notebook(code: str, outputs: list[dict[str, object]]) -> str:
    """Return a notebook of one cell."""
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "one",
        "metadata": {},
        "source": code,
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
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
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
