"""The formula table: every operation is one row, and everything else is derived from it.

A row says what the operation computes and what each of its local derivatives is, as text in Python's
own notation. Bound to floats the text is the eager operation, bound to ``Value`` it gives higher-order
gradients, bound to arrays it becomes the fast program, and printed it is what the pictures, the stepper,
the LaTeX and the JavaScript page show. What you read here is what runs.

How to read a row::

    tanh = row("tanh(x)", "tanh(x)", x="1 - out * out", probes=...)
                |          |          |                 where tests compare it with other sources
                |          |          the local derivative d out / d x, in which ``out`` is the row's own value
                |          the value
                the name and the operands

An operand whose name ends in ``s`` (``xs``) is a sequence of numbers. Its local derivative is either one
formula that holds for every element, or a formula for the whole list of them. An operand called ``index``
is a position, not a number, and has no derivative.

Formulas may use the operations of this table and the few names that :mod:`autograd.formulas.floats` gives a
meaning for each kind of number. At a kink the row follows the ``convention`` stated beside it. Where the value is
written so that floats lose no digit, ``shown`` is how a textbook writes it.

Beside its formulas a row says what holds of it (``commutative``, ``neutral``, ``symmetric``, ...: see
:class:`~autograd.formulas.operation.Operation`); programs are made by asking for that, never for a name.

A row that is assigned to a name is public: ``autograd.tanh`` is this row, and calling it applies it. Operations that
fewer programs need are rows of :mod:`autograd.more_ops`.
"""

from typing import TYPE_CHECKING

from autograd.formulas.operation import Operation
from autograd.formulas.row import Convention, Probe
from autograd.formulas.table import row

# A page of calculus, laid out by hand:
# fmt: off
# --- arithmetic ---------------------------------------------------------------------------------------

TWO: tuple[Probe, ...] = ((2.0, 3.0), (-1.5, 0.25), (0.7, -2.0))
add = row("add(x, y)", "x + y", x="1", y="1", symbol="+", probes=TWO,
    commutative=True, neutral=0.0, sum_of="identity", keeps_infinity=True)
sub = row("sub(x, y)", "x - y", x="1", y="-1", symbol="-", probes=TWO, keeps_infinity=True)
mul = row("mul(x, y)", "x * y", x="y", y="x", symbol="*", probes=TWO,
    commutative=True, neutral=1.0, keeps_infinity=True)
div = row("div(x, y)", "x / y", x="1 / y", y="-out / y", symbol="/", probes=TWO,
    domain="the denominator must not be 0; keep it away from 0, as in x / maximum(y, 1e-12)")
pow = row("pow(x, y)", "x ** y", x="power_slope(x, y)", y="power_log(x, y)",
    symbol="**", probes=((2.0, 3.0), (0.5, -1.5), (3.0, 0.5)),
    shown_slopes={"x": "y * x ** (y - 1)", "y": "out * log(x)"},
    convention=(Convention("0 ** 0 is 1, whose derivative with respect to x is 0", "abs(x) + abs(y) == 0"),
                Convention("at x = 0 the derivative with respect to the exponent y is 0", "x == 0", of="y")),
    domain="a negative base needs a whole-number exponent that is not itself a Value, "
    "and a base of 0 an exponent of at least 1 (0 ** 0 is 1); try abs(x) ** y")
row("power_slope(x, y)", "y * x ** (y - 1) if abs(y) > 0 else 0",
    x="y * power_slope(x, y - 1) if abs(y) > 0 else 0", y="power_mixed(x, y)",
    probes=((2.0, 3.0), (0.5, -1.5), (3.0, 0.7)))
row("power_log(x, y)", "x ** y * log(x) if abs(x) > 0 else 0",
    x="power_mixed(x, y)", y="out * log(x) if abs(x) > 0 else 0", domain="x must not be negative",
    probes=((2.0, 3.0), (0.5, -1.5), (3.0, 0.7)))
