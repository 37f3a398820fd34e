"""``Dropout``: drops part of the signal while training, so that no unit can rely on another."""

import struct
import sys
from collections.abc import Sequence
from typing import cast

import autograd
from nn.argument_checks import within
from nn.data.shapes import Element, Nested, flatten, nested
from nn.init import Seed, generator_from
from nn.module import Module


class Dropout(Module):
    """Sets each number to 0 with probability ``p`` in training and divides the others by ``1 - p``.

    Their expected value is therefore unchanged, and in evaluation (after ``model.eval()``) everything passes as it is.

    Args:
        p: the probability of leaving a number out, from 0 to 1.
        seed: an int for the same sequence of masks every time.

    Raises:
        ArgumentError: ``p`` is not a probability.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout (2014).

    Example:
        >>> dropout = Dropout(0.5, seed=1)
        >>> sorted({y.data for y in dropout([autograd.Value(1.0)] * 20)})
        [0.0, 2.0]
        >>> [y.data for y in dropout.eval()([autograd.Value(1.0)] * 2)]
        [1.0, 1.0]
    """

    def __init__(self, p: float = 0.5, *, seed: Seed = None) -> None:
        self.p = within("p", p, "[0, 1]")
        self.generator = generator_from(seed)

    def forward(self, x: Nested) -> Nested:
        """Return ``x`` times a fresh mask in training and ``x`` itself in evaluation; any arrangement of numbers."""
        if not self.training or self.p == 0:
            return x
        numbers, shape = flatten(x, "The input of Dropout")
        mask: Sequence[Element] = autograd.fresh(self.draw_mask, len(numbers))
        return nested([number * kept for number, kept in zip(numbers, mask, strict=True)], shape)  # type: ignore[no-any-return]  # nested as the input is

    def draw_mask(self, count: int) -> Sequence[float]:
        """Return ``count`` factors, each 0 or ``1 / (1 - p)``: the same with and without NumPy."""
        drawn = self.generator.randbytes(4 * count)  # a whole number from 0 to 2**32 - 1 for each
        limit, kept = self.p * 2**32, 1 / (1 - self.p) if self.p < 1 else 0.0
        if "numpy" in sys.modules:  # a compiled step has loaded it, and takes arrays as they are
            import numpy

            return cast("Sequence[float]", (numpy.frombuffer(drawn, dtype="<u4") >= limit) * kept)
        return [kept if number >= limit else 0.0 for number in struct.unpack(f"<{count}I", drawn)]

    def extra_repr(self) -> str:
        return f"{self.p:g}"
