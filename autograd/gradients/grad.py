"""``grad`` and ``value_and_grad``: the gradient of a function of one output, as a function."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, cast, overload

from autograd.gradients.gradient_function import Gradient, OnError
from autograd.gradients.places import chosen
from autograd.gradients.signatures import GradientFunction, ValueAndGradientFunction


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

    The arguments are numbers, Values, arrays (NumPy, and as such Series and DataFrames of pandas and tensors of
    PyTorch), None, and lists, tuples, dictionaries, named tuples and dataclasses of these; those that are not
    differentiated by may be anything. Inside ``f``, an array is an array of Values. ``value_and_grad(compile(f))`` runs
    as a program.

    Args:
        f: a function that returns one number.
        argnums: the position, or positions, of the arguments to differentiate by; the first argument by default.
        argnames: the same by name, of arguments given by name or by position.
        has_aux: whether ``f`` returns a pair, of the number and of something else to be passed on.
        on_error: what to do where ``f`` or its gradient has no finite value (an overflow, a division by zero, an
            operand outside the domain, an argument that is not finite): ``"raise"`` the error, or return ``"inf"`` with
            gradients that are nan, which the line searches of BFGS and SLSQP in SciPy step back from. Those of L-BFGS-B
            and TNC do not, L-BFGS-B even reports success where it stopped: for them give a number, such as ``1e10``,
            to be returned with gradients of zero. It should be above all values of ``f`` that are met, not by far.

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

    With ``has_aux`` it gives ``(gradient, aux)``. Gradients nest: each level differentiates with respect
    to its own argument only.

    Example:
        >>> grad(grad(lambda x: x**3))(2.0)
        12.0
        >>> grad(lambda x: x * grad(lambda y: x * y)(3.0))(5.0)
        10.0
    """
    return Gradient(f, chosen(argnums, argnames), has_aux=has_aux, on_error=on_error, with_value=False)
