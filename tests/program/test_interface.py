"""The public interface of a compiled program: one call, step by step, with the parameters in an array."""

import pytest

numpy = pytest.importorskip("numpy")

from autograd import Value, compile, errors  # noqa: E402
from autograd.program import array_program  # noqa: E402


def line(w, b):
    return compile(lambda xs, ys: sum((w * x + b - y) ** 2 for x, y in zip(xs, ys, strict=True)), backend="array")


def test_one_call_step_by_step_gives_the_gradients_of_the_engine():
    w, b = Value(1.0, "w"), Value(0.0, "b")
    program, inputs = line(w, b).array_program([1.0, 2.0], [3.0, 5.0])
    assert set(program.parameters) == {w, b}
    assert program.only_leaves
    numbers = {w: 0.5, b: 0.25}
    program.load_parameters(numpy.array([numbers[value] for value in program.parameters]))
    program.load_inputs(inputs)
    program.compute()
    program.compute_gradients([1.0])
    # by hand: (0.5 + 0.25 - 3)^2 + (1 + 0.25 - 5)^2, its derivatives 2 * sum(e * x) and 2 * sum(e)
    assert program.results() == [2.25**2 + 3.75**2]
    found = dict(zip(program.parameters, program.parameter_gradients.tolist(), strict=True))
    assert found == {w: 2 * (-2.25 * 1 - 3.75 * 2), b: 2 * (-2.25 - 3.75)}
    assert (w.data, w.grad, b.data, b.grad) == (1.0, 0.0, 0.0, 0.0)


def test_it_counts_operations_and_checks_itself():
    w, b = Value(1.0), Value(0.0)
    compiled = line(w, b)
    program, inputs = compiled.array_program([1.0, 2.0], [3.0, 5.0])
    assert program.scalar_count == 10  # 2 * (mul, add, sub, pow) and the sum, which starts from 0
    assert 0 < program.array_count < 10
    program.load_parameters(numpy.array([value.data for value in program.parameters]))
    program.load_inputs(inputs)
    program.compute()
    program.check("line", lambda: compiled.function([1.0, 2.0], [3.0, 5.0]))
    with pytest.raises(errors.RecordingError, match="line"):
        program.check("line", lambda: compiled.function([1.0, 2.0], [3.0, 6.0]))


def test_only_programs_of_arrays_have_it():
    straight = compile(lambda x: x * x)
    with pytest.raises(errors.ArgumentError, match="backend='auto'"):
        straight.array_program(2.0)


def test_every_name_of_the_interface_is_described():
    names = [name for name in vars(array_program.ArrayProgram) if not name.startswith("_")]
    assert len(names) >= 12
    assert all(getattr(array_program.ArrayProgram, name).__doc__ for name in names)
