"""The numbers that the course's questions call right, computed anew."""

import math
import re
import runpy
import sys
from collections.abc import Callable

import pytest
from project_root import ROOT

import autograd
from autograd import Value, explain

FOLDER = ROOT / "notebooks"
sys.path.insert(0, str(FOLDER))


def gradient(function: Callable[[Value], Value], at: float) -> float:
    x = Value(at)
    function(x).backward()
    return x.grad


def doubled(x: Value, times: int = 30) -> Value:
    for _ in range(times):
        x = x + x
    return x


def paths(times: int = 30) -> int:
    x = Value(1.0)
    return explain(x, doubled(x, times)).path_count


def interest(savings: Value | float, rate: Value | float, years: Value | float) -> Value | float:
    return savings * (1 + rate) ** years


COMPUTED = {
    (1, 1): 16 - ((2.001 * -3 + 10) ** 2),
    (1, 3): gradient(lambda x: x * 2 + x**2, 3.0),
    (1, 5): 2 * gradient(lambda x: x**2 * x, 3.0),
    (2, 1): gradient(lambda x: x * x * 3 + x, 2.0),
    (4, 1): -math.log(0.5),
    (5, 1): -math.log(0.01),
    (5, 2): gradient(lambda z: autograd.softplus(-z), math.log(0.95 / 0.05)),
    (5, 3): Value(40.0).sigmoid().data,
    (7, 4): 1 / 0.7,
    (10, 1): autograd.grad(autograd.grad(lambda x: x**4))(2.0),
    (10, 3): math.hypot(*[slope * 0.1 for slope in autograd.grad(lambda a, b: a * b, (0, 1))(2.0, 5.0)]),
    (9, 1): math.sqrt((9 + 16) / 2),
}


def right_choice(notebook: int, number: int, capsys: pytest.CaptureFixture[str]) -> str:
    ask = runpy.run_path(str(FOLDER / f"checks_{notebook:02}.py"))[f"quiz_{number}"]
    for letter in "abcd":
        ask(letter)
        lines = capsys.readouterr().out.strip().splitlines()
        if lines[-1].startswith("✓"):
            return next(line.strip()[3:] for line in lines if line.strip().startswith(f"{letter})"))
    raise AssertionError("no choice is right")


@pytest.mark.parametrize("question", COMPUTED)
def test_the_right_choice_is_what_comes_out(question: tuple[int, int], capsys: pytest.CaptureFixture[str]) -> None:
    said = re.findall(r"-?\d+(?:\.\d+)?", right_choice(*question, capsys))[-1]
    digits = len(said.partition(".")[2])
    assert round(COMPUTED[question], digits) == float(said)


def test_other_numbers_that_the_questions_name() -> None:
    assert paths() == 2**30
    assert [gradient(lambda x: (x * -3 + 10) ** 2, 2.0), gradient(lambda c: (c - 6) ** 2, 10.0)] == [-24.0, 8.0]
    savings, rate, years = Value(1000.0), Value(0.03), Value(10.0)
    total = interest(savings, rate, years)
    assert isinstance(total, Value)
    total.backward()
    assert (round(savings.grad, 1), round(years.grad)) == (1.3, 40)
    assert rate.grad > years.grad > savings.grad
    assert max(gradient(Value.sigmoid, z / 10) for z in range(-60, 61)) == 0.25


def test_the_error_of_a_nudge_is_truncation_until_rounding_takes_over() -> None:
    def loss(a: float) -> float:
        return (a * -3.0 + 10.0) ** 2

    errors = {k: abs((loss(2.0 + 10.0**-k) - loss(2.0)) / 10.0**-k + 24) for k in (1, 3, 5, 7, 9, 11, 13)}
    for exponent in (1, 3, 5):  # half the second derivative, 9, times the nudge
        assert math.isclose(errors[exponent], 9 * 10.0**-exponent, rel_tol=1e-3)
    assert min(errors, key=lambda exponent: errors[exponent]) == 7
    assert errors[13] > errors[3]
