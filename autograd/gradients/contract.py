"""The contract of ``grad`` and its relatives: which arguments they differentiate by, and in which form results come.

- ``argnums`` are positions of arguments, ``argnames`` names; of one the gradient has the structure of that argument,
  of several it is a tuple of such. Without both it is the first argument.
- Lists, tuples, named tuples, dataclasses, dictionaries, None and arrays come out as they went in.
- Plain numbers give plain numbers, unless the result depends on Values from outside; then it consists of Values.
"""

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import update_wrapper
from types import MethodType
from typing import Literal, NamedTuple, Protocol, cast

from autograd import modes
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.reverse import Operand
from autograd.gradients.structures import NUMBER, Shape
from autograd.gradients.supplies import Supply
from autograd.numbers import shown

Place = int | str
"""A position among the arguments of a call, or a name."""
Kind = Literal["values", "own", "numbers"]


class Chosen(NamedTuple):
    """Which arguments to differentiate by.

    Attributes:
        places: their positions and names.
        alone: whether it is one, rather than a tuple of one or more.
        highest: the highest of the positions; infinite where a name or a negative position has to be looked up.
    """

    places: tuple[Place, ...]
    alone: bool
    highest: float

    def among(
        self, function: Callable[..., object], arguments: Sequence[object], named: Mapping[str, object]
    ) -> Sequence[Place]:
        """Return where these arguments stand in a call.

        Raises:
            ArgumentError: one of them does not.
        """
        count = len(arguments)
        if self.highest < count:
            return self.places
        found: list[Place] = []
        for place in self.places:
            if place in named if place.__class__ is str else -count <= cast("int", place) < count:
                found.append(place if place.__class__ is str else cast("int", place) % count)
                continue
            other = elsewhere(function, place)
            if (isinstance(other, int) and other < count) or (isinstance(other, str) and other in named):
                found.append(other)
                continue
            what = f"argnames has {place!r}" if isinstance(place, str) else f"argnums is {place}"
            named_too = f" (named: {', '.join(named)})" if named else ""
            raise ArgumentError(f"{what}, but there are {count} arguments in the call{named_too}.")
        return found


def elsewhere(function: Callable[..., object], place: Place) -> Place | None:
    """Return the position of a parameter that is given by its name, or the name of one given by its position."""
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None
    if isinstance(place, str):
        return parameters.index(place) if place in parameters else None
    return parameters[place] if 0 <= place < len(parameters) else None


def chosen(argnums: int | Sequence[int] | None, argnames: str | Sequence[str] | None) -> Chosen:
    """Return which arguments are meant."""
    numbers = () if argnums is None else (argnums,) if isinstance(argnums, int) else tuple(argnums)
    names = () if argnames is None else (argnames,) if isinstance(argnames, str) else tuple(argnames)
    if not all(isinstance(number, int) for number in numbers):
        raise ArgumentError(f"argnums is the position of an argument, such as 0, or several: (0, 1); got {argnums!r}.")
    if not all(isinstance(name, str) for name in names):
        raise ArgumentError(f"argnames is the name of an argument, or several: ('x', 'y'); got {argnames!r}.")
    alone = argnames is None and (argnums is None or isinstance(argnums, int))
    highest = math.inf if names or min(numbers, default=0) < 0 else max(numbers, default=0)
    return Chosen((*numbers, *names) or (0,), alone or (argnums is None and isinstance(argnames, str)), highest)


