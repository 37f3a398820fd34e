"""``value.requires_grad = False``: a leaf that every derivative treats as a constant.

A frozen leaf is of another class, whose gradient is always 0, so that nothing else has to ask whether a leaf is frozen:
whatever adds to its gradient, an engine or a program, adds nothing.
"""

from collections.abc import Iterable

from autograd.console import printed
from autograd.engine import Value
from autograd.errors import ArgumentError


class Frozen(Value):
    """A leaf without a gradient; assign ``requires_grad`` to make a Value one, and a Value again."""

    __slots__ = ()

    @property
    def grad(self) -> float:
        """Always 0; what is added to it is ignored."""
        return 0.0

    @grad.setter
    def grad(self, gradient: float) -> None:
        """Ignore it."""

    @printed
    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, requires_grad=False)"


def requires_grad(value: Value) -> bool:
    """Whether gradients are left here; False makes a leaf a constant: ``backward`` and optimisers pass it by.

    Setting it drops the gradient there is. The number can still be assigned, saved and loaded.

    Raises:
        ArgumentError: False for a Value that was computed from others, which ``detach()`` cuts off.

    Example:
        >>> w, x = Value(2.0), Value(3.0)
        >>> w.requires_grad = False
        >>> (w * x).backward()
        >>> w.grad, x.grad
        (0.0, 2.0)
    """
    return not isinstance(value, Frozen)


def require_grad(value: Value, wanted: bool) -> None:
    """Make a leaf a frozen one, or a frozen one a Value like any other."""
    if bool(wanted) == requires_grad(value):
        return
    if value.operation is not None or type(value) not in {Value, Frozen}:
        raise ArgumentError(
            f"requires_grad = False is for leaves; {value!r} was computed from others. value.detach() returns a leaf "
            "with the same number, through which no gradient flows."
        )
    value.grad = 0.0
    value.__class__ = Value if wanted else Frozen  # both are laid out alike
    value.grad = 0.0


def are_live(values: Iterable[object]) -> bool:
    """Whether any of some Values is not frozen, so that what depends on them has a derivative with respect to it."""
    return not all(isinstance(value, Frozen) for value in values)


Value.requires_grad = property(requires_grad, require_grad, doc=requires_grad.__doc__)  # type: ignore[assignment]  # declared in Scalar
