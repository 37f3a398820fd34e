"""Guards around a step that is being recorded: it changes nothing, and asks no parameter for its number."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from autograd import Value, errors
from autograd.numbers import number_needed
from nn.training.surroundings import Surroundings


@contextmanager
def unchanged(*roots: object) -> Iterator[Surroundings]:
    """Make sure that the body of a ``with`` statement changes nothing of what is reachable from ``roots``.

    Raises:
        RecordingError: it did. Everything has been put back, as after any other error.
    """
    before = Surroundings(*roots)
    try:
        yield before
        change = Surroundings(*roots).change_since(before)
    except BaseException:
        before.restore()
        raise
    if change:
        before.restore()
        raise errors.RecordingError(
            f"it changes {change} each time it runs. What it does must not depend on anything but numbers: not on a "
            "count of its calls, and random numbers have to come from autograd.fresh."
        )


class Unread(Value):
    """A Value whose number must not be asked for: a recorded step would always use the number of today."""

    __slots__ = ()

    @property
    def data(self) -> float:  # type: ignore[override]  # reading it is the mistake this class is there to catch
        raise number_needed()

    def __float__(self) -> NoReturn:
        raise number_needed()


@contextmanager
def unread(values: "list[Value]") -> Iterator[None]:
    """Raise an error where the body of a ``with`` statement asks one of these Values for its number."""
    leaves = [value for value in values if value.__class__ is Value and value.operation is None]
    try:
        for value in leaves:
            value.__class__ = Unread
        yield
    finally:
        for value in leaves:
            value.__class__ = Value
