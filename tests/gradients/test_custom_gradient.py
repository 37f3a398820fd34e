"""custom_gradient, hook, detach and checkpoint: what passes a gradient back in a way of its own."""

import copy
import gc
import weakref

import numpy
import pytest

import autograd
from autograd import (
    Value,
    check_gradient,
    checkpoint,
    custom_gradient,
    detach,
    errors,
    grad,
    gradient,
    hessian,
    hook,
    jvp,
)


@custom_gradient
def softplus(x):
    e = autograd.exp(x)
    return autograd.log(1 + e), lambda gradient: gradient * (1 - 1 / (1 + e))


@custom_gradient
def product(x, ys):
    """Two results, with derivatives that are ten times too large."""
    return [x * ys[0], x * ys[1]], lambda g: (
        10 * (g[0] * ys[0] + g[1] * ys[1]),
        [10 * g[0] * x, 10 * g[1] * x],
    )


@pytest.mark.parametrize("compiled", [lambda f: f, autograd.compile], ids=["eager", "compiled"])
def test_a_gradient_of_ones_own(compiled):
    check_gradient(compiled(softplus), 0.3, order=3)
    assert grad(compiled(softplus))(100.0) == 1.0
    assert hessian(compiled(softplus))(0.3) == pytest.approx(hessian(autograd.softplus)(0.3), rel=1e-13)
    assert jvp(compiled(softplus), (0.3,), (2.0,))[1] == pytest.approx(2 * grad(autograd.softplus)(0.3), rel=1e-13)
    f = compiled(lambda x, ys: autograd.dot(product(x, ys), [1.0, 2.0]))
    assert grad(f, (0, 1))(3.0, [5.0, 7.0]) == (190.0, [30.0, 60.0])
    x, y = Value(3.0), Value(5.0)
    result = compiled(lambda x, y: product(x, [y, 7.0])[0] + x)(x, y)
    result.backward()
    assert (result.data, x.grad, y.grad) == (18.0, 51.0, 30.0)
    assert product(3.0, [5.0, 7.0]) == [15.0, 21.0]


def test_a_wrong_gradient_is_found():
    wrong = custom_gradient(lambda x: (x * x, lambda g: g * 3 * x))
    with pytest.raises(errors.GradientMismatchError):
        check_gradient(wrong, 1.5)
    for backward in (lambda g: (g, g), lambda g: [g]):
        with pytest.raises(errors.ArgumentError, match="gradient of its argument"):
            grad(given(backward))(1.0)


@pytest.mark.parametrize("x", [1.0, Value(1.0)])
def test_a_result_without_a_backward_pass_is_told_so(x):
    """It was told of has_aux, which custom_gradient does not have."""
    with pytest.raises(errors.ArgumentError, match=r"^The function for custom_gradient returns a pair.*returned "):
        custom_gradient(lambda x: x * 2)(x)


def given(backward):
    return custom_gradient(lambda x: (x * x, backward))


X = Value(1.0)
BACKWARD = {
    "backward": lambda f: f(Value(1.0)).backward(),
    "several results": lambda f: f([Value(1.0), 2.0])[0].backward(),
    "grad": lambda f: grad(f)(1.0),
    "gradient": lambda f: gradient(f(X), [X]),
    "vjp": lambda f: autograd.vjp(f, 1.0)[1](1.0),
}
MISTAKES = {
    "takes 0 positional arguments but 1 was given": lambda: 1.0,
    "object is not callable": 3.0,
    "can only concatenate str": lambda gradient: "a" + 1,
}


@pytest.mark.parametrize("way", BACKWARD)
@pytest.mark.parametrize("message", MISTAKES)
def test_a_mistake_in_a_backward_pass_is_told_as_it_is(way, message):
    """It was reported as a gradient that is no number, with the advice to assign only numbers."""
    with pytest.raises(TypeError, match=message) as raised:
        BACKWARD[way](custom_gradient(lambda x: (x, MISTAKES[message])))
    assert not isinstance(raised.value, errors.AutogradError)
    x = Value(1.0)
    x.grad = None
    with pytest.raises(errors.NumberError, match=r"Assign only numbers to \.data and \.grad"):
        custom_gradient(lambda x: (x, lambda gradient: gradient))(x).backward()


