"""Runs a straight-line program over another arithmetic: batches in NumPy arrays, fractions, mpmath, SymPy."""

import ast
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from autograd.errors import ArgumentError, AutogradError, DomainError, MissingPackageError
from autograd.formulas.binding import define
from autograd.formulas.exact import FRACTIONS, MPMATH
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.rewriting import Arithmetic
from autograd.gradients.arguments import leaves, unflatten
from autograd.program.record import Recording
from autograd.program.straight import StraightWriter
from autograd.program.trace import Trace, trace

LIBRARIES = ("numpy", "fractions", "mpmath", "sympy")


def arithmetic_of(library: str) -> Arithmetic:
    """Return an arithmetic; what needs NumPy or SymPy is only loaded when it is asked for."""
    if library == "numpy":
        from autograd.formulas.batches import BATCHES

        return BATCHES
    if library == "sympy":
        from autograd.formulas.symbols import SYMPY

        return SYMPY
    return FRACTIONS if library == "fractions" else MPMATH


class Over:
    """A compiled function over another arithmetic; what :meth:`Compiled.over` returns.

    Call it as the function itself, with numbers of that arithmetic in the place of floats: NumPy arrays (a whole
    batch at once), ``Fraction``, ``mpmath.mpf``, SymPy symbols. Parameters keep the numbers they have.

    Attributes:
        source: the text of the program.
    """

    def __init__(self, recording: Recording, library: str, name: str) -> None:
        if library not in LIBRARIES:
            raise ArgumentError(f"over() knows 'numpy', 'fractions', 'mpmath' and 'sympy'; got {library!r}.")
        try:
            import_module(library)
        except ImportError:
            raise MissingPackageError(f"over({library!r}) needs {library}: pip install {library}.") from None
        self.recording, self.name, self.library = recording, name, library
        self.trace: Trace = trace(recording)
        if recording.drawn:
            raise ArgumentError(f"{name} draws numbers at each call, which only floats and arrays of a batch can do.")
        wanted = [*self.trace.inputs, *self.trace.parameters]
        arithmetic = arithmetic_of(library)
        writer = StraightWriter(self.trace, wanted, checked=False, name=name, arithmetic=arithmetic)
        self.source = writer.source
        namespace = arithmetic.meanings()
        for operation in set(self.trace.operations):
            namespace.update(operation.functions)
        for row in OPERATIONS.values():  # rows that other rows call, such as sigmoid
            if not row.is_nary and row.name not in namespace and row.name not in formula(row.value).names:
                text = ast.unparse(arithmetic.notation(formula(arithmetic.text(row)).copy()))
                source = f"def {row.name}({', '.join(row.operands)}):\n    return {text}\n"
                define(source, namespace, f"{row.name} over {library}")
        define(self.source, namespace, f"{name} over {library}")
        self.forward = cast("Callable[..., tuple[list[object], ...]]", namespace[f"{name}_forward"])
        self.both = cast("Callable[..., tuple[list[object], ...]]", namespace[f"{name}_forward_backward"])
        self.number = cast("Callable[[float], object]", namespace["number"])

    def leaves(self, arguments: Sequence[object]) -> list[object]:
        numbers = list(leaves(arguments))
        if len(numbers) != len(self.trace.inputs):
            raise ArgumentError(
                f"{self.name} was recorded with {len(self.trace.inputs)} numbers in its arguments; got {len(numbers)}."
            )
        return [*[self.number(value.data) for value in self.trace.parameter_values], *numbers]

    def __call__(self, *arguments: object) -> object:
        outputs, _ = self.run(self.forward, self.leaves(arguments))
        return unflatten(self.recording.shape, iter(outputs))

    def value_and_grad(self, *arguments: object) -> tuple[object, list[object]]:
        """Return the value of a function of one output, and its derivative with respect to each number given."""
        if len(self.trace.outputs) != 1:
            raise ArgumentError(f"value_and_grad needs a function that returns one Value; {self.name} returns several.")
        outputs, _, gradients = self.run(self.both, self.leaves(arguments), [self.number(1)])
        return outputs[0], list(gradients[: len(self.trace.inputs)])

    def run(self, function: Callable[..., tuple[list[object], ...]], *given: object) -> tuple[list[object], ...]:
        """Run a generated function; an operation that this arithmetic lacks is named."""
        try:
            if self.library != "numpy":
                return function(*given)
            import numpy

            from autograd.program.samples import completed

            with numpy.errstate(all="ignore"):  # where a choice is made, the other side need not have a value
                results = function(*given)
            leaves = cast("list[object]", given[0])
            return completed(self.name, self.recording, self.trace, leaves, results)
        except NameError as error:
            raise DomainError(f"{self.library} has no {error.name}, which {self.name} needs.") from None
        except AutogradError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise DomainError(
                f"{self.name} is not defined over {self.library} here: {error or 'it divides by zero'}"
            ) from error

    def __repr__(self) -> str:
        return f"<{self.name} over {self.library}>"
