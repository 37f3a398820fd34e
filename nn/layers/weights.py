"""Weights of layers: Values in nested lists of any shape, PyTorch's usual way of starting them, weighted sums."""

import math
from collections.abc import Sequence
from typing import Any

import autograd
from autograd import Value
from nn.data.shapes import Element
from nn.init import Seed, generator_from, uniform_


def values(name: str, *shape: int) -> Any:  # lists as deep as the shape is long
    """Return Values in lists of this shape, all 0, labelled by their places.

    Example:
        >>> [[value.label for value in row] for row in values("weight", 2, 2)]
        [['weight[0][0]', 'weight[0][1]'], ['weight[1][0]', 'weight[1][1]']]
    """
    if not shape:
        return Value(0.0, name)
    return [values(f"{name}[{i}]", *shape[1:]) for i in range(shape[0])]


def uniformly(parameters: list[Any], fan: int, seed: Seed) -> None:
    """Distribute nested lists of Values uniformly between ``-1 / sqrt(fan)`` and ``1 / sqrt(fan)``."""
    generator, bound = generator_from(seed), 1 / math.sqrt(fan)
    for parameter in parameters:
        uniform_(parameter or [], -bound, bound, seed=generator)


def weighted(weight: Sequence[Sequence[Value]], x: Sequence[Element], bias: Sequence[Value] | None) -> list[Value]:
    """Return ``weight · x + bias``."""
    sums = [autograd.dot(tuple(row), tuple(x)) for row in weight]
    return sums if bias is None else [y + b for y, b in zip(sums, bias, strict=True)]
