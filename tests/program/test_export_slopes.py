"""Exports carry the table's own slopes: at 0, at kinks and ties, in saturated tails, and where nothing flows in."""

import math
import random

import mpmath
import pytest

import autograd
from autograd import Value
from autograd.errors import AutogradError

pytest.importorskip("numpy", reason="exports are written from array programs, and NumPy is not installed")

# Function, point, first and second derivative: from mpmath, or by the row's convention at a kink.
CASES = {
    "sigmoid at 0": (autograd.sigmoid, 0.0, 0.25, 0.0),
    "sigmoid at -0.0": (autograd.sigmoid, -0.0, 0.25, 0.0),
    "softplus at 0": (autograd.softplus, 0.0, 0.5, 0.25),
    "silu at 0": (autograd.silu, 0.0, 0.5, 0.5),
    "gelu at 0": (autograd.gelu, 0.0, 0.5, float(2 / mpmath.sqrt(2 * mpmath.pi))),
    "elu at 0": (lambda x: autograd.elu(x, 1.3), 0.0, 1.3, 1.3),
    "tanh at 0": (autograd.tanh, 0.0, 1.0, 0.0),
    "abs at 0": (abs, 0.0, 0.0, 0.0),
    "relu at 0": (autograd.relu, 0.0, 0.0, 0.0),
    "leaky_relu at 0": (lambda x: autograd.leaky_relu(x, 0.1), 0.0, 0.1, 0.0),
    "maximum at a tie": (lambda x: autograd.maximum(x, 2.0), 2.0, 0.5, 0.0),
    "minimum at a tie": (lambda x: autograd.minimum(2.0, x), 2.0, 0.5, 0.0),
    "max at a tie of three": (lambda x: autograd.max([x, 2.0, 2.0]), 2.0, 1 / 3, 0.0),
    "clamp at its limit": (lambda x: autograd.clamp(x, -1.0, 1.0), 1.0, 1.0, 0.0),
    "sigmoid saturated": (autograd.sigmoid, 40.0, float(mpmath.exp(-40)), float(-mpmath.exp(-40))),
    "tanh saturated": (autograd.tanh, 20.0, float(4 * mpmath.exp(-40)), float(-8 * mpmath.exp(-40))),
    "expm1 saturated": (autograd.expm1, -20.0, float(mpmath.exp(-20)), float(mpmath.exp(-20))),
    "softmax saturated": (
        lambda x: autograd.softmax([x, 0.0])[0],
        *(40.0, float(mpmath.exp(-40)), float(-mpmath.exp(-40))),
    ),
    "log_softmax saturated": (
        lambda x: autograd.log_softmax([x, 0.0])[0],
        *(40.0, float(mpmath.exp(-40)), float(-mpmath.exp(-40))),
    ),
    "a product with zeros": (lambda x: autograd.prod([x, x, 3.0]), 0.0, 0.0, 6.0),
    "mean": (lambda x: autograd.mean([x, x * x]), 0.0, 0.5, 1.0),
    "a choice beside an infinite slope": (lambda x: autograd.where(1 - x, x, autograd.sqrt(x)), 0.0, 1.0, 0.0),
    "a choice beside a division": (lambda x: autograd.where(1 - x, x, x / (x + 1e-300) ** 0.5), 0.0, 1.0, 0.0),
    "0.0 * x": (lambda x: 0.0 * x, 0.7, 0.0, 0.0),
    "x * 0": (lambda x: x * 0, 0.7, 0.0, 0.0),
    "a mask of literals": (lambda x: autograd.dot([x, x, x], [0.0, 1.0, 0.0]), 0.7, 1.0, 0.0),
    "one element": (lambda x: autograd.logsumexp([x]) + autograd.max([x]) + autograd.prod([x]), 0.7, 3.0, 0.0),
    "an empty sum": (lambda x: autograd.sum([]) + x, 0.7, 1.0, 0.0),
    "the input itself": (lambda x: x, 0.7, 1.0, 0.0),
    "square": (lambda x: x**2, 0.0, 0.0, 2.0),
    "cube": (lambda x: x**3, 0.0, 0.0, 0.0),
}
SOME = ["sigmoid at 0", "max at a tie of three", "softmax saturated", "a choice beside an infinite slope", "x * 0"]


