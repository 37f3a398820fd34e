"""``Linear``: every output is a weighted sum of every input, plus a bias."""

import math

from autograd import Value, dot
from nn.init import Seed, fill, generator_from
from nn.module import Module
from nn.neurons import positive
from nn.shapes import Input, Sample, per_sample, sample


class Linear(Module):
    """``y = weight · x + bias``.

    Args:
        in_features: how many numbers a sample has.
        out_features: how many outputs there are.
        bias: False leaves the bias out.
        seed: an int for the same weights every time.

    Both start uniformly between ``-1 / sqrt(in_features)`` and ``1 / sqrt(in_features)``, as in PyTorch;
    ``nn.init`` has other schemes.

    Example:
        >>> layer = Linear(2, 3, seed=1)
        >>> len(layer([1.0, 2.0]))
        3
        >>> layer
        Linear(2, 3)  # 9 parameters
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, seed: Seed = None) -> None:
        rows, columns = range(positive("out_features", out_features)), range(positive("in_features", in_features))
        self.in_features, self.out_features = in_features, out_features
        self.weight = [[Value(0.0, f"weight[{i}][{j}]") for j in columns] for i in rows]
        self.bias = [Value(0.0, f"bias[{i}]") for i in rows] if bias else None
        generator, bound = generator_from(seed), 1 / math.sqrt(in_features)
        fill([*self.weight, self.bias or []], lambda: generator.uniform(-bound, bound))

    def forward(self, x: Input) -> "list[Value] | list[list[Value]]":
        """Return ``out_features`` Values for one sample of ``in_features`` numbers, a list of these for a batch."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> list[Value]:
        """Return the outputs for one sample."""
        numbers = sample(x, self.in_features, f"Linear({self.in_features}, {self.out_features})")
        products = [dot(tuple(row), numbers) for row in self.weight]
        if self.bias is None:
            return products
        return [product + bias for product, bias in zip(products, self.bias, strict=True)]

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.in_features}, {self.out_features}" + (", bias=False" if self.bias is None else "")
