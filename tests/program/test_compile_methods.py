"""Compiled functions as decorators, methods and attributes; what can be copied and pickled."""

import copy
import functools
import gc
import inspect
import pickle
import weakref

import pytest

import autograd
from autograd import Value
from autograd.errors import (
    ArgumentError,
    RecordingError,
)

SCALE = Value(2.0)


@autograd.compile
def scaled(x):
    """Scale a number."""
    return SCALE * x


@autograd.compile(backend="straight", static="n")
def power(x, n=2):
    return x**n


class Model:
    """A model with compiled methods of all kinds."""

    def __init__(self, w):
        self.w = Value(w)

    @autograd.compile
    def __call__(self, x):
        return self.w * x

    @autograd.compile(static="times")
    def repeated(self, x, times):
        return sum(self.w * x for _ in range(times))

    def _plain(self, x):
        return self.w + x

    first, second = autograd.compile(_plain), autograd.compile(_plain, backend="straight")

    @staticmethod
    @autograd.compile
    def doubled(x):
        return 2 * x

    @classmethod
    @autograd.compile
    def tripled(cls, x):
        return 3 * x


class Loud(Model):
    @autograd.compile
    def __call__(self, x):
        return super().__call__(x) * 10


def test_a_decorated_function_looks_like_itself():
    assert (scaled.__name__, scaled.__doc__, scaled.__module__) == ("scaled", "Scale a number.", __name__)
    assert str(inspect.signature(scaled)) == "(x)"
    assert "return SCALE * x" in inspect.getsource(scaled)
    assert scaled(3.0).data == 6.0
    assert [power(3.0).data, power(3.0, n=3).data] == [9.0, 27.0]
    assert "def power_forward(leaves):" in power.source


def test_methods_have_programs_for_each_instance():
    two, three = Model(2.0), Model(3.0)
    assert [two(5.0).data, three(5.0).data, two(7.0).data] == [10.0, 15.0, 14.0]
    assert two.repeated is two.repeated
    assert two.repeated is not three.repeated
    assert [two.repeated(1.0, 3).data, two.repeated(x=1.0, times=4).data] == [6.0, 8.0]
    assert two.first(1.0).data == two.second(1.0).data == 3.0
    assert two.first is not two.second
    assert two._plain(1.0).parents == (two.w,)
    assert Model.doubled(2.0).data == two.doubled(2.0).data == 4.0
    assert Model.tripled(2.0).data == two.tripled(2.0).data == 6.0


def test_a_method_may_call_the_one_it_overrides():
    loud = Loud(2.0)
    assert loud(3.0).data == 60.0
    assert Model(2.0)(3.0).data == 6.0


def test_instances_are_copied_and_pickled_without_their_programs():
    model = Model(2.0)
    model(1.0)
    model.first(1.0)
    for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        other.w = Value(5.0)
        assert (other(1.0).data, other.first(1.0).data, model(1.0).data) == (5.0, 6.0, 2.0)


def test_an_instance_goes_with_its_programs():
    model = Model(2.0)
    model(1.0)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_an_instance_with_slots_says_what_is_missing():
    class Slotted:
        __slots__ = ("w",)

        @autograd.compile
        def f(self, x):
            return x

    with pytest.raises(ArgumentError, match="add '__dict__'"):
        Slotted().f(1.0)


def test_pickling_a_compiled_function_finds_it_by_its_name():
    assert pickle.loads(pickle.dumps(scaled)) is scaled
    assert copy.deepcopy(scaled) is not scaled
    with pytest.raises(ArgumentError, match="cannot be pickled, because it is not found under its own name"):
        pickle.dumps(autograd.compile(lambda x: x))


def test_a_result_says_why_it_cannot_be_pickled(compiled):
    w = Value(2.0)
    f = compiled(lambda x: w * x)
    for value in (f(1.0), f(1.0) + 1, compiled(lambda x: [x * w, w])(1.0)[0]):
        with pytest.raises(ArgumentError, match=r"cannot be pickled.*Pickle its number, value.data"):
            pickle.dumps(value)


def test_copies_of_results(compiled):
    w, v = Value(2.0), Value(3.0)
    result = compiled(lambda x: [w * x, w * v])(5.0)
    total = result[0] + result[1] * 2
    shallow, deep = copy.copy(total), copy.deepcopy(total)
    deep.backward()
    assert (w.grad, v.grad) == (0.0, 0.0)
    copied = {p.data: p.grad for p in autograd.graph.topological_order(deep) if p.operation is None}
    assert copied == {2.0: 11.0, 3.0: 4.0}
    shallow.backward()
    assert (w.grad, v.grad) == (11.0, 4.0)
    alone = copy.deepcopy(compiled(lambda x: w * x)(5.0))
    alone.backward()
    assert (w.grad, alone.parents[0].grad) == (11.0, 11.0 + 5.0)  # the copy has the gradient it was copied with


def test_other_callables():
    class Callable:
        function = backend = programs = "the user's own"

        def __call__(self, x):
            return x * 2

    f = autograd.compile(Callable())
    assert (f(2.0).data, f.name) == (4.0, "Callable")
    partial = autograd.compile(functools.partial(lambda n, x: x * n, 3))
    assert partial(2.0).data == 6.0
    assert autograd.compile(autograd.tanh)(0.0).data == 0.0


def test_mistakes_with_compile_itself():
    with pytest.raises(ArgumentError, match="compile takes a function; got 3"):
        autograd.compile(3)
    with pytest.raises(ArgumentError, match="backend is 'auto', 'straight', 'array' or 'c'; got 'gpu'"):
        autograd.compile(lambda x: x, backend="gpu")
    with pytest.raises(ArgumentError, match="dtype is 'float64' or 'float32'; got 'float16'"):
        autograd.compile(lambda x: x, dtype="float16")
    for attribute in ("source", "program"):
        with pytest.raises(RecordingError, match="call it once first"):
            getattr(autograd.compile(lambda x: x), attribute)
