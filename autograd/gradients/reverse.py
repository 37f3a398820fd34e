"""Reverse mode on Values: gradients made of the same operations, so they can be differentiated again."""

from collections.abc import Iterable, Iterator, Sequence, Set
from math import inf
from typing import cast

from autograd.engine import Value
from autograd.errors import ArgumentError, AutogradError, NumberError
from autograd.formulas.operation import Operation
from autograd.formulas.values import value_slope
from autograd.gradients.nodes import Bundle, Output
from autograd.graph import Operand, sort
from autograd.modes import current_mode
from autograd.numbers import gradient_overflow, shown
from autograd.scalar import number_of


def gradient(output: Value, inputs: Iterable[Value], seed: Operand = 1.0) -> list[Value]:
    """Return the derivative of ``output`` with respect to each of ``inputs`` as differentiable Values.

    Nothing is written to any ``grad``. The chain rule, with Values for numbers, extends the graph by the gradient.

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
    if isinstance(inputs, Value):
        raise NumberError("gradient(output, inputs) takes a list of Values, also of one: gradient(output, [x]).")
    inputs = list(inputs)
    for item in (output, *inputs):
        if not isinstance(item, Value):
            raise NumberError(f"gradient(output, inputs) takes a Value and a list of Values; got {shown(item)}.")
    for item in inputs:
        if not item.requires_grad:
            raise ArgumentError(f"{item!r} is frozen, a constant for every derivative; set requires_grad = True first.")
    made_by = output.operation
    is_cut_off = (made_by is None or made_by.detached) and all(output is not item for item in inputs)
    if is_cut_off and not current_mode().gradients:
        raise ArgumentError(
            f"{output!r} remembers nothing of how it was computed: this is within no_grad(), where a gradient would "
            "be 0 whatever it is. Compute the output outside of no_grad(), or use grad(f)(x), which works inside, too."
        )
    return as_values(pulled([output], [seed], inputs, are_ends=False))


def as_values(items: Iterable[Operand]) -> list[Value]:
    """Return Values as they are, and numbers as Values."""
    return [item if isinstance(item, Value) else Value(item) for item in items]


def pulled(
    outputs: Sequence[Value], seeds: Sequence[Operand], inputs: Sequence[Value], *, are_ends: bool = True
) -> list[Operand]:
    """Return for each input the sum of its derivatives of all outputs, each times the seed of that output.

    Where the inputs ``are_ends``, none depends on another, and nothing below them is looked at.
    """
    interior = sort(*outputs, seen=set(inputs) if are_ends else None)[1]
    reaches = set(inputs)
    for node in interior:
        if any(parent in reaches for parent in node.parents):
            reaches.add(node)
    gradients: dict[Value, Operand] = {}
    collected: dict[Value, dict[int, Operand]] = {}
    parent: Value

    def add(node: Value, contribution: Operand) -> None:
        gradients[node] = gradients[node] + contribution if node in gradients else contribution

    for output, seed in zip(outputs, seeds, strict=True):
        if not is_number(seed, 0.0):
            add(output, seed)
    for node in reversed(interior):
        if node not in reaches:
            continue
        if isinstance(node, Bundle):
            for parent, contribution in zip(node.parents, node.pulled(collected.get(node, {})), strict=True):
                if parent in reaches and not is_number(contribution, 0.0):
                    add(parent, contribution)
        elif node in gradients and isinstance(node, Output) and node.bundle is not None:
            collected.setdefault(node.bundle, {})[node.position] = gradients[node]
        elif node in gradients:
            for parent, contribution in passed_back(node, gradients[node], reaches):
                add(parent, contribution)
    return [gradients.get(item, 0.0) for item in inputs]


def passed_back(node: Value, incoming: Operand, reaches: Set[Value]) -> Iterator[tuple[Value, Operand]]:
    """Yield what a node passes on to each of its parents in ``reaches``: gradient times local derivative."""
    if isinstance(node, Output):
        pairs = zip(node.parents, node.call.pulled([incoming]), strict=True)
        yield from [(parent, found) for parent, found in pairs if parent in reaches and not is_number(found, 0.0)]
        return
    try:
        slopes = slopes_as_values(node, reaches)
    except AutogradError:
        if number_of(incoming) != 0.0:
            raise
        return  # where nothing flows in, nothing is passed on, whatever the slope
    for parent, slope in slopes:
        if is_number(slope, inf):
            raise gradient_overflow(parent, inf)
        if not is_number(slope, 0.0):
            yield parent, product(incoming, slope)


def slopes_as_values(node: Value, wanted: Set[Value]) -> list[tuple[Value, Operand]]:
    """Return each parent in ``wanted``, once per use, with the local derivative as a Value or a constant."""
    if isinstance(node, Output):
        return [pair for pair in zip(node.origins, node.slopes(), strict=True) if pair[0] in wanted]
    operation = cast("Operation", node.operation)
    arguments = [
        list(operand)
        if isinstance(operand, tuple)
        else int(operand)  # a position that is known while the derivative is written down
        if name == "index" and not isinstance(operand, Value)
        else operand
        for name, operand in zip(operation.operands, node.operands, strict=True)
    ]
    pairs: list[tuple[Value, Operand]] = []
    for name, operand in zip(operation.operands, node.operands, strict=True):
        if name == "index" or wanted.isdisjoint(items_of(operand)):
            continue  # a derivative that nobody asks for need not exist
        slope = value_slope(operation, name)(*arguments, node)
        items = items_of(operand)
        each = zip(items, slope if isinstance(slope, list) else [slope] * len(items), strict=True)
        pairs += [(item, s) for item, s in each if isinstance(item, Value) and item in wanted]
    return pairs


def items_of(operand: object) -> tuple[object, ...]:
    """Return the elements of a sequence operand, or the operand alone."""
    return operand if isinstance(operand, tuple) else (operand,)


def product(incoming: Operand, slope: Operand) -> Operand:
    """Return incoming gradient times local derivative without making a node for a factor of 1."""
    if is_number(incoming, 1.0):
        return slope
    return incoming if is_number(slope, 1.0) else incoming * slope


def is_number(item: object, number: float) -> bool:
    """Whether ``item`` is this plain number, rather than a Value."""
    return not isinstance(item, Value) and item == number
