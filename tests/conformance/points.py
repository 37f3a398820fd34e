"""The functions that every route computes, and the points: interior, zeros, ties, kinks, literals, extremes.

Each row of the table is walked, with its operands as variables, as literals and as the same variable twice. What is
composed of rows (softmax, losses, activations as modules, and expressions that have gone wrong somewhere before) comes
after it.
"""

import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import autograd
import nn
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.row import is_sequence

KINDS = (
    *("interior", "zero", "tie", "shared", "kink", "literal", "one_element"),
    *("large", "tiny", "saturated"),
)
LARGE = (1e150, -1e150, 1e200, -1e200, 1e300, -1e300)
TINY = (1e-300, -1e-300, 5e-324, -5e-324)
SATURATED = (20.0, -20.0, 40.0, -40.0, 750.0, -750.0)
ZERO = (0.0, -0.0)


@dataclass(frozen=True, eq=False)
class Subject:
    """A function of n numbers, and the points at which it is compared.

    Attributes:
        name: the row or the composed function.
        text: how it reads.
        function: takes n Values, numbers, or whatever else answers to the rows.
        truth: the same for the truth, where ``function`` takes only Values and numbers.
        points: for each kind of point, the points.
        absolute: how far results may be off whatever their size: a composition may lose digits by cancellation.
    """

    name: str
    text: str
    function: Callable[..., Any]
    truth: Callable[..., Any]
    points: dict[str, list[tuple[float, ...]]] = field(default_factory=dict)
    absolute: float = 0.0

    def excused(self, reason: str, kind: str) -> bool:
        """Whether a sentence of CONTRACT holds at a kind of point."""
        return kind in EXCUSED.get(self.name, {}).get(reason, ())

    @property
    def all_points(self) -> list[tuple[float, ...]]:
        """Every point once, the smoothest first; 0.0 and -0.0 are different points."""
        every = (point for kind in KINDS for point in self.points.get(kind, ()))
        return list({repr(point): point for point in every}.values())


EXCUSED: dict[str, dict[str, tuple[str, ...]]] = {
    "div": {"between": ("shared",), "algebra": KINDS},
    "pow": {"between": ("shared", "tiny"), "symbolic slopes": ("zero", "tie", "literal", "shared")},
    "max": {"symbolic slopes": ("zero", "tie", "literal")},
    "min": {"symbolic slopes": ("zero", "tie", "literal")},
    "mean": {"between": ("large",)},
    "norm": {
        "between": ("one_element",),
        "forward cancels": ("shared",),
        "symbolic slopes": ("zero", "tie", "literal"),
    },
    "atan2": {"between": ("shared",), "algebra": ("shared", "literal")},
    "remainder": {"between": ("tiny",), "algebra": ("shared", "literal")},
    "ordered": {"symbolic slopes": ("zero", "tie", "literal")},
    "sinc": {"symbolic slopes": ("zero",)},
    "with_slope": {"symbolic slopes": KINDS},
    "softmax": {"between": ("large",)},
    "softmax([x, y])[1]": {"between": ("large",)},
    "softmax([x, y, 0])[0]": {"between": ("large",), "cancels": ("saturated",)},
    "softmax . values": {"between": ("large",), "cancels": ("large",)},
    "nn.Softmax": {"between": ("large",)},
    "x * sqrt(x)": {"between": ("tiny",), "tangents": ("tiny",)},
    "x / x": {"between": ("tiny",), "algebra": KINDS},
    "sqrt(x) ** 2": {
        "between": ("tiny",),
        "tangents": ("tiny",),
        "by rule": ("zero", "tiny"),
        "algebra": KINDS,
        "symbolic slopes": ("zero",),
    },
    "prod([sqrt(x), x, 0])": {"between": ("large",)},
    "nn.huber_loss": {"between": ("large",), "forward cancels": ("tiny",)},
    "x * sqrt(y)": {"tangents": ("tiny",), "symbolic slopes": ("zero",)},
    "0.0 * sqrt(x) + x": {"algebra": KINDS},
    "nn.binary_cross_entropy": {"algebra": KINDS, "15 digits": ("zero", "tiny")},
    "sqrt(x * x)": {"algebra": KINDS},
    "sqrt(x) * 0": {"algebra": KINDS},
    "min([x, 0 * x])": {"symbolic slopes": ("zero",)},
    "relu(x) ** 0.5": {"symbolic slopes": ("zero", "kink", "large", "tiny", "saturated")},
    "maximum(sqrt(x), 1)": {"symbolic slopes": ("zero",)},
    "max([sqrt(x), 1])": {"symbolic slopes": ("zero",)},
    "sign(sqrt(x)) + x": {"symbolic slopes": ("zero",)},
}
"""What not every route can give of a row: the kinds of points, under the sentence of CONTRACT that says why."""


