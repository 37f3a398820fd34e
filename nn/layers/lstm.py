"""``LSTM``: a recurrent layer whose memory is kept, written and read through gates."""

from collections.abc import Sequence
from typing import Any

import autograd
from nn.layers.recurrent import Recurrent, State, Vector
from nn.layers.weights import weighted


class LSTM(Recurrent):
    """Long short-term memory: ``c = f * c + i * g``, ``h = o * tanh(c)``, one step after another.

    The gates ``i, f, o`` are ``sigmoid`` and the candidate ``g`` is ``tanh`` of ``W_ih · x + b_ih + W_hh · h + b_hh``.
    Where f is 1, the memory c, and with it the gradient, passes through time unchanged.

    Args:
        input_size: how many numbers come in at each time.
        hidden_size: how many numbers h and c have.
        num_layers: how many layers stand on one another; each reads the outputs of the one below.
        bias: False leaves the biases out.
        batch_first: whether a batch is (samples, time, features), as for :func:`nn.fit`, and not (time, samples, ...).
        dropout: the probability of leaving out an output between two layers.
        bidirectional: whether a second set of weights reads backward; outputs are then twice as long.
        seed: an int for the same weights every time.

    The parameters have PyTorch's names: ``weight_ih_l0``, ``weight_hh_l0``, ``bias_ih_l0``, ``bias_hh_l0``, ...

    Raises:
        ArgumentError: a size below 1; when called, a sequence or a state of another shape.

    Source: Hochreiter & Schmidhuber, Long short-term memory (1997); the forget gate: Gers, Schmidhuber & Cummins,
    Learning to forget (2000).

    Example:
        >>> outputs, (h, c) = LSTM(2, 3, seed=1)([[1.0, 2.0], [3.0, 4.0]])
        >>> len(outputs), len(outputs[0]), len(h[0]), outputs[-1] == h[0]
        (2, 3, 3, True)
    """

    gates, states = 4, 2

    def step(self, x: Vector, state: State, weights: Sequence[Any]) -> State:
        (hidden, memory), (from_input, from_state, bias, _) = state, weights
        inputs, memories = weighted(from_input, x, bias), weighted(from_state, hidden, None)
        sums = [a + b for a, b in zip(inputs, memories, strict=True)]
        i, f, g, o = (sums[gate : gate + len(hidden)] for gate in range(0, len(sums), len(hidden)))
        kept = [forget.sigmoid() * before for forget, before in zip(f, memory, strict=True)]
        written = [take.sigmoid() * news.tanh() for take, news in zip(i, g, strict=True)]
        memory = [a + b for a, b in zip(kept, written, strict=True)]
        return tuple([show.sigmoid() * autograd.tanh(cell) for show, cell in zip(o, memory, strict=True)]), memory
