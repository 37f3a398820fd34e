"""The checks of notebook 6, Starting and steering."""

import math
import random
import statistics
from collections.abc import Callable, Sequence

from checks import check_facts, exercise, is_missing, is_number, quiz

import nn
from autograd import Value, leaky_relu, no_grad

INPUTS, SLOPE = 32, 0.2


@exercise
def exercise_1(std: object) -> None:
    """Check the standard deviation that keeps a signal's size through a leaky ReLU of slope 0.2 with 32 inputs."""
    if not is_number(std) or std <= 0:
        check_facts("Exercise 1", [(False, f"std is a positive number, not {std!r}.")], missing=missing(std))
        return
    std = float(std)
    variance = 2 / (INPUTS * (1 + SLOPE**2))
    right = math.isclose(std, math.sqrt(variance), rel_tol=5e-3)
    measured = f"a layer multiplies the size of the signal by {growth(std):.2f}"
    if math.isclose(std, variance, rel_tol=5e-3):
        reason = "This is the right variance; the standard deviation is its root."
    elif math.isclose(std, math.sqrt(2 / INPUTS), rel_tol=5e-3):
        reason = "This is He's number, for a slope of 0 below zero. Here 0.2² of that half survives too."
    elif math.isclose(std, math.sqrt(2 / (INPUTS * (1 + SLOPE))), rel_tol=5e-3):
        reason = "A number that is multiplied by the slope keeps slope² of its square."
    else:
        reason = f"That is too {'small' if std < math.sqrt(variance) else 'large'}."
    well_done = f"Measured: {measured}."
    check_facts("Exercise 1", [(right, f"with std = {std:.4f} {measured}. {reason}")], well_done=well_done)


def missing(std: object) -> list[str]:
    """Return what is still to do before there is a number."""
    return ["a number for std (of the mean square half is kept, and 0.2² of the other half)"] if is_missing(std) else []


def growth(std: float) -> float:
    """Return the factor between the root mean squares before and after one wide layer."""
    draw = random.Random(1)
    samples = [[draw.gauss(0, 1) for _ in range(INPUTS)] for _ in range(16)]
    layer = nn.Layer(
        INPUTS,
        1000,
        lambda value: leaky_relu(value, SLOPE),
        init=lambda weight: nn.init.normal_(weight, 0.0, std, seed=0),
    )
    with no_grad():
        after = statistics.fmean(value.data**2 for sample in layer(samples) for value in sample)
    return math.sqrt(after / statistics.fmean(number**2 for sample in samples for number in sample))


@exercise
def exercise_2(
    make: Callable[[list[Value]], nn.Optimizer],
    height: Callable[[Value, Value], Value],
    start: Sequence[float],
    steps: int,
) -> None:
    """Check that an optimiser gets below a height of 0.0001 in so many steps."""
    x, y = map(Value, start)
    optimizer, lowest, last = make([x, y]), math.inf, math.inf
    if is_missing(optimizer):
        check_facts("Exercise 2", [], missing=["my_optimizer (it returns nothing yet)"])
        return
    for step in range(steps + 1):
        try:
            here = height(x, y)
            last, lowest = here.data, min(lowest, here.data)
            if lowest < 1e-4:
                check_facts("Exercise 2", [], well_done=f"There in {step} steps.")
                return
            if step < steps:
                optimizer.zero_grad()
                here.backward()
                optimizer.step()
        except OverflowError:
            check_facts("Exercise 2", [(False, f"thrown out in step {step}: the learning rate is far too large.")])
            return
    place = f"after {steps} steps it is at ({x.data:.2f}, {y.data:.2f}), height {last:.2g}"
    advice = "It creeps along the floor: larger steps, or more momentum?"
    if lowest < 0.1 * last:
        advice = f"It has been as low as {lowest:.2g} and overshot: smaller steps."
    check_facts("Exercise 2", [(False, f"{place}. {advice}")])


quiz_1 = quiz(
    1,
    "Ten layers of 32 tanh neurons, weights much too small. The spread of what comes out of the last layer is ...",
    right=("almost 0", "each layer shrinks it by about the same factor."),
    wrong={
        "about that of the input": "each layer multiplies it by about std × √32, which is far below 1 here.",
        "large": "tanh lets nothing grow above 1.",
    },
)
quiz_2 = quiz(
    2,
    "Of normal random numbers ReLU keeps the positive ones. Which part of the mean square is left?",
    right=("a half", "the half below zero had as much of it as the half above."),
    wrong={
        "a quarter": "the squares of the positive half are kept as they are.",
        "nothing": "positive numbers pass unchanged.",
    },
)
quiz_3 = quiz(
    3,
    "The sigmoid's slope is at most ...",
    right=("1/4", "p (1 - p) is largest at p = 1/2."),
    wrong={
        "1/2": "that is its value in the middle; its slope is p (1 - p).",
        "1": "that is tanh's largest slope.",
    },
)
quiz_4 = quiz(
    4,
    "A curved valley, steep across and nearly flat along. Plain SGD with a safe learning rate ...",
    right=("creeps along the floor", "the rate has to be small enough for the steep walls, and the floor is flat."),
    wrong={
        "goes straight to the lowest point": "the gradient points down the steep wall, seldom to the lowest point.",
        "never reaches the floor": "down the walls it is quick; it is the floor that takes long.",
    },
)
quiz_5 = quiz(
    5,
    "With tiny batches and a large rate the loss jumps about. If the rate is lowered when it stalls, the loss ...",
    right=("becomes steadier, and lower", "smaller steps average out the noise of the batches."),
    wrong={
        "stays as it is: it has stalled": "it stalled because the steps were too large to come closer.",
        "rises": "smaller steps against the gradient do not go up.",
    },
)
