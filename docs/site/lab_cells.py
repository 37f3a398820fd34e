"""What of a notebook runs in the lab, where Python has its own library and this one, but no NumPy and no plots."""

import ast
import sys
from collections.abc import Iterator
from typing import Any

THERE = {*sys.stdlib_module_names, "autograd", "nn", "graphviz", "tqdm"}
"""What can be imported there."""
HIDDEN = {"setup"}
"""Cells that only matter to a notebook that is opened alone."""


def lab_cells(notebook: Any) -> list[str]:
    """Return the code of a notebook's cells without the statements that need something which the lab does not have.

    A statement also goes if it uses a name that only statements which have gone would define.
    """
    missing: set[str] = set()
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code" and cell.get("id") not in HIDDEN]
    cells = ["\n".join(kept(source, missing)).strip() for source in code]
    return [cell for cell in cells if cell]


def kept(source: str, missing: set[str]) -> Iterator[str]:
    """Yield the lines of the statements that stay; the names that go with the others are added to ``missing``.

    Example:
        >>> list(kept("import numpy as np\\nx = 1\\ny = np.ones(x)", set()))
        ['x = 1']
    """
    lines, last = source.splitlines(), 0
    for statement in ast.parse(source).body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        bound = set(defined(statement))
        if imported(statement) - THERE or used & missing:
            missing |= bound
        else:
            missing -= bound
            yield from lines[last : statement.end_lineno]
        last = statement.end_lineno or last


def defined(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives something to."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def imported(statement: ast.stmt) -> set[str]:
    """Return the packages that a statement imports."""
    if isinstance(statement, ast.ImportFrom):
        return {(statement.module or "").partition(".")[0]}
    return {name.name.partition(".")[0] for name in statement.names} if isinstance(statement, ast.Import) else set()
