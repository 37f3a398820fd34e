"""What can be asked of the program that a compiled function used last: its text, its story, other forms of it."""

from collections import OrderedDict

from autograd.errors import RecordingError
from autograd.program.build import Program
from autograd.program.export import Exported, export
from autograd.program.over import Over
from autograd.program.story import Story


class LastProgram:
    """The part of a compiled function that looks at its programs."""

    name: str
    """The name of the function, fit for the name of its program."""
    programs: OrderedDict[object, Program]
    """By structure of the arguments; the one used last is at the end."""

    @property
    def program(self) -> Program:
        """The program that was used last."""
        if not self.programs:
            raise RecordingError(f"{self.name} has not been recorded yet: call it once first.")
        return next(reversed(self.programs.values()))

    @property
    def source(self) -> str:
        """The text of the program that was used last."""
        return self.program.source

    def to_jax(self) -> Exported:
        """Return the program that was used last as a JAX function of its parameters and arguments.

        ``jax.jit``, ``jax.grad``, ``jax.vmap`` and sharding work on it; ``.source`` is its text and ``.parameters``
        the parameters as they are now, in one flat array.

        Raises:
            MissingPackageError: JAX is not installed.
        """
        return export(self.program.recording, "jax", self.name)

    def to_torch(self) -> Exported:
        """Return the program that was used last as a PyTorch function of its parameters and arguments.

        Raises:
            MissingPackageError: PyTorch is not installed.
        """
        return export(self.program.recording, "torch", self.name)

    def over(self, library: str) -> Over:
        """Return the program that was used last over another arithmetic.

        Args:
            library: ``"numpy"`` (each number a whole batch), ``"fractions"``, ``"mpmath"`` or ``"sympy"``.

        Example:
            >>> from fractions import Fraction
            >>> from autograd import compile
            >>> f = compile(lambda x: x * x / 3)
            >>> f(1.0).data
            0.3333333333333333
            >>> f.over("fractions").value_and_grad(Fraction(1, 2))
            (Fraction(1, 12), [Fraction(1, 3)])
        """
        return Over(self.program.recording, library, self.name)

    def explain(self) -> Story:
        """Tell how the program that was used last came about; prints, and shows as a table in Jupyter.

        Example:
            >>> from autograd import compile
            >>> norm = compile(lambda xs: sum(x * x for x in xs), backend="array")
            >>> norm([1.0, 2.0, 3.0]).data
            14.0
            >>> norm.explain().summary
            'program: 6 scalar operations became 1 array operations (1 lines forward, 0 backward).'
        """
        return Story(self.program, self.name)
