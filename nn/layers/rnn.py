"""``RNN``: the plain recurrent layer."""

from collections.abc import Sequence
from typing import Any

from autograd import Value
from nn.argument_checks import one_of
from nn.init import Seed
from nn.layers.recurrent import Recurrent, State, Vector
from nn.layers.weights import weighted


class RNN(Recurrent):
    """``h = tanh(W_ih · x + b_ih + W_hh · h + b_hh)``, one step after another.

    Args:
        nonlinearity: ``"tanh"`` or ``"relu"``.
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, seed: as for :class:`nn.LSTM`,
            with the same errors.

    Source: Elman, Finding structure in time (1990).

    Example:
        >>> outputs, h = RNN(2, 3, seed=1)([[1.0, 2.0], [3.0, 4.0]])
        >>> len(outputs), len(outputs[0]), outputs[-1] == h[0]
        (2, 3, True)
    """

    def __init__(  # noqa: PLR0917  # PyTorch's order
        self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh", bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, *, seed: Seed = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, seed=seed)
        self.nonlinearity = one_of("nonlinearity", nonlinearity, ("tanh", "relu"))

    def step(self, x: Vector, state: State, weights: Sequence[Any]) -> State:
        from_input, from_state, bias, _ = weights
        news, past = weighted(from_input, x, bias), weighted(from_state, state[0], None)
        respond = Value.tanh if self.nonlinearity == "tanh" else Value.relu
        return (tuple([respond(a + b) for a, b in zip(news, past, strict=True)]),)
