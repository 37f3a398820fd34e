"""vmap: a function of one sample on a whole batch."""

import numpy
import pytest

import autograd
from autograd import Value, errors, grad, hessian, no_grad, vmap

rng = numpy.random.default_rng(0)
X, W = rng.normal(size=(5, 3)), rng.normal(size=(3, 3))


def f(x, w):
    return autograd.tanh((w @ x)[0]) * (x @ x)


def test_it_is_the_function_of_each_sample():
    assert numpy.allclose(vmap(f, (0, None))(X, W), [f(x, W) for x in X], rtol=1e-14)
    assert numpy.allclose(vmap(f, (1, None))(X.T, W), [f(x, W) for x in X], rtol=1e-14)
    assert vmap(lambda x, y: x * y)([1.0, 2.0], y=[3.0, 4.0]).tolist() == [3.0, 8.0]
    found = vmap(lambda x: {"a": x @ W, "b": [x[0], 7.0]})(X)
    assert numpy.allclose(found["a"], X @ W, rtol=1e-14)
    assert (found["b"][0].tolist(), found["b"][1].tolist()) == (X[:, 0].tolist(), [7.0] * 5)
    assert vmap(lambda pair: pair[0] * pair[1])(([1.0, 2.0], [3.0, 4.0])).tolist() == [3.0, 8.0]
    assert vmap(lambda d: d["x"] - d["y"])({"x": [1.0, 2.0], "y": [3.0, 5.0]}).tolist() == [-2.0, -3.0]


def test_it_nests_with_derivatives_in_any_order():
    cube = lambda x: (x**3).sum()  # noqa: E731
    assert numpy.allclose(vmap(grad(cube))(X), 3 * X**2, rtol=1e-14)
    assert numpy.allclose(vmap(hessian(cube))(X), [numpy.diag(6 * x) for x in X], rtol=1e-14)
    assert numpy.allclose(grad(lambda xs: vmap(cube)(xs).sum())(X), 3 * X**2, rtol=1e-14)
    assert numpy.allclose(vmap(vmap(lambda x: x**2))(X), X**2, rtol=1e-14)
    assert numpy.allclose(autograd.compile(grad(lambda xs: vmap(cube)(xs).sum()))(X), 3 * X**2, rtol=1e-14)
    assert autograd.compile(lambda xs: vmap(cube)(xs).sum())(X).data == pytest.approx((X**3).sum())


def test_the_result_depends_on_values():
    w = Value(2.0)
    batch = vmap(lambda x: w * x)([1.0, 2.0])
    (batch[0] + batch[1]).backward()
    assert (batch[1].data, w.grad) == (4.0, 3.0)
    with no_grad():
        assert vmap(lambda x: w * x)([1.0, 2.0]).tolist() == [2.0, 4.0]
    w.data = 3.0
    with no_grad():
        assert vmap(lambda x: w * x)([1.0, 2.0]).tolist() == [3.0, 6.0]
    x = [Value(1.0), Value(2.0)]
    vmap(lambda x: x**2)(x)[1].backward()
    assert x[1].grad == 4.0


def test_one_recording_for_all_batches():
    square = vmap(lambda x: x * x)
    assert square([1.0, 2.0]).tolist() == [1.0, 4.0]
    assert square([1.0, 2.0, 3.0]).tolist() == [1.0, 4.0, 9.0]
    assert square.recorded.recordings == 1


@pytest.mark.parametrize("axes", [1.5, "01", (0, 1.5), ((0, None), 0), ({"a": 0}, 0)])
def test_what_is_no_axis_says_so(axes):
    with pytest.raises(errors.ArgumentError, match="in_axes is the position of an axis"):
        vmap(lambda x, y: x * y, axes)([1.0], [1.0])
    product = vmap(lambda x, y: x * y, numpy.int64(0))
    assert product([1.0, 2.0], [3.0, 4.0]).tolist() == [3.0, 8.0]


def test_what_has_no_samples_says_so():
    for arguments, axes in ((([1.0], [1.0, 2.0]), 0), ((1.0, 2.0), 0), (([1.0], [1.0]), None), (([], []), 0)):
        with pytest.raises(errors.ArgumentError):
            vmap(lambda x, y: x * y, axes)(*arguments)
    with pytest.raises(errors.ArgumentError, match="in_axes has 3"):
        vmap(lambda x, y: x * y, (0, 0, 0))([1.0], [1.0])
    with pytest.raises(errors.ArgumentError, match=r"samples of equal lengths; got \[\[1.0, 2.0\], \[3.0\]\]"):
        vmap(lambda x: x[0])([[1.0, 2.0], [3.0]])
    with pytest.raises(errors.DomainError):
        vmap(autograd.log)([1.0, -1.0])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int64"])
def test_tensors_of_pytorch_are_batches(dtype):
    torch = pytest.importorskip("torch")
    batch = torch.tensor([[2.0, 3.0], [4.0, 5.0]]).to(getattr(torch, dtype))
    assert vmap(lambda xs: xs[0] * xs[1])(batch).tolist() == [6.0, 20.0]
    with pytest.raises(errors.NumberError, match="requires a gradient in PyTorch"):
        vmap(lambda xs: xs[0] * xs[1])(torch.ones(2, 2, requires_grad=True))


def test_what_is_the_same_for_all_samples_may_consist_of_values():
    def line(x, p):
        return x @ p["w"] + p["b"]

    w, b = [Value(1.0), Value(-2.0)], Value(0.5)
    results = vmap(line, (0, None))(X[:, :2], {"w": w, "b": b})
    assert [result.data for result in results] == pytest.approx(X[:, :2] @ [1.0, -2.0] + 0.5, rel=1e-14)
    autograd.sum(results).backward()
    assert [*(each.grad for each in w), b.grad] == pytest.approx([*X[:, :2].sum(axis=0), len(X)], rel=1e-14)
    total = grad(lambda p: autograd.sum(vmap(line, (0, None))(X[:, :2], p)))
    assert total({"w": [1.0, -2.0], "b": 0.5})["w"] == pytest.approx(X[:, :2].sum(axis=0), rel=1e-14)
    curvature = hessian(lambda w: autograd.sum(vmap(lambda x, w: x * w * w, (0, None))(X[:, 0], w)))
    assert curvature(3.0) == pytest.approx(2 * X[:, 0].sum(), rel=1e-13)


def test_constants_are_floats_for_every_sample():
    results = vmap(lambda x: [x, 1.0, {"two": 2}])([0.5, 1.5])
    assert results[1].dtype == results[2]["two"].dtype == float
    assert (results[1].tolist(), results[2]["two"].tolist()) == ([1.0, 1.0], [2.0, 2.0])