class ByProgram(Protocol):
    """A compiled function, as far as derivatives see it."""

    def recompiled(self, function: Callable[..., object]) -> "ByProgram":
        """Return another function compiled in the same way."""

    def in_numbers(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        """Return the result in plain numbers, or NotImplemented where it has to consist of Values."""


class Derivative:
    """A function made from another one: what ``grad``, ``jacobian`` and the like return.

    Attributes:
        function: the function that is differentiated.
        chosen: by which arguments.
        has_aux: whether it returns something else beside, which is passed on.
    """

    def __init__(self, function: Callable[..., object], chosen: Chosen, *, has_aux: bool) -> None:
        if not callable(function):
            raise ArgumentError(f"There is a function to differentiate, such as grad(f); got {shown(function)}.")
        self.function, self.chosen, self.has_aux = function, chosen, has_aux
        update_wrapper(self, function, updated=())
        self.compiled: ByProgram | None = getattr(function, "compiled", None)
        self.program: ByProgram | None = None

    def __call__(self, *arguments: object, **named: object) -> object:
        if self.compiled is not None and modes.current_mode().recorder is None:
            if self.program is None:
                self.program = self.compiled.recompiled(self)
            result = self.program.in_numbers(arguments, named)
            if result is not NotImplemented:
                return result
        return self.evaluated(arguments, named)

    def evaluated(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        """Return the derivative for these arguments as the engine finds it."""
        raise NotImplementedError

    def __get__(self, instance: object, owner: type | None = None) -> object:
        return self if instance is None else MethodType(self, instance)


class Evaluation:
    """One call of a function with Values of its own in the place of some arguments.

    Attributes:
        inputs: these Values, in their flat order.
        shapes: the structure of each of the arguments.
        result: what the function returned.
        of_values: whether its derivatives have to be Values in any case.
        made: the leaves that the call made.
    """

    __slots__ = ("inputs", "keeps_graphs", "made", "of_values", "result", "shapes")

    def __init__(
        self,
        function: Callable[..., object],
        places: Sequence[Place],
        arguments: Sequence[object],
        named: Mapping[str, object],
    ) -> None:
        self.inputs: list[Value] = []
        self.shapes: list[Shape] = []
        self.of_values, self.keeps_graphs = False, True
        if modes.blocks_open:
            mode = modes.current_mode()
            self.of_values, self.keeps_graphs = mode.recorder is not None, mode.gradients
        positional: list[object] = [*arguments]
        by_name = {**named}
        for place in places:
            if isinstance(place, str):
                by_name[place] = self.substitute(named[place])
            elif (argument := positional[place]).__class__ is float:
                self.shapes.append(NUMBER)
                self.inputs.append(value := Value(argument))
                positional[place] = value
            else:
                positional[place] = self.substitute(argument)
        with modes.noting_leaves() as self.made:
            if modes.blocks_open:
                with modes.with_gradients():
                    self.result = function(*positional, **by_name)
            else:
                self.result = function(*positional, **by_name)

    def substitute(self, argument: object) -> object:
        """Return an argument with Values of our own in the place of its numbers."""
        numbers: list[Operand] = []
        shape = flatten(argument, numbers)
        self.shapes.append(shape)
        values = [+number if isinstance(number, Value) else Value(number) for number in numbers]
        self.of_values = self.of_values or not {float}.issuperset(map(type, numbers))
        self.inputs += values
        return unflatten(shape, iter(values))

    def outputs(self, result: object) -> tuple[Shape, list[Value]]:
        """Return the structure of a result, and its numbers as Values."""
        numbers: list[Operand] = []
        shape = flatten(result, numbers)
        return shape, [item if isinstance(item, Value) else self.constant(item) for item in numbers]

    def constant(self, number: float) -> Value:
        """Return a result that depends on nothing."""
        made = Value(number)
        self.made.append(made)
        return made

    def kind(self, order: tuple[list[Value], list[Value]]) -> Kind:
        """Return what derivatives of outputs that depend on these nodes are, and how they are found.

        Values, where they depend on Values from outside. Otherwise plain numbers: with ``backward``, which is many
        times quicker, unless it would touch Values from outside.
        """
        if self.of_values:
            return "values"
        if set(self.inputs).issuperset(order[0]) or {*self.inputs, *self.made}.issuperset(order[0]):
            return "own"
        return "values" if self.keeps_graphs else "numbers"

    def structured(self, numbers: Iterable[object], chosen: Chosen) -> object:
        """Return numbers, one for each input, in the structure of the arguments."""
        stream = iter(numbers)
        each = [next(stream) if shape is NUMBER else unflatten(shape, stream) for shape in self.shapes]
        return each[0] if chosen.alone else tuple(each)

    def built(self, chosen: Chosen, supply: Supply) -> object:
        """Return the structure of the arguments with what a supply hands out."""
        each = [shape.build(supply) for shape in self.shapes]
        return each[0] if chosen.alone else tuple(each)
