"""Optimisers."""

from collections.abc import Iterable, Mapping
from typing import Any

import autograd
from autograd import Value


class Optimizer:
    """The base of optimisers."""

    state_names: tuple[str, ...] = ()

    def __init__(self, params: Iterable[Value], **hyperparameters: Any) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": list(params), "step": 0, **hyperparameters}]
        self.state = [{name: [0.0] * len(group["params"]) for name in self.state_names} for group in self.param_groups]

    @staticmethod
    def update(parameter: Any, gradient: Any, state: Mapping[str, Any], hyperparameters: Mapping[str, Any], step: int) -> Any:
        """Return the new parameter and its new state."""
        raise NotImplementedError

    def step(self) -> None:
        """Update every parameter."""
        for group, columns in zip(self.param_groups, self.state, strict=True):
            group["step"] += 1
            for i, value in enumerate(group["params"]):
                state = {name: column[i] for name, column in columns.items()}
                value.data, new = self.update(value.data, value.grad, state, group, group["step"])
                for name, number in new.items():
                    columns[name][i] = number

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zero."""
        for group in self.param_groups:
            autograd.zero_grad(group["params"])


class SGD(Optimizer):
    """Stochastic gradient descent with momentum."""

    state_names = ("momentum_buffer",)

    def __init__(self, params: Iterable[Value], lr: float = 0.001, momentum: float = 0.0) -> None:
        super().__init__(params, lr=lr, momentum=momentum)

    @staticmethod
    def update(parameter: Any, gradient: Any, state: Mapping[str, Any], hyperparameters: Mapping[str, Any], step: int) -> Any:
        """Return the new parameter and its new state."""
        velocity = hyperparameters["momentum"] * state["momentum_buffer"] + gradient
        return parameter - hyperparameters["lr"] * velocity, {"momentum_buffer": velocity}
