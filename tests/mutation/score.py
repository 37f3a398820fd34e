"""The mutation score: how many mutants of a stable sample the quick tests notice. ``python tests/mutation/score.py``.

Each mutant is written into a copy of the project in a temporary folder; a fork of this process, which has imported
pytest and the heavy packages before, runs the tests that execute the changed line, and then all of the same folders. It
is killed by a test that fails, by a crash, and by taking far too long.
"""

import argparse
import compileall
import gc
import hashlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import coverage
import hypothesis
import pytest
from mutants import PACKAGES, Mutant, mutants

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"  # a process that forks should have one thread
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no test needs one, and they take time to load
for package in ("numpy", "scipy.optimize", "mpmath", "sympy", "torch"):
    if find_spec(package.partition(".")[0]):
        __import__(package)

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build" / "mutation"
FOLDERS = {
    "engine": "engine conformance gradients formulas",
    "formulas": "formulas conformance engine program/test_over.py program/test_c.py program/test_arrays.py "
    "program/test_export.py program/test_export_slopes.py program/test_export_torch.py views/explain",
    "program": "program conformance nn/training/test_compiled_step.py "
    "program/test_c.py program/test_c_cache.py program/test_interpreter.py nn/training/test_fit_in_c.py "
    "nn/training/test_batches_at_once.py",
    "optim": "nn/optim",
    "losses": "nn/losses",
    "schedulers": "nn/schedulers",
    "views": "views/explain views/steps",
}
"""The tests of each package: the quick ones of a folder, and all of a file that is named itself."""
EVERY = ["-m", ""]  # also tests that are marked as slow
SLOWEST = 2.0  # seconds; a test above is not asked
SECONDS, LONGEST = 30, 1200  # processor time beyond twice what a mutant's tests take, and time: then it hangs
MEMORY = 4 << 30
Item, Result = TypeVar("Item"), TypeVar("Result")


@dataclass
class Tests:
    """The tests that pass without a change, their seconds, and those that execute each line of each file."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def __call__(self, mutant: Mutant) -> Iterator[list[str]]:
        """Yield the tests that a mutant must face: quick ones that execute the line; then all others of its folders."""
        own = Path(mutant.path).stem
        line = self.lines[mutant.path][mutant.line]
        files = Counter(test.partition("::")[0] for test in line)
        nearest = sorted(files, key=lambda file: (own not in file, -files[file]))[:2]
        first = sorted((test for test in line if test.partition("::")[0] in nearest), key=self.seconds.__getitem__)[
            :100
        ]
        yield first
        folders = (f"{mutant.path}::", *(f"tests/{folder}" for folder in FOLDERS[mutant.package].split()))
        rest = {*line, *(test for test in self.seconds if test.startswith(folders))}.difference(first)
        near = {test for tests in self.lines[mutant.path].values() for test in tests}  # they execute some of the file
        yield sorted(
            rest,
            key=lambda test: (mutant.function not in test, own not in test, test not in near, self.seconds[test]),
        )


class Recorder:
    """A plugin for pytest that writes down which test executes which lines, and how long it takes."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured, self.seconds, self.failed = measured, {}, set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Attribute what runs to this test."""
        self.measured.switch_context(item.nodeid)
        start = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - start
        self.measured.switch_context("")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what did not pass."""
        if not report.passed:
            self.failed.add(report.nodeid)


class Selection:
    """A plugin for pytest that runs these tests in this order."""

    def __init__(self, tests: list[str]) -> None:
        self.order = {test: index for index, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort them."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order), key=lambda item: self.order[item.nodeid]
        )


def in_fork(folder: Path, work: Callable[[], int], seconds: int = SECONDS, longest: int = LONGEST) -> int | None:
    """Do work in a fork in a copy of the project; return its exit code, or None where it hung or crashed."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            os.chdir(folder)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1), os.dup2(output, 2)
            os.environ["PYTHONPATH"] = str(folder)
            sys.path[0] = str(folder)
            code = work()
            sys.stdout.flush()
        finally:
            os._exit(code)
    end = time.monotonic() + longest
    while True:
        finished, status = os.waitpid(child, os.WNOHANG)
        if finished or time.monotonic() > end:
            break
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what tests have started, too
    if not finished:
        os.waitpid(child, 0)
        return None
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else None


def pytest_run(folder: Path, arguments: Iterable[str], plugin: object) -> int:
    """Run tests in this process, reproducibly, leaving nothing in the copy."""
    hypothesis.settings.register_profile("reproducible", derandomize=True, database=None)
    hypothesis.settings.load_profile("reproducible")
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--doctest-modules",
        "--assert=plain",
        "--tb=no",
        f"--basetemp={folder}/temporary",
    ]
    return int(pytest.main([*options, *arguments], plugins=[plugin]))


def tests_of(folders: list[Path], sample: list[Mutant]) -> Tests:
    """Run the quick tests of the sample without a change, except the files whose result is in the cache."""
    sources = digest(sorted([*ROOT.glob("autograd/**/*.py"), *ROOT.glob("nn/**/*.py"), *ROOT.glob("tests/*.py")]))
    asked = sorted({name for mutant in sample for name in FOLDERS[mutant.package].split()})
    alone = [ROOT / "tests" / name for name in asked if name.endswith(".py")]
    files = [path for name in asked for path in sorted((ROOT / "tests" / name).glob("test_*.py")) if path not in alone]
    files += [ROOT / name for name in sorted({mutant.path for mutant in sample})]  # whose examples are tests, too
    cached = {path.relative_to(ROOT).as_posix(): CACHE / f"{digest([path])}-{sources}.json" for path in files + alone}
    missing = [name for name, cache in cached.items() if not cache.exists()]
    whole = [[name] for name in missing if ROOT / name in alone]
    rest = [name for name in missing if [name] not in whole]
    CACHE.mkdir(parents=True, exist_ok=True)

    def record(folder: Path, names: list[str]) -> None:
        caches, options = {name: cached[name] for name in names}, EVERY if names in whole else []
        if in_fork(folder, lambda: save_lines(folder, caches, options), 1800, 3600) != 0:
            output = (folder / "output.txt").read_text(encoding="utf-8")
            raise SystemExit(f"These could not be run without a change: {', '.join(names)}\n{output[-3000:]}")

    list(in_copies(folders, record, [*whole, *[rest[start : start + 6] for start in range(0, len(rest), 6)]]))
    tests = Tests()
    for cache in cached.values():
        found = json.loads(cache.read_text(encoding="utf-8"))
        tests.seconds |= found["seconds"]
        for name, lines in found["lines"].items():
            for line, names in lines.items():
                tests.lines[name][int(line)] += names
    return tests


