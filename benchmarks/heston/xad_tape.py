"""XAD's Python binding: the scalar loops on its active numbers, recorded on its tape at each pass."""

from benchmarks.heston import PARAMETERS, draws, price
from benchmarks.workload import Run


def prepare(exact: bool) -> Run:
    """Draw the paths."""
    import xad.adj_1st as xadj
    from xad import math

    paths = draws()
    functions = {"exp": math.exp, "sqrt": math.sqrt, "above": lambda x, floor: x if x > floor else floor}

    def once() -> list[float]:
        with xadj.Tape() as tape:
            parameters = [xadj.Real(number) for number in PARAMETERS]
            for parameter in parameters:
                tape.registerInput(parameter)
            tape.newRecording()
            value = price(parameters, paths, functions)
            tape.registerOutput(value)
            value.derivative = 1.0
            tape.computeAdjoints()
            return [value.value, *[parameter.derivative for parameter in parameters]]

    return lambda count: [once() for _ in range(count)][-1]
