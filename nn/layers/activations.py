"""Activations as modules: each applies one of autograd's functions to every number it is given."""

from collections.abc import Callable
from typing import ClassVar

import autograd
from autograd import Value, errors
from nn.argument_checks import within
from nn.data.shapes import Element, Input, Nested, Output, Sample, is_sequence, listed, per_sample, sample
from nn.module import Module


class Elementwise(Module):
    """The base of activations that act on one number at a time.

    They take a Value, a sample or a batch, and give Values in the same arrangement.
    """

    function: ClassVar[Callable[..., Value]]
    """The function of one number that a subclass applies."""

    def __init__(self) -> None:
        """Take no arguments; a call with some, such as PyTorch's, is then explained."""

    def forward(self, x: Nested) -> Output:
        """Return the activation of every number in ``x``, arranged as in ``x``."""
        if is_sequence(x):
            return [self.forward(item) for item in listed(x)]
        return self.respond(x)  # type: ignore[arg-type]  # what is not a sequence is a number

    def respond(self, x: Element) -> Value:
        return type(self).function(x)


class ReLU(Elementwise):
    """``max(x, 0)``; its derivative at 0 is 0.

    Source: Nair & Hinton, Rectified linear units improve restricted Boltzmann machines (2010).

    Example:
        >>> [y.data for y in ReLU()([Value(-1.0), Value(2.0)])]
        [0.0, 2.0]
    """

    function = autograd.relu


class LeakyReLU(Elementwise):
    """``x`` above 0 and ``negative_slope * x`` below, so that no unit ever stops learning.

    Source: Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models (2013).

    Example:
        >>> LeakyReLU(0.1)(Value(-2.0)).data
        -0.2
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = within("negative_slope", negative_slope, "(-inf, inf)")

    def respond(self, x: Element) -> Value:
        return autograd.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"{self.negative_slope:g}"


class ELU(Elementwise):
    """``x`` above 0 and ``alpha * (exp(x) - 1)`` below.

    Source: Clevert, Unterthiner & Hochreiter, Fast and accurate deep network learning by ELUs (2015).

    Example:
        >>> ELU()(Value(-1.0)).data
        -0.6321205588285577
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = within("alpha", alpha, "(-inf, inf)")

    def respond(self, x: Element) -> Value:
        return autograd.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"{self.alpha:g}"


class GELU(Elementwise):
    """``x`` times the probability that a standard normal number is below ``x`` (exact, not the tanh approximation).

    Source: Hendrycks & Gimpel, Gaussian error linear units (2016).

    Example:
        >>> round(GELU()(Value(1.0)).data, 6)
        0.841345
    """

    function = autograd.gelu


class SiLU(Elementwise):
    """``x * sigmoid(x)``, also called swish.

    Source: Elfwing, Uchibe & Doya, Sigmoid-weighted linear units for neural network function approximation (2017).

    Example:
        >>> round(SiLU()(Value(1.0)).data, 6)
        0.731059
    """

    function = autograd.silu


class Tanh(Elementwise):
    """The hyperbolic tangent, between -1 and 1.

    Source: LeCun, Bottou, Orr & Müller, Efficient backprop (1998).

    Example:
        >>> round(Tanh()(Value(0.5)).data, 6)
        0.462117
    """

    function = autograd.tanh


class Sigmoid(Elementwise):
    """``1 / (1 + exp(-x))``, between 0 and 1: the probability that a logit stands for.

    Example:
        >>> Sigmoid()(Value(0.0)).data
        0.5
    """

    function = autograd.sigmoid


class Softplus(Elementwise):
    """``log(1 + exp(x))``, a smooth ReLU. (PyTorch replaces it by ``x`` above 20, which differs by up to 2e-9.)

    Source: Dugas, Bengio, Bélisle, Nadeau & Garcia, Incorporating second-order functional knowledge (2001).

    Example:
        >>> Softplus()(Value(0.0)).data
        0.6931471805599453
    """

    function = autograd.softplus


class OverLogits(Module):
    """The base of activations that act on all logits of a sample at once."""

    function: ClassVar[Callable[..., list[Value]]]
    """The function of one sample's logits that a subclass applies."""

    def __init__(self, dim: int = -1) -> None:
        if dim != -1:
            raise errors.ArgumentError(
                f"{type(self).__name__} works on the logits of each sample, which are the last dimension; got "
                f"{dim=}. Write dim=-1, which is the same for a batch (samples, logits)."
            )

    def forward(self, x: Input) -> Output:
        """Return as many numbers as logits, for one sample or for each of a batch."""

        def one(logits: Sample) -> list[Output]:
            items = listed(logits)
            return [*type(self).function(sample(items, len(items), self.title))]

        return per_sample(one, x)


class Softmax(OverLogits):
    """The probabilities ``exp(x) / sum(exp(x))`` of one sample's logits; of each sample's in a batch.

    For training, give :class:`nn.CrossEntropyLoss` the logits themselves.

    Args:
        dim: the last dimension, -1, and no other: the logits of one sample.

    Raises:
        ArgumentError: another ``dim``.

    Example:
        >>> [p.data for p in Softmax()([Value(0.0), Value(0.0)])]
        [0.5, 0.5]
    """

    function = autograd.softmax


class LogSoftmax(OverLogits):
    """The logarithms of :class:`Softmax`'s probabilities, as :class:`nn.NLLLoss` takes them; with the same arguments.

    Example:
        >>> [p.data for p in LogSoftmax()([Value(0.0), Value(-800.0)])]
        [-0.0, -800.0]
    """

    function = autograd.log_softmax
