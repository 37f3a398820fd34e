"""What a compiled function reads beside its arguments: changes are noticed, impure functions are refused."""

import argparse
import copy
import functools
import gc
import itertools
import linecache
import math
import operator
import pickle
import random
import subprocess
import sys
import threading
import time
import types
from array import array
from collections import ChainMap, UserDict, UserList, deque
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy
import pytest

import autograd
import nn
from autograd import Value
from autograd.errors import RecordingError
from autograd.program.captures import Captures
from autograd.program.watched import Definition, Names

FACTOR = 2.0
WEIGHT = Value(3.0)


@pytest.fixture(params=["straight", "array"])
def compiled(request):
    return partial(autograd.compile, backend=request.param)


# --- what changes is noticed ----------------------------------------------------------------------------------


def test_a_rebound_variable_of_an_enclosing_function(compiled):
    w, factor = Value(2.0), 10.0
    f = compiled(lambda x: w * x * factor)
    assert f(1.0).data == 20.0
    w = Value(5.0)
    result = f(1.0)
    result.backward()
    assert (result.data, w.grad) == (50.0, 10.0)
    factor = 100.0
    assert f(1.0).data == 500.0
    assert f.recordings == 3
    w.data = 7.0  # the number behind a Value is read at each call
    assert f(1.0).data == 700.0
    assert f.recordings == 3


def test_a_rebound_global(compiled, monkeypatch):
    f = compiled(lambda x: WEIGHT * x * FACTOR)
    assert f(1.0).data == 6.0
    monkeypatch.setitem(globals(), "FACTOR", 4.0)
    assert f(1.0).data == 12.0
    monkeypatch.setitem(globals(), "WEIGHT", Value(5.0))
    assert f(1.0).data == 20.0


def test_elements_of_lists_and_dictionaries(compiled):
    weights, settings = [Value(1.0), Value(2.0)], {"scale": 1.0, "more": [3.0]}
    f = compiled(lambda x: sum(w * x for w in weights) * settings["scale"] + settings["more"][0])
    assert f(1.0).data == 6.0
    weights[1] = Value(5.0)
    assert f(1.0).data == 9.0
    weights.append(Value(1.0))
    assert f(1.0).data == 10.0
    settings["scale"] = 2.0
    assert f(1.0).data == 17.0
    settings["more"][0] = 0.0
    assert f(1.0).data == 14.0
    assert f.recordings == 5
    f(2.0)
    assert f.recordings == 5


def test_a_captured_zero_keeps_its_sign(compiled):
    zeros = [0.0]
    f = compiled(lambda x: autograd.where(x, zeros[0], 1.0))
    assert str(f(1.0).data) == "0.0"
    zeros[0] = -0.0
    assert str(f(1.0).data) == "-0.0"


def test_rows_of_floats_are_compared_by_their_numbers(compiled):
    rows = [[1.5, -2.0], [0.25, 3.0]]
    f = compiled(lambda x: sum((x * a * b for a, b in rows), 0.0 * x))
    assert f(1.0).data == -2.25
    rows[1], rows[0][1] = [float("0.25"), float("3.0")], -2  # other objects, equal numbers
    assert (f(1.0).data, f.recordings) == (-2.25, 1)
    changes = [
        (lambda: rows[1].__setitem__(0, 0.5), -1.5),
        (lambda: rows[1].__setitem__(0, 0.5 + 2.0**-50), -1.5 + 3.0 * 2.0**-50),
        (lambda: rows.append([1.0, 1.0]), -0.5 + 3.0 * 2.0**-50),
        (lambda: rows[1].__setitem__(0, 0.0), -2.0),
        (lambda: rows.__setitem__(0, (Value(1.5), 2.0)), 4.0),
        (rows.clear, 0.0),
    ]
    for count, (change, expected) in enumerate(changes, 2):
        change()
        assert (f(1.0).data, f.recordings) == (expected, count)


def test_a_captured_array(compiled):
    numbers = numpy.array([1.0, 2.0])
    f = compiled(lambda x: (x * numbers).sum())
    assert f(1.0).data == 3.0
    numbers[0] = 5.0
    assert f(1.0).data == 7.0


