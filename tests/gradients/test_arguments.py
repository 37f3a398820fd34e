"""Nested arguments laid flat and put back together."""

from dataclasses import dataclass

import numpy
import pytest

import autograd
from autograd import Value, errors
from autograd.gradients.arguments import flatten, leaves, unflatten, with_leaves
from autograd.gradients.supplies import InBulk
from autograd.gradients.taking_apart import take_apart

TREES = [
    3.0,
    [1.0, 2.0],
    (1.0, [2.0, (3.0,)], {"a": 4.0, "b": [5.0]}),
    [],
    {},
    ((), [[], {}]),
    [[1.0, 2.0], [3.0, 4.0]],
    {"x": {"y": {"z": (1.0, 2.0)}}},
    (1.0,),
    [5.0],
    [[7]],
]


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_there_and_back(tree):
    numbers = []
    shape = flatten(tree, numbers)
    again = unflatten(shape, iter(numbers))
    assert again == tree
    assert type(again) is type(tree)
    assert all(type(number) is float for number in numbers)
    assert hash(shape) == hash(flatten(tree, []))


def test_different_structures_have_different_shapes():
    shapes = [flatten(tree, []) for tree in TREES]
    assert len(set(shapes)) == len(shapes)
    assert flatten([2], []) != flatten([[1.0], [2.0]], [])


def test_values_pass_through():
    x = Value(1.0)
    numbers = []
    shape = flatten([x, 2, {"k": x}], numbers)
    assert numbers == [x, 2.0, x]
    assert unflatten(shape, iter(numbers)) == [x, 2.0, {"k": x}]


def test_arrays_come_back_as_arrays():
    numbers = []
    shape = flatten(numpy.arange(6).reshape(2, 3), numbers)
    assert numbers == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    back = unflatten(shape, iter(numbers))
    assert (back.shape, back.tolist()) == ((2, 3), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    assert flatten(numpy.float32(0.5), []) == flatten(0.5, [])
    x = Value(1.0)
    numbers = []
    flatten(numpy.array([x, x]), numbers)
    assert numbers == [x, x]


@pytest.mark.parametrize("tree", ["text", 1j, [1.0, "x"], {"a": object()}, numpy.array(["a"])])
def test_what_is_no_number_is_named(tree):
    with pytest.raises(errors.NumberError):
        flatten(tree, [])


def test_a_structure_names_every_place():
    tree = ([1.0, 2.0], {"a": 4.0, "b": [Value(5.0), (6.0, 7.0)]}, [[1.0], [2.0]], numpy.zeros((1, 2)))
    names = ["p[0][0]", "p[0][1]", "p[1].a", "p[1].b[0]", "p[1].b[1][0]", "p[1].b[1][1]"]
    names += ["p[2][0][0]", "p[2][1][0]", "p[3][0][0]", "p[3][0][1]"]
    assert flatten(tree, []).names("p") == names
    assert take_apart(tree, []).names("p") == names


@pytest.mark.parametrize("tree", [*TREES, numpy.arange(6.0).reshape(2, 3)], ids=str)
def test_pieces_hold_the_same_numbers_and_come_back_in_bulk(tree):
    pieces, numbers = [], []
    shape = take_apart(tree, pieces)
    flatten(tree, numbers)
    flat = numpy.concatenate([numpy.zeros(0), *[numpy.ravel(piece) for piece in pieces]])
    assert flat.tolist() == numbers
    again = shape.build(InBulk(flat))
    assert type(again) is type(tree)
    assert numpy.array_equal(again, tree) if isinstance(tree, numpy.ndarray) else again == tree


def test_a_program_refuses_containers_that_it_could_not_put_together_again():
    class Point(list):
        pass

    assert flatten(Point([1.0]), []) == flatten([1.0], [])
    with pytest.raises(errors.NumberError):
        take_apart(Point([1.0]), [])


def test_leaves_of_any_kind():
    assert list(leaves([1, {"k": ("text", None)}, [[]]])) == [1, "text", None]


@dataclass
class Point:
    x: object
    y: object


def test_leaves_of_dataclasses_are_found_and_put_back():
    tree = {"at": [Point(1.0, 2.0)], "by": 3.0}
    assert list(leaves(tree)) == [1.0, 2.0, 3.0]
    assert with_leaves(tree, iter([4.0, 5.0, 6.0])) == {"at": [Point(4.0, 5.0)], "by": 6.0}


def product(xs):
    return xs[0] * xs[1]


ROUTES = {
    "grad": autograd.grad(product),
    "hessian": lambda xs: autograd.hessian(product)(xs)[0, ::-1],
    "jvp": lambda xs: [autograd.jvp(product, (xs,), (unit,))[1] for unit in numpy.eye(2)],
    "straight": lambda xs: autograd.compile(product, backend="straight").value_and_grad(xs)[1],
    "array": lambda xs: autograd.compile(product, backend="array").value_and_grad(xs)[1],
    "detach": lambda xs: autograd.detach(xs)[::-1],
    "checkpoint": lambda xs: [
        y.data for y in autograd.checkpoint(lambda x, ys: [x * ys[1], x * ys[0]])(Value(1.0), xs)
    ],
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "int64"])
def test_a_tensor_is_an_array(route, dtype):
    torch = pytest.importorskip("torch")
    assert list(ROUTES[route](torch.tensor([2.0, 3.0]).to(getattr(torch, dtype)))) == (
        [1.0, 0.0] if route == "hessian" else [3.0, 2.0]
    )
    with pytest.raises(errors.NumberError, match="requires a gradient in PyTorch"):
        ROUTES[route](torch.tensor([2.0, 3.0], requires_grad=True))


MASKED = numpy.ma.array([2.0, 3.0], mask=[False, True])
MASKED_ROUTES = {
    **ROUTES,
    "Value": lambda xs: Value(xs[1]),
    "operator": lambda xs: Value(1.0) * xs[1],
    "elementwise": lambda xs: Value(1.0) * xs,
    "sequence": autograd.sum,
    "vmap": autograd.vmap(abs),
}


@pytest.mark.parametrize("route", MASKED_ROUTES)
def test_what_a_mask_hides_is_no_number(route):
    with pytest.raises(errors.NumberError, match="masked"):
        MASKED_ROUTES[route](MASKED)


def test_an_array_with_nothing_masked_is_an_array():
    assert autograd.grad(product)(numpy.ma.array([2.0, 3.0])).tolist() == [3.0, 2.0]
    assert autograd.grad(product)(MASKED.filled(7.0)).tolist() == [7.0, 2.0]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("number", [10**400, -(2**1024)], ids=["positive", "negative"])
def test_an_integer_too_large_for_a_float_is_named(route, number):
    for xs in ([number, 1], (number, 1.0)):
        with pytest.raises(errors.NumberOverflowError, match="too large for a float"):
            ROUTES[route](xs)


@pytest.mark.parametrize(
    ("derived", "expected"),
    [
        (autograd.grad, 6.0),
        (autograd.compile, 9.0),
        (lambda f: autograd.grad(autograd.compile(f)), 6.0),
        (lambda f: autograd.compile(f).value_and_grad, (9.0, 6.0)),
        (autograd.hessian, 2.0),
        (autograd.checkpoint, 9.0),
    ],
    ids=["grad", "compile", "grad of compile", "value_and_grad", "hessian", "checkpoint"],
)
def test_an_argument_may_be_called_self(derived, expected):
    result = derived(lambda self: self**2)(self=3.0)
    assert getattr(result, "data", result) == expected
