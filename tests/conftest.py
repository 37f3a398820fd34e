"""Fixtures that tests share."""

import functools
import importlib
import os
import pkgutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from browser import checked_page, running_browser

import autograd
import nn

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C; tests that press it, and processes that tests start,
    # need what a terminal gives.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def floats_are_added_in_one_way():
    """Let no module of ours add floats by ``sum``, which rounds in another way from Python 3.12 on."""

    def checked(items, /, start=0):
        items = list(items)
        assert float not in map(type, items), "sum() of floats: autograd.formulas.summation.add_up has the same bits"
        return sum(items, start)

    names = [
        found.name for each in (autograd, nn) for found in pkgutil.walk_packages(each.__path__, f"{each.__name__}.")
    ]
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            with suppress(ModuleNotFoundError):  # what a module is for need not be installed
                if not name.endswith("__main__") and "sum" not in vars(importlib.import_module(name)):
                    patch.setattr(sys.modules[name], "sum", checked, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory):
    """Let compiled libraries lie where the tests' other files do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(scope="module")
def browser():
    """A browser for the tests of one file."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser):
    """An empty page of the usual size, which reaches no network."""
    with checked_page(browser, viewport={"width": 1280, "height": 900}) as page:
        yield page


@pytest.fixture(params=["straight", "array"])
def compiled(request):
    """Compile with each backend in turn."""
    if request.param == "array":
        pytest.importorskip("numpy")
    return functools.partial(autograd.compile, backend=request.param)


def pytest_terminal_summary(terminalreporter):
    """Write down which tests passed, where ``PASSED_TESTS`` names a file."""
    if name := os.environ.get("PASSED_TESTS"):
        passed = [report.nodeid for report in terminalreporter.stats.get("passed", [])]
        Path(name).write_text("\n".join(passed), encoding="utf-8")


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that have passed before, where ``LEAVE_OUT_TESTS`` names the file that lists them."""
    if name := os.environ.get("LEAVE_OUT_TESTS"):
        passed = set(Path(name).read_text(encoding="utf-8").split("\n"))
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in passed])
        items[:] = [item for item in items if item.nodeid not in passed]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each process of ``-n`` neighbouring tests, which share what they compute, until one has nothing left."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)
