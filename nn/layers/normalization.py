"""``BatchNorm1d`` and ``LayerNorm``: bring a layer's signal to mean 0 and variance 1, then scale and shift it."""

from collections.abc import Sequence
from functools import partial
from typing import TypeAlias

import autograd
from autograd import Value, errors
from nn.argument_checks import positive, within
from nn.data.shapes import Element, Input, Output, Sample, is_batch, listed, per_sample, sample
from nn.module import Module

Size: TypeAlias = int | Sequence[int]


class BatchNorm1d(Module):
    """Normalises each feature over the samples of a batch.

    In training the mean and the variance are the batch's own, and running averages of both are kept; in
    evaluation (after ``model.eval()``) these running statistics are used, for a batch or for a single sample.

    Args:
        num_features: how many numbers a sample has.
        eps: added to the variance, so that a constant feature does not divide by 0.
        momentum: the weight of each batch's statistics in the running ones (the variance divided by n - 1); None
            makes these the plain mean over all batches so far, which ``.num_batches_tracked`` counts.
        affine: whether the result is multiplied by ``.weight`` and shifted by ``.bias``, which are learned.
        track_running_stats: False keeps no running statistics; the batch's own are then used in evaluation, too.

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

    running_mean: list[float] | None = None
    running_var: list[float] | None = None
    num_batches_tracked: list[float]
    """How many batches the mean is over, as the one number of a list, where ``momentum`` is None."""

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:  # fmt: skip
        self.num_features = positive("num_features", num_features)
        self.eps, self.affine, self.track_running_stats = within("eps", eps, "(0, inf)"), affine, track_running_stats
        self.momentum = None if momentum is None else within("momentum", momentum, "[0, 1]")
        self.weight, self.bias = scale_and_shift(self.num_features, affine)
        if track_running_stats:
            self.register_buffer("running_mean", [0.0] * self.num_features)
            self.register_buffer("running_var", [1.0] * self.num_features)
            if momentum is None:
                self.register_buffer("num_batches_tracked", [0.0])

    def forward(self, x: Input) -> Output:
        """Return the normalised batch, or sample in evaluation, in lists like the input's."""
        if self.training or not running_statistics(self):
            return self.forward_training(x)
        return self.forward_evaluation(x)

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
        if self.training and self.track_running_stats:
            autograd.observe([*means, *variances], partial(update_running_statistics, self, len(items)))
        return [scaled_and_shifted(row, self.weight, self.bias) for row in zip(*scaled, strict=True)]

    def forward_evaluation(self, x: Input) -> Output:
        count = self.num_features
        # They are drawn, not merely read, so that a compiled function sees their current numbers at each call.
        statistics: Sequence[Element] = autograd.fresh(lambda _: running_statistics(self), 2 * count)
        means, variances = statistics[:count], statistics[count:]
        deviations = [autograd.sqrt(variance + self.eps) for variance in variances]

        def one(row: Sample) -> list[Output]:
            numbers = sample(row, count, self.title)
            scaled = [(x - m) / d for x, m, d in zip(numbers, means, deviations, strict=True)]
            return scaled_and_shifted(scaled, self.weight, self.bias)

        return per_sample(one, x)

    def extra_repr(self) -> str:
        return f"{self.num_features}"


# Functions, not methods: a program is recorded anew where anything has changed that the code of a method names, and
# the running statistics change at every step.


def running_statistics(norm: BatchNorm1d) -> list[float]:
    """Return the running means and then the running variances as they are now, if there are any."""
    return [*(norm.running_mean or ()), *(norm.running_var or ())]


def update_running_statistics(norm: BatchNorm1d, count: int, statistics: Sequence[float]) -> None:
    """Update the running statistics from the means and variances of a batch of ``count`` samples."""
    numbers = list(map(float, statistics))
    momentum = norm.momentum
    if momentum is None:
        norm.num_batches_tracked[0] += 1
        momentum = 1 / norm.num_batches_tracked[0]
    means, variances = numbers[: norm.num_features], numbers[norm.num_features :]
    for running, weight, news in (
        (norm.running_mean, momentum, means),
        (norm.running_var, momentum * (count / (count - 1)), variances),
    ):
        if running is not None:
            kept = 1 - momentum
            running[:] = [kept * old + weight * new for old, new in zip(running, news, strict=True)]


class LayerNorm(Module):
    """Normalises each sample over its own numbers; the same in training and in evaluation.

    Args:
        normalized_shape: how many numbers a sample has: 3 or (3,).
        eps: added to the variance, so that a constant sample does not divide by 0.
        elementwise_affine: whether the result is multiplied by ``.weight`` and shifted by ``.bias``, which are learned.
        bias: False leaves the shift out.

    Raises:
        ArgumentError: an argument out of range; when called, a sample of another length.

    Source: Ba, Kiros & Hinton, Layer normalization (2016).

    Example:
        >>> [round(y.data, 3) for y in LayerNorm(2)([1.0, 3.0])]
        [-1.0, 1.0]
    """

    def __init__(
        self, normalized_shape: Size, eps: float = 1e-5, elementwise_affine: bool = True, bias: bool = True
    ) -> None:
        self.normalized_shape = one_dimension(normalized_shape)
        self.eps, self.elementwise_affine = within("eps", eps, "(0, inf)"), elementwise_affine
        self.weight, self.bias = scale_and_shift(self.normalized_shape, elementwise_affine, bias)

    def forward(self, x: Input) -> Output:
        """Return the normalised sample, or each of a batch of any depth, in lists like the input's."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> list[Output]:
        scaled, _, _ = normalised(sample(x, self.normalized_shape, self.title), self.eps)
        return scaled_and_shifted(scaled, self.weight, self.bias)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}"


def one_dimension(normalized_shape: Size) -> int:
    """Return how many numbers a sample has, which may be given as the shape of a sample."""
    sizes = normalized_shape if isinstance(normalized_shape, Sequence) else [normalized_shape]
    if len(sizes) != 1:
        raise errors.ArgumentError(
            f"Normalisation is over one dimension here, as in normalized_shape=(3,); got {normalized_shape}. "
            "Put nn.Flatten() in front of it for more."
        )
    return positive("normalized_shape", sizes[0])


def scale_and_shift(
    count: int, scaled: bool = True, shifted: bool = True
) -> tuple[list[Value] | None, list[Value] | None]:
    """Return ``count`` weights of 1 and biases of 0, or None for what is not learned."""
    weight = [Value(1.0, f"weight[{i}]") for i in range(count)]
    bias = [Value(0.0, f"bias[{i}]") for i in range(count)]
    return weight if scaled else None, bias if scaled and shifted else None


def normalised(numbers: Sequence[Element], eps: float) -> tuple[list[Element], Element, Element]:
    """Return ``(x - mean) / sqrt(variance + eps)`` for every x, the mean, and the variance (divided by n)."""
    mean = autograd.mean(numbers)
    centred = tuple([number - mean for number in numbers])
    variance = autograd.dot(centred, centred) / len(centred)
    deviation = autograd.sqrt(variance + eps)
    return [number / deviation for number in centred], mean, variance


def scaled_and_shifted(row: Sequence[Element], weight: list[Value] | None, bias: list[Value] | None) -> list[Output]:
    """Return ``weight * x + bias`` for every x, or what of this is learned."""
    scaled = [*row] if weight is None else [w * x for w, x in zip(weight, row, strict=True)]
    if bias is None:
        return scaled  # type: ignore[return-value]  # of plain numbers in, plain numbers come out
    return [x + b for x, b in zip(scaled, bias, strict=True)]
