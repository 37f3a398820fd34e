"""``LBFGS``: steps that know the curvature, from the changes of the gradient over the last steps."""

import math
import operator
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, TypeAlias

from autograd import Value, errors
from autograd.formulas.summation import add_up
from nn.argument_checks import one_of, positive, saved_number, saved_state, within
from nn.interrupts import interrupts_held
from nn.optim.base import Optimizer, Params, count_steps
from nn.optim.line_search import Point, WolfeSearch
from nn.optim.saved_state import numbers_in

Evaluate: TypeAlias = Callable[[list[float]], tuple[float, list[float]]]
"""Takes numbers for the parameters and returns the loss and its gradient."""
LEAST_CURVATURE = 1e-10
"""A change along which the gradient changes by less than this says nothing about the curvature."""


def product(xs: list[float], ys: list[float]) -> float:
    """Return the sum of the products of two lists.

    Example:
        >>> product([1.0, 2.0], [3.0, 4.0])
        11.0
    """
    total: float = add_up(map(operator.mul, xs, ys))
    return total


def moved(xs: list[float], factor: float, ys: list[float]) -> list[float]:
    """Return ``x + factor * y`` for each pair.

    Example:
        >>> moved([1.0, 2.0], 0.5, [2.0, 4.0])
        [2.0, 4.0]
    """
    return [x + factor * y for x, y in zip(xs, ys, strict=True)]


def largest(xs: list[float]) -> float:
    """Return the largest absolute number."""
    return max(map(abs, xs))


def along_line(evaluate: Evaluate, numbers: list[float], direction: list[float]) -> Callable[[float], Point]:
    """Return the function of a distance that gives the point so far along a direction."""

    def point(t: float) -> Point:
        try:
            loss, gradient = evaluate(moved(numbers, t, direction))
        except (errors.NumberOverflowError, errors.DomainError, errors.DivisionByZeroError):
            return Point(t, math.inf, [], math.nan)  # too far: the loss has no value there
        return Point(t, loss, gradient, product(gradient, direction))

    return point


