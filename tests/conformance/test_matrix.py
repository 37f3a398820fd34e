"""Every row and every composed function, by every route, at every kind of point: one truth."""

import os

import pytest
from matrix import disagreements, told
from points import BY_NAME, KINDS
from reference import TRUTH
from routes import ROUTES, SLOW, available

from autograd import ops
from autograd.formulas.operation import OPERATIONS

QUICK = ["backward", "gradient"]
EVERY_DAY = frozenset(ops.PUBLIC)
"""The rows that the quick run looks at: those of autograd/ops.py."""
SLOWEST = {"c", "to_jax"}
"""Routes with a compiler of their own."""
ROWS = frozenset(OPERATIONS)
"""The table as it is before other tests define rows of their own."""
CASES = [
    pytest.param(name, kind, id=f"{name}-{kind}")
    for name, subjects in BY_NAME.items()
    for kind in KINDS
    if any(kind in subject.points for subject in subjects)
]


def check(name: str, kind: str, routes: list[str]) -> None:
    wrong = [
        f"{subject.text} at {', '.join(map(repr, point))} by {route}: {level} {told(got)}, expected {told(expected)}"
        for subject in BY_NAME[name]
        for route in routes
        if available(route)
        for level, point, got, expected in disagreements(subject, kind, route)
    ]
    assert not wrong, f"{len(wrong)} disagreements\n" + "\n".join(wrong[:40])


def test_every_row_has_a_truth_of_its_own() -> None:
    assert not {name for name in ROWS - TRUTH.keys() if not name.startswith("power_")}  # those: derivatives of pow


@pytest.mark.parametrize(("name", "kind"), [case for case in CASES if case.values[0] in EVERY_DAY])
def test_one_truth(name: str, kind: str) -> None:
    check(name, kind, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), [case for case in CASES if case.values[0] not in EVERY_DAY])
def test_one_truth_of_everything_else(name: str, kind: str) -> None:
    check(name, kind, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_one_truth_in_programs_and_pages(name: str, kind: str) -> None:
    check(name, kind, [route for route in ROUTES if route not in {*SLOW, *QUICK}])


@pytest.mark.slow
@pytest.mark.parametrize("route", sorted(SLOW))
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_one_truth_elsewhere(name: str, kind: str, route: str) -> None:
    if not available(route):
        pytest.skip(f"what {route} needs is not installed")
    if route in SLOWEST and name not in EVERY_DAY and "MATRIX" not in os.environ:
        pytest.skip(f"{route} takes minutes for what is not in autograd/ops.py; MATRIX=all runs it")
    check(name, kind, [route])
