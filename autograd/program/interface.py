"""What the world outside may know of a compiled program: :class:`ArrayProgram`, to train with everything in arrays.

``compile(function, backend="array").array_program(*arguments)`` gives one. Calling the compiled function is simpler and
does all of this by itself; an ``ArrayProgram`` is for whoever keeps the parameters in arrays between the calls, because
reading thousands of Values before each of them and writing them afterwards would take longer than the computation.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from autograd.engine import Value
from autograd.gradients.arguments import Numbers

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[numpy.floating]


__all__ = ["ArrayProgram", "Numbers"]


class ArrayProgram(Protocol):
    """A recorded computation whose numbers lie in flat arrays; one call is written out step by step.

    For one call, in this order: :meth:`load_parameters` (if they have changed), :meth:`load_inputs`, :meth:`compute`,
    then :meth:`results`, :meth:`report`, and :meth:`compute_gradients` with :attr:`parameter_gradients`. The program
    keeps the numbers of one call at a time, and nothing here takes a lock.

    Example:
        >>> import numpy
        >>> from autograd import Value, compile
        >>> w = Value(3.0)
        >>> loss = compile(lambda x: (w * x - 1.0) ** 2, backend="array")
        >>> program, inputs = loss.array_program(2.0)
        >>> program.load_parameters(numpy.array([0.5]))
        >>> program.load_inputs(inputs)
        >>> program.compute()
        >>> program.compute_gradients([1.0])
        >>> program.results(), program.parameter_gradients.tolist(), w
        ([0.0], [0.0], Value(data=3.0, grad=0.0))
    """

    @property
    def parameters(self) -> Sequence[Value]:
        """The n Values that the function closes over, in the order of the program."""

    @property
    def only_leaves(self) -> bool:
        """Whether no parameter was itself computed from other Values."""

    @property
    def scalar_count(self) -> int:
        """How many operations on single numbers the recorded function performed."""

    @property
    def array_count(self) -> int:
        """How many array operations they became, counting the forward pass."""

    @property
    def parameter_gradients(self) -> "Array":
        """The gradients of the n parameters, as the last :meth:`compute_gradients` left them; copy what you keep."""

    def load_parameters(self, numbers: "Array") -> None:
        """Put n numbers in the place of the parameters; the Values themselves stay as they are."""

    def load_inputs(self, inputs: Sequence[Numbers]) -> None:
        """Put in the numbers of a call's arguments, piece by piece in order, and draw what is drawn at each call."""

    def compute(self) -> None:
        """Run the forward pass.

        Raises:
            FloatingPointError: a number that goes in, or comes out of an operation, is not finite.
        """

    def compute_gradients(self, seeds: Sequence[float]) -> None:
        """Run the backward pass, for these gradients of the outputs.

        Raises:
            FloatingPointError: a gradient is not finite.
        """

    def results(self) -> list[float]:
        """Return the outputs of the last forward pass."""

    def report(self) -> None:
        """Pass the numbers that :func:`autograd.observe` asked for to their callbacks."""

    def check(self, name: str, run: Callable[[], object]) -> None:
        """Compare the last forward pass with the function itself.

        Args:
            name: what to call the function in the error.
            run: calls the function on plain numbers, with the Values of the parameters as they are.

        Raises:
            RecordingError: the results differ by more than rounding.
        """
