"""Derivatives in plain numbers, where nobody needs them as Values: many times quicker."""

from collections.abc import Sequence
from operator import attrgetter

from autograd.copying import build
from autograd.engine import Value
from autograd.formulas.operation import NO_VALUE, OPERATIONS

GRAD = attrgetter("grad")


def swept(output: Value, inputs: Sequence[Value], order: tuple[list[Value], list[Value]]) -> list[float]:
    """Return the derivative of an output with respect to each input, as ``backward`` leaves it in their ``grad``.

    Args:
        output: what is differentiated.
        inputs: leaves, or copies of Values that are leaves to this graph.
        order: the nodes that it depends on, sorted: nothing but inputs and what was made from them.
    """
    leaves, interior = order
    for node in interior:
        node.grad = 0.0
    for item in inputs:
        item.grad = 0.0
    output.grad = 1.0
    total = 0.0
    try:
        for node in reversed(interior):
            if node.grad:  # where nothing flows in, nothing is passed on
                node._rule.pass_back(node)  # type: ignore[union-attr]  # interior nodes have one
        slopes = list(map(GRAD, inputs))
        total = sum(slopes)
    except NO_VALUE:
        total = float("nan")
    if total - total != 0.0:  # backward itself says what has no derivative; the sum alone may be too large, too
        for item in (*leaves, *inputs):
            item.grad = 0.0
        output.backward()
        slopes = [item.grad for item in inputs]
    return slopes


def joined(outputs: Sequence[Value], seeds: Sequence[float]) -> Value:
    """Return a Value from which ``backward`` goes to several outputs with these gradients; its number means nothing."""
    return build(Value, Value._made_by(OPERATIONS["dot"], "VL"), 0.0, 0.0, "", tuple(outputs), tuple(seeds))


def numbers_for_values(tree: object) -> object:
    """Return lists, tuples, dictionaries and arrays with the number of each Value in its place."""
    if isinstance(tree, Value):
        return tree.data
    if isinstance(tree, dict):
        return {key: numbers_for_values(item) for key, item in tree.items()}
    if isinstance(tree, tuple):
        items = map(numbers_for_values, tree)
        return tree._make(items) if hasattr(tree, "_make") else tuple(items)
    if isinstance(tree, list):
        return [numbers_for_values(item) for item in tree]
    if getattr(getattr(tree, "dtype", None), "hasobject", False):
        import numpy

        flat = [numbers_for_values(item) for item in tree.ravel().tolist()]  # type: ignore[attr-defined]  # an array
        return numpy.array(flat).reshape(tree.shape)  # type: ignore[attr-defined]  # the same
    return tree
