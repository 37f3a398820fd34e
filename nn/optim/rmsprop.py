"""``RMSprop``: steps scaled by the recent size of each gradient."""

from nn.optim.base import Hyperparameters, Optimizer, Params, State, Updated, descending, larger, square_root


class RMSprop(Optimizer):
    """Divides each gradient by the root of its running mean square: ``p -= lr * gradient / (sqrt(s) + eps)``.

    Args:
        params: the parameters, or a list of groups ``{"params": [...], "lr": ...}``.
        lr: the learning rate, at least 0.
        alpha: how much of the mean square ``s`` remains from step to step, from 0 to below 1.
        eps: keeps the division finite where there was no gradient yet, at least 0.
        weight_decay: is multiplied by the parameter and added to its gradient (L2 regularisation).
        momentum: how much of the last step is repeated, from 0 to below 1.
        centered: divides by the root of the running variance instead: ``s`` less the square of the running mean.
        maximize: climbs instead: the gradient counts the other way round.

    Raises:
        ArgumentError: a hyperparameter out of range, no parameters.

    Sources: Tieleman & Hinton, Neural networks for machine learning, lecture 6.5 (2012); centered: Graves, Generating
    sequences with recurrent neural networks (2013).

    Example:
        >>> from autograd import Value
        >>> x = Value(5.0)
        >>> optimizer = RMSprop([x], lr=0.1)
        >>> (x * x).backward()
        >>> optimizer.step()
        >>> round(x.data, 6)
        4.0
    """

    state_names = ("square_avg", "momentum_buffer")

    def __init__(
        self,
        params: Params,
        lr: float = 0.01,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params,
            lr=lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            maximize=maximize,
        )

    def remembered(self, group: Hyperparameters) -> tuple[str, ...]:
        return (*self.state_names, "grad_avg") if group["centered"] else self.state_names

    @staticmethod
    def update(parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int) -> Updated:
        alpha = hyperparameters["alpha"]
        gradient = descending(gradient, parameter, hyperparameters)
        square = alpha * state["square_avg"] + (1 - alpha) * gradient * gradient
        later, size = {"square_avg": square}, square
        if hyperparameters["centered"]:
            mean = later["grad_avg"] = alpha * state["grad_avg"] + (1 - alpha) * gradient
            size = larger(square - mean * mean, 0.0)  # which rounding can make negative
        scaled = gradient / (square_root(size) + hyperparameters["eps"])
        velocity = later["momentum_buffer"] = hyperparameters["momentum"] * state["momentum_buffer"] + scaled
        return parameter - hyperparameters["lr"] * velocity, later
