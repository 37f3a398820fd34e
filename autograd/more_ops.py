"""More of the formula table: operations that fewer programs need. How to read a row says :mod:`autograd.ops`."""

from typing import TYPE_CHECKING

from autograd.formulas.operation import Operation
from autograd.formulas.row import Convention
from autograd.formulas.table import row
from autograd.ops import EQUAL, INSIDE, MANY, ONE, POSITIVE, TIED, TWO

# fmt: off
# --- elementary functions -----------------------------------------------------------------------------

log2 = row("log2(x)", "log2(x)", x="1 / x / log(2)", probes=POSITIVE,
    domain="x must be greater than 0; try log2(maximum(x, 1e-12))")
log10 = row("log10(x)", "log10(x)", x="1 / x / log(10)", probes=POSITIVE,
    domain="x must be greater than 0; try log10(maximum(x, 1e-12))")
exp2 = row("exp2(x)", "exp2(x)", x="out * log(2)", probes=ONE, domain="x must stay below 1024")
cbrt = row("cbrt(x)", "cbrt(x)", x="out / x / 3", probes=ONE, domain="its derivative is infinite at 0",
    shown_slopes={"x": "1 / (3 * out ** 2)"})
asinh = row("asinh(x)", "asinh(x)", x="1 / hypot(1, x)", probes=(*ONE, (1e160,)),
    shown_slopes={"x": "1 / sqrt(1 + x * x)"})
acosh = row("acosh(x)", "acosh(x)", x="1 / (sqrt(x - 1) * sqrt(x + 1))", probes=((1.5,), (30.0,), (1e160,)),
    domain="x must be at least 1, and its derivative is infinite at 1", shown_slopes={"x": "1 / sqrt(x * x - 1)"})
atanh = row("atanh(x)", "atanh(x)", x="1 / (1 - x * x) if abs(x) < 0.5 else 1 / ((1 - x) * (1 + x))",
    probes=INSIDE, domain="x must lie between -1 and 1, without these two", shown_slopes={"x": "1 / (1 - x * x)"})
sinc = row("sinc(x)", "sinpi(x) / (pi * x) if abs(x) > 0 else 1",
    x="(cospi(x) - out) / x if abs(x) > 0.1 else -pi * pi * x / 3 * (1 - (pi * x) ** 2 / 10 * (1 - (pi * x) ** 2 / 28 "
    "* (1 - (pi * x) ** 2 / 54 * (1 - (pi * x) ** 2 / 88 * (1 - (pi * x) ** 2 / 130)))))",
    probes=(*ONE, (0.05,), (1e-9,), (12.25,)), shown="sin(pi * x) / (pi * x) if abs(x) > 0 else 1",
    shown_slopes={"x": "(cos(pi * x) - out) / x if abs(x) > 0 else 0"})
row("sinpi(x)", "(1 - 2 * remainder(round(x), 2)) * sin(pi * (x - round(x)))", x="pi * cospi(x)", probes=ONE,
    shown="sin(pi * x)")
row("cospi(x)", "(1 - 2 * remainder(round(x), 2)) * sin(pi * (0.5 - abs(x - round(x))))", x="-pi * sinpi(x)",
    probes=((0.3,), (1.7,), (-1.2,)), shown="cos(pi * x)")
lgamma = row("lgamma(x)", "lgamma(x)", x="digamma(x)", probes=(*POSITIVE, (4.25,)),
    domain="x must not be 0, -1, -2, ...")
digamma = row("digamma(x)", "digamma(x)", x="polygamma(x, 1)", probes=(*POSITIVE, (4.25,)),
    domain="x must not be 0, -1, -2, ...")
row("polygamma(x, index)", "polygamma(x, index)", x="polygamma(x, index + 1)", probes=((0.5, 1), (4.25, 2)),
    domain="x must not be 0, -1, -2, ..., and index is the number of times that digamma was differentiated")

# --- activations --------------------------------------------------------------------------------------

elu = row("elu(x, alpha=1.0)", "x if x > 0 else alpha * expm1(minimum(x, 0))",
    x="1 if x > 0 else alpha * exp(x)", alpha="0 if x > 0 else expm1(x)",
    convention=(Convention("the derivative at x = 0 is alpha", "x == 0"),),
    probes=((2.0, 1.3), (-0.5, 1.3), (-3.0, 0.7)),
    shown="x if x > 0 else alpha * (exp(x) - 1)")
gelu = row("gelu(x)", "0.5 * x * erfc(-x / sqrt(2))",
    x="0.5 * erfc(-x / sqrt(2)) + (x * exp(-0.5 * x * x) / sqrt(2 * pi) if abs(x) < 50 else 0)",
    probes=(*ONE, (-6.0,)), shown="0.5 * x * (1 + erf(x / sqrt(2)))",
    shown_slopes={"x": "0.5 * (1 + erf(x / sqrt(2))) + x * exp(-0.5 * x * x) / sqrt(2 * pi)"})

