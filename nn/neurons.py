"""``Neuron``, ``Layer`` and ``MLP``: networks built neuron by neuron, with the shapes of the well-known lectures."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import autograd
from autograd import Value, dot, errors
from nn.init import Matrix, Seed, generator_from, initialise
from nn.module import Module
from nn.shapes import Element, Input, Sample, per_sample, sample

Activation: TypeAlias = "str | Callable[[Value], Value] | None"
Scheme: TypeAlias = "str | Callable[[Matrix], object] | None"
Outputs: TypeAlias = "Value | list[Value]"


class Neuron(Module):
    """One neuron: ``activation(w · x + b)``, with weights ``.w`` (a list) and bias ``.b``.

    Args:
        nin: how many numbers a sample has.
        activation: ``"relu"``, ``"leaky_relu"``, ``"elu"``, ``"gelu"``, ``"silu"``, ``"softplus"``, ``"tanh"``,
            ``"sigmoid"``, a function of a Value, or None for none.
        init: the name of an initialisation scheme or a function that fills a matrix; by default He for the ReLU
            family and Xavier otherwise. The bias starts at 0.
        seed: an int for the same weights every time.
        fused: True makes the weighted sum one ``dot`` node, which is fast; False unfolds it into ``*`` and ``+``
            nodes with exactly the same numbers, which shows every step.

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
        init: Scheme = None,
        seed: Seed = None,
        fused: bool = True,
    ) -> None:
        self.w = [Value(0.0, f"w{i}") for i in range(positive("nin", nin))]
        self.b = Value(0.0, "b")
        self.activation, self.fused = activation, fused
        self.respond = activation_function(activation)
        initialise([self.w], init, activation_name(activation), seed)

    def forward(self, x: Input) -> Outputs:
        """Return a Value for one sample of ``nin`` numbers, a list of Values for a batch."""
        return per_sample(lambda one: self.fire(sample(one, len(self.w), self.title())), x)

    def fire(self, x: tuple[Element, ...]) -> Value:
        """Return the output for a sample that has been checked."""
        if self.fused:
            total = dot(tuple(self.w), x)
        else:
            total = self.w[0] * x[0]
            for weight, number in zip(self.w[1:], x[1:], strict=True):
                total = total + weight * number
        total = total + self.b
        return total if self.respond is None else self.respond(total)

    def title(self) -> str:
        """Return what messages and pictures call this neuron."""
        return f"Neuron({len(self.w)}, {activation_name(self.activation) or None!r})"

    def __repr__(self) -> str:
        return f"{self.title()}{self.parameter_note()}"


class Layer(Module):
    """Neurons that all see the same sample; their outputs are the next layer's sample.

    Args:
        nin: how many numbers a sample has.
        nout: how many neurons there are.
        activation, init, seed, fused: as for :class:`Neuron`.

    Example:
        >>> layer = Layer(2, 3, seed=1)
        >>> len(layer([1.0, -1.0]))
        3
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: Activation = "relu",
        *,
        init: Scheme = None,
        seed: Seed = None,
        fused: bool = True,
    ) -> None:
        count = positive("nout", nout)
        self.neurons = [Neuron(nin, activation, init="zeros", fused=fused) for _ in range(count)]
        initialise([neuron.w for neuron in self.neurons], init, activation_name(activation), seed)

    def forward(self, x: Input) -> "Outputs | list[Outputs]":
        """Return a list of ``nout`` Values for one sample (a Value if there is one neuron); for a batch, a list of these."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> Outputs:
        """Return the outputs for one sample."""
        numbers = sample(x, len(self.neurons[0].w), self.title())
        outputs = [neuron.fire(numbers) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def title(self) -> str:
        """Return what messages and pictures call this layer."""
        neuron = self.neurons[0]
        return f"Layer({len(neuron.w)}, {len(self.neurons)}, {activation_name(neuron.activation) or None!r})"

    def __repr__(self) -> str:
        return f"{self.title()}{self.parameter_note()}"


class MLP(Module):
    """A multi-layer perceptron: layers in a row, the last one without an activation.

    Args:
        nin: how many numbers a sample has.
        nouts: the number of neurons of each layer; the last is the number of outputs.
        activation: of every layer but the last.
        init, seed, fused: as for :class:`Neuron`.

    Source: Rumelhart, Hinton & Williams, Learning representations by back-propagating errors (1986).

    Example:
        >>> model = MLP(2, [16, 16, 1], seed=1)
        >>> len(model.parameters())
        337
        >>> model([1.0, -1.0]).parents != ()
        True
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
        generator = generator_from(seed)
        sizes = [nin, *nouts]
        self.layers = [
            Layer(
                sizes[i],
                sizes[i + 1],
                activation if i < len(nouts) - 1 else None,
                init=init,
                seed=generator,
                fused=fused,
            )
            for i in range(len(nouts))
        ]

    def forward(self, x: Input) -> "Outputs | list[Outputs]":
        """Return a Value for one sample (a list if there are several outputs); for a batch, a list of these."""
        return per_sample(self.forward_one, x)

    def forward_one(self, x: Sample) -> Outputs:
        """Return the output for one sample."""
        outputs: Any = x
        for layer in self.layers:
            outputs = layer([outputs] if isinstance(outputs, Value) else outputs)
        return outputs  # type: ignore[no-any-return]  # the last layer's


def activation_function(activation: Activation) -> "Callable[[Value], Value] | None":
    """Return the function that an ``activation=`` argument stands for."""
    if activation is None or callable(activation):
        return activation
    function = getattr(Value, activation, None) or getattr(autograd, activation, None)
    if not isinstance(activation, str) or not callable(function):
        raise errors.ArgumentError(
            f"activation is 'relu', 'leaky_relu', 'elu', 'gelu', 'silu', 'softplus', 'tanh', 'sigmoid', a function "
            f"of a Value, or None; got {activation!r}."
        )
    return function  # type: ignore[no-any-return]


def activation_name(activation: Activation) -> str:
    """Return the name of an activation, empty for none."""
    return activation if isinstance(activation, str) else str(getattr(activation, "name", ""))


def positive(name: str, number: int) -> int:
    """Return a size that must be a whole number of at least 1."""
    if not isinstance(number, int) or number < 1:
        raise errors.ArgumentError(f"{name} must be a whole number of at least 1; got {number!r}.")
    return number
