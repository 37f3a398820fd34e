"""Fixtures that tests share."""

import functools
import signal

import pytest

import autograd

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Ctrl-C; tests that press it, and processes that tests start,
    # need what a terminal gives.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_tests(tmp_path_factory):
    """Let compiled libraries lie where the tests' other files do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture(params=["straight", "array"])
def compiled(request):
    """Compile with each backend in turn."""
    if request.param == "array":
        pytest.importorskip("numpy")
    return functools.partial(autograd.compile, backend=request.param)