# --- two numbers --------------------------------------------------------------------------------------

atan2 = row("atan2(y, x)", "atan2(y, x)", y="atan2_slope(x, y)", x="-atan2_slope(y, x)", probes=TWO,
    domain="it has no derivative at (0, 0)",
    shown_slopes={"y": "x / (x * x + y * y)", "x": "-y / (x * x + y * y)"})
row("atan2_slope(x, y)", "hypot_slope(x, y) / hypot(x, y)",
    x="(y - x) / hypot(x, y) * ((y + x) / hypot(x, y)) / hypot(x, y) / hypot(x, y)", y="-2 * out * atan2_slope(y, x)",
    probes=TWO, shown="x / (x * x + y * y)")
hypot = row("hypot(x, y)", "hypot(x, y)", x="hypot_slope(x, y)", y="hypot_slope(y, x)", probes=TWO,
    commutative=True, convention=(Convention("at x = y = 0 the derivative is 0", "abs(x) + abs(y) == 0"),),
    shown_slopes={"x": "x / out", "y": "y / out"})
row("hypot_slope(x, y)", "x / hypot(x, y) if hypot(x, y) > 1e-290 else "
    "(1e30 * x / hypot(1e30 * x, 1e30 * y) if hypot(x, y) > 0 else 0)",
    x="hypot_slope(y, x) / hypot(x, y) * hypot_slope(y, x) if hypot(x, y) > 0 else 0",
    y="hypot_slope(y, x) / hypot(x, y) * -out if hypot(x, y) > 0 else 0", probes=TWO,
    convention=(Convention("at x = y = 0 it is 0", "abs(x) + abs(y) == 0"),),
    shown="x / sqrt(x * x + y * y) if abs(x) + abs(y) > 0 else 0")
greater = row("greater(x, y)", "1 if x > y else 0", x="0", y="0", probes=TWO, symbol=">")
greater_equal = row("greater_equal(x, y)", "0 if y > x else 1", x="0", y="0", probes=TWO, symbol=">=")
logaddexp = row("logaddexp(x, y)", "maximum(x, y) + log1p(exp(-abs(x - y)))", x="sigmoid(x - y)", y="sigmoid(y - x)",
    probes=TWO, commutative=True, shown="log(exp(x) + exp(y))")
remainder = row("remainder(x, y)", "remainder(x, y)", x="1", y="(out - x) / y", symbol="%",
    probes=((7.5, 2.0), (-1.5, 0.4), (0.7, -2.0)), domain="y must not be 0",
    convention=(Convention("it has the sign of y, as Python's x % y", "x * y < 0"),
                Convention("where it jumps, the derivative is that of the piece it is on", "out == 0")),
    shown_slopes={"y": "-floor(x / y)"})
copysign = row("copysign(x, y)", "copysign(x, y)", x="sign(x) * copysign(1, y)", y="0", probes=TWO,
    convention=(Convention("the derivative at x = 0 is 0, and -0.0 counts as negative", "x * y == 0"),))

# --- whole numbers ------------------------------------------------------------------------------------

STEP = Convention("the derivative is 0, also at the jump at x = out", "x == out")
HALF = Convention("halves, such as x, are rounded to the even number, and the derivative is 0 also where it jumps",
    "abs(abs(x - out) - 0.5) == 0")
floor = row("floor(x)", "floor(x)", x="0", probes=ONE, convention=(STEP,))
ceil = row("ceil(x)", "ceil(x)", x="0", probes=ONE, convention=(STEP,))
trunc = row("trunc(x)", "trunc(x)", x="0", probes=ONE, convention=(STEP,))
round = row("round(x)", "round(x)", x="0", probes=((0.25,), (1.7,), (-1.2,)),
    convention=(HALF,))

# --- operations on sequences --------------------------------------------------------------------------

norm = row("norm(xs)", "norm(xs)", probes=MANY, symmetric=True,
    convention=(Convention("where all of xs are 0, the derivative is 0", "out == 0"),),
    xs="[(x / out if out > 1e-290 else 1e30 * x / norm([1e30 * y for y in xs])) if out > 0 else 0 for x in xs]",
    shown_slopes={"xs": "[x / out for x in xs]"})
row("ordered(xs, index)", "ordered(xs)[index]", xs="shares(xs, out)", symmetric=True,
    convention=(Convention("where xs are equal, they share the derivative evenly", TIED),),
    shown_slopes=EQUAL, probes=(([0.5, -1.2, 2.0], 0), ([0.5, -1.2, 2.0], 1), ([3.0, 1.0], 1)))

# fmt: on
if not TYPE_CHECKING:  # as in autograd.ops
    __all__ = [name for name, item in list(globals().items()) if isinstance(item, Operation)]
