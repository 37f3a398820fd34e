"""Every equation that a view prints holds as printed: what is printed is evaluated, in fifty digits, and compared."""

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import mpmath
import pytest
from random_graphs import random_graph

import autograd
from autograd import Value, derivation, explain, steps
from autograd.views.steps.screen import Screen

mp = mpmath.mp.clone()
mp.dps = 50
NODE = shutil.which("node")
EXPLORER = Path(autograd.__file__).parent / "views" / "explorer"


def softmax(xs: list[mpmath.mpf]) -> list[mpmath.mpf]:
    return [mp.exp(x) / mp.fsum(map(mp.exp, xs)) for x in xs]


def power(x: mpmath.mpf, y: mpmath.mpf) -> mpmath.mpf:
    return x**y


def log_softmax(xs: list[mpmath.mpf]) -> list[mpmath.mpf]:
    return [x - mp.log(mp.fsum(map(mp.exp, xs))) for x in xs]


MEANING = {
    **{name: getattr(mp, name) for name in ("exp", "log", "log1p", "expm1", "sqrt", "sin", "cos", "tan")},
    **{name: getattr(mp, name) for name in ("asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
    **{name: getattr(mp, name) for name in ("erf", "erfc", "sinpi", "cospi", "floor", "ceil", "hypot", "atan2", "pi")},
    "abs": abs, "max": max, "min": min, "maximum": max, "minimum": min, "round": mp.nint, "digamma": mp.digamma,
    "lgamma": lambda x: mp.log(abs(mp.gamma(x))), "polygamma": lambda x, index: mp.psi(int(index), x),
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "log2": lambda x: mp.log(x, 2), "log10": lambda x: mp.log(x, 10), "exp2": lambda x: 2**x,
    "trunc": lambda x: mp.sign(x) * mp.floor(abs(x)), "remainder": lambda x, y: x - y * mp.floor(x / y),
    "copysign": lambda x, y: abs(x) if y >= 0 else -abs(x), "sign": mp.sign,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "sech_squared": lambda x: 1 / mp.cosh(x) ** 2,
    "softmax": softmax, "log_softmax": log_softmax, "ordered": sorted, "power": power,
    "norm": lambda xs: mp.sqrt(mp.fsum(x * x for x in xs)), "sinc": mp.sincpi,
    "logsumexp": lambda xs: mp.log(mp.fsum(map(mp.exp, xs))),
    "atan2_slope": lambda x, y: x / (x * x + y * y), "hypot_slope": lambda x, y: x / mp.hypot(x, y),
    "where": lambda condition, x, y: x if condition > 0 else y,
    "power_slope": lambda x, y: y * x ** (y - 1),
    "power_log": lambda x, y: x**y * mp.log(x) if x else mp.mpf(0),
    "power_mixed": lambda x, y: (1 + y * mp.log(x)) * x ** (y - 1),
}  # fmt: skip
"""What the names in printed formulas mean, independently of the library."""

NUMBER = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?:e[-+]\d+)?(?!\w)")
EQUATION = re.compile(r"([^=≈]+(?:==[^=≈]+)*) ([=≈]) (-?\d[\d.e+-]*|-?inf|nan)$")


def evaluated(text: str) -> mpmath.mpf:
    indexed = re.sub(r"\)\[(\d+)\]", r")[int('\1')]", text.replace("×", "*"))
    exact = NUMBER.sub(lambda found: f"number('{found.group()}')", indexed)
    return mp.mpf(eval(exact, {**MEANING, "number": mp.mpf, "int": int}))


def half_a_digit(text: str) -> mpmath.mpf:
    """Half a unit of the last digit that a printed number has; zeros at its end are not shown."""
    number = mp.mpf(text)
    if number == 0:
        return mp.mpf("1e-300")
    shown = len(re.sub(r"\D", "", text.split("e", maxsplit=1)[0].lstrip("-0.")))
    exponent = int(mp.floor(mp.log10(abs(number))))
    unit = mp.mpf(10) ** (exponent + 1 - max(4, shown if "." in text else 4))
    return min(unit, mp.mpf(1)) / 2 if 1e4 <= abs(number) < 1e6 else unit / 2


PI_ERROR = mp.mpf("1e-45")
"""What fifty digits of pi leave of sin(2 * pi), which is 0."""


@cache
def check(line: str) -> int:
    """Check the last two sides of a chain of equations; return whether there was one."""
    found = EQUATION.search(line)
    if not found or "..." in found.group(1):
        return 0
    left, sign, right = found.groups()
    left = left.rsplit(" = ", 1)[-1]
    if re.search(r"'|\b(?:x|v)\d+\b|∂|\bd\w+/d", left):
        return 0  # names: nothing to evaluate
    if sign == "=":
        error = abs(evaluated(left) - mp.mpf(right)) - (PI_ERROR if "pi" in left else 0)
        assert error <= half_a_digit(right) * mp.mpf("1.000001"), f"{left} = {right} is off by {mp.nstr(error, 3)}"
    return 1


def printed_equations(loss: Value, leaf: Value) -> Iterator[str]:
    """Every chain of equations that the views print about a graph."""
    found = steps(loss)
    screen = Screen(found)
    for step in found:
        if step.phase == "forward":
            yield step.narration.removesuffix(".")
        yield from re.findall(r" gets (.+? [=≈] [^,]+?)(?:,| \(|\.$|$)", step.narration)
        yield from re.findall(r"which makes (.+? [=≈] \S+?)(?:,|\.$)", step.narration)
        for line in screen.step(step).splitlines():
            yield from re.findall(r"(?:gets|local derivative|its gradient) +(.+?)(?:  \(.*)?$", line)
    yield from repr(derivation(loss)).splitlines()
    for row in repr(explain(leaf, loss)).splitlines():
        yield from re.split(r"   +", row.strip())


def check_graphs(seeds: range) -> None:
    checked = approximate = 0
    for seed in seeds:
        loss = random_graph(seed, size=12)
        leaf = autograd.graph.topological_order(loss)[0]
        for line in printed_equations(loss, leaf):
            checked += check(line)
            approximate += "≈" in line
    assert checked > 100 * len(seeds)
    assert approximate < 0.01 * checked


def test_every_printed_equation_of_random_graphs_holds() -> None:
    check_graphs(range(12))


@pytest.mark.slow
def test_every_printed_equation_of_five_hundred_random_graphs_holds() -> None:
    check_graphs(range(12, 512))
