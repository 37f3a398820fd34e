"""What type checkers know of what ``grad`` and ``value_and_grad`` return: a gradient is like its argument."""

from typing import Protocol, TypeVar, overload

from autograd.engine import Value

T = TypeVar("T")


class GradientFunction(Protocol):
    """What ``grad(f)`` returns: the gradient with respect to the first argument, and of its type."""

    @overload
    def __call__(self, argument: float, /, *others: object, **named: object) -> float: ...
    @overload
    def __call__(self, argument: T, /, *others: object, **named: object) -> T: ...


class ValueAndGradientFunction(Protocol):
    """What ``value_and_grad(f)`` returns: a float and the gradient; of Values, both are Values."""

    @overload
    def __call__(self, argument: float, /, *others: object, **named: object) -> tuple[float, float]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # what is no Value comes last
        self, argument: Value, /, *others: object, **named: object
    ) -> tuple[Value, Value]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # the same
        self, argument: list[Value], /, *others: object, **named: object
    ) -> tuple[Value, list[Value]]: ...
    @overload
    def __call__(self, argument: T, /, *others: object, **named: object) -> tuple[float, T]: ...
