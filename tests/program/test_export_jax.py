"""to_jax(): a recorded program as a JAX function; jit, grad, vmap and sharding work on it."""

import importlib.util
import math
import os
import subprocess
import sys

import pytest
from project_root import ROOT
from random_programs import RandomProgram
from test_compile_random import assert_close, eager, summed

import autograd
import nn
from autograd import Value
from autograd.errors import ArgumentError, MissingPackageError, RecordingError

jax = pytest.importorskip("jax", reason="JAX is not installed; it is an extra of its own")
import jax.numpy as jnp  # noqa: E402

EXAMPLE = ROOT / "docs" / "data_parallel_with_jax.py"


@pytest.fixture(autouse=True)
def doubles():
    """Let JAX compute with doubles, as autograd does."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def exported(function, *arguments, **named):
    """Compile a function, call it once, and export it."""
    compiled = autograd.compile(function)
    compiled(*arguments, **named)
    return compiled.to_jax()


@pytest.mark.slow
def test_a_network_has_the_same_loss_and_gradients():
    model = nn.Sequential(nn.Linear(3, 4, seed=0), nn.Tanh(), nn.LayerNorm(4), nn.Linear(4, 2, seed=1))
    xs, ys = [[1.0, 2.0, 3.0], [0.0, 1.0, -1.0], [0.5, 0.5, 0.5]], [0, 1, 1]
    compiled = autograd.compile(lambda xs, ys: nn.cross_entropy(model(xs), ys))
    loss = compiled(xs, ys)
    loss.backward()
    run = compiled.to_jax()
    value, gradient = jax.jit(jax.value_and_grad(run))(run.parameters, jnp.array(xs), jnp.array(ys))
    assert float(value) == pytest.approx(loss.data, rel=1e-14)
    assert gradient.tolist() == pytest.approx([value.grad for value in run.values], rel=1e-12, abs=1e-15)


@pytest.mark.slow
def test_grad_vmap_and_jit_compose():
    run = exported(lambda x: autograd.sin(x[0]) * x[1] + autograd.relu(x[1]), [1.0, 2.0])
    batch = jnp.array([[0.5, 1.0], [1.5, -2.0], [0.0, 3.0]])
    found = jax.jit(jax.vmap(jax.grad(lambda x: run(run.parameters, x))))(batch)
    expected = jnp.stack([jnp.cos(batch[:, 0]) * batch[:, 1], jnp.sin(batch[:, 0]) + (batch[:, 1] > 0)], axis=1)
    assert found.tolist() == [pytest.approx(row) for row in expected.tolist()]
    hessian = jax.hessian(lambda x: run(run.parameters, x))(batch[0])
    s, c = math.sin(0.5), math.cos(0.5)
    assert hessian.tolist() == [pytest.approx([-s, c]), pytest.approx([c, 0.0])]


def test_the_source_is_complete_and_can_be_taken_along():
    w = Value(2.0)
    run = exported(lambda xs: autograd.sum([autograd.tanh(w * x) for x in xs]), [1.0, 2.0])
    names = {}
    exec(run.source, names)
    assert names["program"](jnp.array([2.0]), jnp.array([1.0, 2.0]), None) == run([2.0], [1.0, 2.0])
    assert run.source.startswith('"""program, as a JAX function')
    assert "def program(parameters, inputs, drawn):" in run.source
    assert repr(run) == f"<program for jax: {run.source.count(chr(10))} lines, see .source>"


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 12, 4))
def test_random_functions(start):
    for seed in range(start, start + 4):
        program = RandomProgram(seed, size=8)
        expected = eager(program, program.parameters, program.arguments)
        if expected is None:
            continue
        values = [Value(x) for x in program.parameters]
        run = exported(lambda xs, values=values, program=program: program(values, xs), program.arguments)

        def both(parameters, arguments, run=run):
            outputs = run(parameters, arguments)
            return summed(outputs), outputs

        function = jax.jit(jax.grad(both, argnums=(0, 1), has_aux=True))
        found, outputs = function(run.parameters, jnp.array(program.arguments))
        assert_close([float(x) for x in (outputs if isinstance(outputs, list) else [outputs])], expected[0], 1e-12)
        gradients = dict(zip(values, expected[1], strict=False))
        assert_close(found[0].tolist(), [gradients[value] for value in run.values], 1e-10)
        assert_close(found[1].tolist(), expected[1][len(values) :], 1e-10)


