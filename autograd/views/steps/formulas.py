"""The formulas of one node in print: with names, with numbers, and as equations that hold as printed."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import cast

from autograd.formulas.equations import Rounding, Settled, in_digits, settled
from autograd.formulas.notation import DIGITS, MOST_TERMS, Notation, Operand, number_text
from autograd.formulas.operation import OPERATIONS, Operation
from autograd.formulas.printing import formula_text
from autograd.formulas.row import Convention
from autograd.formulas.text import TEXT

Texts = tuple[list[str], str]
"""A chain of equal texts, without those that only repeat the one before, and the sign before the last."""

MOST_FACTORS = 8
"""How many factors or nodes of a path are shown."""


@dataclass(frozen=True, eq=False, repr=False)
class Formulas:
    """The formulas of one node at the moment of the step, ready to be printed with names or with numbers."""

    operation: Operation
    names: Mapping[str, Operand]
    """What stands for each operand: the name of a Value, or the literal itself."""
    numbers: Mapping[str, Operand]
    """The number of each operand at that moment."""
    _printed: dict[object, "str | list[str]"] = field(default_factory=dict)

    def value(self, notation: Notation, *, numbers: bool = False, call: bool = False) -> str:
        """Print the row's formula as a textbook has it, or how a call of it reads."""
        formula = self.operation.call if call else self.operation.textbook()
        printed = self.print(notation, formula, numbers=numbers)
        return printed if isinstance(printed, str) else ", ".join(printed)

    def slope(self, notation: Notation, operand: str, position: int | None, *, numbers: bool = False) -> str:
        """Print the local derivative with respect to one operand, or to one element of a sequence."""
        if not self.known:  # a compiled function has no formula to show
            parents = self.names[operand]
            parent = parents[position or 0] if isinstance(parents, list) else parents
            return notation.derivative(str(self.names["out"]), str(parent)).text
        printed = self.print(notation, self.operation.textbook(operand), numbers=numbers)
        return printed if isinstance(printed, str) else printed[position or 0]

    @property
    def known(self) -> bool:
        """Whether the operation is a row of the table; what a compiled function computes has no formula."""
        return OPERATIONS.get(self.operation.name) is self.operation

    def value_equation(self, notation: Notation, value: float, last: int = 4) -> Texts:
        """Return ``a * b``, ``2 * (-3)``, ``-6``: call, definition, numbers and value; or the last of these."""
        settled = self.settle(self.operation.on_floats, value)
        numbers = self.value(notation.writing(in_digits(settled.left)), numbers=True)
        texts = [self.value(notation, call=True), self.value(notation), numbers]
        return chain(texts[4 - last :], notation, settled, value)

    def slope_equation(self, notation: Notation, operand: str, position: int | None, local: float) -> Texts:
        """Return ``1 - t * t``, ``1 - 0.5 * 0.5``, ``0.75``: the local derivative, it in numbers, and its value."""
        function = textbook_slope(self.operation, operand)

        def left(*arguments: object) -> float:
            slope = function(*arguments)
            return cast("float", slope[position or 0] if isinstance(slope, list | tuple) else slope)

        settled = self.settle(left, local)
        if settled.sign == "≈" and self.conventions(operand):
            return chain([], notation, Settled(DIGITS, DIGITS, "="), local)  # no formula says what was agreed upon
        numbers = self.slope(notation.writing(in_digits(settled.left)), operand, position, numbers=True)
        return chain([self.slope(notation, operand, position), numbers], notation, settled, local)

    def settle(self, function: Callable[..., float], result: float) -> Settled:
        """Return how many digits make a formula of these operands give ``result`` as it is printed."""
        if not self.known:
            return Settled(DIGITS, DIGITS, "=")
        operands = [self.numbers[name] for name in self.operation.operands]
        if function is not self.operation.on_floats:
            operands.append(self.numbers["out"])

        def left(rounded: Rounding) -> float:
            return function(*[given(operand, rounded) for operand in operands])

        return settled(left, result)

    def conventions(self, operand: str) -> list[str]:
        """Return what was agreed upon that matters here for the derivative with respect to ``operand``, in words."""
        found = self.operation.conventions
        return [self.named(each.says) for each in found if each.of in {"", operand} and self.matters(each)]

    def matters(self, convention: Convention) -> bool:
        """Whether what the convention is about is so at these numbers."""
        if not convention.when:
            return True
        names = (*self.operation.operands, "out")
        try:
            return bool(condition(self.operation, convention.when)(*[self.numbers[name] for name in names]))
        except (ArithmeticError, ValueError):
            return False

    def named(self, says: str) -> str:
        """Return the words of a convention with the names of this node's operands."""

        def name(found: re.Match[str]) -> str:
            operand, number = self.names.get(found.group()), self.numbers.get(found.group())
            if isinstance(operand, list) and isinstance(number, list):
                equal = [TEXT.called(one) for one, x in zip(operand, number, strict=True) if x == self.numbers["out"]]
                return " and ".join(filter(None, [", ".join(equal[:-1]), *equal[-1:]]))
            return found.group() if operand is None else TEXT.called(operand)

        return re.sub(r"\b[a-z_]+\b", name, says)

    def print(self, notation: Notation, formula: str, *, numbers: bool) -> "str | list[str]":
        """Print any formula of the row, once."""
        key = (notation, formula, numbers)
        if key not in self._printed:
            self._printed[key] = formula_text(notation, formula, self.numbers if numbers else self.names)
        return self._printed[key]


