"""Recorded programs as JAX and PyTorch functions: the same values and gradients, from those libraries' own rules."""

from collections import namedtuple
from dataclasses import dataclass

import pytest

import autograd
import nn
from autograd.errors import ArgumentError, NumberError
from autograd.gradients.arguments import leaves

numpy = pytest.importorskip("numpy", reason="exports are written from array programs, and NumPy is not installed")

POINTS = [[0.5, -1.0], [1.5, 2.0], [-0.3, 0.8], [2.0, -2.0]]
LABELS = [0, 1, 1, 0]


def network():
    model = nn.MLP(2, [5, 2], seed=3)

    @autograd.compile(backend="array")
    def loss(points, labels):
        outputs = [model(point) for point in points]
        return nn.cross_entropy(outputs, labels) + 0.01 * sum(p * p for p in model.parameters())

    value = loss(POINTS, LABELS)
    value.backward()
    return loss, value.data, [p.grad for p in loss.program.parameters]


def formulas():
    @autograd.compile(backend="array")
    def function(xs):
        a, b, c = xs
        return (
            autograd.gelu(a) + autograd.silu(b) * autograd.softplus(c) + autograd.maximum(a, b) ** 2
            + autograd.max(xs) + autograd.logsumexp(xs) + autograd.elu(b) + autograd.clamp(c, -1.0, 1.0)
        )  # fmt: skip

    return function


@pytest.mark.slow
def test_jax_agrees_in_value_and_gradient():
    jax = pytest.importorskip("jax", reason="JAX is not installed: pip install -e '.[jax]'")
    jax.config.update("jax_enable_x64", True)
    loss, value, gradient = network()
    exported = loss.to_jax()
    found, slopes = jax.jit(jax.value_and_grad(exported))(exported.parameters, POINTS, LABELS)
    assert float(found) == pytest.approx(value, abs=1e-12)
    assert slopes.tolist() == pytest.approx(gradient, abs=1e-12)


Layer = namedtuple("Layer", "inner")


@dataclass
class Held:
    inner: object


KEYS = {
    "a dictionary": ({"w": 3.0, "b": 5.0}, lambda d: d["w"] - 2.0 * d["b"]),
    "inside": ([1.0, {"w": ({"y": 3.0, "x": 5.0},), "b": 0.0}], lambda d: d[1]["w"][0]["y"] - 2.0 * d[1]["w"][0]["x"]),
    "a named tuple": (Layer({"w": 3.0, "b": 5.0}), lambda d: d.inner["w"] - 2.0 * d.inner["b"]),
    "a dataclass": (Held({"w": 3.0, "b": 5.0}), lambda d: d.inner["w"] - 2.0 * d.inner["b"]),
}


def turned(tree):
    """Return the same with the entries of dictionaries in the order of their keys, as JAX's transformations do."""
    if isinstance(tree, Layer | Held):
        return type(tree)(turned(tree.inner))
    if isinstance(tree, dict):
        return {key: turned(tree[key]) for key in sorted(tree)}
    return type(tree)(map(turned, tree)) if isinstance(tree, list | tuple) else tree


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize("library", ["jax", "torch", "fractions", "numpy"])
def test_the_order_of_keys_does_not_matter(name, by_name, library):
    pytest.importorskip(library)
    given, function = KEYS[name]
    compiled = autograd.compile(function)
    assert (compiled(d=given) if by_name else compiled(given)).data == -7.0
    if library in {"jax", "torch"}:
        exported = getattr(compiled, f"to_{library}")()
        assert float(exported([], given)) == float(exported([], turned(given))) == -7.0
    else:
        over = compiled.over(library)
        assert over(given) == over(turned(given)) == -7.0
        value, slopes = over.value_and_grad(turned(given))
        assert (value, sorted(map(float, leaves(slopes)))) == (
            -7.0,
            sorted([-2.0, 1.0] + [0.0] * 2 * (name == "inside")),
        )


@pytest.mark.parametrize("library", ["jax", "torch"])
@pytest.mark.filterwarnings("error")
def test_arrays_of_any_kind_and_what_is_none(library):
    pytest.importorskip(library)
    w = [autograd.Value(0.5), autograd.Value(-1.5)]
    compiled = autograd.compile(lambda xs: w[0] * xs[0] + w[1] * xs[1] + xs[2])
    assert compiled([1.0, 2.0, 4.0]).data == 1.5
    exported = getattr(compiled, f"to_{library}")()
    backwards = numpy.array([4.0, 2.0, 1.0])[::-1]
    rows = numpy.array([[1, 9], [2, 9], [4, 9]])
    for xs in (backwards, rows[:, 0], numpy.float32([1, 2, 4]), range(1, 4), [True, numpy.int64(2), 4]):
        expected = compiled([float(x) for x in xs]).data
        assert float(exported([0.5, -1.5], xs)) == float(exported(numpy.array([-1.5, 0.5])[::-1], xs)) == expected
    for wrong in (None, "abc", [None, 1.0, 2.0], [1j, 1.0, 2.0], [10**400, 1.0, 2.0], object()):
        with pytest.raises(ArgumentError, match="takes numbers, arrays of them"):
            exported([0.5, -1.5], wrong)
    with pytest.raises(NumberError, match="masked elements"):
        exported([], numpy.ma.array([3.0, 4.0], mask=[False, True]))
    with pytest.raises(ArgumentError, match="takes numbers, arrays of them, and nested lists of both; got None"):
        exported(None, [1.0, 2.0, 4.0])
    pandas = pytest.importorskip("pandas")
    assert float(exported(pandas.Series([0.5, -1.5]), pandas.Series([1.0, 2.0, 4.0]))) == 1.5


