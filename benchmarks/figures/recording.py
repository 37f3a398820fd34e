"""How long it takes to record and analyse a program, for each scalar operation of it, before any C compiler starts."""

from benchmarks.figures import Figures, measured_in_a_process
from benchmarks.pace import QUIET
from benchmarks.workload import Bar

TITLE = "Processor time to record and analyse two moons in scalar loops, per scalar operation, until it runs on arrays"
SAMPLES = (100, 1_520)
"""65,077 and 979,557 operations."""
BARS = [Bar(f"{samples:,} samples", at_most=4.0) for samples in SAMPLES]

CODE = """
import json, random, time
import autograd
from autograd import Value
from autograd.gradients.structures import NO_ENTRIES, Items, Vector
from autograd.program.build import build
from autograd.program.record import record
from benchmarks.pace import pace
from benchmarks.two_moons import data, scalar_loops, weights
layers = [[([Value(w) for w in ws], Value(b)) for ws, b in layer] for layer in weights()]
points, labels = data()
def microseconds(samples):
    near = random.Random(1)
    many = [[x + near.random() * 1e-3 for x in points[i % len(points)]] for i in range(samples)]
    theirs = [labels[i % len(labels)] for i in range(samples)]
    loss = lambda: scalar_loops.loss(layers, many, theirs, autograd.relu)
    with autograd.without_collecting():  # as compile does
        start = time.process_time()
        recording = record(loss, Items(tuple, (Vector(tuple, 0), NO_ENTRIES)), [], {{}})
        program = build(recording, [], "array", "loss", "float64")
        return (time.process_time() - start) / program.scalar_count * 1e6
microseconds(10)  # loads what is needed
before = pace()
print(json.dumps({{"us": microseconds({samples}), "pace": max(before, pace())}}))
"""


def once(samples: int) -> tuple[float, float]:
    """Return the microseconds for one operation, and the pace of the machine."""
    figures = measured_in_a_process(CODE.format(samples=samples))
    return figures["us"], figures["pace"]


def measure(rounds: int) -> Figures:
    """Measure each size in a process of its own, both in turn."""
    found: dict[str, list[float]] = {f"{samples:,} samples": [] for samples in SAMPLES}
    for _ in range(max(1, rounds // 2)):
        for samples, kept in zip(SAMPLES, found.values(), strict=True):
            kept.append(QUIET.measured(lambda samples=samples: once(samples), tries=3))
    return {name: (microseconds, "µs") for name, microseconds in found.items()}
