"""Who may import whom inside nn: from the top down, without circles, also where only a type checker looks."""

import ast
import graphlib

import pytest
from project_root import ROOT

LAYERS = (
    {"nn._sibling", "nn.argument_checks", "nn.display", "nn.interrupts", "nn.state", "nn.interop", "nn.interop.saving"},
    {"nn.init"},
    {"nn.data"},
    {"nn.module"},
    {"nn.layers", "nn.losses", "nn.optim"},
    {"nn.choices"},
    {"nn.schedulers"},
    {"nn.inspect"},
    {"nn.training"},
    {"nn.interop.counterparts", "nn.interop.pytorch"},
    {"nn.interop.from_pytorch"},
    {"nn"},
    {"nn.__main__"},
)
"""The rooms and modules of nn, from the bottom up: a module may import from the layers before its own, and from it."""
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted((ROOT / "nn").rglob("*.py"))
}


def height(module):
    """Return the number of the layer that holds a module, or the innermost room of it that has a place."""
    name = module
    while name:
        for number, layer in enumerate(LAYERS):
            if name in layer and (name != "nn" or module == "nn"):
                return number
        name = name.rpartition(".")[0]
    raise AssertionError(f"give {module} a place in the layers above")


def imported_by(module):
    """Return the modules of nn that a module imports: at its top, inside functions, and for type checkers."""
    found = set()
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; nn writes its imports out"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & FILES.keys()) or {node.module}
    return found & FILES.keys()


@pytest.mark.parametrize("module", FILES)
def test_imports_point_downward(module):
    too_high = {other for other in imported_by(module) if height(other) > height(module)}
    assert not too_high, f"{module} imports {too_high}, which stand above it"


def test_there_is_no_circle():
    try:
        graphlib.TopologicalSorter({module: imported_by(module) for module in FILES}).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"These import one another: {' <- '.join(error.args[1])}")


def test_imports_for_type_checkers_count():
    assert "nn.training.sample_rows" in imported_by("nn.training.array_state")  # under TYPE_CHECKING
    assert "nn.interop.saving" in imported_by("nn.module")  # inside a method
