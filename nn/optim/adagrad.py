"""``Adagrad``: steps scaled by all of each parameter's gradients so far."""

from nn.optim.base import Hyperparameters, Optimizer, Params, State, Updated, descending, square_root


class Adagrad(Optimizer):
    """Divides each gradient by the root of the sum of its squares: ``p -= lr * gradient / (sqrt(s) + eps)``.

    Args:
        params: the parameters, or a list of groups ``{"params": [...], "lr": ...}``.
        lr: the learning rate, at least 0.
        lr_decay: divides the learning rate by ``1 + (step - 1) * lr_decay``.
        weight_decay: is multiplied by the parameter and added to its gradient (L2 regularisation).
        eps: keeps the division finite where there was no gradient yet, at least 0.
        maximize: climbs instead: the gradient counts the other way round.

    Raises:
        ArgumentError: a hyperparameter out of range, no parameters.

    Source: Duchi, Hazan & Singer, Adaptive subgradient methods (2011).

    Example:
        >>> from autograd import Value
        >>> x = Value(5.0)
        >>> optimizer = Adagrad([x], lr=0.5)
        >>> (x * x).backward()
        >>> optimizer.step()
        >>> round(x.data, 6)
        4.5
    """

    state_names = ("sum",)

    def __init__(
        self,
        params: Params,
        lr: float = 0.01,
        *,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        eps: float = 1e-10,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps, maximize=maximize)

    @staticmethod
    def update(parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int) -> Updated:
        gradient = descending(gradient, parameter, hyperparameters)
        total = state["sum"] + gradient * gradient
        rate = hyperparameters["lr"] / (1 + (step - 1) * hyperparameters["lr_decay"])
        return parameter - rate * gradient / (square_root(total) + hyperparameters["eps"]), {"sum": total}
