"""Records a function of numbers for the tests of the compiler's rooms."""

from autograd.gradients.arguments import flatten
from autograd.program.groups import find_groups
from autograd.program.record import record
from autograd.program.sums import gather_sums
from autograd.program.tracing import trace


def recorded(function, *arguments):
    """Return the recording of ``function`` for arguments of this structure."""
    numbers = []
    shape = flatten((arguments, {}), numbers)
    return record(function, shape, [f"x{i}" for i in range(len(numbers))], {})


def traced(function, *arguments):
    """Return the numbered computation."""
    return trace(recorded(function, *arguments))


def gathered(function, *arguments):
    """Return the numbered computation with its sums gathered."""
    return gather_sums(traced(function, *arguments))


def grouped(function, *arguments):
    """Return the gathered computation and its groups of nodes of the same kind."""
    made = gathered(function, *arguments)
    return made, find_groups(made)


def names_of(made):
    """Return the names of the operations in order."""
    return [operation.name for operation in made.operations]
