"""Turns a recording into a program, choosing between lines and arrays."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

from autograd.errors import MissingPackageError, RecordingError, install
from autograd.program.record import Recording
from autograd.program.straight_program import StraightProgram
from autograd.program.sums import gather_sums
from autograd.program.trace import trace

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram

Program: TypeAlias = "StraightProgram | ArrayProgram"

SCALARS_PER_GROUP = 25
"""An array operation costs about as much as this many scalar ones, forward and backward together."""


def build(recording: Recording, wanted_inputs: Sequence[int], backend: str, name: str, dtype: str) -> Program:
    """Return the program of a recording.

    Args:
        recording: what one run of the function left behind.
        wanted_inputs: positions of the inputs whose gradients are asked for.
        backend: ``"straight"``, ``"array"`` or ``"auto"``.
        name: what to call the program.
        dtype: the number type of arrays.
    """
    traced = trace(recording)
    has_numpy = find_spec("numpy") is not None
    if backend == "array" and not has_numpy:
        raise MissingPackageError(f"The array backend needs NumPy: {install('fast')}.")
    own = [operation.name for operation in set(traced.operations) if operation.functions and operation.is_nary]
    if backend == "array" and own:
        raise RecordingError(f"{own[0]} calls a function of sequences of its own, of which arrays have no form.")
    promising = backend == "array" or traced.scalar_count > SCALARS_PER_GROUP
    if backend != "straight" and has_numpy and not own and promising:
        from autograd.program.array_program import ArrayProgram
        from autograd.program.groups import find_groups
        from autograd.program.layout import lay_out

        gathered = gather_sums(traced)
        groups = find_groups(gathered)
        if backend == "array" or traced.scalar_count > SCALARS_PER_GROUP * len(groups):
            return ArrayProgram(recording, gathered, lay_out(gathered, groups), wanted_inputs, name, dtype)
    program = StraightProgram(recording, traced, wanted_inputs, name)
    program.chosen = backend == "auto"
    return program
