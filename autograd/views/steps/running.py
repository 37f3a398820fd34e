"""What a view is asked to look at: a Value, or a function that is run for it with its source lines remembered."""

import inspect
import sys
from collections.abc import Callable
from numbers import Real
from types import FrameType
from typing import Literal

from autograd.engine import Value
from autograd.errors import NumberError
from autograd.modes import remember_source_lines
from autograd.numbers import shown

ProfileEvent = Literal["call", "return", "c_call", "c_return", "c_exception"]


def value_of(output: object, arguments: tuple[object, ...]) -> tuple[Value, FrameType | None]:
    """Return the Value to look at and, if a function had to be run for it, the frame that function ran in."""
    if isinstance(output, Value) and not arguments:
        return output, None
    if isinstance(output, Value) or not callable(output):
        raise NumberError(
            f"Give the Value to look at, as in steps(loss), or a function and its arguments, as in steps(f, 2.0); "
            f"got {shown(output)}{f' and {len(arguments)} arguments' if arguments else ''}."
        )
    frames: list[FrameType] = []
    code = getattr(output, "__code__", None)

    def watch(frame: FrameType, event: ProfileEvent, argument: object) -> None:
        if event == "return" and frame.f_code is code:
            frames.append(frame)

    watching = sys.getprofile() is None  # the user's own profiler is left alone
    if watching:
        sys.setprofile(watch)  # the variables of the function name its nodes, and they are gone once it has returned
    try:
        with remember_source_lines():
            result = output(*labelled(output, arguments))
    finally:
        if watching:
            sys.setprofile(None)
    if not isinstance(result, Value):
        raise NumberError(f"The function must return one Value, such as a loss; it returned {shown(result)}.")
    return result, frames[-1] if frames else None


def labelled(function: Callable[..., object], arguments: tuple[object, ...]) -> list[object]:
    """Return the arguments with Values, named after the parameters, in place of plain numbers."""
    try:
        names = list(inspect.signature(function).bind(*arguments).arguments)
    except (TypeError, ValueError):  # the call itself reports better what is wrong
        names = []
    names += [f"x{i}" for i in range(len(names), len(arguments))]

    def convert(argument: object, name: str) -> object:
        if hasattr(argument, "tolist"):  # a NumPy array or number
            argument = argument.tolist()
        if isinstance(argument, list | tuple):
            return [convert(item, f"{name}[{i}]") for i, item in enumerate(argument)]
        if isinstance(argument, dict):
            return {key: convert(item, f"{name}[{key!r}]") for key, item in argument.items()}
        if isinstance(argument, Real) and not isinstance(argument, bool):
            return Value(float(argument), name)
        return argument

    return [convert(argument, name) for argument, name in zip(arguments, names, strict=False)]