def test_attributes_of_what_is_captured(compiled):
    class Part:
        offset = 1.0

        def __init__(self):
            self.w, self.rate, self.unread = Value(3.0), 2.0, 0

        def scaled(self, x):
            return self.w * x * self.rate + self.offset

    part = Part()

    def through(x):
        return part.scaled(x)

    for f in (compiled(part.scaled), compiled(through)):
        part.w, part.rate, Part.offset = Value(3.0), 2.0, 1.0
        assert f(1.0).data == 7.0
        part.rate = 3.0
        assert f(1.0).data == 10.0
        part.w = Value(1.0)
        assert f(1.0).data == 4.0
        Part.offset = 0.0
        assert f(1.0).data == 3.0
        assert f.recordings == 4
        part.unread += 1  # no code names it
        f(1.0)
        assert f.recordings == 4


def test_slots_properties_sets_and_deep_lists(compiled):
    class Settings:
        __slots__ = ("deep", "factor", "offsets")

        @property
        def doubled(self):
            return self.factor * SCALE["doubled"]

        @staticmethod
        def raised(x):
            return x + SCALE["raised"]

    settings = Settings()
    settings.factor, settings.offsets, settings.deep = 1.0, {10.0}, [[[{"in": 0.0}]]]
    f = compiled(lambda x: settings.raised(x) * settings.doubled + sum(settings.offsets) + settings.deep[0][0][0]["in"])
    assert f(1.0).data == 2.0 * 1.0 + 10.0
    settings.factor = 3.0
    assert f(1.0).data == 2.0 * 3.0 + 10.0
    settings.offsets.add(100.0)
    assert f(1.0).data == 2.0 * 3.0 + 110.0
    settings.deep[0][0][0]["in"] = 0.5
    assert f(1.0).data == 2.0 * 3.0 + 110.5
    assert f.recordings == 4


SCALE = {"doubled": 1.0, "raised": 1.0}


def test_what_a_helper_captures(compiled):
    scale = 2.0

    def helper(x):
        return x * scale

    f = compiled(lambda x: helper(x) + 1.0)
    assert f(1.0).data == 3.0
    scale = 5.0
    assert f(1.0).data == 6.0


def doubled(f):
    @functools.wraps(f)
    def function(x):
        return 2.0 * f(x)

    return function


class Doubled:
    def __init__(self, f):
        self.f = f
        functools.update_wrapper(self, f)

    def __call__(self, x):
        return 2.0 * self.f(x)


@pytest.mark.parametrize(
    ("decorator", "times"),
    [
        *[(decorator, 2.0) for decorator in (doubled, Doubled, lambda f: autograd.no_grad(doubled(f)))],
        *[(decorator, 1.0) for decorator in (autograd.no_grad, autograd.checkpoint, autograd.compile, autograd.vmap)],
        (functools.singledispatch, 1.0),
        (lambda f: autograd.custom_gradient(lambda x: (f(x), lambda g: g)), 1.0),
    ],
)
def test_what_a_decorated_helper_captures(decorator, times):
    factor = 3.0
    helper = decorator(lambda x: autograd.sum(x) * factor if isinstance(x, list) else x * factor)
    f = autograd.compile(lambda x: (helper([x])[0] if decorator is autograd.vmap else helper(x)) + 1.0)
    assert f(2.0).data == times * 6.0 + 1.0
    factor = 5.0
    assert f(2.0).data == times * 10.0 + 1.0


def test_what_public_functions_read_is_their_own_affair():
    def function(xs):
        return autograd.sum([autograd.sin(x) for x in xs]) + autograd.grad(autograd.tanh)(autograd.norm(xs))

    found = Captures(function)
    assert {type(place) for place in found.places} == {Definition, Names}
    assert [sorted(place.found) for place in found.places] == [
        ["__code__"],
        ["autograd"],
        ["grad", "norm", "sin", "sum", "tanh"],
    ]


def test_a_default_that_is_a_list(compiled):
    def function(x, numbers=[2.0]):  # noqa: B006  # the trap itself
        return x * numbers[0]

    f = compiled(function)
    assert f(3.0).data == 6.0
    function.__defaults__[0][0] = 4.0
    assert f(3.0).data == 12.0


def test_a_layer_put_in_a_model(compiled):
    layers = [[Value(2.0)], [Value(3.0)]]
    f = compiled(lambda x: x * layers[0][0] * layers[1][0])
    assert f(1.0).data == 6.0
    layers[1] = [Value(10.0)]
    assert f(1.0).data == 20.0


