"""``GRU``: a recurrent layer with one gate that blends the old state with the new."""

from collections.abc import Sequence
from typing import Any

from nn.layers.recurrent import Recurrent, State, Vector
from nn.layers.weights import weighted


class GRU(Recurrent):
    """Gated recurrent unit: ``h = (1 - z) * n + z * h``, one step after another.

    With ``a = W_ih · x + b_ih`` and ``b = W_hh · h + b_hh`` in three parts each, ``r`` and ``z`` are ``sigmoid(a + b)``
    and ``n = tanh(a + r * b)``.

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, seed: as for :class:`nn.LSTM`,
            with the same errors.

    Source: Cho et al., Learning phrase representations using RNN encoder-decoder (2014).

    Example:
        >>> outputs, h = GRU(2, 3, seed=1)([[1.0, 2.0], [3.0, 4.0]])
        >>> len(outputs), len(outputs[0]), outputs[-1] == h[0]
        (2, 3, True)
    """

    gates = 3

    def with_one_bias(self, weights: list[Any]) -> list[Any]:
        return weights  # r stands between the biases

    def step(self, x: Vector, state: State, weights: Sequence[Any]) -> State:
        ((hidden,), (from_input, from_state, *biases)), size = (state, weights), self.hidden_size
        a, b = weighted(from_input, x, biases[0]), weighted(from_state, hidden, biases[1])
        r, z = (
            [(p + q).sigmoid() for p, q in zip(a[part : part + size], b[part : part + size], strict=True)]
            for part in (0, size)
        )
        n = [(p + gate * q).tanh() for p, gate, q in zip(a[2 * size :], r, b[2 * size :], strict=True)]
        return (tuple([(1 - keep) * new + keep * old for keep, new, old in zip(z, n, hidden, strict=True)]),)
