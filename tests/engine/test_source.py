"""Source lines: how the place where something happened is written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

import numpy
import pytest

import autograd
from autograd import Value
from autograd.graph import topological_order
from autograd.source import SourceLine


@pytest.fixture
def shell() -> Iterator[Any]:
    shells = pytest.importorskip("IPython.core.interactiveshell")
    yield shells.InteractiveShell.instance()
    shells.InteractiveShell.clear_instance()


def test_a_file_is_called_by_its_name() -> None:
    assert str(SourceLine("/some/where/lesson.py", 7, "y = x * x")) == "lesson.py:7: y = x * x"


def test_a_notebook_cell_is_called_by_its_number(shell: Any) -> None:
    cell = "from autograd import Value, remember_source_lines\nwith remember_source_lines():\n    y = Value(3.0) * 2\n"
    shell.run_cell("1 + 1", store_history=True)
    shell.run_cell(cell, store_history=True)
    assert str(shell.user_ns["y"].source_line) == "In[2]:3: y = Value(3.0) * 2"


@contextmanager
def nothing() -> Iterator[None]:
    yield


@nothing()
def logarithm(x: Value) -> Value:
    return x.log()


@pytest.mark.parametrize(
    "compute",
    [
        pytest.param(lambda x: numpy.linalg.norm(numpy.array([x, x])), id="numpy.linalg"),
        pytest.param(lambda x: numpy.mean(numpy.array([x, x])), id="numpy.mean"),
        pytest.param(lambda x: numpy.sum(numpy.array([x, x])), id="numpy.sum"),
        pytest.param(lambda x: reduce(autograd.mul, [x, x, x]), id="functools.reduce"),
    ],
)
def test_what_numpy_and_python_compute_was_made_on_the_line_that_calls_them(compute: Callable[[Value], Value]) -> None:
    with autograd.remember_source_lines():
        result = compute(Value(2.0))
    lines = [node.source_line for node in topological_order(result) if node.parents]
    assert {line.file for line in lines} == {__file__}


def test_an_error_names_the_line_of_the_user_behind_a_decorator_of_python() -> None:
    with pytest.raises(autograd.errors.DomainError, match=r"At test_source\.py:\d+: return x\.log\(\)"):
        logarithm(Value(-1.0))


def test_an_error_within_the_library_names_the_line_that_called_it() -> None:
    names: dict[str, Any] = {"nothing": nothing}
    exec(compile("@nothing()\ndef log(x):\n    return x.log()\n", autograd.__file__, "exec"), names)
    with pytest.raises(autograd.errors.DomainError, match=r"At test_source\.py:\d+: names\["):
        names["log"](Value(-1.0))