class Memory:
    """What is remembered from iteration to iteration."""

    def __init__(self) -> None:
        self.iterations = 0
        self.scale = 1.0
        """The curvature that is assumed where no change says anything about it, inverted."""
        self.t = 0.0
        """How far the last step went along the direction."""
        self.direction: list[float] = []
        self.gradient: list[float] = []
        """The gradient that the last direction was computed from."""
        self.steps: list[list[float]] = []
        """How the parameters changed, the newest last."""
        self.changes: list[list[float]] = []
        """How their gradient changed with them."""

    def state_dict(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {**vars(self), "steps": list(self.steps), "changes": list(self.changes)}

    @classmethod
    def loaded(cls, state: Mapping[str, Any]) -> "Memory":
        """Return the memory that was saved so.

        Raises:
            ArgumentError: it is something else.
        """
        memory = cls()
        memory.iterations = int(saved_number(state, "iterations", "[0, inf)", whole=True))
        memory.scale = float(saved_number(state, "scale", "(0, inf)"))
        memory.t = float(saved_number(state, "t", "(-inf, inf)"))
        memory.direction, memory.gradient = numbers_in(state, "direction"), numbers_in(state, "gradient")
        memory.steps, memory.changes = lists_in(state, "steps"), lists_in(state, "changes")
        lengths = {len(memory.gradient), *map(len, [memory.direction, *memory.steps, *memory.changes])}
        if len(lengths) > 1 or len(memory.steps) != len(memory.changes):
            raise errors.ArgumentError("The state's memory of LBFGS has lists of different lengths.")
        return memory

    def learn(self, gradient: list[float], most: int) -> None:
        """Take in how the gradient has changed with the last step."""
        change = moved(gradient, -1.0, self.gradient)
        step = [self.t * x for x in self.direction]
        curvature = product(change, step)
        if curvature > LEAST_CURVATURE:
            self.steps = [*self.steps, step][-most:]
            self.changes = [*self.changes, change][-most:]
            self.scale = curvature / product(change, change)

    def downhill(self, gradient: list[float]) -> list[float]:
        """Return the gradient times the inverse of the curvature, downhill (Nocedal & Wright, algorithm 7.4)."""
        direction, weights = [-slope for slope in gradient], []
        inverses = [1 / product(change, step) for change, step in zip(self.changes, self.steps, strict=True)]
        pairs = list(zip(self.steps, self.changes, inverses, strict=True))
        for step, change, inverse in reversed(pairs):
            weights.append(product(step, direction) * inverse)
            direction = moved(direction, -weights[-1], change)
        direction = [self.scale * x for x in direction]
        for (step, change, inverse), weight in zip(pairs, reversed(weights), strict=True):
            direction = moved(direction, weight - product(change, direction) * inverse, step)
        return direction


def lists_in(state: Mapping[str, Any], name: str) -> list[list[float]]:
    """Return lists of numbers in a saved state."""
    if not isinstance(state.get(name), list | tuple):
        raise errors.ArgumentError(f"The state needs lists of numbers as {name!r}; it has {state.get(name)!r}.")
    return [numbers_in(dict(enumerate(state[name])), i) for i in range(len(state[name]))]


class LBFGS(Optimizer):
    """Limited-memory BFGS, a quasi-Newton method, for a loss without noise: all of the data in one batch.

    Each ``step(closure)`` makes up to ``max_iter`` iterations and evaluates the loss several times; ``closure`` sets
    the gradients to zero, computes the loss, calls ``backward()`` and returns it. :func:`nn.fit` does that itself.

    Args:
        params: the parameters, in one group.
        lr: the learning rate: how far to go along the direction, or where the line search begins.
        max_iter: the most iterations in a step.
        max_eval: the most evaluations in a step, ``max_iter * 5 // 4`` by default.
        tolerance_grad: ends a step when no gradient is larger.
        tolerance_change: ends a step when no parameter, or the loss, has changed by more.
        history_size: how many changes of the gradient are remembered.
        line_search_fn: None, or ``"strong_wolfe"`` to look for a good distance along each direction, with which the
            loss can hardly rise.

    Raises:
        ArgumentError: an argument out of range, several groups, no closure.

    Sources: Liu & Nocedal, On the limited memory BFGS method for large scale optimization (1989); Nocedal & Wright,
    Numerical Optimization (2006), chapters 3 and 7.

    Example:
        >>> x, y = Value(-1.0), Value(1.5)
        >>> optimizer = LBFGS([x, y], line_search_fn="strong_wolfe")
        >>> def closure():
        ...     optimizer.zero_grad()
        ...     loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2  # Rosenbrock's valley
        ...     loss.backward()
        ...     return loss
        >>> for _ in range(3):
        ...     loss = optimizer.step(closure)
        >>> round(x.data, 4), round(y.data, 4)
        (1.0, 1.0)
    """

    needs_closure = True

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        *,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if line_search_fn is not None:
            one_of("line_search_fn", line_search_fn, ("strong_wolfe",))
        super().__init__(
            params,
            lr=lr,
            max_iter=positive("max_iter", max_iter),
            max_eval=positive("max_eval", max(max_iter * 5 // 4, 1) if max_eval is None else max_eval),
            tolerance_grad=within("tolerance_grad", tolerance_grad, "[0, inf)"),
            tolerance_change=within("tolerance_change", tolerance_change, "[0, inf)"),
            history_size=positive("history_size", history_size),
            line_search_fn=line_search_fn,
        )
        self.memory = Memory()

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        if self.param_groups:
            raise errors.ArgumentError("LBFGS has one group of parameters, whose curvature it follows as a whole.")
        super().add_param_group(group)

    def state_dict(self) -> dict[str, Any]:
        """Return hyperparameters and what is remembered as plain lists and dicts, without the parameters themselves."""
        return {**super().state_dict(), "memory": self.memory.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        memory = Memory.loaded(saved_state(saved_state(state).get("memory", {})))
        super().load_state_dict(state)
        self.memory = memory

    def step(self, closure: Callable[[], Value] | None = None) -> Value:
        """Make up to ``max_iter`` iterations and return the loss from before them.

        Raises:
            ArgumentError: no closure.
        """
        if closure is None:
            raise errors.ArgumentError(
                "LBFGS evaluates the loss several times in a step: optimizer.step(closure), with a function that calls "
                "optimizer.zero_grad(), computes the loss, calls its backward() and returns it."
            )
        group, first = self.param_groups[0], []
        self.check(group)
        values = [value for value in group["params"] if value.requires_grad]
        start = [value.data for value in values]

        def evaluate(numbers: list[float]) -> tuple[float, list[float]]:
            for value, number in zip(values, numbers, strict=True):
                value.data = number
            loss = closure()
            first.append(loss)
            return loss.data, [value.grad for value in values]

        end, memory = start, copy(self.memory)  # whose lists are never changed, only replaced
        try:
            if values:
                end, memory = self.iterate(evaluate, start, memory)
        except BaseException:
            for value, number in zip(values, start, strict=True):
                value.data = number
            raise
        with interrupts_held():
            for value, number in zip(values, end, strict=True):
                value.data = number
            self.memory = memory
            count_steps(group, 1)
        return first[0] if first else closure()

    def iterate(self, evaluate: Evaluate, numbers: list[float], memory: Memory) -> tuple[list[float], Memory]:
        """Return the parameters after the iterations of one step, and what is remembered then."""
        (group,) = self.param_groups
        loss, gradient = evaluate(numbers)
        evaluations = 1
        if len(memory.gradient) not in {0, len(numbers)}:  # others have been frozen or thawed
            memory = Memory()
        if largest(gradient) <= group["tolerance_grad"]:
            return numbers, memory
        for iteration in range(1, group["max_iter"] + 1):
            memory.iterations += 1
            if memory.iterations > 1:
                memory.learn(gradient, group["history_size"])
            memory.direction, memory.gradient = memory.downhill(gradient), gradient
            shortened = min(1.0, 1 / add_up(map(abs, gradient))) if memory.iterations == 1 else 1.0
            memory.t = shortened * group["lr"]
            slope = product(gradient, memory.direction)
            if slope > -group["tolerance_change"]:
                break
            before = loss
            if group["line_search_fn"] is not None:
                along = along_line(evaluate, numbers, memory.direction)
                start = Point(0.0, loss, gradient, slope)
                search = WolfeSearch(along, start, largest(memory.direction), group["max_eval"] - evaluations)
                memory.t, loss, gradient, _ = search.best(memory.t)
                evaluations += 1 + search.tried
                numbers = moved(numbers, memory.t, memory.direction)
            else:
                numbers = moved(numbers, memory.t, memory.direction)
                if iteration < group["max_iter"]:
                    loss, gradient = evaluate(numbers)
                    evaluations += 1
            if (
                evaluations >= group["max_eval"]
                or largest(gradient) <= group["tolerance_grad"]
                or largest(memory.direction) * abs(memory.t) <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        return numbers, memory
