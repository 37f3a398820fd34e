"""``without_collecting``: the garbage collector is left as it was found, whatever happens inside."""

import gc
from threading import Barrier, Thread

import pytest

from autograd import Value, compile, without_collecting


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
