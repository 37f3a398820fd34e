"""How compiled functions run: the choice of a backend, many structures, threads, own operations, pictures, checks."""

import asyncio
import math
import os
import random
import subprocess
import sys
import threading
import warnings

import pytest
from project_root import ROOT

import autograd
from autograd import Value
from autograd.errors import (
    ArgumentError,
    MissingPackageError,
    RecordingError,
)

# --- choosing, remembering, running -------------------------------------------------------------------------


def test_the_backend_is_chosen_by_what_there_is_to_gain():
    pytest.importorskip("numpy")
    w = [[Value(0.1 * i * j) for j in range(8)] for i in range(8)]
    layer = autograd.compile(lambda xs: sum(autograd.tanh(autograd.dot(row, xs)) for row in w))
    layer([1.0] * 8)
    assert layer.program.kind == "array"
    small = autograd.compile(lambda x: autograd.tanh(x) * x)
    small(1.0)
    assert small.program.kind == "straight"


def test_changing_structure_keeps_a_bounded_number_of_programs_and_warns(compiled):
    f = compiled(lambda xs: sum(xs) + 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for length in range(1, 33):
            f([1.0] * length)
    with pytest.warns(RuntimeWarning, match="33 different structures of arguments") as caught:
        f([1.0] * 40)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for length in range(50, 60):
            assert f([1.0] * length).data == length
    assert len(f.programs) == 32


@pytest.mark.slow
def test_threads_share_a_compiled_function(compiled):
    pytest.importorskip("numpy")
    chance = random.Random(0)
    ws = [Value(chance.uniform(-1, 1)) for _ in range(30)]

    def function(xs):
        return autograd.tanh(autograd.dot(ws, xs)) * autograd.sum(
            [autograd.sin(w * x) for w, x in zip(ws, xs, strict=True)]
        )

    f = compiled(function)
    data = [[chance.uniform(-1, 1) for _ in ws] for _ in range(6)]
    expected = [function(xs).data for xs in data]
    wrong = []

    def work(k):
        for _ in range(60):
            inputs = [Value(x) for x in data[k]]
            result = f(inputs)
            autograd.gradient(result, inputs[:1])
            if abs(result.data - expected[k]) > 1e-12:
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_tasks_share_a_compiled_function(compiled):
    f = compiled(lambda x: x * 2)

    async def one(x):
        await asyncio.sleep(0)
        return f(x).data

    async def several():
        return await asyncio.gather(*[one(float(i)) for i in range(5)])

    assert asyncio.run(several()) == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_without_numpy_there_are_straight_lines():
    program = (
        "import sys; sys.modules['numpy'] = None\n"
        "import autograd\n"
        "w = [autograd.Value(float(i)) for i in range(100)]\n"
        "f = autograd.compile(lambda xs: autograd.dot(w, xs))\n"
        "r = f([[1.0] * 100][0]); r.backward(); print(r.data, w[3].grad, f.program.kind)\n"
        "print(autograd.compile(lambda m: m[0][1] * 2)([[1, 2], [3, 4]]).data)\n"
        "try:\n    autograd.compile(lambda x: x, backend='array')(1.0)\n"
        "except autograd.errors.MissingPackageError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "4950.0 1.0 straight",
        "4.0",
        'The array backend needs NumPy: pip install -e ".[fast]" in your clone of the library.',
    ]
    assert issubclass(MissingPackageError, ImportError)


# --- looking ------------------------------------------------------------------------------------------------


def test_views_of_a_compiled_result(compiled, capsys):
    w = Value(2.0, "w")
    result = compiled(lambda x: w * x * w)(5.0) + w
    assert len(autograd.steps(result)) == 5
    assert "program" in autograd.draw(result).source
    assert "20" in str(autograd.derivation(result))
    assert "Nothing wrong" in str(autograd.diagnose(result))
    assert "w" in str(autograd.explain(w, result))
    assert "</html>" in autograd.explore(result).html if hasattr(autograd.explore(result), "html") else True
    autograd.step(result)
    assert "program([w])" in capsys.readouterr().out
    assert w.grad == 0.0


def test_several_results_can_be_drawn_and_say_what_cannot_be_stepped(compiled):
    w = Value(2.0, "w")
    first, second = compiled(lambda x: [w * x, w * w])(5.0)
    assert "program" in autograd.draw(first * second).source
    assert first.local_derivatives() == (1.0,)
    with pytest.raises(ArgumentError, match="several Values at once"):
        autograd.steps(first * second)
    with pytest.raises(ArgumentError, match=r"autograd.gradient\(result, inputs\)"):
        first.parents[0].local_derivatives()


# --- own operations -----------------------------------------------------------------------------------------


def test_own_operations(compiled):
    cube = autograd.define_operation("cubed_for_compile(x)", "x * x * x", x="3 * x * x", probes=[(2.0,), (-1.5,)])
    functions = {
        "lgamma_": math.lgamma,
        "digamma_": lambda x: (math.lgamma(x + 1e-5) - math.lgamma(x - 1e-5)) / 2e-5,
    }
    gamma = autograd.define_operation(
        "lgamma_for_compile(x)", "lgamma_(x)", x="digamma_(x)", probes=[(1.5,), (2.5,)], functions=functions
    )
    xs = [Value(1.5), Value(2.5), Value(3.5)]
    result = compiled(lambda xs: autograd.sum([cube(x) + gamma(x) for x in xs]))(xs)
    result.backward()
    assert result.data == pytest.approx(sum(x.data**3 + math.lgamma(x.data) for x in xs), rel=1e-13)
    digamma = 1 / 2.5 + 1 / 1.5 + 1 / 0.5 - 0.5772156649015329 - 2 * math.log(2)
    assert xs[2].grad == pytest.approx(3 * 3.5**2 + digamma, rel=1e-6)


def test_an_own_operation_that_calls_a_function_of_sequences_runs_as_lines():
    spread = autograd.define_operation(
        "spread_for_compile(xs)", "spread_(xs)", xs="[edge_(x, xs) for x in xs]", probes=[([1.0, 4.0, 2.0],)],
        functions={
            "spread_": lambda xs: max(xs) - min(xs),
            "edge_": lambda x, xs: float(x == max(xs)) - float(x == min(xs)),
        },
    )  # fmt: skip
    xs = [Value(1.0), Value(5.0), Value(2.0)]
    autograd.compile(lambda xs: spread(xs) * 2)(xs).backward()
    assert [x.grad for x in xs] == [-2.0, 2.0, 0.0]
    many = autograd.compile(lambda xs: [spread([x, 0.5]) for x in xs])  # enough alike for arrays, if they knew it
    assert many([float(i) for i in range(40)])[39].data == 38.5
    pytest.importorskip("numpy")
    with pytest.raises(RecordingError, match="calls a function of sequences of its own"):
        autograd.compile(lambda xs: spread(xs) + 1, backend="array")(xs)


# --- check --------------------------------------------------------------------------------------------------


def test_check_finds_functions_that_hang_on_more_than_numbers(compiled):
    for function in (
        lambda x: x + int.from_bytes(os.urandom(4), "big"),
        lambda x: x * (2.0 if isinstance(x, float) else 3.0),
    ):
        f = compiled(function)
        f(2.0)
        with pytest.raises(RecordingError, match="the function itself"):
            f.check(2.0)


def test_check_agrees_with_what_is_right(compiled):
    chance, seen = random.Random(0), []
    w = Value(2.0)

    def function(x, flag):
        autograd.observe([x], seen.append)
        noise = autograd.fresh(lambda count: [chance.random() for _ in range(count)], 2)
        return [w * x * noise[0] + noise[1], autograd.take([x, w], flag), autograd.softmax([x, w])[0]]

    f = compiled(function)
    f.check(2.0, 1)
    f.check(2.0, 0)
    assert seen == []


def test_plain_floats_take_a_direct_path_with_the_same_results():
    w = Value(3.0)
    f = autograd.compile(lambda x, y: w * x * x + autograd.log(y))
    first = f.first.chosen

    def direct(*numbers, chosen=first, constant=True):
        return f.direct((chosen, len(numbers)), numbers, constant=constant)

    assert f.value_and_grad(2.0, 1.0) == (12.0, 12.0)  # looks everything up
    assert direct(2.0, 1.0) == (12.0, [12.0])
    assert direct(2.0, 1.0, constant=False) is None  # the result depends on w
    assert f.value_and_grad(2.0, 1.0) == (12.0, 12.0)
    w.data = 5.0
    assert f.value_and_grad(2.0, 1.0) == (20.0, 20.0)
    assert direct(2, 1.0) is None  # not a float
    assert direct(2.0) is None
    assert direct(2.0, 0.0) is None  # has no logarithm
    with pytest.raises(autograd.errors.DomainError):
        f.value_and_grad(2.0, 0.0)
    assert f(2.0, 1.0).data == 20.0  # another program: no gradient of the inputs
    assert direct(2.0, 1.0) is None
    assert f.value_and_grad(2.0, 1.0) == (20.0, 20.0)
    g = autograd.compile(lambda x, y: x * x + autograd.log(y))
    for places, expected in (((0, 1), (4.0, 1.0)), ((1, 0), (1.0, 4.0)), ((1,), (1.0,))):
        both = autograd.value_and_grad(g, places)
        assert [both(2.0, 1.0) for _ in range(3)] == [(4.0, expected)] * 3


def test_the_direct_path_notices_what_has_changed():
    scale = [2.0]
    f = autograd.compile(lambda x: scale[0] * x)
    assert [f.value_and_grad(1.0) for _ in range(3)] == [(2.0, 2.0)] * 3
    scale[0] = 7.0
    assert f.value_and_grad(1.0) == (7.0, 7.0)
    g = autograd.compile(lambda x, power: x**power, static=("power",))
    assert [g.value_and_grad(3.0, p) for p in (2.0, 2.0, 3.0)] == [(9.0, 6.0), (9.0, 6.0), (27.0, 27.0)]
    h = autograd.compile(lambda x, y=1.0: x * x * y)
    assert [h.value_and_grad(2.0) for _ in range(2)] == [(4.0, 4.0)] * 2
    assert h.value_and_grad(2.0, y=3.0) == (12.0, 12.0)
