"""The contract of ``grad`` and its relatives: which arguments they differentiate by, and in which form results come.

- ``argnums`` are positions of arguments, ``argnames`` names; of one the gradient has the structure of that argument,
  of several it is a tuple of such. Without both it is the first argument.
- Lists, tuples, named tuples, dataclasses, dictionaries, None and arrays come out as they went in.
- Plain numbers give plain numbers, unless the result depends on Values from outside; then it consists of Values.
"""

from collections.abc import Callable
from functools import update_wrapper
from types import MethodType
from typing import Protocol

from autograd import modes
from autograd.collecting import until_done
from autograd.errors import ArgumentError
from autograd.gradients.places import Chosen
from autograd.numbers import shown


class ByProgram(Protocol):
    """A compiled function, as far as derivatives see it."""

    def recompiled(self, function: Callable[..., object]) -> "ByProgram":
        """Return another function compiled in the same way."""

    def product_of(self, product: Callable[..., object], function: Callable[..., object]) -> "ByProgram":
        """Return ``jvp`` or ``hvp`` of a function as a compiled function, always the same one."""

    def in_numbers(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        """Return the result in plain numbers, or NotImplemented where it has to consist of Values."""


class Derivative:
    """A function made from another one: what ``grad``, ``jacobian`` and the like return.

    Attributes:
        function: the function that is differentiated.
        chosen: by which arguments.
        has_aux: whether it returns something else beside, which is passed on.
    """

    def __init__(self, function: Callable[..., object], chosen: Chosen, *, has_aux: bool) -> None:
        if not callable(function):
            raise ArgumentError(f"There is a function to differentiate, such as grad(f); got {shown(function)}.")
        self.function, self.chosen, self.has_aux = function, chosen, has_aux
        update_wrapper(self, function, updated=())
        compiled = getattr(function, "compiled", None)
        self.compiled: ByProgram | None = compiled if hasattr(compiled, "recompiled") else None
        self.program: ByProgram | None = None

    @until_done
    def __call__(self, /, *arguments: object, **named: object) -> object:
        if self.compiled is not None and modes.current_mode().recorder is None:
            if self.program is None:
                self.program = self.compiled.recompiled(self)
            result = self.program.in_numbers(arguments, named)
            if result is not NotImplemented:
                return result
        return self.evaluated(arguments, named)

    evaluated: Callable[[tuple[object, ...], dict[str, object]], object]
    """Returns the derivative for these arguments as the engine finds it."""

    def __get__(self, instance: object, owner: type | None = None) -> object:
        return self if instance is None else MethodType(self, instance)
