"""``jvp``, ``vjp`` and ``hvp``: products of a vector with all derivatives of a function, without computing them all."""

from collections.abc import Callable, Sequence
from math import inf
from typing import cast

from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.evaluation import Evaluation, pair
from autograd.gradients.forward import pushed
from autograd.gradients.grad import Gradient
from autograd.gradients.places import Chosen
from autograd.gradients.plain import joined, numbers_for_values, swept
from autograd.gradients.reverse import Operand, as_values, pulled
from autograd.graph import sort
from autograd.scalar import number_of

PullBack = Callable[[object], tuple[object, ...]]


def jvp(
    f: Callable[..., object], primals: Sequence[object], tangents: Sequence[object], *, has_aux: bool = False
) -> tuple[object, ...]:
    """Return ``f(*primals)`` and its derivative in the direction of ``tangents``, by forward mode.

    Args:
        f: a function that returns numbers in any structure.
        primals: its arguments, in a tuple or a list.
        tangents: a number for each number in ``primals``, in the same structure.
        has_aux: whether ``f`` returns a pair, of these numbers and of something else to be passed on.

    Returns:
        ``(value, tangent)``, the tangent in the structure of the value; with ``has_aux`` also what comes beside it.
        They are plain of plain numbers, and Values that can be differentiated again where they depend on Values.

    Raises:
        ArgumentError: ``tangents`` have another structure than ``primals``.

    Source: Wengert, A simple automatic derivative evaluation program (1964); Griewank & Walther, Evaluating
    Derivatives (2008), chapter 3; the arguments are those of JAX's function.

    Example:
        >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
        (6.0, 3.0)
    """
    run = Evaluation(f, *everything(primals, "jvp(f, primals, tangents)"))
    result, aux = pair(run.result) if has_aux else (run.result, None)
    directions: list[Operand] = []
    if [flatten(tangent, directions) for tangent in tangents] != run.shapes:
        raise ArgumentError("jvp and hvp need tangents in the structure of the primals, a number for each number.")
    shape, outputs = run.outputs(result)
    run.of_values = run.of_values or any(isinstance(tangent, Value) for tangent in directions)
    live = run.kind(sort(*outputs)) == "values"
    (found,) = pushed(outputs, run.inputs, [directions], as_values=live)
    value: object = unflatten(shape, iter(outputs if live else map(number_of, outputs)))
    tangent = unflatten(shape, iter(as_values(found) if live else map(number_of, found)))
    return (value, tangent, aux if live else numbers_for_values(aux)) if has_aux else (value, tangent)


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
    run = Evaluation(f, *everything(primals, "vjp(f, *primals)"))
    result, aux = pair(run.result) if has_aux else (run.result, None)
    shape, outputs = run.outputs(result)
    kind = run.kind(sort(*outputs))

    def pull_back(gradient: object) -> tuple[object, ...]:
        seeds: list[Operand] = []
        if flatten(gradient, seeds) != shape:
            raise ArgumentError("The gradient given to pull_back has the structure of the value, a number for each.")
        if kind == "own" and not any(isinstance(seed, Value) for seed in seeds):
            output = joined(outputs, cast("list[float]", seeds))
            slopes: Sequence[Operand] = swept(output, run.inputs, sort(output))
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


def hvp(f: Callable[..., object], primals: Sequence[object], tangents: Sequence[object]) -> object:
    """Return the product of the Hessian of ``f`` with a vector, without computing the Hessian.

    It is the derivative of the gradient in the direction of ``tangents``: forward mode over reverse mode, at a few
    times the cost of ``f`` itself.

    Args:
        f: a function that returns one number.
        primals: its arguments, in a tuple or a list.
        tangents: a number for each number in ``primals``, in the same structure.

    Returns:
        The product in the structure of the argument; a tuple of these where there are several.

    Source: Pearlmutter, Fast exact multiplication by the Hessian (1994).

    Example:
        >>> hvp(lambda x, y: x**2 * y, (2.0, 3.0), (1.0, 0.0))
        (6.0, 4.0)
    """
    places, arguments, _ = everything(primals, "hvp(f, primals, tangents)")
    which = Chosen(tuple(places), len(arguments) == 1, inf)
    return jvp(Gradient(f, which, with_value=False), primals, tangents)[1]


def everything(primals: object, call: str) -> tuple[Sequence[int], Sequence[object], dict[str, object]]:
    """Return the places of all arguments, the arguments, and that none is given by its name."""
    if not isinstance(primals, tuple | list):
        raise ArgumentError(f"{call} takes the arguments of f as a tuple, also of one: (x,).")
    return range(len(primals)), primals, {}


EACH = Chosen((), False, inf)
"""A result for each argument, in a tuple."""