@pytest.mark.parametrize(
    ("library", "kind"), [(library, kind) for library in ("jax.numpy", "torch") for kind in ("uint8", "int32", "bool")]
)
def test_whole_numbers_do_not_begin_again_from_the_other_end(library, kind):
    arrays = pytest.importorskip(library)
    w = autograd.Value(2.0)
    compiled = autograd.compile(lambda xs: w * w * w + xs[0] * xs[0] * xs[0] - xs[1])
    compiled([1.0, 2.0])
    exported = compiled.to_torch() if library == "torch" else compiled.to_jax()
    numbers = numpy.array([1, 1] if kind == "bool" else [200, 201]).astype(kind)
    x, y = map(int, numbers)
    whole, made = arrays.asarray(numbers), 1 if kind == "bool" else 100
    found = exported(arrays.asarray(numpy.array([made]).astype(kind)), whole)
    assert float(found) == made**3 + x**3 - y


@pytest.mark.parametrize("library", ["jax", "torch"])
def test_other_keys_are_an_error(library):
    pytest.importorskip(library)
    compiled = autograd.compile(KEYS["a dictionary"][1])
    compiled({"w": 3.0, "b": 5.0})
    with pytest.raises(ArgumentError, match=r"recorded with the keys \['w', 'b'\].*got \['w', 'c'\]"):
        getattr(compiled, f"to_{library}")()([], {"w": 3.0, "c": 5.0})


def test_jax_sorts_the_keys_of_what_it_differentiates_and_compiles():
    jax = pytest.importorskip("jax", reason="JAX is not installed: pip install -e '.[jax]'")
    given, function = KEYS["a dictionary"]
    compiled = autograd.compile(function)
    compiled(given)
    value, slopes = jax.jit(jax.value_and_grad(compiled.to_jax(), 1))([], given)
    assert float(value) == -7.0
    assert {key: float(slope) for key, slope in slopes.items()} == {"w": 1.0, "b": -2.0}


@pytest.mark.slow
def test_jax_maps_over_samples():
    jax = pytest.importorskip("jax", reason="JAX is not installed: pip install -e '.[jax]'")
    jax.config.update("jax_enable_x64", True)
    function = formulas()
    function([0.5, -1.0, 0.3])
    exported, batch = function.to_jax(), jax.numpy.array([[0.5, -1.0, 0.3], [2.0, 1.0, -3.0]])
    found = jax.vmap(exported, in_axes=(None, 0))(exported.parameters, batch)
    assert found.tolist() == pytest.approx([function(row).data for row in batch.tolist()], rel=1e-12)


def test_torch_agrees_in_value_and_gradient():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install -e '.[torch]'")
    loss, value, gradient = network()
    exported = loss.to_torch()
    parameters = exported.parameters.clone().requires_grad_()
    found = exported(parameters, POINTS, LABELS)
    found.backward()
    assert isinstance(found, torch.Tensor)
    assert found.item() == pytest.approx(value, abs=1e-12)
    assert parameters.grad.tolist() == pytest.approx(gradient, abs=1e-12)


def test_torch_differentiates_by_arguments():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install -e '.[torch]'")
    function, point = formulas(), [0.5, -1.0, 0.3]
    value, gradient = function.value_and_grad(point)
    exported = function.to_torch()
    xs = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    found = exported(exported.parameters, xs)
    found.backward()
    assert found.item() == pytest.approx(value, rel=1e-12)
    assert xs.grad.tolist() == pytest.approx(gradient, rel=1e-10)


def test_the_source_stands_alone():
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install -e '.[torch]'")
    loss, *_ = network()
    source = loss.to_torch().source
    assert "import autograd" not in source
    assert "xp.matmul" in source
    compile(source, "exported.py", "exec")


def test_drawn_numbers_are_asked_for():
    pytest.importorskip("torch", reason="PyTorch is not installed: pip install -e '.[torch]'")
    dropout = nn.Dropout(0.5, seed=1)

    @autograd.compile(backend="array")
    def function(xs):
        return autograd.sum(dropout(xs))

    function([1.0, 2.0])
    exported = function.to_torch()
    with pytest.raises(ArgumentError, match="drawn="):
        exported(exported.parameters, [1.0, 2.0])
    assert exported(exported.parameters, [1.0, 2.0], drawn=[2.0, 0.0]).item() == 2.0
