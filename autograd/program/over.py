"""Runs a straight-line program over another arithmetic: batches in NumPy arrays, fractions, mpmath, SymPy."""

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from autograd.console import printed
from autograd.errors import ArgumentError, AutogradError, DomainError, MissingPackageError
from autograd.formulas.binding import define
from autograd.formulas.exact import FRACTIONS, MPMATH
from autograd.formulas.formula import formula
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.rewriting import Arithmetic
from autograd.gradients.arguments import in_order, leaves, unflatten, with_leaves
from autograd.gradients.gradient_function import Gradient
from autograd.gradients.places import chosen
from autograd.gradients.structures import Entries, Items, Vector
from autograd.loading import loaded
from autograd.numbers import shown
from autograd.program.record import Recording
from autograd.program.straight import StraightWriter
from autograd.program.trace import Trace
from autograd.program.tracing import trace

if TYPE_CHECKING:
    import numpy

ANY = inspect.signature(lambda *arguments, **named: None)
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


def without_dimensions(item: object) -> object:
    """Return a float for an array that has no dimensions, and for a constant; an array over the batch as it is."""
    return item if getattr(item, "shape", ()) else float(cast("float", item))


def kind_of(item: object) -> str:
    """Return the letter that NumPy has for the kind of numbers in an array; that of floats for anything else."""
    return str(getattr(getattr(item, "dtype", None), "kind", "f"))


def in_floats(item: object) -> object:
    """Return floats for whole numbers of NumPy, which begin again from the other end where they become too large."""
    return cast("numpy.ndarray", item).astype(float) if kind_of(item) in "iub" else item


class Over:
    """A compiled function over another arithmetic; what :meth:`Compiled.over` returns.

    Call it as the function itself, with numbers of that arithmetic in the place of floats: NumPy arrays (a whole
    batch at once), ``Fraction``, ``mpmath.mpf``, SymPy symbols. Parameters keep the numbers they have.

    Attributes:
        source: the text of the program.

    Args:
        recording: what the function did.
        library: ``"numpy"``, ``"fractions"``, ``"mpmath"`` or ``"sympy"``.
        name: what the function is called.
        signature: its parameters, without those that are static.
    """

    def __init__(self, recording: Recording, library: str, name: str, signature: inspect.Signature = ANY) -> None:
        if library not in LIBRARIES:
            raise ArgumentError(f"over() knows 'numpy', 'fractions', 'mpmath' and 'sympy'; got {library!r}.")
        if not loaded(library):
            raise MissingPackageError(f"over({library!r}) needs {library}: pip install {library}.")
        self.recording, self.name, self.library, self.__signature__ = recording, name, library, signature
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

    def with_parameters(self, numbers: Sequence[object]) -> list[object]:
        """Return the numbers of the parameters as they are now, and these."""
        if len(numbers) != len(self.trace.inputs):
            raise ArgumentError(
                f"{self.name} was recorded with {len(self.trace.inputs)} numbers in its arguments; got {len(numbers)}."
            )
        for item in numbers:
            if item is None or isinstance(item, str) or kind_of(item) not in "fiubO":
                raise ArgumentError(f"{self.name} over {self.library} takes real numbers; got {shown(item)}.")
        given = map(in_floats, numbers) if self.library == "numpy" else numbers
        return [*[self.number(value.data) for value in self.trace.parameter_values], *given]

    def __call__(self, /, *arguments: object, **named: object) -> object:
        arguments = self.by_position(arguments, named)
        numbers = list(leaves(in_order(arguments, self.recording.arguments)))
        return unflatten(self.recording.shape, iter(self.outputs(numbers)))

    def outputs(self, numbers: Sequence[object]) -> list[object]:
        """Return the outputs for a number for each one in the arguments, all in flat order."""
        return self.run(self.forward, self.with_parameters(numbers))[0]

    def by_position(self, arguments: tuple[object, ...], named: Mapping[str, object]) -> tuple[object, ...]:
        """Return the arguments of a call one after the other, those that were recorded by name last."""
        if not named:
            return arguments
        order = self.order_of_names(len(arguments))
        if named.keys() != set(order):
            raise ArgumentError(
                f"{self.name} was recorded with arguments that beside {len(arguments)} without a name are called "
                f"{shown(order)}; got {shown(list(named))}."
            )
        return (*arguments, *[named[name] for name in order])

    def order_of_names(self, count: int) -> list[str]:
        """Return what the arguments after so many are called, in the order of the program."""
        positional, by_name = cast("tuple[Items | Vector, Entries]", cast("Items", self.recording.arguments).items)
        recorded = len(positional.items) if isinstance(positional, Items) else positional.length
        parameters = self.__signature__.parameters.values()
        names = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        return [*names[count:recorded], *[cast("str", name) for name, _ in by_name.entries]]

    def value_and_grad(self, /, *arguments: object, **named: object) -> tuple[object, object]:
        """Return the value of a function of one output, and its gradient with respect to the first argument.

        ``autograd.value_and_grad(over, argnums)`` takes others; the gradient has the structure of the argument.
        """
        return cast("tuple[object, object]", Gradient(self, chosen(None, None))(*arguments, **named))

    def own_gradient(self, asked: Gradient, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        """Return what a gradient of this function gives."""
        if len(self.trace.outputs) != 1 or asked.has_aux:
            raise ArgumentError(
                f"value_and_grad over {self.library} needs a function that returns one Value and nothing beside it; "
                f"{self.name} returns {len(self.trace.outputs)}."
            )
        order = [*range(len(arguments)), *self.order_of_names(len(arguments))]
        arguments = in_order(self.by_position(arguments, named), self.recording.arguments)
        places = [order.index(place) for place in asked.chosen.among(self, arguments[: len(order) - len(named)], named)]
        outputs, _, slopes = self.run(self.both, self.with_parameters(list(leaves(arguments))), [self.number(1)])
        stream = iter(slopes)
        gradients = [with_leaves(argument, stream) for argument in arguments]
        each = [gradients[place] for place in places]
        return asked.arranged(outputs[0], each[0] if asked.chosen.alone else tuple(each), None)

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
            each = completed(self.name, self.recording, self.trace, leaves, results)
            return tuple([list(map(without_dimensions, items)) for items in each])
        except NameError as error:
            raise DomainError(f"{self.library} has no {error.name}, which {self.name} needs.") from None
        except AutogradError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise DomainError(
                f"{self.name} is not defined over {self.library} here: {error or 'it divides by zero'}"
            ) from error

    @printed
    def __repr__(self) -> str:
        return f"<{self.name} over {self.library}>"