row("power_mixed(x, y)", "(1 + y * log(x)) * x ** (y - 1) if abs(x) > 0 else (0 if y > 1 else log(x))",
    x="(2 * y - 1 + y * (y - 1) * log(x)) * x ** (y - 2)", y="(2 + y * log(x)) * log(x) * x ** (y - 1)",
    convention=(Convention("at x = 0 it is 0 for y > 1", "x == 0"),),
    domain="x must be greater than 0, or y greater than 1", probes=((2.0, 3.0), (0.5, -1.5), (3.0, 0.7)))
neg = row("neg(x)", "-x", x="-1", symbol="-", probes=((2.0,), (-0.5,)), keeps_infinity=True)
row("identity(x)", "x", x="1", symbol="=", probes=((2.0,),), keeps_infinity=True)
row("detach(x)", "x", x="0", probes=(), keeps_infinity=True)
AT_ZERO = (Convention("the derivative at x = 0 is 0", "x == 0"),)
abs = row("abs(x)", "abs(x)", x="sign(x)", convention=AT_ZERO, probes=((2.0,), (-0.5,)),
    keeps_infinity=True)
sign = row("sign(x)", "sign(x)", x="0", convention=(Convention("the sign of x = 0 is 0", "x == 0"),),
    probes=((2.0,), (-0.5,)))

# --- elementary functions -----------------------------------------------------------------------------

ONE: tuple[Probe, ...] = ((0.5,), (1.7,), (-1.2,))
POSITIVE: tuple[Probe, ...] = ((0.5,), (1.7,), (30.0,))
INSIDE: tuple[Probe, ...] = ((0.5,), (-0.3,), (0.9,))
exp = row("exp(x)", "exp(x)", x="out", probes=ONE, domain="x must stay below 709.78; subtract the largest x first")
log = row("log(x)", "log(x)", x="1 / x", probes=POSITIVE, keeps_infinity=True,
    domain="x must be greater than 0; try log(maximum(x, 1e-12)), log1p, or a loss that takes logits")
log1p = row("log1p(x)", "log1p(x)", x="1 / (1 + x)", probes=((0.5,), (-0.4,), (1e-9,)),
    domain="x must be greater than -1", shown="log(1 + x)")
expm1 = row("expm1(x)", "expm1(x)", x="exp(x)", probes=(*ONE, (1e-9,)),
    domain="x must stay below 709.78", shown="exp(x) - 1")
sqrt = row("sqrt(x)", "sqrt(x)", x="0.5 / out", probes=POSITIVE, keeps_infinity=True,
    domain="x must not be negative, and its derivative is infinite at 0; try sqrt(x + 1e-12)")
sin = row("sin(x)", "sin(x)", x="cos(x)", probes=ONE)
cos = row("cos(x)", "cos(x)", x="-sin(x)", probes=ONE)
tan = row("tan(x)", "tan(x)", x="1 + out * out", probes=ONE)
asin = row("asin(x)", "asin(x)", x="1 / sqrt(1 - x * x) if abs(x) < 0.5 else 1 / sqrt((1 - x) * (1 + x))",
    probes=INSIDE, domain="x must lie between -1 and 1")
acos = row("acos(x)", "acos(x)", x="-1 / sqrt(1 - x * x) if abs(x) < 0.5 else -1 / sqrt((1 - x) * (1 + x))",
    probes=INSIDE, domain="x must lie between -1 and 1")
atan = row("atan(x)", "atan(x)", x="1 / (1 + x * x) if abs(x) < 1e100 else 1 / x * (1 / x)", probes=(*ONE, (1e160,)),
    shown_slopes={"x": "1 / (1 + x * x)"})
sinh = row("sinh(x)", "sinh(x)", x="cosh(x)", probes=ONE, domain="x must stay within -710.4 and 710.4")
cosh = row("cosh(x)", "cosh(x)", x="sinh(x)", probes=ONE, domain="x must stay within -710.4 and 710.4")
tanh = row("tanh(x)", "tanh(x)", x="sech_squared(x)", probes=(*ONE, (20.0,)),
    shown_slopes={"x": "1 - out * out"})
