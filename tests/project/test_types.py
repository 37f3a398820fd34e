"""A user's script passes the strictest checks of both type checkers, without a type that is unknown."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
from project_root import ROOT

SCRIPT = ROOT / "tests" / "project" / "typed" / "user_script.py"


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pyright") is None, reason="pyright is not installed; it is part of the extra lint")
def test_a_users_script_passes_pyright_strictly_and_a_wrong_one_does_not(tmp_path):
    pyright = [sys.executable, "-m", "pyright"]
    try:
        subprocess.run([*pyright, "--version"], capture_output=True, check=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("pyright does not start here: it needs Node.js and, the first time, npm")
    settings = {"typeCheckingMode": "strict", "include": ["."], "extraPaths": [str(ROOT)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    copy = tmp_path / SCRIPT.name  # in the folder of the settings: pyright ignores paths that are not relative to it
    copy.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from autograd import Value\n\nword: str = Value(1.0).data\n")
    command = [*pyright, "-p", str(tmp_path), "--pythonpath", sys.executable, "--outputjson"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    found = [item for item in report["generalDiagnostics"] if item["file"] == str(copy)]
    assert report["summary"]["filesAnalyzed"] == 2, run.stdout
    assert found == []
    assert [item["rule"] for item in report["generalDiagnostics"]] == ["reportAssignmentType"]


@pytest.mark.slow
@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed; it is part of the extra lint")
def test_a_users_script_passes_mypy_strictly():
    command = [sys.executable, "-m", "mypy", "--strict"]  # with what an earlier run over the library has kept
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    run = subprocess.run(
        [*command, str(SCRIPT)], capture_output=True, text=True, check=False, env=environment, cwd=ROOT
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
def test_a_users_script_runs(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, cwd=tmp_path, env=environment, check=False)
    assert run.returncode == 0, run.stderr
