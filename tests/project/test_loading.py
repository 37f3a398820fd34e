"""Ctrl-C during the first import of NumPy: it waits, and NumPy is whole afterwards."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from project_root import ROOT

from autograd.loading import loaded

PROGRAM = """
import importlib.abc, signal, sys

class Pressing(importlib.abc.MetaPathFinder):
    pressed = False
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} and not Pressing.pressed:
            Pressing.pressed = True
            signal.raise_signal(signal.SIGINT)

import autograd
sys.meta_path.insert(0, Pressing())
f = autograd.compile(lambda x: (x * x).exp(), backend="array")
try:
    {call}
except KeyboardInterrupt:
    print("interrupted")
print(f(autograd.Value(0.5)).data, Pressing.pressed)
"""
CALLS = ["f(autograd.Value(0.5))", "autograd.vmap(lambda x: x * x)([1.0, 2.0])"]


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("module", ["numpy.exceptions", "numpy.lib._nanfunctions_impl"])
def test_an_interrupt_waits_until_numpy_is_whole(module, call):
    pytest.importorskip("numpy")
    program = PROGRAM.format(module=module, call=call)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "interrupted\n1.2840254166877414 True\n"


def test_a_package_that_fails_to_load_counts_as_missing(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("import no_such_package", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not loaded("broken_package")


PRESSES = "import signal\nsignal.raise_signal(signal.SIGINT)\nwhole = True"


def test_an_interrupt_is_passed_on_when_a_package_is_whole(tmp_path, monkeypatch):
    (tmp_path / "pressing_package.py").write_text(PRESSES, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        loaded("pressing_package")
    assert sys.modules.pop("pressing_package").whole
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_thread_has_no_interrupt_to_wait_for(tmp_path, monkeypatch):
    (tmp_path / "package_of_a_thread.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(loaded, "package_of_a_thread").result()
    assert sys.modules.pop("package_of_a_thread")