row("sech_squared(x)", "4 * exp(-2 * abs(x)) / (1 + exp(-2 * abs(x))) ** 2", x="-2 * out * tanh(x)",
    probes=(*ONE, (-30.0,)), shown="1 / cosh(x) ** 2")
erf = row("erf(x)", "erf(x)", x="2 / sqrt(pi) * exp(-x * x) if abs(x) < 40 else 0", probes=ONE,
    shown_slopes={"x": "2 / sqrt(pi) * exp(-x * x)"})
row("erfc(x)", "erfc(x)", x="-2 / sqrt(pi) * exp(-x * x) if abs(x) < 40 else 0", probes=ONE, shown="1 - erf(x)",
    shown_slopes={"x": "-2 / sqrt(pi) * exp(-x * x)"})

# --- activations, written so that no intermediate overflows for any float ------------------------------

sigmoid = row("sigmoid(x)", "exp(minimum(x, 0)) / (1 + exp(-abs(x)))", x="out * sigmoid(-x)",
    probes=(*ONE, (-30.0,), (40.0,)), shown="1 / (1 + exp(-x))", shown_slopes={"x": "out * (1 - out)"})
relu = row("relu(x)", "x if x > 0 else 0", x="1 if x > 0 else 0", symbol="ReLU",
    convention=AT_ZERO, probes=((2.0,), (-0.5,)), shown="max(0, x)")
leaky_relu = row("leaky_relu(x, negative_slope=0.01)", "x if x > 0 else negative_slope * x",
    x="1 if x > 0 else negative_slope", negative_slope="0 if x > 0 else x",
    convention=(Convention("the derivative at x = 0 is negative_slope", "x == 0"),), probes=((2.0, 0.1), (-0.5, 0.1)),
    shown="max(0, x) + negative_slope * min(0, x)")
silu = row("silu(x)", "x * sigmoid(x)", x="sigmoid(x) * (1 + x * sigmoid(-x))", probes=(*ONE, (-6.0,)),
    shown="x / (1 + exp(-x))", shown_slopes={"x": "sigmoid(x) * (1 + x * (1 - sigmoid(x)))"})
softplus = row("softplus(x)", "maximum(x, 0) + log1p(exp(-abs(x)))", x="sigmoid(x)", probes=(*ONE, (-30.0,), (30.0,)),
    shown="log(1 + exp(x))")

# --- choosing -----------------------------------------------------------------------------------------

SHARED = (Convention("where x and y are equal, they share the derivative evenly", "x == y"),)
maximum = row("maximum(x, y)", "x if x > y else y",
    x="(1 if x > y else 0) + (0.5 if x == y else 0)", y="(1 if y > x else 0) + (0.5 if x == y else 0)",
    convention=SHARED, probes=TWO, shown_slopes={"x": "1 if x > y else 0", "y": "1 if y > x else 0"})
minimum = row("minimum(x, y)", "x if x < y else y",
    x="(1 if x < y else 0) + (0.5 if x == y else 0)", y="(1 if y < x else 0) + (0.5 if x == y else 0)",
    convention=SHARED, probes=TWO, shown_slopes={"x": "1 if x < y else 0", "y": "1 if y < x else 0"})
clamp = row("clamp(x, low, high)", "low if x < low else (high if x > high else x)",
    x="0 if x < low else (0 if x > high else 1)", low="1 if x < low else 0",
    high="0 if x < low else (1 if x > high else 0)",
    convention=(Convention("at a limit the derivative belongs to x", "(x - low) * (x - high) == 0"),),
    probes=((0.3, -1.0, 1.0), (-2.0, -1.0, 1.0), (2.0, -1.0, 1.0)))
