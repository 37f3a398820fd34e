"""``LambdaLR``: a learning rate times a function of the epoch."""

from collections.abc import Callable, Sequence

from autograd import errors
from nn.argument_checks import within
from nn.optim.base import Optimizer
from nn.schedulers.base import Scheduler

Factor = Callable[[int], float]


class LambdaLR(Scheduler):
    """Multiplies the learning rate that each group started with by a function of the epoch.

    Args:
        optimizer: its learning rates are followed by the schedule, and no other: each step sets them afresh.
        lr_lambda: takes the number of the epoch, from 0, and returns a factor of at least 0; or a list of such
            functions, one for each group of parameters.

    Raises:
        ArgumentError: another number of functions than groups, a factor below 0.

    Example:
        >>> import autograd, nn
        >>> scheduler = LambdaLR(nn.SGD([autograd.Value(0.0)], lr=1.0), lambda epoch: 1 / (1 + epoch))
        >>> [scheduler.rate(1.0, epoch) for epoch in (0, 1, 3)]
        [1.0, 0.5, 0.25]
    """

    overwrites = True

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor]) -> None:
        groups = len(optimizer.param_groups)
        several = isinstance(lr_lambda, Sequence)
        self.lr_lambdas: list[Factor] = [*lr_lambda] if several else [lr_lambda] * groups  # type: ignore[list-item,misc]
        if len(self.lr_lambdas) != groups or not all(map(callable, self.lr_lambdas)):
            raise errors.ArgumentError(
                f"LambdaLR takes a function of the epoch, or one for each of the {groups} groups of parameters; got "
                f"{lr_lambda!r}."
            )
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        return self.rate_of(0, base, epoch)

    def rate_of(self, number: int, base: float, epoch: int) -> float:
        function = self.lr_lambdas[min(number, len(self.lr_lambdas) - 1)]  # one for all, also for groups added later
        return base * within(f"LambdaLR: lr_lambda({epoch})", function(epoch), "[0, inf)")
