"""Prints the formulas of the table as text, in Python's own notation."""

import re
from typing import cast

from autograd.formulas import notation
from autograd.formulas.notation import Notation, Piece, Printed, literal_text, name_text

SIMPLE_NAME = re.compile(r"(?=.*[^\W\d])[\w.…]+(\[[^\[\]]*\])*")  # with a letter in it somewhere


class Text(Notation):
    """Python's own notation, which a learner can compare with the code and paste into it."""

    dots = "..."

    def name(self, name: str) -> Piece:
        return Piece(text_name(name))

    def verbatim(self, formula: str) -> str:
        return formula

    def number(self, number: float) -> Piece:
        text = self.format(number)
        return Piece(text, notation.SIGN if text.startswith("-") else notation.ATOM)

    def binary(self, symbol: str, left: Piece, right: Piece) -> Piece:
        strength = {
            "+": notation.SUM,
            "-": notation.SUM,
            "*": notation.PRODUCT,
            "/": notation.PRODUCT,
            "**": notation.POWER,
        }[symbol]
        first = self.at_least(notation.CALL if symbol == "**" else strength, left)
        return Piece(f"{first.text} {symbol} {self.right_of(strength + (symbol != '**'), right).text}", strength)

    def called(self, operand: object) -> str:
        """Return what one operand is called in a sentence: its name, or the literal."""
        return self.name(operand).text if isinstance(operand, str) else literal_text(cast("float", operand))

    def parentheses(self, piece: Piece) -> Piece:
        return Piece(f"({piece.text})")

    def gradient(self, of: str, with_respect_to: str) -> Piece:
        return self.quotient("d", of, with_respect_to)

    def derivative(self, of: str, with_respect_to: str) -> Piece:
        return self.quotient("∂", of, with_respect_to)

    def quotient(self, sign: str, *names: str) -> Piece:
        printed = [self.name(name).text for name in names]
        return Piece("/".join(f"{sign}{name}" if name.isidentifier() else f"{sign}({name})" for name in printed))

    def choose(self, condition: Piece, then: Piece, otherwise: Piece) -> Piece:
        first, last = self.at_least(notation.COMPARISON, then), self.at_least(notation.COMPARISON, otherwise)
        return Piece(f"{first.text} if {condition.text} else {last.text}", notation.CHOICE)

    def call(self, function: str, arguments: "list[Printed]") -> Piece:
        return Piece(
            f"{function}({', '.join(map(self.argument, arguments))})" if arguments else function, notation.CALL
        )

    def argument(self, argument: "Printed") -> str:
        if isinstance(argument, Piece):
            return argument.text
        return f"[{', '.join(map(self.argument, self.shortened(argument)))}]"

    def element(self, sequence: Piece, position: int) -> Piece:
        return Piece(f"{sequence.text}[{position}]", notation.CALL)


TEXT = Text()


def text_name(name: str) -> str:
    """Return a name as formulas and sentences show it; one that could be taken for something else is quoted.

    Example:
        >>> [text_name(name) for name in ("w[2]", "layers.0.w.1", "my loss", "2")]
        ['w[2]', 'layers.0.w.1', "'my loss'", "'2'"]
    """
    text = name_text(name)
    return text if SIMPLE_NAME.fullmatch(text) else f"'{text}'"
