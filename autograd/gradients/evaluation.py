"""One call of a function that is differentiated, with Values of its own in the place of some arguments."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from threading import get_ident
from typing import Literal, cast

from autograd import modes
from autograd.engine import Value
from autograd.errors import ArgumentError, NumberError, NumberOverflowError
from autograd.frozen import are_live
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.places import Chosen, Place
from autograd.gradients.structures import NUMBER, Shape, Vector
from autograd.gradients.supplies import Supply
from autograd.graph import Operand
from autograd.numbers import JUST_FLOATS, shown

Kind = Literal["values", "own", "numbers"]


class Evaluation:
    """One call of a function with Values of its own in the place of some arguments.

    Who makes one calls :func:`autograd.collecting.graph_is_done` in the end, whatever happens.

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
        self.made: list[object] = []
        self.of_values, self.keeps_graphs = False, True
        positional: list[object] = [*arguments]
        by_name = {**named} if named else named
        for place in places:
            if isinstance(place, str):
                by_name[place] = self.substitute(named[place])  # type: ignore[index]  # a dictionary of our own
            elif (argument := positional[place]).__class__ is float:
                self.shapes.append(NUMBER)
                self.inputs.append(value := Value(argument))
                positional[place] = value
            else:
                positional[place] = self.substitute(argument)
        noted, thread = modes.leaves_noted, get_ident()  # modes.noting_leaves, without its cost
        outer = noted.get(thread)
        noted[thread] = (self.made,) if outer is None else (*outer, self.made)
        try:
            if modes.blocks_open:
                mode = modes.current_mode()
                self.of_values, self.keeps_graphs = self.of_values or mode.recorder is not None, mode.gradients
                with modes.with_gradients():
                    self.result = function(*positional, **by_name)
            else:
                self.result = function(*positional, **by_name)
        finally:
            if outer is None:
                del noted[thread]
            else:
                noted[thread] = outer

    def substitute(self, argument: object) -> object:
        """Return an argument with Values of our own in the place of its numbers."""
        if argument.__class__ is list and JUST_FLOATS.issuperset(map(type, cast("list[float]", argument))):
            values = list(map(Value, cast("list[float]", argument)))  # as below, without a detour
            self.shapes.append(Vector(list, len(values)))
            self.inputs += values
            return values
        numbers: list[Operand] = []
        shape = flatten(argument, numbers)
        self.of_values = self.of_values or not JUST_FLOATS.issuperset(map(type, numbers))
        values = [+number if isinstance(number, Value) else Value(number) for number in numbers]
        self.shapes.append(shape)
        self.inputs += values
        return unflatten(shape, iter(values))

    def outputs(self, result: object) -> tuple[Shape, list[Value]]:
        """Return the structure of a result, and its numbers as Values."""
        if result is None:
            raise NumberError("The function to differentiate must return numbers; it returned None.")
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

        Values, where they depend on Values from outside that are not frozen. Otherwise plain numbers: with
        ``backward``, which is many times quicker, unless it would touch Values from outside.
        """
        if self.of_values:
            return "values"
        outside = set(order[0]).difference(self.inputs, self.made)
        if not outside:
            return "own"
        return "values" if self.keeps_graphs and are_live(outside) else "numbers"

    def structured(self, numbers: Sequence[object], chosen: Chosen) -> object:
        """Return numbers, one for each input, in the structure of the arguments."""
        if chosen.alone and self.shapes[0].__class__ is Vector:
            return self.shapes[0].kind(numbers)
        stream = iter(numbers)
        each = [next(stream) if shape is NUMBER else unflatten(shape, stream) for shape in self.shapes]
        return each[0] if chosen.alone else tuple(each)

    def built(self, chosen: Chosen, supply: Supply) -> object:
        """Return the structure of the arguments with what a supply hands out."""
        each = [shape.build(supply) for shape in self.shapes]
        return each[0] if chosen.alone else tuple(each)


def one_number(result: object) -> float:
    """Return a result that is a plain number.

    Raises:
        NumberOverflowError: it is not finite.
        NumberError: it is anything else.
    """
    number = result.item() if getattr(result, "shape", None) == () and hasattr(result, "item") else result
    if isinstance(number, float | int):
        if isfinite(number):
            return float(number)
        raise NumberOverflowError(
            f"The function to differentiate returned {number}, which has no gradient. Where that may happen, say in "
            "on_error= what to return instead."
        )
    raise NumberError(f"The function to differentiate must return one Value; it returned {shown(result)}.")


WITH_AUX = "With has_aux=True the function returns a pair, (value, aux)"


def pair(result: object, expected: str = WITH_AUX) -> tuple[object, object]:
    """Return the result and what comes beside it; raises an ArgumentError, which says what is expected, if not."""
    if isinstance(result, tuple | list) and len(result) == 2:
        return cast("tuple[object, object]", tuple(result))
    raise ArgumentError(f"{expected}; it returned {shown(result)}.")
