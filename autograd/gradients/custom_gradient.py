"""Gradients that are not those of the operations: ``custom_gradient``."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import cast

from autograd.engine import Value
from autograd.errors import ArgumentError, RecordingError
from autograd.formulas.operation import OPERATIONS
from autograd.formulas.table import row
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.evaluation import pair
from autograd.gradients.nodes import results
from autograd.gradients.reverse import is_number, pulled
from autograd.graph import Operand, topological_order
from autograd.modes import Recorder, current_mode
from autograd.scalar import number_of

WITH_SLOPE = row(
    "with_slope(y, x, given)",
    "where(x + given, y, y)",  # which is y, as wide as all three where they are arrays
    y="1",
    x="1 * given",
    given="0",
    convention="the derivative with respect to x is the one that is given, whatever y is",
)
"""How a program says it: y itself, with a derivative that is given."""
A_PAIR = "The function for custom_gradient returns a pair, its result and its backward pass"


def custom_gradient(f: Callable[..., tuple[object, object]]) -> Callable[..., object]:
    """Return a function with a gradient of its own, for where the derivatives of its operations are not wanted.

    :func:`autograd.check_gradient` compares such a gradient with finite differences. A program contains it as well;
    then it must be a number times the gradient that comes in, as derivatives are.

    Args:
        f: takes Values, numbers, or structures of these, and returns a pair: its result (a number, or a structure of
            numbers), and its backward pass, a function of the gradient of the result (in its structure). This returns
            the gradient of the argument, or a tuple of those of several, in their structures. What it computes from
            the arguments of ``f`` can be differentiated again.

    Returns:
        The function that returns the result alone. Values that ``f`` closes over count as constants.

    Raises:
        ArgumentError: the backward pass returns another structure than that of the arguments, in the order of the
            parameters; or one of them can be given by name only.
        RecordingError: a program would need a backward pass that is not proportional to the gradient.

    Source: the form is that of the function of this name in JAX and TensorFlow.

    Example:
        >>> from autograd import Value, check_gradient, exp, log
        >>> @custom_gradient
        ... def softplus(x):
        ...     e = exp(x)
        ...     return log(1 + e), lambda gradient: gradient * (1 - 1 / (1 + e))
        >>> check_gradient(softplus, 0.3)
        >>> x = Value(100.0)
        >>> softplus(x).backward()
        >>> x.grad
        1.0
    """

    name = getattr(f, "__name__", "function")  # the function that refers to itself would never be freed by counting

    @wraps(f)
    def function(*arguments: object, **named: object) -> object:
        arguments = by_position(f, arguments, named) if named else arguments
        numbers: list[Operand] = []
        shape = flatten(arguments, numbers)
        if not any(isinstance(number, Value) for number in numbers):
            return pair(f(*arguments), A_PAIR)[0]
        recorder = current_mode().recorder
        inputs = [+number if isinstance(number, Value) else number for number in numbers]
        result, backward = pair(f(*cast("tuple[object, ...]", unflatten(shape, iter(inputs)))), A_PAIR)
        outputs: list[Operand] = []
        result_shape = flatten(result, outputs)

        def pull(seeds: Sequence[Operand]) -> list[Operand]:
            found = cast("Callable[[object], object]", backward)(unflatten(result_shape, iter(seeds)))
            slopes: list[Operand] = []
            if flatten((found,) if len(arguments) == 1 else found, slopes) != shape:
                raise ArgumentError(
                    f"The backward pass of {name} must return the gradient of its argument, or a tuple "
                    f"of those of its {len(arguments)} arguments, in their structure."
                )
            return [s for s, number in zip(slopes, numbers, strict=True) if isinstance(number, Value)]

        parents = [number for number in numbers if isinstance(number, Value)]
        if recorder is not None:
            made: list[Value] = recorded(recorder, outputs, parents, pull, name)
        else:
            made = results(PulledBy(name, len(outputs), pull), list(map(number_of, outputs)), tuple(parents))
            if not current_mode().gradients:
                made = [Value(node.data) for node in made]
        return unflatten(result_shape, iter(made))

    return function


def by_position(
    f: Callable[..., object], arguments: tuple[object, ...], named: dict[str, object]
) -> tuple[object, ...]:
    """Return the arguments of a call in the order of the parameters, in which a backward pass returns gradients.

    Raises:
        ArgumentError: one has no position.
    """
    bound = inspect.signature(f).bind(*arguments, **named)
    if bound.kwargs:
        raise ArgumentError(
            f"{', '.join(bound.kwargs)} can be given by name only, and the backward pass of a custom_gradient returns "
            "the gradients of its arguments by position. Make it a parameter with a position."
        )
    return bound.args


class PulledBy:
    """One call of a function whose backward pass is a function as well."""

    def __init__(self, name: str, count: int, pull: Callable[[Sequence[Operand]], list[Operand]]) -> None:
        self.name, self.count, self.pulled = name, count, pull

    def pulled_numbers(self, seeds: Sequence[float]) -> Sequence[float]:
        return list(map(number_of, self.pulled(seeds)))


def recorded(
    recorder: Recorder,
    outputs: Sequence[Operand],
    parents: Sequence[Value],
    pull: Callable[[Sequence[Operand]], list[Operand]],
    name: str,
) -> list[Value]:
    """Return the results of a function in a program, with the derivatives that its backward pass gives them."""
    one = cast("Value", recorder.record(OPERATIONS["identity"], (1.0,)))  # stands for the gradient that comes in
    made: list[Value] = []
    for position, output in enumerate(outputs):
        result = cast("Value", recorder.record(OPERATIONS["detach"], (output,)))
        gradients = pull([one if i == position else 0.0 for i in range(len(outputs))])
        for parent, found in zip(parents, gradients, strict=True):
            if isinstance(found, Value):
                (slope,) = pulled([found], [1.0], [one])
                if isinstance(slope, Value) and one in set(topological_order(slope)):
                    raise RecordingError(
                        f"The backward pass of {name} is not proportional to the gradient that comes in (it clips it, "
                        "say), so it cannot be part of a program. Change the gradient that the program gives instead."
                    )
                result = WITH_SLOPE(result, parent, slope)
            elif not is_number(found, 0.0):
                raise RecordingError(f"The backward pass of {name} does not depend on the gradient that comes in.")
        made.append(result)
    return made
