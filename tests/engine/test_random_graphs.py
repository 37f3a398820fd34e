"""Property-based tests: reverse-mode gradients of random graphs equal forward-mode dual numbers written here."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, gradient

# --- forward mode, independent of the library --------------------------------------------------------


@dataclass(frozen=True)
class Dual:
    """A number and its derivatives with respect to every leaf; arithmetic follows the rules of a calculus book."""

    x: float
    d: tuple[float, ...]

    def through(self, value, slope):
        return Dual(value, tuple(slope * d for d in self.d))

    def plus(self, other):
        return Dual(self.x + other.x, tuple(a + b for a, b in zip(self.d, other.d, strict=True)))

    def times(self, other):
        both = zip(self.d, other.d, strict=True)
        return Dual(self.x * other.x, tuple(a * other.x + b * self.x for a, b in both))

    def minus(self, other):
        return self.plus(other.through(-other.x, -1.0))

    def over(self, other):
        return self.times(other.through(1 / other.x, -1 / other.x**2))

    def to_the(self, other):
        logarithm = self.through(math.log(self.x), 1 / self.x)
        return EXP(logarithm.times(other))


def EXP(a):  # noqa: N802  # stands with the table below
    return a.through(math.exp(a.x), math.exp(a.x))


UNARY = {
    "tanh": lambda a: a.through(math.tanh(a.x), 1 / math.cosh(a.x) ** 2),
    "sin": lambda a: a.through(math.sin(a.x), math.cos(a.x)),
    "cos": lambda a: a.through(math.cos(a.x), -math.sin(a.x)),
    "atan": lambda a: a.through(math.atan(a.x), 1 / (1 + a.x**2)),
    "sigmoid": lambda a: a.through(1 / (1 + math.exp(-a.x)), math.exp(-a.x) / (1 + math.exp(-a.x)) ** 2),
    "softplus": lambda a: a.through(math.log(1 + math.exp(a.x)), 1 / (1 + math.exp(-a.x))),
    "relu": lambda a: a.through(max(a.x, 0.0), float(a.x > 0)),
    "abs": lambda a: a.through(abs(a.x), math.copysign(1.0, a.x) if a.x else 0.0),
    "neg": lambda a: a.through(-a.x, -1.0),
    "expm1": lambda a: a.through(math.exp(a.x) - 1, math.exp(a.x)),
    "square": lambda a: a.through(a.x**2, 2 * a.x),
}
VALUES = {
    "neg": lambda a: -a,
    "abs": abs,
    "square": lambda a: a**2,
    **{name: getattr(autograd, name) for name in UNARY if name not in ("neg", "abs", "square")},
}
BINARY = {
    "+": (lambda a, b: a + b, Dual.plus),
    "-": (lambda a, b: a - b, Dual.minus),
    "*": (lambda a, b: a * b, Dual.times),
    "/": (lambda a, b: a / (b * b + 1.0), lambda a, b: a.over(b.times(b).plus(b.through(1.0, 0.0)))),
    "**": (
        lambda a, b: autograd.softplus(a) ** autograd.tanh(b),
        lambda a, b: UNARY["softplus"](a).to_the(UNARY["tanh"](b)),
    ),
    "dot": (
        lambda a, b: autograd.dot([a, b, 0.5], [b, a, a]),
        lambda a, b: a.times(b).plus(b.times(a)).plus(a.through(0.5 * a.x, 0.5)),
    ),
    "mean": (lambda a, b: autograd.mean([a, b, a]), lambda a, b: a.plus(b).plus(a).times(a.through(1 / 3, 0.0))),
    "logsumexp": (
        lambda a, b: autograd.logsumexp([autograd.tanh(a), b * 0.1]),
        lambda a, b: _log(EXP(UNARY["tanh"](a)).plus(EXP(b.times(b.through(0.1, 0.0))))),
    ),
    "prod": (lambda a, b: autograd.prod([a, b, 2.0]), lambda a, b: a.times(b).times(a.through(2.0, 0.0))),
}


def _log(a):
    return a.through(math.log(a.x), 1 / a.x)


# --- random programs ----------------------------------------------------------------------------------

numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))
leaves = st.lists(numbers, min_size=1, max_size=4)
choice = st.integers(0, 10**6)
steps = st.lists(st.tuples(st.sampled_from([*UNARY, *BINARY]), choice, choice), min_size=1, max_size=25)


def run(program, starts, unary, binary, squash):
    """Apply the program to Values or to duals; ``squash`` keeps numbers moderate without moving a kink."""
    pool = list(starts)
    for name, first, second in program:
        a, b = pool[first % len(pool)], pool[second % len(pool)]
        pool.append(squash(unary[name](a) if name in unary else binary[name](a, b)))
    total = pool[-1]
    for item in pool[len(starts) : -1 : 3]:
        total = binary["+"](total, item)
    return total


def of_values(program, inputs):
    return run(program, inputs, VALUES, {n: f for n, (f, _) in BINARY.items()}, lambda v: autograd.tanh(v * 0.3))


def of_duals(program, numbers):
    units = [tuple(float(i == j) for j in range(len(numbers))) for i in range(len(numbers))]
    starts = [Dual(x, unit) for x, unit in zip(numbers, units, strict=True)]
    return run(
        program,
        starts,
        UNARY,
        {n: f for n, (_, f) in BINARY.items()},
        lambda a: UNARY["tanh"](a.through(0.3 * a.x, 0.3)),
    )


@pytest.mark.slow
@settings(max_examples=300, deadline=None, derandomize=True)
@given(leaves, steps)
def test_reverse_mode_equals_forward_mode(numbers, program):
    inputs = [Value(x) for x in numbers]
    output = of_values(program, inputs)
    expected = of_duals(program, numbers)
    assert output.data == pytest.approx(expected.x, rel=1e-12, abs=1e-12)
    output.backward()
    assert [x.grad for x in inputs] == pytest.approx(list(expected.d), rel=1e-9, abs=1e-12)
    assert [g.data for g in gradient(output, inputs)] == pytest.approx([x.grad for x in inputs], rel=1e-12, abs=1e-14)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True)
@given(leaves, steps)
def test_backward_is_linear_in_its_seed_and_repeats_to_the_last_bit(numbers, program):
    def gradients(seed):
        inputs = [Value(x) for x in numbers]
        of_values(program, inputs).backward(seed)
        return [x.grad for x in inputs]

    once = gradients(1.0)
    assert gradients(1.0) == once
    assert gradients(-2.0) == [-2.0 * g for g in once]  # a power of two scales without rounding


@settings(max_examples=60, deadline=None, derandomize=True)
@given(leaves, steps)
def test_second_derivatives_equal_differences_of_forward_mode(numbers, program):
    if any(name in ("relu", "abs") for name, _, _ in program):
        return  # a difference across a kink is no derivative
    inputs = [Value(x) for x in numbers]
    first = gradient(of_values(program, inputs), inputs)
    h = 1e-5
    for i, slope in enumerate(first):
        second = [g.data for g in gradient(slope, inputs)]
        above = of_duals(program, [x + h * (j == 0) for j, x in enumerate(numbers)]).d[i]
        below = of_duals(program, [x - h * (j == 0) for j, x in enumerate(numbers)]).d[i]
        assert second[0] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-6)
