"""``BatchNorm1d`` and ``LayerNorm``: bring a layer's signal to mean 0 and variance 1, then scale and shift it."""

from collections.abc import Sequence
from functools import partial

import autograd
from autograd import Value, errors
from nn.argument_checks import positive, within
from nn.data.shapes import Element, Input, Output, Sample, is_batch, listed, per_sample, sample
from nn.module import Module


class BatchNorm1d(Module):
    """Normalises each feature over the samples of a batch.

    In training the mean and the variance are the batch's own, and running averages of both are kept; in
    evaluation (after ``model.eval()``) these running statistics are used, for a batch or for a single sample.

    Args:
        num_features: how many numbers a sample has.
        eps: added to the variance, so that a constant feature does not divide by 0.
        momentum: the weight of each batch's statistics in the running ones (the variance divided by n - 1).
        affine: whether the result is multiplied by ``.weight`` and shifted by ``.bias``, which are learned.

    Raises:
        ArgumentError: an argument out of range; in training, fewer than two samples.

    Source: Ioffe & Szegedy, Batch normalization (2015).

    Example:
        >>> norm = BatchNorm1d(1)
        >>> [round(row[0].data, 3) for row in norm([[1.0], [3.0]])]
        [-1.0, 1.0]
        >>> norm.running_mean, norm.running_var
        ([0.2], [1.1])
    """

    running_mean: list[float]
    running_var: list[float]

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> None:
        self.num_features = positive("num_features", num_features)
        self.eps, self.momentum = within("eps", eps, "(0, inf)"), within("momentum", momentum, "[0, 1]")
        self.weight, self.bias = scale_and_shift(num_features, affine)
        self.register_buffer("running_mean", [0.0] * num_features)
        self.register_buffer("running_var", [1.0] * num_features)

    def forward(self, x: Input) -> Output:
        """Return the normalised batch, or sample in evaluation, in lists like the input's."""
        return self.forward_training(x) if self.training else self.forward_evaluation(x)

    def forward_training(self, x: Input) -> Output:
        items = listed(x)
        if not is_batch(items) or len(items) < 2:
            raise errors.ArgumentError(
                f"{self!r} needs a batch of at least 2 samples in training, because it normalises over the batch; "
                f"got {len(items) if is_batch(items) else 'one sample'}. Use larger batches, drop_last=True in the "
                "DataLoader, or model.eval() to predict."
            )
        columns = zip(*[sample(row, self.num_features, self.title) for row in items], strict=True)
        scaled, means, variances = zip(*[normalised(column, self.eps) for column in columns], strict=True)
        autograd.observe([*means, *variances], partial(self.update_running_statistics, len(items)))
        return [scaled_and_shifted(row, self.weight, self.bias) for row in zip(*scaled, strict=True)]

    def forward_evaluation(self, x: Input) -> Output:
        count = self.num_features
        # They are drawn, not merely read, so that a compiled function sees their current numbers at each call.
        statistics: Sequence[Element] = autograd.fresh(lambda _: [*self.running_mean, *self.running_var], 2 * count)
        means, variances = statistics[:count], statistics[count:]
        deviations = [autograd.sqrt(variance + self.eps) for variance in variances]

        def one(row: Sample) -> list[Output]:
            numbers = sample(row, count, self.title)
            scaled = [(x - m) / d for x, m, d in zip(numbers, means, deviations, strict=True)]
            return scaled_and_shifted(scaled, self.weight, self.bias)

        return per_sample(one, x)

    def update_running_statistics(self, count: int, statistics: Sequence[float]) -> None:
        """Update the running statistics from the means and variances of a batch of ``count`` samples."""
        numbers = list(map(float, statistics))
        keep, unbiased = 1 - self.momentum, count / (count - 1)
        means, variances = numbers[: self.num_features], numbers[self.num_features :]
        for running, weight, news in (
            (self.running_mean, self.momentum, means),
            (self.running_var, self.momentum * unbiased, variances),
        ):
            running[:] = [keep * old + weight * new for old, new in zip(running, news, strict=True)]

    def extra_repr(self) -> str:
        return f"{self.num_features}"


class LayerNorm(Module):
    """Normalises each sample over its own numbers; the same in training and in evaluation.

    Args:
        normalized_shape: how many numbers a sample has.
        eps: added to the variance, so that a constant sample does not divide by 0.
        elementwise_affine: whether the result is multiplied by ``.weight`` and shifted by ``.bias``, which are learned.

    Raises:
        ArgumentError: an argument out of range; when called, a sample of another length.

    Source: Ba, Kiros & Hinton, Layer normalization (2016).

    Example:
        >>> [round(y.data, 3) for y in LayerNorm(2)([1.0, 3.0])]
        [-1.0, 1.0]
    """

    def __init__(self, normalized_shape: int, eps: float = 1e-5, elementwise_affine: bool = True) -> None:
        self.normalized_shape = positive("normalized_shape", normalized_shape)
        self.eps = within("eps", eps, "(0, inf)")
        self.weight, self.bias = scale_and_shift(normalized_shape, elementwise_affine)

    def forward(self, x: Input) -> Output:
        """Return the normalised sample, or each of a batch, in lists like the input's."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> list[Output]:
        scaled, _, _ = normalised(sample(x, self.normalized_shape, self.title), self.eps)
        return scaled_and_shifted(scaled, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}"


def scale_and_shift(count: int, learned: bool) -> tuple[list[Value] | None, list[Value] | None]:
    """Return ``count`` weights of 1 and biases of 0, or None for both."""
    if not learned:
        return None, None
    weight = [Value(1.0, f"weight[{i}]") for i in range(count)]
    return weight, [Value(0.0, f"bias[{i}]") for i in range(count)]


def normalised(numbers: Sequence[Element], eps: float) -> tuple[list[Element], Element, Element]:
    """Return ``(x - mean) / sqrt(variance + eps)`` for every x, the mean, and the variance (divided by n)."""
    mean = autograd.mean(numbers)
    centred = tuple([number - mean for number in numbers])
    variance = autograd.dot(centred, centred) / len(centred)
    deviation = autograd.sqrt(variance + eps)
    return [number / deviation for number in centred], mean, variance


def scaled_and_shifted(row: Sequence[Element], weight: list[Value] | None, bias: list[Value] | None) -> list[Output]:
    """Return ``weight * x + bias`` for every x, or the numbers unchanged where nothing is learned."""
    if weight is None or bias is None:
        return [*row]  # type: ignore[list-item]  # of plain numbers in, plain numbers come out
    return [w * x + b for w, x, b in zip(weight, row, bias, strict=True)]
