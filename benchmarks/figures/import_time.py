"""How long ``import autograd, nn`` takes beyond the interpreter's own start."""

import re

from benchmarks.figures import Figures, in_a_process
from benchmarks.workload import Bar

TITLE = "Importing autograd and nn, beyond the interpreter's own start"
BARS = [Bar("import autograd, nn", at_most=60.0)]


def import_milliseconds(code: str) -> float:
    """Return the sum of what ``-X importtime`` reports for every module a process loads."""
    report = in_a_process(code, "-X", "importtime")
    return sum(int(own) for own in re.findall(r"import time:\s+(\d+) \|", report)) / 1000


def measure(rounds: int) -> Figures:
    """Measure with and without our import, in turn."""
    import_milliseconds("import autograd, nn")  # compiles to bytecode once
    found = [import_milliseconds("import autograd, nn") - import_milliseconds("pass") for _ in range(max(5, rounds))]
    return {"import autograd, nn": (found, "ms")}
