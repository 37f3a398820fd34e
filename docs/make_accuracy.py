"""Measures how far every row is from the truth, in units in the last place: ``python docs/make_accuracy.py``.

Writes docs/accuracy.md. Each row is computed at the same 2,000 points each time (uniform where it is used, log-uniform
far out, close to 0 and to its kinks), and compared with mpmath. What stands in the column "why" is kept.
"""

import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "tests"), str(PROJECT / "tests" / "conformance")]

from mpmath import mp, mpf  # noqa: E402
from reference import DIGITS, TRUTH, Node, NoValueError  # noqa: E402

from autograd import Value  # noqa: E402  # the project of this very file, wherever Python is started
from autograd.errors import AutogradError  # noqa: E402
from autograd.formulas.operation import OPERATIONS, Operation  # noqa: E402
from autograd.formulas.row import is_sequence  # noqa: E402

PAGE = PROJECT / "docs" / "accuracy.md"
POINTS = 2000
FEWER = 3
"""A sequence operand has this many elements."""
EXACT = {"identity", "detach"}
HELPERS = {"power_slope", "power_log", "power_mixed", "polygamma"}
"""Derivatives of other rows."""
WITHIN_ONE = ("asin", "acos", "atanh")
INSIDE = dict.fromkeys(WITHIN_ONE, (-1.0, 1.0)) | {"log1p": (-1.0, 30.0), "acosh": (1.0, 30.0)}
INSIDE |= dict.fromkeys(("log", "log2", "log10", "sqrt"), (0.0, 30.0))
KINKS = dict.fromkeys(WITHIN_ONE, (1.0, -1.0)) | dict.fromkeys(("log", "log2", "log10", "acosh"), (1.0,))
KINKS |= {"log1p": (-1.0,), "tan": (math.pi / 2,), "lgamma": (1.0, 2.0), "digamma": (1.4616321449683622,)}
HEAD = """# How accurate every operation is

The worst error found, in units in the last place (ulp) of the true number: 0.5 is a correctly rounded result. Each
row was computed at {points} points (uniform where it is used, log-uniform far out, close to 0 and to its kinks) and
compared with mpmath at {digits} digits. A result below 2.2e-308, where a float has fewer digits, is measured by the
smallest float. Derivatives are those that `backward()` leaves. Made by `python docs/make_accuracy.py`.

In exports to JAX and PyTorch two things differ, which the library decides: sums are added in an order of its own, so
that near the largest float a partial sum may be infinite where the sum is not; and where a number on the way is too
large for a float, no error is raised. A number that is not finite then comes out, unless the result does not depend
on it.

| operation | value | at | derivative | at | why |
|---|---|---|---|---|---|
"""


def numbers(chance: random.Random, name: str, count: int) -> tuple[float, ...]:
    """Return the numbers among the operands of one call."""
    low, high = INSIDE.get(name, (-8.0, 8.0))
    kind = chance.random()

    def one() -> float:
        if kind < 0.5:
            return chance.uniform(low, high)
        if kind < 0.7:
            tail = 10 ** chance.uniform(0, 3) if name not in WITHIN_ONE else chance.random()
            return tail * (1 if low >= 0 or name == "log1p" else chance.choice((1, -1)))
        if kind < 0.9 or name not in KINKS:
            small = 10 ** chance.uniform(-12, 0) if kind < 0.95 else 10 ** chance.uniform(-300, -12)
            return small * (1 if low >= 0 else chance.choice((1, -1)))
        return chance.choice(KINKS[name]) + 10 ** chance.uniform(-15, -1) * chance.choice((1, -1))

    drawn = [one() for _ in range(count)]
    if name == "pow":
        drawn[0] = abs(drawn[0])
    if count > 1 and chance.random() < 0.2:
        drawn[1] = drawn[0] * (1 + chance.choice((1, -1)) * 10 ** chance.uniform(-16, -1))
    return tuple(drawn)


def operands(row: Operation, drawn: Sequence[Any]) -> list[Any]:
    """Put numbers, Values or high-precision numbers in the places of a row's operands."""
    stream = iter(drawn)
    filled: list[Any] = []
    for name in row.operands:
        if name == "index":
            filled.append(0)
        else:
            filled.append([next(stream) for _ in range(FEWER)] if is_sequence(name) else next(stream))
    return filled


def error(found: float, true: mpf) -> float:
    """Return the distance in units in the last place of the true number."""
    nearest = float(true)
    if math.isinf(nearest) or math.isnan(nearest) or math.isinf(found):
        return 0.0
    return float(abs(mpf(found) - true) / mpf(math.ulp(nearest)))


def errors(row: Operation) -> Iterator[tuple[float, float, tuple[float, ...]]]:
    """Yield the error of the value and the largest of its derivatives, and the point."""
    chance = random.Random(row.name)
    count = sum(FEWER if is_sequence(name) else 1 for name in row.operands if name != "index")
    made = 0
    for _ in range(4 * POINTS):
        point = numbers(chance, row.name, count)
        inputs = [Value(x) for x in point]
        try:
            value, slopes, _ = TRUTH[row.name](*operands(row, [mpf(x) for x in point]))
            output = row(*operands(row, inputs))
            output.backward()
        except (AutogradError, NoValueError):
            continue
        made += 1
        by_slope = [error(x.grad, slope) for x, slope in zip(inputs, slopes, strict=True)]
        yield error(output.data, value), max(by_slope), point
        if made == POINTS:
            return


def shown(point: Sequence[float]) -> str:
    """Return a point as short as it can be found again."""
    return ", ".join(f"{x:.6g}" for x in point)


def figure(ulps: float) -> str:
    """Return an error as it stands in the table."""
    return f"{ulps:.1f}" if ulps < 1000 else f"{ulps:.1e}"


def reasons() -> dict[str, str]:
    """Return what stands in the column "why" now, by operation."""
    if not PAGE.exists():
        return {}
    rows = [
        line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    return {cells[0].strip(): cells[-1].strip() for cells in rows}


def main() -> None:
    """Measure every row and write the page."""
    kept = reasons()
    lines = []
    Node.rounds = True
    key: Callable[[int], Callable[[Any], float]] = lambda i: lambda item: item[i]  # noqa: E731
    with mp.workdps(DIGITS):
        for row in OPERATIONS.values():
            if row.name in {*EXACT, *HELPERS} or row.functions:
                continue
            found = list(errors(row))
            value, slope = max(found, key=key(0)), max(found, key=key(1))
            name = f"`{row.name}`"
            lines.append(
                f"| {name} | {figure(value[0])} | {shown(value[2])} | {figure(slope[1])} | {shown(slope[2])} | "
                f"{kept.get(name, '')} |"
            )
    PAGE.write_text(HEAD.format(points=f"{POINTS:,}", digits=DIGITS) + "\n".join(lines) + "\n", encoding="utf-8")
    print(PAGE.relative_to(PROJECT))


if __name__ == "__main__":
    main()
