"""``compile``: makes a function that is recorded at its first call and run as a program from then on."""

from collections.abc import Callable, Iterable
from typing import TypeVar, overload

from autograd.errors import ArgumentError
from autograd.program.compiled import Compiled
from autograd.program.programs import Backend

R = TypeVar("R")


@overload
def compile(
    function: Callable[..., R], *, backend: Backend = ..., static: Iterable[str] = ..., dtype: str = ...
) -> Compiled[R]: ...
@overload
def compile(
    function: None = None, *, backend: Backend = ..., static: Iterable[str] = ..., dtype: str = ...
) -> Callable[[Callable[..., R]], Compiled[R]]: ...
def compile(
    function: Callable[..., R] | None = None,
    *,
    backend: Backend = "auto",
    static: Iterable[str] = (),
    dtype: str = "float64",
) -> Compiled[R] | Callable[[Callable[..., R]], Compiled[R]]:
    """Return a function that records ``function`` at its first call and runs it as a program afterwards.

    The function may use any operation on Values, plain loops included. Its arguments are the inputs of the
    program; Values it closes over are parameters, read afresh at each call. The result is a Value (or the
    structure of Values that ``function`` returns) with which ``backward()`` puts gradients where the
    function itself would have put them.

    It is recorded once for each structure of arguments (lengths of lists, keys of dictionaries, shapes of arrays,
    which of the numbers are Values); inside it, a NumPy array is an array of Values. What it does must not depend on
    the numbers themselves: use ``maximum``, ``where``, ``take`` and the like. Reading the number or the gradient of any
    Value while it is recorded is an error. Randomness comes from :func:`autograd.fresh`.

    It is recorded anew when something that it reads beside its arguments has changed: a variable of an enclosing
    function, a global, a default, and in these and in static arguments, an attribute or a method that is named in the
    code (also in quotation marks, of ``self``, or one that was not there), an element of a list, a deque, a dictionary,
    a set, a NumPy array or a tensor of PyTorch, a number in a table of pandas, a part of a Sequential; the same for the
    functions it calls, other than those of installed packages. Changing the ``data`` of a Value needs no recording.
    What is reached in no such way (the time, a file, an environment or context variable, what ``weakref`` refers to,
    ``getattr`` with a computed name, labels and texts in a table, variables and all other objects of installed
    packages) stays as it was; :meth:`Compiled.check` finds out. A function that changes any of this while it is
    recorded, draws random numbers, or takes from an iterator that it did not make, is refused.

    ``backward()`` on the result gives the gradient at the numbers of the call. A Value whose ``data`` was assigned
    since does not change that, while the local derivatives of Values that were computed one by one read the new number.
    Where the program meets a number that is not finite, the recorded operations are carried out on Values instead.

    Args:
        function: the function, or nothing when used as a decorator with options.
        backend: ``"straight"`` for one Python line per operation, ``"array"`` for NumPy arrays, ``"c"`` for machine
            code made by a C compiler, ``"auto"`` to choose whichever promises to be faster: machine code too, made in
            the background, once there have been many calls. The forms differ by rounding; name one for the same bits
            at every run.
        static: names of arguments that are part of the structure, such as flags and lengths.
        dtype: the number type of the arrays, ``"float64"`` or ``"float32"``.

    Raises:
        RecordingError: the function, while it was recorded, asked for the number behind a Value, changed what it
            reads, drew random numbers, or took from an iterator.
        MissingPackageError: ``backend="array"`` or ``"c"`` without NumPy; ``"c"`` without a C compiler.

    Source: the two forms of the program follow Griewank & Walther, Evaluating Derivatives (2008), chapters 2-4.

    Example:
        >>> from autograd import Value, compile
        >>> w = Value(3.0)
        >>> @compile
        ... def loss(xs, ys):
        ...     return sum((w * x - y) ** 2 for x, y in zip(xs, ys))
        >>> result = loss([1.0, 2.0], [2.0, 5.0])
        >>> result.backward()
        >>> result.data, w.grad
        (2.0, 6.0)
    """
    if backend not in {"auto", "straight", "array", "c"}:
        raise ArgumentError(f"backend is 'auto', 'straight', 'array' or 'c'; got {backend!r}.")
    if dtype not in {"float64", "float32"}:
        raise ArgumentError(f"dtype is 'float64' or 'float32'; got {dtype!r}.")
    if function is None:
        return lambda decorated: Compiled(decorated, backend, static, dtype)
    return Compiled(function, backend, static, dtype)
