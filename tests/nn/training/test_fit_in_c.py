"""``nn.fit(..., compile="c")``: the numbers of the step on Values, by machine code."""

import pytest

pytest.importorskip("numpy")

import nn
from autograd.errors import ArgumentError, MissingPackageError, RecordingError
from autograd.program import compiler

pytestmark = pytest.mark.slow

needs_compiler = pytest.mark.skipif(compiler.find() is None, reason="there is no C compiler")


def trained(how, **options):
    inputs, targets = nn.make_moons(30, seed=0)
    model = nn.Sequential(
        nn.Linear(2, 5, seed=1), nn.BatchNorm1d(5), nn.Tanh(), nn.Dropout(0.2, seed=2), nn.Linear(5, 1, seed=3)
    )
    history = nn.fit(
        model,
        (inputs, [[float(t)] for t in targets]),
        loss=nn.binary_cross_entropy_with_logits,
        optimizer=nn.Adam(model.parameters(), lr=0.05),
        epochs=5,
        batch_size=8,
        validation=(inputs, [[float(t)] for t in targets]),
        seed=0,
        progress=False,
        compile=how,
        **options,
    )
    return history, [p.data for p in model.parameters()]


@needs_compiler
@pytest.mark.parametrize("options", [{}, {"clip": 0.1}])
def test_training_in_c_is_training_on_values(options):
    eager, expected = trained(False, **options)
    in_c, parameters = trained("c", **options)
    assert "loops in C" in in_c.computation
    assert in_c["loss"] == pytest.approx(eager["loss"], rel=1e-9)
    assert in_c["validation_loss"] == pytest.approx(eager["validation_loss"], rel=1e-9)
    assert parameters == pytest.approx(expected, rel=1e-7, abs=1e-9)


@needs_compiler
def test_training_in_c_repeats_to_the_last_bit():
    assert trained("c")[1] == trained("c")[1]


def test_what_cannot_be_compiled_is_an_error():
    model = nn.Linear(1, 1, seed=0)
    arguments = {"optimizer": nn.SGD(model.parameters(), lr=0.1), "epochs": 1, "progress": False}
    with pytest.raises(ArgumentError, match="'C'"):
        nn.fit(model, ([[1.0]], [1.0]), loss=nn.mse_loss, compile="C", **arguments)
    with pytest.raises((RecordingError, MissingPackageError)):
        nn.fit(model, ([[1.0]], [1.0]), loss=lambda o, t: o[0][0] * o[0][0].data, compile="c", **arguments)


def test_without_a_compiler_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(compiler, "find", lambda: None)
    with pytest.raises(MissingPackageError, match="native"):
        trained("c")
