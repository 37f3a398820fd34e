"""Checks of arguments that many parts share: sizes, ranges and choices, with messages that name the argument."""

import math
from collections.abc import Collection, Mapping
from numbers import Integral, Real
from typing import Any, cast

import autograd
from autograd import Value, errors


def positive(name: str, number: int, least: int = 1) -> int:
    """Return a size as an int; it must be a whole number, also one of NumPy's, of at least ``least``.

    Example:
        >>> positive("batch_size", 0)
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: batch_size must be a whole number of at least 1; got 0.
    """
    if not isinstance(number, Integral) or number < least:
        raise errors.ArgumentError(f"{name} must be a whole number of at least {least}; got {number!r}.")
    return int(number)


def within(name: str, number: float, interval: str) -> float:
    """Return a number, which must lie in an interval written as mathematicians do: ``"[0, 1)"``, ``"(0, inf)"``.

    Example:
        >>> within("momentum", 1.5, "[0, 1)")
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: momentum must be at least 0 and less than 1; got 1.5.
    """
    low, high = (float(limit) for limit in interval[1:-1].split(","))
    above = "at least" if interval[0] == "[" else "greater than"
    below = "at most" if interval[-1] == "]" else "less than"
    try:
        checked: float = Value(number).data if isinstance(number, Value) else autograd.sum([number])
    except errors.AutogradError as error:
        raise type(error)(f"{name}: {error}") from None
    too_low = checked < low or (checked == low and interval[0] == "(")
    too_high = checked > high or (checked == high and interval[-1] == ")")
    if too_low or too_high:
        limits = [f"{above} {low:g}"] * (low > -math.inf) + [f"{below} {high:g}"] * (high < math.inf)
        raise errors.ArgumentError(f"{name} must be {' and '.join(limits)}; got {number!r}.")
    return checked


def saved_state(state: object) -> Mapping[str, Any]:
    """Return a saved state, which must be a dictionary.

    Example:
        >>> saved_state(None)
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: A state is a dictionary from state_dict() (nn.load reads files); got None.
    """
    if not isinstance(state, Mapping):
        raise errors.ArgumentError(f"A state is a dictionary from state_dict() (nn.load reads files); got {state!r}.")
    return state


def saved_number(state: Mapping[Any, object], name: object, interval: str, *, whole: bool = False) -> float:
    """Return an entry of a saved state, which must be a number (never True or False) in an interval.

    Example:
        >>> saved_number({"step": True}, "step", "[0, inf)", whole=True)
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: The state needs a whole number as 'step'; it has True.
    """
    number = state.get(name)
    if isinstance(number, bool) or not isinstance(number, Integral if whole else Real):
        what = "a whole number" if whole else "a number"
        got = f"has {number!r}" if name in state else "has none"
        raise errors.ArgumentError(f"The state needs {what} as {name!r}; it {got}.")
    checked = within(f"The state's {name!r}", cast("float", number), interval)
    return number if isinstance(number, int) else checked


def one_of(name: str, choice: str, choices: Collection[str]) -> str:
    """Return a choice, which must be one of several words.

    Example:
        >>> one_of("reduction", "avg", ("mean", "sum", "none"))
        Traceback (most recent call last):
            ...
        autograd.errors.ArgumentError: reduction must be one of 'mean', 'sum', 'none'; got 'avg'.
    """
    if choice not in choices:
        raise errors.ArgumentError(f"{name} must be one of {', '.join(map(repr, choices))}; got {choice!r}.")
    return choice
