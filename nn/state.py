"""What states are made of: paths, the numbers behind them, and the report of what did not fit."""

from typing import NamedTuple, TypeAlias

from autograd import Value, errors

Place: TypeAlias = "tuple[Place, object] | None"
"""Where something was found: the place of what holds it, and its name or position there."""


class IncompatibleKeys(NamedTuple):
    """What :meth:`nn.Module.load_state_dict` could not match."""

    missing_keys: list[str]
    """Paths of the module that the state does not have."""
    unexpected_keys: list[str]
    """Paths in the state that the module does not have."""


def path_of(place: Place) -> str:
    """Return a place as text, such as ``layers.0.neurons.3.w.1``; empty for the top itself."""
    names = []
    while place is not None:
        place, name = place
        names.append(str(name))
    return ".".join(reversed(names))


def check_name(place: Place) -> None:
    """Raise an error if a name of a place contains a dot, which separates the names in a path."""
    while place is not None:
        place, name = place
        if "." in str(name):
            raise errors.ArgumentError(
                f"The name {str(name)!r} contains a dot, which separates the names in the paths of a state, so that "
                f"{path_of((place, name))!r} could mean two things. Write it without one."
            )


def joined(path: str, name: str) -> str:
    """Return ``path.name``, or one of them where the other is empty."""
    return f"{path}.{name}" if path and name else path or name


def counted(what: str, names: list[str]) -> str:
    """Return ``2 missing ('a', 'b')`` for a message."""
    first = ", ".join(map(repr, sorted(names)[:3])) + (", ..." if len(names) > 3 else "")
    return f"{len(names)} {what}" + (f" ({first})" if names else "")


def checked(path: str, number: object) -> float:
    """Return a number of a state as a finite float, or raise an error that names its path."""
    try:
        if not isinstance(number, bool):
            return Value(number).data  # type: ignore[arg-type]  # Value says what is wrong with it
        reason = f"{number!r} is a truth value."
    except errors.AutogradError as error:
        reason = str(error)
    raise errors.ArgumentError(f"The state holds something other than a number at {path!r}: {reason}")
