"""no_grad and remember_source_lines: where they hold, where they end, and what they leave alone."""

import asyncio
import threading

import pytest

import autograd
from autograd import Value, modes, no_grad, remember_source_lines


@pytest.fixture(autouse=True)
def _every_switch_is_off_again():
    yield
    assert modes.blocks_open == 0
    assert (Value(1.0) * 2).parents


def test_no_grad_computes_the_same_numbers_without_parents():
    a, b = Value(0.3), Value(-1.2)
    operations = [
        lambda: a * b, lambda: 2 - a, lambda: a**2, b.tanh, lambda: autograd.relu(b), lambda: -a,
        lambda: autograd.dot([a, 2.0], [b, a]), lambda: autograd.softmax([a, b])[0], lambda: autograd.clamp(a, 0, 1),
    ]  # fmt: skip
    for operation in operations:
        with no_grad():
            without = operation()
        assert without.data == operation().data
        assert (without.parents, without.op) == ((), "")
        without.backward()
    assert (a.grad, b.grad) == (0.0, 0.0)


def test_no_grad_gives_floats_to_all_results():
    with no_grad():
        assert type(Value(-1.0).relu().data) is float


def test_no_grad_nests_and_ends_with_its_block():
    x = Value(1.0)
    with no_grad():
        with no_grad():
            assert (x * 2).parents == ()
        assert (x * 2).parents == ()
    assert (x * 2).parents == (x,)


def test_no_grad_ends_when_an_exception_leaves_it():
    x = Value(1.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        x / 0
    assert (x * 2).parents == (x,)


def test_no_grad_decorates_with_and_without_parentheses():
    @no_grad
    def first(x):
        """Say something."""
        return x * 2

    @no_grad()
    def second(x, *, factor=3):
        return x * factor

    x = Value(1.0)
    for _ in range(2):
        assert first(x).parents == ()
        assert second(x, factor=4).parents == ()
    assert (first.__name__, first.__doc__) == ("first", "Say something.")
    assert (x * 2).parents == (x,)


def test_a_decorated_function_that_raises_or_recurses():
    @no_grad
    def down(x, n):
        return x if n == 0 else down(x * 2, n - 1)

    x = Value(1.0)
    assert down(x, 5).parents == ()

    @no_grad
    def fails():
        raise KeyError

    with pytest.raises(KeyError):
        fails()


def test_no_grad_holds_only_in_its_own_thread():
    x, found, inside, done = Value(1.0), [], threading.Event(), threading.Event()

    def other():
        inside.wait(10)
        found.append((x * 2).parents)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with no_grad():
        inside.set()
        assert done.wait(10)
        assert (x * 2).parents == ()
    thread.join()
    assert found == [(x,)]


def test_many_threads_switch_on_and_off():
    x, wrong = Value(1.0), []

    def work(use):
        for _ in range(300):
            if use:
                with no_grad():
                    if (x * 2).parents:
                        wrong.append("inside")
            elif (x * 2).parents != (x,):
                wrong.append("outside")

    threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_grad_holds_only_in_its_own_task():
    x = Value(1.0)

    async def without(entered, go_on):
        with no_grad():
            entered.set()
            await go_on.wait()
            return (x * 2).parents

    async def main():
        entered, go_on = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(without(entered, go_on))
        await entered.wait()
        here = (x * 2).parents
        go_on.set()
        return here, await task

    assert asyncio.run(main()) == ((x,), ())


def test_no_grad_decorates_coroutine_functions():
    x = Value(1.0)

    @no_grad
    async def work():
        before = (x * 2).parents
        await asyncio.sleep(0)
        return before, (x * 2).parents

    @no_grad()
    async def also():
        await asyncio.sleep(0)
        return (x * 2).parents

    assert asyncio.run(work()) == ((), ())
    assert asyncio.run(also()) == ()


def test_no_grad_decorates_generator_functions():
    x = Value(1.0)

    @no_grad
    def numbers():
        got = yield (x * 2).parents
        yield (got * 2).parents

    generator = numbers()
    assert next(generator) == ()
    assert (x * 2).parents == (x,)  # between two steps the caller's own mode holds
    assert generator.send(x) == ()


def test_a_decorated_generator_returns_catches_and_closes():
    log = []

    @no_grad
    def steps():
        try:
            yield 1
        except KeyError:
            log.append("caught")
        try:
            yield 2
        finally:
            log.append("closed")
        return "done"

    generator = steps()
    assert (next(generator), generator.throw(KeyError), log) == (1, 2, ["caught"])
    generator.close()
    assert log == ["caught", "closed"]

    def outer():
        log.append((yield from steps()))

    assert list(outer()) == [1, 2]
    assert log[-1] == "done"


def test_an_asynchronous_generator_is_refused_with_advice():
    with pytest.raises(autograd.errors.ArgumentError, match="with statement inside"):

        @no_grad
        async def numbers():
            yield 1


def test_one_switch_used_again_and_nested():
    x, switch = Value(1.0), no_grad()
    for _ in range(2):
        with switch, switch:
            assert (x * 2).parents == ()
        assert (x * 2).parents == (x,)


def test_a_generator_closed_in_another_context_ends_its_block():
    import contextvars

    def numbers():
        with no_grad():
            yield 1

    generator = numbers()
    contextvars.copy_context().run(next, generator)
    generator.close()
    assert (Value(1.0) * 2).parents


def test_a_task_that_outlives_the_block_it_was_started_in():
    x = Value(1.0)

    async def late(go_on):
        await go_on.wait()
        return (x * 2).parents

    async def main(keep_some_switch_on):
        go_on = asyncio.Event()
        with no_grad():
            task = asyncio.create_task(late(go_on))
            await asyncio.sleep(0)
        go_on.set()
        if keep_some_switch_on:
            with remember_source_lines():
                return await task
        return await task

    assert asyncio.run(main(False)) == asyncio.run(main(True)) == (x,)


def test_backward_works_inside_no_grad():
    x = Value(3.0)
    y = x * x
    with no_grad():
        y.backward()
        x.data -= 0.1 * x.grad
    assert x.data == pytest.approx(2.4)


# --- source lines -------------------------------------------------------------------------------------


def test_source_lines_are_remembered_while_asked_for():
    x = Value(3.0)
    with remember_source_lines():
        y = x * 2 + autograd.tanh(x)
        z = autograd.dot([x, y], [y, 1.0])
    after = [x * 2, autograd.clamp(x, 0.0, 1.0)]
    assert y.source_line.text == "y = x * 2 + autograd.tanh(x)"
    assert z.source_line.text == "z = autograd.dot([x, y], [y, 1.0])"
    assert z.source_line.line == y.source_line.line + 1
    assert y.source_line.file == __file__
    assert str(y.source_line) == f"test_modes.py:{y.source_line.line}: {y.source_line.text}"
    assert [value.source_line for value in (*after, x)] == [None] * 3
    assert all(parent.source_line == y.source_line for parent in y.parents)


def test_source_lines_inside_no_grad_and_the_other_way_round():
    x = Value(3.0)
    with remember_source_lines(), no_grad():
        assert (x * 2).parents == ()
    with no_grad(), remember_source_lines():
        assert (x * 2).parents == ()


def test_an_error_in_backward_names_the_line_that_made_the_node():
    x = Value(0.0, "x")
    with remember_source_lines():
        y = x.sqrt()  # the line to be named
    with pytest.raises(ZeroDivisionError, match=r"test_modes\.py:\d+: y = x\.sqrt\(\)  # the line to be named"):
        y.backward()
