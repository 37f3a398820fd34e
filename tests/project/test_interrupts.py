"""Ctrl-C at any instant: nothing half written, nothing half applied, nothing left behind."""

import contextlib
import os
import random
import signal
import sys
import threading

import pytest
from interrupted import ACTIONS, skip_where_impossible
from project_root import ROOT

pytestmark = pytest.mark.slow

INSTANTS = int(os.environ.get("INTERRUPT_INSTANTS", "25"))
"""At how many instants of each action Ctrl-C is pressed; the actions together make more than 200."""
PACKAGES = tuple(str(ROOT / name) + os.sep for name in ("autograd", "nn"))


class Instants:
    """Counts the instructions of the library that run, and presses Ctrl-C at one of them."""

    def __init__(self, press_at=None):
        self.count, self.press_at, self.pressed = 0, press_at, None

    def watch(self, frame, event, argument):
        if not frame.f_code.co_filename.startswith(PACKAGES):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.count += 1
            if self.count == self.press_at:
                self.pressed = f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"
                signal.raise_signal(signal.SIGINT)
        return self.watch

    def run(self, action):
        before = sys.gettrace()  # of a debugger, or of what measures coverage
        sys._getframe().f_trace_opcodes = True  # 3.12 looks whether any frame has asked for it when tracing starts
        sys.settrace(self.watch)
        try:
            action.act()
        finally:
            sys.settrace(before)


@pytest.fixture
def plain_ctrl_c():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("action", ACTIONS)
def test_ctrl_c_at_any_instant(tmp_path, monkeypatch, plain_ctrl_c, action):
    skip_where_impossible(action)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "first").mkdir()
    whole = Instants()
    action(tmp_path / "first").act()  # what is imported, is imported
    (tmp_path / "counted").mkdir()
    whole.run(action(tmp_path / "counted"))
    draws = random.Random(f"more instants of {action.__name__}")
    pressed = 0
    for i in range(INSTANTS):
        folder = tmp_path / str(i)
        folder.mkdir()
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
        case = action(folder)
        instants = Instants(draws.randint(1, whole.count))
        with contextlib.suppress(KeyboardInterrupt):
            instants.run(case)
        pressed += instants.pressed is not None
        try:
            case.check()
        except AssertionError as error:
            raise AssertionError(f"Ctrl-C at {instants.pressed}") from error
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, instants.pressed
        assert all(not thread.name.startswith("autograd") for thread in threading.enumerate())
    assert pressed > INSTANTS // 2