# --- rows -------------------------------------------------------------------------------------------------

Slots = tuple[Any, ...]
"""The operands of a call: a text such as ``"x0"`` for a variable, a number for a literal, tuples of both."""

OPERATORS: dict[str, Callable[..., Any]] = {
    **{"add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow},
    **{"neg": operator.neg, "abs": abs, "identity": operator.pos},
}
CALLS: dict[str, Callable[..., Any]] = {**OPERATIONS, "take": autograd.take}
"""How a user calls each row."""


def subject_of(row: Operation, slots: Slots, *, as_operator: bool) -> Subject:
    """Return a call of a row as a function of its variables."""
    called = CALLS[row.name]
    call = OPERATORS.get(row.name, called) if as_operator else called

    def function(*xs: Any) -> Any:
        def filled(slot: Any) -> Any:
            if isinstance(slot, tuple):
                return [filled(item) for item in slot]
            return xs[int(slot[1:])] if isinstance(slot, str) else slot

        return call(*map(filled, slots))

    text = f"{'operator ' if call is not called else ''}{row.name}({', '.join(map(text_of, slots))})"
    names = re.findall(r"x\d", text)
    return Subject(row.name, text, function, function, absolute=1e-12 if len(set(names)) < len(names) else 0.0)


def text_of(slot: Any) -> str:
    if isinstance(slot, tuple):
        return f"[{', '.join(map(text_of, slot))}]"
    return slot if isinstance(slot, str) else repr(slot)


def probes_by_kind(row: Operation) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield kinds of points and operands of a row, all of them variables."""
    for probe in row.probes:
        yield "interior", probe
    if row.name in EXTRA:
        yield from EXTRA[row.name]
    if not row.is_nary:
        for kind, tuples in (SINGLES, PAIRS, TRIPLES)[len(row.operands) - 1].items():
            yield from ((kind, operands) for operands in tuples)
        return
    for kind, xs in SEQUENCES:
        if row.operands[-1] == "index":
            yield from ((kind, (xs, index)) for index in {0, len(xs) - 1})
        else:
            yield kind, (xs, xs[::-1])[: len(row.operands)]


SEQUENCES: list[tuple[str, list[float]]] = [
    *[("zero", xs) for xs in ([0.0, 0.0, 0.0], [0.0, 2.0, 3.0], [-0.0, 0.0, 1.0], [0.0, 0.0, 3.0], [0.0])],
    *[("tie", xs) for xs in ([2.0, 2.0, 1.0], [-1.0, -1.0, -1.0], [1.0, 2.0, 2.0], [0.0, -0.0])],
    *[("one_element", xs) for xs in ([2.5], [-1.0], [0.0], [-0.0], [1e300], [5e-324])],
    *[("large", xs) for xs in ([1e200, 1e200, 1e-300], [1.7e308, 1.7e308], [1e308, -1e308], [1e150, 1.0, -1e150])],
    *[("large", xs) for xs in ([1e-300, 1e200, 1e200], [1e308, 1e308, -1e308], [1e300, -1e300, 1.0])],
    *[("tiny", xs) for xs in ([1e-300, -1e-300], [5e-324, 1.0], [5e-324, 5e-324], [1e-200, 1e-200, 1e300])],
    *[("saturated", xs) for xs in ([40.0, 0.0], [0.0, 40.0], [750.0, -750.0, 0.0], [20.0, 0.0, -20.0], [-40.0, -40.5])],
]
SINGLES: dict[str, list[tuple[float]]] = {
    kind: [(x,) for x in numbers]
    for kind, numbers in {"zero": ZERO, "large": LARGE, "tiny": TINY, "saturated": SATURATED}.items()
}
PAIRS: dict[str, list[tuple[float, float]]] = {
    "zero": [
        *[(0.0, 2.0), (-0.0, 2.0), (2.0, 0.0), (2.0, -0.0), (0.0, 0.0), (0.0, -0.0), (0.0, 1.0), (1.0, 0.0)],
        *[(0.0, 0.5), (0.0, 1.5), (0.0, 3.0), (0.0, -1.0), (-2.0, 0.0)],
    ],
    "tie": [(2.0, 2.0), (-1.5, -1.5), (1.0, 1.0), (0.0, -0.0), (-2.0, -2.0)],
    "large": [
        *[(1e150, 3.0), (3.0, 1e150), (1e200, 1e200), (1e200, -1e200), (1e300, 1e-300), (1e-300, 1e300)],
        *[(-1e300, 0.5), (1e300, 1.0), (-1e200, 2.0), (1.0, 1e300)],
    ],
    "tiny": [(1e-300, 2.0), (2.0, 1e-300), (1e-300, 1e-300), (5e-324, 1.0), (1.0, 5e-324), (5e-324, -5e-324)],
    "saturated": [(20.0, -20.0), (40.0, 1.5), (1.5, 40.0), (750.0, 0.5), (0.5, 750.0), (-750.0, 2.0), (-40.0, 0.7)],
}
TRIPLES: dict[str, list[tuple[float, float, float]]] = {
    "zero": [(0.0, -1.0, 1.0), (0.0, 0.0, 1.0), (-0.0, 0.0, 1.0), (0.0, 0.0, 0.0), (-0.0, 2.0, 3.0), (0.0, -1.0, 0.0)],
    "tie": [(1.0, 2.0, 2.0), (1.0, 1.0, 1.0), (0.5, 0.5, 0.5)],
    "large": [(1e300, -1.0, 1.0), (-1e300, -1.0, 1.0), (1e300, -1e300, 1e300), (0.5, -1e200, 1e200)],
    "tiny": [(5e-324, -1.0, 1.0), (-5e-324, 0.0, 1.0), (1e-300, 0.0, 1e-300)],
    "saturated": [(750.0, -40.0, 40.0), (-750.0, -40.0, 40.0), (20.0, -40.0, 40.0)],
}
EXTRA: dict[str, list[tuple[str, tuple[Any, ...]]]] = {
    "clamp": [("kink", (1.0, -1.0, 1.0)), ("kink", (-1.0, -1.0, 1.0)), ("kink", (2.0, 1.0, -1.0))],
    "where": [("kink", (0.0, 2.0, 3.0)), ("kink", (-0.0, 2.0, 3.0))],
    "relu": [("kink", (0.0,)), ("kink", (-0.0,))],
    "abs": [("kink", (0.0,)), ("kink", (-0.0,))],
    "sign": [("kink", (0.0,)), ("kink", (-0.0,))],
    "leaky_relu": [("kink", (0.0, 0.1)), ("kink", (-0.0, 0.1)), ("kink", (0.0, 0.0)), ("kink", (0.0, 1.0))],
    "elu": [("kink", (0.0, 1.3)), ("kink", (-0.0, 1.3)), ("kink", (0.0, 1.0)), ("kink", (0.0, 0.0))],
    "asin": [("kink", (1.0,)), ("kink", (-1.0,)), ("kink", (0.9999999999999999,)), ("kink", (1e-9,))],
    "acos": [("kink", (1.0,)), ("kink", (-1.0,)), ("kink", (0.9999999999999999,)), ("kink", (1e-9,))],
    "log1p": [("kink", (-1.0,)), ("kink", (-0.9999999999999999,)), ("tiny", (1e-17,))],
    "log": [("kink", (1.0,)), ("kink", (1.0000000000000002,))],
    "softplus": [("saturated", (38.0,))],
    "pow": [("kink", (-2.0, 2.0)), ("kink", (-2.0, -1.0)), ("kink", (-2.0, 0.0)), ("kink", (-2.0, 1.0))],
    **{name: [("kink", (x,)) for x in (0.5, -0.5, 1.5, 2.5, 3.0)] for name in ("floor", "ceil", "trunc", "round")},
    **{name: [("kink", (x,)) for x in (1.0, -1.0, 0.9999999999999999, 1e-9)] for name in ("acosh", "atanh", "asinh")},
    **{name: [("kink", (x,)) for x in (0.5, 1.0, -1.5, 1e-9, 0.1, 2.25)] for name in ("sinc", "sinpi", "cospi")},
    **{
        name: [("kink", (x,)) for x in (1.0, 2.0, 1e-9, 12.0)]
        for name in ("log2", "log10", "exp2", "lgamma", "digamma")
    },
    "cbrt": [("kink", (8.0,)), ("kink", (-27.0,))],
    "remainder": [("kink", (x, y)) for x, y in ((4.0, 2.0), (-4.0, 2.0), (5.0, -3.0), (-1e-9, 2.0))],
    "copysign": [("kink", (0.0, -1.0)), ("kink", (2.0, -1.0))],
    "atan2": [("kink", (1.0, 0.0)), ("kink", (-1.0, 0.0)), ("kink", (0.0, 1.0)), ("kink", (1e-9, -1.0))],
}
SIGN_OF_ZERO = {"atan2", "copysign"}
"""Rows to which -0.0 is another number than 0.0, as mpmath does not know: tests/engine/test_more_ops.py has these."""
HELPERS = {"power_slope", "power_log", "power_mixed", "polygamma", "atan2_slope", "hypot_slope"}
"""Derivatives of other rows, which are tested to second order."""


def variables(operands: Sequence[Any], row: Operation) -> tuple[Slots, tuple[float, ...]]:
    """Return slots with a variable for every number among the operands, and those numbers."""
    numbers: list[float] = []

    def variable(number: float) -> str:
        numbers.append(float(number))
        return f"x{len(numbers) - 1}"

    slots = tuple(
        operand
        if name == "index"
        else tuple(variable(item) for item in operand)
        if is_sequence(name)
        else variable(operand)
        for name, operand in zip(row.operands, operands, strict=True)
    )
    return slots, tuple(numbers)


def with_literals(row: Operation) -> Iterator[tuple[Slots, tuple[float, ...]]]:
    """Yield calls in which some numbers are the literals 0 and 1, with every other one a variable."""
    literals = (0, 1, 0.0, -0.0, 1.0, *((2, 3, -1, 0.5, 0.0) if row.name == "pow" else ()))
    if row.is_nary:
        index = (1,) if row.operands[-1] == "index" else ()
        masks = [("x0", 0.0, "x1"), ("x0", 1.0, "x1"), (0, "x0", 1), ("x0", 0.0, 0.0)]
        for mask in masks:
            count = sum(isinstance(item, str) for item in mask)
            for point in ((0.5, -1.2), (0.0, 0.0), (1.0, 1.0), (0.0, 2.0)):
                if len(row.operands) == 2 and not index:
                    yield (mask, (1.0, 0.0, 1.0)), point[:count]
                    yield ((0, 1, 0), mask), point[:count]
                    yield (mask, ("x0", 0.0, "x0")), point[:count]
                else:
                    yield (mask, *index), point[:count]
        return
    count = len(row.operands)
    if count == 1:
        return
    for kept in itertools.product((True, False), repeat=count):
        if all(kept) or not any(kept):
            continue
        for literal in literals:
            names = (f"x{i}" for i in itertools.count())
            slots = tuple(next(names) if keep else literal for keep in kept)
            free = sum(kept)
            for point in itertools.product((0.7, 0.0, -0.0, 1.0, -2.0) if free == 1 else (0.7, 0.0), repeat=free):
                yield slots, point


def with_shared(row: Operation) -> Iterator[tuple[Slots, tuple[float, ...]]]:
    """Yield calls in which one variable stands in several places."""
    numbers = (0.7, 0.0, -0.0, 1.0, -2.0, 1e200, 1e-300)
    if row.is_nary:
        index = (0,) if row.operands[-1] == "index" else ()
        lists = [("x0", "x0", "x1"), ("x0", "x0")]
        for xs in lists:
            slots = (xs, xs) if len(row.operands) == 2 and not index else (xs, *index)
            for x in numbers:
                yield slots, (x, 1.5)[: 1 + ("x1" in xs)]
    elif len(row.operands) > 1:
        for x in numbers:
            yield ("x0",) * len(row.operands), (x,)


def of_rows() -> Iterator[Subject]:
    """Yield the calls of every row of the table, each with its points."""
    for row in OPERATIONS.values():
        if row.name in HELPERS:
            continue
        if row.functions:
            continue
        calls: dict[str, Subject] = {}

        def add(
            kind: str,
            slots: Slots,
            point: tuple[float, ...],
            *,
            as_operator: bool = False,
            row: Operation = row,
            calls: dict[str, Subject] = calls,
        ) -> None:
            if row.name in SIGN_OF_ZERO and "-0.0" in re.findall(r"-?[\d.e-]+", repr((slots, point))):
                return
            made = subject_of(row, slots, as_operator=as_operator)
            subject = calls.setdefault(made.text, made)
            points = subject.points.setdefault(kind, [])
            if repr(point) not in map(repr, points):
                points.append(point)

        for kind, operands in probes_by_kind(row):
            add(kind, *variables(operands, row))
        for slots, point in with_literals(row):
            add("literal", slots, point, as_operator=True)
        for slots, point in with_shared(row):
            add("shared", slots, point, as_operator=True)
        yield from calls.values()


# --- composed functions ---------------------------------------------------------------------------------------


def half(x: Any) -> Any:
    return 0.5 * autograd.log1p(x)


def sigmoid_used_thrice(x: Any) -> Any:
    s = autograd.sigmoid(x)
    return s * s + s


def tanh_used_thrice(x: Any) -> Any:
    t = autograd.tanh(x)
    return (t + 2) / (t + 2) + t


def softplus_by_hand(x: Any) -> Any:
    return autograd.maximum(x, 0.0) + autograd.log1p(autograd.exp(-abs(x)))


EXPRESSIONS: dict[str, Callable[..., Any]] = {
    # where nothing flows in, nothing is passed on
    "where(1 - x, x, sqrt(x))": lambda x: autograd.where(1 - x, x, autograd.sqrt(x)),
    "where(x, log(x), x)": lambda x: autograd.where(abs(x), x, autograd.sqrt(abs(x))),
    "sqrt(x) * 0": lambda x: autograd.sqrt(x) * 0,
    "0.0 * sqrt(x) + x": lambda x: 0.0 * autograd.sqrt(x) + x,
    "x * sqrt(x)": lambda x: x * autograd.sqrt(x),
    "sqrt(x) ** 2": lambda x: autograd.sqrt(x) ** 2,
    "sqrt(x * x)": lambda x: autograd.sqrt(x * x),
    "relu(x) ** 0.5": lambda x: autograd.relu(x) ** 0.5,
    "maximum(sqrt(x), 1)": lambda x: autograd.maximum(autograd.sqrt(abs(x)), 1.0),
    "clamp(x ** 0.5, 0.5, 1)": lambda x: autograd.clamp(abs(x) ** 0.5, 0.5, 1.0),
    "dot([sqrt(x), x], [0, 1])": lambda x: autograd.dot([autograd.sqrt(abs(x)), x], [0.0, 1.0]),
    "prod([sqrt(x), x, 0])": lambda x: autograd.prod([autograd.sqrt(abs(x)), x, 0.0]),
    "max([sqrt(x), 1])": lambda x: autograd.max([autograd.sqrt(abs(x)), 1.0]),
    "take([x, sqrt(x)], 0)": lambda x: autograd.take([x, autograd.sqrt(abs(x))], 0),
    "detach(sqrt(x)) * x": lambda x: autograd.sqrt(abs(x)).detach() * x,
    "sign(sqrt(x)) + x": lambda x: autograd.sign(autograd.sqrt(abs(x))) + x,
    # literals 0 and 1 all over
    "x * 0": lambda x: x * 0,
    "0.0 * x": lambda x: 0.0 * x,
    "x * 0 + 1": lambda x: x * 0 + 1,
    "x + 0 - x": lambda x: x + 0 - x,
    "1 * x * 1.0 / 1": lambda x: 1 * x * 1.0 / 1,
    "x ** 0 + x ** 1": lambda x: x**0 + x**1,
    "0 / (x + 3)": lambda x: 0 / (x + 3),
    "0 - x": lambda x: 0 - x,
    "(x - x) * x": lambda x: (x - x) * x,
    "x / x": lambda x: x / x,
    "sum of a mask": lambda x: sum(m * v for m, v in zip([1, 0, 1.0, 0.0], [x, x * 2, x * x, -x], strict=True)),
    "mask * mask": lambda x: autograd.sum([0.0 * x, 1.0 * x, 0 * (x * x), 1 * (x + 1)]),
    "a constant": lambda x: autograd.sum([0.0, 1.0]) + 0 * x,
    "x": lambda x: x,
    "sum([x, 0, 0])": lambda x: autograd.sum([x, 0, 0]),
    "mean([0 * x, x])": lambda x: autograd.mean([0 * x, x]),
    "where(x, 1, 0)": lambda x: autograd.where(x, 1, 0) * x,
    "where(0, x, 1)": lambda x: autograd.where(0, x, 1) + autograd.where(1.0, x, 0.0),
    # smooth functions made of kinked pieces
    "0.5 * log1p(x * x)": lambda x: half(x * x),
    "half(abs(x))": lambda x: half(abs(x)),
    "softplus by hand": softplus_by_hand,
    "maximum(x, -x) - abs(x)": lambda x: autograd.maximum(x, -x) - abs(x),
    "relu(x) - relu(-x)": lambda x: autograd.relu(x) - autograd.relu(-x),
    "maximum(x, 0) + minimum(x, 0)": lambda x: autograd.maximum(x, 0) + autograd.minimum(x, 0),
    "relu(relu(x))": lambda x: autograd.relu(autograd.relu(x)),
    "abs(x) * x": lambda x: abs(x) * x,
    "elu(x) + sigmoid(x)": lambda x: autograd.elu(x) + autograd.sigmoid(x) * autograd.softplus(x),
    "-log(sigmoid(x))": lambda x: -autograd.log(autograd.sigmoid(x)),
    "exp(minimum(x, 0))": lambda x: autograd.exp(autograd.minimum(x, 0.0)),
    "max([x, 0, -x])": lambda x: autograd.max([x, 0.0, -x]),
    "min([x, 0 * x])": lambda x: autograd.min([x, 0 * x, x * x]),
    # shared subexpressions
    "s * s + s": sigmoid_used_thrice,
    "(t + 2) / (t + 2) + t": tanh_used_thrice,
}
TWO: dict[str, Callable[..., Any]] = {
    "x * sqrt(y)": lambda x, y: x * autograd.sqrt(y),
    "where(x, y, sqrt(y))": lambda x, y: autograd.where(x, y, autograd.sqrt(abs(y))),
    "maximum(x, y) * minimum(x, y)": lambda x, y: autograd.maximum(x, y) * autograd.minimum(x, y),
    "softmax([x, y, 0])[0]": lambda x, y: autograd.softmax([x, y, 0.0])[0],
    "softmax([x, y])[1]": lambda x, y: autograd.softmax([x, y])[1],
    "softmax . values": lambda x, y: autograd.dot(autograd.softmax([x, y, x]), [x, 0.0, y]),
    "log_softmax([x, y, 1])[0]": lambda x, y: autograd.log_softmax([x, y, 1.0])[0],
    "log_softmax([x, y])[1]": lambda x, y: autograd.log_softmax([x, y])[1],
    "take([x, y], 1)": lambda x, y: autograd.take([x, y], 1),
    "take([x, y, 0], 0) * y": lambda x, y: autograd.take([x, y, 0.0], 0) * y,
    "hypot": lambda x, y: autograd.sqrt(x * x + y * y),
    "x ** 2 * y ** 0": lambda x, y: x**2 * y**0,
    "matrix with a mask": lambda x, y: sum(
        autograd.dot([x, y], row) * m for row, m in zip([[1, 0], [0.0, 1.0], [x, y]], [1, 0, 1.0], strict=True)
    ),
    "relu(x - y) + relu(y - x)": lambda x, y: autograd.relu(x - y) + autograd.relu(y - x),
}

ActivationPair = tuple[Callable[..., Any], Callable[..., Any]]
ACTIVATIONS: dict[str, ActivationPair] = {
    "nn.ReLU": (nn.ReLU(), autograd.relu),
    "nn.LeakyReLU": (nn.LeakyReLU(0.2), lambda x: autograd.leaky_relu(x, 0.2)),
    "nn.ELU": (nn.ELU(1.5), lambda x: autograd.elu(x, 1.5)),
    "nn.GELU": (nn.GELU(), autograd.gelu),
    "nn.SiLU": (nn.SiLU(), autograd.silu),
    "nn.Tanh": (nn.Tanh(), autograd.tanh),
    "nn.Sigmoid": (nn.Sigmoid(), autograd.sigmoid),
    "nn.Softplus": (nn.Softplus(), autograd.softplus),
}


def squared(x: Any, t: float) -> Any:
    return (x - t) * (x - t)


def huber(x: Any, t: float) -> Any:
    size = abs(x - t)
    inner = autograd.minimum(size, 1.0)
    return 0.5 * inner * inner + (size - inner)


def entropy(p: Any, y: float) -> Any:
    import math

    return -(y * autograd.log(p + math.exp(-100)) + (1 - y) * autograd.log(1 - p + math.exp(-100)))


def entropy_of_logit(z: Any, y: float) -> Any:
    return y * autograd.softplus(-z) + (1 - y) * autograd.softplus(z)


LOSSES: dict[str, ActivationPair] = {
    "nn.mse_loss": (
        lambda x, y: nn.mse_loss([x, y], [1.0, 0.0]),
        lambda x, y: autograd.mean([squared(x, 1.0), squared(y, 0.0)]),
    ),
    "nn.l1_loss": (
        lambda x, y: nn.l1_loss([x, y], [1.0, 0.0], reduction="sum"),
        lambda x, y: abs(x - 1.0) + abs(y),
    ),
    "nn.huber_loss": (
        lambda x, y: nn.huber_loss([x, y], [1.0, 0.0]),
        lambda x, y: autograd.mean([huber(x, 1.0), huber(y, 0.0)]),
    ),
    "nn.hinge_loss": (
        lambda x, y: nn.hinge_loss([x, y], [1, -1]),
        lambda x, y: autograd.mean([autograd.relu(1 - x), autograd.relu(1 + y)]),
    ),
    "nn.binary_cross_entropy": (
        lambda x, y: nn.binary_cross_entropy([x, y], [1, 0]),
        lambda x, y: autograd.mean([entropy(x, 1.0), entropy(y, 0.0)]),
    ),
    "nn.binary_cross_entropy_with_logits": (
        lambda x, y: nn.binary_cross_entropy_with_logits([x, y], [1, 0]),
        lambda x, y: autograd.mean([entropy_of_logit(x, 1.0), entropy_of_logit(y, 0.0)]),
    ),
    "nn.cross_entropy": (
        lambda x, y: nn.cross_entropy([x, y], 0),
        lambda x, y: -autograd.log_softmax([x, y])[0],
    ),
    "nn.cross_entropy smoothed": (
        lambda x, y: nn.cross_entropy([x, y, 0.0], 1, label_smoothing=0.3),
        lambda x, y: (
            -0.7 * autograd.log_softmax([x, y, 0.0])[1] - 0.3 * autograd.mean(autograd.log_softmax([x, y, 0.0]))
        ),
    ),
    "nn.nll_loss": (
        lambda x, y: nn.nll_loss([[x, y], [y, x]], [0, 0]),
        lambda x, y: autograd.mean([-x, -y]),
    ),
    "nn.LogSoftmax": (
        lambda x, y: nn.LogSoftmax()([x, y])[0],
        lambda x, y: autograd.log_softmax([x, y])[0],
    ),
    "nn.Softmax": (
        lambda x, y: nn.Softmax()([x, y])[1],
        lambda x, y: autograd.softmax([x, y])[1],
    ),
}

ACCURATE = {"softmax([x, y, 0])[0]", "softmax([x, y])[1]", "log_softmax([x, y, 1])[0]", "log_softmax([x, y])[1]"}
"""What is one row under another name."""

LINE: dict[str, Iterable[float]] = {
    **{"interior": (0.5, 0.7, 2.0), "zero": ZERO, "large": LARGE, "tiny": TINY, "saturated": SATURATED},
    **{"kink": (1.0, -1.0, 0.25)},
}
PLANE: dict[str, list[tuple[float, float]]] = {
    "interior": [(0.5, 0.3), (0.75, 0.25)],
    "zero": [(0.0, 0.0), (-0.0, 0.5), (0.5, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)],
    "tie": [(0.5, 0.5), (2.0, 2.0), (1.0, -1.0), (-1.0, 1.0)],
    "kink": [(2.0, 1.0), (1.0, 2.0), (0.0, -1.0)],
    "large": [(1e150, 1.0), (1e200, -1e200), (1e308, -1e308), (-1e300, 1e300)],
    "tiny": [(1e-300, 1e-300), (5e-324, 1.0), (1.0, 5e-324)],
    "saturated": [(40.0, 0.0), (0.0, 40.0), (-40.0, 0.0), (20.0, -20.0), (750.0, -750.0), (-750.0, 750.0)],
}


def of_compositions() -> Iterator[Subject]:
    """Yield what is composed of rows."""
    line = {kind: [(x,) for x in numbers] for kind, numbers in LINE.items()}
    for name, function in EXPRESSIONS.items():
        yield Subject(name, name, function, function, line, 1e-12)
    for name, (function, truth) in ACTIVATIONS.items():
        yield Subject(name, name, function, truth, line)
    for name, function in TWO.items():
        yield Subject(name, name, function, function, PLANE, 0.0 if name in ACCURATE else 1e-12)
    for name, (function, truth) in LOSSES.items():
        yield Subject(name, name, function, truth, PLANE, 1e-12 if name == "nn.binary_cross_entropy" else 0.0)


SUBJECTS: list[Subject] = [*of_rows(), *of_compositions()]
BY_NAME: dict[str, list[Subject]] = {
    name: list(group) for name, group in itertools.groupby(SUBJECTS, lambda subject: subject.name)
}
