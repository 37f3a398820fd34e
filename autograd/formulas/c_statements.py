"""Statements in C that stand before the expression of a formula: sums, lists and positions, each worked out once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

FEWEST_IN_LANES = 8
"""A sum of fewer terms is added up in their order."""


@dataclass(frozen=True)
class Elements:
    """A sequence in C.

    Attributes:
        count: how many elements it has; at most, where that is not known until it runs.
        at: returns the expression of the element at an index.
        variable: the name of how many elements it has, where it is not known until it runs.
    """

    count: int
    at: Callable[[str], str]
    variable: str = ""

    @property
    def length(self) -> str:
        """The expression of how many elements it has."""
        return self.variable or str(self.count)


Operand = str | float | Elements
"""What stands for an operand: an expression, a number, or a sequence."""


def free_order(total: str, count: int) -> list[str]:
    """Return the line before a loop that adds up terms in any order; few terms are added in theirs, as NumPy does."""
    return [f"FREE_ORDER({total})"] if count >= FEWEST_IN_LANES else []


class Statements:
    """Statements that formulas put before their expression, and what they need.

    Attributes:
        lines: the statements.
        called: the functions beyond the C library that are called, in order.
        room: how many numbers in between have to be kept at most, in an array called ``scratch``.
    """

    def __init__(self) -> None:
        self.called: dict[str, None] = {}
        self.room = 0
        self.start()

    def start(self) -> None:
        """Forget the statements there are and what they keep."""
        self.lines: list[str] = []
        self.taken = 0
        self.known: dict[str, str] = {}

    def once(self, stem: str, meaning: str, lines: Callable[[str], list[str]]) -> str:
        """Return the name of what is worked out by statements, writing them where it is new."""
        key = f"{stem} {meaning}"
        if key not in self.known:
            name = self.known[key] = f"{stem}{len(self.known) + 1}"
            self.lines += lines(name)
        return self.known[key]

    def array(self, count: int) -> int:
        """Return where in ``scratch`` there is room for so many numbers."""
        self.taken += count
        self.room = max(self.room, self.taken)
        return self.taken - count

    def kept(self, elements: Elements) -> str:
        """Return the name of an array that holds the elements of a sequence."""
        each = elements.at("t")
        loop = f"for (int t = 0; t < {elements.length}; t++)"
        return self.once(
            "list",
            f"{elements.length} {each}",
            lambda name: [
                f"double *{name} = scratch + {self.array(elements.count)};",
                loop,
                f"    {name}[t] = {each};",
            ],
        )

    def sum(self, elements: Elements) -> str:
        """Return the name of the sum of a sequence, in whatever order is quickest."""
        each, count = elements.at("t"), elements.length
        loop = f"for (int t = 0; t < {count}; t++)"
        order = partial(free_order, count=elements.count)
        return self.once(
            "total",
            f"{count} {each}",
            lambda name: [f"double {name} = 0;", *order(name), loop, f"    {name} += {each};"],
        )

    def position(self, index: str, count: str) -> str:
        """Return the name of a position, which is checked."""
        self.called["position"] = None
        text = f"position({index}, {count})"
        return self.once("place", text, lambda name: [f"const int {name} = {text};"])
