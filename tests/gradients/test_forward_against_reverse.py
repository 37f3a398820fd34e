"""Forward and reverse mode agree on random programs, eager and compiled."""

import pytest
from random_programs import RandomProgram

import autograd
from autograd import jacfwd, jacrev, jvp, vjp
from autograd.errors import AutogradError

QUICK = 60


def check(seed):
    """Compare the modes on one program; whether it has derivatives at all."""
    program = RandomProgram(seed)
    numbers = [*program.parameters, *program.arguments]
    count = len(program.parameters)

    def function(xs):
        result = program(xs[:count], xs[count:])
        return result if isinstance(result, list) else [result]

    try:
        backward = jacrev(function)(numbers)
    except AutogradError:
        return False
    forward = jacfwd(function)(numbers)
    largest = max([1.0, *[abs(slope) for row in backward for slope in row]])
    for by_forward, by_backward in zip(forward, backward, strict=True):
        assert by_forward == pytest.approx(by_backward, rel=1e-9, abs=1e-12 * largest), seed
    tangents = [0.3 * i - 1 for i in range(len(numbers))]
    _, along = jvp(function, (numbers,), (tangents,))
    seeds = [0.7 - 0.4 * i for i in range(len(along))]
    (pulled,) = vjp(function, numbers)[1](seeds)
    product = sum(s * t for s, t in zip(seeds, along, strict=True))
    scale = sum(
        abs(s * slope * t)
        for s, row in zip(seeds, backward, strict=True)
        for slope, t in zip(row, tangents, strict=True)
    )
    assert sum(p * t for p, t in zip(pulled, tangents, strict=True)) == pytest.approx(
        product, abs=1e-12 * scale + 1e-15
    )
    if seed % 20 == 0:
        recorded = autograd.compile(jacfwd(function))(numbers)
        for by_program, row in zip(recorded, backward, strict=True):
            assert by_program == pytest.approx(row, rel=1e-9, abs=1e-12 * largest), seed
    return True


def test_forward_is_reverse_on_random_programs():
    assert sum(check(seed) for seed in range(QUICK)) > 0.8 * QUICK


@pytest.mark.slow
def test_forward_is_reverse_on_three_thousand_random_programs():
    assert sum(check(seed) for seed in range(QUICK, 3000)) > 0.8 * (3000 - QUICK)
