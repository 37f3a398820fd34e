"""A user's own operation is a row like any other, and a wrong or unreadable one is refused with the reason."""

import math
import pickle
import types

import pytest

import autograd
from autograd import Value, define_operation, errors, grad, gradient
from autograd.formulas.operation import OPERATIONS


@pytest.fixture(autouse=True)
def _the_table_is_as_before():
    before = dict(OPERATIONS)
    yield
    OPERATIONS.clear()
    OPERATIONS.update(before)


def cube():
    return define_operation("cube(x)", "x * x * x", x="3 * x * x", probes=[(2.0,), (-1.5,)], symbol="³")


def test_it_works_like_a_built_in_one():
    operation = cube()
    x = Value(2.0, "x")
    y = operation(x)
    y.backward()
    assert (y.data, x.grad, y.op, y.parents) == (8.0, 12.0, "³", (x,))
    assert operation(2) == 8.0
    assert [f(2.0) for f in (grad(operation), grad(grad(operation)), grad(grad(grad(operation))))] == [12.0, 12.0, 6.0]
    assert pickle.loads(pickle.dumps(y)).operation is operation
    with autograd.no_grad():
        assert operation(x).parents == ()
    assert y.local_derivatives() == (12.0,)


def test_several_operands_defaults_out_and_other_operations():
    scaled = define_operation(
        "scaled_tanh(x, scale=1.0)", "tanh(scale * x)",
        x="scale * (1 - out * out)", scale="x * (1 - out * out)", probes=[(0.5, 2.0), (-0.3, 1.0)],
    )  # fmt: skip
    x, s = Value(0.5), Value(2.0)
    scaled(x, s).backward()
    slope = 1 - math.tanh(1.0) ** 2
    assert (x.grad, s.grad) == pytest.approx((2 * slope, 0.5 * slope))
    assert scaled(0.5) == math.tanh(0.5)
    assert scaled(0.5, scale=3.0) == math.tanh(1.5)


def test_of_a_sequence():
    norm = define_operation(
        "length(xs)", "sqrt(sum([x * x for x in xs]))",
        xs="[x / out for x in xs]", probes=[([3.0, 4.0],), ([1.0, -2.0, 2.0],)],
    )  # fmt: skip
    xs = [Value(3.0), Value(4.0), 0.0]
    out = norm(xs)
    out.backward()
    assert (out.data, xs[0].grad, xs[1].grad) == (5.0, 0.6, 0.8)
    (second,) = gradient(gradient(norm(xs), xs[:2])[0], xs[:1])
    assert second.data == pytest.approx(16 / 125)


@pytest.mark.parametrize("compiled", [lambda f: f, autograd.compile], ids=["eager", "compiled"])
def test_of_a_number_and_a_sequence_in_either_order(compiled):
    squares, doubled = "sum([x * x for x in xs])", "[2 * scale * x for x in xs]"
    for signature, probe in (("first(scale, xs)", (3.0, [1.0, 2.0])), ("second(xs, scale)", ([1.0, 2.0], 3.0))):
        scaled = define_operation(signature, f"scale * {squares}", scale=squares, xs=doubled, probes=[probe])
        assert scaled(*probe) == scaled(scale=3.0, xs=[1.0, 2.0]) == 15.0
        value, slopes = autograd.value_and_grad(compiled(lambda *point, f=scaled: f(*point)), (0, 1))(*probe)
        expected = {"scale": 5.0, "xs": [6.0, 12.0]}  # the sum of squares, and twice the scale times each
        assert (value, dict(zip(scaled.operands, slopes, strict=True))) == (15.0, expected)
        with pytest.raises(errors.NumberError, match="takes a sequence"):
            scaled(*reversed(probe))


def test_with_functions_of_ones_own():
    gamma = define_operation(
        "log_gamma(x)", "lgamma(x)", x="digamma(x)", probes=[(2.5,), (0.7,)],
        functions={"lgamma": math.lgamma, "digamma": lambda x: (math.lgamma(x + 1e-5) - math.lgamma(x - 1e-5)) / 2e-5},
    )  # fmt: skip
    x = Value(4.0)
    gamma(x).backward()
    assert gamma(4.0) == pytest.approx(math.log(6))
    assert x.grad == pytest.approx(1.2561176684318, rel=1e-8)
    with pytest.raises(errors.NumberError, match="plain number"):  # functions of floats give first derivatives only
        gradient(gamma(x), [x])


