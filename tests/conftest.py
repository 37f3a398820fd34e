"""Fixtures that tests share."""

import functools
import gc
import os
import signal
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest
from browser import checked_page, running_browser

import autograd

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C; tests that press it, and processes that tests start,
    # need what a terminal gives.
    signal.signal(signal.SIGINT, signal.default_int_handler)


OURS = ("autograd.", "nn.")


class Finder:
    """Finds our modules as Python does, and marks each one as soon as it has been imported."""

    def __init__(self, mark):
        self.mark = mark

    def find_spec(self, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target) if name.startswith(OURS) else None
        if spec and spec.loader:
            spec.loader.exec_module = functools.partial(self.execute, spec.loader.exec_module)
        return spec

    def execute(self, execute, module):
        execute(module)
        self.mark(module)


@pytest.fixture(scope="session", autouse=True)
def floats_are_added_in_one_way():
    """Let no module of ours add floats by ``sum``, which rounds in another way from Python 3.12 on."""

    def checked(items, /, start=0):
        items = list(items)
        assert float not in map(type, items), "sum() of floats: autograd.formulas.summation.add_up has the same bits"
        return sum(items, start)

    with pytest.MonkeyPatch.context() as patch:

        def mark(module):
            if "sum" not in vars(module):
                patch.setattr(module, "sum", checked, raising=False)

        patch.setattr(sys, "meta_path", [Finder(mark), *sys.meta_path])
        for name in [name for name in sys.modules if name.startswith(OURS)]:
            mark(sys.modules[name])
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


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Spare the collector of garbage what importing and collecting make: a million objects, all of which stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


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