# --- what was not there, and what nobody names ------------------------------------------------------------------


class Rate:
    factor = 2.0
    table = {"rate": 2.0}  # noqa: RUF012  # of the class

    def scaled(self, x):
        return x * self.factor

    def __mul__(self, x):
        return x * self.table["rate"]

    def __bool__(self):
        return self.table["rate"] > 2.0

    def __contains__(self, item):
        return bool(self)


class Inherited(Rate):
    pass


class Row(list):
    def scaled(self, x):
        return x * self.factor * self[0]


class Looked(dict):
    def __getattr__(self, name):
        return self[name]


class Made:
    def __init__(self, x):
        self.x = x * Rate.table["rate"]


@dataclass
class Held:
    x: object

    def __post_init__(self):
        self.scaled = self.x * Rate.table["rate"]


@dataclass
class Taken:
    x: object

    def scaled(self):
        return self.x * Rate.table["rate"]


class Pair(NamedTuple):
    x: object

    def scaled(self):
        return self.x * Rate.table["rate"]


class Memory:
    rate = 2.0

    @functools.cached_property
    def factor(self):
        return self.rate


def twice(x, factor=2.0):
    return x * factor


def appears():
    """Yield a name, a function of a number whose factor is 2, and what makes the factor 3."""
    rate, inherited, method, base = Rate(), Inherited(), Rate(), Inherited()
    yield "class attribute hidden", rate.scaled, lambda: setattr(rate, "factor", 3.0)
    yield "base class hidden", inherited.scaled, lambda: setattr(Inherited, "factor", 3.0)
    yield "method hidden", lambda x: 1.0 * method.scaled(x), lambda: setattr(method, "scaled", lambda x: x * 3.0)
    yield "method replaced", lambda x: 1.0 * base.scaled(x), lambda: setattr(Inherited, "scaled", lambda _, x: x * 3.0)
    maybe = Rate()
    yield (
        "attribute appears",
        lambda x: x * (maybe.more if hasattr(maybe, "more") else 2.0),
        lambda: setattr(maybe, "more", 3.0),
    )
    for space in (types.SimpleNamespace(factor=2.0), argparse.Namespace(factor=2.0), Row([1.0])):
        space.factor = 2.0
        name = type(space).__name__
        yield name, lambda x, space=space: x * space.factor, lambda space=space: setattr(space, "factor", 3.0)
    row, looked, memory = Row([1.0]), Looked(factor=2.0), Memory()
    row.factor = 2.0
    yield "method of a list", row.scaled, lambda: setattr(row, "factor", 3.0)
    yield "computed attribute", lambda x: x * looked.factor, lambda: looked.update(factor=3.0)
    yield "computed once", lambda x: x * memory.factor, lambda: setattr(memory, "factor", 3.0)
    operand, true, inside = Rate(), Rate(), Rate()
    change = lambda: Rate.table.update(rate=3.0)  # noqa: E731
    yield "operator", lambda x: operand * x, change
    yield "truth", lambda x: x * (3.0 if true else 2.0), change
    yield "membership", lambda x: x * (3.0 if 0 in inside else 2.0), change
    yield "made inside", lambda x: Made(x).x, change
    yield "dataclass made inside", lambda x: Held(x).scaled, change
    window, numbers, view = deque([2.0]), array("d", [2.0]), {"factor": 2.0}
    shown = types.MappingProxyType(view)
    yield "deque", lambda x: x * window[0], lambda: window.appendleft(3.0)
    yield "array of Python", lambda x: x * numbers[0], lambda: numbers.__setitem__(0, 3.0)
    yield "view of a dictionary", lambda x: x * shown["factor"], lambda: view.update(factor=3.0)

    def noted(x):
        return x * noted.factor

    noted.factor = 2.0
    yield "attribute of a function", noted, lambda: setattr(noted, "factor", 3.0)
    defaults, code = (types.FunctionType(twice.__code__, globals(), "f", (2.0,)) for _ in range(2))
    yield "defaults replaced", lambda x: 1.0 * defaults(x), lambda: setattr(defaults, "__defaults__", (3.0,))
    thrice = lambda x, factor=2.0: x * 3.0  # noqa: E731
    yield "code replaced", lambda x: 1.0 * code(x), lambda: setattr(code, "__code__", thrice.__code__)


