"""``unchanged``: a guard around a step that is being recorded, which must change nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from autograd import errors
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
