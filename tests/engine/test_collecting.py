"""``without_collecting``: the garbage collector is left as it was found, whatever happens inside."""

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from threading import Barrier, Thread

import pytest

from autograd import Value, checkpoint, compile, grad, hook, jvp, value_and_grad, vjp, without_collecting


@pytest.fixture(autouse=True)
def _as_it_was():
    was_enabled = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("enabled", [True, False])
def test_it_is_as_it_was_after_nested_blocks_and_errors(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()

    @without_collecting()
    @without_collecting()
    def fail() -> None:
        assert not gc.isenabled()
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert gc.isenabled() is enabled


def test_it_runs_again_after_overlapping_blocks_of_several_threads() -> None:
    barrier = Barrier(4)

    def work() -> None:
        for _ in range(200):
            with without_collecting():
                barrier.wait()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gc.isenabled()


def test_nothing_is_collected_while_a_function_is_recorded() -> None:
    seen = []

    @compile
    def squares(x: Value) -> Value:
        seen.append(gc.isenabled()) if not seen else None
        return x * x

    with pytest.raises(Exception, match="changed"):  # a list that grows while it is recorded is refused
        squares(2.0)
    assert seen == [False]
    assert gc.isenabled()


@pytest.mark.skipif("fork" not in get_all_start_methods(), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_the_collector_runs_in_a_process_forked_from_a_pause() -> None:
    context = get_context("fork")
    seen = context.SimpleQueue()

    def start() -> None:
        process = context.Process(target=lambda: seen.put(gc.isenabled()))
        process.start()
        process.join()

    with without_collecting():
        start()
        assert not gc.isenabled()
    assert seen.get() is True
    gc.disable()  # by somebody else: then it is none of ours
    start()
    assert seen.get() is False


LARGE = 5_000
"""More objects than the collector lets be made before it comes."""


def chain(x: Value) -> Value:
    for _ in range(LARGE):
        x = x * 1.0
    return x


@contextmanager
def counted() -> Iterator[list[str]]:
    """Count collections: what the collector says when it begins."""
    begun: list[str] = []

    def note(phase: str, _: object) -> None:
        begun.extend([phase] * (phase == "start"))

    gc.callbacks.append(note)
    try:
        yield begun
    finally:
        gc.callbacks.remove(note)


@pytest.mark.parametrize("differentiate", [value_and_grad, grad, lambda f: lambda x: vjp(f, x)])
def test_the_collector_waits_for_a_large_graph_and_comes_again(differentiate: Callable) -> None:
    seen = []

    def function(x: Value) -> Value:
        x = chain(x)
        seen.append(gc.isenabled())
        return x

    differentiate(function)(1.0)
    assert seen == [False]
    assert gc.isenabled()


@pytest.mark.parametrize("differentiate", [value_and_grad, grad])
def test_the_collector_never_looks_at_a_large_graph_that_is_freed(differentiate: Callable) -> None:
    gc.collect()
    with counted() as begun:
        differentiate(chain)(1.0)
    assert len(begun) <= 1  # the one that found the graph being built


def test_the_graph_is_freed_from_its_end_while_the_gradient_goes_back() -> None:
    alive: list[weakref.ref[Value]] = []
    freed_before: list[int] = []

    def function(x: Value) -> Value:
        for i in range(6):
            x = x * 2.0
            if i == 2:
                x = hook(x, lambda _: freed_before.append(sum(ref() is None for ref in alive)))
            alive.append(weakref.ref(x))
        return x

    assert value_and_grad(function)(1.0) == (64.0, 64.0)
    assert freed_before == [3]


def test_the_collector_comes_again_after_an_error_in_a_large_graph() -> None:
    with pytest.raises(LookupError):
        value_and_grad(lambda x: [chain(x), {}["missing"]])(1.0)
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    assert value_and_grad(chain)(2.0) == (2.0, 1.0)
    assert not gc.isenabled()


def test_an_inner_gradient_ends_no_pause_of_the_outer_one() -> None:
    seen = []

    def outer(x: Value) -> Value:
        x = chain(x)
        inner = grad(chain)(x)
        seen.append(gc.isenabled())
        return inner * x

    assert jvp(outer, (3.0,), (1.0,)) == (3.0, 1.0)
    assert seen == [False]
    assert gc.isenabled()


def test_the_collector_comes_again_after_a_large_checkpoint() -> None:
    x = Value(2.0)
    y = checkpoint(chain)(x)
    assert gc.isenabled()
    y.backward()
    assert gc.isenabled()
    assert x.grad == 1.0


def test_threads_that_differentiate_leave_the_collector_on() -> None:
    threads = [Thread(target=lambda: [value_and_grad(chain)(2.0) for _ in range(5)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gc.isenabled()


def test_backward_gives_the_collector_no_reason_to_come() -> None:
    y = chain(Value(2.0))
    gc.collect()
    with counted() as begun:
        y.backward()
    assert begun == []
