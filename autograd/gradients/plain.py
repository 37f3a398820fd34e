"""Derivatives in plain numbers, where nobody needs them as Values: many times quicker."""

from collections.abc import Sequence
from copy import copy
from operator import attrgetter

from autograd.copying import build
from autograd.engine import Value
from autograd.errors import AutogradError
from autograd.formulas.operation import NO_VALUE, OPERATIONS
from autograd.gradients.taking_apart import fields_of
from autograd.numbers import gradient_overflow

GRAD = attrgetter("grad")


def swept(order: tuple[list[Value], list[Value]], inputs: Sequence[Value]) -> list[float]:
    """Return the derivative of an output with respect to each input, as ``backward`` leaves it in their ``grad``.

    Args:
        order: the nodes that the output depends on, sorted: nothing but inputs and what was made from them. A list of
            nodes comes out empty: those that nobody else holds are freed one by one, while they are in the cache.
        inputs: leaves, or copies of Values that are leaves to this graph.

    Raises:
        As ``backward``.
    """
    leaves, interior = order
    for nodes in (interior, inputs):
        for node in nodes:
            node.grad = 0.0
    node = (interior or leaves)[-1]
    node.grad = 1.0
    next_node = interior.pop
    try:
        while interior:
            node = next_node()
            if node.grad:  # where nothing flows in, nothing is passed on
                node._rule.pass_back(node)  # type: ignore[union-attr]  # interior nodes have one
        for node in leaves:
            if node.grad - node.grad != 0.0:
                raise gradient_overflow(node, node.grad)
    except NO_VALUE as error:
        for leaf in leaves:
            leaf.grad = 0.0
        if isinstance(error, AutogradError):
            raise
        raise node._failure(error) from None
    return list(map(GRAD, inputs))


def joined(outputs: Sequence[Value], seeds: Sequence[float]) -> Value:
    """Return a Value from which ``backward`` goes to several outputs with these gradients; its number means nothing."""
    return build(Value, Value._made_by(OPERATIONS["dot"], "VL"), 0.0, 0.0, "", tuple(outputs), tuple(seeds))


def numbers_for_values(tree: object) -> object:
    """Return lists, tuples, dictionaries, dataclasses and arrays with the number of each Value in its place."""
    if isinstance(tree, Value):
        return tree.data
    if isinstance(tree, dict):
        return {key: numbers_for_values(item) for key, item in tree.items()}
    if isinstance(tree, tuple):
        items = map(numbers_for_values, tree)
        return tree._make(items) if hasattr(tree, "_make") else tuple(items)
    if isinstance(tree, list):
        return [numbers_for_values(item) for item in tree]
    if (named := fields_of(tree)) is not None:
        made = copy(tree)
        for name, item in named:
            object.__setattr__(made, name, numbers_for_values(item))  # also where the class is frozen
        return made
    if getattr(getattr(tree, "dtype", None), "hasobject", False):
        import numpy

        flat = [numbers_for_values(item) for item in tree.ravel().tolist()]  # type: ignore[attr-defined]  # an array
        return numpy.array(flat).reshape(tree.shape)  # type: ignore[attr-defined]  # the same
    return tree
