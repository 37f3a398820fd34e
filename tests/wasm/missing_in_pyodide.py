"""A plugin for pytest: what WebAssembly or Pyodide does not have skips a test, and the reason says what it was."""

import builtins
import inspect
import re

import pytest

PACKAGES = {"numpy", "scipy", "sympy", "hypothesis", "matplotlib"}
"""What test files import at their top, and what is compiled for machines, or large."""

MISSING = re.compile(
    r"emscripten does not support processes|can't start new thread"  # what Python itself says
    r"|No module named '(numpy|matplotlib|IPython|scipy|torch|jax|sympy|hypothesis|nbformat|typst)"
    r"|out of pty devices|stack switching not supported|Function not implemented|No module named '_multiprocessing"
    r"|needs? (NumPy|matplotlib)|NumPy is not installed|missing_in_pyodide\.Missing"
    r"|has no attribute '(fork|symlink|mkfifo|SIGALRM|setitimer)'",
    re.IGNORECASE,
)


class Missing:
    """Stands for a package in a test file that has other tests, too: whoever uses it in a test is skipped."""

    running = False

    def __init__(self, name):
        self.name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Missing(f"{self.name}.{name}")

    def __call__(self, *arguments, **_):
        if not self.running:  # a file is read: a parameter, or a decorator
            if arguments and inspect.isfunction(arguments[0]):
                return lambda *_, **__: self()
            return self
        return pytest.skip(f"{self.name} is not here")

    __instancecheck__ = __iter__ = __mul__ = __rmul__ = __add__ = __radd__ = __truediv__ = __call__
    __neg__ = __float__ = __getitem__ = __len__ = __index__ = __call__


def pytest_collection_finish():
    """From now on, tests run."""
    Missing.running = True


def import_for_tests(name, variables=None, *others, real=builtins.__import__, **named):
    """Import, and let test files go on without a package that is missing."""
    package = name.partition(".")[0]
    if package in PACKAGES and (variables or {}).get("__file__", "").startswith("/project/tests/"):
        return Missing(package)
    return real(name, variables, *others, **named)


builtins.__import__ = import_for_tests


def skip_if_missing(error):
    """Skip the test if an error, or one that led to it, is about something that is not there."""
    while error is not None:
        if isinstance(error, Exception) and (found := MISSING.search(str(error))):
            pytest.skip(found.group())
        error = error.__cause__ or error.__context__


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    try:
        return (yield)
    except Exception as error:
        skip_if_missing(error)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup():
    try:
        return (yield)
    except Exception as error:
        skip_if_missing(error)
        raise
