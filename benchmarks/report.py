"""Writes results as Markdown: a table per workload and the machine it was measured on; and which bars are reached."""

import importlib.metadata
import math
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.contest import Result, ratio, spread
from benchmarks.figures import Figures
from benchmarks.pace import TRIES
from benchmarks.workload import Bar, Workload

Measured = tuple[Bar, tuple[float, float, float]]
"""A bar with the smallest, the median and the largest of what was measured for it."""

PACKAGES = ("scalar-autograd", "numpy", "scipy", "micrograd", "torch", "jax", "casadi", "xad")
OVERRIDES = ("OPENBLAS_CORETYPE", "MKL_ENABLE_INSTRUCTIONS", "ATEN_CPU_CAPABILITY")
"""What may make a library choose slower kernels than the processor has; threads are set to one for every contestant."""


def machine() -> str:
    """Return one line about the machine and the versions of everything that took part."""
    names = []
    for package in PACKAGES:
        try:
            names.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            names.append(f"{package} not installed")
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = models[0] if models else cpu
    settings = ", ".join(f"{name} {os.environ.get(name, 'unset')}" for name in OVERRIDES)
    return (
        f"Python {platform.python_version()}, {', '.join(names)}; "
        f"{cpu}, {os.cpu_count()} cores, {platform.system()}; {settings}."
    )


def seconds(number: float) -> str:
    """Return a time with a unit that suits it."""
    if math.isnan(number):
        return "–"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number * 1e9:.3g} ns"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, its first column to the left and the others to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def of_contest(workload: Workload, results: Mapping[str, Result]) -> str:
    """Return the section of one workload."""
    rows = []
    for result in results.values():
        low, middle, high = result.spread
        first, peak = seconds(result.prepared), "–" if math.isnan(result.peak) else f"{result.peak:.0f} MB"
        rows.append([result.name, seconds(middle), f"{seconds(low)} – {seconds(high)}", first, peak, result.problem])
    header = ["contestant", f"per {workload.unit}, median", "min – max", "to prepare", "peak memory", ""]
    return section(workload.title, table(header, rows), workload.notes)


def bars_of_contest(workload: Workload, results: Mapping[str, Result]) -> list[Measured]:
    """Return the bars of one workload whose contestants have run, with what was measured."""
    found = [(bar, values_of(bar, results)) for bar in workload.bars]
    return [(bar, numbers) for bar, numbers in found if not math.isnan(numbers[1])]


def values_of(bar: Bar, results: Mapping[str, Result]) -> tuple[float, float, float]:
    """Return smallest, median and largest of what a bar is about."""
    kind, _, name = bar.faster.partition(": ")
    if name:
        result = results.get(name)
        figure = math.nan if result is None else {"prepared": result.prepared, "peak memory": result.peak}[kind]
        return (figure,) * 3
    return ratio(dict(results), bar)


def of_figures(title: str, figures: Figures) -> str:
    """Return the section of some figures."""
    rows = []
    for name, (numbers, unit) in figures.items():
        low, middle, high = spread(numbers)
        rows.append([name, f"{middle:,.4g} {unit}", f"{low:,.4g} – {high:,.4g}"])
    return section(title, table(["figure", "median", "min – max"], rows), "")


def section(title: str, body: str, notes: str) -> str:
    """Return a heading, the text below it, and the notes if there are any."""
    return "\n\n".join([f"## {title}", body, *([notes] if notes else [])]) + "\n"


def is_reached(bar: Bar, found: tuple[float, float, float]) -> bool:
    """Whether the median of what was measured reaches a bar."""
    return found[1] >= bar.at_least if bar.at_least is not None else found[1] <= (bar.at_most or 0.0)


def of_bars(measured: Sequence[Measured]) -> str:
    """Return a table of bars, whether each is reached."""
    rows = []
    for bar, (low, middle, high) in measured:
        text = bar.faster
        if bar.slower:
            text = f"{bar.faster}, times faster than {bar.slower}" if bar.at_least else f"{bar.faster} / {bar.slower}"
        wanted = f"≥ {bar.at_least:,g}" if bar.at_least is not None else f"≤ {bar.at_most:,g}"
        outcome = "yes" if is_reached(bar, (low, middle, high)) else "**no**"
        rows.append([text, wanted, f"{middle:,.4g}", f"{low:,.4g} – {high:,.4g}", outcome])
    return table(["bar", "", "median", "min – max", "reached"], rows)


INTRODUCTION = """# Benchmarks

Written by `python -m benchmarks`. Each contestant runs in its own process with one thread, Python's collector on and
64-bit floats; all of them first have to agree on the numbers, then they are asked in turn for a batch of steps,
{rounds} times, or as often as fits into a minute. A batch of several steps is asked for again, up to {tries} times,
where a loop that ran just before or after it took a tenth longer than at its fastest: somebody else was using the
machine then. "To prepare" is everything that happens once (recording, compiling) with the first step. A median is kept
beside its smallest and largest value, which say how noisy the machine was all the same.
"""


READING = Path(__file__).parent / "reading.md"
"""What the figures say, in a few lines; written by a person, and to be read again whenever they have changed."""

PICTURE = "![The medians of all contestants](results.svg)"


def whole(sections: Sequence[str], rounds: int) -> str:
    """Return RESULTS.md: what was run and on which machine, a picture, how to read it, then the sections."""
    reading = READING.read_text(encoding="utf-8")
    return "\n".join([INTRODUCTION.format(rounds=rounds, tries=TRIES), machine(), "", PICTURE, "", reading, *sections])
