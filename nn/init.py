"""How weights start: the initialisation schemes, by PyTorch's names.

Each scheme fills a matrix ``weight[out][in]`` of Values in place and returns it. ``seed`` is an int, or a
``random.Random`` that several layers share; without one the numbers come from Python's global generator, so that
``random.seed(...)`` makes them repeat.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeAlias

from autograd import Value, errors

Matrix: TypeAlias = Sequence[Sequence[Value]]
Seed: TypeAlias = int | random.Random | None

RELU_FAMILY = frozenset({"relu", "leaky_relu", "elu", "gelu", "silu", "softplus"})
"""Activations that let about half of what reaches them pass, so that weights need twice the variance."""


def generator_from(seed: Seed) -> random.Random:
    """Return the generator that a ``seed=`` argument stands for.

    Example:
        >>> generator_from(7).random() == generator_from(7).random()
        True
    """
    if isinstance(seed, random.Random):
        return seed
    return random.Random(random.getrandbits(64) if seed is None else seed)


def fans(weight: Matrix) -> tuple[int, int]:
    """Return how many inputs and how many outputs a weight matrix connects."""
    return len(weight[0]), len(weight)


def fill(weight: Matrix, draw: Callable[[], float]) -> Matrix:
    """Set every weight to a number from ``draw()``."""
    for row in weight:
        for value in row:
            value.data = draw()
    return weight


def kaiming_normal_(weight: Matrix, a: float = 0.0, seed: Seed = None) -> Matrix:
    """Fill with normal numbers of standard deviation ``sqrt(2 / fan_in)``."""
    generator, deviation = generator_from(seed), math.sqrt(2 / (1 + a * a) / fans(weight)[0])
    return fill(weight, lambda: generator.gauss(0.0, deviation))


def xavier_normal_(weight: Matrix, gain: float = 1.0, seed: Seed = None) -> Matrix:
    """Fill with normal numbers of standard deviation ``gain * sqrt(2 / (fan_in + fan_out))``."""
    generator, deviation = generator_from(seed), gain * math.sqrt(2 / sum(fans(weight)))
    return fill(weight, lambda: generator.gauss(0.0, deviation))


def zeros_(weight: Matrix) -> Matrix:
    """Set every weight to 0."""
    return fill(weight, lambda: 0.0)


def initialise(weight: Matrix, init: "str | Callable[[Matrix], object] | None", activation: str, seed: Seed) -> None:
    """Fill ``weight`` by the scheme called ``init``; by default He for the ReLU family, Xavier otherwise."""
    generator = generator_from(seed)
    name = init or ("kaiming_normal" if activation in RELU_FAMILY else "xavier_normal")
    if callable(name):
        name(weight)
    elif name == "kaiming_normal":
        kaiming_normal_(weight, seed=generator)
    elif name == "xavier_normal":
        xavier_normal_(weight, seed=generator)
    elif name == "zeros":
        zeros_(weight)
    else:
        raise errors.ArgumentError(f"init is the name of a scheme such as 'kaiming_normal'; got {init!r}.")