def matched(rate, x):
    match rate:
        case Rate(factor=factor):
            return x * factor


FACTOR_OF = operator.attrgetter("inner.factor")
SCALED = operator.methodcaller("scaled", 1.0)


def in_quotes():
    """Yield the same, where the name of what changes stands in quotation marks."""
    for name, read in (
        ("getattr", lambda rate, x: x * getattr(rate, "factor")),  # noqa: B009  # what is tested
        ("getattr of several", lambda rate, x: x * sum(getattr(rate, name) for name in ("factor",))),
        ("attrgetter", lambda rate, x: x * operator.attrgetter("factor")(rate)),
        ("attrgetter with a path", lambda rate, x: x * FACTOR_OF(types.SimpleNamespace(inner=rate))),
        ("methodcaller", lambda rate, x: x * SCALED(rate)),
        ("vars", lambda rate, x: x * vars(rate)["factor"]),
        ("__dict__", lambda rate, x: x * rate.__dict__["factor"]),
        ("pattern", matched),
    ):
        rate = types.SimpleNamespace(factor=2.0) if name in {"getattr", "vars"} else Rate()
        rate.factor = 2.0
        yield name, partial(read, rate), partial(setattr, rate, "factor", 3.0)


def held_in():
    """Yield the same for further objects that hold numbers."""

    class Kept(UserDict):
        pass

    class Numbers(numpy.ndarray):
        pass

    for holder in (UserDict(a=2.0), Kept(a=2.0), ChainMap({"a": 2.0})):
        yield type(holder).__name__, lambda x, holder=holder: x * holder["a"], partial(holder.update, a=3.0)
    numbers = numpy.array([2.0, 3.0])
    for holder in (UserList([2.0]), bytearray([2]), memoryview(bytearray([2])), numbers[:1].copy().view(Numbers)):
        name, change = type(holder).__name__, partial(holder.__setitem__, 0, 3)
        yield name, lambda x, holder=holder: x * float(holder[0]), change
    table = numpy.array([[2.0, 3.0]])
    yield "shape", lambda x: x * float(table[-1][0]), lambda: table.resize((2, 1))


@pytest.fixture
def restored():
    yield
    Rate.table["rate"] = 2.0
    for name in {"factor", "scaled"} & vars(Inherited).keys():
        delattr(Inherited, name)


@pytest.mark.parametrize(
    ("kind", "case"), [(kind, name) for kind in (appears, in_quotes, held_in) for name, *_ in kind()]
)
def test_what_is_not_found_by_a_name_in_the_code(compiled, restored, kind, case):
    function, change = next(found for name, *found in kind() if name == case)
    f = compiled(function)
    assert [f(x).data for x in (1.0, 5.0, 5.0)] == [2.0, 10.0, 10.0]
    assert f.recordings == 1
    change()
    assert [f(x).data for x in (1.0, 5.0, 5.0)] == [3.0, 15.0, 15.0]
    assert f.recordings == 2


def test_columns_and_tables_of_pandas(compiled):
    pandas = pytest.importorskip("pandas")
    column = pandas.Series([2.0, 1.0])
    table = pandas.DataFrame({"a": [2.0, 1.0], "b": ["u", "v"], "t": pandas.to_datetime(["2020-01-01", "2021-01-01"])})
    f, g = compiled(lambda x: x * column[0]), compiled(lambda x: sum(x * each for each in table["a"]))
    assert [f(5.0).data, g(5.0).data, f(1.0).data, g(1.0).data] == [10.0, 15.0, 2.0, 3.0]
    assert (f.recordings, g.recordings) == (1, 1)
    column[0] = table.loc[0, "a"] = 3.0
    assert [f(5.0).data, g(5.0).data] == [15.0, 20.0]


def test_tensors_of_pytorch(compiled):
    torch = pytest.importorskip("torch")
    weight = torch.tensor([2.0], requires_grad=True)
    f = compiled(lambda x: x * weight.item())
    assert [f(5.0).data, f(1.0).data, f.recordings] == [10.0, 2.0, 1]
    with torch.no_grad():
        weight[0] = 3.0
    assert f(5.0).data == 15.0
    sparse = torch.eye(2).to_sparse()
    assert compiled(lambda x: x * sparse.sum().item())(5.0).data == 10.0


