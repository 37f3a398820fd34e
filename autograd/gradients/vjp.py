"""``vjp``: a function with its derivatives as a function of the gradient that comes in."""

from collections.abc import Callable, Sequence
from math import inf
from typing import cast

from autograd.collecting import until_done
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.evaluation import Evaluation, pair
from autograd.gradients.places import Chosen
from autograd.gradients.plain import joined, numbers_for_values, swept
from autograd.gradients.reverse import as_values, pulled
from autograd.graph import Operand, sort
from autograd.scalar import as_operand, number_of

EACH = Chosen((), False, inf)
"""A result for each argument, in a tuple."""


def vjp(f: Callable[..., object], *primals: object, has_aux: bool = False) -> tuple[object, ...]:
    """Return ``f(*primals)``, and a function that passes a gradient of this result back to the arguments.

    Args:
        f: a function that returns numbers in any structure.
        primals: its arguments.
        has_aux: whether ``f`` returns a pair, of these numbers and of something else to be passed on.

    Returns:
        ``(value, pull_back)``; with ``has_aux`` also what comes beside the value. ``pull_back(g)`` takes a number for
        each number in the value, in the same structure, and gives a tuple with the gradient for each argument.

    Source: Griewank & Walther, Evaluating Derivatives (2008), chapter 3; the arguments are those of JAX's function.

    Example:
        >>> value, pull_back = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
        >>> value, pull_back([1.0, 10.0])
        ([6.0, 5.0], (13.0, 12.0))
    """
    return with_pull_back(f, primals, has_aux=has_aux)


@until_done
def with_pull_back(f: Callable[..., object], primals: tuple[object, ...], *, has_aux: bool) -> tuple[object, ...]:
    """Return what :func:`vjp` returns, which explains calls that do not fit."""
    run = Evaluation(f, range(len(primals)), primals, {})
    result, aux = pair(run.result) if has_aux else (run.result, None)
    shape, outputs = run.outputs(result)
    kind = run.kind(sort(*outputs))

    def pull_back(gradient: object) -> tuple[object, ...]:
        seeds: list[Operand] = []
        if flatten(gradient, seeds) != shape:
            raise ArgumentError("The gradient given to pull_back has the structure of the value, a number for each.")
        seeds = [cast("Operand", as_operand(seed)) for seed in seeds]
        if kind == "own" and not any(isinstance(seed, Value) for seed in seeds):
            output = joined(outputs, cast("list[float]", seeds))
            slopes: Sequence[Operand] = swept(sort(output), run.inputs)
        else:
            slopes = pulled(outputs, seeds, run.inputs)
            live = kind == "values" or any(isinstance(seed, Value) for seed in seeds)
            slopes = as_values(slopes) if live else list(map(number_of, slopes))
        return cast("tuple[object, ...]", run.structured(slopes, EACH))

    if kind == "values":
        value = unflatten(shape, iter(outputs))
    else:
        value, aux = unflatten(shape, iter(map(number_of, outputs))), numbers_for_values(aux)
    return (value, pull_back, aux) if has_aux else (value, pull_back)
