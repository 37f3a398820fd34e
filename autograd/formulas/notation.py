"""How formulas look in print: what a notation decides, and what all notations share.

:mod:`~autograd.formulas.text` and :mod:`~autograd.formulas.latex` are notations; :mod:`~autograd.formulas.printing`
walks a formula and asks them.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import ClassVar, Self, TypeAlias

Operand = str | float | Sequence["str | float"]
"""What stands for an operand: a name (str), a number (float), a position (int), or a sequence of names and numbers."""


class LiteralNumber(float):
    """A number that the user wrote into the computation, such as the 2 in ``x ** 2``.

    Formulas are worked out as far as literals allow, so the derivative of ``x ** 2`` prints as ``2 * x``.
    """


MOST_TERMS = 6
"""Longer sums and sequences show their first three terms and the last."""

MOST_LETTERS = 40
"""Longer names are cut."""

CHOICE, COMPARISON, SUM, PRODUCT, SIGN, POWER, CALL, ATOM = range(8)
"""How tightly a piece holds together, loosest first; what is looser than its place needs goes into parentheses."""

Printed: TypeAlias = "Piece | list[Printed] | tuple[Printed, ...]"


@dataclass(frozen=True)
class Piece:
    """A printed part of a formula."""

    text: str
    strength: int = ATOM
    known: float | None = None
    """The number it stands for whatever the operands are: that of a literal, a position or a length."""


class NoPrintedFormError(Exception):
    """A user's own formula uses notation that has no printed form here."""


DIGITS = 4
"""How many significant digits a number is shown with where nothing asks for more."""


def number_text(number: float, digits: int = DIGITS) -> str:
    """Return a number in at most so many significant digits, as it is shown everywhere; a whole part is never cut.

    Example:
        >>> [number_text(x) for x in (-6.0, 0.70710678, 12345.678, 1e-7, -0.0)]
        ['-6', '0.7071', '12346', '1e-07', '0']
        >>> number_text(0.70710678, 6)
        '0.707107'
    """
    if not math.isfinite(number):
        return str(number)
    if number == int(number) and abs(number) < 1e6:
        return str(int(number))
    if not 1e4 <= abs(number) < 1e6:
        return f"{number:.{digits}g}"
    text = f"{number:.{max(0, digits - (5 if abs(number) < 1e5 else 6))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def literal_text(number: float) -> str:
    """Return a number that the user wrote, in full: a formula with fewer digits would be another formula.

    Example:
        >>> [literal_text(x) for x in (2.0, 1.0004, 0.3 - 1)]
        ['2', '1.0004', '-0.7']
    """
    shortest = (number_text(number, digits) for digits in range(DIGITS, 18))
    return next((text for text in shortest if float(text) == number), str(number))


def counted(count: int, one: str, several: str = "") -> str:
    """Return ``1 node`` or ``3 nodes``."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def name_text(name: str) -> str:
    """Return a name so that it can stand on one line of text: control characters escaped, long ones cut."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name[: MOST_LETTERS + 1])
    return shown if len(shown) <= MOST_LETTERS else shown[: MOST_LETTERS - 1] + "…"


class Notation(ABC):
    """One way to print a formula. Subclasses say how a number, a sum, a call look.

    Args:
        number: how numbers are written.
    """

    dots: str
    """What stands for the terms that are left out."""
    signs: ClassVar[Mapping[str, str]] = {}
    """How comparisons are written, where not as in Python."""

    def __init__(self, number: Callable[[float], str] = number_text) -> None:
        self.format = number
        self.others: dict[Callable[[float], str], Self] = {}

    def writing(self, number: Callable[[float], str]) -> Self:
        """Return this notation with another way to write numbers, the same object for the same way."""
        if number not in self.others:
            self.others[number] = type(self)(number)
        return self.others[number]

    # --- what a notation decides ----------------------------------------------------------------------

    @abstractmethod
    def name(self, name: str) -> Piece: ...
    @abstractmethod
    def verbatim(self, formula: str) -> str: ...  # as it was written
    @abstractmethod
    def number(self, number: float) -> Piece: ...
    @abstractmethod
    def binary(self, symbol: str, left: Piece, right: Piece) -> Piece: ...  # for one of + - * / **
    @abstractmethod
    def parentheses(self, piece: Piece) -> Piece: ...
    @abstractmethod
    def gradient(self, of: str, with_respect_to: str) -> Piece: ...  # the total derivative, over all paths
    @abstractmethod
    def derivative(self, of: str, with_respect_to: str) -> Piece: ...  # the local one, of one operation
    @abstractmethod
    def choose(self, condition: Piece, then: Piece, otherwise: Piece) -> Piece: ...
    @abstractmethod
    def call(self, function: str, arguments: "list[Printed]") -> Piece: ...
    @abstractmethod
    def element(self, sequence: Piece, position: int) -> Piece: ...  # of a sequence that has no written-out form

    # --- what all notations share ---------------------------------------------------------------------

    def position(self, number: int) -> Piece:
        return Piece(str(number), known=number)

    def literal(self, number: float) -> Piece:
        """Return the printed form of a number that is the same whatever the operands are."""
        return replace(self.writing(literal_text).number(number), known=float(number))

    def compare(self, symbol: str, left: Piece, right: Piece) -> Piece:
        sign = self.signs.get(symbol, symbol)
        return Piece(f"{self.at_least(SUM, left).text} {sign} {self.at_least(SUM, right).text}", COMPARISON)

    def at_least(self, strength: int, piece: Piece) -> Piece:
        """Return the piece, in parentheses if it is looser than ``strength``."""
        return piece if piece.strength >= strength else self.parentheses(piece)

    def right_of(self, strength: int, piece: Piece) -> Piece:
        """Return the piece as it stands to the right of an operator: ``2 * (-3)``."""
        return self.parentheses(piece) if piece.text.startswith("-") else self.at_least(strength, piece)

    def minus(self, piece: Piece) -> Piece:
        return Piece(f"-{self.right_of(POWER, piece).text}", SIGN)

    def shortened(self, items: "Sequence[Printed]") -> "list[Printed]":
        """Return the items, with dots in place of those in the middle if there are many."""
        return [*items] if len(items) <= MOST_TERMS else [*items[:3], Piece(self.dots), items[-1]]

    def joined(self, symbol: str, items: "Sequence[Printed]", empty: str) -> Piece:
        """Print ``a + b + c`` or ``a * b * c``."""
        pieces = [one(item) for item in self.shortened(items)]
        return reduce(partial(self.binary, symbol), pieces) if pieces else Piece(empty)


def one(item: "Printed") -> Piece:
    """Return what must be a single piece."""
    if not isinstance(item, Piece):
        raise NoPrintedFormError("a sequence where one number belongs")
    return item
