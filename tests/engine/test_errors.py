"""Every message says what happened, with which values, labels and source line, and what to write instead."""

import builtins
import functools
import math
from fractions import Fraction

import pytest

import autograd
from autograd import Value, errors
from autograd.formulas.operation import OPERATIONS
from autograd.methods import Later, Methods


def test_every_error_is_ours_and_also_what_a_python_user_would_catch():
    builtin = {
        "CallError": TypeError,
        "NumberError": TypeError,
        "ArgumentError": ValueError,
        "DomainError": ValueError,
        "DivisionByZeroError": ZeroDivisionError,
        "NumberOverflowError": OverflowError,
        "GradientMismatchError": AssertionError,
        "RecordingError": RuntimeError,
        "FormatError": ValueError,
        "ExpressionError": SyntaxError,
        "MissingPackageError": ImportError,
    }
    classes = {name: item for name, item in vars(errors).items() if isinstance(item, type)}
    assert set(builtin) <= set(classes)
    for name, error in classes.items():
        assert issubclass(error, errors.AutogradError)
        assert error.__doc__
        if name != "AutogradError":
            bases = [base for base in error.__mro__ if base.__module__ == "builtins"]
            assert any(getattr(builtins, base.__name__) not in (Exception, BaseException, object) for base in bases)
        if name in builtin:
            assert issubclass(error, builtin[name])


A = {"a": Value(-2.0, "a"), "z": Value(0.0, "zero"), "b": Value(1e200, "big"), "v": Value(3.0)}
CASES = [
    (A["a"].log, errors.DomainError, r"log\(x\) is not defined at x = -2\.0 \(label 'a'\).*greater than 0"),
    (A["z"].log, errors.DomainError, r"x = 0\.0 \(label 'zero'\).*maximum\(x, 1e-12\)"),
    (A["a"].sqrt, errors.DomainError, r"sqrt\(x\) is not defined at x = -2\.0 \(label 'a'\).*negative"),
    (
        lambda: A["a"] ** 0.5,
        errors.DomainError,
        r"x \*\* y is not defined at x = -2\.0 \(label 'a'\), y = 0\.5.*abs\(x\)",
    ),
    (lambda: (-8) ** Value(1 / 3, "third"), errors.DomainError, r"x = -8\.0, y = 0\.3333.*\(label 'third'\)"),
    (lambda: A["z"] ** -1, errors.AutogradError, r"x = 0\.0 \(label 'zero'\), y = -1\.0"),
    (lambda: 1 / A["z"], errors.DivisionByZeroError, r"x / y divides by zero at x = 1\.0, y = 0\.0 \(label 'zero'\)"),
    (lambda: A["v"] / 0, errors.DivisionByZeroError, r"x = 3\.0, y = 0\.0.*maximum\(y, 1e-12\)"),
    (lambda: A["v"] / A["z"], errors.DivisionByZeroError, r"divides by zero"),
    (
        lambda: A["b"] * A["b"],
        errors.NumberOverflowError,
        r"x \* y is too large.*x = 1e\+200 \(label 'big'\).*logarithms",
    ),
    (lambda: A["b"] * -1e200, errors.NumberOverflowError, r"y = -1e\+200"),
    (lambda: A["b"] ** 2, errors.NumberOverflowError, r"x \*\* y is too large"),
    (lambda: A["v"] ** 1000, errors.NumberOverflowError, r"y = 1000\.0.*Scale the operands"),
    (lambda: A["b"] / 1e-200, errors.NumberOverflowError, r"x / y is too large"),
    ((A["v"] * 300).exp, errors.NumberOverflowError, r"exp\(x\).*x = 900\.0.*709\.78"),
    ((A["v"] * 300).sinh, errors.NumberOverflowError, r"sinh\(x\).*710\.4"),
    (A["a"].asin, errors.DomainError, r"between -1 and 1"),
    (A["a"].log1p, errors.DomainError, r"greater than -1"),
    (lambda: autograd.sum([A["b"] * 1e108, 1e308]), errors.NumberOverflowError, r"sum\(xs\).*xs = \["),
    (lambda: autograd.dot([A["b"]], [A["b"]]), errors.NumberOverflowError, r"dot\(xs, ys\)"),
    (lambda: autograd.prod([A["b"]] * 3), errors.NumberOverflowError, r"prod\(xs\)"),
    (lambda: autograd.log(-1.0), errors.DomainError, r"log\(x\) is not defined at x = -1\.0"),
    (lambda: autograd.exp(1e3), errors.NumberOverflowError, r"exp\(x\) is too large"),
    (lambda: A["v"] * math.nan, errors.ArgumentError, r"not finite.*y = nan"),
    (lambda: math.inf - A["v"], errors.ArgumentError, r"not finite.*x = inf"),
    (lambda: autograd.tanh(math.nan), errors.ArgumentError, r"finite.*nan"),
    (lambda: A["v"] + "1", errors.NumberError, r"'1' \(str\).*float\(text\)"),
    (lambda: A["v"] * None, errors.NumberError, r"None \(NoneType\)"),
    (lambda: A["v"] * 10**400, errors.NumberOverflowError, r"1000.* \(int\) is too large for a float"),
    (lambda: math.exp(A["v"]), errors.NumberError, r"autograd\.exp\(value\).*value\.data"),
]