def test_a_global_that_hides_a_function_of_python(compiled, monkeypatch):
    f = compiled(lambda x: pow(x, 2.0))
    assert f(3.0).data == 9.0
    monkeypatch.setitem(globals(), "unread", 1.0)
    assert (f(3.0).data, f.recordings) == (9.0, 1)
    monkeypatch.setitem(globals(), "pow", lambda x, _: x * 5.0)
    assert (f(3.0).data, f.recordings) == (15.0, 2)


@pytest.mark.parametrize("kind", [Taken, Pair])
def test_what_methods_of_arguments_read(compiled, restored, kind):
    f = compiled(lambda item: item.scaled())
    assert f(kind(5.0)).data == 10.0
    Rate.table["rate"] = 3.0
    assert f(kind(5.0)).data == 15.0


def test_what_static_arguments_hold(compiled):
    rate, factors = Rate(), [2.0]
    f = compiled(lambda x, model: model(x), static=["model"])
    assert [f(5.0, rate.scaled).data, f(5.0, model=lambda x: x * factors[0]).data] == [10.0, 10.0]
    given = lambda x: x * factors[0]  # noqa: E731
    assert f(5.0, given).data == 10.0
    factors[0] = 3.0
    assert f(5.0, given).data == 15.0
    g = compiled(lambda x, settings: x * settings.factor, static=["settings"])
    assert g(5.0, rate).data == 10.0
    rate.factor = 3.0
    assert g(5.0, rate).data == 15.0


def test_what_a_function_computes_once_for_itself_is_no_change(compiled):
    class Lazy:
        def scaled(self, x):
            if not hasattr(self, "factors"):
                self.factors = [2.0]
            return x * self.factors[0]

    lazy = Lazy()
    f = compiled(lazy.scaled)
    assert [f(5.0).data, f(6.0).data, f.recordings] == [10.0, 12.0, 1]
    lazy.factors = [3.0]
    assert [f(5.0).data, f.recordings] == [15.0, 2]


def test_a_class_that_answers_every_name_is_captured(compiled):
    class Anything:
        factor = 2.0

        def __getattr__(self, name):
            raise KeyError(name)

    anything = Anything()
    assert compiled(lambda x: x * anything.factor)(5.0).data == 10.0


# --- modules ----------------------------------------------------------------------------------------------------


def in_a_sequence():
    return nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.5, seed=0))


class OfItsOwn(nn.Module):
    def __init__(self):
        self.linear, self.dropout = nn.Linear(1, 1), nn.Dropout(0.5, seed=0)

    def forward(self, x):
        return self.dropout(self.linear(x))


class InALoop(nn.Module):
    def __init__(self, kind=nn.ModuleList):
        self.parts = kind([nn.Linear(1, 1), nn.Dropout(0.5, seed=0)])

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x


class ByName(InALoop):
    def __init__(self):
        super().__init__(lambda parts: nn.ModuleDict(zip("ab", parts, strict=True)))

    def forward(self, x):
        return self.parts["b"](self.parts["a"](x))


@pytest.mark.parametrize("make", [in_a_sequence, OfItsOwn, InALoop, ByName])
def test_evaluation_after_training(compiled, make):
    model = make()
    f = compiled(lambda x: model([x])[0])
    assert len({f(1.0).data for _ in range(20)}) == 2  # dropped or not
    model.eval()
    assert {f(1.0).data for _ in range(20)} == {model([1.0])[0].data}


@pytest.mark.parametrize("container", ["list", "dictionary", "recurrent"])
def test_parts_of_a_container_of_modules_that_are_replaced(compiled, container):
    first, second = nn.Linear(1, 1, seed=1), nn.Linear(1, 1, seed=2)
    if container == "recurrent":
        first = nn.RNN(1, 1, seed=1)
        f = compiled(lambda x: first([[x]])[0][0][0])
        before = f(2.0).data
        first.weight_ih_l0 = [[Value(0.25)]]
        after = math.tanh(0.5 + first.bias_ih_l0[0].data + first.bias_hh_l0[0].data)
    else:
        model = nn.Sequential(first) if container == "list" else nn.ModuleDict({"0": first})
        f = compiled(lambda x: model[0 if container == "list" else "0"]([x])[0])
        before = f(2.0).data
        model[0 if container == "list" else "0"] = second
        after = 2.0 * second.weight[0][0].data + second.bias[0].data
    assert (f(2.0).data, f.recordings) == (pytest.approx(after, rel=1e-12), 2)
    assert after != pytest.approx(before, rel=1e-3)


