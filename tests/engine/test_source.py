"""Source lines: how the place where something happened is written."""

from collections.abc import Iterator
from typing import Any

import pytest

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
