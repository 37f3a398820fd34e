"""``Neuron``, ``Layer`` and ``MLP``: networks built neuron by neuron, with the shapes of the well-known lectures."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias, cast

import autograd
from autograd import Value, errors
from autograd.console import printed
from nn.argument_checks import positive
from nn.data.shapes import Element, Input, Output, Sample, per_sample, sample
from nn.init import Scheme, Seed, generator_from, initialise
from nn.module import Module

Activation: TypeAlias = "str | Callable[[Value], Value] | None"

ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid")
"""The activations that can be given by name: autograd's functions of these names."""


class Neuron(Module):
    """One neuron: ``activation(w · x + b)``, with weights ``.w`` (a list) and bias ``.b``.

    Args:
        nin: how many numbers a sample has.
        activation: ``"relu"``, ``"leaky_relu"``, ``"elu"``, ``"gelu"``, ``"silu"``, ``"softplus"``, ``"tanh"``,
            ``"sigmoid"``, a function of a Value, or None for no activation.
        nonlin: False leaves the activation out too, as in micrograd.
        init: the name of an initialisation scheme or a function that fills a matrix ``weight[out][in]``; by default
            He for the ReLU family and Xavier otherwise. The bias starts at 0.
        seed: an int for the same weights every time.
        fused: True makes the weighted sum one ``dot`` node, which is fast; False unfolds it into ``*`` and ``+``
            nodes with exactly the same numbers, which shows every step.

    Raises:
        ArgumentError: a size below 1, an unknown activation or scheme; when called, a sample of another length.

    Example:
        >>> neuron = Neuron(2, "tanh", seed=1)
        >>> neuron.w[0].data, neuron.w[1].data, neuron.b.data = 1.0, -1.0, 0.5
        >>> neuron([0.5, 1.0]).data
        0.0
    """

    def __init__(
        self,
        nin: int,
        activation: Activation = "relu",
        *,
        nonlin: bool = True,
        init: Scheme = None,
        seed: Seed = None,
        fused: bool = True,
    ) -> None:
        activation = activation if nonlin else None
        self.w = [Value(0.0, f"w{i}") for i in range(positive("nin", nin))]
        self.b = Value(0.0, "b")
        self.activation, self.fused = activation, fused
        activation_function(activation)  # an unknown name is an error now, not at the first call
        initialise([self.w], init, activation_name(activation), seed)

    def forward(self, x: Input) -> Output:
        """Return a Value for one sample of ``nin`` numbers, a list of Values for a batch."""
        return per_sample(lambda one: self.fire(sample(one, len(self.w), self.title)), x)

    def fire(self, x: tuple[Element, ...]) -> Value:
        """Return the output for a sample that has been checked."""
        if self.fused:
            total = autograd.dot(tuple(self.w), x)
        else:
            total = self.w[0] * x[0]
            for weight, number in zip(self.w[1:], x[1:], strict=True):
                total = total + weight * number
        total = total + self.b
        respond = activation_function(self.activation)
        return respond(total) if respond else total

    def extra_repr(self) -> str:
        return f"{len(self.w)}, {activation_text(self.activation)}"


