"""Which arguments a function is differentiated by: ``argnums`` and ``argnames``."""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from typing import NamedTuple, cast

from autograd.errors import ArgumentError

Place = int | str
"""A position among the arguments of a call, or a name."""


class Chosen(NamedTuple):
    """Which arguments to differentiate by.

    Attributes:
        places: their positions and names.
        alone: whether it is one, rather than a tuple of one or more.
        highest: the highest of the positions; infinite where a name or a negative position has to be looked up, or a
            position stands there twice.
    """

    places: tuple[Place, ...]
    alone: bool
    highest: float

    def among(
        self, function: Callable[..., object], arguments: Sequence[object], named: Mapping[str, object]
    ) -> Sequence[Place]:
        """Return where these arguments stand in a call.

        Raises:
            ArgumentError: one of them does not, or two of them are the same.
        """
        count = len(arguments)
        if self.highest < count:
            return self.places
        found: list[Place] = []
        for place in self.places:
            if place in named if place.__class__ is str else -count <= cast("int", place) < count:
                found.append(place if place.__class__ is str else cast("int", place) % count)
                continue
            other = elsewhere(function, place)
            if (isinstance(other, int) and other < count) or (isinstance(other, str) and other in named):
                found.append(other)
                continue
            what = f"argnames has {place!r}" if isinstance(place, str) else f"argnums is {place}"
            named_too = f" (named: {', '.join(named)})" if named else ""
            raise ArgumentError(f"{what}, but there are {count} arguments in the call{named_too}.")
        if len({*found}) < len(found):
            raise ArgumentError(
                f"argnums and argnames choose the same argument twice: {', '.join(map(repr, self.places))}. "
                "Name each argument once."
            )
        return found


def elsewhere(function: Callable[..., object], place: Place) -> Place | None:
    """Return the position of a parameter that is given by its name, or the name of one given by its position."""
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None
    if isinstance(place, str):
        return parameters.index(place) if place in parameters else None
    return parameters[place] if 0 <= place < len(parameters) else None


def chosen(argnums: int | Sequence[int] | None, argnames: str | Sequence[str] | None) -> Chosen:
    """Return which arguments are meant."""
    is_one = isinstance(argnums, Integral)  # of NumPy, too
    numbers = () if argnums is None else (cast("int", argnums),) if is_one else tuple(cast("Sequence[int]", argnums))
    names = () if argnames is None else (argnames,) if isinstance(argnames, str) else tuple(argnames)
    if not all(isinstance(number, Integral) for number in numbers):
        raise ArgumentError(f"argnums is the position of an argument, such as 0, or several: (0, 1); got {argnums!r}.")
    if not all(isinstance(name, str) for name in names):
        raise ArgumentError(f"argnames is the name of an argument, or several: ('x', 'y'); got {argnames!r}.")
    if not numbers and not names and (argnums, argnames) != (None, None):
        raise ArgumentError("argnums and argnames choose no argument; leave both out for the first one.")
    alone = argnames is None and (argnums is None or is_one)
    is_looked_up = bool(names) or min(numbers, default=0) < 0 or len({*numbers}) < len(numbers)
    highest = math.inf if is_looked_up else max(numbers, default=0)
    places: tuple[Place, ...] = (*map(int, numbers), *names)
    return Chosen(places or (0,), alone or (argnums is None and isinstance(argnames, str)), highest)
