"""Makes the C form of a program, in the background once it has been called often enough, or before a long run."""

import threading
from typing import TYPE_CHECKING, TypeAlias

from autograd.errors import AutogradError
from autograd.program.straight_program import StraightProgram

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram
    from autograd.program.c_program import CProgram

    Slow: TypeAlias = StraightProgram | ArrayProgram

PER_OPERATION = 8e-8
"""Seconds that a straight program takes for an operation, forward and backward together."""
PER_CALL, PER_STEP = 1e-5, 2.5e-6
"""Seconds that an array program takes for a call, and for each step of it."""
PER_NUMBER, PER_PARAMETER = 2e-9, 1e-8
"""Seconds that it takes for each number that is no product of matrices, and an optimiser's rule for each parameter."""
PER_LOOP = 1.5e-3
"""Seconds that a compiler takes for a loop, beside half a second."""
PER_INSTRUCTION = 2e-5
"""Seconds that it takes to put an operation into a table of instructions, where a program runs from one."""
SHARE = 0.02
"""A program is compiled when its calls have taken this share of what compiling takes."""
PAYS_BACK = 6
"""A program that is compiled before it is called must be called for this many times as long."""
WORTH = 1e-5
"""Calls that take fewer seconds stay as they are: what is left around the arithmetic is the same in any form."""


class Promotion:
    """Counts the calls of a program and replaces it by its C form when that is ready.

    The program serves until then, so that no call ever waits. Nothing is replaced where there is no compiler, or where
    it fails: then the program stays what it is.

    Args:
        program: the program.
        name: what it is called.
        dtype: the number type of arrays.

    Attributes:
        remaining: how many calls there are still to be before compiling starts.
        thread: where compiling goes on, if it does.
    """

    def __init__(self, program: "Slow", name: str, dtype: str) -> None:
        self.program, self.name, self.dtype = program, name, dtype
        self.made: CProgram | None = None
        self.over = False
        self.thread: threading.Thread | None = None
        seconds, compiling = costs(program)
        self.remaining = max(2, int(SHARE * compiling / max(seconds, 1e-9)))
        self.over = seconds < WORTH

    def next(self) -> "Slow | CProgram":
        """Count a call, and return the program to be used for it."""
        if self.made is not None:
            return self.made
        self.remaining -= 1
        if self.over or self.remaining > 0:
            return self.program
        if self.thread is None or not self.thread.is_alive():  # a fork leaves a thread behind
            self.start()
        return self.program

    def start(self) -> None:
        """Begin to make the C form."""
        from autograd.program import compiler

        program = self.program
        if compiler.find() is None or not is_suited(program):
            self.over = True
            return
        self.thread = threading.Thread(target=self.make, name=f"compiling {self.name}", daemon=True)
        try:
            self.thread.start()
        except RuntimeError:  # there can be no more threads
            self.over = True

    def make(self) -> None:
        """Make the C form; whatever goes wrong, the program stays what it is."""
        try:
            from autograd.program.c_program import CProgram
            from autograd.program.groups import find_groups
            from autograd.program.layout import lay_out
            from autograd.program.sums import gather_sums

            program = self.program
            gathered, layout = program.trace, None if isinstance(program, StraightProgram) else program.layout
            if layout is None:
                gathered = gather_sums(gathered)
                layout = lay_out(gathered, find_groups(gathered))
            self.made = CProgram(program.recording, gathered, layout, program.wanted_inputs, self.name, self.dtype)
        except (AutogradError, OSError, MemoryError, RecursionError):
            pass
        finally:
            self.over = True


def costs(program: "Slow") -> tuple[float, float]:
    """Return about how many seconds a call of a program takes, and how many it takes to compile it."""
    from autograd.program.instructions import LEAST_STEPS, is_irregular

    count = program.trace.scalar_count
    if isinstance(program, StraightProgram):
        loops, seconds = count / 3, count * PER_OPERATION
        by_table = loops > LEAST_STEPS
    else:
        steps = program.layout.steps
        loops, numbers = len(steps), sum(step.count for step in steps if step.kind != "matmul")
        seconds = PER_CALL + loops * PER_STEP + numbers * PER_NUMBER
        by_table = is_irregular(program.layout)
    return seconds, 0.5 + (count * PER_INSTRUCTION if by_table else loops * PER_LOOP)


def in_c(program: "ArrayProgram", calls: int) -> "ArrayProgram":
    """Return an array program as machine code, made now, if so many calls in training pay that back many times.

    Otherwise return it as it is. It does not depend on how long anything takes, so that equal runs give equal numbers.
    """
    from autograd.program import compiler

    seconds, compiling = costs(program)
    seconds += len(program.parameters) * PER_PARAMETER
    worth = calls * seconds >= PAYS_BACK * compiling
    if program.kind == "c" or not worth or compiler.find() is None or not is_suited(program):
        return program
    try:
        from autograd.program.c_program import CProgram

        parts = program.recording, program.trace, program.layout, program.wanted_inputs
        return CProgram(*parts, "program", program.values.dtype.name)
    except (AutogradError, OSError, MemoryError, RecursionError):
        return program


def is_suited(program: "Slow") -> bool:
    """Whether the C form of a program can be made, and promises to be faster."""
    if any(operation.functions for operation in set(program.trace.operations)):
        return False
    if isinstance(program, StraightProgram):
        return True
    from autograd.program.c_program import MOST_MULTIPLIED
    from autograd.program.c_source import is_large, is_plain

    return all(is_plain(step) for step in program.layout.steps if is_large(step, MOST_MULTIPLIED))