def save_lines(folder: Path, caches: dict[str, Path], options: list[str]) -> int:
    """Run files of tests, and save for each which of its tests passed in time and which lines they execute."""
    measured = coverage.Coverage(data_file=None, source=["autograd", "nn"], config_file=False, messages=False)
    recorder = Recorder(measured)
    measured.start()
    pytest_run(folder, [*options, *caches], recorder)
    measured.stop()
    seconds = {test: round(time, 4) for test, time in recorder.seconds.items() if time <= SLOWEST}
    found = {name: {"seconds": {}, "lines": {}} for name in caches}
    for test in seconds.keys() - recorder.failed:
        found[test.partition("::")[0]]["seconds"][test] = seconds[test]
    data = measured.get_data()
    for path in data.measured_files():
        name = Path(path).relative_to(folder).as_posix()
        for line, tests in data.contexts_by_lineno(path).items():
            for test in tests:
                if test in seconds and test not in recorder.failed:
                    lines = found[test.partition("::")[0]]["lines"]
                    lines.setdefault(name, {}).setdefault(line, []).append(test)
    for name, cache in caches.items():
        cache.write_text(json.dumps(found[name]), encoding="utf-8")
    return 0


def in_copies(folders: list[Path], work: Callable[[Path, Item], Result], items: list[Item]) -> Iterator[Result]:
    """Yield the results of work on items, each in a copy of the project that nothing else uses at the time."""
    free = list(folders)

    def one(item: Item) -> Result:
        folder = free.pop()
        try:
            return work(folder, item)
        finally:
            free.append(folder)

    with ThreadPoolExecutor(len(folders)) as pool:
        yield from pool.map(one, items)


def digest(paths: Iterable[Path]) -> str:
    """Name what is in files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def survives(mutant: Mutant, tests: Tests, folder: Path) -> bool:
    """Tell whether all tests pass with the change."""
    path = folder / mutant.path
    original, times = path.read_bytes(), path.stat()
    path.write_text(mutant.code(folder), encoding="utf-8")
    os.utime(path, (times.st_atime, times.st_mtime + 10))  # so that the cached bytecode is not taken for it
    try:
        for chosen in tests(mutant):
            files = list(dict.fromkeys(test.partition("::")[0] for test in chosen))

            def run(chosen: list[str] = chosen, files: list[str] = files) -> int:
                sys.dont_write_bytecode = True
                os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
                return pytest_run(folder, ["-x", *EVERY, *files], Selection(chosen))

            budget = SECONDS + int(2 * sum(map(tests.seconds.__getitem__, chosen)))
            if chosen and in_fork(folder, run, budget) != 0:
                return False
        return True
    finally:
        path.write_bytes(original)
        os.utime(path, (times.st_atime, times.st_mtime))


def main() -> None:
    """Draw the sample, run it, print the score of each package and every survivor that has no reason."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--share", type=float, default=1.0, help="part of the sample to run, from 0 to 1 (default: all of it)"
    )
    parser.add_argument("--all", action="store_true", help="every mutant: takes hours")
    parser.add_argument("--only", default="", help="mutants whose name contains this text")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (default: 2)")
    arguments = parser.parse_args()
    listed = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))
    reasons = {name for group in listed["survivors"] for name in group["mutants"]}
    shares = dict.fromkeys(PACKAGES, 1.0) if arguments.all else listed["sample"]
    sample = [
        mutant
        for mutant in mutants(ROOT)
        if mutant.share < shares[mutant.package] * arguments.share and arguments.only in mutant.name
    ]
    asked = [mutant for mutant in sample if mutant.name not in reasons]
    survivors, killed = [], Counter[str]()
    with tempfile.TemporaryDirectory() as temporary:
        folders = [Path(temporary).resolve() / f"copy{number}" for number in range(arguments.workers)]
        for folder in folders:
            shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "build", "docs", "notebooks"))
            compileall.compile_dir(folder, quiet=1)
        tests = tests_of(folders, sample)
        gc.freeze()  # so that forks need not look at what is here
        survived = in_copies(folders, lambda folder, mutant: survives(mutant, tests, folder), asked)
        for mutant, alive in zip(asked, survived, strict=True):
            if alive:
                survivors.append(mutant)
                print(mutant.name, flush=True)
            else:
                killed[mutant.package] += 1
    counts = Counter(mutant.package for mutant in asked)
    below = []
    for package in PACKAGES:
        if counts[package]:
            score = 100 * killed[package] / counts[package]
            print(f"{package:12} {killed[package]:5} of {counts[package]:5} killed: {score:.1f} %")
            if score < listed["floor"][package]:
                below.append(package)
    if below:
        sys.exit(f"Below the floor in tests/mutation/survivors.toml: {', '.join(below)}.")


if __name__ == "__main__":
    main()
