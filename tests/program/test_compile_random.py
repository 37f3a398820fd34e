"""Random functions, compiled, give what the same functions give on Values: outputs and gradients."""

import pytest
from random_programs import RandomProgram

import autograd
from autograd import Value
from autograd.errors import AutogradError


def summed(outputs):
    """Return a sum that weighs every output differently."""
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return sum((1 + 0.3 * i) * output for i, output in enumerate(outputs))


def eager(program, parameters, arguments):
    """Return the outputs and all gradients as Values compute them; None where the numbers get out of hand."""
    values, inputs = [Value(x) for x in parameters], [Value(x) for x in arguments]
    try:
        outputs = program(values, inputs)
        total = summed(outputs)
        if isinstance(total, Value):
            total.backward()
    except AutogradError:
        return None
    outputs = [getattr(x, "data", x) for x in (outputs if isinstance(outputs, list) else [outputs])]
    gradients = [value.grad for value in values + inputs]
    return (outputs, gradients) if max(map(abs, outputs + gradients)) < 1e9 else None


def assert_close(found, expected, tolerance):
    scale = max([1.0, *map(abs, expected)])
    assert found == pytest.approx(expected, rel=tolerance, abs=tolerance * scale)


def check(seed, backend):
    program = RandomProgram(seed)
    others = [(RandomProgram(seed + k).parameters, RandomProgram(seed + k).arguments) for k in (10**6, 2 * 10**6)]
    values = [Value(x) for x in program.parameters]
    compiled = autograd.compile(lambda xs: program(values, xs), backend=backend)
    for more_parameters, more_arguments in [((), ()), *others]:
        parameters = [*more_parameters, *program.parameters][: len(program.parameters)]
        arguments = [*more_arguments, *program.arguments][: len(program.arguments)]
        expected = eager(program, parameters, arguments)
        if expected is None:
            continue
        inputs = [Value(x) for x in arguments]
        for value, number in zip(values, parameters, strict=True):
            value.data, value.grad = number, 0.0
        outputs = compiled(inputs)
        total = summed(outputs)
        total.backward()
        assert_close([x.data for x in (outputs if isinstance(outputs, list) else [outputs])], expected[0], 1e-12)
        assert_close([value.grad for value in values + inputs], expected[1], 1e-10)
    assert compiled.recordings <= 1


@pytest.mark.parametrize("backend", ["straight", "array"])
@pytest.mark.parametrize("start", [0, *[pytest.param(start, marks=pytest.mark.slow) for start in range(20, 200, 20)]])
def test_a_random_function_is_the_same_compiled(start, backend):
    for seed in range(start, start + 20):
        check(seed, backend)