def compiled(function, x):
    program = autograd.compile(lambda x: function(x))  # noqa: PLW0108  # rows and builtins too
    program(0.5 if x == 0 else x)
    return program


def close(found, expected):
    return float(found) == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("name", CASES)
def test_torch_has_the_slopes_of_the_table(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'scalar-autograd[torch]'")
    function, point, first, second = CASES[name]
    run = compiled(function, point).to_torch()
    x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(run([], x), x, create_graph=True)
    assert close(slope, first)
    again = torch.autograd.grad(slope, x, allow_unused=True)[0] if slope.requires_grad else None
    assert close(torch.zeros(()) if again is None else again + 0, second)


@pytest.mark.parametrize("name", SOME)
def test_torch_func_composes(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'scalar-autograd[torch]'")
    function, point, first, second = CASES[name]
    run = compiled(function, point).to_torch()
    batch, functions = torch.full((2,), point, dtype=torch.float64), torch.func
    of = lambda x: run([], x)  # noqa: E731  # one line reads best
    for derivative in (functions.grad(of), functions.jacfwd(of)):
        assert all(close(each, first) for each in functions.vmap(derivative)(batch))
    for derivative in (functions.grad(functions.grad(of)), functions.hessian(of)):
        assert all(close(each, second) for each in functions.vmap(derivative)(batch))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_jax_has_the_slopes_of_the_table(name):
    jax = pytest.importorskip("jax", reason="JAX is not installed: pip install 'scalar-autograd[jax]'")
    function, point, first, second = CASES[name]
    run = compiled(function, point).to_jax()
    with jax.enable_x64(True):
        of = lambda x: jax.numpy.asarray(run([], x))  # noqa: E731  # one line reads best
        x = jax.numpy.array(point)
        orders = [jax.grad(of), jax.jacfwd(of), jax.grad(jax.grad(of)), jax.hessian(of)]
        found = jax.jit(lambda x: [order(x) for order in orders])(x)  # one compilation
        assert [close(*pair) for pair in zip(found, [first, first, second, second], strict=True)] == [True] * 4
        if name in SOME:
            twice = jax.vmap(jax.jacrev(jax.jacrev(of)))(jax.numpy.stack([x, x]))
            assert all(close(each, second) for each in twice)


def test_an_infinite_slope_into_which_something_flows_is_not_hidden():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'scalar-autograd[torch]'")
    run = compiled(lambda x: autograd.relu(x) ** 0.5, 1.0).to_torch()
    x = torch.tensor(-1.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.grad(run([], x), x)[0].isnan()  # where Values raise a DomainError


@pytest.mark.parametrize(
    "function",
    [
        *(autograd.relu, autograd.sign, abs, lambda x: autograd.minimum(x, 1.0), lambda x: autograd.maximum(1.0, x)),
        *(lambda x: autograd.where(x, 1.0, 2.0), lambda x: autograd.clamp(0.5, x, 1.0), autograd.elu),
        *(autograd.tanh, autograd.sigmoid, autograd.atan, autograd.erf, autograd.exp, autograd.gelu, autograd.silu),
        *(lambda x: 1 / x, lambda x: x**-2, lambda x: autograd.max([x, 1.0]), lambda x: autograd.logsumexp([x, 1.0])),
        *(lambda x: autograd.log_softmax([x, 1.0])[1], lambda x: autograd.softmax([1.0, x])[0]),
    ],
)
@pytest.mark.parametrize("library", ["torch", pytest.param("jax", marks=pytest.mark.slow)])
def test_no_row_hides_a_number_that_is_not_finite(function, library):
    module = pytest.importorskip(library, reason="it is not installed")
    program = compiled(lambda x: function(autograd.log(x)), 2.0)
    run = program.to_torch() if library == "torch" else program.to_jax()
    for point in (-1.0, 0.0):  # where Values raise a DomainError
        number = module.tensor(point) if library == "torch" else module.numpy.array(point)
        assert not math.isfinite(run([], number))


def test_torch_says_that_it_loses_forward_mode_in_forward_mode():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'scalar-autograd[torch]'")
    run = compiled(autograd.sigmoid, 0.5).to_torch()
    twice = torch.func.jacfwd(torch.func.jacfwd(lambda x: run([], x)))
    with pytest.raises(NotImplementedError, match="use hessian"):
        twice(torch.tensor(0.5, dtype=torch.float64))


def test_constants_inputs_and_repeated_results():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'scalar-autograd[torch]'")
    w = Value(3.0)
    program = autograd.compile(lambda x: [x, 2.0, w, x * x, x * x, x, 0.0 * x])
    program(1.5)
    found = program.to_torch()([3.0], torch.tensor(1.5, dtype=torch.float64))
    assert [float(each) for each in found] == [1.5, 2.0, 3.0, 2.25, 2.25, 1.5, 0.0]


# --- random programs with ties, zeros and masks -------------------------------------------------------------

UNARY = [autograd.relu, abs, autograd.sigmoid, autograd.softplus, autograd.tanh, autograd.elu, autograd.sign]
UNARY += [lambda a: a * 0, lambda a: 0.0 * a, lambda a: a**2, autograd.sqrt, autograd.silu, lambda a: 1 / (a + 2)]
BINARY = [autograd.maximum, autograd.minimum, lambda a, b: a * b, lambda a, b: a + b, lambda a, b: a - b]
BINARY += [lambda a, b: autograd.max([a, b, 0.0]), lambda a, b: autograd.min([a, b, a]), lambda a, b: a / b]
BINARY += [lambda a, b: autograd.softmax([a, b])[1], lambda a, b: autograd.where(a, b, autograd.sqrt(abs(b)))]


def random_function(seed):
    def function(xs):
        chosen, nodes = random.Random(seed), list(xs)
        for _ in range(6):
            if chosen.random() < 0.5:
                nodes.append(chosen.choice(UNARY)(chosen.choice(nodes)))
            else:
                nodes.append(chosen.choice(BINARY)(chosen.choice(nodes), chosen.choice(nodes)))
        return nodes[-1] + nodes[-2]

    return function


def random_cases(count):
    """Yield a compiled function, a point, and the value and gradient there by the engine."""
    for seed in range(count):
        function, chosen = random_function(seed), random.Random(-seed)
        xs = [Value(chosen.choice([0.0, -0.0, 1.0, 1.0, -1.0, 0.5])) for _ in range(3)]
        try:
            out = function(xs)
            out.backward()
        except AutogradError:
            continue
        program = autograd.compile(function)
        try:
            program([x.data for x in xs])
        except AutogradError:
            continue
        yield program, [x.data for x in xs], out.data, [x.grad for x in xs]


@pytest.mark.slow
def test_random_programs_at_ties_and_zeros_in_torch_and_numpy():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'scalar-autograd[torch]'")
    ran = 0
    for program, point, value, gradient in random_cases(600):
        run = program.to_torch()
        x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        found = run(run.parameters, x)
        assert float(found) == pytest.approx(value, rel=1e-12, abs=1e-14), run.source
        if found.requires_grad:
            found.backward()
        slopes = [0.0] * 3 if x.grad is None else x.grad.tolist()
        assert slopes == pytest.approx(gradient, rel=1e-11, abs=1e-13), run.source
        over = program.over("numpy")
        found, slopes = over.value_and_grad(point)
        assert float(found) == pytest.approx(value, rel=1e-12, abs=1e-14), over.source
        assert list(map(float, slopes)) == pytest.approx(gradient, rel=1e-11, abs=1e-13), over.source
        many, slopes = program.over("mpmath").value_and_grad(list(map(mpmath.mpf, point)))
        assert float(many) == pytest.approx(value, rel=1e-11, abs=1e-13), program.over("mpmath").source
        assert list(map(float, slopes)) == pytest.approx(gradient, rel=1e-11, abs=1e-13)
        ran += 1
    assert ran > 300
