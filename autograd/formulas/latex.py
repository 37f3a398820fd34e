"""Prints the formulas of the table as LaTeX, of the kind that MathJax in Jupyter understands."""

import math
import re
from collections.abc import Iterable
from typing import ClassVar

from autograd.formulas import notation
from autograd.formulas.notation import Notation, Piece, Printed, name_text

COMMANDS = {name: rf"\{name}" for name in ("log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "max", "min")}
COMMANDS |= {f"a{name}": rf"\arc{name}" for name in ("sin", "cos", "tan")}
COMMANDS |= {"maximum": r"\max", "minimum": r"\min", "sigmoid": r"\sigma"}
GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega"
)
SPECIAL = {sign: rf"\{sign}" for sign in "#$%&_{}"} | {sign: f"{{{sign}}}" for sign in "<>"}
SPECIAL |= {"\\": r"\backslash ", "^": r"{\wedge}", "~": r"{\sim}", "'": r"{\prime}", " ": r"\ "}


class Latex(Notation):
    """LaTeX, of the kind that MathJax in Jupyter understands."""

    dots = r"\ldots"
    signs: ClassVar = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "≈": r"\approx"}

    def name(self, name: str) -> Piece:
        return Piece(latex_name(name))

    def verbatim(self, formula: str) -> str:
        return rf"\mathrm{{{escaped(formula)}}}"

    def number(self, number: float) -> Piece:
        """Print a number, powers of ten written out."""
        if not math.isfinite(number):
            return Piece({math.inf: r"\infty", -math.inf: r"-\infty"}.get(number, r"\mathrm{nan}"), notation.SIGN)
        mantissa, _, exponent = self.format(number).partition("e")
        text = rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa
        return Piece(text, notation.SIGN if text.startswith("-") else notation.PRODUCT if exponent else notation.ATOM)

    def binary(self, symbol: str, left: Piece, right: Piece) -> Piece:
        match symbol:
            case "/":
                return Piece(rf"\frac{{{left.text}}}{{{right.text}}}", notation.POWER)
            case "**":
                return Piece(f"{self.at_least(notation.ATOM, left).text}^{{{right.text}}}", notation.POWER)
            case "*":
                return Piece(
                    rf"{self.at_least(notation.PRODUCT, left).text} \cdot {self.right_of(notation.SIGN, right).text}",
                    notation.PRODUCT,
                )
        return Piece(
            f"{self.at_least(notation.SUM, left).text} {symbol} {self.right_of(notation.PRODUCT, right).text}",
            notation.SUM,
        )

    def parentheses(self, piece: Piece) -> Piece:
        return Piece(rf"\left({piece.text}\right)")

    def gradient(self, of: str, with_respect_to: str) -> Piece:
        return Piece(rf"\frac{{\mathrm{{d}} {latex_name(of)}}}{{\mathrm{{d}} {latex_name(with_respect_to)}}}")

    def derivative(self, of: str, with_respect_to: str) -> Piece:
        return Piece(rf"\frac{{\partial {latex_name(of)}}}{{\partial {latex_name(with_respect_to)}}}")

    def choose(self, condition: Piece, then: Piece, otherwise: Piece) -> Piece:
        cases = rf"{then.text} & \text{{if }} {condition.text} \\ {otherwise.text} & \text{{otherwise}}"
        return Piece(rf"\begin{{cases}} {cases} \end{{cases}}", notation.CHOICE)

    def call(self, function: str, arguments: "list[Printed]") -> Piece:
        """Print the call of a function in the notation of mathematics where it has one."""
        inside = ", ".join(self.argument(argument, alone=len(arguments) == 1) for argument in arguments)
        match function, arguments:
            case "pi", []:
                return Piece(r"\pi")
            case "exp", [Piece(text=exponent)]:
                return Piece(f"e^{{{exponent}}}", notation.POWER)
            case "sqrt", [Piece(text=radicand)]:
                return Piece(rf"\sqrt{{{radicand}}}", notation.CALL)
            case "abs", [Piece(text=number)]:
                return Piece(rf"\left|{number}\right|", notation.CALL)
        command = COMMANDS.get(function) or rf"\operatorname{{{escaped(function)}}}"
        return Piece(rf"{command}\left({inside}\right)", notation.CALL)

    def argument(self, argument: "Printed", *, alone: bool = False) -> str:
        """Print one argument of a call; a sequence that stands alone needs no brackets."""
        if isinstance(argument, Piece):
            return argument.text
        items = ", ".join(self.argument(item) for item in self.shortened(argument))
        return items if alone else rf"\left[{items}\right]"

    def element(self, sequence: Piece, position: int) -> Piece:
        return Piece(f"{sequence.text}_{{{position}}}", notation.CALL)


LATEX = Latex()


def escaped(text: str) -> str:
    """Return text so that it stands for itself in LaTeX's mathematics mode."""
    return "".join(SPECIAL.get(character, character) for character in text)


def latex_name(name: str) -> str:
    """Return a name in LaTeX: Greek letters and numbered letters as in a textbook, others upright.

    Example:
        >>> [latex_name(name) for name in ("a", "w1", "alpha", "loss", "a_b$")]
        ['a', 'w_{1}', '\\\\alpha', '\\\\mathrm{loss}', '\\\\mathrm{a\\\\_b\\\\$}']
    """
    letter, _, number = re.fullmatch(r"(.*?)(_?)(\d*)", text := name_text(name), re.DOTALL).groups()  # type: ignore[union-attr]  # matches anything
    base = rf"\{letter}" if GREEK.fullmatch(letter) else letter if len(letter) == 1 and letter.isalpha() else ""
    if not base:
        return rf"\mathrm{{{escaped(text)}}}"
    return rf"{base}_{{{number}}}" if number else base


def lined_up(lines: Iterable[str]) -> str:
    """Return lines of LaTeX one below the other, lined up at their ``&``."""
    rows = r" \\ ".join(lines)
    return rf"\begin{{aligned}} {rows} \end{{aligned}}"
