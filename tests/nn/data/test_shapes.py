"""What is a sample and what is a batch; the shared checks of arguments."""

import pytest

import nn
from autograd import Value, errors
from nn.argument_checks import one_of, positive, within
from nn.data.shapes import flatten, is_batch, leaves, nested, nested_like, sample, without_history


@pytest.mark.parametrize("x", [[1.0], (1, 2), [Value(1.0)], range(3)])
def test_samples(x):
    assert not is_batch(x)


@pytest.mark.parametrize("x", [[[1.0]], ((1, 2),), [[Value(1.0)], [2.0]], [range(3)], [[]]])
def test_batches(x):
    assert is_batch(x)


def test_arrays():
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    assert is_batch(numpy.zeros((2, 3)))
    assert not is_batch(numpy.zeros(3))
    assert is_batch([numpy.zeros(3)])
    assert not is_batch([numpy.float64(1.0), numpy.int8(2)])
    items = sample(numpy.array([1, 2], dtype=numpy.int8), 2, nn.Linear(2, 1).title)
    assert items == (1.0, 2.0)
    assert {type(item) for item in items} == {float}
    assert flatten(numpy.ones((2, 2)), "x") == ([1.0] * 4, (2, 2))
    values = numpy.array([Value(1.0), Value(2.0)], dtype=object)
    assert sample(values, 2, nn.Linear(2, 1).title) == tuple(values)


def test_iterators_are_samples_and_batches_too():
    layer = nn.Linear(2, 1, seed=0)
    assert layer(iter([1.0, 2.0]))[0].data == layer([1.0, 2.0])[0].data
    assert len(layer([x, 1.0] for x in (1.0, 2.0, 3.0))) == 3


@pytest.mark.parametrize("shape", [(), (3,), (1, 1), (2, 3), (2, 1, 2)])
def test_nested_undoes_flatten(shape):
    count = 1
    for length in shape:
        count *= length
    numbers = [float(i) for i in range(count)]
    assert flatten(nested(numbers, shape), "x") == (numbers, shape)


@pytest.mark.parametrize("x", [[], [[]], [[1.0], []], [1.0, [2.0]]])
def test_ragged_and_empty_sequences(x):
    with pytest.raises(errors.ArgumentError, match="x"):
        flatten(x, "x")


def test_sizes_and_choices():
    assert positive("size", 3) == 3
    for wrong in (0, -1, 2.0, "3", None):
        with pytest.raises(errors.ArgumentError, match="size must be a whole number of at least 1"):
            positive("size", wrong)
    assert one_of("mode", "a", ("a", "b")) == "a"
    with pytest.raises(errors.ArgumentError, match="mode must be one of 'a', 'b'; got 'c'"):
        one_of("mode", "c", ("a", "b"))


@pytest.mark.parametrize(
    ("interval", "inside", "outside", "words"),
    [
        ("[0, 1)", [0, 0.5, 0.999], [-1e-9, 1.0], "x must be at least 0 and less than 1; got"),
        ("(0, inf)", [1e-300, 5], [0.0, -1], "x must be greater than 0; got"),
        ("[0, 1]", [0, 1], [-0.1, 1.1], "x must be at least 0 and at most 1; got"),
        ("(-inf, inf)", [-1e308, 0], [], ""),
    ],
)
def test_intervals(interval, inside, outside, words):
    for number in inside:
        assert within("x", number, interval) == number
    for number in outside:
        with pytest.raises(errors.ArgumentError, match=words):
            within("x", number, interval)
    with pytest.raises(errors.ArgumentError, match=r"x: .*nan"):
        within("x", float("nan"), interval)
    with pytest.raises(errors.NumberError, match=r"x: .*'1'"):
        within("x", "1", interval)


@pytest.mark.parametrize("outputs", [1.0, [], [1.0, 2.0], [[1.0], [2.0, [3.0, []]], 4.0], [[[[5.0]]]]])
def test_nested_outputs_come_apart_and_together_again(outputs):
    assert nested_like(outputs, leaves(outputs)) == outputs


def test_outputs_without_history_are_nested_as_before():
    outputs = [(Value(1.0), 2.0), [[Value(3.0)]], Value(4.0)]
    assert list(leaves(outputs)) == [outputs[0][0], 2.0, outputs[1][0][0], outputs[2]]
    assert without_history(outputs) == [[1.0, 2.0], [[3.0]], 4.0]
    assert without_history(Value(5.0)) == 5.0
