"""Functions with several results or special arguments, and how operations take their operands."""

import inspect
import math
import pickle

import numpy
import pytest

import autograd
from autograd import Value, errors
from autograd.formulas.operation import OPERATIONS


def test_plain_numbers_give_plain_numbers():
    assert autograd.tanh(0.5) == math.tanh(0.5)
    assert autograd.sum([1, 2, 3]) == 6.0
    assert autograd.dot([1, 2], [3, 4]) == 11.0
    assert autograd.maximum(1, 2) == 2.0
    for result in (
        autograd.tanh(1),
        autograd.sum([1]),
        autograd.relu(-1),
        autograd.max([1, 2]),
        autograd.clamp(5, 0, 1),
    ):
        assert type(result) is float
    assert autograd.softmax([0, 0]) == [0.5, 0.5]


def test_values_and_numbers_mix_in_any_operand():
    x = Value(2.0)
    assert autograd.maximum(3, x).data == 3.0
    assert autograd.clamp(0.5, 0.0, x).parents == (x,)
    assert autograd.where(1.0, 5.0, x).data == 5.0
    assert autograd.sum([1, x, numpy.float64(2)]).data == 5.0
    assert autograd.dot(numpy.array([1.0, 2.0]), [x, x]).data == 6.0


def test_sequences_may_be_any_iterable():
    x, y = Value(1.0), Value(2.0)
    for xs in ([x, y], (x, y), {x: 0, y: 0}, iter([x, y]), (v for v in (x, y)), numpy.array([x, y])):
        assert autograd.sum(xs).data == 3.0
    assert autograd.dot((v for v in (x, y)), (v for v in (x, y))).data == 5.0
    assert autograd.sum(v for v in (x, 1, y)).data == 4.0  # the 1 has to be converted, and a generator gives but once
    assert autograd.dot((v for v in (1, x)), (v for v in (y, numpy.float32(0.5)))).data == 2.5
    assert autograd.max([x, numpy.float64(5.0)]).data == 5.0


def test_defaults_and_names():
    assert autograd.leaky_relu(-2.0) == -0.02
    assert autograd.leaky_relu(-2.0, 0.5) == -1.0
    assert autograd.leaky_relu(-2.0, negative_slope=0.5) == -1.0
    assert autograd.elu(alpha=2.0, x=-1.0) == pytest.approx(2 * math.expm1(-1))
    assert autograd.clamp(5.0, high=2.0, low=1.0) == 2.0
    assert str(inspect.signature(autograd.elu)) == "(x, alpha=1.0)"


@pytest.mark.parametrize(
    "call",
    [
        autograd.tanh,
        lambda: autograd.tanh(1.0, 2.0),
        lambda: autograd.elu(1.0, beta=2.0),
        lambda: autograd.max(1.0, 2.0),
        lambda: autograd.clamp(1.0, 2.0),
    ],
)
def test_wrong_arguments_name_the_operation_and_its_signature(call):
    with pytest.raises(TypeError, match=r"tanh\(x\)|elu\(x, alpha=1\.0\)|max\(xs\)|clamp\(x, low, high\)"):
        call()


@pytest.mark.parametrize("name", ["mean", "prod", "max", "min", "logsumexp"])
def test_an_empty_sequence_is_refused(name):
    with pytest.raises(errors.ArgumentError, match=rf"{name}.*empty"):
        OPERATIONS[name]([])


def test_a_sum_is_what_plus_gives_on_every_python():
    from autograd.formulas.summation import in_turn

    xs = [1.0, 1e16, 1.0, -1e16]  # rounded after each: the ones are lost; from 3.12 on Python's own sum keeps them
    assert autograd.sum(xs) == in_turn(xs) == 1.0 + 1e16 + 1.0 + -1e16 == 0.0
    assert autograd.sum(list(map(Value, xs))).data == 0.0


def test_the_empty_sum_is_zero():
    assert autograd.sum([]) == 0.0
    assert type(autograd.sum(iter(()))) is float


def test_softmax_and_log_softmax_of_nothing_are_refused():
    for function in (autograd.softmax, autograd.log_softmax):
        with pytest.raises(errors.ArgumentError, match="empty"):
            function([])


def test_lengths_must_agree():
    with pytest.raises(errors.ArgumentError, match="2 and 3"):
        autograd.dot([Value(1.0), 2.0], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("item", [Value(1.0), 3.0, None])
def test_a_number_where_a_sequence_belongs(item):
    with pytest.raises(errors.NumberError, match=r"sum\(\[a, b\]\)"):
        autograd.sum(item)


@pytest.mark.parametrize("item", ["a", None, 1j, [1.0]])
def test_something_else_where_a_number_belongs(item):
    for call in (lambda: autograd.tanh(item), lambda: autograd.sum([item]), lambda: autograd.maximum(Value(1.0), item)):
        with pytest.raises(errors.NumberError):
            call()


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod", "logsumexp"])
@pytest.mark.parametrize("position", [0, 1])
def test_a_nan_in_a_sequence_never_passes_silently(name, position):
    xs = [Value(1.0), 2.0]
    xs.insert(position, math.nan)
    with pytest.raises(errors.ArgumentError, match="nan"):
        OPERATIONS[name](xs)
    with pytest.raises(errors.ArgumentError, match="nan"):
        OPERATIONS[name]([1.0, *xs[1:]] if position else [math.nan, 1.0])


def test_softmax_is_differentiable_and_sums_to_one():
    xs = [Value(0.5), Value(-1.0), Value(2.0)]
    ps = autograd.softmax(xs)
    assert sum(p.data for p in ps) == pytest.approx(1.0, rel=1e-15)
    autograd.sum(ps).backward()
    assert [x.grad for x in xs] == pytest.approx([0.0] * 3, abs=1e-16)


def test_softmax_and_cross_entropy_give_p_minus_y():
    xs = [Value(0.5), Value(-1.0), Value(2.0)]
    (-autograd.log_softmax(xs)[1]).backward()
    p = numpy.exp([0.5, -1.0, 2.0]) / numpy.exp([0.5, -1.0, 2.0]).sum()
    assert [x.grad for x in xs] == pytest.approx(list(p - [0, 1, 0]), rel=1e-14)


def test_take():
    values = [Value(1.0), 2.0, Value(3.0)]
    assert autograd.take(values, 2) is values[2]
    assert autograd.take(values, 1) == 2.0
    for index in (3, -1, 1.5):
        with pytest.raises(errors.ArgumentError, match="from 0 to 2"):
            autograd.take(values, index)
    for index in ("0", None, [0]):
        with pytest.raises(errors.NumberError):
            autograd.take(values, index)


def test_take_accepts_numpy_integers():
    assert autograd.take([5.0, 6.0], numpy.int64(1)) == 6.0


def test_fresh_and_observe_are_plain_calls_in_eager_code():
    assert autograd.fresh(numpy.arange, 3) == [0.0, 1.0, 2.0]
    seen = []
    autograd.observe([Value(2.0), 3], seen.extend)
    assert seen == [2.0, 3.0]


def test_operations_pickle_by_name():
    assert pickle.loads(pickle.dumps(autograd.tanh)) is autograd.tanh


def test_an_operation_prints_its_formula():
    assert repr(autograd.tanh) == "<operation tanh(x) = tanh(x), d/dx = 1 - out * out>"


def test_methods_and_functions_agree():
    for name, x in (("exp", 0.3), ("log", 0.3), ("gelu", -0.7), ("sqrt", 2.0), ("erf", 0.1)):
        assert getattr(Value(x), name)().data == OPERATIONS[name](x)
