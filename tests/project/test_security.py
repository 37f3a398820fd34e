"""SECURITY.md, sentence by sentence: what is executed from text, what is not, and that each sentence has its test."""

import ast
import json
import re
import subprocess
import sys

import pytest
from project_root import ROOT

import autograd
import nn
from autograd import Value, define_operation
from autograd.errors import AutogradError

EVIL = [
    "__import__('os').system('touch owned')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "(lambda: x)()",
    "[y for y in ().__class__.__mro__][0]",
    "open('owned', 'w')",
    "exec('x')",
    "eval('x')",
    "x if (y := x) else y",
    "f'{x}'",
    "'a' * x",
    "globals()['x']",
    "breakpoint()",
    "print(x)",
    "x\nimport os",
]

WATCH = """
import json, sys
import autograd, nn
from autograd.expressions import expression
ran = []
def look(event, given):
    if event == "exec":
        ran.append(given[0].co_filename)
    elif event in {"subprocess.Popen", "os.system", "os.exec", "socket.connect", "shutil.rmtree"}:
        ran.append(event)
sys.addaudithook(look)
"""


def events(program, *arguments, folder):
    """Return what a program executes beyond the modules of Python and of this library."""
    command = [sys.executable, "-c", f"{WATCH}\n{program}\nprint(json.dumps(ran))", *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    known = (str(ROOT), sys.base_prefix, sys.prefix, "<frozen ", "<autograd ")
    return [name for name in json.loads(done.stdout.splitlines()[-1]) if not name.startswith(known)]


def test_every_sentence_names_a_test_that_exists():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 15
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert {test for test in named if f"def {test}(" not in sources} == set()
    for bullet in re.split(r"\n(?=- |#)", text):
        if bullet.startswith("- "):
            assert re.search(r"`test_\w+`", bullet), bullet


@pytest.mark.parametrize("formula", EVIL)
def test_a_formula_is_arithmetic_or_refused(formula, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AutogradError):
        define_operation("harmless(x)", formula, x="1", probes=[(2.0,)])
    with pytest.raises(AutogradError):
        define_operation("harmless(x)", "x", x=formula, probes=[(2.0,)])
    for signature in (f"harmless(x, y={formula})", f"{formula}(x)"):
        with pytest.raises(AutogradError):
            define_operation(signature, "x", x="1", probes=[(2.0,)])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_source_is_executed_in_one_place():
    found = []
    for package in ("autograd", "nn"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"exec", "eval"}:
                    found.append((file.relative_to(ROOT).as_posix(), node.func.id))
    # the check of what a program captured is an `and` of expressions of its own, without a word of the user's
    assert sorted(found) == [("autograd/formulas/binding.py", "exec"), ("autograd/program/watched.py", "eval")]


@pytest.mark.parametrize("label", [*EVIL, '"; import os; "', "*/ int owned; /*", "\\", "\u2028"])
def test_labels_are_never_code(label):
    def product(a):
        inner = a * 2.0
        inner.label = label
        return inner.tanh()

    compiled = autograd.compile(product, backend="straight")
    assert compiled(Value(0.5, label)).data == product(Value(0.5)).data
    programs = [str(program.source) for program in compiled.programs.values()] if hasattr(compiled, "programs") else []
    assert programs
    assert all(label not in source or label == "\\" for source in programs)


@pytest.mark.slow
def test_an_expression_runs_no_code(tmp_path):
    program = """
for text in json.loads(sys.argv[1]) + ["tanh(x * 2)", "softmax([x, 1])[0]"]:
    try:
        expression(text, x=2.0)
        ran.append("read") if "(" not in text else None
    except autograd.errors.AutogradError:
        pass
"""
    assert events(program, json.dumps(EVIL), folder=tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_loading_a_file_runs_no_code(tmp_path):
    model = nn.Linear(1, 1, seed=0)
    nn.save(model, tmp_path / "good.json")
    good = (tmp_path / "good.json").read_text(encoding="utf-8")
    for number, evil in enumerate(EVIL):
        (tmp_path / f"{number}.json").write_text(good.replace('"state"', json.dumps(evil), 1), encoding="utf-8")
    program = """
import glob
for name in sorted(glob.glob("*.json")):
    try:
        nn.load(name, nn.Linear(1, 1, seed=1))
    except autograd.errors.AutogradError:
        pass
"""
    assert events(program, folder=tmp_path) == []
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "nn").rglob("*.py")]
    assert not any(
        re.search(r"\bpickle\b.*\bloads?\(|^import pickle|marshal|yaml", text, re.MULTILINE) for text in sources
    )


@pytest.mark.parametrize(
    "label", ["</script><script>owned()</script>", "<img src=x onerror=owned()>", '" onload="owned()']
)
def test_a_label_is_text_in_every_page(label):
    a = Value(2.0, label)
    loss = (a * 3.0).tanh()
    pages = [autograd.explore(loss).html, autograd.exercise(loss, seed=1).html]
    for page in pages:
        for raw in ("<script>owned", "<img src=x", 'onload="owned'):
            assert raw not in page.replace('\\"', "").replace("\\u003c", "")
        assert page.count("</script>") == 1


def test_no_script_of_a_page_evaluates_text():
    scripts = [file for package in ("autograd", "nn", "notebooks") for file in (ROOT / package).rglob("*.js")]
    assert len(scripts) > 20
    for file in scripts:
        if "html" in file.relative_to(ROOT).parts:
            continue
        text = re.sub(r"//.*", "", file.read_text(encoding="utf-8"))
        found = re.search(
            r"\beval\(|\bnew Function\b|\bFunction\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text
        )
        assert found is None, f"{file.name}: {found}"