@cache
def condition(operation: Operation, formula: str) -> Callable[..., object]:
    """Return when a convention of the operation matters, as a function of the operands and ``out`` over floats."""
    return operation.bound(formula, (*operation.operands, "out"))


@cache
def textbook_slope(operation: Operation, operand: str) -> Callable[..., object]:
    """Return the local derivative as it is shown, as a function of the operands and ``out`` over floats."""
    return operation.bound(operation.textbook(operand), (*operation.operands, "out"))


def given(operand: Operand, rounded: Rounding) -> object:
    """Return an operand as it is when the numbers that are printed are taken for what they say."""
    if isinstance(operand, int) or not isinstance(operand, float):
        return operand if isinstance(operand, int | str) else [given(item, rounded) for item in operand]
    return rounded(operand)


def chain(texts: Sequence[str], notation: Notation, settled: Settled, result: float) -> Texts:
    """Return texts that are equal, and the result at their end."""
    last = notation.writing(in_digits(settled.right)).number(result).text
    return different(*texts, last), notation.signs.get(settled.sign, settled.sign)


def joined(texts: Texts, *before: str) -> str:
    """Return ``before = one = two ≈ three``."""
    *first, last = different(*before, *texts[0])
    return f"{' = '.join(first)} {texts[1]} {last}" if first else last


def factor(number: float, digits: int = DIGITS) -> str:
    """Return a number as it stands to the right of a sign."""
    text = number_text(number, digits)
    return f"({text})" if text.startswith("-") else text


def product_settled(factors: Sequence[float], product: float, shown: int = DIGITS) -> Settled:
    """Return how a product of numbers is printed."""
    return settled(lambda rounded: math.prod(map(rounded, factors)), product, shown)


def product_text(factors: Sequence[float], product: float, shown: int = DIGITS) -> str:
    """Return ``0.5 × (-2) = -1``, with as many digits as it takes to hold.

    Args:
        factors: the numbers that are multiplied.
        product: the result.
        shown: how many digits the result has at least.
    """
    left, right, sign = product_settled(factors, product, shown)
    first, *others = factors
    texts = [number_text(first, left), *[factor(number, left) for number in others]]
    return (
        f"{' × '.join(shortened(texts))} {sign} {number_text(product, right)}"
        if others
        else number_text(product, right)
    )


def different(*texts: str) -> list[str]:
    """Return the texts without those that only repeat the one before."""
    return [text for text, _ in groupby(texts)]


def shortened(texts: Sequence[str], dots: str = "...") -> list[str]:
    """Return the texts, with dots in place of those in the middle if there are many."""
    return [*texts] if len(texts) <= MOST_FACTORS else [*texts[: MOST_TERMS // 2], dots, *texts[-MOST_TERMS // 2 :]]