@pytest.mark.parametrize(("attempt", "error", "message"), CASES, ids=[case[2] for case in CASES])
def test_message(attempt, error, message):
    with pytest.raises(error, match=message) as caught:
        attempt()
    assert caught.value.__cause__ is None  # nothing from deep inside is shown above it
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_the_users_source_line_is_named():
    a = Value(-1.0, "a")
    with pytest.raises(errors.DomainError, match=r"At test_errors\.py:\d+: a\.log\(\)  # this very line$"):
        a.log()  # this very line
    with pytest.raises(errors.DomainError, match=r"At test_errors\.py:\d+: autograd\.sqrt\(a\)  # or this$"):
        autograd.sqrt(a)  # or this
    with pytest.raises(errors.DivisionByZeroError, match=r"At test_errors\.py:\d+: helper\(a\)  # not|return x / 0"):
        helper(a)


def helper(x):
    return x / 0


def test_a_long_sequence_is_cut_short():
    xs = [Value(float(i)) for i in range(100)] + [Value(1e308), Value(1e308)]
    with pytest.raises(errors.NumberOverflowError) as caught:
        autograd.sum(xs)
    assert len(str(caught.value)) < 400
    assert ", ...]" in str(caught.value)


def test_a_label_of_any_kind_is_quoted():
    with pytest.raises(errors.DomainError, match=r"label 'naïve \\n \\'x\\''|label \"naïve"):
        Value(-1.0, "naïve \n 'x'").log()


# --- numbers assigned by hand -------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["5", None, [1.0]])
def test_something_else_assigned_to_data_is_found_at_its_first_use(data):
    x = Value(1.0, "x")
    x.data = data
    sort = functools.partial(autograd.sort, [x, 1.0])
    for use in (lambda: x * 2.0, lambda: 2 - x, x.tanh, lambda: autograd.sum([x, 1.0]), lambda: x**2, sort):
        with pytest.raises(errors.AutogradError, match="not a number"):
            use()


def test_an_array_assigned_to_data_is_found_at_its_first_use():
    import numpy

    x = Value(1.0, "x")
    x.data = numpy.array([1.0, 2.0])
    for use in (lambda: x * 2.0, lambda: autograd.sum([x, 1.0])):
        with pytest.raises(errors.NumberError, match="not a number"):
            use()


def test_a_nan_assigned_to_data_is_found_at_its_first_use():
    x = Value(1.0, "x")
    x.data = math.nan
    sort = functools.partial(autograd.sort, [Value(3.0), x, 1.0])
    for use in (lambda: x * 2.0, lambda: autograd.sum([x, 1.0]), lambda: autograd.max([x, 1.0]), lambda: 1 / x, sort):
        with pytest.raises(errors.ArgumentError, match="not finite"):
            use()


@pytest.mark.parametrize("data", [10**400, -(2**1024), Fraction(10**400, 3)], ids=["integer", "negative", "fraction"])
def test_a_number_too_large_for_a_float_assigned_to_data_is_found_at_its_first_use(data):
    x = Value(1.0, "x")
    x.data = data
    for use in (
        lambda: x * 2.0,
        lambda: 2 - x,
        x.tanh,
        lambda: autograd.sum([x, 1.0]),
        lambda: autograd.sort([x, 1.0]),
    ):
        with pytest.raises(errors.NumberOverflowError, match="too large for a float"):
            use()


def test_none_assigned_to_grad_is_found_in_backward_with_the_remedy():
    x = Value(1.0, "x")
    x.grad = None
    with pytest.raises(errors.NumberError, match=r"value\.grad = 0\.0"):
        (x * 2.0).backward()
    assert x.grad is None
    with pytest.raises(errors.NumberError, match="a real number, got None"):
        x.backward()


def test_an_integer_assigned_to_data_works():
    x = Value(1.0)
    x.data = 5
    y = x * x + 1
    y.backward()
    assert (y.data, x.grad) == (26.0, 10.0)
    assert type((x * 2.0).data) is float
    x.data = 7
    assert autograd.sum([x, 1.0]).data == 8.0
    assert type(x.data) is float


@pytest.mark.parametrize("error", [TypeError("'NoneType' object is not iterable"), AttributeError("no such thing")])
def test_a_fault_of_the_librarys_own_is_not_put_down_to_the_arguments(error, monkeypatch):
    from autograd.views import explorer

    # put where code of ours would stand that was given nothing of the caller's
    source = "def broken():\n    raise error\ndef steps(*given, **named):\n    del given, named\n    broken()"
    namespace = {"error": error}
    exec(compile(source, autograd.__file__, "exec"), namespace)
    monkeypatch.setattr(explorer, "graph_data", namespace["steps"])
    with pytest.raises(type(error)) as caught:
        autograd.explore(Value(2.0) * 3.0)
    assert type(caught.value) is type(error)


def test_where_there_is_no_program_of_the_users_a_message_names_no_line(monkeypatch):
    with pytest.raises(errors.DomainError, match=r" At .*test_errors\.py:"):
        Value(-1.0).log()
    monkeypatch.setattr("autograd.source.user_frame", lambda: None)  # as in a thread that runs a function of ours
    with pytest.raises(errors.DomainError) as caught:
        Value(-1.0).log()
    assert " At " not in str(caught.value)


def test_methods_can_be_looked_at_in_the_class_below_a_value():
    later = Later(OPERATIONS["sinh"], "sinh")
    assert type("Below", (), {"sinh": later}).sinh is later
    assert Value.softmax is vars(Methods)["softmax"]


def test_in_a_page_nothing_can_be_installed(monkeypatch):
    monkeypatch.setattr("sys.platform", "emscripten")
    assert errors.install("fast") == "Python in a page has only the packages that the page loaded"
