"""Files that fail at every place: a full or read-only disk, no more files, two writers of one path."""

import errno
import itertools
import json
import multiprocessing
import os
import sys

import pytest
from interrupted import CompileC, Page, Render, Save, skip_where_impossible

import autograd
import nn

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="hooks and limits go with a forked process"),
]

TOUCHING = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.utime", "os.rmdir", "os.truncate"}
TOUCHING |= {"tempfile.mkdtemp", "tempfile.mkstemp", "subprocess.Popen", "ctypes.dlopen", "os.listdir", "os.scandir"}
FAULTS = [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EMFILE, None]
"""What the system answers; None for Ctrl-C at that moment."""
WRITERS = [Save, Render, Page, CompileC]


class Faults:
    """Lets the n-th thing that is asked of the file system below a folder go wrong."""

    def __init__(self, folder):
        self.folder, self.active, self.count, self.fail_at, self.code = str(folder), False, 0, None, None
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if not self.active or event not in TOUCHING or (event == "open" and "site-packages" in str(arguments[0])):
            return
        if event != "subprocess.Popen" and not str(arguments[0]).startswith(self.folder):
            return
        self.count += 1
        if self.count == self.fail_at:
            raise KeyboardInterrupt if self.code is None else OSError(self.code, os.strerror(self.code), arguments[0])

    def run(self, action, fail_at=None, code=None):
        """Return whether the action came through."""
        self.count, self.fail_at, self.code, self.active = 0, fail_at, code, True
        try:
            action.act()
            return True
        except (OSError, KeyboardInterrupt, autograd.errors.AutogradError):
            return False
        finally:
            self.active = False


def in_a_process(work, *arguments):
    """Run a function in a forked process, whose hooks and limits go with it; what it raises fails the test."""
    answers = multiprocessing.get_context("fork").SimpleQueue()

    def answer():
        try:
            work(*arguments)
            answers.put("")
        except BaseException as error:
            answers.put(f"{type(error).__name__}: {error}")

    process = multiprocessing.get_context("fork").Process(target=answer)
    process.start()
    said = answers.get()
    process.join()
    assert not said, said


def fail_everywhere(action, folder):
    faults = Faults(folder)
    os.environ["XDG_CACHE_HOME"] = str(folder / "first")
    action(make(folder / "first")).act()
    os.environ["XDG_CACHE_HOME"] = str(folder / "counted")
    assert faults.run(action(make(folder / "counted")))
    assert faults.count >= 3
    codes = FAULTS[::4] if action is CompileC else FAULTS  # a compiler takes its time
    for place, code in itertools.product(range(1, faults.count + 1), codes):
        here = make(folder / f"{place}-{code}")
        os.environ["XDG_CACHE_HOME"] = str(here)
        case = action(here)
        faults.run(case, place, code)
        try:
            case.check()
        except AssertionError as error:
            raise AssertionError(f"failing call {place} of {faults.count}, error {code}: {error}") from error


def make(folder):
    folder.mkdir()
    return folder


@pytest.mark.parametrize("action", WRITERS)
def test_every_call_of_the_file_system_may_fail(tmp_path, action):
    skip_where_impossible(action)
    in_a_process(fail_everywhere, action, tmp_path)


def fill_the_disk(action, folder):
    resource = pytest.importorskip("resource")
    first = action(make(folder / "first"))
    first.act()
    size = max(path.stat().st_size for path in (folder / "first").iterdir())
    for share in (0.0, 0.1, 0.5, 0.999):
        case = action(make(folder / str(share)))
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(share * size), limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                case.act()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        case.check()


@pytest.mark.parametrize("action", [Save, Render, Page])
def test_a_disk_that_is_full_after_some_bytes(tmp_path, action):
    in_a_process(fill_the_disk, action, tmp_path)


def save_often(model, path):
    for _ in range(60):
        nn.save(model, path)


def test_two_processes_that_write_one_path_leave_one_of_both_contents(tmp_path):
    path = tmp_path / "model.json"
    models = [nn.MLP(2, [8, 1], seed=seed) for seed in (1, 2)]
    nn.save(models[0], path)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=save_often, args=(model, path)) for model in models]
    for process in processes:
        process.start()
    allowed = [json.loads(json.dumps(model.state_dict())) for model in models]
    assert nn.load(path) == allowed[0]
    while any(process.is_alive() for process in processes):
        assert nn.load(path) in allowed
    assert [process.exitcode for process in processes] == [0, 0]
    assert nn.load(path) in allowed
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.json"]
