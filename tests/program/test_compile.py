"""``autograd.compile``: a compiled function is the function, only faster."""

import gc
import math
import weakref
from fractions import Fraction

import pytest

import autograd
from autograd import Value
from autograd.errors import (
    ArgumentError,
    NumberError,
    NumberOverflowError,
    RecordingError,
)

# --- arguments ----------------------------------------------------------------------------------------------


def test_structures_of_arguments(compiled):
    f = compiled(lambda d, t=(0.0, 0.0), *, k=1.0: {"out": (d["a"] * d["b"][1][0] + t[1] * k, [d["b"][0]])})
    assert f({"a": 2.0, "b": [3.0, (4.0,)]})["out"][0].data == 8.0
    assert f({"a": 2.0, "b": [3, (4,)]}, (1.0, 5.0), k=10)["out"][0].data == 58.0
    assert f({"a": 2.0, "b": [3, (4,)]}, t=(1.0, 5.0), k=10)["out"][1][0].data == 3.0
    assert f.recordings == 3


def test_each_structure_is_recorded_once(compiled):
    def function(xs, scale=1.0):
        return sum(xs) * scale

    f, counts = compiled(function), []
    for length in (1, 2, 3, 2, 1, 3):
        assert f([float(i + 1) for i in range(length)]).data == length * (length + 1) / 2
        counts.append(f.recordings)
    assert counts == [1, 2, 3, 3, 3, 3]
    counts.clear()
    for xs in ([Value(1.0), 2.0], [Value(1.0), 2.0], [1.0, Value(2.0)], (1.0, 2.0)):
        f(xs)
        counts.append(f.recordings)
    f([1.0, 2.0], 2.0)
    assert counts == [4, 4, 5, 6]
    assert f.recordings == 7
    assert "7 programs" in repr(f)


def test_numbers_of_every_kind(compiled):
    f = compiled(lambda x, ys: x + ys[0])
    for x in (2, 2.0, True, Fraction(5, 2)):
        assert f(x, [1]).data == float(x) + 1
        assert isinstance(f(x, [1]).data, float)
    assert f.recordings == 1
    assert isinstance(compiled(lambda x: [x, 2])(1)[1].data, float)


def test_numpy_arrays_and_scalars(compiled):
    np = pytest.importorskip("numpy")
    w = Value(2.0)
    f = compiled(lambda m, s: sum(sum(row) for row in m) * w + s)
    matrix = np.arange(6.0).reshape(2, 3)
    for array in (matrix, matrix.astype("float32"), matrix.astype(int), matrix.T.copy().T, np.asfortranarray(matrix)):
        assert f(array, np.float32(1.5)).data == 31.5
    assert f.recordings == 1
    assert f(matrix[:, ::2], np.array(1.0)).data == 2 * (0 + 2 + 3 + 5) + 1
    flags = compiled(lambda b: b[0] * 2 + b[1])
    assert flags(np.array([True, False])).data == 2.0
    objects = np.array([Value(3.0), 4.0], dtype=object)
    result = compiled(lambda xs: xs[0] * xs[1])(objects)
    result.backward()
    assert (result.data, objects[0].grad) == (12.0, 4.0)


def test_lists_of_rows_are_as_good_as_an_array(compiled):
    f = compiled(lambda m: [type(m).__name__ == "list", m[1][0] * 1.0, m[0][1] * 1.0][1:])
    assert [x.data for x in f([[1, 2], [3, 4]])] == [3.0, 2.0]
    assert [x.data for x in f([[1.5, 2], [3, 4]])] == [3.0, 2.0]
    assert f.recordings == 1
    mixed = compiled(lambda m: m[0][0] * (2.0 if isinstance(m[1], tuple) else 1.0))
    assert mixed([[3, 2], (3, 4)]).data == 6.0
    ragged = compiled(lambda m: sum(sum(row) for row in m))
    assert ragged([[1, 2], [3]]).data == 6.0
    assert ragged([]).data == 0.0


