"""The function that ``grad`` and ``value_and_grad`` return."""

from collections.abc import Callable, Sequence
from itertools import repeat
from math import inf, nan
from typing import Literal

from autograd import collecting
from autograd.engine import Value
from autograd.errors import ArgumentError, DivisionByZeroError, DomainError, NumberOverflowError
from autograd.gradients.arguments import is_finite, unflatten
from autograd.gradients.contract import Derivative
from autograd.gradients.evaluation import Evaluation, one_number, pair
from autograd.gradients.places import Chosen
from autograd.gradients.plain import numbers_for_values, swept
from autograd.gradients.reverse import as_values, pulled
from autograd.gradients.structures import NUMBER
from autograd.gradients.taking_apart import take_apart
from autograd.graph import Operand, sort
from autograd.scalar import number_of

NO_FINITE_NUMBER = (NumberOverflowError, DomainError, DivisionByZeroError)
OnError = Literal["raise", "inf"] | float


class Gradient(Derivative):
    """What :func:`value_and_grad` and :func:`grad` return.

    Attributes:
        with_value: whether the value is returned as well.
        on_error: what to do where there is no finite number.
    """

    def __init__(
        self,
        function: Callable[..., object],
        chosen: Chosen,
        *,
        has_aux: bool = False,
        on_error: OnError = "raise",
        with_value: bool = True,
    ) -> None:
        super().__init__(function, chosen, has_aux=has_aux)
        if on_error not in {"raise", "inf"} and not isinstance(on_error, float | int):
            raise ArgumentError(f"on_error is 'raise', 'inf', or a number to return; got {on_error!r}.")
        self.on_error, self.with_value = on_error, with_value

    def __call__(self, /, *arguments: object, **named: object) -> object:
        if self.on_error == "raise":
            if self.compiled is not None:
                return super().__call__(*arguments, **named)
            try:
                return self.evaluated(arguments, named)
            finally:
                if collecting.paused_in:
                    collecting.graph_is_done()
        try:
            return super().__call__(*arguments, **named)
        except (ArgumentError, *NO_FINITE_NUMBER) as error:
            places = self.chosen.among(self.function, arguments, named)
            each = [arguments[place] if isinstance(place, int) else named[place] for place in places]
            if isinstance(error, ArgumentError) and all(map(is_finite, each)):
                raise
        value = float(self.on_error)
        shapes = [take_apart(argument, [], for_program=False) for argument in each]
        undefined = [unflatten(shape, repeat(nan if value == inf else 0.0)) for shape in shapes]
        return self.arranged(value, undefined[0] if self.chosen.alone else tuple(undefined), None)

    def evaluated(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        function, chosen = self.function, self.chosen
        if hasattr(function, "own_gradient"):  # a program over another kind of numbers
            return function.own_gradient(self, arguments, named)
        places = chosen.places if chosen.highest < len(arguments) else chosen.among(function, arguments, named)
        run = Evaluation(function, places, arguments, named)
        result, aux = pair(run.result) if self.has_aux else (run.result, None)
        output = result if isinstance(result, Value) else run.constant(one_number(result))
        order = sort(output)
        is_own = not run.of_values and set(run.inputs).issuperset(order[0])  # nearly always, and told at once
        kind = "own" if is_own else run.kind(order)
        if kind == "own":
            number = output.data
            run.result = None
            del result, output  # so that what is no longer needed is freed on the way back
            slopes: Sequence[Operand] = swept(order, run.inputs)
        else:
            slopes = pulled([output], [1.0], run.inputs)
            if kind == "values":
                return self.arranged(output, run.structured(as_values(slopes), chosen), aux)
            number, slopes = output.data, list(map(number_of, slopes))
        if self.has_aux:
            aux = numbers_for_values(aux)
        gradient = slopes[0] if run.shapes[0] is NUMBER and chosen.alone else run.structured(slopes, chosen)
        return self.arranged(number, gradient, aux)

    def arranged(self, value: object, gradient: object, aux: object) -> object:
        """Return what was asked for."""
        if not self.with_value:
            return (gradient, aux) if self.has_aux else gradient
        return ((value, aux) if self.has_aux else value), gradient