def test_a_wrong_derivative_is_refused_and_nothing_is_defined():
    with pytest.raises(errors.GradientMismatchError, match=r"argument 0 at \(2\.0,\) is 8\.0 by backward, but 1[12]\."):
        define_operation("wrong_cube(x)", "x * x * x", x="4 * x", probes=[(2.0,)])
    assert "wrong_cube" not in OPERATIONS
    with pytest.raises(errors.GradientMismatchError, match="argument 1"):
        define_operation("swapped(x, y)", "x * y * y", x="y * y", y="x * y", probes=[(2.0, 3.0)])


def test_swapped_derivatives_are_caught():
    with pytest.raises(errors.GradientMismatchError):
        define_operation("swapped(x, y)", "x * y * y", x="2 * x * y", y="y * y", probes=[(2.0, 3.0)])


def test_defining_again_is_fine_when_nothing_changed():
    first, second = cube(), cube()
    assert second(2.0) == first(2.0) == 8.0
    with pytest.raises(errors.ArgumentError, match="'tanh'"):
        define_operation("tanh(x)", "x", x="1", probes=[(2.0,)])
    assert OPERATIONS["tanh"] is autograd.tanh


def test_a_definition_can_be_corrected_as_when_a_cell_is_run_again():
    wrong = define_operation("halved(x)", "x / 3", x="1 / 3", probes=[(2.0,)])
    x = Value(6.0)
    before = wrong(x)
    right = define_operation("halved(x)", "x / 2", x="1 / 2", probes=[(2.0,)])
    after = right(x)
    (before + after).backward()
    assert (before.data, after.data, x.grad) == (2.0, 3.0, pytest.approx(1 / 3 + 1 / 2))
    assert autograd.compile(lambda t: right(t) + wrong(t))(6.0).data == 5.0
    define_operation("quartered(x)", "halved(x) / 2", x="1 / 4", probes=[(2.0,)])
    with pytest.raises(errors.ArgumentError, match="'halved' is used in the formulas of quartered"):
        define_operation("halved(x)", "x / 3", x="1 / 3", probes=[(2.0,)])
    define_operation("halved(x)", "x / 2", x="1 / 2", probes=[(2.0,)])


def test_a_failed_second_definition_keeps_the_first():
    first = cube()
    with pytest.raises(errors.NumberOverflowError):
        define_operation("cube(x)", "x * x * x", x="3 * x * x", probes=[(1e200,)])
    assert OPERATIONS["cube"] is first


def test_a_position_among_the_operands_is_whole_and_not_differentiated():
    squared_at = define_operation(
        "squared_at(xs, index)",
        "xs[index] ** 2",
        xs="[2 * xs[index] if i == index else 0 for i in range(len(xs))]",
        probes=[([1.0, -2.0], 0), ([1.0, -2.0], 1)],
    )
    assert squared_at([3.0, -5.0], 1) == 25.0
    assert grad(lambda a, b: squared_at([a, b], 1), argnums=(0, 1))(3.0, -5.0) == (0.0, -10.0)
    for index in (1.5, 2, -1):
        for function in (squared_at, autograd.compile(squared_at)):
            for numbers in ([Value(3.0), Value(-5.0)], [3.0, -5.0]):
                with pytest.raises(errors.ArgumentError, match=f"a whole number from 0 to 1; got {float(index)}"):
                    function(numbers, index)
    with pytest.raises(errors.GradientMismatchError):
        define_operation("at(xs, index)", "xs[index]", xs="[1 for x in xs]", probes=[([1.0, -2.0], 1)])


