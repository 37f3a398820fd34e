"""The process of one contestant: prepares it, then times a batch each time it is asked.

It is started as ``python -m benchmarks.contestant <module> <steps to compare>`` and talks in lines of JSON.
"""

import importlib
import json
import os
import resource
import sys
import time

from benchmarks.pace import pace

ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
    "PYTHONHASHSEED": "0",
}
"""The environment in which every contestant runs: one thread each, 64-bit floats."""


def main(module: str, steps: int) -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers

    def answer(**items: object) -> None:
        answers.write(json.dumps(items) + "\n")
        answers.flush()

    try:
        contestant = importlib.import_module(module)
        checked = contestant.prepare(exact=True)
        numbers = [float(number) for _ in range(steps) for number in checked(1)]
        del checked
        start = time.perf_counter()
        run = contestant.prepare(exact=False)
        run(1)
        prepared = time.perf_counter() - start
    except ImportError as error:
        answer(missing=str(error))
        return
    answer(numbers=numbers, prepared=prepared)
    for line in sys.stdin:
        count = max(int(line), getattr(contestant, "AT_ONCE", 1))
        before, start = pace(), time.perf_counter()
        run(count)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux
        answer(seconds=seconds / count, peak=peak, pace=max(before, pace()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
