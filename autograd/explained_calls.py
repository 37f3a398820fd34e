"""Calls that do not fit say how the function is called, for every public function at once, when it is loaded."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from functools import cache, update_wrapper
from importlib import import_module
from types import FrameType, FunctionType, MethodType
from typing import Any

from autograd.advice import KEYWORDS, UnknownNameError, closest, short
from autograd.errors import AutogradError, CallError
from autograd.source import is_installed, is_of_library

METHODS = ("__init__", "backward", "detach", "step", "zero_grad", "save", "load", "state_dict", "load_state_dict")
"""The methods of a class whose calls are explained; not those that a training step calls for every number."""


def explain_calls(module: str, names: Iterable[str], *, besides: Iterable[type] = ()) -> None:
    """Make every function and class of a module explain a call that does not fit, in the module that defines it.

    Args:
        module: the name of a module that exports ``names``.
        names: functions and classes; what else has such a name is left alone.
        besides: classes that are left as they are, and so are their bases.
    """
    exports = vars(sys.modules[module])
    for name in names:
        item = exports.get(name)
        if isinstance(item, type):
            for owner in reversed(item.__mro__):
                if owner.__module__.partition(".")[0] == module and not any(issubclass(one, owner) for one in besides):
                    explain_methods(owner, METHODS)
                    explain_attributes(owner)
        elif isinstance(item, FunctionType) and not hasattr(item, "__wrapped__"):
            home: MutableMapping[str, object] = vars(sys.modules[item.__module__])
            exports[name] = explained(item)
            if home.get(item.__name__) is item:
                home[item.__name__] = exports[name]  # a pickle looks for it there


def explain_methods(owner: type, methods: Iterable[str]) -> None:
    """Make some methods that a class itself defines explain a call that does not fit."""
    for name in methods:
        method = vars(owner).get(name)
        if isinstance(method, FunctionType) and not hasattr(method, "__wrapped__"):
            setattr(owner, name, explained(method))


def explain_attributes(owner: type) -> None:
    """Make the objects of a class explain a name that they do not have, unless they do so already."""
    if not hasattr(owner, "__getattr__"):
        owner.__getattr__ = unknown_attribute  # type: ignore[attr-defined]  # no type checker shall take any name


def unknown_attribute(item: object, name: str) -> object:
    """Raise the error for a name that an object does not have."""
    raise UnknownNameError(repr(type(item).__name__), name, dir(item))


@cache  # a function of two names stays one
def explained(function: FunctionType) -> FunctionType:
    """Return a function that raises a CallError with its signature and an example where its arguments do not fit.

    They do not fit its parameters, or something in this library meets a TypeError or AttributeError with them. What a
    function of the user raises passes through.
    """
    explanation = explained_error

    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except (TypeError, AttributeError) as error:
            instead = explanation(error, function, arguments, named)
            if instead is None:
                raise
            raise instead from None  # what was caught stays in its __context__

    # With the globals of the original it counts as defined in that module, so that its docstring is still tested.
    wrapped = FunctionType(call.__code__, function.__globals__, function.__name__, None, call.__closure__)
    update_wrapper(wrapped, function)
    return wrapped


def explained_error(
    error: Exception, function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]
) -> CallError | None:
    """Return what to raise instead of an error that was caught where a function is called.

    None where it is an error of ours (but for a name that an argument does not have), comes from a function of the
    user's, or comes from where none of the arguments is at hand, in this library or in another package: what fails
    there is the library or the machine, not the call.
    """
    traceback = error.__traceback__
    if traceback is None or (isinstance(error, AutogradError) and not isinstance(error, UnknownNameError)):
        return None
    if traceback.tb_next is None and isinstance(error, TypeError):  # the arguments do not fit the parameters
        return refusal(function, arguments, named)
    from traceback import walk_tb  # only when something went wrong

    frames = [frame for frame, _ in walk_tb(traceback)]
    foreign = [frame for frame in frames if not is_of_library(frame.f_code.co_filename)]
    if not all(is_installed(frame.f_code.co_filename) for frame in foreign):
        return None
    own = list(inspect.signature(function).parameters)[:1] == ["self"]
    given = [*arguments[own:], *named.values()]
    if not holds((foreign or frames[-1:])[0], given) and not any(is_about(item, str(error)) for item in given):
        return None
    return refusal(function, arguments, named, str(error))


def holds(frame: FrameType, items: Sequence[object]) -> bool:
    """Whether a function that is running was given one of the items."""
    given = [one for local in frame.f_locals.values() for one in (local if type(local) is tuple else (local,))]
    return any(one is item for one in given for item in items if item is not None)


def is_about(item: object, message: str) -> bool:
    """Whether Python says that None, or something that cannot be called, was used as something else."""
    return type(item).__name__ in message and (
        item is None or f"{type(item).__name__!r} object is not callable" == message
    )


def refusal(
    function: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object], reason: str = ""
) -> CallError:
    """Return the error for a call whose arguments do not fit, for a reason that is looked for unless it is given."""
    name, document = getattr(function, "__name__", "call"), function.__doc__ or ""
    parameters = [p.replace(annotation=p.empty) for p in inspect.signature(function).parameters.values()]
    given = list(arguments)
    if parameters and parameters[0].name == "self":
        if not given:
            method = function.__qualname__
            return CallError(f"{method}() was called on a class; make an object of it first, and call it there.")
        owner = type(given.pop(0))
        parameters = parameters[1:]
        name, document = (owner.__name__, owner.__doc__ or "") if name == "__init__" else (name, document)
    takes = inspect.Signature(parameters)
    try:
        takes.bind(*given, **named)
    except TypeError as error:
        reason = reason or str(error).replace(" keyword-only", "")  # as some Pythons say it
    words = ", ".join([*map(short, given), *(f"{key}={short(value)}" for key, value in named.items())])
    advice = [instead(key, takes) for key in named if key not in takes.parameters]
    advice += [f"Call the method: {method.__name__}()." for method in given if isinstance(method, MethodType)]
    parts = [f"{name}({words}): {reason or 'this does not fit'}.", *advice]
    return CallError(" ".join(filter(None, [*parts, f"It takes {name}{takes}{example(name, document)}."])))


def instead(keyword: str, takes: inspect.Signature) -> str:
    """Return what to write instead of a keyword that a function does not take; an empty text if nobody knows."""
    similar = closest(keyword, takes.parameters)
    return KEYWORDS.get(keyword) or (f"Did you mean {similar}=?" if similar else "")


def example(name: str, document: str) -> str:
    """Return ``, as in MLP(2, [16, 16, 1])``: the first call in the examples of a docstring, or an empty text."""
    for line in re.findall(r"^\s*>>> (.*)$", document, re.MULTILINE):
        start = re.search(rf"\b{re.escape(name)}\(", line)
        if start is not None and (call := call_at(line, start.start())):
            return f", as in {call}"
    return ""


def call_at(line: str, start: int) -> str:
    """Return the call that begins somewhere in a line, or an empty text if it goes on in the next one.

    A call of what is returned belongs to it, as in ``MSELoss()(output, target)``.
    """
    depth = 0
    for end in range(start, len(line)):
        depth += (line[end] in "([{") - (line[end] in ")]}")
        if depth == 0 and line[end] == ")" and line[end + 1 : end + 2] != "(":
            return line[start : end + 1]
    return ""


def load_later(package: str, modules: Mapping[str, str], names: Iterable[str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of a package that loads some names when they are first asked for.

    Args:
        package: the name of the package.
        modules: the module where each name that is loaded later is defined.
        names: all public names, for the message where a name does not exist.
    """

    def load(name: str) -> object:
        if name not in modules:
            raise UnknownNameError(f"module {package!r}", name, names)
        exports = vars(sys.modules[package])
        exports[name] = getattr(import_module(modules[name]), name)
        explain_calls(package, [name])
        return exports[name]

    return load