def test_a_position_of_one_number_is_whole_and_no_value():
    powered = define_operation("powered(x, index)", "x ** index", x="index * x ** (index - 1)", probes=[(2.0, 3)])
    assert grad(lambda x: powered(x, 3))(2.0) == autograd.compile(grad(lambda x: powered(x, 3)))(2.0) == 12.0
    for index, reason in ((1.5, "not negative; got 1.5"), (-1, "not negative; got -1.0"), (Value(3.0), "not a Value")):
        for x in (2.0, Value(2.0)):
            with pytest.raises(errors.ArgumentError, match=reason):
                powered(x, index)
            with pytest.raises(errors.ArgumentError, match=reason):
                autograd.compile(lambda x, index=index: powered(x, index))(x)


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ({"signature": "f(x", "value": "x", "x": "1"}, "looks like 'name"),
        ({"signature": "f()", "value": "1"}, "at least one operand"),
        ({"signature": "f(x, 3)", "value": "x", "x": "1"}, "each is a name of its own"),
        ({"signature": "f(out)", "value": "out", "out": "1"}, "other than"),
        ({"signature": "f(pi)", "value": "pi * 2", "pi": "2"}, "other than"),
        ({"signature": "f(x, x)", "value": "x", "x": "1"}, "each is a name of its own"),
        ({"signature": "f(x, x=2.0)", "value": "x", "x": "1"}, "each is a name of its own"),
        ({"signature": "f(exp)", "value": "exp(exp)", "exp": "out"}, r"calls exp, .* the name of an operand"),
        ({"signature": "f(x, log)", "value": "x * log", "x": "log", "log": "log(x)"}, "calls log"),
        ({"signature": "f(x, power)", "value": "x ** power", "x": "1", "power": "1"}, r"x \*\* power.*calls power"),
        ({"signature": "f(choose)", "value": "choose", "choose": "1 if choose > 0 else 1"}, "calls choose"),
        ({"signature": "f(x, a='b')", "value": "x", "x": "1", "a": "0"}, "plain number"),
        ({"signature": "f(xs, y, z)", "value": "y", "xs": "0", "y": "1", "z": "0"}, "at most two operands"),
        ({"signature": "f(x)", "value": "x"}, "one local derivative for each of x"),
        ({"signature": "f(x)", "value": "x", "x": "1", "y": "1"}, "one local derivative for each of x"),
        ({"signature": "f(x)", "value": "x *", "x": "1"}, "cannot be read"),
        ({"signature": "f(x)", "value": "x * unknown(x)", "x": "1"}, "unknown.*functions="),
        ({"signature": "f(x)", "value": "out * x", "x": "out"}, "out"),
        ({"signature": "f(x)", "value": "x.data", "x": "1"}, "Attribute"),
        ({"signature": "f(x)", "value": "x if 0 < x < 1 else 0", "x": "1"}, "one at a time"),
        ({"signature": "f(x)", "value": "x if x >= 0 else 0", "x": "1"}, "may compare only"),
        ({"signature": "f(xs)", "value": "xs[0] * xs[1]", "xs": "1"}, r"takes xs\[0\].*operand of its own"),
        ({"signature": "f(xs, index)", "value": "xs[index]", "xs": "[xs[-1] for x in xs]"}, r"takes xs\[-1\]"),
        ({"signature": "f(x)", "value": "x", "x": "1", "probes": []}, "probes="),
        ({"signature": "f(x)", "value": "x", "x": "1", "probes": [1.0]}, "a probe is a tuple of 1"),
        ({"signature": "f(x)", "value": "x", "x": "1", "probes": [(1.0, 2.0)]}, "a probe is a tuple of 1"),
        ({"signature": "f(bias)", "value": "bias", "bias": "1"}, "ends in s"),
    ],
)
def test_a_definition_that_cannot_be_used_says_why(definition, reason):
    definition = {"probes": [(0.5,) * (definition["signature"].count(",") + 1)], **definition}
    if definition["signature"] == "f()":
        definition["probes"] = [()]
    with pytest.raises(errors.ArgumentError, match=reason):
        define_operation(**definition)
    assert "f" not in OPERATIONS


def test_what_a_narrow_console_lacks_is_escaped(monkeypatch):
    size = define_operation("größe(x)", "x * x", x="2 * x", probes=[(2.0,)])
    assert repr(size) == "<operation größe(x) = x * x, d/dx = 2 * x>"
    monkeypatch.setattr("sys.stdout", types.SimpleNamespace(encoding="ascii"))
    assert repr(size) == r"<operation gr\xf6\xdfe(x) = x * x, d/dx = 2 * x>"
    assert repr(Value(2.0, "größe")) == r"Value(data=2.0, grad=0.0, label='gr\xf6\xdfe')"


def test_errors_of_an_own_operation_name_it_and_its_domain():
    root = define_operation(
        "shifted_log(x)", "log(x - 1)", x="1 / (x - 1)", probes=[(2.0,)], domain="x must be greater than 1"
    )
    with pytest.raises(
        errors.DomainError, match=r"shifted_log\(x\) is not defined at x = 0.5 \(label 'a'\).*greater than 1"
    ):
        root(Value(0.5, "a"))


def test_a_list_of_derivatives_of_another_length_is_told_from_one_that_does_not_exist():
    pair = define_operation("paired_sum(xs)", "sum(xs)", xs="[1.0, 1.0]", probes=[([1.0, 2.0],)])
    x = Value(3.0)
    with pytest.raises(autograd.errors.ArgumentError, match="list of 2 numbers, for 3 in xs"):
        pair([x, x, x]).backward()
