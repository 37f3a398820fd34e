"""``Adam``: momentum, and steps scaled by the recent size of each gradient; ``AdamW``: with decoupled weight decay."""

from autograd import errors
from nn.optim.base import Hyperparameters, Optimizer, Params, State, Updated, descending, larger, square_root


class Adam(Optimizer):
    """Divides the running mean of each gradient by the root of its running mean square, both corrected for their start.

    Args:
        params: the parameters, or a list of groups ``{"params": [...], "lr": ...}``.
        lr: the learning rate, at least 0; about how far a parameter moves per step.
        betas: how much of the mean and of the mean square remain from step to step, each from 0 to below 1.
        eps: keeps the division finite where there was no gradient yet, at least 0.
        weight_decay: is multiplied by the parameter and added to its gradient; :class:`AdamW` usually does better.
        amsgrad: divides by the largest mean square so far, so that steps of one size get no longer.
        maximize: climbs instead: the gradient counts the other way round.

    Raises:
        ArgumentError: a hyperparameter out of range, no parameters.

    Sources: Kingma & Ba, Adam: a method for stochastic optimization (2015); amsgrad: Reddi, Kale & Kumar, On the
    convergence of Adam and beyond (2018).

    Example:
        >>> from autograd import Value
        >>> x = Value(5.0)
        >>> optimizer = Adam([x], lr=0.1)
        >>> (x * x).backward()
        >>> optimizer.step()
        >>> round(x.data, 6)
        4.9
    """

    state_names = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Params,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        *,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        maximize: bool = False,
    ) -> None:
        options = {"eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad, "maximize": maximize}
        super().__init__(params, lr=lr, betas=betas, **options)

    def remembered(self, group: Hyperparameters) -> tuple[str, ...]:
        return (*self.state_names, "max_exp_avg_sq") if group["amsgrad"] else self.state_names

    def check(self, group: Hyperparameters) -> None:
        betas = group["betas"]
        if not isinstance(betas, tuple | list) or len(betas) != 2:
            raise errors.ArgumentError(f"{type(self).__name__}: betas is a pair such as (0.9, 0.999); got {betas!r}.")
        super().check(group)

    @staticmethod
    def update(parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int) -> Updated:
        beta1, beta2 = hyperparameters["betas"]
        gradient = descending(gradient, parameter, hyperparameters)
        mean = beta1 * state["exp_avg"] + (1 - beta1) * gradient
        square = beta2 * state["exp_avg_sq"] + (1 - beta2) * gradient * gradient
        later, size = {"exp_avg": mean, "exp_avg_sq": square}, square
        if hyperparameters["amsgrad"]:
            size = later["max_exp_avg_sq"] = larger(state["max_exp_avg_sq"], square)
        corrected_mean, corrected_square = mean / (1 - beta1**step), size / (1 - beta2**step)
        direction = corrected_mean / (square_root(corrected_square) + hyperparameters["eps"])
        return parameter - hyperparameters["lr"] * direction, later


class AdamW(Adam):
    """Shrinks each parameter by ``lr * weight_decay`` of itself and then takes Adam's step.

    The arguments and errors are :class:`Adam`'s; ``weight_decay`` is 0.01 unless given.

    Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019).

    Example:
        >>> from autograd import Value
        >>> x = Value(5.0)
        >>> optimizer = AdamW([x], lr=0.1, weight_decay=0.5)
        >>> (x * x).backward()
        >>> optimizer.step()
        >>> round(x.data, 6)
        4.65
    """

    def __init__(
        self,
        params: Params,
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        *,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        amsgrad: bool = False,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize)

    @staticmethod
    def update(parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int) -> Updated:
        shrunk = parameter * (1 - hyperparameters["lr"] * hyperparameters["weight_decay"])
        return Adam.update(shrunk, gradient, state, {**hyperparameters, "weight_decay": 0.0}, step)
