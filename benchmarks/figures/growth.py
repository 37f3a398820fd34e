"""How the cost of an operation grows with the graph: a thousand to ten million edges, forward, backward and freeing."""

from benchmarks.figures import Figures, measured_in_a_process
from benchmarks.workload import Bar

TITLE = "Cost per operation as the graph grows: y = y * x + x, forward + backward + freeing, collector on"
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
BARS = [Bar("at 2,000,000 edges against 20,000", at_most=2.0)]

CODE = """
import json, resource, time
from autograd import Value
x = Value(1.0)
def once(operations):
    y = x
    start = time.perf_counter()
    for _ in range(operations // 2):
        y = y * x + -1.0
    y.backward()
    del y
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
    peaks: dict[int, float] = {}
    for _ in range(max(1, rounds // 3)):
        for edges, kept in (*nanoseconds.items(), *compared.items()):
            figures = measured_in_a_process(CODE.format(operations=edges * 2 // 3))
            kept.append(figures["ns"])
            peaks[edges] = figures["peak"]
    ratios = [large / small for small, large in zip(*compared.values(), strict=True)]
    return {
        **{f"{edges:,} edges": (kept, "ns") for edges, kept in nanoseconds.items()},
        "at 2,000,000 edges against 20,000": (ratios, "times"),
        **{f"{edges:,} edges: peak memory": ([peaks[edges]], "MB") for edges in SIZES},
    }
