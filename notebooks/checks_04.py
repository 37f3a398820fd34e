"""The checks of notebook 4, XOR by hand and by graph."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checks import check_facts, check_function, exercise, is_missing, is_number, quiz

import nn


@exercise
def exercise_1(slope_of_tanh: Callable[[float], float]) -> None:
    """Check the derivative of tanh."""
    check_function(
        "Exercise 1",
        slope_of_tanh,
        lambda z: 1 - math.tanh(z) ** 2,
        cases=[(0.5,), (-1.0,), (2.0,)],
        mistakes=[
            (lambda z: 1 - z**2, "nearly: it is 1 - a1**2 with the output a1 of tanh, not with its input z1."),
            (math.tanh, "that is tanh itself, not its slope."),
            (lambda z: 1 - math.tanh(z), "there is a square missing."),
            (lambda z: math.tanh(z) * (1 - math.tanh(z)), "that rule belongs to the sigmoid."),
        ],
    )


@exercise
def exercise_2(w1: Any, b1: Any, w2: Any, b2: Any) -> None:
    """Check weights with which two ReLU neurons compute the exclusive or."""
    names = {"W1_by_hand": w1, "b1_by_hand": b1, "W2_by_hand": w2, "b2_by_hand": b2}
    missing = [name for name, answer in names.items() if any(map(is_missing, flat(answer)))]
    sizes = {"W1_by_hand": 4, "b1_by_hand": 2, "W2_by_hand": 2, "b2_by_hand": 1}
    given = {name: flat(answer) for name, answer in names.items()}
    facts: list[tuple[object, str]] = []
    for name, numbers in given.items():
        facts.append((len(numbers) == sizes[name], f"{name} is {names[name]!r}: {SHAPES}"))
        facts.append((all(map(is_number, numbers)), f"{name} is {names[name]!r}: plain numbers are needed."))
    if not missing and all(holds for holds, _ in facts):
        facts = scores(*given.values())
    check_facts("Exercise 2", facts, missing=missing, well_done="Compare with what training found.")


SHAPES = "the shapes do not fit. W1 is 2 lists of 2 numbers, b1 and W2 are 2 numbers each, b2 is 1."


def flat(answer: Any) -> list[Any]:
    """Return what a number, a list, an array, or a list of such holds, in order: a column is as good as a row."""
    if isinstance(answer, Iterable) and not isinstance(answer, str):
        return [number for part in answer for number in flat(part)]
    return [answer]


def scores(w1: list[float], b1: list[float], w2: list[float], b2: list[float]) -> list[tuple[object, str]]:
    """Return for each corner whether the score is on the right side, and what to say if not."""
    facts: list[tuple[object, str]] = []
    for (x, y), target in zip(*nn.make_xor()):
        hidden = [float(max(0.0, w1[j] * x + w1[2 + j] * y + b1[j])) for j in range(2)]
        score = hidden[0] * w2[0] + hidden[1] * w2[1] + b2[0]
        side = "positive" if target else "negative"
        message = f"at ({x:g}, {y:g}) the neurons give {hidden} and the score is {score:g}; it should be {side}."
        facts.append((score > 0 if target else score < 0, message))
    return facts


@exercise
def exercise_3(settings: Mapping[str, Any], survey: Callable[..., tuple[int, int | None]]) -> None:
    """Check settings with which nearly every start succeeds."""
    hidden, size = settings.get("hidden", 3), settings.get("size", 0.1)
    if hidden > 8:
        check_facts("Exercise 3", [(False, f"{hidden} hidden neurons are more than 8.")])
        return
    solved, steps = survey(**settings)
    if hidden < 5:
        hint = "With so few neurons a dead one is one too many."
    elif size < 0.2:
        hint = "The weights are so small that a thousand steps are few."
    elif not settings.get("centred"):
        hint = "Neurons can still be dead at birth: what inputs would prevent that?"
    else:
        hint = "Try a size nearer to 1."
    facts = [(solved >= 19, f"with {dict(settings)} only {solved} of 20 seeds solve it. {hint}")]
    check_facts("Exercise 3", facts, well_done=f"{solved} of 20, half of them within {steps} steps.")


quiz_1 = quiz(
    1,
    "All four outputs are near 1/2. The mean cross-entropy is about ...",
    right=("0.69", "-log(1/2) for each."),
    wrong={
        "0.5": "the loss is minus the logarithm of the probability.",
        "0.25": "that would be the squared error.",
        "0": "that would be the loss of one who is sure, and right.",
    },
)
quiz_2 = quiz(
    2,
    "Where does the division by n in dz2 = (p - Y) / n come from?",
    right=(
        "the loss is a mean over n samples",
        "the derivative of a mean with respect to one of its n terms is 1 / n.",
    ),
    wrong={
        "there are n neurons": "n is the number of samples here.",
        "it makes the steps smaller": "so it does, but that would be the business of the learning rate.",
    },
)
quiz_3 = quiz(
    3,
    "After a thousand steps with this seed the loss is ...",
    right=("still near log 2", "it has learned nothing. You will see why."),
    wrong={
        "near 0": "so one would hope.",
        "larger than at the start": "the steps go downhill, and are not that large.",
    },
)
quiz_4 = quiz(
    4,
    "Would weights ten times as large bring the dead neuron to life?",
    right=("No: its sums stay negative or 0", "inputs of 0 or 1, two negative weights, bias 0."),
    wrong={
        "Yes: larger weights give larger sums": "ten times a negative number is still negative.",
        "Yes, after some steps: its gradients are larger": "its gradient is 0, whatever the size.",
    },
)
quiz_5 = quiz(
    5,
    "With inputs -1 and 1 in place of 0 and 1, a neuron with two negative weights and bias 0 is ...",
    right=("alive at (-1, -1)", "minus times minus: its sum is positive there."),
    wrong={
        "still dead": "look at the inputs (-1, -1).",
        "alive at (1, 1)": "there both products are negative.",
    },
)
