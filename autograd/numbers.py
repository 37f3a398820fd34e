"""What counts as a number, and what to say when an operation cannot give one."""

import math
import re
from decimal import Decimal
from numbers import Real

from autograd.advice import refuse_gradients_of_others, refuse_masked
from autograd.errors import ArgumentError, NumberError, NumberOverflowError, RecordingError
from autograd.formulas.floats import FLOATS
from autograd.source import SourceLine

Number = float | int
"""A plain number. Fractions, Decimals and NumPy scalars are accepted too and become floats."""
JUST_FLOATS = frozenset({float})
"""The types of numbers of which none has to be converted."""


def number_from(data: object) -> float:
    """Return ``data`` as a finite Python float, or raise an error that says what to give instead."""
    if data.__class__ is not float and not isinstance(data, Real | Decimal):
        if getattr(data, "ndim", None) == 0 and hasattr(data, "item"):  # an array without dimensions is one number
            refuse_gradients_of_others(data)
            refuse_masked(data)
            return number_from(data.item())
        raise NumberError(f"Expected a real number, got {shown(data)}. {advice(data)}")
    try:
        number = float(data)
    except OverflowError:
        raise NumberOverflowError(f"{shown(data)} is too large for a float; the limit is 1.8e308.") from None
    if not math.isfinite(number):
        raise ArgumentError(
            f"Expected a finite number, got {number}. Check where it comes from: a nan usually marks missing data, "
            "and for a very large number 1e300 will do."
        )
    return number


def advice(data: object) -> str:
    """Say what to write instead of something that is not a real number."""
    if hasattr(data, "parents") and hasattr(data, "backward"):
        return "It is a Value already; use it as it is, or value.detach() for a copy without a history."
    if isinstance(data, str):
        return "Convert text first: Value(float(text))."
    if isinstance(data, complex):
        return "Values are real; use data.real, data.imag or abs(data)."
    if hasattr(data, "ndim") or isinstance(data, list | tuple | set | dict):
        return "Make one Value per number: [Value(x) for x in numbers]."
    return "Give an int, a float or a Fraction."


def shown(data: object) -> str:
    """Return a short description of any object for a message."""
    try:
        text = repr(data)
    except Exception:  # a broken repr of the user's must not hide the error we are about to explain
        text = "?"
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(data).__name__})"


def function_of_math(line: SourceLine | None) -> str:
    """Return which function of ``math`` that there is here too is called on a line; ``exp``, if none."""
    called = re.findall(r"(?<!autograd\.)\b(\w+)\(", line.text) if line else []
    return next((name for name in called if name in FLOATS and (hasattr(math, name) or name == "round")), "exp")


def gradient_lost(value: object) -> NumberError:
    """Return the error for a Value that was used where only a plain number fits."""
    name = function_of_math(SourceLine.of_caller())
    called = name if name == "round" else f"math.{name}"
    return NumberError(
        f"{value!r} was used where only a plain number fits, such as {called}(value), which would lose its "
        f"gradient. Use autograd.{name}(value) and the like, or value.data for the plain number; within "
        "autograd.no_grad() it is one."
    )


def number_needed() -> RecordingError:
    """Return the error for a function that asks for a number which is only known when its program runs."""
    line = SourceLine.of_caller()
    name = function_of_math(line)
    return RecordingError(
        "A function that is being compiled asked for the number behind a Value (through .data, float, a copy, a "
        "function of math, an if, and, or). The program would follow that one case forever. Write "
        f"autograd.{name}(value) for math.{name}(value), the choice with autograd.maximum, minimum, clamp, "
        "where(condition, x, y) with a condition such as (x > 0) & (x < 1), relu or abs, a shift with max or "
        "logsumexp, a choice of position with take(values, index); or name the argument in static=. The number of a "
        "Value that is no argument is read at each call where the Value itself is used."
        + (f" At {line}" if line else "")
    )


def named(name: str, operand: object) -> str:
    """Return ``x = -2.0 (label 'a')`` for a message."""
    if isinstance(operand, tuple):
        items = ", ".join(named("", item) for item in operand[:6])
        return f"{name} = [{items}{', ...' if len(operand) > 6 else ''}]"
    label = getattr(operand, "label", "")
    return f"{name + ' = ' if name else ''}{plain_number(operand)!r}" + (f" (label {label!r})" if label else "")


def plain_number(item: object) -> object:
    """Return the data of a Value, and anything else as it is."""
    return item.data if hasattr(item, "parents") and hasattr(item, "data") else item


def gradient_overflow(leaf: object, gradient: float) -> NumberOverflowError:
    """Return the error for a gradient of ``leaf`` that came out infinite or undefined."""
    return NumberOverflowError(
        f"The gradient of {leaf!r} is too large for a float ({gradient}), so nothing was changed. "
        "Scale the inputs, lower the learning rate or clip gradients; autograd.diagnose(loss) shows where it grows."
    )
