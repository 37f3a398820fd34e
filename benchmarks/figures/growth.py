"""How the cost of an operation grows with the graph: a thousand to ten million edges, forward, backward and freeing."""

from benchmarks.figures import Figures, measured_in_a_process
from benchmarks.workload import Bar

TITLE = "Cost per operation as the graph grows: y = y * x + x, forward + backward + freeing, collector on"
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
OURS = "through value_and_grad: 1,000,000 operations against 10,000"
BARS = [Bar("at 2,000,000 edges against 20,000", at_most=2.0), Bar(OURS, at_most=1.25)]

CODE = """
import json, resource, time
from autograd import Value, value_and_grad
x = Value(1.0)
def chain(x, operations):
    y = x
    for _ in range(operations // 2):
        y = y * x + -1.0
    return y
both = value_and_grad(chain)
def once(operations):
    start = time.perf_counter()
    if {by_function}:
        both(1.0, operations)
    else:
        chain(x, operations).backward()
    return (time.perf_counter() - start) / operations
once(2000)
repeats = max(1, 200_000 // {operations})
seconds = [once({operations}) for _ in range(repeats)]
print(json.dumps({{"ns": sorted(seconds)[repeats // 2] * 1e9,
                   "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""


def measure(rounds: int) -> Figures:
    """Measure each size in a process of its own, all sizes in turn."""
    nanoseconds: dict[int, list[float]] = {size: [] for size in SIZES}
    compared: dict[int, list[float]] = {20_000: [], 2_000_000: []}
    ours: dict[int, list[float]] = {10_000: [], 1_000_000: []}
    peaks: dict[int, float] = {}
    for _ in range(max(1, rounds // 3)):
        for edges, kept in (*nanoseconds.items(), *compared.items()):
            if kept and edges == max(SIZES):  # takes as long as all others together
                continue
            figures = measured_in_a_process(CODE.format(operations=edges * 2 // 3, by_function=False))
            kept.append(figures["ns"])
            peaks[edges] = figures["peak"]
        for operations, kept in ours.items():
            kept.append(measured_in_a_process(CODE.format(operations=operations, by_function=True))["ns"])
    ratios, ours_ratios = (
        [large / small for small, large in zip(*each.values(), strict=True)] for each in (compared, ours)
    )
    return {
        **{f"{edges:,} edges": (kept, "ns") for edges, kept in nanoseconds.items()},
        "at 2,000,000 edges against 20,000": (ratios, "times"),
        OURS: (ours_ratios, "times"),
        **{f"{edges:,} edges: peak memory": ([peaks[edges]], "MB") for edges in SIZES},
    }