where = row("where(condition, x, y)", "x if condition > 0 else y",
    condition="0", x="1 if condition > 0 else 0", y="0 if condition > 0 else 1",
    convention=(Convention("the derivative with respect to condition is 0", of="condition"),),
    probes=((1.0, 2.0, 3.0), (-1.0, 2.0, 3.0)))

# --- operations on sequences --------------------------------------------------------------------------

MANY: tuple[Probe, ...] = (([0.5, -1.2, 2.0],), ([3.0, 1.0],), ([0.25],))
sum = row("sum(xs)", "sum(xs)", xs="1", probes=MANY, symmetric=True, sum_of="identity", keeps_infinity=True)
mean = row("mean(xs)", "sum(xs) / len(xs)", xs="1 / len(xs)", probes=MANY,
    symmetric=True, keeps_infinity=True, expansion="sum(xs) / len(xs)")
prod = row("prod(xs)", "prod(xs)", xs="products_of_others(xs)", probes=(*MANY, ([0.0, 2.0, 3.0],), ([0.0, 0.0, 3.0],)),
    symmetric=True, keeps_infinity=True)
dot = row("dot(xs, ys)", "sum([x * y for x, y in zip(xs, ys)])", xs="ys", ys="xs",
    probes=(([0.5, -1.2], [2.0, 3.0]), ([1.5], [-0.5])), symmetric=True, sum_of="mul", keeps_infinity=True)
EQUAL = {"xs": "[1 if x == out else 0 for x in xs]"}
TIED = "sum([1 if x == out else 0 for x in xs]) > 1"
max = row("max(xs)", "max(xs)", xs="shares(xs, out)", probes=MANY, symmetric=True, shown_slopes=EQUAL,
    convention=(Convention("where xs are equal and largest, they share the derivative evenly", TIED),))
min = row("min(xs)", "min(xs)", xs="shares(xs, out)", probes=MANY, symmetric=True, shown_slopes=EQUAL,
    convention=(Convention("where xs are equal and smallest, they share the derivative evenly", TIED),))
logsumexp = row("logsumexp(xs)", "logsumexp(xs)", xs="softmax(xs)", probes=MANY, symmetric=True,
    shown="log(sum([exp(x) for x in xs]))")
row("softmax(xs, index)", "softmax(xs)[index]",
    xs="[out * ((1 - p if p < 0.5 else -expm1(log_softmax(xs, index))) if i == index else -p) "
    "for i, p in enumerate(softmax(xs))]",
    expansion="[exp(x - max(xs)) for x in xs][index] / sum([exp(x - max(xs)) for x in xs])",
    probes=(([0.5, -1.2, 2.0], 0), ([0.5, -1.2, 2.0], 2)), shown="exp(xs[index]) / sum([exp(x) for x in xs])",
    shown_slopes={"xs": "[out * ((1 if i == index else 0) - p) for i, p in enumerate(softmax(xs))]"})
row("log_softmax(xs, index)", "-logsumexp([x - xs[index] for x in xs])",
    xs="[-expm1(out) if i == index else -p for i, p in enumerate(softmax(xs))]",
    expansion="[x - max(xs) for x in xs][index] - logsumexp([x - max(xs) for x in xs])",
    probes=(([0.5, -1.2, 2.0], 0), ([0.5, -1.2, 2.0], 2)), shown="xs[index] - log(sum([exp(x) for x in xs]))",
    shown_slopes={"xs": "[(1 if i == index else 0) - p for i, p in enumerate(softmax(xs))]"})
row("take(xs, index)", "xs[index]", xs="[1 if i == index else 0 for i in range(len(xs))]",
    probes=(([0.5, -1.2, 2.0], 1),))

# fmt: on
PUBLIC = [name for name, item in list(globals().items()) if isinstance(item, Operation)]
"""The names of the public rows: those that are assigned to a name in this file."""

if not TYPE_CHECKING:  # type checkers cannot read a computed list; without one they see every row
    __all__ = list(PUBLIC)
