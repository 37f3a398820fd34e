"""``AdamW``: Adam with weight decay that is not mixed into the gradients."""

from collections.abc import Iterable
from typing import Any

from autograd import Value
from nn.optim.adam import Adam
from nn.optim.base import Hyperparameters, State


class AdamW(Adam):
    """Shrinks each parameter by ``lr * weight_decay`` of itself and then takes Adam's step.

    The arguments and errors are :class:`Adam`'s; ``weight_decay`` is 0.01 unless given.

    Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019).

    Example:
        >>> x = Value(5.0)
        >>> optimizer = AdamW([x], lr=0.1, weight_decay=0.5)
        >>> (x * x).backward()
        >>> optimizer.step()
        >>> round(x.data, 6)
        4.65
    """

    def __init__(
        self,
        params: "Iterable[Value] | Iterable[dict[str, Any]]",
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        *,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, lr, betas, eps=eps, weight_decay=weight_decay)

    @staticmethod
    def update(
        parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int
    ) -> tuple[float, State]:
        shrunk = parameter * (1 - hyperparameters["lr"] * hyperparameters["weight_decay"])
        return Adam.update(shrunk, gradient, state, {**hyperparameters, "weight_decay": 0.0}, step)
