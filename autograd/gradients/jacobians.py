"""``jacobian``, ``jacfwd``, ``jacrev`` and ``hessian``: all derivatives of a function at once, as a function."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from autograd.gradients.contract import Derivative
from autograd.gradients.evaluation import Evaluation, pair
from autograd.gradients.forward import pushed
from autograd.gradients.gradient_function import Gradient
from autograd.gradients.places import Chosen, chosen
from autograd.gradients.plain import numbers_for_values, swept
from autograd.gradients.reverse import as_values, pulled
from autograd.gradients.supplies import Blocks
from autograd.graph import Operand, sort
from autograd.scalar import number_of

Mode = Literal["forward", "reverse", "cheaper"]
Rows = list[list[Operand]]


def jacobian(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
) -> "Jacobian":
    """Return the function that computes all first derivatives of ``f``, in the mode that costs less.

    That is forward mode where fewer numbers go in than come out, and reverse mode otherwise.

    Args:
        f: a function that returns numbers in any structure.
        argnums, argnames, has_aux: as in :func:`autograd.value_and_grad`.

    Returns:
        A function of the same arguments. Its result has the structure of what ``f`` returns, with the structure of
        the argument in the place of every number. Of an array of dimensions D that goes in and one of dimensions E
        that comes out, it is an array of dimensions E + D: m rows of n derivatives for vectors of n and m numbers.

    Source: Griewank & Walther, Evaluating Derivatives (2008), chapter 3; the arguments are those of JAX's function.

    Example:
        >>> jacobian(lambda x, y: [x * y, x + y], (0, 1))(2.0, 3.0)
        [(3.0, 2.0), (1.0, 1.0)]
        >>> jacobian(lambda xs: [xs[0] * xs[1], xs[0]])([2.0, 3.0])
        [[3.0, 2.0], [1.0, 0.0]]
    """
    return Jacobian(f, chosen(argnums, argnames), has_aux=has_aux, mode="cheaper")


def jacfwd(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
) -> "Jacobian":
    """Return the same as :func:`jacobian` by forward mode: a pass for each number that goes in.

    Source: Wengert, A simple automatic derivative evaluation program (1964).

    Example:
        >>> jacfwd(lambda x: [x, x**2, x**3])(2.0)
        [1.0, 4.0, 12.0]
    """
    return Jacobian(f, chosen(argnums, argnames), has_aux=has_aux, mode="forward")


def jacrev(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
) -> "Jacobian":
    """Return the same as :func:`jacobian` by reverse mode: a pass for each number that comes out.

    Source: Linnainmaa, The representation of the cumulative rounding error (1970).

    Example:
        >>> jacrev(lambda xs: xs[0] * xs[1] * xs[2])([2.0, 3.0, 5.0])
        [15.0, 10.0, 6.0]
    """
    return Jacobian(f, chosen(argnums, argnames), has_aux=has_aux, mode="reverse")


def hessian(
    f: Callable[..., object],
    argnums: int | Sequence[int] | None = None,
    argnames: str | Sequence[str] | None = None,
    *,
    has_aux: bool = False,
) -> "Jacobian":
    """Return the function that computes all second derivatives of ``f``, which returns one number.

    Args:
        f, argnums, argnames, has_aux: as in :func:`autograd.value_and_grad`.

    Returns:
        A function of the same arguments, the Jacobian of the gradient: the structure of the argument with the same
        structure in the place of every number, n rows of n derivatives for a vector of n numbers.

    Example:
        >>> hessian(lambda p: p[0] ** 2 * p[1])([2.0, 3.0])
        [[6.0, 4.0], [4.0, 0.0]]
        >>> hessian(lambda x, y: x**2 * y, (0, 1))(2.0, 3.0)
        ((6.0, 4.0), (4.0, 0.0))
    """
    which = chosen(argnums, argnames)
    return Jacobian(Gradient(f, which, has_aux=has_aux, with_value=False), which, has_aux=has_aux, mode="reverse")


class Jacobian(Derivative):
    """What :func:`jacobian` and its relatives return.

    Attributes:
        mode: how the derivatives are found.
    """

    def __init__(self, function: Callable[..., object], chosen: Chosen, *, has_aux: bool, mode: Mode) -> None:
        super().__init__(function, chosen, has_aux=has_aux)
        self.mode = mode

    def evaluated(self, arguments: tuple[object, ...], named: dict[str, object]) -> object:
        run = Evaluation(self.function, self.chosen.among(self.function, arguments, named), arguments, named)
        result, aux = pair(run.result) if self.has_aux else (run.result, None)
        shape, outputs = run.outputs(result)
        is_forward = self.mode == "forward" or (self.mode == "cheaper" and len(run.inputs) < len(outputs))
        kind = run.kind(sort(*outputs))
        rows: Rows
        if is_forward:
            count = len(run.inputs)
            units = [[float(i == j) for i in range(count)] for j in range(count)]
            columns = pushed(outputs, run.inputs, units, as_values=kind == "values")
            rows = [list(row) for row in zip(*columns, strict=True)] or [[] for _ in outputs]
        elif kind == "own":
            rows = [[*swept(sort(output), run.inputs)] for output in outputs]
        else:
            rows = [pulled([output], [1.0], run.inputs) for output in outputs]
        if kind == "values":
            rows = [list[Operand](as_values(row)) for row in rows]
        else:
            rows = [list(map(number_of, row)) for row in rows]
            aux = numbers_for_values(aux) if self.has_aux else None
        built = shape.build(Blocks(rows, partial(run.built, self.chosen)))
        return (built, aux) if self.has_aux else built
