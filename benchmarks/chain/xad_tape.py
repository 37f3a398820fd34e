"""XAD's Python binding."""

from benchmarks.chain import START, chain
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Import the binding."""
    import xad.adj_1st as xadj

    def once() -> list[float]:
        with xadj.Tape() as tape:
            x = xadj.Real(START)
            tape.registerInput(x)
            tape.newRecording()
            y = chain(x)
            tape.registerOutput(y)
            y.derivative = 1.0
            tape.computeAdjoints()
            return [y.value, x.derivative]

    return lambda count: [once() for _ in range(count)][-1]
