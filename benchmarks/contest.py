"""Runs the contestants of one workload against each other: each in its own process, asked in turn, many times."""

import importlib
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.contestant import ONE_THREAD
from benchmarks.pace import QUIET
from benchmarks.workload import Bar, Workload

BATCH_SECONDS = 0.05
"""A batch is as many steps as fit into this, and at least one."""
MOST_SECONDS, FEWEST_ROUNDS = 60.0, 3
"""A contest ends after this time, but not before every contestant has been asked so often."""


@dataclass
class Result:
    """What one contestant did."""

    name: str
    seconds: list[float] = field(default_factory=list)
    """Per step, one entry per round."""
    numbers: list[float] = field(default_factory=list)
    prepared: float = math.nan
    peak: float = math.nan
    problem: str = ""

    @property
    def spread(self) -> tuple[float, float, float]:
        """Return the smallest, the median and the largest time."""
        return spread(self.seconds)


def spread(numbers: Sequence[float]) -> tuple[float, float, float]:
    """Return the smallest, the median and the largest of some numbers."""
    return (min(numbers), statistics.median(numbers), max(numbers)) if numbers else (math.nan,) * 3


class Process:
    """A contestant's process; see :mod:`benchmarks.contestant`."""

    def __init__(self, workload: str, name: str, steps: int) -> None:
        self.result = Result(name)
        command = [sys.executable, "-m", "benchmarks.contestant", f"benchmarks.{workload}.{name}", str(steps)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD}
        )
        ready = self.answer()
        if "numbers" in ready:
            self.result.numbers, self.result.prepared = ready["numbers"], ready["prepared"]
        else:
            self.result.problem = ready.get("missing", "stopped with an error")
        self.count = 1

    def answer(self) -> dict:
        """Return the next answer, empty if the process has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def batch(self) -> float:
        """Time one batch, if need be several times until nobody else uses the machine; return the seconds of a step."""
        return self.ask()[0] if self.count == 1 else QUIET.measured(self.ask)

    def ask(self) -> tuple[float, float]:
        """Have one batch timed and return the seconds a step took, and the pace of the machine."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{self.count}\n")
        self.process.stdin.flush()
        answer = self.answer()
        if not answer:
            self.result.problem = "stopped with an error"
            return math.nan, 0.0
        self.result.peak = answer["peak"]
        return answer["seconds"], answer["pace"]

    def warm_up(self) -> None:
        """Find out how many steps make a batch."""
        for _ in range(3):
            seconds = self.batch()
            if self.result.problem or seconds > 1.0:  # one step is enough, and has been warm for long
                return
            self.count = max(1, min(100_000, round(BATCH_SECONDS / seconds)))

    def end(self) -> None:
        """End the process and wait for it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def hold(workload_name: str, rounds: int, only: Sequence[str] = ()) -> tuple[Workload, dict[str, Result]]:
    """Run one workload and return what its contestants did."""
    workload: Workload = importlib.import_module(f"benchmarks.{workload_name}").WORKLOAD
    names = [name for name in workload.contestants if not only or name in only]
    processes = [Process(workload_name, name, workload.exact_steps) for name in names]
    running = [process for process in processes if not process.result.problem]
    for process in running:
        process.warm_up()
    started = time.perf_counter()
    for number in range(rounds):
        if number >= FEWEST_ROUNDS and time.perf_counter() - started > MOST_SECONDS:
            break
        for process in running if number % 2 else reversed(running):  # so that a drift of the machine cancels
            if not process.result.problem:
                process.result.seconds.append(process.batch())
    for process in processes:
        process.end()
    results = {process.result.name: process.result for process in processes}
    compare(workload, list(results.values()))
    return workload, results


def compare(workload: Workload, results: Sequence[Result]) -> None:
    """Note as a problem whatever disagrees with the first contestant that gave numbers."""
    having = [result for result in results if result.numbers]
    for result in having[1:]:
        pairs = zip(having[0].numbers, result.numbers, strict=False)
        difference = max(abs(a - b) / max(1.0, abs(a)) for a, b in pairs)
        if not difference <= workload.agreement:
            result.problem = f"its numbers differ from those of {having[0].name} by {difference:.2g}"


def ratio(results: dict[str, Result], bar: Bar) -> tuple[float, float, float]:
    """Return smallest, median and largest ratio of two contestants' times, each taken within one round."""
    fast, slow = results.get(bar.faster), results.get(bar.slower)
    if not fast or not slow:
        return (math.nan,) * 3
    pairs = zip(fast.seconds, slow.seconds, strict=False)
    return spread([s / f if bar.at_least is not None else f / s for f, s in pairs])
