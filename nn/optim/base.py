"""``Optimizer``: parameter groups, state, and saving it, for any update rule.

An optimiser is a subclass that names its state and states one rule, :meth:`Optimizer.update`. The rule uses
nothing but arithmetic and :func:`square_root`, so it works on a float and on a whole NumPy array alike.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import autograd
from autograd import Value, errors
from autograd.console import printed
from nn.argument_checks import saved_number, saved_state, within
from nn.interrupts import interrupts_held
from nn.module import Module
from nn.optim.saved_state import numbers_in, of_the_type_of, what_is_saved, with_later_names

Hyperparameters: TypeAlias = Mapping[str, Any]
"""What a group is trained with, by name: floats, switches and pairs of floats."""
State: TypeAlias = dict[str, float]
"""What an optimiser remembers of one parameter, by name."""
Updated: TypeAlias = tuple[float, State]
"""A parameter after a step, and what is remembered of it."""
Params: TypeAlias = Iterable[Value] | Iterable[dict[str, Any]]
"""What is trained: parameters, or groups of them."""

INTERVALS = {
    "lr": "[0, inf)",
    "momentum": "[0, 1)",
    "dampening": "[0, 1]",
    "alpha": "[0, 1)",
    "betas": "[0, 1)",
    "eps": "[0, inf)",
    "weight_decay": "[0, inf)",
    "lr_decay": "[0, inf)",
}
"""The interval of each hyperparameter; others are not checked."""


class Optimizer:
    """The base of optimisers.

    Args:
        params: the parameters (``model.parameters()``), or a list of groups, each a dict with the entry
            ``"params"`` and hyperparameters of its own.
        hyperparameters: the defaults of every group.

    Attributes:
        param_groups: a list of dicts with ``"params"``, the hyperparameters, and ``"step"``, the number of steps
            taken. Schedulers assign ``group["lr"]``. Where parameters have been frozen, ``"skipped"`` has for each
            parameter how many of these steps passed it by.
        state: for each group, a list of numbers (one per parameter) for each name in ``state_names``.

    Raises:
        ArgumentError: no parameters, one that occurs twice or is not a leaf, a hyperparameter out of range.
    """

    state_names: ClassVar[tuple[str, ...]] = ()
    """The names of what is remembered of each parameter; everything starts at 0."""
    needs_closure: ClassVar[bool] = False
    """Whether a step evaluates the loss several times, so that it needs a function that does so."""

    def __init__(self, params: Params, **hyperparameters: Any) -> None:
        self.defaults = hyperparameters
        self.param_groups: list[dict[str, Any]] = []
        self.state: list[dict[str, list[float]]] = []
        items = parameters_in(params)
        for group in items if isinstance(items[0], dict) else [{"params": items}]:
            self.add_param_group(group)

    @staticmethod
    def update(parameter: float, gradient: float, state: State, hyperparameters: Hyperparameters, step: int) -> Updated:
        """Return the new parameter and its new state, for floats and for arrays alike.

        Args:
            parameter: the parameter, or an array of parameters.
            gradient: its gradient.
            state: what is remembered of it, by the names in ``state_names``.
            hyperparameters: those of its group.
            step: the number of this step, from 1.
        """
        raise NotImplementedError("An optimiser states its rule as update(parameter, gradient, state, ...).")

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters (the entry ``"params"``) to be trained too, with hyperparameters of their own if any."""
        name = type(self).__name__
        unknown = group.keys() - self.defaults.keys() - {"params"}
        if unknown or "params" not in group:
            raise errors.ArgumentError(
                f"{name}: a group has the entry 'params' and any of {', '.join(map(repr, self.defaults))}; "
                f"got {', '.join(map(repr, group))}."
            )
        members = parameters_in(group["params"])
        known = {id(value) for other in self.param_groups for value in other["params"]}
        for i, value in enumerate(members):
            if not isinstance(value, Value) or value.operation is not None:
                raise errors.ArgumentError(
                    f"{name} trains Values that were not computed from others, as model.parameters() lists them; "
                    f"parameter {i} is {value!r}."
                )
            if id(value) in known:
                raise errors.ArgumentError(f"{name}: parameter {i}, {value!r}, is given twice.")
            known.add(id(value))
        group = {**self.defaults, **group, "params": members, "step": 0}
        self.check(group)
        self.param_groups.append(group)
        self.state.append({column: [0.0] * len(members) for column in self.remembered(group)})

    def remembered(self, group: Hyperparameters) -> tuple[str, ...]:
        """Return the names of what is remembered of each parameter of a group: ``state_names``, more for options."""
        return self.state_names

    def check(self, group: Hyperparameters) -> None:
        """Raise an error unless every hyperparameter of a group lies in its interval."""
        for name in self.defaults.keys() & INTERVALS.keys():
            numbers = group[name] if name == "betas" else [group[name]]
            for number in numbers:
                within(f"{type(self).__name__}: {name}", number, INTERVALS[name])

    def step(self, closure: Callable[[], Value] | None = None) -> Value | None:
        """Update every parameter from its gradient; frozen ones (``requires_grad`` is False) stay as they are.

        Args:
            closure: a function that sets the gradients to zero, computes the loss, calls its ``backward()`` and returns
                it; :class:`LBFGS` needs one, others call it once, and return the loss.

        Raises:
            NumberOverflowError: a parameter would become infinite or nan. Nothing has been changed then.
            ArgumentError: a hyperparameter has been set to something out of range.
        """
        loss = None if closure is None else closure()
        results = []
        for group, columns in zip(self.param_groups, self.state, strict=True):
            self.check(group)
            skipped = group.get("skipped")
            for i, value in enumerate(group["params"]):
                if not value.requires_grad:
                    continue
                state = {name: column[i] for name, column in columns.items()}
                step = group["step"] + 1 - (skipped[i] if skipped else 0)
                try:
                    number, new_state = self.update(value.data, value.grad, state, group, step)
                except ZeroDivisionError:  # eps = 0, and no gradient so far
                    number, new_state = math.nan, state
                if number - number != 0.0:
                    raise self.overflow(value, i, number, group)
                results.append((value, number, columns, i, new_state))
        with interrupts_held():
            for value, number, columns, i, new_state in results:
                value.data = float(number)  # a NumPy scalar among the hyperparameters must not spread
                for name, remembered in new_state.items():
                    columns[name][i] = remembered
            for group in self.param_groups:
                count_steps(group, 1)
        return loss

    def overflow(self, value: Value, position: int, number: float, group: Hyperparameters) -> errors.AutogradError:
        """Return the error for a parameter that would leave the range of floats."""
        remedy = "Lower the learning rate, clip the gradients (nn.clip_grad_norm_), or scale the data."
        if group.get("eps") == 0:
            remedy = f"With eps = 0, a gradient of 0 is divided by 0: give a small eps, such as 1e-8. Or: {remedy}"
        return errors.NumberOverflowError(
            f"{type(self).__name__}: parameter {position} ({value!r}) would become {number} at lr = {group['lr']}; "
            f"nothing was changed. {remedy}"
        )

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to zero; they add up from one ``backward`` to the next."""
        for group in self.param_groups:
            autograd.zero_grad(group["params"])

    def state_dict(self) -> dict[str, Any]:
        """Return hyperparameters, step counts and state as plain lists and dicts, without the parameters themselves."""
        groups = [{**group, "params": len(group["params"])} for group in self.param_groups]
        return {"param_groups": groups, "state": [{k: list(v) for k, v in columns.items()} for columns in self.state]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what :meth:`state_dict` returned for an optimiser of the same kind and parameters.

        Raises:
            ArgumentError: it belongs to another kind of optimiser or to other numbers of parameters, or something in
                it has another type or cannot be used. The optimiser is then unchanged.
        """
        own, state = self.state_dict(), with_later_names(saved_state(state), self.defaults)
        if what_is_saved(own) != what_is_saved(state):
            raise errors.ArgumentError(
                f"The state does not fit this {type(self).__name__}: it has {what_is_saved(state)}, where "
                f"{what_is_saved(own)} is needed. Build the optimiser in the same way as the one that was saved."
            )
        groups: list[dict[str, object]] = []
        for group, saved, columns in zip(self.param_groups, state["param_groups"], state["state"], strict=True):
            likes = {**{name: group[name] for name in self.defaults}, "step": 0}
            if "initial_lr" in saved:
                likes["initial_lr"] = group["lr"]
            if "skipped" in saved:
                likes["skipped"] = [0] * len(group["params"])
            groups.append({name: of_the_type_of(own, saved, name) for name, own in likes.items()})
            saved_number(saved, "step", "[0, inf)", whole=True)
            loaded = {**group, **groups[-1]}
            self.check(loaded)
            if {*columns} != {*self.remembered(loaded)}:
                raise errors.ArgumentError(
                    f"The state remembers {', '.join(columns)} of each parameter; with the options it has, "
                    f"{type(self).__name__} needs {', '.join(self.remembered(loaded))}."
                )
        remembered = [{name: numbers_in(saved, name) for name in saved} for saved in state["state"]]
        with interrupts_held():
            for group, saved in zip(self.param_groups, groups, strict=True):
                group.pop("skipped", None)
                group.update(saved)
            self.state = remembered

    @printed
    def __repr__(self) -> str:
        groups = [
            ", ".join(f"{name}={group[name]!r}" for name in self.defaults) + f", {len(group['params'])} parameters"
            for group in self.param_groups
        ]
        return f"{type(self).__name__}({'; '.join(groups)})"


