"""nn.minimize: an optimiser on a loss without data."""

import signal

import pytest

import autograd
import nn
from autograd import Value
from autograd.errors import ArgumentError, NumberError, NumberOverflowError, RecordingError


def valley(x, y):
    return (1 - x) ** 2 + 5 * (y - x**2) ** 2


@pytest.mark.parametrize("compile", ["auto", True, False])
def test_every_step_is_that_of_pytorch(compile):
    torch = pytest.importorskip("torch", reason="the steps are compared with those of PyTorch, which is not installed")
    x, y = Value(-1.0), Value(1.0)
    history = nn.minimize(lambda: valley(x, y), nn.Adam([x, y], lr=0.05), steps=50, progress=False, compile=compile)
    tx, ty = (torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in (-1.0, 1.0))
    optimizer, losses = torch.optim.Adam([tx, ty], lr=0.05), []
    for _ in range(50):
        optimizer.zero_grad()
        loss = valley(tx, ty)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert history["loss"] == pytest.approx(losses, rel=1e-10)
    assert (x.data, y.data) == pytest.approx((tx.item(), ty.item()), rel=1e-10)
    assert (x.grad, y.grad) == (0.0, 0.0)
    assert history["learning_rate"] == [0.05] * 50
    assert (history.ending, history.interrupted) == ("all 50 steps", False)
    assert history.computation == ("eager" if compile is False else "a program")


def test_a_loss_that_cannot_be_recorded_runs_eagerly_and_says_why():
    x = Value(-3.0)
    optimizer = nn.SGD([x], lr=0.1)

    def loss():
        return -x if x < 0 else x * x

    history = nn.minimize(loss, optimizer, steps=3, progress=False)
    assert history.computation.startswith("eager: the loss cannot be recorded")
    assert history["loss"] == pytest.approx([3.0, 2.9, 2.8])
    with pytest.raises(RecordingError):
        nn.minimize(loss, optimizer, steps=1, progress=False, compile=True)


def test_ctrl_c_ends_the_run_between_two_updates():
    x, calls = Value(1.0), []

    def loss():
        calls.append(x.data)
        if len(calls) == 4:
            signal.raise_signal(signal.SIGINT)
        return x * x

    history = nn.minimize(loss, nn.SGD([x], lr=0.25), steps=100, progress=False, compile=False)
    assert history.interrupted
    assert history.ending == "interrupted after 4 of 100 steps"
    assert (len(history), x.data, x.grad) == (4, 0.5**4, 0.0)


def test_what_cannot_be_minimised_says_so():
    x = Value(1.0)
    optimizer = nn.SGD([x], lr=0.1)
    with pytest.raises(ArgumentError, match="steps"):
        nn.minimize(lambda: x * x, optimizer, steps=0)
    with pytest.raises(ArgumentError, match=r"loss is a function of no arguments.*got Value"):
        nn.minimize(x * x, optimizer, steps=1)
    with pytest.raises(NumberError, match="one Value"):
        nn.minimize(lambda: [x, x], optimizer, steps=1, progress=False)
    with pytest.raises(NumberOverflowError):
        nn.minimize(lambda: autograd.exp(x), nn.SGD([x], lr=1e308), steps=3, progress=False)
