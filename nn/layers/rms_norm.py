"""``RMSNorm``: brings a sample's numbers to a root mean square of 1."""

import sys

import autograd
from nn.argument_checks import within
from nn.data.shapes import Input, Output, Sample, per_sample, sample
from nn.layers.normalization import Size, one_dimension, scale_and_shift, scaled_and_shifted
from nn.module import Module


class RMSNorm(Module):
    """``y = x / sqrt(mean(x²) + eps) * weight``: a layer normalisation without the mean, and as good in practice.

    Args:
        normalized_shape: how many numbers a sample has: 3 or (3,).
        eps: added to the mean square, so that a sample of zeros does not divide by 0; by default 2.2e-16, the distance
            from 1 to the next float.
        elementwise_affine: whether the result is multiplied by ``.weight``, which is learned.

    Raises:
        ArgumentError: an argument out of range; when called, a sample of another length.

    Source: Zhang & Sennrich, Root mean square layer normalization (2019).

    Example:
        >>> [round(y.data, 3) for y in RMSNorm(2)([3.0, 4.0])]
        [0.849, 1.131]
    """

    def __init__(self, normalized_shape: Size, eps: float | None = None, elementwise_affine: bool = True) -> None:
        self.normalized_shape, self.elementwise_affine = one_dimension(normalized_shape), elementwise_affine
        self.eps = sys.float_info.epsilon if eps is None else within("eps", eps, "(0, inf)")
        self.weight, _ = scale_and_shift(self.normalized_shape, elementwise_affine)

    def forward(self, x: Input) -> Output:
        """Return the normalised sample, or each of a batch of any depth, in lists like the input's."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> list[Output]:
        numbers = sample(x, self.normalized_shape, self.title)
        size = autograd.sqrt(autograd.dot(numbers, numbers) / len(numbers) + self.eps)
        return scaled_and_shifted([number / size for number in numbers], self.weight, None)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}"
