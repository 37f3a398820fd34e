"""``Compiled``: a function that is recorded at its first call and run as a program from then on."""

import copy
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial, update_wrapper
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from autograd.console import printed
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.frozen import are_live
from autograd.gradients.contract import Derivative
from autograd.gradients.evaluation import one_number, pair
from autograd.gradients.gradient_function import Gradient
from autograd.gradients.places import Place, chosen
from autograd.gradients.products import hvp, jvp
from autograd.gradients.structures import NUMBER
from autograd.gradients.supplies import InBulk
from autograd.gradients.taking_apart import Numbers
from autograd.modes import current_mode
from autograd.program.build import Program
from autograd.program.programs import Backend, Programs, Taken
from autograd.program.rehearsal import compare
from autograd.program.result import Call
from autograd.program.straight_program import StraightProgram

if TYPE_CHECKING:
    from autograd.program.array_program import ArrayProgram

R = TypeVar("R")
T = TypeVar("T")


class Compiled(Programs, Generic[R]):
    """A function that runs as a program; see :func:`autograd.compile`. It returns what the function returns."""

    def __init__(self, function: Callable[..., R], backend: Backend, static: Iterable[str], dtype: str) -> None:
        super().__init__(function, backend, static, dtype)
        self.instance: object = None
        """What it is bound to, as a method."""
        self.attribute, self.key = "", f"compiled {id(self)}"
        update_wrapper(self, function, updated=())
        self.products: dict[object, Compiled[object]] = {}
        self.is_derivative = isinstance(function, Derivative) or getattr(function, "func", None) in {jvp, hvp}
        self.first = Gradient(self, chosen(None, None))

    # --- calling ------------------------------------------------------------------------------------------

    def __call__(self, /, *arguments: object, **named: object) -> R:
        """Run the program for these arguments; the result is what the function would return, of Values."""
        if current_mode().recorder is not None:
            return cast("R", self.function(*arguments, **named))  # becomes part of the program that is being recorded
        if arguments and isinstance(arguments[0], type) and self.is_method_of(arguments[0]):
            return self.__get__(arguments[0])(*arguments[1:], **named)
        if self.is_derivative:
            result = self.in_numbers(arguments, named)
            if result is not NotImplemented:
                return cast("R", result)
        with self.lock:
            program, chunks = self.prepared(arguments, named)
            return cast("R", Call(self, program, chunks).result())

    @overload
    def value_and_grad(self, argument: float, /) -> tuple[float, float]: ...
    @overload
    def value_and_grad(self, argument: T, /) -> tuple[float, T]: ...
    @overload
    def value_and_grad(self, /, *arguments: object, **named: object) -> tuple[float, Any]: ...
    def value_and_grad(self, /, *arguments: object, **named: object) -> tuple[object, object]:
        """Return the value of a function of one output, and its gradient, as plain numbers.

        The same as ``autograd.value_and_grad(compiled)``, which takes ``argnums`` and more, but for Values that the
        function closes over: they count as constants here.

        Returns:
            The value, and the gradient with respect to the first argument in the structure of this argument. Where
            it is a NumPy array, no number is touched by Python.

        Example:
            >>> from autograd import compile
            >>> compile(lambda x, y: x * y**2).value_and_grad(2.0, 3.0)
            (18.0, 9.0)
        """
        result = self.gradient(self.first, arguments, named, constant=True)
        found = self.first(*arguments, **named) if result is NotImplemented else result
        return cast("tuple[object, object]", found)

    # --- derivatives in plain numbers (see autograd.gradients.contract.ByProgram) -------------------------

    @property
    def compiled(self) -> "Compiled[R]":
        """This function: what derivatives of it run by."""
        return self

    def recompiled(self, function: Callable[..., object]) -> "Compiled[object]":
        return Compiled(function, self.backend, self.static, self.dtype)

    def product_of(self, product: Callable[..., object], function: Callable[..., object]) -> "Compiled[object]":
        if (product, function) not in self.products:
            made = Compiled(partial(product, function), self.backend, (), self.dtype)
            self.products[product, function] = made
        return self.products[product, function]

    @cached_property
    def differentiated(self) -> "Compiled[object]":
        """What this function is the gradient of."""
        inner = cast("Gradient", self.function).function
        return inner if isinstance(inner, Compiled) else self.recompiled(inner)

    def in_numbers(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        if isinstance(self.function, Gradient):
            return self.differentiated.gradient(self.function, arguments, named)
        with self.lock:
            found = self.prepared_in_numbers(arguments, named)
            return NotImplemented if found is None else Call(self, found[0], found[1].chunks).numbers()

    def prepared_in_numbers(
        self,
        arguments: Sequence[object],
        named: dict[str, object],
        chosen: Sequence[Place] | None = None,
        *,
        constant: bool = False,
    ) -> tuple[Program, Taken] | None:
        """Return the program and the arguments taken apart, unless it depends on Values that are not ``constant``."""
        taken = self.taken_apart(arguments, named, chosen)
        for chunk in taken.chunks:
            if isinstance(chunk, Value):
                return None
        program = self.program_for(taken)
        depends = program.parameters and not constant and current_mode().gradients
        return None if depends and are_live({*program.parameters} - program.recording.own_leaves) else (program, taken)

    def gradient(
        self, asked: Gradient, arguments: tuple[object, ...], named: dict[str, object], *, constant: bool = False
    ) -> object:
        """Return what a gradient of this function gives, or NotImplemented where it has to consist of Values.

        Values that the function closes over may count as constants.
        """
        flat = (asked.chosen, len(arguments))
        if not (named or asked.has_aux) and (direct := self.direct(flat, arguments, constant=constant)) is not None:
            output, derivatives = direct
            return asked.arranged(output, derivatives[0] if asked.chosen.alone else tuple(derivatives), None)
        places = asked.chosen.among(self.function, arguments, named)
        with self.lock:
            found = self.prepared_in_numbers(arguments, named, places, constant=constant)
            if found is None:
                return NotImplemented
            program, taken = found
            outputs, slopes = Call(self, program, taken.chunks).values_and_slopes()
            if not named and list(places) == sorted(places, key=str):
                self.note_flat(program, flat, arguments)
        result = outputs[0] if program.recording.shape is NUMBER else program.recording.shape.build(InBulk(outputs))
        value, aux = pair(result) if asked.has_aux else (result, None)
        supply, shapes = InBulk(slopes), taken.shapes
        if asked.chosen.alone:
            return asked.arranged(one_number(value), shapes[places[0]].build(supply), aux)
        built = {place: shape.build(supply) for place, shape in shapes.items() if place in places}
        return asked.arranged(one_number(value), tuple([built[place] for place in places]), aux)

    def check(self, /, *arguments: object, **named: object) -> None:
        """Run the program and the function itself, and raise an error unless they agree.

        A recording keeps what the function did once. If that depended on something that nothing watches (the type of
        an argument, the time, a file), the program is another function. Callbacks of :func:`autograd.observe` are not
        called.

        Raises:
            RecordingError: the results differ by more than rounding.

        Example:
            >>> from autograd import compile
            >>> @compile
            ... def scaled(x):
            ...     return x * (3.0 if isinstance(x, float) else 2.0)
            >>> scaled.check(2.0)
            Traceback (most recent call last):
                ...
            autograd.errors.RecordingError: The program of scaled gives 4.0, the function itself 6.0...
        """
        with self.lock:
            program, chunks = self.prepared(arguments, named)
            leaves = program.gather(chunks)
            drawn = leaves[len(program.parameters) + len(program.trace.inputs) :]
            made = program.outputs_of(leaves)
            compare(self.name, made, lambda: self.function(*arguments, **named), drawn, self.dtype)

    def array_program(self, /, *arguments: object, **named: object) -> "tuple[ArrayProgram, Sequence[Numbers]]":
        """Return the program for these arguments, recorded if it is new, and their numbers, ready to be put in.

        Calling the function is simpler; this is for keeping parameters in arrays, see
        :class:`~autograd.program.array_program.ArrayProgram`. Nothing is computed yet.

        Raises:
            ArgumentError: the function was not compiled with ``backend="array"`` or ``"c"``.
        """
        with self.lock:
            program, chunks = self.prepared(arguments, named)
        if self.backend not in {"array", "c"} or isinstance(program, StraightProgram):
            raise ArgumentError(
                f"{self.name} was compiled with backend={self.backend!r}; only the programs of "
                'compile(..., backend="array") and backend="c" keep their numbers in arrays.'
            )
        return program, chunks

    @printed
    def __repr__(self) -> str:
        return f"<compiled {self.name}{self.signature}: {len(self.programs)} program{'s' * (len(self.programs) != 1)}>"

    # --- as a method --------------------------------------------------------------------------------------

    def __set_name__(self, owner: type, name: str) -> None:
        self.attribute, self.key = name, f"{owner.__qualname__}.{name} compiled"

    def __get__(self, instance: object, owner: type | None = None) -> "Compiled[R]":
        """Bind to an instance like a method, each instance with programs of its own."""
        if instance is None or not hasattr(self.function, "__get__"):
            return self
        if not hasattr(instance, "__dict__"):
            raise ArgumentError(
                f"{self.name} is compiled for each instance on its own, but {type(instance).__name__} has __slots__, "
                "so there is nowhere to keep a program; add '__dict__' to them."
            )
        known = vars(instance).get(self.key)
        if known is None or known.instance is not instance:  # a copied instance has its original's
            function = cast("Callable[..., R]", self.function.__get__(instance, owner))
            known = Compiled(function, self.backend, self.static, self.dtype)
            known.instance, known.attribute = instance, self.attribute
            if isinstance(instance, type):
                setattr(instance, self.key, known)
            else:
                vars(instance)[self.key] = known
        return cast("Compiled[R]", known)

    def is_method_of(self, owner: type) -> bool:
        """Whether this is a class method of a class, which Python binds without asking from 3.13 on."""
        found = [vars(base).get(self.name) for base in owner.__mro__]
        return any(isinstance(item, classmethod) and item.__func__ is self for item in found)

    def __reduce__(self) -> str | tuple[object, ...]:
        """Describe where to find this function, for a pickle; a program is recorded anew where it is loaded."""
        if self.instance is not None and self.attribute:
            return getattr, (self.instance, self.attribute)
        found: object = sys.modules.get(getattr(self, "__module__", ""))
        qualified = getattr(self, "__qualname__", "")
        for name in qualified.split("."):
            found = getattr(found, name, None)
        if found is not self:
            raise ArgumentError(
                f"The compiled function {self.name!r} cannot be pickled, because it is not found under its own name in "
                "a module. Pickle what it is made from, and compile that again."
            )
        return str(qualified)

    def __deepcopy__(self, memo: dict[int, object]) -> "Compiled[R]":
        function = cast("Callable[..., R]", copy.deepcopy(self.function, memo))
        return Compiled(function, self.backend, self.static, self.dtype)
