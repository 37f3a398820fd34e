"""What a workload and a contestant are.

A workload is a folder: its ``__init__.py`` defines ``WORKLOAD``, and each other file that ``WORKLOAD`` lists is a
contestant. A contestant is a module with one function::

    def prepare(exact: bool) -> Callable[[int], Sequence[float]]: ...

which builds everything that is built once and returns ``run``. ``run(count)`` does the work ``count`` times and
returns numbers that all contestants must agree on, such as the loss. With ``exact`` set, nothing random happens.
A contestant that has to start and end something around its steps, such as a training run, may define ``AT_ONCE``, the
least number of steps it is asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Run = Callable[[int], Sequence[float]]


@dataclass(frozen=True)
class Bar:
    """What is to be reached: how the times of two contestants compare, or how large a figure may be (``--check``)."""

    faster: str
    """The contestant the bar is about, or the name of a figure."""
    slower: str = ""
    """The contestant it is compared with; empty for a figure."""
    at_least: float | None = None
    """How many times as long the slower one must take."""
    at_most: float | None = None
    """The largest ratio of the first one's time to the other's, or the largest figure."""


@dataclass(frozen=True)
class Workload:
    """One thing that every contestant does in its own way."""

    title: str
    contestants: Sequence[str]
    bars: Sequence[Bar] = ()
    agreement: float = 1e-6
    """The relative difference allowed between what contestants compute."""
    unit: str = "step"
    notes: str = ""
    exact_steps: int = field(default=3)
    """How many steps are compared."""
