"""``grad`` and ``value_and_grad``: the gradient of a function of one output, as a function."""

from collections.abc import Callable, Sequence
from itertools import repeat
from math import inf, nan
from typing import Any, Literal, cast, overload

from autograd.engine import Value
from autograd.errors import ArgumentError, DivisionByZeroError, DomainError, NumberOverflowError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.contract import Derivative
from autograd.gradients.evaluation import Evaluation, one_number, pair
from autograd.gradients.places import Chosen, chosen
from autograd.gradients.plain import numbers_for_values, swept
from autograd.gradients.reverse import Operand, as_values, pulled
from autograd.gradients.signatures import GradientFunction, ValueAndGradientFunction
from autograd.graph import sort
from autograd.scalar import number_of

NO_FINITE_NUMBER = (NumberOverflowError, DomainError, DivisionByZeroError)
OnError = Literal["raise", "inf"]


@overload
def value_and_grad(
    f: Callable[..., object], argnums: Literal[0] | None = None, *, on_error: OnError = "raise"
) -> ValueAndGradientFunction: ...
@overload
def value_and_grad(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
    on_error: OnError = "raise",
) -> Callable[..., tuple[Any, Any]]: ...  # of the types of these arguments
def value_and_grad(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
    on_error: OnError = "raise",
) -> Callable[..., tuple[object, object]]:
    """Return a function that computes ``f`` and its gradient with respect to some of its arguments.

    The arguments are numbers, Values, arrays (NumPy, and Series and DataFrames of pandas as such), None, and lists,
    tuples, dictionaries, named tuples and dataclasses of these; those that are not differentiated by may be anything.
    Inside ``f``, an array is an array of Values. ``value_and_grad(compile(f))`` runs as a program.

    Args:
        f: a function that returns one number.
        argnums: the position, or positions, of the arguments to differentiate by; the first argument by default.
        argnames: the same by name, of arguments given by name or by position.
        has_aux: whether ``f`` returns a pair, of the number and of something else to be passed on.
        on_error: what to do where ``f`` or its gradient has no finite value (an overflow, a division by zero, an
            operand outside the domain): ``"raise"`` the error, or return ``"inf"`` with gradients that are nan, as a
            line search understands it (that of BFGS in SciPy; L-BFGS-B gives up).

    Returns:
        A function of the same arguments giving ``(value, gradient)``, or ``((value, aux), gradient)`` with
        ``has_aux``. The gradient has the structure of the argument: that of the one named by ``argnums`` or
        ``argnames``, or a tuple for several. Of plain numbers everything is plain. Of Values, and where ``f`` uses
        Values from outside, value and gradient are Values that can be differentiated again: they depend on these
        Values (not so in ``no_grad``).

    Raises:
        NumberError: ``f`` returns something other than one number.
        ArgumentError: the call has no such argument.

    Source: Griewank & Walther, Evaluating Derivatives (2008), chapter 3; the arguments are those of JAX's function.

    Example:
        >>> value_and_grad(lambda p: p["a"] * p["b"] ** 2)({"a": 2.0, "b": 3.0})
        (18.0, {'a': 9.0, 'b': 12.0})
        >>> value_and_grad(lambda x, y: x * y**2, (0, 1))(2.0, 3.0)
        (18.0, (9.0, 12.0))
        >>> value_and_grad(lambda x, y: x * y**2, argnames="y")(2.0, y=3.0)
        (18.0, 12.0)
    """
    made = Gradient(f, chosen(argnums, argnames), has_aux=has_aux, on_error=on_error)
    return cast("Callable[..., tuple[object, object]]", made)


@overload
def grad(
    f: Callable[..., object], argnums: Literal[0] | None = None, *, on_error: OnError = "raise"
) -> GradientFunction: ...
@overload
def grad(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
    on_error: OnError = "raise",
) -> Callable[..., Any]: ...  # as for value_and_grad
def grad(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
    on_error: OnError = "raise",
) -> Callable[..., object]:
    """Return the function that computes the gradient of ``f``; see :func:`value_and_grad`.

    With ``has_aux`` it gives ``(gradient, aux)``. Gradients nest: each level differentiates by its own argument only.

    Example:
        >>> grad(grad(lambda x: x**3))(2.0)
        12.0
        >>> grad(lambda x: x * grad(lambda y: x * y)(3.0))(5.0)
        10.0
    """
    return Gradient(f, chosen(argnums, argnames), has_aux=has_aux, on_error=on_error, with_value=False)


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
        if on_error not in {"raise", "inf"}:
            raise ArgumentError(f"on_error is 'raise' or 'inf'; got {on_error!r}.")
        self.on_error, self.with_value = on_error, with_value

    def __call__(self, *arguments: object, **named: object) -> object:
        if self.on_error == "raise":
            return super().__call__(*arguments, **named)
        try:
            return super().__call__(*arguments, **named)
        except NO_FINITE_NUMBER:
            places = self.chosen.among(self.function, arguments, named)
            each = [arguments[place] if isinstance(place, int) else named[place] for place in places]
            undefined = [unflatten(flatten(argument, []), repeat(nan)) for argument in each]
            return self.arranged(inf, undefined[0] if self.chosen.alone else tuple(undefined), None)

    def evaluated(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        if hasattr(self.function, "own_gradient"):  # a program over another kind of numbers
            return self.function.own_gradient(self, arguments, named)
        run = Evaluation(self.function, self.chosen.among(self.function, arguments, named), arguments, named)
        result, aux = pair(run.result) if self.has_aux else (run.result, None)
        output = result if isinstance(result, Value) else run.constant(one_number(result))
        order = sort(output)
        kind = run.kind(order)
        if kind == "own":
            slopes: Sequence[Operand] = swept(output, run.inputs, order)
        else:
            slopes = pulled([output], [1.0], run.inputs)
            if kind == "values":
                return self.arranged(output, run.structured(as_values(slopes), self.chosen), aux)
            slopes = list(map(number_of, slopes))
        aux = numbers_for_values(aux) if self.has_aux else None
        return self.arranged(output.data, run.structured(slopes, self.chosen), aux)

    def arranged(self, value: object, gradient: object, aux: object) -> object:
        """Return what was asked for."""
        if not self.with_value:
            return (gradient, aux) if self.has_aux else gradient
        return ((value, aux) if self.has_aux else value), gradient
