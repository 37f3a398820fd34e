"""Gradients as functions and as Values: any order, because a gradient is made of the same operations."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import Any, Literal, TypeGuard, cast, overload

from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError, NumberError
from autograd.formulas.operation import Operation
from autograd.formulas.values import value_slope
from autograd.gradients.arguments import flatten, unflatten
from autograd.gradients.signatures import GradientFunction, ValueAndGradientFunction
from autograd.graph import sort, topological_order
from autograd.modes import current_mode, noting_leaves, with_gradients
from autograd.numbers import gradient_overflow, shown
from autograd.scalar import number_of

Operand = Value | float


def slopes_as_values(node: Value, wanted: Set[Value]) -> list[tuple[Value, Operand]]:
    """Return each parent in ``wanted``, once per use, with the local derivative as a Value or a constant."""
    if hasattr(node, "slopes_as_values"):  # a node that a compiled program computed
        return cast("list[tuple[Value, Operand]]", node.slopes_as_values())
    operation = cast("Operation", node.operation)
    arguments = [
        list(operand) if isinstance(operand, tuple) else int(operand) if whole(name, operand) else operand
        for name, operand in zip(operation.operands, node.operands, strict=True)
    ]
    pairs: list[tuple[Value, Operand]] = []
    for name, operand in zip(operation.operands, node.operands, strict=True):
        if name == "index" or wanted.isdisjoint(items_of(operand)):
            continue  # a derivative that nobody asks for need not exist
        slope = value_slope(operation, name)(*arguments, node)
        each = slope if isinstance(slope, list) else [slope] * len(items_of(operand))
        pairs += [
            (item, s)
            for item, s in zip(items_of(operand), each, strict=True)
            if isinstance(item, Value) and item in wanted
        ]
    return pairs


def whole(name: str, operand: object) -> TypeGuard[float]:
    """Whether an operand is a position, and known while the derivative is written down."""
    return name == "index" and not isinstance(operand, Value)


def items_of(operand: object) -> tuple[object, ...]:
    """Return the elements of a sequence operand, or the operand alone."""
    return operand if isinstance(operand, tuple) else (operand,)


# --- gradients ------------------------------------------------------------------------------------------


def checked_inputs(output: object, inputs: Iterable[Value]) -> list[Value]:
    """Return what to differentiate by as a list, or raise an error where something cannot be differentiated."""
    if isinstance(inputs, Value):
        raise NumberError("gradient(output, inputs) takes a list of Values, also of one: gradient(output, [x]).")
    inputs = list(inputs)
    for item in (output, *inputs):
        if not isinstance(item, Value):
            raise NumberError(f"gradient(output, inputs) takes a Value and a list of Values; got {shown(item)}.")
    for item in inputs:
        if not item.requires_grad:
            raise ArgumentError(f"{item!r} is frozen, a constant for every derivative; set requires_grad = True first.")
    return inputs


def gradient(output: Value, inputs: Iterable[Value], seed: Operand = 1.0) -> list[Value]:
    """Return the derivative of ``output`` by each of ``inputs`` as Values that can be differentiated again.

    Nothing is written to any ``grad``. The chain rule is applied with Values in place of numbers, which
    extends the graph by the computation of the gradient itself.

    Args:
        output: one Value.
        inputs: n Values, leaves or intermediates.
        seed: the gradient to start with.

    Returns:
        n Values; zero for an input that ``output`` does not depend on.

    Example:
        >>> x = Value(3.0)
        >>> first, = gradient(x**3, [x])
        >>> second, = gradient(first, [x])
        >>> first.data, second.data
        (27.0, 18.0)
    """
    inputs = checked_inputs(output, inputs)
    order = topological_order(output)
    reaches = set(inputs)
    for node in order:
        if any(parent in reaches for parent in node.parents):
            reaches.add(node)
    gradients: dict[Value, Operand] = {output: seed}
    for node in reversed(order):
        if node not in gradients or node not in reaches or node.operation is None:
            continue
        incoming = gradients[node]
        try:
            slopes = slopes_as_values(node, reaches)
        except AutogradError:
            if number_of(incoming) != 0.0:
                raise
            continue  # where nothing flows in, nothing is passed on, whatever the slope
        for parent, slope in slopes:
            if is_number(slope, inf):
                raise gradient_overflow(parent, inf)
            if parent in reaches and not is_number(slope, 0.0):
                contribution = product(incoming, slope)
                gradients[parent] = gradients[parent] + contribution if parent in gradients else contribution
    found = [gradients.get(item, 0.0) for item in inputs]
    return [item if isinstance(item, Value) else Value(item) for item in found]


def product(incoming: Operand, slope: Operand) -> Operand:
    """Return incoming gradient times local derivative without making a node for a factor of 1."""
    if is_number(incoming, 1.0):
        return slope
    return incoming if is_number(slope, 1.0) else incoming * slope


def is_number(item: Operand, number: float) -> bool:
    """Whether ``item`` is this plain number, rather than a Value."""
    return not isinstance(item, Value) and item == number


_inside: ContextVar[bool] = ContextVar("autograd_inside_gradient", default=False)


@contextmanager
def _differentiating() -> Iterator[list[object]]:
    """Mark that a function is being differentiated: a gradient taken inside it must stay part of the graph.

    Yields the leaves that are made in the meantime.
    """
    token = _inside.set(True)
    try:
        with with_gradients(), noting_leaves() as made:
            yield made
    finally:
        _inside.reset(token)


@overload
def value_and_grad(f: Callable[..., object], argnums: Literal[0] = 0) -> ValueAndGradientFunction: ...
@overload
def value_and_grad(
    f: Callable[..., object], argnums: int | Sequence[int]
) -> Callable[..., tuple[Operand, Any]]: ...  # of the type of that argument, or a tuple of several
def value_and_grad(f: Callable[..., object], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[object, object]]:
    """Return a function that computes ``f`` and its gradient with respect to some of its arguments.

    Args:
        f: a function of numbers, or of nested lists, tuples and dictionaries of numbers, that returns one number.
        argnums: the position, or positions, of the arguments to differentiate by.

    Returns:
        A function of the same arguments giving ``(value, gradient)``. The gradient has the structure of the
        argument (a tuple of them for several ``argnums``). Of plain numbers both are floats. Of Values, inside a
        function that is being differentiated itself, and where ``f`` uses Values from outside, both are Values
        that can be differentiated again: the result depends on these Values (not so in ``no_grad``).

    Raises:
        NumberError: ``f`` returns something other than one number.
        ArgumentError: there is no argument at one of ``argnums``.

    Example:
        >>> value_and_grad(lambda p: p["a"] * p["b"] ** 2)({"a": 2.0, "b": 3.0})
        (18.0, {'a': 9.0, 'b': 12.0})
    """
    positions = [argnums] if isinstance(argnums, int) else list(argnums)
    if not all(isinstance(position, int) for position in positions):
        raise ArgumentError(f"argnums is the position of an argument, such as 0, or several: (0, 1); got {argnums!r}.")

    def differentiated(*arguments: object) -> tuple[object, object]:
        for position in positions:
            if not -len(arguments) <= position < len(arguments):
                raise ArgumentError(f"argnums is {position}, but there are {len(arguments)} arguments in the call.")
        numbers: list[Operand] = []
        shapes = [flatten(arguments[position], numbers) for position in positions]
        of_values = _inside.get() or any(isinstance(number, Value) for number in values_in(arguments))
        inputs = [+number if isinstance(number, Value) else Value(number) for number in numbers]
        stream = iter(inputs)
        substituted = list(arguments)
        for position, shape in zip(positions, shapes, strict=True):
            substituted[position] = unflatten(shape, stream)
        keeps_graphs = current_mode().gradients
        with _differentiating() as made:
            output = f(*substituted)
        if not isinstance(output, Value):
            if not isinstance(output, float | int):
                raise NumberError(f"The function to differentiate must return one Value; it returned {shown(output)}.")
            output = Value(output)
            made.append(output)
        of_values, (slopes,) = derivatives([output], inputs, made, of_values=of_values, keeps_graphs=keeps_graphs)
        results = iter(slopes)
        gradients = [unflatten(shape, results) for shape in shapes]
        value = output if of_values else output.data
        return value, gradients[0] if isinstance(argnums, int) else tuple(gradients)

    return differentiated


def derivatives(
    outputs: Sequence[Value], inputs: Sequence[Value], made: Sequence[object], *, of_values: bool, keeps_graphs: bool
) -> tuple[bool, list[list[Operand]]]:
    """Return whether derivatives have to be Values, and for each output its derivatives with respect to each input.

    They have to where the outputs depend on Values from outside, unless no graph is to be kept: neither ``inputs`` nor
    ``made`` on the way, these get their gradients through the derivatives. Numbers alone come from ``backward``,
    which is many times quicker.
    """
    only_inputs = {*inputs, *made}.issuperset(sort(*outputs)[0])
    of_values = of_values or (keeps_graphs and not only_inputs)
    if of_values:
        return True, [list(gradient(output, inputs)) for output in outputs]
    if not only_inputs:
        return False, [[slope.data for slope in gradient(output, inputs)] for output in outputs]
    rows: list[list[Operand]] = []
    for output in outputs:
        for item in inputs:
            item.grad = 0.0
        output.backward()
        rows.append([item.grad for item in inputs])
    return False, rows


def values_in(tree: object) -> Iterable[object]:
    """Return every number and Value in a nested argument; what is neither is none of our business here."""
    numbers: list[Operand] = []
    try:
        flatten(tree, numbers)
    except NumberError:
        return []
    return numbers


@overload
def grad(f: Callable[..., object], argnums: Literal[0] = 0) -> GradientFunction: ...
@overload
def grad(f: Callable[..., object], argnums: int | Sequence[int]) -> Callable[..., Any]: ...  # as for value_and_grad
def grad(f: Callable[..., object], argnums: int | Sequence[int] = 0) -> Callable[..., object]:
    """Return the function that computes the gradient of ``f``; see :func:`value_and_grad`.

    Gradients nest: each level differentiates by its own argument only.

    Example:
        >>> grad(grad(lambda x: x**3))(2.0)
        12.0
        >>> grad(lambda x: x * grad(lambda y: x * y)(3.0))(5.0)
        10.0
    """
    both = value_and_grad(f, argnums)
    return lambda *arguments: both(*arguments)[1]


def jacobian(f: Callable[..., object]) -> Callable[..., list[list[Operand]]]:
    """Return the function that computes all first derivatives of ``f``.

    Args:
        f: a function of numbers or nested sequences of numbers that returns several numbers.

    Returns:
        A function of the same arguments giving m rows of n derivatives, where m numbers come out of ``f``
        and n numbers go in, both counted in the order in which they are written down.

    Example:
        >>> jacobian(lambda x, y: [x * y, x + y])(2.0, 3.0)
        [[3.0, 2.0], [1.0, 1.0]]
    """

    def differentiated(*arguments: object) -> list[list[Operand]]:
        numbers: list[Operand] = []
        shape = flatten(arguments, numbers)
        of_values = _inside.get() or any(isinstance(number, Value) for number in numbers)
        inputs = [+number if isinstance(number, Value) else Value(number) for number in numbers]
        outputs: list[Operand] = []
        keeps_graphs = current_mode().gradients
        with _differentiating() as made:
            flatten(f(*cast("tuple[object, ...]", unflatten(shape, iter(inputs)))), outputs)
            values = [out if isinstance(out, Value) else Value(out) for out in outputs]
        return derivatives(values, inputs, made, of_values=of_values, keeps_graphs=keeps_graphs)[1]

    return differentiated


def hessian(f: Callable[..., object]) -> Callable[..., list[list[Operand]]]:
    """Return the function that computes all second derivatives of ``f``, which returns one number.

    Returns:
        A function of the same arguments giving n rows of n derivatives for n numbers that go in.

    Example:
        >>> hessian(lambda x, y: x**2 * y)(2.0, 3.0)
        [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(lambda *arguments: grad(f, tuple(range(len(arguments))))(*arguments))
