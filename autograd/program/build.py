"""Turns a recording into a program, choosing between lines and arrays."""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from autograd.errors import MissingPackageError, RecordingError, install
from autograd.loading import loaded
from autograd.program.promotion import Promotion
from autograd.program.record import Recording
from autograd.program.straight_program import StraightProgram
from autograd.program.tracing import trace

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram

Program: TypeAlias = "StraightProgram | ArrayProgram"

SCALARS_PER_GROUP = 25
"""An array operation costs about as much as this many scalar ones, forward and backward together."""

MOST_LINES = 100_000
"""A program of more lines takes longer than ten seconds, or a gigabyte, to compile, which is said beforehand."""


def build(recording: Recording, wanted_inputs: Sequence[int], backend: str, name: str, dtype: str) -> Program:
    """Return the program of a recording.

    Args:
        recording: what one run of the function left behind.
        wanted_inputs: positions of the inputs whose gradients are asked for.
        backend: ``"straight"``, ``"array"``, ``"c"`` or ``"auto"``.
        name: what to call the program.
        dtype: the number type of arrays.
    """
    traced = trace(recording)
    in_arrays = backend in {"array", "c"}
    has_numpy = backend != "straight" and loaded("numpy")
    if in_arrays and not has_numpy:
        raise MissingPackageError(f"The {backend} backend needs NumPy: {install('fast')}.")
    own = [operation.name for operation in set(traced.operations) if operation.functions and operation.is_nary]
    if backend == "array" and own:
        raise RecordingError(f"{own[0]} calls a function of sequences of its own, of which arrays have no form.")
    if backend == "c":
        from autograd.formulas import c
        from autograd.program import compiler

        compiler.required()
        for operation in set(traced.operations):
            c.check(operation)
    promising = in_arrays or traced.scalar_count > SCALARS_PER_GROUP
    if has_numpy and not own and promising:
        from autograd.program.array_program import ArrayProgram
        from autograd.program.groups import find_groups
        from autograd.program.layout import lay_out
        from autograd.program.sums import gather_sums

        gathered = gather_sums(traced)
        groups = find_groups(gathered)
        if in_arrays or traced.scalar_count > SCALARS_PER_GROUP * len(groups):
            parts = recording, gathered, lay_out(gathered, groups), wanted_inputs, name, dtype
            if backend == "c":
                from autograd.program.c_program import CProgram

                return CProgram(*parts)
            return promoted(ArrayProgram(*parts), backend, name, dtype)
    if traced.scalar_count > MOST_LINES:
        warnings.warn(
            f"{name} has {traced.scalar_count:,} scalar operations, which as straight lines of Python take about a "
            "second and 80 MB for every 10,000 to compile. backend='array' and backend='c' need a fraction of that.",
            RuntimeWarning,
            stacklevel=2,
        )
    straight = StraightProgram(recording, traced, wanted_inputs, name)
    straight.chosen = backend == "auto"
    return promoted(straight, backend, name, dtype) if has_numpy else straight


def promoted(program: Program, backend: str, name: str, dtype: str) -> Program:
    """Return the program; it will be replaced by its C form, if the form is ours to choose."""
    if backend == "auto":
        promotion = Promotion(program, name, dtype)
        program.promotion = None if promotion.over else promotion
    return program