def test_a_module_appended(compiled):
    model = nn.Sequential(nn.Linear(1, 1, seed=1))
    f = compiled(lambda x: model([x])[0])
    before = f(2.0).data
    model.append(nn.Tanh())
    assert f(2.0).data == pytest.approx(math.tanh(before), rel=1e-12)


# --- numbers cannot be read -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        lambda w: w.data,
        lambda w: w.grad,
        lambda w: float(f"{w:.3f}"),
        lambda w: 1.0 if w > 0 else 2.0,
        lambda w: 1.0 if w else 2.0,
        lambda w: max([w, Value(1.0)], key=lambda value: value.data),
        copy.copy,
        lambda w: copy.deepcopy([w])[0],
        lambda w: pickle.loads(pickle.dumps(w)),
    ],
    ids=["data", "grad", "format", "comparison", "bool", "key", "copy", "deep copy", "pickle"],
)
def test_the_number_of_any_value_is_refused(compiled, read):
    w = Value(3.0)
    with pytest.raises(RecordingError, match="being compiled"):
        compiled(lambda x: x * read(w))(2.0)
    assert w.data == 3.0
    assert isinstance(Value.__dict__["data"], type(Value.__dict__["label"]))  # the plain slot is back


@pytest.mark.parametrize("name", ["data", "grad"])
def test_assigning_a_number_is_refused(compiled, name):
    w = Value(3.0)

    def function(x):
        setattr(w, name, 1.0)
        return w * x

    with pytest.raises(RecordingError, match=f"assigned to .{name}"):
        compiled(function)(2.0)
    assert (w.data, w.grad) == (3.0, 0.0)


def test_other_threads_are_undisturbed(compiled):
    w, started, done, seen = Value(3.0), threading.Event(), threading.Event(), []

    def elsewhere():
        started.wait(10)
        y = w * w + 1.0
        y.backward()
        w.label = "w"
        seen.extend([w.data, y.data, w.grad, f"{w:.1f}", w > 2])
        done.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()

    def function(x):
        started.set()
        done.wait(10)
        return w * x

    waits = compiled(function)
    try:
        with pytest.raises(RecordingError, match="changed"):  # it has: that seen is longer is no secret
            compiled(lambda x: [waits(x), seen])(2.0)
    finally:
        started.set()
        thread.join()
    assert seen == [3.0, 10.0, 6.0, "3.0", True]


# --- impure functions -----------------------------------------------------------------------------------------


def test_changing_what_it_reads_is_refused(compiled):
    calls, counts = [], {"n": 0}

    class Model:
        steps = 0

        def __call__(self, x):
            self.steps += 1
            return x * self.steps

    model = Model()
    model.steps = 0

    def appends(x):
        calls.append(1)
        return x * len(calls)

    def counts_up(x):
        counts["n"] += 1
        return x * counts["n"]

    total = 0

    def rebinds(x):
        nonlocal total
        total += 1
        return x * total

    for function, what in ((appends, "calls"), (counts_up, "counts"), (rebinds, "total"), (model, "steps")):
        with pytest.raises(RecordingError, match=f"changed .*{what}"):
            compiled(function)(2.0)


def test_drawing_is_refused(compiled):
    own, bound = random.Random(1), random.Random(2).gauss
    generator, older = numpy.random.default_rng(0), numpy.random.RandomState(0)
    for draw in (
        random.random,
        numpy.random.rand,
        own.random,
        lambda: bound(0.0, 1.0),
        random.SystemRandom().random,
        generator.normal,
        older.normal,
        (number for number in (1.0, 2.0)).__next__,
    ):
        with pytest.raises(RecordingError, match="changed"):
            compiled(lambda x, draw=draw: x * float(draw()))(2.0)


def test_drawing_from_pytorch_is_refused(compiled):
    torch = pytest.importorskip("torch")
    with pytest.raises(RecordingError, match=r"changed .*PyTorch"):
        compiled(lambda x: x * float(torch.rand(())))(2.0)


