"""What the saved state of an optimiser holds: whether it fits, and that everything in it can be used."""

from collections.abc import Mapping
from typing import Any

from autograd import errors
from nn.argument_checks import saved_number

ADDED_LATER = {"amsgrad": False, "centered": False, "dampening": 0.0, "maximize": False}
"""What is meant in files that were written before these hyperparameters existed."""


def with_later_names(state: Mapping[str, Any], defaults: Mapping[str, object]) -> Mapping[str, Any]:
    """Return a saved state with the hyperparameters that its file is too old to have."""
    groups = state.get("param_groups")
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        return state  # something else, which the caller refuses
    later = {name: number for name, number in ADDED_LATER.items() if name in defaults}
    return {**state, "param_groups": [{**later, **group} for group in groups]}


def what_is_saved(state: Mapping[str, Any]) -> str:
    """Describe what a saved state holds, for comparisons and for messages."""
    try:
        columns = [sorted((name, len(numbers)) for name, numbers in group.items()) for group in state["state"]]
        sizes = [group["params"] for group in state["param_groups"]]
        names = sorted(set().union(*state["param_groups"]) - {"initial_lr", "params", "skipped", "step"})
        return f"{sizes} parameters trained with {', '.join(names)}, remembering {columns}"
    except (AttributeError, KeyError, TypeError) as error:
        return f"something else ({type(error).__name__}: {error})"


def of_the_type_of(own: object, saved: Mapping[str, object], name: str) -> object:
    """Return an entry of a saved group of parameters, which must have the type of this optimiser's own."""
    entry = saved.get(name)
    if isinstance(own, tuple | list):
        if isinstance(entry, tuple | list) and len(own) == len(entry):
            return type(own)(numbers_in(saved, name))
    elif isinstance(own, int | float) and not isinstance(own, bool):
        return saved_number(saved, name, "(-inf, inf)")
    elif type(entry) is type(own) or {type(entry), type(own)} == {str, type(None)}:  # a choice that may be left out
        return entry
    raise errors.ArgumentError(f"The state needs {own!r} or the like as {name!r}; it has {entry!r}.")


def numbers_in(saved: Mapping[Any, Any], name: object) -> list[float]:
    """Return a list in a saved state, which must consist of finite numbers."""
    if not isinstance(saved.get(name), list | tuple):
        raise errors.ArgumentError(f"The state needs a list of numbers as {name!r}; it has {saved.get(name)!r}.")
    for i, number in enumerate(saved[name]):
        if number.__class__ is not float or number - number != 0.0:
            saved_number({f"{name}[{i}]": number}, f"{name}[{i}]", "(-inf, inf)")
    return list(saved[name])
