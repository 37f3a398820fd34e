"""Saving and loading models, optimisers and histories as JSON: data only, so loading never runs any code."""

import copy
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from autograd import files
from autograd.errors import ArgumentError, FormatError
from nn.interrupts import interrupts_held

FORMAT = "scalar-autograd state"
VERSION = 1
"""Raise it when the layout of the file changes, and let :func:`load` read the older ones."""


@runtime_checkable
class Stateful(Protocol):
    """Anything that gives its state as plain data and takes it back: a model, an optimiser, a scheduler, a history."""

    def state_dict(self) -> Mapping[str, object]: ...
    def load_state_dict(self, state: Mapping[str, object]) -> object: ...


def save(what: "Stateful | Mapping[str, object]", path: "str | os.PathLike[str]") -> None:
    """Write the state of a model, an optimiser or several things by name to a JSON file.

    Args:
        what: anything with a ``state_dict()``, or a dictionary of such things and of plain data by name.
        path: the file to write. It is replaced in one move once everything is written, so a crash on the
            way leaves the earlier file as it was.

    Raises:
        ArgumentError: something in ``what`` cannot be written as JSON, such as an infinite number.
        OSError: the file cannot be written.

    Numbers are written in full, so that what is read back is equal to the last bit.

    Example:
        >>> import tempfile, nn
        >>> model = nn.MLP(2, [3, 1], seed=0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     nn.save({"model": model, "epoch": 7}, f"{folder}/checkpoint.json")
        ...     other = nn.MLP(2, [3, 1], seed=1)
        ...     nn.load(f"{folder}/checkpoint.json", into={"model": other})["epoch"]
        7
        >>> other([1.0, 2.0]).data == model([1.0, 2.0]).data
        True
    """
    try:
        state = state_of(what, "state")
        if not isinstance(state, dict):
            raise TypeError(f"it is a {type(what).__name__}, not a model, an optimiser or a dictionary")
        text = json.dumps({"format": FORMAT, "version": VERSION, "state": state}, allow_nan=False, indent=1)
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(f"This cannot be saved as JSON: {error}.") from None
    files.write(path, text + "\n")


def load(path: "str | os.PathLike[str]", into: "Stateful | Mapping[str, Stateful] | None" = None) -> dict[str, object]:
    """Read a file that :func:`save` wrote, and load its state into the objects it belongs to.

    Args:
        path: the file.
        into: what the state is loaded into: a model, or a dictionary with the names used when saving.
            Either everything in it is loaded or, if anything does not fit, nothing is changed; Ctrl-C waits until
            that is decided.

    Returns:
        The state in the file as dictionaries, lists, numbers, text, booleans and None.

    Raises:
        ArgumentError: ``path`` is no path, or ``into`` takes no state.
        FormatError: the file is damaged or truncated, was written by a newer version, or does not fit.
        FileNotFoundError: there is no such file.
    """
    if isinstance(path, Stateful):
        raise ArgumentError(f"The path comes first, as in nn.load('model.json', model); got {type(path).__name__}.")
    state = read(files.path_from(path))
    if into is None:
        return state
    if not isinstance(into, Stateful | Mapping):
        raise ArgumentError(f"load puts states into a model or a dictionary of such things; got {into!r}.")
    takers = {"": into} if isinstance(into, Stateful) else dict(into)
    parts: dict[str, object] = {"": state} if isinstance(into, Stateful) else state
    for name, taker in takers.items():
        if not isinstance(taker, Stateful):
            raise ArgumentError(f"load puts states into models, optimisers and the like; got {taker!r} as {name!r}.")
        if not isinstance(parts.get(name), dict):
            raise FormatError(f"{path} holds no state called {name!r}; it holds {', '.join(map(repr, parts))}.")
    before = {name: copy.deepcopy(taker.state_dict()) for name, taker in takers.items()}
    with interrupts_held():
        load_all(path, takers, parts, before)
    return state


def load_all(
    path: "str | os.PathLike[str]",
    takers: Mapping[str, Stateful],
    parts: Mapping[str, object],
    before: Mapping[str, Mapping[str, object]],
) -> None:
    """Load each part into its taker or, if one of them does not take it, put all back to what was ``before``."""
    for name, taker in takers.items():
        try:
            taker.load_state_dict(cast("dict[str, object]", parts[name]))
        except BaseException as error:  # whatever it is, nothing may stay half loaded
            for earlier, snapshot in before.items():
                takers[earlier].load_state_dict(snapshot)
                if earlier == name:
                    break
            if not isinstance(error, Exception):
                raise
            whom = f"the {type(taker).__name__}{f' {name!r}' if name else ''}"
            raise FormatError(f"{path} does not fit {whom}, which stays as it was. {error}") from error


def state_of(what: object, where: str) -> object:
    """Return ``what`` with everything that has a ``state_dict()`` replaced by it; ``where`` is for messages."""
    if isinstance(what, type):
        raise TypeError(f"{where} is the class {what.__name__}, not an object of it")
    if isinstance(what, Stateful):
        return state_of(what.state_dict(), where)
    if isinstance(what, Mapping):
        for key in what:
            if not isinstance(key, str):
                raise TypeError(f"the keys of {where} must be text, not {key!r}")
        return {key: state_of(item, f"{where}[{key!r}]") for key, item in what.items()}
    if isinstance(what, list | tuple):
        return [state_of(item, f"{where}[{i}]") for i, item in enumerate(what)]
    if what is None or isinstance(what, str | bool | int | float):
        return what
    raise TypeError(f"{where} is a {type(what).__name__}")


def read(path: Path) -> dict[str, object]:
    """Return the state in a file after checking that it is one of ours and complete."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text, parse_constant=finite, parse_float=finite, object_pairs_hook=without_duplicates)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path} is damaged or incomplete: {error}. Save it again.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FormatError(f"{path} is JSON, but not a file that nn.save wrote.")
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FormatError(f"{path} is damaged: its version is {version!r}.")
    if version > VERSION:
        raise FormatError(
            f"{path} has format version {version}; this library reads up to {VERSION}. "
            "Use a newer copy of the library: git pull in its folder."
        )
    state = content.get("state")
    if not isinstance(state, dict):
        raise FormatError(f"{path} is damaged: it holds no state.")
    return state


def without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a dictionary; a key that occurs twice, of which Python's JSON takes the last, raises an error."""
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in entries if names.count(name) > 1)
        raise ValueError(f"{twice!r} occurs twice")
    return entries


def finite(text: str) -> float:
    """Return a number; NaN, Infinity and what is too large, which Python's JSON accepts, raise an error."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number
