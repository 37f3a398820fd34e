"""The syntax trees of formulas, in a process in which others work with syntax trees, too."""

import ast
import math
import subprocess
import sys

import pytest

from autograd.formulas.formula import copied

SESSION = """
from IPython.core.interactiveshell import InteractiveShell
from autograd import Value

shell = InteractiveShell.instance()
shell.run_cell("def quotient(x):\\n    return x / 0\\nquotient(1)")
x = Value(0.5)
print(x.tanh().data, x.log().data)
"""


def test_what_others_leave_on_the_shared_parts_of_syntax_trees_is_not_copied() -> None:
    tree = ast.parse("x * x + 1", mode="eval").body
    other = ast.parse("y", mode="eval").body
    assert isinstance(other, ast.Name)
    other.ctx.parent = other  # type: ignore[attr-defined]  # as executing does, which IPython shows tracebacks with
    try:
        made = copied(tree)
    finally:
        del other.ctx.parent  # type: ignore[attr-defined]  # the same
    assert ast.unparse(made) == "x * x + 1"
    assert made is not tree
    assert (made.lineno, made.col_offset, made.end_col_offset) == (1, 0, 9)


def test_functions_are_used_for_the_first_time_after_ipython_has_shown_an_error() -> None:
    pytest.importorskip("IPython")
    run = subprocess.run([sys.executable, "-c", SESSION], capture_output=True, text=True, check=False)
    assert "ZeroDivisionError" in run.stdout
    assert run.stdout.splitlines()[-1] == f"{math.tanh(0.5)} {math.log(0.5)}", run.stderr