def test_the_first_draw_from_numpy_in_a_process_is_refused():
    code = """
import numpy, autograd
try:
    autograd.compile(lambda x: x * numpy.random.rand())(1.0)
except autograd.errors.RecordingError as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "changed the state of a generator of NumPy" in result.stdout


@pytest.mark.parametrize(
    "make",
    [
        lambda: iter([1.0, 2.0]),
        lambda: iter((1.0, 2.0)),
        lambda: iter({1.0: 0, 2.0: 0}),
        lambda: iter(range(5)),
        lambda: reversed([1.0, 2.0]),
        lambda: map(float, ["1", "2"]),
        lambda: filter(None, [1.0, 2.0]),
        lambda: (number for number in [1.0, 2.0]),
        itertools.count,
        lambda: itertools.chain([1.0], [2.0]),
        lambda: itertools.cycle([1.0, 2.0]),
        lambda: itertools.islice([1.0, 2.0], 2),
    ],
)
def test_taking_from_an_iterator_is_refused(compiled, make):
    iterator = make()
    with pytest.raises(RecordingError, match=r"changed the (iterator|generator) 'iterator'"):
        compiled(lambda x: x * next(iterator))(2.0)


def test_what_is_never_taken_from_changes_nothing(compiled):
    iterator, system = iter([1.0, 2.0]), random.SystemRandom()
    f = compiled(lambda x: x if iterator and system else -x)
    assert (f(2.0).data, f(3.0).data, f.recordings, next(iterator)) == (2.0, 3.0, 1, 1.0)


def test_a_leaked_value_is_named(compiled):
    kept = []

    class Store:
        def put(self, value):
            object.__setattr__(self, "hid" + "den", value)  # nothing in the code names it

    store = Store()

    def function(x):
        store.put(x * 2.0)
        return x

    compiled(function)(1.0)
    leaked = vars(store)["hidden"]
    kept.append(leaked)
    with pytest.raises(RecordingError, match="used outside of that function"):
        leaked + 1.0
    with pytest.raises(RecordingError, match="used outside of that function"):
        compiled(lambda x: kept[0] * x)(2.0)
    for use in (lambda: leaked.data, lambda: leaked.grad, leaked.zero_grad, lambda: setattr(leaked, "grad", 1.0)):
        with pytest.raises(RecordingError, match="used outside of that function"):
            use()


# --- arrays, static arguments, texts --------------------------------------------------------------------------


def test_arrays_are_arrays_inside(compiled):
    a, b = numpy.array([1.0, 2.0]), numpy.array([3.0, 4.0])
    matrix = numpy.arange(6.0).reshape(2, 3)

    def squares(a, b):
        return sum(x * x for x in a + b)

    assert compiled(squares)(a, b).data == 52.0
    assert compiled(lambda m, v: (m[:, :2] @ v).sum() - m.T[0, 1])(matrix, a).data == 10.0
    value, (first, second) = autograd.value_and_grad(compiled(squares), (0, 1))(a, b)
    assert value == 52.0
    assert first.tolist() == second.tolist() == [8.0, 12.0]
    result = compiled(lambda m: m * 2.0)(matrix)
    assert [[item.data for item in row] for row in result] == (matrix * 2).tolist()


def test_arrays_are_arrays_where_functions_are_differentiated():
    a, b = numpy.array([1.0, 2.0]), numpy.array([3.0, 4.0])
    matrix = numpy.arange(6.0).reshape(2, 3)
    value, slopes = autograd.value_and_grad(lambda a, b: ((a + b) ** 2).sum())(a, b)
    assert (value, slopes.tolist(), slopes.dtype) == (52.0, [8.0, 12.0], float)
    assert autograd.grad(lambda m: (m[1] * m[0]).sum())(matrix).tolist() == [[3.0, 4.0, 5.0], [0.0, 1.0, 2.0]]
    by_matrix, by_vector = autograd.jacobian(lambda m, v: m[:, :2] @ v, (0, 1))(matrix, a)
    assert by_matrix.tolist() == [[[1.0, 2.0, 0.0], [0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0], [1.0, 2.0, 0.0]]]
    assert by_vector.tolist() == [[0.0, 1.0], [3.0, 4.0]]


@dataclass(frozen=True)
class Setting:
    value: object


@pytest.mark.parametrize(
    ("first", "second"),
    [(0.0, -0.0), ((1,), (True,)), ((1,), (1.0,)), ((0.0,), (-0.0,)), (((0.0, "a"),), ((-0.0, "a"),)),
     (frozenset({1}), frozenset({True})), (Setting(0.0), Setting(-0.0)), (Setting((1,)), Setting((True,)))],
)  # fmt: skip
def test_static_arguments_compare_by_type_and_bits(compiled, first, second):
    f = compiled(lambda x, kind: x, static=("kind",))
    f(1.0, first)
    f(1.0, second)
    assert f.recordings == 2
    f(1.0, first)
    f(1.0, kind=second)
    assert f.recordings == 3  # by name is another structure


@pytest.mark.slow
def test_the_text_of_a_program_goes_with_it(compiled):
    def texts():
        gc.collect()
        return {name for name in linecache.cache if name.startswith("<autograd") and "gone_soon" in name}

    def gone_soon(x):
        return x * x

    f = compiled(gone_soon)
    f(1.0)
    assert texts()
    del f
    assert not texts()


# --- what a program cannot compute ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "numbers", "value", "gradient"),
    [
        (lambda x, y: autograd.mean([x, y]), (1.7e308, 1.7e308), 1.7e308, (0.5, 0.5)),
        (lambda x, y: autograd.where(1 - x, x, autograd.sqrt(x)) + 0 * y, (0.0, 1.0), 0.0, (1.0, 0.0)),
        (lambda x, y: autograd.maximum(autograd.sqrt(x), 1) * y, (0.0, 2.0), 2.0, (0.0, 1.0)),
        (lambda x, y: autograd.prod([x, x, y]), (1e-200, 1e300), 1e-100, (2e100, 0.0)),
        (lambda x, y: autograd.log_softmax([x, y])[1], (-1e308, 1e308), 0.0, (-0.0, 0.0)),
    ],
)
def test_the_engine_is_asked_where_a_program_gives_no_number(compiled, function, numbers, value, gradient):
    f = compiled(function)
    known, slopes = autograd.value_and_grad(f, (0, 1))(*numbers)
    assert known == pytest.approx(value, rel=1e-12, abs=0)
    assert slopes == pytest.approx(gradient, rel=1e-12)
    inputs = [Value(number) for number in numbers]
    result = f(*inputs)
    result.backward()
    assert result.data == pytest.approx(value, rel=1e-12, abs=0)
    assert [x.grad for x in inputs] == pytest.approx(gradient, rel=1e-12)


def test_what_is_observed_and_drawn_stays_so_where_the_engine_is_asked(compiled):
    seen, draws = [], []

    def draw(count):
        draws.append(count)
        return [0.5] * count

    def function(x, y):
        autograd.observe([x], seen.append)
        return autograd.mean([x, y]) * autograd.fresh(draw, 1)[0]

    f = compiled(function)
    assert f(1.7e308, 1.7e308).data == pytest.approx(0.85e308)
    assert [list(map(float, each)) for each in seen] == [[1.7e308]]
    assert draws == [1]


@pytest.fixture
def drawing_elsewhere():
    """A second thread that draws random numbers all the time."""
    done = threading.Event()

    def draw():
        while not done.is_set():
            random.random()
            time.sleep(0)

    thread = threading.Thread(target=draw)
    thread.start()
    yield
    done.set()
    thread.join()


@pytest.mark.slow
@pytest.mark.usefixtures("drawing_elsewhere")
@pytest.mark.parametrize("backend", ["straight", "array"])
def test_a_second_thread_may_draw_while_a_function_is_recorded(backend):
    for count in range(20):
        numbers = [float(i) for i in range(200 + count)]
        total = autograd.compile(lambda x, numbers=numbers: sum(x * number for number in numbers), backend=backend)
        assert total(1.0).data == sum(numbers)


@pytest.mark.usefixtures("drawing_elsewhere")
@pytest.mark.parametrize("draw", [random.random, lambda: random.gauss(0, 1), lambda: random.seed(3), numpy.random.rand])
def test_a_function_that_draws_is_refused_beside_a_thread_that_draws(draw):
    with pytest.raises(RecordingError, match="changed the state of a generator"):
        autograd.compile(lambda x: (draw(), x * 2.0)[1])(2.0)