def parameters_in(params: object) -> list[Any]:
    """Return what the ``params`` argument lists."""
    if isinstance(params, Module):
        raise errors.ArgumentError("An optimiser takes the parameters, not the model: write model.parameters().")
    try:
        items: list[Any] = list(params)  # type: ignore[call-overload]  # what is not iterable is reported
    except TypeError:
        raise errors.ArgumentError(f"An optimiser takes a list of Values; got {params!r}.") from None
    if not items:
        raise errors.ArgumentError("An optimiser needs at least one parameter; the list is empty.")
    return items


def any_frozen(values: Sequence[Value]) -> bool:
    """Whether one of many Values is frozen; such are of a class of their own, so that one of each class tells."""
    return not all(value.requires_grad for value in dict(zip(map(type, values), values, strict=True)).values())


def count_steps(group: dict[str, Any], steps: int) -> None:
    """Count the steps of a group, and those that passed its frozen parameters by."""
    group["step"] += steps
    if any_frozen(group["params"]):
        frozen = [not value.requires_grad for value in group["params"]]
        before = group.get("skipped", [0] * len(frozen))
        group["skipped"] = [count + steps * missed for count, missed in zip(before, frozen, strict=True)]


def descending(gradient: float, parameter: float, hyperparameters: Hyperparameters) -> float:
    """Return the gradient of what is to be made small, weight decay included.

    It is the other way round where ``maximize`` is on.
    """
    gradient = -gradient if hyperparameters["maximize"] else gradient
    decay = hyperparameters["weight_decay"]
    return gradient + decay * parameter if decay else gradient


def larger(x: float, y: float) -> float:
    """Return the larger of two floats, or of every pair of numbers in two arrays; where it is recorded, of Values."""
    if isinstance(x, float | int):
        return max(x, y)
    if isinstance(x, Value):
        return autograd.maximum(x, y)
    import numpy

    return numpy.maximum(x, y)


def square_root(x: float) -> float:
    """Return the square root of a float or of every number of an array, equal to the last bit."""
    return math.sqrt(x) if isinstance(x, float) else x**0.5
