"""Random programs that prefer zeros, ones, ties and masks, by every route: one truth for all of them."""

import os

import pytest
from matrix import compute_pages, disagreements, told
from programs import Program, random_program
from reference import NoValueError, truth
from routes import ROUTES, available

COUNT, CHUNK = int(os.environ.get("RANDOM_PROGRAMS", "100")), 100
"""RANDOM_PROGRAMS=3200 is the long run."""
NOT_HELD = {"over fractions", "over sympy", "sympy's diff"}
"""Random programs are hardly ever rational, and SymPy simplifies them as it likes: CONTRACT["algebra"]."""
SOMETIMES = {"to_jax": 16}
"""Every how many programs take a route that needs a third of a second for each."""


def is_fragile(program: Program) -> bool:
    """Whether what is true hangs on the last digit of a number on the way, so that no two libraries need agree."""
    plain = truth(program, program.point)
    for nudge in (1e-14, -1e-14):
        moved = truth(program, program.point, nudge=nudge)
        for mine, theirs in zip(plain, moved, strict=True):
            if isinstance(mine, NoValueError) or isinstance(theirs, NoValueError):
                if not (isinstance(mine, NoValueError) and isinstance(theirs, NoValueError)):
                    return True
                continue
            numbers = list(zip(numbers_of(mine), numbers_of(theirs), strict=True))
            if any(abs(m - t) > 1e-11 * max(1.0, abs(m)) or abs(m) > 1e50 for m, t in numbers):
                return True
    return False


def numbers_of(tree: object) -> list[float]:
    return [x for item in tree for x in numbers_of(item)] if isinstance(tree, list) else [tree]  # type: ignore[list-item]


def wrong(program: Program, route: str) -> list[str]:
    """Return what a route gets wrong; 0 where nothing flows in is right to every order: CONTRACT["by rule"]."""
    return [
        f"{level} {told(got)}, expected {told(expected)}"
        for level, _, got, expected in disagreements(program.subject, "interior", route)
        if not (isinstance(expected, NoValueError) and isinstance(got, list) and not any(numbers_of(got)))
    ]


def shortest(program: Program, route: str) -> str:
    """Return the shortest beginning of a program on which a route is wrong, and what it says."""
    for shorter in program.shorter():
        if not is_fragile(shorter) and (found := wrong(shorter, route)):
            return f"{route}: {'; '.join(found)}\n  {shorter}"
    return f"{route}: {'; '.join(wrong(program, route))}\n  {program}"


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, COUNT, CHUNK))
def test_random_programs(start: int) -> None:
    programs = [random_program(seed) for seed in range(start, start + CHUNK)]
    programs = [program for program in programs if not is_fragile(program)]
    assert len(programs) > 0.8 * CHUNK
    failures = []
    for route in [route for route in ROUTES if route not in NOT_HELD and available(route)]:
        taken = [program for program in programs if program.seed % SOMETIMES.get(route, 1) == 0]
        if route == "page":
            compute_pages([program.subject for program in taken])
        failures += [shortest(program, route) for program in taken if wrong(program, route)]
    assert not failures, f"{len(failures)} disagreements\n" + "\n".join(failures[:20])
