"""Every mistake of `messages.txt` gets a message that says what happened and what to write instead."""

import math
import subprocess
import sys
from types import ModuleType

import pytest
from mistakes import mistakes, names
from project_root import ROOT

import autograd
import nn
from autograd import Value
from autograd.advice import UnknownNameError
from autograd.explained_calls import example, explain_calls

CASES = list(mistakes())


@pytest.mark.parametrize("mistake", CASES, ids=[case.code for case in CASES])
def test_a_mistake_gets_a_message_with_what_to_write_instead(mistake):
    code, error, words, _ = mistake
    with pytest.raises(Exception) as caught:  # noqa: PT011  # which one is asserted below
        eval(code, names())
    message = str(caught.value)
    assert type(caught.value).__name__ == error, message
    for word in words.split("  +  "):
        assert word in message
    assert caught.value.__cause__ is None  # nothing from deep inside is shown above it


def test_there_are_many_of_them():
    assert len(CASES) >= 150
    assert len({case.code for case in CASES}) == len(CASES)


def test_what_a_users_function_raises_passes_through():
    def broken(a):
        return a.no_such_attribute

    with pytest.raises(AttributeError, match="no_such_attribute") as caught:
        autograd.check_gradient(broken, 2.0)
    assert not isinstance(caught.value, autograd.errors.CallError)
    assert isinstance(caught.value, UnknownNameError) is (sys.version_info >= (3, 12))  # before, as Python raises it
    with pytest.raises(TypeError, match="missing 1 required positional argument") as caught:
        autograd.grad(lambda a, b: a * b)(2.0)
    assert not isinstance(caught.value, autograd.errors.AutogradError)


def test_a_call_that_does_not_fit_shows_the_arguments_the_signature_and_an_example():
    with pytest.raises(autograd.errors.CallError) as caught:
        nn.MLP(2, 4, 1)
    assert str(caught.value) == (
        "MLP(2, 4, 1): too many positional arguments. It takes MLP(nin, nouts, *, activation='relu', init=None, "
        "seed=None, fused=True), as in MLP(2, [16, 16, 1], seed=1)."
    )


def test_explained_functions_are_the_same_under_each_of_their_names():
    from nn.losses import regression

    assert nn.mse_loss is regression.mse_loss
    assert nn.mse_loss.__globals__ is vars(regression)  # so that doctest still finds it
    assert autograd.step is autograd.step_through


@pytest.mark.parametrize("package", [autograd, nn])
def test_dir_lists_public_names_only(package):
    listed = dir(package)
    assert set(package.__all__) <= set(listed)
    assert not [name for name in listed if name.startswith("_")]
    internal = {"LOADED_LATER", "TYPE_CHECKING", "explain_calls", "engine", "ops", "losses", "module", "data"}
    assert not internal & set(listed)


WRONG_NAMES = {
    "gard": "'Value' has no attribute 'gard'. Did you mean grad?",
    "zero_grads": "'Value' has no attribute 'zero_grads'. Did you mean zero_grad?",
    "mean": "'Value' has no attribute 'mean'. Write autograd.mean(values) for a list of them.",
    "softmax": "'Value' has no attribute 'softmax'. Write autograd.softmax([a, b, c]), which takes the elements of an "
    "array, too: it is of several Values.",
    "numpy": "'Value' has no attribute 'numpy'. Write .data for the plain number.",
    "shape": "'Value' has no attribute 'shape'. Write a list of Values for an array: a Value is one number, "
    "without a shape.",
    "requires_grad_": "'Value' has no attribute 'requires_grad_'. Write value.requires_grad = True.",
    "name": "'Value' has no attribute 'name'. Write .label.",
}


@pytest.mark.parametrize("name", WRONG_NAMES)
def test_a_name_that_a_value_does_not_have_is_explained(name):
    value = Value(2.0)
    assert not hasattr(value, name)
    assert str(value._unknown_name(name)) == WRONG_NAMES[name]
    if sys.version_info >= (3, 12):  # where explaining it costs nothing
        with pytest.raises(autograd.errors.AutogradError) as caught:
            getattr(value, name)
        assert str(caught.value) == WRONG_NAMES[name]


def test_jupyter_explains_a_name_that_a_value_does_not_have_and_leaves_other_errors_alone():
    pytest.importorskip("IPython")
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='nocolor')\n"
        "shell.run_cell('from autograd import Value')\n"
        "shell.run_cell('def f(v):\\n    return v.gard\\nf(Value(-1.0))')\n"
        "shell.run_cell('[].gard')\n"
        "shell.run_cell('Value(1.0, name=\"w\")')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "return v.gard" in run.stdout
    assert f"UnknownNameError: {WRONG_NAMES['gard']}" in run.stdout
    assert "AttributeError: 'list' object has no attribute 'gard'" in run.stdout
    assert "TypeError: Value takes (data, label='')" in run.stdout


