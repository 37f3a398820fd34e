"""``Recurrent``: what RNN, LSTM and GRU share, the loops over layers, directions and time around one step."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, ClassVar, TypeAlias

from autograd import errors
from nn.argument_checks import positive, within
from nn.data.shapes import Element, Nested, flatten, nested
from nn.init import Seed
from nn.layers.dropout import Dropout
from nn.layers.sequences import arranged, sequences
from nn.layers.weights import uniformly, values
from nn.module import Module

Vector: TypeAlias = Sequence[Element]
State: TypeAlias = tuple[Vector, ...]
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
"""The parameters of each layer and direction: from its input and from its last state."""


class Recurrent(Module):
    """The base of layers that read a sequence step by step and carry a state; its arguments are :class:`nn.LSTM`'s."""

    gates: ClassVar[int] = 1
    """How many vectors of ``hidden_size`` the weights give."""
    states: ClassVar[int] = 1
    """How many vectors a state consists of; the first is the output."""

    def __init__(  # noqa: PLR0917  # PyTorch's order
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, *, seed: Seed = None,
    ) -> None:  # fmt: skip
        self.input_size, self.hidden_size = positive("input_size", input_size), positive("hidden_size", hidden_size)
        self.num_layers, self.bias, self.batch_first = positive("num_layers", num_layers), bias, batch_first
        self.bidirectional, self.dropout = bidirectional, within("dropout", dropout, "[0, 1]")
        self.between = Dropout(dropout, seed=seed)
        self.endings = ("", "_reverse") if bidirectional else ("",)
        rows, size = self.gates * self.hidden_size, self.input_size
        for layer in range(self.num_layers):
            for ending in self.endings:
                shapes = [(rows, size), (rows, self.hidden_size), *[(rows,)] * (2 * bias)]
                for name, shape in zip(NAMES, shapes, strict=False):
                    vars(self)[f"{name}_l{layer}{ending}"] = values(f"{name}_l{layer}{ending}", *shape)
            size = self.hidden_size * len(self.endings)
        uniformly(list(vars(self).values())[-len(shapes) * len(self.endings) * self.num_layers :], hidden_size, seed)

    def with_one_bias(self, weights: list[Any]) -> list[Any]:
        """Return the parameters with the sum of both biases in the place of the first, which saves an addition."""
        from_input, from_state, bias, other = weights
        return [from_input, from_state, bias and [a + b for a, b in zip(bias, other, strict=True)], None]

    step: Callable[[Vector, State, Sequence[Any]], State]
    """Returns the next state for one element of the sequence."""

    def forward(self, x: Nested, hx: Any = None) -> tuple[Any, Any]:  # nested as the arguments say
        """Return the output at every time and the last state of every layer, as PyTorch arranges them.

        Args:
            x: (time, features) for one sequence; for a batch (time, samples, features), or (samples, time, features)
                with ``batch_first``.
            hx: the first state, (layers * directions, hidden_size), with samples in the middle for a batch; 0 if not
                given. It is a pair of these for an LSTM.
        """
        batch, batched = sequences(x, self.input_size, self.batch_first, self.title)
        starts = self.starts(hx, len(batch), batched)
        runs = [self.run(sequence, start) for sequence, start in zip(batch, starts, strict=True)]
        outputs = arranged([output for output, _ in runs], batched, self.batch_first)
        ends = [
            [arranged([list(end[place][part]) for _, end in runs], batched, True) for place in range(len(starts[0]))]
            for part in range(self.states)
        ]
        return outputs, tuple(ends) if self.states > 1 else ends[0]

    def starts(self, hx: Any, samples: int, batched: bool) -> list[list[State]]:
        """Return the first state of each sample, for each layer and direction."""
        places, size = self.num_layers * len(self.endings), self.hidden_size
        if hx is None:
            return [[((0.0,) * size,) * self.states] * places] * samples
        parts = []
        for part in hx if self.states > 1 else (hx,):
            numbers, shape = flatten(part, f"The first state of {self.title()}")
            if shape != ((places, samples, size) if batched else (places, size)):
                raise errors.ArgumentError(f"A first state of shape {shape} does not fit {self.title()}, {samples=}.")
            parts.append(nested(numbers, (places, samples, size)))
        return [[tuple([tuple(part[place][n]) for part in parts]) for place in range(places)] for n in range(samples)]

    def run(self, sequence: Any, starts: list[State]) -> tuple[Any, list[State]]:
        """Return the outputs for one sequence, and the last state for each layer and direction."""
        ends: list[State] = []
        for layer in range(self.num_layers):
            tracks = []
            for ending in self.endings:
                weights = self.with_one_bias([getattr(self, f"{name}_l{layer}{ending}", None) for name in NAMES])
                state, track = starts[len(ends)], []
                for x in sequence[::-1] if ending else sequence:
                    state = self.step(tuple(x), state, weights)
                    track.append(state[0])
                ends.append(state)
                tracks.append(track[::-1] if ending else track)
            sequence = [list(chain(*vectors)) for vectors in zip(*tracks, strict=True)]
            if layer < self.num_layers - 1:
                sequence = self.between(sequence)
        return sequence, ends

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"
