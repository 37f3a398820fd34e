"""``Linear``: every output is a weighted sum of every input, plus a bias."""

import autograd
from autograd import Value
from nn.argument_checks import positive
from nn.data.shapes import Input, Output, Sample, per_sample, sample
from nn.init import Seed
from nn.layers.weights import uniformly, values
from nn.module import Module


class Linear(Module):
    """``y = weight · x + bias``, with ``.weight[out][in]`` and ``.bias[out]``.

    Args:
        in_features: how many numbers a sample has.
        out_features: how many outputs there are.
        bias: False leaves the bias out; ``.bias`` is then None.
        seed: an int for the same weights every time.

    Weights and biases start distributed uniformly between ``-1 / sqrt(in_features)`` and ``1 / sqrt(in_features)``,
    as in PyTorch; :mod:`nn.init` has other schemes: ``nn.init.kaiming_normal_(layer.weight)``.

    Raises:
        ArgumentError: a size below 1; when called, a sample of another length.

    Example:
        >>> layer = Linear(2, 3, seed=1)
        >>> len(layer([1.0, 2.0]))
        3
        >>> layer
        Linear(2, 3)  # 9 parameters
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, seed: Seed = None) -> None:
        self.out_features, self.in_features = (
            positive("out_features", out_features),
            positive("in_features", in_features),
        )
        self.weight: list[list[Value]] = values("weight", self.out_features, self.in_features)
        self.bias: list[Value] | None = values("bias", self.out_features) if bias else None
        uniformly([self.weight, self.bias], self.in_features, seed)

    def forward(self, x: Input) -> Output:
        """Return ``out_features`` Values in a list for one sample, a list of these for a batch, of any depth."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> list[Output]:
        numbers = sample(x, self.in_features, self.title)
        products = [autograd.dot(tuple(row), numbers) for row in self.weight]
        if self.bias is None:
            return [*products]
        return [product + bias for product, bias in zip(products, self.bias, strict=True)]

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}" + (", bias=False" if self.bias is None else "")
