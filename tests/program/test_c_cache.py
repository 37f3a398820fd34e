"""Finding a compiler, keeping libraries on disk, and compiling in the background: nobody waits, nothing is left."""

import errno
import hashlib
import math
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from project_root import ROOT

pytest.importorskip("numpy")

import autograd
from autograd import Value
from autograd.errors import RecordingError
from autograd.program import c_program, compiler, library_cache
from autograd.program.promotion import Promotion

pytestmark = pytest.mark.slow

needs_compiler = pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX has owners, permissions and forks")
ANSWER = "int answer(void);\nint answer(void)\n{\n    return 42;\n}\n"


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """A cache of this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "scalar-autograd" / "native"


def executable(path, text="#!/bin/sh\nexit 3\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


# --- finding a compiler -------------------------------------------------------------------------------------------


@posix
def test_compilers_are_tried_in_order(monkeypatch, tmp_path):
    monkeypatch.setattr(compiler, "find_spec", lambda name: name)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    zig = [sys.executable, "-m", "ziglang", "cc"]
    assert compiler.find() == zig
    for name in ("clang", "gcc", "cc"):
        executable(tmp_path / name)
        assert compiler.find() == [str(tmp_path / name)]
    monkeypatch.setenv("CC", f"{executable(tmp_path / 'mine')} -m64")
    assert compiler.find() == [str(tmp_path / "mine"), "-m64"]
    for no_command in ("not-there", "'not closed", " "):
        monkeypatch.setenv("CC", no_command)
        assert compiler.find() == [str(tmp_path / "cc")]
    assert list(compiler.candidates())[-1] == zig


@posix
def test_a_compiler_that_fails_is_quoted(monkeypatch, tmp_path, cache):
    broken = executable(tmp_path / "broken", "#!/bin/sh\necho 'no licence found' >&2\nexit 1\n")
    monkeypatch.setenv("CC", str(broken))
    with pytest.raises(RecordingError, match="no licence found"):
        autograd.compile(lambda x: x * x, backend="c")(2.0)
    assert list(cache.iterdir()) == []


@posix
def test_what_a_compiler_for_another_machine_makes_is_an_error_that_says_so(monkeypatch, tmp_path, cache):
    text = '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho another > "$2"\n'
    monkeypatch.setenv("CC", str(executable(tmp_path / "another", text)))
    with pytest.raises(
        RecordingError, match=r"cannot be loaded.*another\) works for another machine.*CC.*XDG_CACHE_HOME"
    ):
        autograd.compile(lambda x: x * x, backend="c")(2.0)
    assert list(cache.iterdir()) == []


@needs_compiler
def test_no_room_is_an_error_that_says_where(monkeypatch, cache):
    no_room = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: (_ for _ in ()).throw(no_room))
    with pytest.raises(RecordingError, match=rf"compiled in {re.escape(str(cache))}: .*{os.strerror(errno.ENOSPC)}"):
        autograd.compile(lambda x: x * x, backend="c")(2.0)
    assert list(cache.iterdir()) == []


@posix
def test_a_compiler_that_does_not_end_is_stopped_and_what_it_wrote_is_not_used(monkeypatch, tmp_path, cache):
    text = '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho half > "$2"\nexec sleep 600\n'
    endless = executable(tmp_path / "endless", text)
    monkeypatch.setenv("CC", str(endless))
    monkeypatch.setattr(compiler, "LONGEST_WAIT", 0.6)
    with pytest.raises(RecordingError, match="no end after 1 seconds"):
        autograd.compile(lambda x: x * x, backend="c")(2.0)
    assert list(cache.iterdir()) == []


# --- keeping libraries --------------------------------------------------------------------------------------------


@needs_compiler
@posix
def test_a_library_is_private_and_nothing_else_is_left(cache):
    assert library_cache.load(ANSWER, "-O1").answer() == 42
    (library,) = cache.iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(library.stat().st_mode) == 0o600


@needs_compiler
def test_text_level_and_compiler_tell_libraries_apart(cache, monkeypatch):
    library_cache.load(ANSWER, "-O1")
    library_cache.load(ANSWER, "-O0")
    library_cache.load(ANSWER.replace("42", "43"), "-O1")
    monkeypatch.setattr(library_cache, "processor", lambda: "another")
    library_cache.load(ANSWER, "-O1")
    assert len(list(cache.iterdir())) == 4


def another(folder):
    """Return a library that gives another answer, for us alone."""
    source, library = folder / "other.c", folder / "other"
    source.write_text(ANSWER.replace("42", "666"))
    compiler.build(source, library, "-O1")
    library.chmod(0o600)
    return library


def half(path, _):
    os.truncate(path, path.stat().st_size // 2)


def emptied(path, _):
    os.truncate(path, 0)


def zeros_inside(path, _):
    with path.open("r+b") as file:
        file.seek(256)
        file.write(bytes(path.stat().st_size - 512))


def another_library(path, folder):
    another(folder).replace(path)


def a_folder(path, _):
    path.unlink()
    path.mkdir()
    (path / "something").touch()


LOADS = "from autograd.program import library_cache; print(library_cache.load({text!r}, '-O1').answer())"


@needs_compiler
@posix
@pytest.mark.parametrize("harm", [half, emptied, zeros_inside, another_library, a_folder])
def test_what_is_not_the_library_that_was_made_is_made_again(cache, harm, tmp_path):
    arguments = [sys.executable, "-c", LOADS.format(text=ANSWER)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(arguments, check=True, timeout=300, env=environment)
    (library,) = cache.iterdir()
    whole = library.read_bytes()
    harm(library, tmp_path)
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=300, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")
    (library,) = cache.iterdir()
    assert library.read_bytes() == whole


@needs_compiler
@posix
def test_a_library_that_is_damaged_after_it_was_loaded_is_made_again(cache):
    library_cache.load(ANSWER, "-O1")
    (kept,) = cache.iterdir()
    broken = cache.parent / "broken"
    broken.write_bytes(kept.read_bytes()[:100])
    broken.chmod(0o600)
    broken.replace(kept)
    assert library_cache.load(ANSWER, "-O1").answer() == 42
    (kept,) = cache.iterdir()
    assert kept.stat().st_size > 100


@needs_compiler
def test_threads_that_need_the_same_library_at_once_each_have_it(cache):
    start, answers = threading.Barrier(4), []

    def work():
        start.wait(60)
        answers.append(library_cache.load(ANSWER, "-O1").answer())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [42] * 4
    assert all(path.is_file() for path in cache.iterdir())


@needs_compiler
@posix
@pytest.mark.parametrize("harm", ["file writable", "folder writable", "link"])
def test_what_others_can_write_is_not_loaded(cache, harm, tmp_path):
    library_cache.load(ANSWER, "-O1")
    (library,) = cache.iterdir()
    trap = another(tmp_path)
    library.unlink()
    library = cache / f"{library.name.partition('-')[0]}-{hashlib.sha256(trap.read_bytes()).hexdigest()}.so"
    if harm == "link":
        library.symlink_to(trap)
    else:
        trap.replace(library)
        (library if harm == "file writable" else cache).chmod(0o777)
    assert library_cache.load(ANSWER, "-O1").answer() == 42


@needs_compiler
@posix
@pytest.mark.parametrize("place", ["a file", "no permission"])
def test_a_cache_that_cannot_be_used_is_done_without(place, tmp_path, monkeypatch):
    root = tmp_path / "odd"
    if place == "a file":
        root.write_text("")
    else:
        monkeypatch.setattr(Path, "mkdir", lambda *_, **__: (_ for _ in ()).throw(PermissionError()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(root))
    assert library_cache.load(ANSWER, "-O1").answer() == 42


@needs_compiler
def test_the_oldest_libraries_go_when_there_are_too_many(cache, monkeypatch):
    texts = [ANSWER.replace("42", str(number)) for number in range(3)]
    for age, text in zip((300, 200), texts, strict=False):
        known = set(cache.iterdir()) if cache.exists() else set()
        library_cache.load(text, "-O1")
        (new,) = set(cache.iterdir()) - known
        os.utime(new, (new.stat().st_atime, new.stat().st_mtime - age))
    size = new.stat().st_size
    monkeypatch.setattr(library_cache, "MOST_BYTES", int(2.5 * size))
    oldest = min(cache.iterdir(), key=lambda path: path.stat().st_mtime)
    left_behind = cache / "new-123"
    left_behind.mkdir()
    os.utime(left_behind, (1, 1))
    library_cache.load(texts[2], "-O1")
    assert len(list(cache.iterdir())) == 2
    assert not oldest.exists()


# --- in the background --------------------------------------------------------------------------------------------


def penalty(xs):
    total = 0.0
    for i, x in enumerate(xs):
        total = total + (x * x if i % 3 else autograd.tanh(x)) * (i + 1)
    return total


def called_until_compiling(function, point):
    """Call a function until the C form of its program is being made, and return it with the promotion."""
    compiled = autograd.compile(function)
    expected = autograd.value_and_grad(function)(point)
    for count in range(20_000):
        value, slopes = compiled.value_and_grad(point)
        assert value == pytest.approx(expected[0], rel=1e-12)
        assert slopes == pytest.approx(expected[1], rel=1e-12)
        promotion = compiled.program.promotion
        if promotion is None or promotion.thread is not None:
            assert count > 100  # a few calls are not worth a compiler's time
            return compiled, promotion
    raise AssertionError("it never began")


POINT = [0.01 * i - 0.5 for i in range(200)]


@pytest.mark.parametrize(("seconds", "calls"), [(1e-3, 10), (1.0, 2), (0.9e-5, math.inf)])
def test_compiling_starts_when_the_calls_have_taken_a_fiftieth_of_it(monkeypatch, seconds, calls):
    monkeypatch.setattr("autograd.program.promotion.costs", lambda program: (seconds, 0.5))
    started = []
    monkeypatch.setattr(Promotion, "start", lambda promotion: started.append(promotion.name))
    promotion = Promotion(None, "f", "float64")
    for count in range(1, 20):
        promotion.next()
        assert bool(started) == (count >= calls)


@needs_compiler
def test_a_program_that_is_called_often_becomes_c():
    compiled, promotion = called_until_compiling(penalty, POINT)
    assert compiled.program.kind != "c"
    promotion.thread.join()
    value, slopes = compiled.value_and_grad(POINT)
    assert compiled.program.kind == "c"
    assert compiled.program.promotion is None
    assert value == pytest.approx(autograd.value_and_grad(penalty)(POINT)[0], rel=1e-12)
    xs = [Value(x) for x in POINT]
    result = compiled(xs)
    result.backward()
    assert [x.grad for x in xs] == pytest.approx(slopes, rel=1e-12)
    assert compiled.recordings == 2


@needs_compiler
def test_a_gradient_may_be_asked_for_after_the_program_has_been_replaced():
    compiled = autograd.compile(penalty)
    xs = [Value(x) for x in POINT]
    before = compiled(xs)
    promotion = compiled.program.promotion
    promotion.remaining = 1
    compiled(xs)
    promotion.thread.join()
    after = compiled(xs)
    assert compiled.program.kind == "c"
    before.backward()
    early = [x.grad for x in xs]
    autograd.zero_grad(xs)
    after.backward()
    assert early == pytest.approx([x.grad for x in xs], rel=1e-12)


@posix
def test_where_compiling_fails_the_program_stays(monkeypatch, tmp_path):
    monkeypatch.setenv("CC", str(executable(tmp_path / "broken")))
    compiled, promotion = called_until_compiling(penalty, POINT)
    promotion.thread.join()
    compiled.value_and_grad(POINT)
    assert compiled.program.kind != "c"
    assert promotion.over


def test_without_a_compiler_nothing_begins(monkeypatch):
    monkeypatch.setattr(compiler, "find", lambda: None)
    compiled = autograd.compile(penalty)
    compiled.value_and_grad(POINT)
    promotion = compiled.program.promotion
    promotion.remaining = 1
    compiled.value_and_grad(POINT)
    assert promotion.thread is None
    assert promotion.over


def test_without_threads_the_program_stays(monkeypatch):
    monkeypatch.setattr(compiler, "find", lambda: ["cc"])
    compiled = autograd.compile(penalty)
    compiled.value_and_grad(POINT)
    promotion = compiled.program.promotion
    promotion.remaining = 1
    monkeypatch.setattr(threading.Thread, "start", lambda _: (_ for _ in ()).throw(RuntimeError("no more threads")))
    compiled.value_and_grad(POINT)
    assert promotion.over
    assert compiled.program is promotion.program


def test_a_program_is_compiled_once_however_often_it_is_called_meanwhile(monkeypatch):
    started, may_end = [], threading.Event()
    monkeypatch.setattr(compiler, "find", lambda: ["cc"])
    monkeypatch.setattr(compiler, "build", lambda *paths: (started.append(paths), may_end.wait(60)))
    compiled = autograd.compile(penalty)
    compiled.value_and_grad(POINT)
    promotion = compiled.program.promotion
    promotion.remaining = 1
    for _ in range(5):
        compiled.value_and_grad(POINT)
    assert promotion.thread.daemon  # Python ends without waiting for it
    may_end.set()
    promotion.thread.join()
    assert len(started) == 1


def test_small_functions_stay_what_they_are():
    small = autograd.compile(lambda x, y: x * y + autograd.sin(x))
    small(1.0, 2.0)
    assert small.program.promotion is None


def test_large_products_that_numpy_cannot_take_as_they_lie_stay_in_arrays(monkeypatch):
    monkeypatch.setattr(c_program, "MOST_MULTIPLIED", 10)
    numbers = [Value(0.1 * i) for i in range(12)]
    windows = [numbers[i : i + 3] for i in range(10)]
    weights = [[Value(0.1) for _ in range(3)] for _ in range(4)]
    large = autograd.compile(lambda: sum(autograd.dot(w, x) ** 2 for x in windows for w in weights))
    large()
    promotion = Promotion(large.program, "large", "float64")
    promotion.start()
    assert promotion.over
    assert promotion.thread is None


@needs_compiler
def test_threads_share_a_program_while_it_is_replaced():
    compiled = autograd.compile(penalty)
    expected = compiled.value_and_grad(POINT)
    compiled.program.promotion.remaining = 1
    wrong = []

    def work():
        for _ in range(200):
            value, slopes = compiled.value_and_grad(POINT)
            if (
                abs(value - expected[0]) > 1e-9
                or max(abs(a - b) for a, b in zip(slopes, expected[1], strict=True)) > 1e-9
            ):
                wrong.append(value)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


SLOW_COMPILER = '#!/bin/sh\necho > "$TMPDIR/half.s"\necho $$ > {marker}\nexec sleep 600\n'
SCRIPT = """
import pathlib, sys, time
sys.path[:0] = [{root!r}, {tests!r}]
from test_c_cache import POINT, penalty
import autograd
compiled = autograd.compile(penalty)
compiled.value_and_grad(POINT)
compiled.program.promotion.remaining = 1
compiled.value_and_grad(POINT)
while not (pathlib.Path({marker!r}).exists() and pathlib.Path({marker!r}).read_text()):
    time.sleep(0.01)
print("end")
"""


def script(tmp_path, text=SCRIPT):
    marker = tmp_path / "marker"
    slow = executable(tmp_path / "slow", SLOW_COMPILER.format(marker=marker))
    text = text.format(root=str(ROOT), tests=str(Path(__file__).parent), marker=str(marker))
    (tmp_path / "temporary").mkdir()
    own = {"CC": str(slow), "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    environment = {**os.environ, **own}
    return subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=False, timeout=300, env=environment
    )


@posix
def test_python_ends_while_a_compiler_runs(tmp_path, cache):
    done = script(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")
    assert list(cache.iterdir()) == list((tmp_path / "temporary").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "marker").read_text()), 0)  # the compiler has been ended


FORK = (
    SCRIPT
    + """
import os
child = os.fork()
if not child:
    compiled.value_and_grad(POINT)
    os._exit(compiled.program.kind == "c")
print(os.waitpid(child, 0)[1])
"""
)


@posix
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_goes_on_while_a_compiler_runs(tmp_path):
    done = script(tmp_path, FORK)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "end\n0\n"