class Layer(Module):
    """Neurons that all see the same sample; their outputs are the next layer's sample.

    Args:
        nin: how many numbers a sample has.
        nout: how many neurons there are, in ``.neurons``.
        activation, nonlin, init, seed, fused: as for :class:`Neuron`.

    Raises:
        ArgumentError: as for :class:`Neuron`.

    Example:
        >>> layer = Layer(2, 3, seed=1)
        >>> len(layer([1.0, -1.0]))
        3
        >>> layer
        Layer(2, 3, 'relu')  # 9 parameters
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "relu",
        *,
        nonlin: bool = True,
        init: Scheme = None,
        seed: Seed = None,
        fused: bool = True,
    ) -> None:
        activation = activation if nonlin else None
        count = positive("nout", nout)
        self.neurons = [Neuron(nin, activation, init="zeros", seed=seed, fused=fused) for _ in range(count)]
        initialise([neuron.w for neuron in self.neurons], init, activation_name(activation), seed)

    def forward(self, x: Input) -> Output:
        """Return a list of ``nout`` Values for one sample (a Value if ``nout`` is 1), a list of these for a batch."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> Value | list[Output]:
        numbers = sample(x, len(self.neurons[0].w), self.title)
        outputs: list[Output] = [neuron.fire(numbers) for neuron in self.neurons]
        return outputs if len(outputs) > 1 else outputs[0]

    def extra_repr(self) -> str:
        neuron = self.neurons[0]
        return f"{len(neuron.w)}, {len(self.neurons)}, {activation_text(neuron.activation)}"

    @printed
    def __repr__(self) -> str:
        return f"{self.title()}{self.parameter_note()}"  # the neurons are all alike


class MLP(Module):
    """A multi-layer perceptron: layers in a row, the last one without an activation.

    Args:
        nin: how many numbers a sample has.
        nouts: the number of neurons of each layer; the last is the number of outputs.
        activation: of every layer but the last.
        init, seed, fused: as for :class:`Neuron`.

    Raises:
        ArgumentError: as for :class:`Neuron`, or ``nouts`` is empty.

    Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors (1986).

    Example:
        >>> model = MLP(2, [16, 16, 1], seed=1)
        >>> score = model([1.0, -1.0])
        >>> score.backward()
        >>> model
        MLP(
          (layers.0): Layer(2, 16, 'relu')  # 48 parameters
          (layers.1): Layer(16, 16, 'relu')  # 272 parameters
          (layers.2): Layer(16, 1, None)  # 17 parameters
        )  # 337 parameters
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: Activation = "relu",
        init: Scheme = None,
        seed: Seed = None,
        fused: bool = True,
    ) -> None:
        if isinstance(nouts, int) or not nouts:
            raise errors.ArgumentError(f"nouts lists the sizes of the layers, such as [16, 16, 1]; got {nouts!r}.")
        generator, last = generator_from(seed), len(nouts) - 1
        self.layers = [
            Layer(before, after, None if i == last else activation, init=init, seed=generator, fused=fused)
            for i, (before, after) in enumerate(zip([nin, *nouts[:-1]], nouts, strict=True))
        ]

    def forward(self, x: Input) -> Output:
        """Return a Value for one sample (a list if there are several outputs), a list of these for a batch."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> Output:
        for layer in self.layers[:-1]:
            outputs = layer(x)
            x = [outputs] if isinstance(outputs, Value) else cast("Sample", outputs)
        return self.layers[-1](x)


@cache
def activation_function(activation: Activation) -> "Callable[[Value], Value] | None":
    """Return the function that an ``activation=`` argument stands for.

    Raises:
        ArgumentError: an unknown name.
    """
    if isinstance(activation, type):
        raise errors.ArgumentError(
            f"activation is a class, {activation.__name__}; give a name in small letters, such as 'relu', or a "
            "function."
        )
    if activation is None or callable(activation):
        return activation
    if activation not in ACTIVATIONS:
        raise errors.ArgumentError(
            f"activation must be one of {', '.join(map(repr, ACTIVATIONS))}, a function of a Value, or None; "
            f"got {activation!r}."
        )
    # A method of Value is the shortest way to a unary operation.
    return getattr(Value, activation, None) or getattr(autograd, activation)  # type: ignore[no-any-return]  # an operation by its name


def activation_name(activation: Activation) -> str:
    """Return the name of an activation: that of autograd's function, empty for none and for a user's own."""
    return activation if isinstance(activation, str) else str(getattr(activation, "name", ""))


def activation_text(activation: Activation) -> str:
    """Return how an activation is written in the call that made a layer."""
    return repr(activation_name(activation) or activation)
