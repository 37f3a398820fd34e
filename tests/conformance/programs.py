"""Random programs that prefer zeros, ones, ties and masks, as data: to run, to shorten, to print."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from points import CALLS, OPERATORS, Subject, text_of

from autograd.formulas.operation import OPERATIONS
from autograd.formulas.row import is_sequence

NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 0.7, -1.2, 1e-3)
LITERALS = (0, 1, 0.0, 1.0, -0.0, -1, 0.5, 2)
ROWS = [
    *("add", "sub", "mul", "mul", "mul", "div", "pow", "neg", "abs", "sign", "exp", "log", "log1p", "expm1", "sqrt"),
    *("sin", "atan", "tanh", "erf", "sigmoid", "relu", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus"),
    *("maximum", "maximum", "minimum", "clamp", "where", "where", "sum", "mean", "prod", "dot", "max", "max", "min"),
    *("logsumexp", "softmax", "log_softmax", "take", "cos", "cosh", "asin", "tan", "erfc", "identity"),
]
Instruction = tuple[str, tuple[Any, ...]]
"""The row, and its operands: ``"x0"`` an input, ``"v0"`` an earlier result, a number a literal, a tuple several."""


@dataclass(frozen=True, eq=False)
class Program:
    """A random function; its result is that of the last instruction."""

    seed: int
    instructions: tuple[Instruction, ...]
    point: tuple[float, ...]

    def __call__(self, *xs: Any) -> Any:
        known = {f"x{i}": x for i, x in enumerate(xs)}

        def filled(slot: Any) -> Any:
            if isinstance(slot, tuple):
                return [filled(item) for item in slot]
            return known[slot] if isinstance(slot, str) else slot

        result: Any = 0.0
        for i, (name, slots) in enumerate(self.instructions):
            operands = list(map(filled, slots))
            plain = all(isinstance(operand, int | float) for operand in operands)
            result = (CALLS[name] if plain else OPERATORS.get(name, CALLS[name]))(*operands)
            known[f"v{i}"] = result
        return result

    def __str__(self) -> str:
        lines = [
            f"v{i} = {name}({', '.join(map(text_of, slots))})" for i, (name, slots) in enumerate(self.instructions)
        ]
        return f"seed {self.seed} at {self.point}:\n    " + "\n    ".join(lines)

    @cached_property
    def subject(self) -> Subject:
        """The program as the matrix compares it."""
        function = self.__call__
        return Subject(f"program {self.seed}", str(self), function, function, {"interior": [self.point]}, 1e-10)

    def shorter(self) -> Iterator["Program"]:
        """Yield the programs that end earlier, the shortest first, without what they do not need."""
        for count in range(1, len(self.instructions) + 1):
            yield replace(self, instructions=needed(self.instructions[:count]))


def needed(instructions: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """Leave out the instructions that the last one does not depend on, and number the others anew."""
    used = {len(instructions) - 1}
    for i in range(len(instructions) - 1, -1, -1):
        if i in used:
            used |= {int(slot[1:]) for slot in flat(instructions[i][1]) if isinstance(slot, str) and slot[0] == "v"}
    names = {f"v{old}": f"v{new}" for new, old in enumerate(sorted(used))}

    def renamed(slot: Any) -> Any:
        if isinstance(slot, tuple):
            return tuple(map(renamed, slot))
        return names.get(slot, slot) if isinstance(slot, str) else slot

    return tuple((instructions[i][0], renamed(instructions[i][1])) for i in sorted(used))


def flat(slots: tuple[Any, ...]) -> Iterator[Any]:
    for slot in slots:
        yield from flat(slot) if isinstance(slot, tuple) else (slot,)


def random_program(seed: int) -> Program:
    """Return the program of a seed."""
    chance = random.Random(seed)
    count = chance.randint(1, 3)
    first = chance.choice(NUMBERS)
    point = tuple(first if chance.random() < 0.3 else chance.choice(NUMBERS) for _ in range(count))
    names = [f"x{i}" for i in range(count)]
    instructions: list[Instruction] = []

    def one() -> Any:
        if chance.random() < 0.2:
            return chance.choice(LITERALS)
        return chance.choice(names[-3:] if chance.random() < 0.6 else names)

    for i in range(chance.randint(2, 7)):
        name = chance.choice(ROWS)
        row, length = OPERATIONS[name], chance.choice((1, 2, 2, 3))
        repeated = one()
        slots: list[Any] = []
        for operand in row.operands:
            if operand == "index":
                slots.append(chance.randrange(length))
            elif is_sequence(operand):
                slots.append(tuple(repeated if chance.random() < 0.3 else one() for _ in range(length)))
            else:
                slots.append(repeated if chance.random() < 0.3 else one())
        if not any(isinstance(slot, str) for slot in flat(tuple(slots))):
            slots[0] = (names[-1],) * length if row.sequences[0] else names[-1]
        instructions.append((name, tuple(slots)))
        names.append(f"v{i}")
    return Program(seed, tuple(instructions), point)