@pytest.mark.slow
def test_rows_of_one_number_constants_and_structures():
    run = exported(lambda x: [autograd.sum([x, x, x]), autograd.max([x, x]), autograd.dot([x, x], [x, x]), 0.3], 2.0)
    assert [float(value) for value in run([], 2.0)] == [6.0, 2.0, 8.0, 0.3]
    run = exported(lambda d, y: {"a": (d["x"] * y[0],), "b": [], "c": ()}, {"x": 1.0}, [4.0])
    result = run([], {"x": 5.0}, (4,))
    assert (float(result["a"][0]), result["b"], result["c"]) == (20.0, [], ())


def test_positions_and_drawn_numbers_are_given():
    run = exported(lambda xs, i: autograd.take(xs, i) * 2, [1.0, 2.0, 3.0], 1)
    assert [float(run([], [1.0, 2.0, 3.0], i)) for i in range(3)] == [2.0, 4.0, 6.0]
    dropout = nn.Dropout(0.5, seed=0)
    run = exported(lambda xs: autograd.sum(dropout([Value(1.0) * x for x in xs])), [1.0, 2.0, 3.0])
    assert float(run(run.parameters, [1.0, 2.0, 3.0], drawn=[2.0, 0.0, 2.0])) == 8.0
    with pytest.raises(ArgumentError, match="recorded with 3 numbers in drawn="):
        run(run.parameters, [1.0, 2.0, 3.0])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["maximum", "array", "logsumexp", "xp", "jax", "array0", "constants", "inputs"])
def test_a_function_may_have_any_name(name):
    w = Value(0.5)
    names = {"autograd": autograd, "w": w}
    text = "autograd.maximum(x, w) + autograd.logsumexp([x, w]) + autograd.where(x, w, x) + autograd.take([x, w], 1)"
    exec(f"def {name}(x):\n    return {text}", names)
    assert float(exported(names[name], 0.25)([0.5], 0.25)) == pytest.approx(names[name](0.25).data, rel=1e-15)


def test_the_wrong_number_of_numbers_is_an_error_and_not_another_number():
    w = Value(0.5)
    run = exported(lambda xs: sum(xs) * w, [1.0, 2.0])  # JAX itself would read past the end without a word
    with pytest.raises(ArgumentError, match=r"recorded with 2 numbers in the arguments.*shape \(1,\)"):
        run(run.parameters, [1.0])
    with pytest.raises(ArgumentError, match="recorded with 1 numbers in parameters"):
        run([], [1.0, 2.0])


def test_what_cannot_be_exported_says_so(monkeypatch):
    compiled = autograd.compile(lambda x: x * 2)
    with pytest.raises(RecordingError, match="call it once first"):
        compiled.to_jax()
    compiled(1.0)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(MissingPackageError, match=r'to_jax\(\) needs jax: pip install -e "\.\[jax\]"'):
        compiled.to_jax()


@pytest.mark.slow
def test_eight_devices_train_as_one():
    environment = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    environment["PYTHONPATH"] = str(EXAMPLE.parent.parent)
    run = subprocess.run([sys.executable, EXAMPLE], env=environment, capture_output=True, text=True, check=True)
    lines = dict(line.split(": ", 1) for line in run.stdout.splitlines())
    assert lines["devices"] == "8, samples on each: 50"
    assert lines["gradients are added up over the devices"] == "True"

    specification = importlib.util.spec_from_file_location("data_parallel_with_jax", EXAMPLE)
    example = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(example)
    samples, labels = example.data()
    model = nn.MLP(2, [8, 8, 1], seed=0)

    def loss(scores, labels):
        return autograd.mean([autograd.softplus(-y * s) for s, y in zip(scores, labels, strict=True)])

    optimizer = nn.SGD(model.parameters(), lr=example.LEARNING_RATE)
    history = nn.fit(
        model, (samples, labels), loss=loss, optimizer=optimizer, epochs=example.STEPS, batch_size=400, progress=False
    )
    first, last = map(float, lines["loss"].split(" -> "))
    assert (first, last) == pytest.approx((history["loss"][0], history["loss"][-1]), rel=1e-9)
    assert float(lines["accuracy"]) > 0.9
