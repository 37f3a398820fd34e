"""``OneCycleLR``: the learning rate rises once and falls for the rest of the training."""

from autograd import errors
from nn.argument_checks import one_of, positive, within
from nn.optim.base import Optimizer
from nn.schedulers.base import Scheduler
from nn.schedulers.cosine import cosine


class OneCycleLR(Scheduler):
    """One rise of the learning rate to ``max_lr`` and a long fall, while the momentum moves in the opposite direction.

    Args:
        optimizer: its learning rate is replaced by ``max_lr / div_factor`` for the start.
        max_lr: the highest learning rate.
        total_steps: how many steps (batches) the whole training has.
        pct_start: the fraction of them that the rise takes, from 0 to 1.
        anneal_strategy: ``"cos"`` or ``"linear"``.
        cycle_momentum: whether momentum (or Adam's first beta) falls to ``base_momentum`` and rises again.
        base_momentum: the momentum at the highest learning rate.
        max_momentum: the momentum at the start and at the end.
        div_factor: how many times smaller than ``max_lr`` the learning rate is at the start.
        final_div_factor: how many times smaller than at the start it is at the end.

    Raises:
        ArgumentError: an argument out of range, a step beyond ``total_steps``, or nothing to cycle as momentum.

    Source: Smith & Topin, Super-convergence (2019).

    Example:
        >>> import autograd, nn
        >>> optimizer = nn.SGD([autograd.Value(0.0)], lr=1.0, momentum=0.9)
        >>> scheduler = OneCycleLR(optimizer, max_lr=1.0, total_steps=6, pct_start=0.5)
        >>> [round(scheduler.rate(1.0, epoch), 3) for epoch in range(6)]
        [0.04, 0.52, 1.0, 0.75, 0.25, 0.0]
    """

    per_batch = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float,
        total_steps: int,
        *,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ) -> None:
        self.max_lr, self.total_steps = within("max_lr", max_lr, "(0, inf)"), positive("total_steps", total_steps)
        self.pct_start = within("pct_start", pct_start, "[0, 1]")
        self.anneal_strategy = one_of("anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.base_momentum = within("base_momentum", base_momentum, "[0, 1)")
        self.max_momentum = within("max_momentum", max_momentum, "[0, 1)")
        self.cycle_momentum = cycle_momentum
        self.start_lr = max_lr / within("div_factor", div_factor, "(0, inf)")
        self.end_lr = self.start_lr / within("final_div_factor", final_div_factor, "(0, inf)")
        if cycle_momentum and not {"momentum", "betas"} & optimizer.defaults.keys():
            raise errors.ArgumentError(
                f"OneCycleLR cannot cycle the momentum of {type(optimizer).__name__}, which has none; "
                "pass cycle_momentum=False."
            )
        super().__init__(optimizer)

    def cycle(self, start: float, middle: float, end: float, epoch: int) -> float:
        """Return a number between ``start`` and ``middle`` during the rise, and on to ``end`` during the fall."""
        if epoch > self.total_steps:
            raise errors.ArgumentError(
                f"OneCycleLR was made for {self.total_steps} steps; number {epoch} is one too many."
            )
        top, last = self.pct_start * self.total_steps - 1, self.total_steps - 1
        before, after, part = start, middle, epoch / top if top else 1.0
        if epoch > top:
            before, after, part = middle, end, (epoch - top) / (last - top) if last > top else 1.0
        return cosine(before, after, part) if self.anneal_strategy == "cos" else before + (after - before) * part

    def rate(self, base: float, epoch: int) -> float:
        return self.cycle(self.start_lr, self.max_lr, self.end_lr, epoch)

    def apply(self) -> None:
        super().apply()
        if self.cycle_momentum:
            momentum = self.cycle(self.max_momentum, self.base_momentum, self.max_momentum, self.last_epoch)
            for group in self.optimizer.param_groups:
                if "betas" in group:
                    group["betas"] = (momentum, group["betas"][1])
                else:
                    group["momentum"] = momentum
