"""What can be asked of a function's latest program: its text, its story, the same in other languages."""

from collections import OrderedDict
from inspect import Signature
from typing import TYPE_CHECKING

from autograd.errors import MissingPackageError, RecordingError, install
from autograd.loading import loaded
from autograd.program.build import Program

if TYPE_CHECKING:
    from autograd.program.export import Exported
    from autograd.program.over import Over
    from autograd.program.story import Story


class Latest:
    """What a compiled function tells about its latest program.

    Attributes:
        name: that of the function, fit for the names of its programs.
        dtype: the number type of arrays.
        programs: by structure of the arguments; the one used last is at the end.
        dynamic: the function's signature without the parameters that are part of the structure.
    """

    name: str
    dtype: str
    programs: OrderedDict[object, Program]
    dynamic: Signature

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

    def to_jax(self) -> "Exported":
        """Return the program that was used last as a JAX function of its parameters and arguments.

        ``jax.jit``, ``jax.grad``, ``jax.vmap`` and sharding work on it; ``.source`` is its text and ``.parameters``
        the parameters as they are now, in one flat array.

        Raises:
            MissingPackageError: JAX is not installed.
        """
        return self.exported("jax")

    def to_torch(self) -> "Exported":
        """Return the program that was used last as a PyTorch function of its parameters and arguments.

        Raises:
            MissingPackageError: PyTorch is not installed.
        """
        return self.exported("torch")

    def exported(self, library: str) -> "Exported":
        for package in ("numpy", library):
            if not loaded(package):
                raise MissingPackageError(f"to_{library}() needs {package}: {install(library)}.")
        from autograd.program.export import export

        return export(self.program.recording, library, self.name)

    def to_c(self) -> str:
        """Return the program that was used last as a C99 file, complete in itself; its first lines say how to call it.

        Its functions compute the results, and the gradient with respect to every parameter and every argument. The
        text is all there is: save it, read it, or compile it for something that has no Python.

        Raises:
            ExpressionError: an operation of your own calls Python functions, which C does not have.
            MissingPackageError: NumPy is not installed.

        Example:
            >>> from autograd import compile
            >>> f = compile(lambda x, y: x * y + 1.0)
            >>> f(2.0, 3.0).data
            7.0
            >>> "values[4] = values[0] * values[1];" in f.to_c()
            True
        """
        if not loaded("numpy"):
            raise MissingPackageError(f"to_c() needs NumPy: {install('fast')}.")
        from autograd.program.c_file import to_c

        return to_c(self.program.recording, self.name, self.dtype)

    def over(self, library: str) -> "Over":
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
            (Fraction(1, 12), Fraction(1, 3))
        """
        from autograd.program.over import Over

        return Over(self.program.recording, library, self.name, self.dynamic)

    def explain(self) -> "Story":
        """Tell how the program that was used last came about; prints, and shows as a table in Jupyter.

        Example:
            >>> from autograd import compile
            >>> norm = compile(lambda xs: sum(x * x for x in xs), backend="array")
            >>> norm([1.0, 2.0, 3.0]).data
            14.0
            >>> norm.explain().summary
            'program: 6 scalar operations became 1 array operations (1 lines forward, 0 backward).'
        """
        from autograd.program.story import Story

        return Story(self.program, self.name)
