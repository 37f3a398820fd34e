"""How the views hang together: no circle of imports, and one walk over graphs."""

import ast
import graphlib
import re

from project_root import ROOT

FOLDER = ROOT / "autograd" / "views"
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted(FOLDER.rglob("*.py"))
}


def imported_by(file):
    """Every module that a file imports anywhere in it, also inside functions and for type checkers only."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relative to itself"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in FILES else node.module


def test_no_circle_of_imports_not_even_of_types():
    graph = {name: {module for module in imported_by(file) if module in FILES} for name, file in FILES.items()}
    assert sum(map(len, graph.values())) > 40, "no imports were found; the test looks in the wrong place"
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError and names the circle


def test_a_circle_would_be_noticed(tmp_path):
    file = tmp_path / "one.py"
    file.write_text("if TYPE_CHECKING:\n    from autograd.views.picture import draw\n", encoding="utf-8")
    assert list(imported_by(file)) == ["autograd.views.picture.draw"]


def test_only_the_walk_over_graphs_knows_how_a_node_holds_its_parents():
    for name, file in FILES.items():
        text = file.read_text(encoding="utf-8")
        assert not re.findall(r"\._(?:left|right|backward|prev)\b", text), f"{name} looks inside Values"


def test_the_chain_rule_stands_once():
    files = [
        name for name, file in FILES.items() if re.search(r"incoming \* local\b", file.read_text(encoding="utf-8"))
    ]
    assert files == ["autograd.views.steps.backward_pass"]