def test_values_as_arguments_receive_gradients_and_numbers_do_not(compiled):
    f = compiled(lambda a, b, c: a * b * c)
    a, b = Value(2.0), Value(3.0)
    f(a, b, 4.0).backward()
    assert (a.grad, b.grad) == (12.0, 8.0)
    f(a, 3.0, b).backward()
    assert (a.grad, b.grad) == (21.0, 14.0)


def test_one_value_may_be_argument_twice_and_closed_over_as_well(compiled):
    v = Value(3.0)
    compiled(lambda x, y: x * y * v)(v, v).backward()
    assert v.grad == 27.0


@pytest.mark.parametrize("argument", ["text", {1.0, 2.0}, object(), (x for x in [1.0])], ids=type)
def test_what_is_no_argument_says_so(compiled, argument):
    with pytest.raises(
        NumberError, match=r"takes numbers, Values, and lists, tuples, dictionaries and arrays"
    ) as caught:
        compiled(lambda x: 1.0)([argument, 1.0])
    assert "static=" in str(caught.value)


def test_none_is_a_structure_but_no_result(compiled):
    f = compiled(lambda pair: pair[1] * (2 if pair[0] is None else 3))
    assert (f([None, 1.0]).data, f([4.0, 1.0]).data, f.recordings) == (2.0, 3.0, 2)
    with pytest.raises(RecordingError, match="must return a Value"):
        compiled(lambda x: None)(1.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_wherever_it_stands(compiled, bad):
    w = Value(1.0)
    for argument, function in [
        (bad, lambda x: autograd.maximum(x, w)),
        ([bad, 1.0], lambda x: autograd.tanh(x[0]) * w),
        ([[1.0, 2.0], [bad, 0.0]], lambda x: autograd.clamp(x[1][0], -1, 1) * w),
    ]:
        with pytest.raises(ArgumentError, match="Expected a finite number"):
            compiled(function)(argument)


def test_an_integer_too_large_for_a_float_is_refused(compiled):
    for argument in (10**400, [10**400]):
        f = compiled(lambda x: (x[0] if isinstance(x, list) else x) * 1.0)
        for call in (f, f.value_and_grad):
            with pytest.raises(NumberOverflowError, match="too large for a float"):
                call(argument)


def test_wrong_calls_fail_as_they_would_without_compiling(compiled):
    f = compiled(lambda x, y: x * y)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        f(1.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        f(1.0, z=2.0)
    assert f.recordings == 0
    assert f(2.0, 3.0).data == 6.0


# --- static -------------------------------------------------------------------------------------------------


def test_static_arguments_are_part_of_the_structure(compiled):
    f = compiled(lambda x, n, *, flag=False: x**n if flag else x * n, static=("n", "flag"))
    assert f(2.0, 3).data == 6.0
    assert f(2.0, 3, flag=True).data == 8.0
    assert f(2.0, n=3, flag=True).data == 8.0
    assert f(x=2.0, n=4).data == 8.0
    assert f(5.0, 3).data == 15.0
    assert f.recordings == 4


def test_static_arguments_anywhere(compiled):
    first = compiled(lambda n, *xs, **named: sum(xs) * n + sum(named.values()), static="n")
    assert first(2, 1.0, 2.0).data == 6.0
    assert first(3, 1.0, 2.0, a=10.0).data == 19.0
    assert compiled(lambda x, kind, /: x * len(kind), static=["kind"])(2.0, "abc").data == 6.0


def test_equal_static_arguments_of_different_types_are_different(compiled):
    f = compiled(lambda x, n: x * (10.0 if n is True else n), static="n")
    assert [f(1.0, True).data, f(1.0, 1).data, f(1.0, 1.0).data] == [10.0, 1.0, 1.0]
    assert f.recordings == 3


def test_static_mistakes(compiled):
    with pytest.raises(ArgumentError, match=r"static= names n, but program\(x\) has no such parameter"):
        compiled(lambda x: x, static="n")
    with pytest.raises(ArgumentError, match="has no such parameter"):
        compiled(lambda *xs: xs[0], static="xs")
    with pytest.raises(ArgumentError, match=r"static arguments of program must be hashable; got {'n': \[1\]}"):
        compiled(lambda x, n: x, static="n")(1.0, [1])


# --- parameters ---------------------------------------------------------------------------------------------


def test_values_closed_over_are_read_afresh_at_each_call(compiled):
    w, b = Value(2.0), Value(1.0)
    f = compiled(lambda x: w * x + b)
    assert f(3.0).data == 7.0
    w.data, b.data = 10.0, -1.0
    assert f(3.0).data == 29.0
    assert f.recordings == 1


def test_a_training_loop_is_the_same_line_by_line(compiled):
    def train(wrap):
        w, b = Value(0.1), Value(-0.2)
        step = wrap(lambda xs, ys: sum((w * x + b - y) ** 2 for x, y in zip(xs, ys, strict=True)))
        losses = []
        for _ in range(20):
            loss = step([1.0, 2.0, 3.0], [2.0, 3.5, 6.0])
            w.grad = b.grad = 0.0
            loss.backward()
            losses.append(loss.data)
            for p in (w, b):
                p.data -= 0.02 * p.grad
        return [*losses, w.data, b.data]

    assert train(compiled) == pytest.approx(train(lambda f: f), rel=1e-12)


def test_gradients_accumulate_until_they_are_zeroed(compiled):
    w = Value(3.0)
    f = compiled(lambda: w**3)
    f().backward()
    f().backward()
    assert w.grad == 54.0


def test_backward_twice_through_one_result(compiled):
    w = Value(3.0)
    result = compiled(lambda: w**3)()
    result.backward()
    result.backward(seed=2.0)
    assert (w.grad, result.grad) == (81.0, 2.0)
    result.backward(seed=0.0)
    assert (w.grad, result.grad) == (81.0, 0.0)


def test_values_computed_before_are_links_of_the_same_chain(compiled):
    w = Value(3.0)
    square = w * w
    compiled(lambda x: square * x)(2.0).backward()
    assert (w.grad, square.grad) == (12.0, 2.0)


def test_a_parameter_made_inside_is_no_trouble(compiled):
    f = compiled(lambda x: Value(2.0) * x + Value(1.0))
    assert f(3.0).data == 7.0
    x = Value(3.0)
    f(x).backward()
    assert x.grad == 2.0


# --- results ------------------------------------------------------------------------------------------------


def test_several_results(compiled):
    w = Value(2.0)
    f = compiled(lambda x: {"a": w * x, "b": [w * w, 3, x], "c": ()})
    result = f(5.0)
    assert (result["a"].data, result["b"][0].data, result["b"][1].data, result["b"][2].data) == (10.0, 4.0, 3.0, 5.0)
    assert result["c"] == ()
    (result["a"] * 2 + result["b"][0]).backward()
    assert w.grad == 14.0
    result["b"][0].backward()
    assert w.grad == 18.0


def test_one_result_of_several_alone(compiled):
    x = Value(3.0)
    square, cube = compiled(lambda x: (x * x, x**3))(x)
    cube.backward()
    assert x.grad == 27.0
    square.backward()
    assert x.grad == 33.0


def test_results_that_are_inputs_parameters_constants_or_each_other(compiled):
    w, x = Value(2.0), Value(3.0)
    a, b, c, d, e = compiled(lambda x: [x, w, 1.5, x * w, x * w])(x)
    assert [v.data for v in (a, b, c, d, e)] == [3.0, 2.0, 1.5, 6.0, 6.0]
    (a + 10 * b + 100 * c + 1000 * d + 10000 * e).backward()
    assert (x.grad, w.grad) == (1 + 11000 * 2.0, 10 + 11000 * 3.0)
    result = compiled(lambda x: x)(x)
    x.grad = 0.0
    result.backward(7.0)
    assert x.grad == 7.0


def test_a_result_is_a_value(compiled):
    w = Value(2.0, "w")
    result = compiled(lambda x: w * x)(3.0)
    assert isinstance(result, Value)
    assert result.parents == (w,)
    assert result.op == "program"
    assert result.local_derivatives() == (3.0,)
    result.label, result.colour = "out", "red"
    assert repr(result) == "Value(data=6.0, grad=0.0, label='out')"
    assert result > 5
    assert (result + 1).data == 7.0
    constant = compiled(lambda x: 3)(1.0)
    assert (constant.data, constant.parents) == (3.0, ())


def test_compiled_and_eager_code_compose(compiled):
    w = Value(0.5)
    inner = compiled(lambda x: autograd.tanh(w * x))
    x = Value(2.0)
    y = inner(x * x) * 3 + x
    y.backward()
    t = math.tanh(0.5 * 4)
    assert y.data == pytest.approx(3 * t + 2, rel=1e-15)
    assert x.grad == pytest.approx(3 * (1 - t * t) * 0.5 * 4 + 1, rel=1e-14)
    assert w.grad == pytest.approx(3 * (1 - t * t) * 4, rel=1e-14)


def test_compiled_pieces_compose_with_each_other(compiled):
    w = Value(0.5)
    inner = compiled(lambda x: w * x * x)
    outer = compiled(lambda x: inner(x) + inner(2 * x))
    x = Value(3.0)
    result = outer(inner(x))
    result.backward()
    inside = 0.5 * 9
    assert result.data == pytest.approx(0.5 * inside**2 * 5, rel=1e-15)
    assert x.grad == pytest.approx(0.5 * 5 * 2 * inside * 0.5 * 2 * 3, rel=1e-14)
    assert inner.recordings == 1  # as a part of the outer one it is not a program of its own


def test_two_calls_before_backward(compiled):
    w = Value(2.0)
    f = compiled(lambda xs: autograd.exp(w * xs[0]) * xs[1])
    first, second = f([0.5, 1.0]), f([0.1, 3.0])
    (first * second).backward()
    total = math.exp(1.0) * math.exp(0.2) * 3
    assert w.grad == pytest.approx(0.6 * total, rel=1e-14)
    w.grad = 0.0
    third = f([0.5, 1.0])
    w.data = 5.0  # what was computed stays computed
    f([0.0, 0.0])
    third.backward()
    assert w.grad == pytest.approx(0.5 * math.exp(1.0), rel=1e-14)


def test_a_result_does_not_keep_its_arguments_from_changing(compiled):
    w = Value(2.0)
    data = [1.0, 2.0]
    result = compiled(lambda xs: w * xs[0] * xs[1])(data)
    data[0] = 100.0
    result.backward()
    assert w.grad == 2.0


def test_no_grad(compiled):
    w = Value(2.0)
    f = compiled(lambda x: w * x)
    with autograd.no_grad():
        result = f(3.0)
    assert (result.data, result.parents) == (6.0, ())
    f(3.0).backward()
    assert w.grad == 3.0


def test_no_grad_and_detach_inside(compiled):
    w = Value(2.0)

    def function(x):
        with autograd.no_grad():
            frozen = w * w
        return frozen * w * x + w.detach() * x

    compiled(function)(3.0).backward()
    assert w.grad == 12.0
    w.data = 5.0
    assert compiled(function)(1.0).data == 130.0


def test_backward_under_no_grad(compiled):
    w = Value(0.0)
    result = compiled(lambda x: autograd.maximum(w, x) ** 2)(3.0)
    with autograd.no_grad():
        result.backward()
    assert w.grad == 0.0


def test_graphs_are_freed_with_their_last_result(compiled):
    f = compiled(lambda x: x * 2)
    x = Value(1.0)
    f(x)
    gc.disable()
    try:
        x = Value(1.0)
        gone = weakref.ref(x)
        result = f(x)
        result.backward()
        del result, x
        assert gone() is None
    finally:
        gc.enable()
