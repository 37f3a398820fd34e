"""``SGD``: gradient descent, with momentum."""

from autograd import errors
from nn.optim.base import Hyperparameters, Optimizer, Params, State, Updated, descending


class SGD(Optimizer):
    """(Stochastic) gradient descent: ``p -= lr * v`` with the velocity ``v = momentum * v + gradient``.

    Args:
        params: the parameters, or a list of groups ``{"params": [...], "lr": ...}``.
        lr: the learning rate, at least 0.
        momentum: how much of the velocity remains from step to step, from 0 to below 1.
        weight_decay: is multiplied by the parameter and added to its gradient (L2 regularisation).
        dampening: how much of each gradient after the first is left out of the velocity, from 0 to 1.
        nesterov: looks one step ahead: ``p -= lr * (gradient + momentum * v)``.
        maximize: climbs instead: the gradient counts the other way round.

    Raises:
        ArgumentError: a hyperparameter out of range, ``nesterov`` without momentum or with dampening, no parameters.

    Sources: Polyak, Some methods of speeding up the convergence of iteration methods (1964), for momentum; Sutskever,
    Martens, Dahl & Hinton, On the importance of initialization and momentum in deep learning (2013), for Nesterov's.

    Example:
        >>> from autograd import Value
        >>> x = Value(5.0)
        >>> optimizer = SGD([x], lr=0.1)
        >>> (x * x).backward()
        >>> optimizer.step()
        >>> x.data
        4.0
    """

    state_names = ("momentum_buffer",)

    def __init__(
        self,
        params: Params,
        lr: float = 0.001,
        momentum: float = 0.0,
        *,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        maximize: bool = False,
    ) -> None:
        if nesterov and (momentum == 0 or dampening != 0):
            raise errors.ArgumentError(
                "SGD: nesterov=True needs a momentum greater than 0, such as momentum=0.9, and no dampening."
            )
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
        )

    @staticmethod
    def update(parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int) -> Updated:
        momentum = hyperparameters["momentum"]
        gradient = descending(gradient, parameter, hyperparameters)
        fresh = gradient
        if hyperparameters["dampening"] and momentum:
            fresh = gradient * (1 - hyperparameters["dampening"] * (step > 1))
        velocity = momentum * state["momentum_buffer"] + fresh
        direction = gradient + momentum * velocity if hyperparameters["nesterov"] else velocity
        return parameter - hyperparameters["lr"] * direction, {"momentum_buffer": velocity}