def test_a_tensor_whose_gradient_would_be_lost_is_refused_and_any_other_is_a_number():
    torch = pytest.importorskip("torch")
    x, plain, tracked = Value(2.0), torch.tensor(1.5), torch.tensor(1.5, requires_grad=True)
    assert [Value(plain).data, (x * plain).data, (plain * x).data, autograd.tanh(plain)] == [
        1.5,
        3.0,
        3.0,
        math.tanh(1.5),
    ]
    model = nn.MLP(2, [1], seed=0)
    for mistake in (
        lambda: Value(tracked),
        lambda: Value(tracked * 2),
        lambda: x * tracked,
        lambda: x + tracked,
        lambda: x < tracked,
        lambda: autograd.tanh(tracked),
        lambda: autograd.maximum(x, tracked),
        lambda: model([tracked, tracked]),
        lambda: model(torch.ones(2, requires_grad=True)),
        lambda: nn.mse_loss([x], torch.ones(1, requires_grad=True)),
    ):
        with pytest.raises(autograd.errors.NumberError, match=r"Write tensor\.item\(\)"):
            mistake()


def test_what_jax_puts_in_the_place_of_a_number_is_refused():
    class Tracer:  # the name of the class that all of them derive from
        ndim = 0

        def item(self):
            raise AssertionError("there is no number yet")

    for mistake in (lambda: Value(Tracer()), lambda: autograd.tanh(Tracer())):
        with pytest.raises(autograd.errors.NumberError, match=r"Write autograd\.compile\(f\)\.to_jax\(\)"):
            mistake()


@pytest.mark.slow
def test_a_number_that_jax_differentiates_is_refused_and_any_other_is_a_number():
    jax = pytest.importorskip("jax")
    x = Value(2.0)
    assert (x * jax.numpy.float32(1.5)).data == 3.0
    for mistake in (lambda a: Value(a).data, lambda a: (x * a).data, autograd.tanh):
        for transform in (jax.grad, jax.jit):
            with pytest.raises(autograd.errors.NumberError, match=r"Write autograd\.compile\(f\)\.to_jax\(\)"):
                transform(mistake)(2.0)


def test_jupyter_shows_the_users_lines_without_those_of_the_library():
    pytest.importorskip("IPython")
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance(colors='nocolor')\n"
        "shell.run_cell('from autograd import Value')\n"
        "shell.run_cell('def f(v):\\n    return v.log()\\nf(Value(-1.0))')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "return v.log()" in run.stdout
    assert "engine.py" not in run.stdout
    assert "greater than 0" in run.stdout


class Unprintable:
    def __repr__(self):
        raise RuntimeError


def test_an_argument_that_cannot_print_itself_hides_no_message():
    with pytest.raises(
        autograd.errors.NumberError, match=r"^Expected a real number, got \? \(Unprintable\)\. Give an int"
    ):
        Value(Unprintable())
    with pytest.raises(autograd.errors.CallError, match=r"^MLP\(\?\): missing a required argument: 'nouts'\."):
        nn.MLP(Unprintable())


def test_an_example_that_goes_on_in_the_next_line_is_no_example():
    assert example("f", "    >>> f(g(1),\n    ...   2)\n    >>> y = f(g(3), 4) + 1") == ", as in f(g(3), 4)"
    assert example("f", "    >>> f(g(1),\n    ...   2)") == ""


def test_a_function_of_two_names_stays_one(monkeypatch):
    module = ModuleType("of_two_names")
    exec("def first(x): ...\nsecond = first", vars(module))
    monkeypatch.setitem(sys.modules, "of_two_names", module)
    explain_calls("of_two_names", ["first", "second"])
    assert module.first is module.second
    with pytest.raises(
        autograd.errors.CallError, match=r"first\(\): missing a required argument: 'x'\. It takes first\(x\)"
    ):
        module.second()


@pytest.mark.slow
def test_a_loss_of_pytorch_is_told_from_those_of_the_library():
    torch = pytest.importorskip("torch")
    for loss in (torch.nn.MSELoss(), torch.nn.functional.mse_loss):
        with pytest.raises(autograd.errors.ArgumentError, match=r"nn\.mse_loss"):
            nn.fit(nn.MLP(2, [1]), ([[1.0, 2.0]], [1.0]), loss=loss, optimizer="adam", epochs=1)
