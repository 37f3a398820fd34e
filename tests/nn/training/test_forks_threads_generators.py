"""Programs, pictures and training in a forked process, in several threads at once, under a suspended ``no_grad``."""

import os
import signal
import threading
import time
from contextlib import contextmanager

import pytest

import autograd
import nn
from autograd import Value, no_grad

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
NUMBERS = [0.1 * i for i in range(300)]


def total(xs):
    return autograd.sum([autograd.sin(x) * x for x in xs])


def fitted(compiled, seed=0):
    model = nn.MLP(2, [4, 1], seed=seed)
    nn.fit(
        model,
        nn.make_xor(20, seed=0),
        loss=nn.binary_cross_entropy_with_logits,
        optimizer=nn.SGD(model.parameters(), lr=0.1),
        epochs=2,
        seed=0,
        progress=False,
        compile=compiled,
    )
    return [value.data for value in model.parameters()]


def in_a_fork(function, seconds=30.0):
    """Return what a function gives in a forked process, as text, or "hangs"."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            text = repr(function())
        except BaseException as error:
            text = f"raised {error!r}"
        os.write(writing, text.encode()[:60_000])
        os._exit(0)
    end = time.monotonic() + seconds
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "hangs"
        time.sleep(0.01)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@contextmanager
def running(function):
    """Call a function over and over in another thread."""
    ended = threading.Event()

    def loop():
        while not ended.is_set():
            function()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def uses():
    """Return functions that use a lock somewhere, by name; each was used before."""
    straight, array = autograd.compile(total, backend="straight"), autograd.compile(total, backend="array")
    picture = autograd.draw(Value(2.0) * 3.0)
    found = {
        "straight": lambda: straight.value_and_grad(NUMBERS),
        "array": lambda: array.value_and_grad(NUMBERS),
        "call": lambda: array(NUMBERS).data,
        "no_grad": no_grad(lambda: (Value(2.0) * 3.0).data),
        "picture": picture.pipe,
    }
    for function in found.values():
        function()
    return found


@pytest.mark.slow
@forks
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of forks beside threads
@pytest.mark.parametrize("name", ["straight", "array", "call", "no_grad", "picture"])
def test_a_fork_finds_every_lock_free_whatever_other_threads_do(name):
    function = uses()[name]
    expected = repr(function())
    assert in_a_fork(function) == expected
    with running(function):
        assert [in_a_fork(function, 10.0) for _ in range(4)] == [expected] * 4


@forks
@pytest.mark.parametrize("compiled", ["auto", False])
def test_training_in_a_fork(compiled):
    assert in_a_fork(lambda: fitted(compiled)) == repr(fitted(compiled))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["straight", "array", "call", "no_grad", "picture"])
def test_several_threads_at_once_get_what_one_gets(name):
    function = uses()[name]
    expected, found = function(), []
    threads = [threading.Thread(target=lambda: found.extend(function() for _ in range(10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 40


@pytest.mark.parametrize("compiled", ["auto", False])
def test_training_in_two_threads_at_once(compiled):
    found = {}

    def train(seed):
        found[seed] = fitted(compiled, seed)

    threads = [threading.Thread(target=train, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in (1, 2):
        assert found[seed] == fitted(compiled, seed)


def suspended():
    with no_grad():
        yield


@pytest.mark.parametrize("compiled", ["auto", False])
def test_training_and_programs_while_a_generator_is_suspended_under_no_grad(compiled):
    program = autograd.compile(total)
    expected = fitted(compiled), program.value_and_grad(NUMBERS)
    search = learning_rates()
    generator = suspended()
    next(generator)
    try:
        assert fitted(compiled) == expected[0]
        assert program.value_and_grad(NUMBERS) == expected[1]
        assert learning_rates() == search
        assert diagnosed() > 0
    finally:
        generator.close()
    x = Value(2.0)
    (x * x).backward()
    assert x.grad == 4.0


def learning_rates():
    model = nn.MLP(2, [3, 1], seed=0)
    options = {"loss": nn.mse_loss, "optimizer": nn.SGD(model.parameters(), lr=0.1), "steps": 12, "seed": 0}
    return nn.find_learning_rate(model, ([[0.0, 1.0], [1.0, 0.5]], [1.0, 0.0]), **options).losses


def diagnosed():
    model = nn.MLP(2, [3, 1], seed=0)
    report = nn.diagnose(model, ([[0.3, 1.0], [1.0, 0.5]], [1.0, 0.0]), nn.mse_loss)
    return max(layer.parameter_gradient or 0.0 for layer in report.layers)


def test_a_generator_that_trains_between_its_yields():
    def epochs():
        model = nn.MLP(2, [4, 1], seed=0)
        data = nn.make_xor(20, seed=0)
        history = nn.fit(
            model,
            data,
            loss=nn.binary_cross_entropy_with_logits,
            optimizer=nn.SGD(model.parameters(), lr=0.1),
            seed=0,
            progress=False,
        )
        yield
        history.resume(1)
        with no_grad():
            yield [value.data for value in model.parameters()]

    generator = epochs()
    next(generator)
    found = next(generator)
    generator.close()
    assert found == pytest.approx(fitted("auto"), rel=1e-12)
