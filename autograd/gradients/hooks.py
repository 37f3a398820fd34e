"""What happens to one gradient on its way back: ``hook`` lets a function change it, ``detach`` stops it."""

from collections.abc import Callable
from typing import cast

from autograd.engine import Value
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.custom_gradient import custom_gradient
from autograd.graph import Operand


def hook(value: Value, function: Callable[[Operand], Operand | None]) -> Value:
    """Return the same number as a Value whose gradient passes through a function on its way back.

    Args:
        value: a Value, such as an intermediate result; use what is returned in its place.
        function: takes the gradient with respect to the result (a float in ``backward()``), and returns the one to
            pass on in its place, or None to pass on the same. Use it to look at, scale, clip or reverse a gradient.

    Example:
        >>> from autograd import Value, hook
        >>> x = Value(3.0)
        >>> y = hook(x * x, lambda gradient: min(gradient, 1.0))
        >>> (5 * y).backward()
        >>> x.grad
        6.0
    """

    def back(gradient: object) -> Operand:
        changed = function(cast("Operand", gradient))
        return cast("Operand", gradient) if changed is None else changed

    def hooked(value: object) -> tuple[object, object]:
        return value, back

    return cast("Value", custom_gradient(hooked)(value))


def detach(tree: object) -> object:
    """Return the same numbers without their history: no gradient flows through them.

    Args:
        tree: a Value, a number, or lists, tuples, dictionaries, dataclasses and arrays of these.

    Example:
        >>> from autograd import detach, grad
        >>> grad(lambda x: x * detach(x))(3.0)
        3.0
    """
    numbers: list[Operand] = []
    shape = flatten(tree, numbers)
    return unflatten(shape, iter([item.detach() if isinstance(item, Value) else item for item in numbers]))
