"""``jvp`` and ``hvp``: derivatives of a function and of its gradient in one direction."""

from collections.abc import Callable, Sequence
from math import inf
from typing import cast

from autograd.collecting import until_done
from autograd.engine import Value
from autograd.errors import ArgumentError
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.contract import ByProgram
from autograd.gradients.evaluation import Evaluation, pair
from autograd.gradients.forward import pushed
from autograd.gradients.gradient_function import Gradient
from autograd.gradients.places import Chosen
from autograd.gradients.plain import numbers_for_values
from autograd.gradients.reverse import as_values
from autograd.graph import Operand, sort
from autograd.modes import current_mode
from autograd.scalar import as_operand, number_of


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
        ArgumentError: ``tangents`` have another structure than ``primals``, or one of them is not finite.

    Source: Wengert, A simple automatic derivative evaluation program (1964); Griewank & Walther, Evaluating
    Derivatives (2008), chapter 3; the arguments are those of JAX's function.

    Example:
        >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
        (6.0, 3.0)
    """
    by_program = None if has_aux else in_numbers(jvp, f, primals, tangents)
    if by_program is not None:
        return cast("tuple[object, ...]", by_program)
    return pushed_through(f, primals, tangents, has_aux=has_aux)


def in_numbers(product: Callable[..., object], f: Callable[..., object], *arguments: object) -> object:
    """Return the product for a compiled function and plain numbers, as a program computes it; None otherwise."""
    compiled: ByProgram | None = getattr(f, "compiled", None)
    if compiled is None or not hasattr(compiled, "product_of") or current_mode().recorder is not None:
        return None
    found = compiled.product_of(product, f).in_numbers(arguments, {})
    return None if found is NotImplemented else found


@until_done
def pushed_through(
    f: Callable[..., object], primals: Sequence[object], tangents: Sequence[object], *, has_aux: bool
) -> tuple[object, ...]:
    """Return what :func:`jvp` returns, as the engine finds it."""
    arguments = given(primals)
    run = Evaluation(f, range(len(arguments)), arguments, {})
    result, aux = pair(run.result) if has_aux else (run.result, None)
    directions: list[Operand] = []
    if [flatten(tangent, directions) for tangent in tangents] != run.shapes:
        raise ArgumentError("jvp and hvp need tangents in the structure of the primals, a number for each number.")
    directions = [cast("Operand", as_operand(tangent)) for tangent in directions]
    shape, outputs = run.outputs(result)
    run.of_values = run.of_values or any(isinstance(tangent, Value) for tangent in directions)
    live = run.kind(sort(*outputs)) == "values"
    (found,) = pushed(outputs, run.inputs, [directions], as_values=live)
    value: object = unflatten(shape, iter(outputs if live else map(number_of, outputs)))
    tangent = unflatten(shape, iter(as_values(found) if live else map(number_of, found)))
    return (value, tangent, aux if live else numbers_for_values(aux)) if has_aux else (value, tangent)


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
    count = len(given(primals))
    by_program = in_numbers(hvp, f, primals, tangents)
    if by_program is not None:
        return by_program
    gradient = Gradient(f, Chosen(tuple(range(count)), count == 1, inf), with_value=False)
    return pushed_through(gradient, primals, tangents, has_aux=False)[1]


def given(primals: object) -> Sequence[object]:
    """Return the arguments of a function, given in a tuple."""
    if not isinstance(primals, tuple | list):
        raise ArgumentError("jvp and hvp take the arguments of f in a tuple, also of one: jvp(f, (x,), (t,)).")
    return primals