@pytest.mark.parametrize("way", ["backward", "several results", "grad", "vjp"])
def test_a_backward_pass_without_a_value_says_what_it_raised(way):
    def refuse(gradient):
        raise ValueError("the shapes (2,) and (3,) do not fit")

    with pytest.raises(errors.DomainError, match="is not defined at") as raised:
        BACKWARD[way](custom_gradient(lambda x: (x, refuse)))
    assert raised.value.__notes__ == ["<lambda> raised ValueError: the shapes (2,) and (3,) do not fit"]
    divided = custom_gradient(lambda x: (x, lambda gradient: gradient / 0))
    assert autograd.value_and_grad(divided, on_error=5.0)(1.0) == (5.0, 0.0)


@pytest.mark.parametrize("compiled", [lambda f: f, autograd.compile], ids=["eager", "compiled"])
def test_arguments_may_be_given_by_name(compiled):
    power = custom_gradient(lambda x, ys=(3.0,): (x * ys[0], lambda gradient: (gradient * 100, [gradient * 10])))
    for by_name in (lambda x, y: power(x, ys=[y]), lambda x, y: power(ys=[y], x=x)):
        assert autograd.value_and_grad(compiled(by_name), (0, 1))(2.0, 5.0) == (10.0, (100.0, 10.0))
    kept = checkpoint(lambda x, *, ys=(3.0,): x * ys[0] ** 2)
    assert autograd.value_and_grad(compiled(lambda x, y: kept(x, ys=[y])), (0, 1))(2.0, 5.0) == (50.0, (25.0, 20.0))
    assert autograd.value_and_grad(compiled(lambda x: kept(x=x)))(2.0) == (18.0, 9.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        power(Value(2.0), z=1.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        kept(Value(2.0), z=1.0)
    named = custom_gradient(lambda x, *, scale: (x * scale, lambda gradient: gradient))
    with pytest.raises(errors.ArgumentError, match="scale can be given by name only"):
        named(Value(2.0), scale=1.0)


def test_it_is_part_of_exports_and_other_arithmetics():
    jax = pytest.importorskip("jax")
    wrong = autograd.compile(custom_gradient(lambda x: (x * x, lambda g: g * 7.0 * x)))
    wrong(2.0)
    exported = wrong.to_jax()
    assert float(jax.grad(lambda x: exported([], x))(2.0)) == 14.0
    value, slope = wrong.over("numpy").value_and_grad(numpy.array([2.0, 3.0]))
    assert (value.tolist(), slope.tolist()) == ([4.0, 9.0], [14.0, 21.0])


def test_a_backward_pass_that_ignores_the_gradient_cannot_be_in_a_program():
    constant = custom_gradient(lambda x: (x * x, lambda gradient: 7.0))
    assert grad(constant)(3.0) == 7.0
    with pytest.raises(errors.RecordingError, match="does not depend on the gradient that comes in"):
        autograd.compile(constant)(3.0)
    without = custom_gradient(lambda x, y: (x * y, lambda gradient: (gradient * y, 0.0)))
    program = autograd.compile(without)
    assert grad(program, argnums=(0, 1))(3.0, 5.0) == (5.0, 0.0)


def test_a_hook_sees_and_changes_a_gradient():
    x, seen = Value(3.0), []
    y = hook(x * x, seen.append)
    (5 * y + y).backward()
    assert (x.grad, seen) == (36.0, [6.0])
    assert grad(lambda x: hook(x * x, lambda g: autograd.clamp(g, -1, 1)) * 5)(3.0) == 6.0
    assert grad(autograd.compile(lambda x: hook(x * x, lambda g: -g)))(3.0) == -6.0
    assert grad(grad(lambda x: hook(x**3, lambda g: 2 * g)))(3.0) == 36.0
    with pytest.raises(errors.RecordingError, match="not proportional"):
        autograd.compile(lambda x: hook(x * x, lambda g: autograd.clamp(g, -1, 1)))(3.0)


def test_detach_stops_the_gradient_of_everything_in_a_structure():
    x = Value(3.0)
    found = detach({"a": [x, 2.0], "b": numpy.array([x * 2])})
    assert (found["a"][0].data, found["a"][1], found["b"][0].parents) == (3.0, 2.0, ())
    assert found["a"][0] is not x
    for f in (lambda x: x * detach(x), autograd.compile(lambda x: x * detach(x))):
        assert grad(f)(3.0) == 3.0


# --- checkpoint -------------------------------------------------------------------------------------------------


def chain(step, x, count=6):
    for _ in range(count):
        x = step(x)
    return x


@pytest.mark.parametrize("many", [False, True])
def test_a_checkpoint_changes_nothing_but_what_is_kept(many):
    w = Value(1.3)

    def step(xs):
        return [autograd.sin(xs[0]) * w + xs[1], xs[0] * xs[1] * 0.5] if many else [autograd.sin(xs[0]) * w, xs[1]]

    results = []
    for each in (step, checkpoint(step)):
        x = Value(0.5)
        y = chain(each, [x, Value(0.3)])[0]
        w.grad = 0.0
        y.backward()
        first = gradient(y, [x, w])
        second = gradient(first[0], [x, w])
        results.append([y.data, x.grad, w.grad, *[item.data for item in (*first, *second)]])
    assert results[1] == pytest.approx(results[0], rel=1e-13)
    assert grad(lambda x: chain(checkpoint(step), [x, 0.3])[0])(0.5).data == pytest.approx(results[0][1], rel=1e-13)


def test_a_checkpoint_forgets_what_it_computed():
    made = []

    def step(x):
        middle = autograd.sin(x)
        made.append(weakref.ref(middle))
        return middle * middle

    x = Value(0.5)
    y = checkpoint(step)(x)
    gc.collect()
    assert made[0]() is None
    y.backward()
    assert x.grad == pytest.approx(grad(step)(0.5), rel=1e-15)
    with pytest.raises(errors.RecordingError, match="changed 'made'"):
        autograd.compile(checkpoint(step))(0.5)
    pure = autograd.compile(checkpoint(lambda x: autograd.sin(x) ** 2))
    assert pure.value_and_grad(0.5) == pytest.approx((y.data, x.grad), rel=1e-15)
    assert checkpoint(lambda x: x * x)(0.5) == 0.25


MADE_INSIDE = {
    "an operation": lambda x: autograd.sin(x) * 2.0,
    "a leaf": lambda x: x * Value(3.0),
    "another checkpoint": lambda x: checkpoint(lambda y: y * y * x)(x),
    "two results": lambda x: autograd.sum(checkpoint(lambda y: [y * y, x])(x)),
    "a gradient of one's own": softplus,
    "a program": autograd.compile(lambda x: x * x),
    "a copy": lambda x: copy.copy(x * x),
    "a derivative": lambda x: grad(lambda y: y**3 * x)(x),
    "nothing": lambda x: x,
}


@pytest.mark.parametrize("inside", MADE_INSIDE.values(), ids=MADE_INSIDE)
def test_a_checkpoint_passes_gradients_to_what_was_computed_outside(inside):
    """They came out as 0 for all but the leaves, as when a function closes over the results of an encoder."""
    found = []
    for each in (lambda f: f, checkpoint):
        w = Value(0.7)
        middle = autograd.exp(w)
        further = middle * w
        y = each(lambda x, m=middle, n=further, w=w: inside(m * x) * inside(n) + w * inside(w))(Value(0.5)) + middle
        y.backward()
        of_all = [middle, further, w]
        slopes = gradient(y, of_all)
        found.append(
            [*[item.grad for item in of_all], *[item.data for item in slopes], gradient(slopes[0], [w])[0].data]
        )
    assert found[1] == pytest.approx(found[0], rel=1e-13)
    assert 0.0 not in found[1]


def test_a_long_chain_of_checkpoints_may_close_over_its_results():
    x = h = Value(0.5)
    for _ in range(2000):
        h = checkpoint(lambda h=h: h * 1.001)()
    h.backward()
    assert x.grad == pytest.approx(1.001**2000, rel=1e-12)


def test_a_checkpoint_must_give_the_same_again():
    numbers = iter([1.0, 2.0])
    y = checkpoint(lambda x: x * next(numbers))(Value(3.0))
    with pytest.raises(errors.ArgumentError, match="gave other numbers"):
        y.backward()


def test_without_gradients_its_results_are_leaves():
    square = custom_gradient(lambda x: (x * x, lambda gradient: gradient * 2 * x))
    with autograd.no_grad():
        result = square(Value(3.0))
    assert (result.data, result.parents) == (9.0, ())
